"""Whisper's tokens as text, from the vocabulary that CTranslate2 keeps beside its weights.

The tokenizers library reads its own description of them in one call that lets no other Python
thread run: measured, 60 ms of processor and more, which the window and the sound would feel where
a model is changed while the program runs. Of all that library can do, recognition needs two
things: what the tokens of an answer say, and the numbers of a few marks.

Rule: pure but for `read`; any thread may use what it returned.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from her_desktop.inference.loading import require_file, unreadable, vocabulary_file

_END = "<|endoftext|>"


class WhisperTokens:
    """Holds the words of a vocabulary and the numbers of its marks; nothing changes them."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words in their order: text first, and from the end mark on only marks.

        Raises ValueError where there is no end mark, as in every other vocabulary than Whisper's.
        """
        end = words.index(_END)
        self._words = tuple(words[:end])
        self._marks = {word: number for number, word in enumerate(words[end:], end)}

    @classmethod
    def read(cls, folder: Path) -> WhisperTokens:
        """Return the tokens of a CTranslate2 folder. Raises ModelError."""
        path = vocabulary_file(folder)
        require_file(path)
        try:
            text = path.read_text(encoding="utf-8")
            # Not splitlines: a word may be one of the other marks that Unicode ends lines with.
            words = json.loads(text) if path.suffix == ".json" else text.split("\n")
            return cls([str(word) for word in words])
        except (OSError, ValueError, TypeError) as error:
            raise unreadable(path, error) from error

    def mark(self, name: str) -> int | None:
        """Return the number of the mark `<|name|>`, None where the vocabulary has none."""
        return self._marks.get(f"<|{name}|>")

    def text(self, tokens: Sequence[int]) -> str:
        """Return what the tokens say, without marks; half a character at an edge becomes U+FFFD.

        Words are written byte by byte in the alphabet of GPT-2 (Radford et al., 2019, "Language
        Models are Unsupervised Multitask Learners").
        """
        count = len(self._words)
        spoken = (self._words[token] for token in tokens if token < count)
        return b"".join(map(_bytes, spoken)).decode("utf-8", "replace")


def _bytes(word: str) -> bytes:
    """Return the bytes that a word stands for; one in another alphabet stands for itself."""
    alphabet = _alphabet()
    try:
        return bytes(alphabet[character] for character in word)
    except KeyError:
        return word.encode("utf-8")


@cache
def _alphabet() -> dict[str, int]:
    """Return the byte that each character stands for.

    Those that can be printed stand for themselves; the others are numbered from 256 on, in order.
    """
    printed = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printed]
    return {
        **{chr(byte): byte for byte in printed},
        **{chr(256 + place): byte for place, byte in enumerate(others)},
    }

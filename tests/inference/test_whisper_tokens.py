"""Our reading of a vocabulary says what the tokenizers library would say, token for token."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from her_desktop.audio.format import Pcm
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.stt import WhisperRecognizer
from her_desktop.inference.whisper_tokens import WhisperTokens

END = "<|endoftext|>"

TEXTS = (
    "What is the weather like today?",
    " Été, garçon, naïve: « cœur » à 20 °C…",
    " 日本語のテキスト, русский, العربية",
    " A fox 🦊 and a flag 🇫🇷, \t tabs\nand lines",
    "",
)


@pytest.fixture(scope="module")
def tokens(whisper_dir: Path) -> WhisperTokens:
    return WhisperTokens.read(whisper_dir)


@pytest.fixture(scope="module")
def judge(whisper_dir: Path) -> Any:
    return Tokenizer.from_file(str(whisper_dir / "tokenizer.json"))


@pytest.fixture(scope="module")
def end(judge: Any) -> int:
    return int(judge.token_to_id(END))


@pytest.mark.models
def test_every_token_says_the_same(tokens: WhisperTokens, judge: Any, end: int) -> None:
    expected = judge.decode_batch([[number] for number in range(end)])
    assert [tokens.text([number]) for number in range(end)] == expected


@pytest.mark.models
def test_characters_cut_anywhere_say_the_same(tokens: WhisperTokens, judge: Any, end: int) -> None:
    chance = np.random.default_rng(3)
    # Those of a single byte give every kind of broken UTF-8.
    lines = [chance.integers(0, end, 12).tolist() for _ in range(500)]
    lines += [chance.integers(0, 256, 12).tolist() for _ in range(2000)]
    assert [tokens.text(line) for line in lines] == judge.decode_batch(lines)
    assert any("\ufffd" in tokens.text(line) for line in lines)


@pytest.mark.models
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was(tokens: WhisperTokens, judge: Any, text: str) -> None:
    assert tokens.text(judge.encode(text, add_special_tokens=False).ids) == text


@pytest.mark.models
def test_the_marks_have_their_numbers(tokens: WhisperTokens, judge: Any, end: int) -> None:
    for name in ("endoftext", "startoftranscript", "notimestamps", "transcribe", "en", "fr"):
        assert tokens.mark(name) == judge.token_to_id(f"<|{name}|>") is not None
    assert tokens.mark("nothing of the kind") is None
    marks = range(end, judge.get_vocab_size())
    assert tokens.text(marks) == "", "a mark is not spoken"


@pytest.mark.models
def test_what_is_recognised_reads_the_same(
    recognizer: WhisperRecognizer,
    said: Callable[[str], Pcm],
    tokens: WhisperTokens,
    judge: Any,
    end: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[tuple[str, str]] = []

    class Both(WhisperTokens):
        def text(self, numbers: Any) -> str:
            ours = tokens.text(numbers)
            read.append((ours, judge.decode([number for number in numbers if number < end])))
            return ours

    monkeypatch.setattr(recognizer, "_tokens", Both([END]))
    for text in ("What is the weather like today?", "Please close the door, and open a window."):
        assert recognizer.transcribe(said(text), lambda: False).text
    assert len(read) >= 2
    assert all(ours == theirs for ours, theirs in read)


def test_both_forms_of_a_vocabulary_are_read(tmp_path: Path) -> None:
    # A line of the text form ends with a line feed and nothing else.
    words = ["Ġa", "b\u2028c", "\u65e5", END, "<|en|>"]
    (tmp_path / "vocabulary.txt").write_text("\n".join([*words, ""]), encoding="utf-8")
    for _ in range(2):
        tokens = WhisperTokens.read(tmp_path)
        assert tokens.text([0, 1, 2, 3, 4, 99]) == " ab\u2028c\u65e5"
        assert (tokens.mark("endoftext"), tokens.mark("en")) == (3, 4)
        (tmp_path / "vocabulary.txt").unlink(missing_ok=True)
        (tmp_path / "vocabulary.json").write_text(json.dumps(words))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vocabulary.txt", b"a\nb\n"),
        ("vocabulary.txt", b"\xff\xfe"),
        ("vocabulary.json", b"{"),
        ("vocabulary.json", b"7"),
        ("vocabulary.json", b'{"a": 1}'),
    ],
)
def test_what_is_no_vocabulary_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        WhisperTokens.read(tmp_path)


def test_a_vocabulary_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        WhisperTokens.read(tmp_path)

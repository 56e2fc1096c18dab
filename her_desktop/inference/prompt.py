"""The prompt as text and tokens: what is already evaluated, what still fits, what loops or ends.

A prompt is rendered whole at every turn and compared, byte by byte, with what the model has
evaluated: whatever history did (grew, was cut to what was heard, was rewritten), the common part
stays in the KV cache. Rule: pure; no model, no thread.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

Message = tuple[str, str]
"""(role, text) with the roles "system", "user" and "assistant"."""

_LONGEST_LOOP = 40
_LOOP_ROUNDS = 4
_LOOP_TOKENS = 12

_SENTENCE_END = re.compile(r"[^\d\s.][.!?…]+[\"'»”’)*]*\s*$")


class Ledger:
    """The tokens a model has evaluated, with the bytes of text that each of them reached.

    Owned by the language model and used on its thread; it must say what the KV cache holds.
    """

    def __init__(self) -> None:
        """Begin with nothing evaluated."""
        self.text = b""
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self._ends)

    def shared_with(self, text: bytes) -> int:
        """Return how many leading tokens lie wholly in the part that `text` has in common."""
        return bisect_right(self._ends, common_prefix(self.text, text))

    def end_of(self, count: int) -> int:
        """Return how many bytes of text the first `count` tokens stand for."""
        return self._ends[count - 1] if count else 0

    def cut(self, count: int) -> None:
        """Forget all but the first `count` tokens."""
        self.text = self.text[: self.end_of(count)]
        del self._ends[count:]

    def append(self, pieces: Sequence[bytes]) -> None:
        """Add evaluated tokens by the bytes of text that each stands for."""
        end = len(self.text)
        for piece in pieces:
            end += len(piece)
            self._ends.append(end)
        self.text += b"".join(pieces)


def common_prefix(left: bytes, right: bytes) -> int:
    """Return the length in bytes of the longest common beginning."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def aligned(pieces: Sequence[bytes], text: bytes) -> list[bytes]:
    """Return the bytes of `text` that each token stands for; together they are `text`.

    `pieces` is what the tokens say themselves. A vocabulary that puts a space before the text
    has that space taken off again. Where a vocabulary changed the text so that nothing lines up,
    that token stands for all that is left: then it is kept only if all of it is.
    """
    parts: list[bytes] = []
    at = 0
    for piece in pieces:
        part = piece
        if not text.startswith(part, at) and part.startswith(b" "):
            part = part[1:]
        if not text.startswith(part, at):
            part = text[at:]
        parts.append(part)
        at += len(part)
    if parts and at < len(text):
        parts[-1] += text[at:]
    return parts


def chatml(messages: Sequence[Message]) -> str:
    """Render the prompt in ChatML, for a model without a usable template of its own."""
    lines = [f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages]
    return "".join([*lines, "<|im_start|>assistant\n"])


def merged(messages: Sequence[Message]) -> list[Message]:
    """Return the messages for a template that knows only a strict user/assistant alternation.

    The system message goes in front of the first user message, neighbours of one role become one.
    """
    result: list[Message] = []
    for role, text in messages:
        own = "user" if role == "system" else role
        if result and result[-1][0] == own:
            result[-1] = (own, f"{result[-1][1]}\n\n{text}")
        else:
            result.append((own, text))
    return result


class Window:
    """What of a conversation the model is still told: the oldest exchanges give way.

    Owned by the language model and used on its thread. Once exchanges had to go, a good part of
    the context is freed at once and they stay away, as every shift costs a new evaluation.
    """

    def __init__(self) -> None:
        """Begin with nothing dropped."""
        self._dropped: tuple[Message, ...] = ()

    def fit(
        self,
        messages: Sequence[Message],
        count: Callable[[Sequence[Message]], int],
        *,
        limit: int,
        target: int,
    ) -> list[Message] | None:
        """Return the messages to be told; None where even the last one alone is too long.

        `count` gives the tokens of a prompt. More than `limit` of them makes the oldest
        exchanges go until no more than `target` are left.
        """
        first = next((i for i, (role, _) in enumerate(messages) if role != "system"), 0)
        head, body = list(messages[:first]), list(messages[first:])
        gone = len(self._dropped)
        if gone >= len(body) or tuple(body[:gone]) != self._dropped:
            gone = 0
        self._dropped = tuple(body[:gone])
        if count([*head, *body[gone:]]) <= limit:
            return [*head, *body[gone:]]
        starts = [i for i, (role, _) in enumerate(body) if role == "user" and i > gone]
        if not starts:
            return None
        # Fewer messages never need more tokens, so the first start that fits can be bisected.
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high) // 2
            if count([*head, *body[starts[middle] :]]) <= target:
                high = middle
            else:
                low = middle + 1
        kept = [*head, *body[starts[low] :]]
        if count(kept) > limit:
            return None
        self._dropped = tuple(body[: starts[low]])
        return kept


def is_looping(tokens: Sequence[int]) -> bool:
    """Tell whether an answer ends in the same few tokens four times over."""
    for period in range(1, min(_LONGEST_LOOP, len(tokens) // _LOOP_ROUNDS) + 1):
        span = period * max(_LOOP_ROUNDS, -(-_LOOP_TOKENS // period))
        if len(tokens) >= span and list(tokens[-span:-period]) == list(tokens[period - span :]):
            return True
    return False


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence does, and not with the number of a list's item."""
    return bool(_SENTENCE_END.search(text))

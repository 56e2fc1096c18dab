"""Keep what a model thinks aloud out of its answer.

Rule: pure; it works on whatever pieces the text arrives in, and holds back no more than could
still become a tag.
"""

from __future__ import annotations

OPEN = "<think>"
CLOSE = "</think>"


class ThoughtFilter:
    """Takes `<think>...</think>` out of a stream of text, also where it is never closed.

    Leading blank space of the answer and after a thought is dropped with it.
    """

    def __init__(self, *, inside: bool = False) -> None:
        """`inside` tells that the prompt has opened a thought already."""
        self._inside = inside
        self._pending = ""
        self._blank = True

    def feed(self, piece: str) -> str:
        """Return what of the text so far is certainly answer and was not returned before."""
        self._pending += piece
        answer = ""
        while True:
            tag = CLOSE if self._inside else OPEN
            found = self._pending.find(tag)
            if found < 0:
                break
            if not self._inside:
                answer += self._unblanked(self._pending[:found])
            self._pending = self._pending[found + len(tag) :]
            self._inside = not self._inside
            self._blank = self._blank or not self._inside
        held = _overlap(self._pending, tag)
        ready, self._pending = (
            self._pending[: len(self._pending) - held],
            self._pending[len(self._pending) - held :],
        )
        return answer if self._inside else answer + self._unblanked(ready)

    def finish(self) -> str:
        """Return what was held back, now that no tag can come of it."""
        rest, self._pending = self._pending, ""
        return "" if self._inside else self._unblanked(rest)

    def _unblanked(self, text: str) -> str:
        if self._blank:
            text = text.lstrip()
            self._blank = not text
        return text


def _overlap(text: str, tag: str) -> int:
    """Return the length of the longest end of `text` with which `tag` begins."""
    longest = min(len(text), len(tag) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(tag[:n])), 0)

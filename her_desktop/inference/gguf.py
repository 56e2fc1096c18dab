"""What stands in the head of a GGUF file: its entries and its tensors, read without ggml.

Every count and length is compared with the file before it is believed, as a file may be cut off,
damaged, or made to deceive whoever reads it. The layout is that of versions 2 and 3, described in
ggml's own `docs/gguf.md`.
Rule: any thread; keeps nothing. Nothing is read before it is asked for, as a vocabulary takes
longer than all the rest.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MOST_TENSORS = 100_000
_MOST_ENTRIES = 100_000
_LONGEST_NAME = 1 << 16
_LONGEST_LIST = 4096
"""Longer lists are vocabularies and the like, of which only the length is told."""
_MOST_DIMENSIONS = 4
_ALIGNMENT = 32

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q",
            12: "d"}  # fmt: skip

_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Weights in a block and bytes of a block, by the number of the tensor's type in ggml."""

Number = int | float | bool


class NoGgufError(ValueError):
    """The head of a file makes no sense as that of a GGUF file."""


class LongList(int):
    """How many items a list has that is too long to be wanted, or made of texts."""


Value = Number | str | list[Number] | LongList


@contextmanager
def opened(path: Path) -> Iterator[GgufFile]:
    """Open a file for the length of the block. Raises OSError, and NoGgufError for another kind."""
    with path.open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # an empty file
            raise NoGgufError from error
        with content:
            yield GgufFile(content)


class GgufFile:
    """Owns the place up to which a file was read. Used by one thread; once, from front to back."""

    def __init__(self, content: mmap.mmap) -> None:
        """Read the counts that everything begins with. Raises NoGgufError."""
        self._content = content
        self._at = len(_MAGIC)
        if content[: self._at] != _MAGIC or self._scalar("I") not in _VERSIONS:
            raise NoGgufError
        self.tensors = int(self._scalar("Q"))
        self._entries_left = int(self._scalar("Q"))
        if self.tensors > _MOST_TENSORS or self._entries_left > _MOST_ENTRIES:
            raise NoGgufError
        self._alignment = _ALIGNMENT

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Yield each entry's name and value, in the file's order. Raises NoGgufError.

        A long list is passed over only when the next entry is asked for.
        """
        while self._entries_left:
            name, kind = self._text(_LONGEST_NAME), self._scalar("I")
            if kind == _ARRAY:
                yield from self._list(name)
            else:
                value = self._value(int(kind))
                if name == "general.alignment":
                    self._alignment = _power_of_two(value)
                yield name, value
            self._entries_left -= 1

    def promised_size(self) -> int:
        """Return how many bytes the file must have, by the tensors it announces.

        To be asked once, after `entries` has come to its end. Raises NoGgufError.
        """
        ends = [self._tensor_end() for _ in range(self.tensors)]
        start = -(-self._at // self._alignment) * self._alignment
        return start + max(ends, default=0)

    def _list(self, name: str) -> Iterator[tuple[str, Value]]:
        kind, count = int(self._scalar("I")), int(self._scalar("Q"))
        # A text takes eight bytes at least, those of its length.
        size = 8 if kind == _STRING else struct.calcsize(f"<{_SCALARS.get(kind, '')}")
        if not size or count * size > len(self._content):
            raise NoGgufError
        start = self._at
        if kind != _STRING and count <= _LONGEST_LIST:
            code = f"<{count}{_SCALARS[kind]}"
            self._skip(count * size)
            yield name, list(struct.unpack_from(code, self._content, start))
            return
        yield name, LongList(count)
        if kind == _STRING:
            for _ in range(count):
                self._skip(int(self._scalar("Q")))
        else:
            self._skip(count * size)

    def _value(self, kind: int) -> Number | str:
        if kind == _STRING:
            return self._text(len(self._content))
        if kind not in _SCALARS:
            raise NoGgufError
        return self._scalar(_SCALARS[kind])

    def _scalar(self, code: str) -> Number:
        start = self._at
        self._skip(struct.calcsize(f"<{code}"))
        (value,) = struct.unpack_from(f"<{code}", self._content, start)
        number: Number = value
        return number

    def _text(self, longest: int) -> str:
        length = int(self._scalar("Q"))
        if length > longest:
            raise NoGgufError
        start = self._at
        self._skip(length)
        return self._content[start : self._at].decode("utf-8", "replace")

    def _skip(self, count: int) -> None:
        if count > len(self._content) - self._at:
            raise NoGgufError
        self._at += count

    def _tensor_end(self) -> int:
        """Return where a tensor ends, counted from where the first one begins."""
        self._text(_LONGEST_NAME)
        dimensions = int(self._scalar("I"))
        if not 0 < dimensions <= _MOST_DIMENSIONS:
            raise NoGgufError
        shape = [int(self._scalar("Q")) for _ in range(dimensions)]
        kind, offset = int(self._scalar("I")), int(self._scalar("Q"))
        weights, size = _BLOCKS.get(kind, (1, 0))
        return offset + prod(shape) // weights * size


def _power_of_two(value: Number | str) -> int:
    if not isinstance(value, int) or value < 1 or value & (value - 1):
        raise NoGgufError
    return value

"""Whether a GGUF file can be whole, found out without the library that will open it.

llama.cpp answers a broken file in words for programmers, and its parser has had faults that a file
could use. Here every count and length is compared with the file before it is believed. The layout
is that of the GGUF specification, versions 2 and 3. (`gguf` reads a sound file's shape; this one
refuses those that are not.)
Rule: reads the head of one file; keeps nothing. Any thread.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from her_desktop.inference.loading import require_gguf
from her_desktop.inference.protocols import ModelError

_MOST_TENSORS = 100_000
_MOST_KEYS = 100_000
_LONGEST_KEY = 1 << 16
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


@dataclass(frozen=True)
class GgufHead:
    """The head of a GGUF file: its scalar and text values, and the bytes it promises to have."""

    values: Mapping[str, Any]
    tensors: int
    promised_size: int

    def text(self, key: str) -> str:
        """Return a value that is text, "" where there is none."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    @property
    def has_vocabulary(self) -> bool:
        """Whether it brings its tokens, without which it can read nothing."""
        return "tokenizer.ggml.model" in self.values


def require_whole_gguf(path: Path) -> GgufHead:
    """Return the head of a GGUF file. Raises ModelError, in words, for one that cannot be whole."""
    require_gguf(path)
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            head = _Reader(content).head()
            found = len(content)
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror or 'unknown reason'}."
        ) from error
    except (struct.error, IndexError, _Absurd) as error:
        raise ModelError(
            f"The model file {path} is damaged or was cut off: its table of contents makes no "
            "sense. Please get it again."
        ) from error
    if head.promised_size > found:
        raise ModelError(
            f"The model file {path} is incomplete: {found} of {head.promised_size} bytes are "
            "there. Please get it again."
        )
    return head


class _Absurd(Exception):
    """A count or a length that no whole file can have."""


class _Reader:
    """Owns the place in the file that was read up to; used by one call."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._at = 4  # behind the magic

    def head(self) -> GgufHead:
        version = self._scalar("I")
        if version not in (2, 3):
            raise _Absurd
        tensors, keys = self._scalar("Q"), self._scalar("Q")
        if tensors > _MOST_TENSORS or keys > _MOST_KEYS:
            raise _Absurd
        values: dict[str, Any] = {}
        for _ in range(keys):
            key = self._text(_LONGEST_KEY)
            value = self._value(self._scalar("I"))
            if value is not None:
                values[key] = value
        ends = [self._tensor_end() for _ in range(tensors)]
        alignment = values.get("general.alignment", _ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
            raise _Absurd
        start = -(-self._at // alignment) * alignment
        return GgufHead(values, tensors, start + max(ends, default=0))

    def _scalar(self, code: str) -> Any:
        (value,) = struct.unpack_from(f"<{code}", self._content, self._at)
        self._at += struct.calcsize(f"<{code}")
        return value

    def _skip(self, count: int) -> None:
        if count > len(self._content) - self._at:
            raise _Absurd
        self._at += count

    def _text(self, longest: int) -> str:
        length = self._scalar("Q")
        if length > longest:
            raise _Absurd
        start = self._at
        self._skip(length)
        return self._content[start : self._at].decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        """Return a scalar or a text; an array is passed over and gives None."""
        if kind == _STRING:
            return self._text(len(self._content))
        if kind in _SCALARS:
            return self._scalar(_SCALARS[kind])
        if kind != _ARRAY:
            raise _Absurd
        inner, count = self._scalar("I"), self._scalar("Q")
        if inner in _SCALARS:
            self._skip(count * struct.calcsize(f"<{_SCALARS[inner]}"))
        elif inner == _STRING and count <= len(self._content) // 8:
            for _ in range(count):
                self._skip(self._scalar("Q"))
        else:
            raise _Absurd
        return None

    def _tensor_end(self) -> int:
        """Return where a tensor ends, counted from where the first one begins."""
        self._text(_LONGEST_KEY)
        dimensions = self._scalar("I")
        if not 0 < dimensions <= _MOST_DIMENSIONS:
            raise _Absurd
        shape = [self._scalar("Q") for _ in range(dimensions)]
        kind, offset = self._scalar("I"), self._scalar("Q")
        weights, size = _BLOCKS.get(kind, (1, 0))
        return int(offset) + int(prod(shape)) // weights * size

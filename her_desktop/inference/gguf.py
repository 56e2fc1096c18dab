"""What a GGUF file says of its model's shape, read without loading it.

How much memory a model takes follows from its layers and heads. The file's format is described in
ggml's own `docs/gguf.md`; only the beginning is read here, up to the vocabulary, which can be
megabytes. Rule: any thread; a file that says nothing sensible gives None, as llama.cpp will say
better than this what is wrong with it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"GGUF"
_STRING, _ARRAY = 8, 9
_SCALARS = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i",
    6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
_MOST_ENTRIES = 4096
_LONGEST_STRING = 1 << 24
_LONGEST_LIST = 4096
"""Longer lists are vocabularies: only how long they are is wanted."""


@dataclass(frozen=True)
class ModelShape:
    """What decides how much memory a model takes, beside the size of its file."""

    layers: int
    width: int
    """Numbers in one token's state."""
    inner_width: int
    """Numbers in the middle of a layer's feed-forward part."""
    key_width: int
    """Numbers that one token keeps in one layer's cache as keys: heads times length."""
    value_width: int
    vocabulary: int
    trained_tokens: int


class _TooOdd(Exception):
    """The file is not what it seems."""


def read_shape(path: Path) -> ModelShape | None:
    """Return the shape of the model in a GGUF file, None where the file does not tell it."""
    try:
        with path.open("rb") as file:
            known = _entries(file)
    except (OSError, _TooOdd, struct.error):
        return None
    kind = known.get("general.architecture")

    def number(name: str, default: int = 0) -> int:
        value = known.get(f"{kind}.{name}", default)
        if isinstance(value, list):  # a number for each layer, as some models have
            value = max((item for item in value if isinstance(item, int)), default=default)
        return value if isinstance(value, int) else default

    layers, width, heads = (
        number(name) for name in ("block_count", "embedding_length", "attention.head_count")
    )
    if min(layers, width, heads) <= 0:
        return None
    shared = number("attention.head_count_kv", heads)
    return ModelShape(
        layers=layers,
        width=width,
        inner_width=number("feed_forward_length", 4 * width),
        key_width=shared * number("attention.key_length", width // heads),
        value_width=shared * number("attention.value_length", width // heads),
        vocabulary=known.get("tokenizer.ggml.tokens", number("vocab_size", 32_000)),
        trained_tokens=number("context_length", 4096),
    )


def _entries(file: BinaryIO) -> dict[str, Any]:
    """Return the file's own entries up to the vocabulary, of which only the length is kept."""
    if file.read(4) != _MAGIC:
        raise _TooOdd
    (version,) = struct.unpack("<I", file.read(4))
    if version not in (2, 3):
        raise _TooOdd
    _, count = struct.unpack("<QQ", file.read(16))
    known: dict[str, Any] = {}
    for _ in range(min(count, _MOST_ENTRIES)):
        name = _string(file)
        (kind,) = struct.unpack("<I", file.read(4))
        if kind == _ARRAY:
            of, length = struct.unpack("<IQ", file.read(12))
            if name == "tokenizer.ggml.tokens" or length > _LONGEST_LIST:
                # Everything about the shape stands before it; to pass it takes long.
                known[name] = length
                return known
            known[name] = [_value(file, of) for _ in range(length)]
        else:
            known[name] = _value(file, kind)
    return known


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(file)
    form = _SCALARS.get(kind)
    if form is None:
        raise _TooOdd
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _LONGEST_STRING:
        raise _TooOdd
    return file.read(length).decode("utf-8", "replace")

"""The weights of an ONNX file, kept out of the way of whatever holds up other threads.

protobuf reads and writes a model in one call that lets no other Python thread run, and so does
ONNX Runtime where it is handed one: measured with a voice of 60 MB, 30 ms to read it and as long
for its two large parts, which the window and the sound would feel where a voice is changed while
the program runs. Besides, ONNX Runtime keeps what it was handed for as long as the voice is used.
Here the weights stay slices of the file. A part of the graph only names its large ones, whose
values are handed over beside it, without that lock; the small ones, which the optimiser wants to
see, are put behind it as bytes.

Rule: pure; knows protobuf's wire format and the numbers of a few of ONNX's fields, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

import numpy as np
import numpy.typing as npt

Weight = npt.NDArray[np.float32]

_GRAPH, _INITIALIZER = 7, 5
_DIMENSIONS, _KIND, _TENSOR_NAME, _RAW, _ELSEWHERE, _LOCATION = 1, 2, 8, 9, 13, 14
_FLOAT32 = 1
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5

_LARGE = 4096
"""Bytes from which on a weight is handed over beside the graph."""


def take_out(content: bytes) -> tuple[bytes, dict[str, memoryview]]:
    """Return a model with bare names in the weights' place, and each weight as it was encoded.

    Raises ValueError where this is no model, or not the whole of one.
    """
    view = memoryview(content)
    weights: dict[str, memoryview] = {}
    model: list[bytes | memoryview] = []
    for number, field, value in _fields(view):
        if number != _GRAPH or value is None:
            model.append(field)
            continue
        graph: list[bytes | memoryview] = []
        for inner, whole, tensor in _fields(value):
            if inner == _INITIALIZER and tensor is not None:
                name = _name(tensor)
                weights[name] = tensor
                whole = memoryview(_field(_INITIALIZER, _field(_TENSOR_NAME, name.encode())))
            graph.append(whole)
        model.append(_field(_GRAPH, b"".join(graph)))
    return b"".join(model), weights


def set_apart(weight: memoryview) -> tuple[bytes | memoryview, Weight | None]:
    """Return a large weight's description, which says that it lies elsewhere, and its values.

    A small one, and one that is not of float32 as plain bytes, is returned as it is, with None.
    The values are a copy, so that the file they come from can go.
    """
    dimensions: list[int] = []
    raw: memoryview | None = None
    kind = 0
    kept: list[bytes | memoryview] = []
    for number, field, value in _fields(weight):
        if number == _RAW:
            raw = value
            continue
        kept.append(field)
        if number == _KIND:
            kind = _number(field)
        elif number == _DIMENSIONS:
            # One by one or packed: both are allowed.
            dimensions += [_number(field)] if value is None else _numbers(value)
    if raw is None or kind != _FLOAT32 or not _LARGE <= len(raw) == 4 * prod(dimensions):
        return weight, None
    values = np.frombuffer(raw, dtype="<f4").reshape(dimensions).astype(np.float32)
    # Where it lies is asked by nobody, as the values are at hand, but must be said.
    for entry, text in (("location", "beside"), ("offset", "0"), ("length", str(len(raw)))):
        pair = _field(1, entry.encode()) + _field(2, text.encode())
        kept.append(_field(_ELSEWHERE, pair))
    kept.append(bytes([_LOCATION << 3 | _VARINT, 1]))
    return b"".join(kept), values


def put_back(model: bytes, weights: Iterable[bytes | memoryview]) -> bytes:
    """Return a model without weights with these behind it: a second graph, which is joined to it.

    That two fields of one message are joined is what protobuf's encoding says of them.
    """
    pieces: list[bytes | memoryview] = []
    for weight in weights:
        pieces += [_key(_INITIALIZER, len(weight)), weight]
    return b"".join([model, _key(_GRAPH, sum(map(len, pieces))), *pieces])


def _fields(view: memoryview) -> Iterator[tuple[int, memoryview, memoryview | None]]:
    """Yield each field's number, the field with its key, and its value where that is bytes."""
    at = 0
    while at < len(view):
        start = at
        key, at = _varint(view, at)
        value: memoryview | None = None
        kind = key & 7
        if kind == _VARINT:
            _, at = _varint(view, at)
        elif kind == _BYTES:
            length, at = _varint(view, at)
            value = view[at : at + length]
            at += length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError("a field of a kind that there is not")
        if at > len(view):
            raise ValueError("a field that goes on past the end")
        yield key >> 3, view[start:at], value


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    """Return the number at a place, and the place behind it."""
    number = shift = 0
    while at < len(view) and shift < 64:
        byte = view[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    raise ValueError("a number that does not end")


def _number(field: memoryview) -> int:
    """Return the value of a field that is a varint."""
    _, at = _varint(field, 0)
    return _varint(field, at)[0]


def _numbers(packed: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(packed):
        number, at = _varint(packed, at)
        found.append(number)
    return found


def _name(tensor: memoryview) -> str:
    names = [value for number, _, value in _fields(tensor) if number == _TENSOR_NAME]
    if not names or names[-1] is None:
        raise ValueError("a weight without a name")
    return str(names[-1], "utf-8")


def _field(number: int, value: bytes) -> bytes:
    return _key(number, len(value)) + value


def _key(number: int, length: int) -> bytes:
    """Return what stands before `length` bytes that are the value of a field."""
    made = bytearray([number << 3 | _BYTES])
    while length >= 0x80:
        made.append(length & 0x7F | 0x80)
        length >>= 7
    made.append(length)
    return bytes(made)

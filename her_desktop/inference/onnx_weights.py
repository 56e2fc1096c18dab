"""The weights of an ONNX file, kept out of protobuf's hands.

protobuf reads and writes a model in one call that lets no other Python thread run: measured with a
voice of 60 MB, 30 ms to read it and 40 to write its largest part, which the window and the sound
would feel where a voice is changed while the program runs. Here the weights stay slices of the
file, and a part of the graph gets those it needs put behind it as bytes.

Rule: pure; knows protobuf's wire format and the numbers of four of ONNX's fields, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_GRAPH, _INITIALIZER, _TENSOR_NAME = 7, 5, 8
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


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


def put_back(model: bytes, weights: Iterable[memoryview]) -> bytes:
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

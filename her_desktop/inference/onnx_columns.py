"""The first or the last column of a table set to something, without a list of where to write.

`x[..., -1] = y` becomes a dozen and a half nodes in an export of PyTorch: ranges for each
dimension, spread and joined to a list of places that `ScatterND` then writes to. A voice sets two
dozen columns before it knows how long its sounds are: a sixth of its text part's nodes, each of
which takes its microsecond however short the sentence.

Rule: pure; a write of another kind stays as it is.
"""

from __future__ import annotations

import numpy as np

from her_desktop.inference.onnx_passages import Passages, Tensor, attributes


def set_columns_at_once(passages: Passages) -> None:
    """Choose between a column's new value and what stood there, for a whole table at once."""
    numbers: dict[str, tuple[str, str]] = {}
    chosen: dict[tuple[str, bool], str] = {}
    for scatter in passages.of_type("ScatterND"):
        table, places, values = scatter.input
        origin, rank = _origin(passages, table)
        last = _column(passages, places, origin, rank)
        value = _value(passages, values, origin)
        if last is None or value is None:
            continue
        put = passages.putting(scatter)
        if origin not in numbers:
            count = put("Gather", put("Shape", table), np.array(-1))
            numbers[origin] = count, put("Range", np.array(0), count, np.array(1))
        if (origin, last) not in chosen:
            count, columns = numbers[origin]
            number = put("Sub", count, np.array(1)) if last else np.array(0)
            chosen[origin, last] = put("Equal", columns, number)
        if isinstance(value, str):
            value = put("Unsqueeze", value, np.array([-1]))
        passages.redirect(scatter.output[0], put("Where", chosen[origin, last], value, table))


def _origin(passages: Passages, table: str) -> tuple[str, int]:
    """Return the padding that gave a table its shape, and its dimensions; 0 where not known."""
    while (node := passages.maker(table)) is not None:
        if node.op_type == "Pad":
            amounts = passages.constant(node.input[1])
            return table, 0 if amounts is None else amounts.size // 2
        of_number = node.op_type in ("Add", "Mul") and passages.is_number(node.input[1])
        if node.op_type == "Where":
            table = node.input[2]
        elif node.op_type == "ScatterND" or of_number:
            table = node.input[0]
        else:
            break
    return table, 0


def _column(passages: Passages, places: str, origin: str, rank: int) -> bool | None:
    """Return whether the places are the last column, or the first; None if neither."""
    together = passages.maker(places, "Concat")
    if together is None or rank < 2 or len(together.input) != rank:
        return None
    *rows, column = (passages.up(name, ("Expand", "Unsqueeze")) for name in together.input)
    for dimension, row in enumerate(rows):
        numbers = passages.maker(passages.up(row, ("Reshape",)), "Range")
        if numbers is None or not passages.is_constant(numbers.input[0], 0):
            return None
        count = passages.maker(numbers.input[1], "Gather")
        if count is None or not passages.is_constant(count.input[1], dimension):
            return None
        if _origin(passages, passages.up(count.input[0], ("Shape",)))[0] != origin:
            return None
    if passages.is_constant(column, 0):
        return False
    before = passages.maker(passages.up(column, ("Unsqueeze",)), "Sub")
    size = before and passages.maker(passages.up(before.input[0], ("Squeeze",)), "Slice")
    if not size or not passages.is_constant(before.input[1], 1):
        return None
    shape = passages.up(size.input[0], ("Shape",))
    of_this = passages.is_constant(size.input[1], -1) and _origin(passages, shape)[0] == origin
    return True if of_this else None


def _value(passages: Passages, values: str, origin: str) -> str | Tensor | None:
    """Return what is written everywhere: a number, or a tensor with a value for each row."""
    from onnx import numpy_helper

    source = passages.up(values, ("Expand", "Reshape"))
    filled = passages.maker(source, "ConstantOfShape")
    if filled is not None:
        number: Tensor = numpy_helper.to_array(attributes(filled)["value"])
        return number.reshape(())
    more = passages.maker(source, "Add")
    taken = more and passages.maker(more.input[0], "Gather")
    if not taken or not passages.is_number(more.input[1]):
        return None
    table, rank = _origin(passages, taken.input[0])
    whole = table == origin and attributes(taken).get("axis", 0) == rank - 1
    return source if whole else None

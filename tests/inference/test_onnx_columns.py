"""A column that is set at once is set to the same as one that is written place by place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn_graph import Drawn, Values, ints, numbers, types
from onnx import helper

from her_desktop.inference.onnx_columns import set_columns_at_once

END = ints(2**62)


def padded(put: Drawn, rank: int) -> str:
    """Put a column before the table `x` and one behind it, and change all of it a little."""
    edge = [*[0] * (rank - 1), 1]
    table = put("Pad", "x", ints(*edge, *edge))
    return put("Add", put("Mul", table, np.array(10.0, np.float32)), np.array(-5.0, np.float32))


def with_column(
    put: Drawn, table: str, rank: int, *, last: bool, value: float, added: bool = False
) -> str:
    """Write `table[..., column] = value` as the exporter of PyTorch does, or `+=` it."""
    shape = put("Shape", table)
    size = put("Squeeze", put("Slice", shape, ints(-1), END, ints(0)), ints(0))
    column: Any = put("Sub", size, np.array(1)) if last else np.array(0)
    taken = put("Gather", table, column, axis=rank - 1)
    if added:
        source = put("Add", taken, np.array(value, np.float32))
    else:
        number = helper.make_tensor("value", 1, [1], [value])
        source = put("ConstantOfShape", put("Shape", taken), value=number)
    spread = put("Expand", source, put("Shape", taken))
    places = []
    for dimension in range(rank - 1):
        count = put("Gather", shape, np.array(dimension))
        row = put("Range", np.array(0), count, np.array(1))
        places.append(put("Reshape", row, ints(-1, *[1] * (rank - 1 - dimension))))
    column = put("Unsqueeze", column, ints(0)) if last else ints(0)
    joined = column
    for row in places:
        joined = put("Add", row, joined)
    common = put("Shape", joined)
    parts = [put("Unsqueeze", put("Expand", part, common), ints(-1)) for part in (*places, column)]
    rest = put("Slice", shape, ints(rank), END, ints(0))
    updates = put("Reshape", spread, put("Concat", common, rest, axis=0))
    return put("ScatterND", table, put("Concat", *parts, axis=-1), updates)


def drawn(rank: int) -> tuple[Drawn, str]:
    """Set the first column and the last one, and add to the last one."""
    put = Drawn(set_columns_at_once)
    table = padded(put, rank)
    table = with_column(put, table, rank, last=False, value=-7.0)
    table = with_column(put, table, rank, last=True, value=9.0)
    return put, with_column(put, table, rank, last=True, value=0.25, added=True)


def result(put: Drawn, end: str, nodes: list[Any], x: Values) -> Values:
    return put.run([*nodes, helper.make_node("Neg", [end], ["negated"])], "negated", {"x": x})


@pytest.mark.parametrize("rank", [2, 4])
def test_columns_are_what_they_were(rank: int) -> None:
    put, end = drawn(rank)
    put.nodes.append(helper.make_node("Neg", [end], ["end"]))
    light = put.lightened("end")
    kinds = types(light)
    assert not kinds["ScatterND"]
    assert not kinds["Expand"]
    assert kinds["Where"] == 3
    assert kinds["Range"] == 1, "of a table's shape, all is known that needs to be"
    x = numbers(*(1, 1, 3, 4)[-rank:])
    want = put.run(put.nodes, "end", {"x": x})
    np.testing.assert_array_equal(put.run(light, "end", {"x": x}), want)
    assert (want[..., 0] == 7.0).all()
    assert (want[..., -1] == -9.25).all()


def test_an_empty_table_stays_empty() -> None:
    put, end = drawn(2)
    put.nodes.append(helper.make_node("Neg", [end], ["end"]))
    assert put.run(put.lightened("end"), "end", {"x": numbers(0, 4)}).shape == (0, 6)


@pytest.mark.parametrize("change", ["a shape that nothing tells", "another column", "other values"])
def test_a_write_of_another_kind_stays_as_it_is(change: str) -> None:
    put = Drawn(set_columns_at_once)
    table = "x" if change == "a shape that nothing tells" else padded(put, 2)
    end = with_column(put, table, 2, last=True, value=1.0)
    if change == "another column":
        (before,) = [node for node in put.nodes if node.op_type == "Sub"]
        put.weights[before.input[1]] = np.array(2)
    elif change == "other values":
        (spread, *_) = [node for node in put.nodes if node.op_type == "ConstantOfShape"]
        other = helper.make_node("Relu", list(spread.output), ["other"])
        put.nodes.insert(put.nodes.index(spread) + 1, other)
        for node in put.nodes:
            if node.op_type == "Expand" and node.input[0] == spread.output[0]:
                node.input[0] = "other"
    assert put.lightened(end) == put.nodes

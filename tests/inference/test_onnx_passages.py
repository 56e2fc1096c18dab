"""Passages of a graph can be replaced, and what nobody needs any more is left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from her_desktop.inference.onnx_passages import Passages, attributes

Values = npt.NDArray[np.float32]
TWO = np.array(2.0, np.float32)


def passages() -> Passages:
    """x -> double -> square -> end, where `two` is a weight; and a node that leads nowhere."""
    nodes = [
        helper.make_node("Mul", ["x", "two"], ["double"]),
        helper.make_node("Mul", ["double", "double"], ["square"]),
        helper.make_node("LeakyRelu", ["square"], ["end"], alpha=0.5),
        helper.make_node("Neg", ["double"], ["nowhere"]),
    ]
    return Passages(nodes, {"two": TWO}.get, ["end"])


def result(changed: Passages, x: list[float]) -> list[float]:
    """Run the finished graph."""
    graph = helper.make_graph(
        changed.finished(),
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None])],
        [helper.make_tensor_value_info("end", TensorProto.FLOAT, [None])],
        [numpy_helper.from_array(TWO, "two")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (values,) = session.run(None, {"x": np.array(x, np.float32)})
    return [float(value) for value in values]


def test_what_nobody_needs_is_left_out() -> None:
    assert [node.op_type for node in passages().finished()] == ["Mul", "Mul", "LeakyRelu"]
    assert result(passages(), [1.0, 2.0]) == [4.0, 16.0]


def test_a_tensor_is_made_in_another_way() -> None:
    changed = passages()
    (end,) = changed.of_type("LeakyRelu")
    more = changed.putting(end)("Add", "x", np.array([1.0], np.float32))
    changed.redirect("square", more)
    assert changed.maker("end").input[0] == more
    assert [node.op_type for node in changed.finished()] == ["Constant", "Add", "LeakyRelu"]
    assert result(changed, [1.0, -5.0]) == [2.0, -2.0]


def test_a_tensor_taken_twice_is_replaced_twice() -> None:
    changed = passages()
    changed.redirect("double", "x")
    assert result(changed, [3.0]) == [9.0]
    assert len(changed.users("x")) == 4, "twice by the square, once by each of two others"


def test_an_output_stays_what_it_was() -> None:
    changed = passages()
    assert changed.is_kept("end")
    assert not changed.is_kept("square")
    changed.redirect("end", "x")
    assert result(changed, [1.0]) == [4.0]


def test_the_nodes_it_was_given_stay_as_they_are() -> None:
    node = helper.make_node("LeakyRelu", ["x"], ["end"], alpha=0.5)
    changed = Passages([node], lambda name: None, ["end"])
    (copy,) = changed.of_type("LeakyRelu")
    changed.give(copy, "alpha", 0.25)
    changed.redirect("x", "two")
    assert attributes(copy) == {"alpha": 0.25}
    assert attributes(node) == {"alpha": 0.5}
    assert node.input[0] == "x"


def test_what_is_always_the_same_is_known() -> None:
    changed = passages()
    (end,) = changed.of_type("LeakyRelu")
    put = changed.putting(end)("Identity", np.array([3, 4]))
    constant = changed.maker(put).input[0]
    assert changed.is_constant(constant, [3, 4])
    assert not changed.is_constant(constant, [3, 5])
    assert not changed.is_constant(constant, 3)
    assert changed.is_constant("two", 2.0)
    assert changed.constant("x") is None
    assert changed.constant(put) is None


@pytest.mark.parametrize("op_type", [None, "Mul"])
def test_a_maker_is_found(op_type: str | None) -> None:
    assert passages().maker("square", op_type).output[0] == "square"
    assert passages().maker("end", "Mul") is None
    assert passages().maker("x", op_type) is None


def test_a_tensor_is_followed_to_what_it_is_made_of() -> None:
    nodes = [
        helper.make_node("Slice", ["x", "a", "b"], ["once"]),
        helper.make_node("Slice", ["once", "a", "b"], ["twice"]),
        helper.make_node("Neg", ["twice"], ["end"]),
    ]
    changed = Passages(nodes, lambda name: None, ["end"])
    assert changed.behind("twice", "Slice") == "x"
    assert changed.behind("end", "Slice") == "end"
    assert changed.up("end", ("Slice", "Neg")) == "x"
    assert changed.up("end", ("Neg", "Slice")) == ""
    assert changed.up("x", ("Slice",)) == ""

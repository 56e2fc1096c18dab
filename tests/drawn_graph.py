"""A graph of ONNX that a test writes down operator by operator, as an exporter does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from her_desktop.inference.onnx_passages import Passages

Values = npt.NDArray[Any]
random = np.random.default_rng(5)


def numbers(*shape: int) -> Values:
    """Return some numbers, others each time."""
    values: Values = random.standard_normal(shape).astype(np.float32)
    return values


def types(nodes: Sequence[Any]) -> Counter[str]:
    """Return how many nodes of each operator there are."""
    return Counter(node.op_type for node in nodes)


def ints(*values: int) -> Values:
    """Return a list of integers as a tensor."""
    return np.array(values, np.int64)


class Drawn:
    """A graph of which the inputs are whatever its nodes take and none of them makes."""

    def __init__(self, rule: Callable[[Passages], None]) -> None:
        """Begin with nothing; `rule` is what is tried on it."""
        self._rule = rule
        self.nodes: list[Any] = []
        self.weights: dict[str, Values] = {}

    def __call__(self, op_type: str, *inputs: str | Values, **told: object) -> str:
        """Add a node, arrays among its inputs as weights; return its output."""
        names = []
        for value in inputs:
            name = value if isinstance(value, str) else f"w{len(self.weights)}"
            if not isinstance(value, str):
                self.weights[name] = value
            names.append(name)
        output = f"{op_type}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op_type, names, [output], **told))
        return output

    def lightened(self, end: str) -> list[Any]:
        """Return the nodes that make `end` once the rule was followed."""
        passages = Passages(self.nodes, self.weights.get, [end])
        self._rule(passages)
        return passages.finished()

    def run(self, nodes: Sequence[Any], end: str, feed: dict[str, Values]) -> Values:
        """Return what some nodes make of `feed`; its own or the lightened ones."""
        graph = helper.make_graph(
            nodes,
            "drawn",
            [
                helper.make_tensor_value_info(
                    name, helper.np_dtype_to_tensor_dtype(values.dtype), None
                )
                for name, values in feed.items()
            ],
            [helper.make_tensor_value_info(end, TensorProto.FLOAT, None)],
            [numpy_helper.from_array(values, name) for name, values in self.weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        values: Values = session.run(None, feed)[0]
        return values

"""A convolution over time makes the same of its input when it is one over an image of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from her_desktop.inference.onnx_convolutions import as_images
from her_desktop.inference.onnx_passages import Passages, attributes

Values = npt.NDArray[Any]
CHANNELS = 32
random = np.random.default_rng(3)


def weight(*shape: int) -> Values:
    """Return numbers of such a size that what a convolution makes of them is about as loud."""
    values: Values = random.standard_normal(shape).astype(np.float32)
    return values / np.float32(np.sqrt(np.prod(shape[1:])))


def rewritten(nodes: Sequence[Any], weights: dict[str, Values]) -> list[Any]:
    passages = Passages(nodes, weights.get, ["end"])
    as_images(passages)
    return passages.finished()


def run(nodes: Sequence[Any], weights: dict[str, Values], x: Values) -> Values:
    graph = helper.make_graph(
        nodes,
        "convolutions",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("end", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    values: Values = session.run(None, {"x": x})[0]
    return values


def kernels(nodes: Sequence[Any]) -> list[list[int]]:
    """Return the kernel of each convolution."""
    return [
        attributes(node)["kernel_shape"]
        for node in nodes
        if node.op_type in ("Conv", "ConvTranspose")
    ]


def decoder(kernel: int, dilation: int) -> tuple[list[Any], dict[str, Values]]:
    """Something like the end of a voice: upsampled, then twice a convolution and its input."""
    reach = dilation * (kernel - 1) // 2
    wide: dict[str, Any] = {
        "kernel_shape": [kernel], "dilations": [dilation], "pads": [reach, reach]
    }  # fmt: skip
    nodes = [
        helper.make_node("Conv", ["x", "w0", "b"], ["first"], kernel_shape=[7], pads=[3, 3]),
        helper.make_node("LeakyRelu", ["first"], ["bent"], alpha=0.1),
        helper.make_node(
            "ConvTranspose", ["bent", "w1"], ["up"], kernel_shape=[8], strides=[4], pads=[2, 2]
        ),
        helper.make_node("LeakyRelu", ["up"], ["up_bent"], alpha=0.1),
        helper.make_node("Conv", ["up_bent", "w2", "b"], ["once"], **wide),
        helper.make_node("Add", ["once", "up"], ["sum"]),
        helper.make_node("Div", ["sum", "three"], ["third"]),
        helper.make_node("Conv", ["third", "w3"], ["mixed"], kernel_shape=[1]),
        helper.make_node("Tanh", ["mixed"], ["loud"]),
        helper.make_node("Mul", ["loud", "x_mean"], ["scaled"]),
        helper.make_node("ReduceMean", ["x"], ["x_mean"], axes=[2]),
        helper.make_node("Neg", ["scaled"], ["end"]),
    ]
    nodes.insert(9, nodes.pop(10))
    weights = {
        "w0": weight(CHANNELS, CHANNELS, 7),
        "w1": weight(CHANNELS, CHANNELS, 8),
        "w2": weight(CHANNELS, CHANNELS, kernel),
        "w3": weight(CHANNELS, CHANNELS, 1),
        "b": weight(CHANNELS),
        "three": np.array(3.0, np.float32),
    }
    return nodes, weights


@pytest.mark.parametrize("kernel", [3, 7])
@pytest.mark.parametrize("dilation", [1, 5])
@pytest.mark.parametrize("length", [1, 22])
def test_it_makes_the_same(kernel: int, dilation: int, length: int) -> None:
    nodes, weights = decoder(kernel, dilation)
    x = random.standard_normal((1, CHANNELS, length)).astype(np.float32)
    light = rewritten(nodes, weights)
    assert kernels(light) == [[1, 7], [1, 8], [1, kernel], [1, 1]]
    np.testing.assert_allclose(run(light, weights, x), run(nodes, weights, x), rtol=1e-4, atol=1e-5)


def test_what_lies_between_is_no_row_of_sound_meanwhile() -> None:
    light = rewritten(*decoder(3, 1))
    assert [node.op_type for node in light].count("Squeeze") == 1


def test_convolutions_of_another_kind_stay_as_they_are() -> None:
    nodes = [
        # Mixes channels and nothing else; works on each channel alone; is one of images already.
        helper.make_node("Conv", ["x", "w1"], ["a"], kernel_shape=[1]),
        helper.make_node("Conv", ["a", "w2"], ["b"], kernel_shape=[3], pads=[1, 1], group=CHANNELS),
        helper.make_node("Unsqueeze", ["b", "axis"], ["c"]),
        helper.make_node("Conv", ["c", "w3"], ["d"], kernel_shape=[1, 3], pads=[0, 1, 0, 1]),
        helper.make_node("Relu", ["d"], ["end"]),
    ]
    weights = {
        "w1": weight(CHANNELS, CHANNELS, 1),
        "w2": weight(CHANNELS, 1, 3),
        "w3": weight(CHANNELS, CHANNELS, 1, 3),
        "axis": np.array([2]),
    }
    assert rewritten(nodes, weights) == nodes


def test_a_convolution_that_is_an_output_stays_as_it_is() -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["end"], kernel_shape=[3])]
    assert rewritten(nodes, {"w": weight(CHANNELS, CHANNELS, 3)}) == nodes

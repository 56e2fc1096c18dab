"""What the rules make of a voice's text part says the same, and passages they do not know stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from drawn_graph import Drawn, ints, numbers, types
from onnx import TensorProto, helper

from her_desktop.inference.onnx_passages import attributes
from her_desktop.inference.vits_text import lighten_text


def attention(length: int, heads: int, reach: int, size: int, *, shared: bool) -> tuple[Drawn, str]:
    """Attention with relative positions, as VITS has it: of `q`, `k` and `v`, one for each head."""
    put = Drawn(lighten_text)
    tables = 1 if shared else heads
    short, begin = max(length - reach - 1, 0), max(reach + 1 - length, 0)

    def table() -> str:
        padded = put("Pad", numbers(tables, 2 * reach + 1, size), ints(0, short, 0, 0, short, 0))
        rows = put("Slice", padded, ints(begin), ints(begin + 2 * length - 1), ints(1))
        return put("Unsqueeze", rows, ints(0))

    def padded(values: str, before: int, behind: int) -> str:
        rank = 3 if before else 4
        still = [0] * (rank - 1)
        return put("Pad", values, ints(*still, before, *still, behind))

    queries = put("Div", "q", np.array(np.sqrt(size), np.float32))
    scores = put("MatMul", queries, put("Transpose", "k", perm=[0, 1, 3, 2]))
    keys = put("Transpose", table(), perm=[0, 1, 3, 2])
    far = padded(put("MatMul", queries, keys), 0, 1)
    flat = put("Reshape", far, ints(1, heads, 2 * length * length))
    flat = put("Pad", flat, ints(0, 0, 0, 0, 0, length - 1))
    square = put("Reshape", flat, ints(1, heads, length + 1, 2 * length - 1))
    square = put("Slice", square, ints(0), ints(length), ints(2))
    square = put("Slice", square, ints(length - 1), ints(2 * length), ints(3))
    weights = put("Softmax", put("Add", scores, square), axis=-1)
    product = put("MatMul", weights, "v")
    far = padded(weights, 0, length - 1)
    flat = put("Reshape", far, ints(1, heads, length * (2 * length - 1)))
    flat = put("Pad", flat, ints(0, 0, length, 0, 0, 0))
    rows = put("Reshape", flat, ints(1, heads, length, 2 * length))
    rows = put("Slice", rows, ints(1), ints(2 * length), ints(3))
    return put, put("Add", product, put("MatMul", rows, table()))


@pytest.mark.parametrize("length", [1, 2, 4, 5, 9, 40])
@pytest.mark.parametrize(("heads", "shared"), [(1, True), (2, True), (3, False)])
@pytest.mark.parametrize("reach", [1, 4])
def test_attention_reaches_as_far_as_it_did(
    length: int, heads: int, shared: bool, reach: int
) -> None:
    put, end = attention(length, heads, reach, 8, shared=shared)
    light = put.lightened(end)
    assert not types(light)["Pad"]
    feed = {name: numbers(1, heads, length, 8) for name in ("q", "k", "v")}
    np.testing.assert_allclose(
        put.run(light, end, feed), put.run(put.nodes, end, feed), rtol=1e-4, atol=1e-6
    )


def test_many_layers_share_what_they_know_of_places() -> None:
    put, end = attention(9, 2, 4, 8, shared=True)
    for name in ("q", "k", "v"):
        put.nodes[:0] = [helper.make_node("Identity", ["x"], [name])]
    again, last = attention(9, 2, 4, 8, shared=True)
    for node in again.nodes:
        names = [end if name in ("q", "k", "v") else f"again_{name}" for name in node.input]
        copy = helper.make_node(
            node.op_type, names, [f"again_{node.output[0]}"], **attributes(node)
        )
        put.nodes.append(copy)
    put.weights |= {f"again_{name}": values for name, values in again.weights.items()}
    last = f"again_{last}"
    light = put.lightened(last)
    assert types(light)["Range"] == 1
    assert types(light)["ScatterElements"] == 2
    feed = {"x": numbers(1, 2, 9, 8)}
    np.testing.assert_allclose(
        put.run(light, last, feed), put.run(put.nodes, last, feed), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("change", ["another query", "another path", "an even table"])
def test_attention_of_another_kind_stays_as_it_is(change: str) -> None:
    put, end = attention(9, 2, 4, 8, shared=True)
    if change == "another query":
        (score, *_) = [node for node in put.nodes if node.op_type == "MatMul"]
        score.input[0] = "q"
    elif change == "another path":
        (placed, *_) = [node for node in put.nodes if node.op_type == "Reshape"]
        before = helper.make_node("Neg", [placed.input[0]], ["negated"])
        placed.input[0] = "negated"
        put.nodes.insert(put.nodes.index(placed), before)
    else:
        put.weights = {
            name: np.repeat(values, 2, axis=1) if values.shape == (1, 9, 8) else values
            for name, values in put.weights.items()
        }
    assert put.lightened(end) == put.nodes


def masked() -> tuple[Drawn, str]:
    """Two steps on a text of which `input_lengths` says how much counts, and its attention."""
    put = Drawn(lighten_text)
    length = put("Gather", put("Shape", "x"), np.array(2))
    place = put("Unsqueeze", put("Range", np.array(0), length, np.array(1)), ints(0))
    inside = put("Less", place, put("Unsqueeze", "input_lengths", ints(1)))
    mask = put("Cast", put("Unsqueeze", inside, ints(1)), to=TensorProto.FLOAT)
    square = put("Mul", put("Unsqueeze", mask, ints(2)), put("Unsqueeze", mask, ints(3)))
    values = put("Mul", "x", mask)
    scores = put(
        "Unsqueeze", put("MatMul", put("Transpose", values, perm=[0, 2, 1]), values), ints(1)
    )
    outside = put("Equal", square, np.array(0.0, np.float32))
    scores = put("Where", outside, np.array(-1e4, np.float32), scores)
    rows = put("Squeeze", put("Softmax", scores, axis=-1), ints(1))
    return put, put("Mul", mask, put("MatMul", values, rows))


def test_a_mask_of_ones_is_left_out() -> None:
    put, end = masked()
    last = put("Neg", end)
    light = put.lightened(last)
    assert not {"Mul", "Less", "Where"} & types(light).keys()
    feed = {"x": numbers(1, 3, 5), "input_lengths": ints(5)}
    np.testing.assert_array_equal(put.run(light, last, feed), put.run(put.nodes, last, feed))


def test_the_mask_of_something_else_stays() -> None:
    put, end = masked()
    for node in put.nodes:
        for place, name in enumerate(node.input):
            if name == "input_lengths":
                node.input[place] = "other_lengths"
    assert put.lightened(end) == put.nodes


def test_a_mask_that_two_texts_share_keeps_its_shape() -> None:
    """Multiplied with another, it says how long both are, and that may be asked."""
    put, _ = masked()
    (rank4, *_) = [node for node in put.nodes if node.op_type == "Unsqueeze"][3:]
    other = put("Mul", rank4.output[0], "x")
    end = put("Cast", put("Shape", other), to=TensorProto.FLOAT)
    feed = {"x": numbers(1, 3, 5, 1), "input_lengths": ints(5)}
    want = put.run(put.nodes, end, feed)
    np.testing.assert_array_equal(put.run(put.lightened(end), end, feed), want)


def norm(axes: Sequence[int], power: float) -> tuple[Drawn, str]:
    put = Drawn(lighten_text)
    rows = put("Transpose", "x", perm=[0, 2, 1])
    centred = put("Sub", rows, put("ReduceMean", rows, axes=axes))
    square = put("Pow", centred, np.array(power, np.float32))
    least = put("Add", put("ReduceMean", square, axes=axes), np.array(1e-3, np.float32))
    even = put("Div", centred, put("Sqrt", least))
    shifted = put("Add", put("Mul", even, numbers(6)), numbers(6))
    return put, put("Transpose", shifted, perm=[0, 2, 1])


def test_a_norm_is_one_node() -> None:
    put, end = norm([-1], 2.0)
    light = put.lightened(end)
    assert types(light) == {"Transpose": 2, "LayerNormalization": 1}
    feed = {"x": numbers(1, 6, 11)}
    np.testing.assert_allclose(
        put.run(light, end, feed), put.run(put.nodes, end, feed), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize(("axes", "power"), [([1], 2.0), ([-1], 4.0)])
def test_a_norm_of_another_kind_stays_as_it_is(axes: list[int], power: float) -> None:
    put, end = norm(axes, power)
    assert put.lightened(end) == put.nodes


def padded_convolution(amounts: Sequence[int], **told: object) -> tuple[Drawn, str]:
    put = Drawn(lighten_text)
    padded = put("Pad", "x", ints(*amounts), np.array(told.pop("filled", 0.0), np.float32), **told)
    return put, put("Conv", padded, numbers(2, 4, 3), kernel_shape=[3])


def test_a_convolution_pads_what_it_takes() -> None:
    put, end = padded_convolution([0, 0, 2, 0, 0, 1])
    light = put.lightened(end)
    assert types(light) == {"Conv": 1}
    assert attributes(light[0])["pads"] == [2, 1]
    feed = {"x": numbers(1, 4, 9)}
    np.testing.assert_allclose(
        put.run(light, end, feed), put.run(put.nodes, end, feed), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ([0, 1, 1, 0, 0, 1], {}),
        ([0, 0, -1, 0, 0, 1], {}),
        ([0, 0, 1, 0, 0, 1], {"filled": 1.0}),
        ([0, 0, 1, 0, 0, 1], {"mode": "edge"}),
    ],
)
def test_padding_of_another_kind_stays(amounts: list[int], told: dict[str, Any]) -> None:
    put, end = padded_convolution(amounts, **told)
    assert put.lightened(end) == put.nodes


def looked_up(shift: Sequence[int] = (0, 1, 0, 0, 0, 0)) -> tuple[Drawn, str]:
    """What each frame's sound says, of sounds that last `frames` each and say `sounds`."""
    put = Drawn(lighten_text)
    count = put("Gather", put("Shape", "sounds"), np.array(1))
    total = put("Cast", put("ReduceSum", "frames", ints(0, 1, 2), keepdims=0), to=TensorProto.INT64)
    all_ = [put("Unsqueeze", size, ints(0)) for size in (count, total)]
    ends = put("Reshape", put("CumSum", "frames", np.array(-1)), all_[0])
    frame = put(
        "Range",
        np.array(0.0, np.float32),
        put("Cast", total, to=TensorProto.FLOAT),
        np.array(1.0, np.float32),
    )
    before = put("Less", put("Unsqueeze", frame, ints(0)), put("Unsqueeze", ends, ints(1)))
    before = put("Cast", before, to=TensorProto.FLOAT)
    before = put("Reshape", before, put("Concat", ints(1), *all_, axis=0))
    shifted = put("Slice", put("Pad", before, ints(*shift)), ints(0), ints(-1), ints(1), ints(1))
    path = put("Unsqueeze", put("Sub", before, shifted), ints(1))
    path = put("Transpose", path, perm=[0, 1, 3, 2])
    path = put("Squeeze", put("Mul", path, np.ones((1, 1, 1, 1), np.float32)), ints(1))
    return put, put("Neg", put("MatMul", path, "sounds"))


@pytest.mark.parametrize("frames", [[1], [3, 1, 2], [2, 0, 5, 0, 1], [1] * 30])
def test_each_frame_gets_what_its_sound_says(frames: list[int]) -> None:
    put, end = looked_up()
    light = put.lightened(end)
    assert not types(light)["MatMul"]
    feed = {
        "frames": np.array([[frames]], np.float32),
        "sounds": numbers(1, len(frames), 4),
    }
    said = put.run(light, end, feed)
    np.testing.assert_array_equal(said, put.run(put.nodes, end, feed))
    np.testing.assert_array_equal(said[0], -np.repeat(feed["sounds"][0], frames, axis=0))


def test_another_way_from_sounds_to_frames_stays_as_it_is() -> None:
    put, end = looked_up((0, 0, 1, 0, 0, 0))
    assert put.lightened(end) == put.nodes

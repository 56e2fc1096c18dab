"""Weights that are taken out of an ONNX file and put back as they were."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from her_desktop.inference.onnx_weights import put_back, set_apart, take_out


def small_model() -> onnx.ModelProto:
    shape = ["batch", 300]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["in", "first"], ["middle"], name="one"),
            helper.make_node("Add", ["middle", "second"], ["out"], name="two", doc_string="é"),
        ],
        "small",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)],
        [
            numpy_helper.from_array(np.random.rand(300, 300).astype(np.float32), "first"),
            numpy_helper.from_array(np.random.rand(300).astype(np.float32), "second"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])


def test_what_is_left_is_the_graph_without_its_weight() -> None:
    model = small_model()
    skeleton, weights = take_out(model.SerializeToString())
    assert len(skeleton) < 1000
    read = onnx.load_model_from_string(skeleton)
    assert [item.name for item in read.graph.initializer] == ["first", "second"]
    assert list(read.graph.node) == list(model.graph.node)
    assert read.opset_import == model.opset_import
    for item in model.graph.initializer:
        assert bytes(weights[item.name]) == item.SerializeToString()


def test_weights_put_back_are_read_as_before() -> None:
    model = small_model()
    _, weights = take_out(model.SerializeToString())
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.initializer[:]
    whole = onnx.load_model_from_string(put_back(bare.SerializeToString(), weights.values()))
    assert whole == model
    assert onnx.load_model_from_string(put_back(bare.SerializeToString(), [])) == bare


def described(weight: bytes | memoryview) -> TensorProto:
    tensor = TensorProto()
    tensor.ParseFromString(bytes(weight))
    return tensor


def test_a_large_weight_is_described_and_its_values_are_given_beside() -> None:
    _, weights = take_out(small_model().SerializeToString())
    bare, values = set_apart(weights["first"])
    assert values is not None
    assert len(bare) < 200
    whole, rest = described(weights["first"]), described(bare)
    np.testing.assert_array_equal(values, numpy_helper.to_array(whole))
    assert rest.data_location == TensorProto.EXTERNAL
    assert (rest.name, rest.data_type, rest.dims) == (whole.name, whole.data_type, whole.dims)
    assert not rest.HasField("raw_data")
    assert {pair.key for pair in rest.external_data} == {"location", "offset", "length"}


def odd_weights() -> dict[str, TensorProto]:
    numbers = np.arange(4096)
    mistaken = numpy_helper.from_array(numbers.astype(np.float32), "mistaken")
    mistaken.dims[0] = 4095
    return {
        "small": numpy_helper.from_array(np.ones(8, np.float32), "small"),
        "whole numbers": numpy_helper.from_array(numbers, "whole"),
        "half precision": numpy_helper.from_array(numbers.astype(np.float16), "half"),
        "not as bytes": helper.make_tensor("listed", TensorProto.FLOAT, [4096], numbers.tolist()),
        "of another size than it says": mistaken,
    }


@pytest.mark.parametrize("kind", odd_weights())
def test_every_other_weight_stays_as_it_is(kind: str) -> None:
    weight = memoryview(odd_weights()[kind].SerializeToString())
    assert set_apart(weight) == (weight, None)


def test_dimensions_are_read_in_both_ways_of_writing_them() -> None:
    tensor = numpy_helper.from_array(np.random.rand(300, 7).astype(np.float32), "w")
    expected = numpy_helper.to_array(tensor)
    tensor.ClearField("dims")
    rest = tensor.SerializeToString()
    for dimensions in (b"\x08\xac\x02\x08\x07", b"\x0a\x03\xac\x02\x07"):
        _, values = set_apart(memoryview(dimensions + rest))
        assert values is not None
        np.testing.assert_array_equal(values, expected)


def test_whatever_is_cut_or_scratched_is_an_error_in_words_or_another_model() -> None:
    content = small_model().SerializeToString()
    refused = 0
    places = [*range(200), *range(200, len(content), 4999)]
    for place in places:
        scratched = bytearray(content)
        scratched[place] ^= 0xFF
        for broken in (content[:place], bytes(scratched)):
            try:
                take_out(broken)
            except ValueError:
                refused += 1
    assert refused > len(places) // 2


@pytest.mark.parametrize("nothing", [b"", b"\x08\x08"])
def test_a_model_without_a_graph_has_no_weights(nothing: bytes) -> None:
    assert take_out(nothing) == (nothing, {})

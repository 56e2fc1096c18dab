"""A voice's graph in parts sounds like the graph in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from her_desktop.inference.loading import open_onnx
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.vits import CHUNK_FRAMES, DECODER_MARGIN, VitsGraph, _split, _stretches

pytestmark = pytest.mark.models


def feed(length: int) -> dict[str, np.ndarray[Any, Any]]:
    """Phoneme ids that the starter voice can say, as many as wanted."""
    ids = (np.arange(length, dtype=np.int64) * 7) % 40 + 14
    return {
        "input": ids[None],
        "input_lengths": np.array([length], np.int64),
        # Without noise two runs can be compared; the cut lies behind the noise either way.
        "scales": np.array([0.0, 1.0, 0.0], np.float32),
    }


@pytest.fixture(scope="module")
def graph(voice_files: tuple[Path, Path]) -> Iterator[VitsGraph]:
    graph = VitsGraph(voice_files[0], 2)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def filled(voice_files: tuple[Path, Path]) -> Iterator[VitsGraph]:
    """What fills everything up to a few lengths, as on a GPU."""
    graph = VitsGraph(voice_files[0], 2, few_shapes=True)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def whole_graph(voice_files: tuple[Path, Path]) -> Any:
    return open_onnx(voice_files[0], 2)


@pytest.mark.parametrize("length", [3, 20, 60, 300])
def test_the_stretches_joined_are_the_whole(
    graph: VitsGraph, whole_graph: Any, length: int
) -> None:
    assert graph.is_split
    whole = whole_graph.run(None, feed(length))[0].reshape(-1)
    joined = np.concatenate(list(graph.sound(feed(length))))
    assert joined.size == whole.size
    assert np.abs(joined - whole).max() < 1e-4, "no seam in the samples"


@pytest.fixture(scope="module")
def steady_file(voice_files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter voice, whose noise is the same in each session that is opened."""
    model = onnx.load(str(voice_files[0]))
    for number, node in enumerate(model.graph.node):
        if node.op_type == "RandomNormalLike":
            node.attribute.append(helper.make_attribute("seed", float(number)))
    path = tmp_path_factory.mktemp("voice") / "steady.onnx"
    onnx.save(model, str(path))
    return path


def noisy(length: int) -> dict[str, np.ndarray[Any, Any]]:
    return feed(length) | {"scales": np.array([0.667, 1.0, 0.8], np.float32)}


def test_the_text_part_is_lighter_and_says_the_same(steady_file: Path) -> None:
    sessions, counts = [], []
    for light in (False, True):
        content, weights = _split(steady_file, light=light)[0]
        counts.append(Counter(node.op_type for node in onnx.load_from_string(content).graph.node))
        sessions.append(open_onnx(steady_file, 1, content, weights=weights))
    plain, light_counts = counts
    assert light_counts["LayerNormalization"] == plain["Sqrt"] - 3, "the splines have roots as well"
    assert light_counts["ScatterElements"] == 6, "once a layer"
    assert light_counts["Pad"] < plain["Pad"] / 4
    assert light_counts.total() < plain.total() * 0.75
    for length in (1, 3, 5, 8, 60):
        for one, other in zip(*(each.run(None, noisy(length)) for each in sessions), strict=True):
            np.testing.assert_allclose(one, other, rtol=0.0, atol=1e-4)


def test_with_noise_the_stretches_joined_are_the_whole(steady_file: Path) -> None:
    whole = open_onnx(steady_file, 1).run(None, noisy(120))[0].reshape(-1)
    graph = VitsGraph(steady_file, 1)
    joined = np.concatenate(list(graph.sound(noisy(120))))
    graph.close()
    assert joined.size == whole.size
    assert np.abs(joined - whole).max() < 1e-4


def test_no_library_is_handed_more_than_it_reads_in_a_moment(
    voice_files: tuple[Path, Path],
) -> None:
    """What protobuf and ONNX Runtime are given as bytes, they read with everybody waiting."""
    pieces = _split(voice_files[0])
    assert len(pieces) == 3
    assert all(len(content) < 1_000_000 for content, _ in pieces)
    held = sum(values.nbytes for _, weights in pieces for values in weights.values())
    assert held > 0.9 * voice_files[0].stat().st_size


def test_weights_are_not_needed_once_a_graph_is_open(voice_files: tuple[Path, Path]) -> None:
    """They are given back; were they still looked at, that would be another program's memory."""
    (content, weights), *_ = _split(voice_files[0])
    session = open_onnx(voice_files[0], 1, content, weights=weights)
    before = session.run(None, feed(20))
    for values in weights.values():
        values.fill(np.nan)
    for values, then in zip(session.run(None, feed(20)), before, strict=True):
        np.testing.assert_array_equal(values, then)


def test_noise_is_drawn_once_for_the_whole_sentence(graph: VitsGraph) -> None:
    """With its noise the sentence is another each time, and still without a seam."""
    pieces = list(graph.sound(noisy(120)))
    joined = np.concatenate(pieces)
    assert len(pieces) > 2
    steps = np.abs(np.diff(joined))
    seams = np.cumsum([piece.size for piece in pieces])[:-1] - 1
    assert steps[seams].max() <= np.percentile(steps, 99.9)


def test_the_first_piece_is_a_small_part_of_a_long_sentence(graph: VitsGraph) -> None:
    first, *rest = graph.sound(feed(300))
    assert first.size < sum(piece.size for piece in rest) / 10


@pytest.mark.parametrize("frames", [1, 19, 20, 47, 48, 49, 100, 500, 5000])
def test_stretches_cover_every_frame_once(frames: int) -> None:
    stretches = list(_stretches(frames))
    covered = [frame for first, last in stretches for frame in range(first, last)]
    assert covered == list(range(frames))
    assert all(last - first >= DECODER_MARGIN for first, last in stretches[1:])


def test_a_graph_without_noise_is_used_whole(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, None])
    out = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, None])
    double = helper.make_node("Add", ["input", "input"], ["output"])
    graph = helper.make_graph([double], "plain", [value], [out])
    path = tmp_path / "plain.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    whole = VitsGraph(path, 1)
    assert not whole.is_split
    [pcm] = whole.sound({"input": np.ones((1, 4), np.float32)})
    assert pcm.tolist() == [2.0, 2.0, 2.0, 2.0]
    whole.close()


def test_a_broken_graph_is_named(tmp_path: Path, voice_files: tuple[Path, Path]) -> None:
    path = tmp_path / "half.onnx"
    content = voice_files[0].read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match=r"half\.onnx"):
        _split(path)


@pytest.mark.parametrize("phonemes", [5, 30, 90, 150])
def test_with_few_shapes_it_says_the_same(
    graph: VitsGraph, filled: VitsGraph, phonemes: int
) -> None:
    one = np.concatenate(list(graph.sound(feed(phonemes))))
    other = np.concatenate(list(filled.sound(feed(phonemes))))
    assert one.size == other.size
    # Zeros behind the end are heard by the last few frames alone.
    tail = 12 * 256
    assert np.abs(one[:-tail] - other[:-tail]).max(initial=0.0) < 1e-3
    assert np.abs(one - other).max() < 0.05


def test_few_shapes_are_few(filled: VitsGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[tuple[int, ...], ...]] = set()

    def watched(session: Any) -> Any:
        class Session:
            def __getattr__(self, name: str) -> Any:
                return getattr(session, name)

            def run(self, names: Any, feed: Any) -> Any:
                seen.add(tuple(values.shape for values in feed.values()))
                return session.run(names, feed)

        return Session()

    parts = tuple(replace(part, session=watched(part.session)) for part in filled._parts)
    monkeypatch.setattr(filled, "_parts", parts)
    for phonemes in (5, 30, 90, 150):
        for _ in filled.sound(feed(phonemes)):
            pass
    warmed = len(seen)
    for phonemes in (7, 18, 44, 61, 77, 110, 133, 148):
        for _ in filled.sound(feed(phonemes)):
            pass
    assert len(seen) == warmed <= 2 * (len(CHUNK_FRAMES) + 1)

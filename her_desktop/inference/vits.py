"""Piper's graph (VITS) in two parts, so that a sentence sounds before all of it is made.

The graph is cut behind its last random node: the text part makes the latent frames of the whole
sentence, noise included, and the decoder makes sound of any stretch of them. Convolutions reach
only so far, so a stretch decoded with enough frames on both sides is, to rounding, what the whole
would have been: measured on the starter voice, 34 frames before and 28 after leave 5e-8. The
idea of decoding VITS in stretches is older: the projects sonata and streaming-vits do it too.

Rule: one thread, the tts worker that loaded it, uses a graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from her_desktop.audio.format import Pcm
from her_desktop.inference.loading import open_onnx, require_onnx, unreadable

Feed = Mapping[str, npt.NDArray[Any]]

LEFT_FRAMES = 34
RIGHT_FRAMES = 28
CHUNK_FRAMES = (20, 64, 160)
"""How many frames each stretch adds; the last goes on. Small first, then cheaper by the frame."""


class VitsGraph:
    """Owns the sessions of one voice: a text part and a decoder, or one whole graph."""

    def __init__(self, path: Path, threads: int) -> None:
        """Open a voice's graph. One that cannot be cut is used whole. Raises ModelError."""
        require_onnx(path)
        parts = _split(path)
        self.is_split = parts is not None
        if parts is None:
            self._text: Any = None
            self._decoder: Any = open_onnx(path, threads)
            self.inputs = {item.name for item in self._decoder.get_inputs()}
        else:
            self._text = open_onnx(path, threads, content=parts[0])
            self._decoder = open_onnx(path, threads, content=parts[1])
            self.inputs = {item.name for item in self._text.get_inputs()}

    def sound(self, feed: Feed) -> Iterator[Pcm]:
        """Yield the sound of one sentence, stretch after stretch, without a seam."""
        if self._text is None:
            yield self._decoder.run(None, dict(feed))[0].reshape(-1)
            return
        names = [item.name for item in self._text.get_outputs()]
        latent = dict(zip(names, self._text.run(None, dict(feed)), strict=True))
        in_time = {name for name, values in latent.items() if values.ndim == 3}
        frames = max(latent[name].shape[2] for name in in_time)
        for first, last in _stretches(frames):
            start, end = max(0, first - LEFT_FRAMES), min(frames, last + RIGHT_FRAMES)
            part = {
                name: values[:, :, start:end] if name in in_time else values
                for name, values in latent.items()
            }
            pcm = self._decoder.run(None, part)[0].reshape(-1)
            hop = pcm.size // (end - start)
            yield pcm[(first - start) * hop : (last - start) * hop]

    def close(self) -> None:
        """Free the sessions; the graph cannot be used afterwards."""
        self._text = self._decoder = None


def _stretches(frames: int) -> Iterator[tuple[int, int]]:
    """Yield (first, past the last) of the stretches that `frames` frames are decoded in."""
    first = number = 0
    while first < frames:
        count = CHUNK_FRAMES[min(number, len(CHUNK_FRAMES) - 1)]
        # A remainder too short to be worth its margins goes with the stretch before it.
        last = frames if frames - first - count < RIGHT_FRAMES else first + count
        yield first, last
        first, number = last, number + 1


def _split(path: Path) -> tuple[bytes, bytes] | None:
    """Return the two parts of a voice's graph, None for one that is built otherwise."""
    import onnx

    try:
        model = onnx.load(str(path))
    except Exception as error:
        # protobuf and onnx raise classes of their own, which have no common ancestor.
        raise unreadable(path, error) from error
    graph = model.graph
    noises = [node for node in graph.node if node.op_type == "RandomNormalLike"]
    latent = _sum_with(graph.node, noises[-1].output[0]) if noises else None
    if latent is None:
        return None
    downstream, needed = _downstream(graph, latent)
    upstream = _upstream(graph.node, needed)
    if {id(node) for node in upstream} & {id(node) for node in downstream}:
        return None
    outputs = [item.name for item in graph.output]
    return _part(model, upstream, (), needed), _part(model, downstream, needed, outputs)


def _sum_with(nodes: Sequence[Any], noise: str) -> str | None:
    """Return where scaled noise is added to the mean: the first sum on its way, if it is near."""
    tensor = noise
    for _ in range(4):
        consumers = [node for node in nodes if tensor in node.input]
        if len(consumers) != 1:
            return None
        tensor = str(consumers[0].output[0])
        if consumers[0].op_type == "Add":
            return tensor
    return None


def _downstream(graph: Any, tensor: str) -> tuple[list[Any], list[str]]:
    """Return the nodes that depend on `tensor`, and what they need from before it."""
    reached, nodes = {tensor}, []
    for node in graph.node:  # in an order in which every node comes after what it needs
        if reached.intersection(node.input):
            nodes.append(node)
            reached.update(node.output)
    made = {name for node in nodes for name in node.output}
    constant = {item.name for item in graph.initializer}
    wanted = {name for node in nodes for name in node.input if name}
    return nodes, sorted(wanted - made - constant)


def _upstream(nodes: Sequence[Any], tensors: Sequence[str]) -> list[Any]:
    """Return the nodes that the given tensors depend on, in the graph's order."""
    wanted, kept = set(tensors), []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    return kept[::-1]


def _part(model: Any, nodes: Sequence[Any], inputs: Sequence[str], outputs: Sequence[str]) -> bytes:
    """Return a model of some nodes; tensors that cross the cut are given as `inputs`."""
    from onnx import TensorProto, helper

    def described(name: str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)

    graph = model.graph
    used = {name for node in nodes for name in node.input}
    known = {item.name: item for item in (*graph.input, *graph.output)}
    crossing = [name for name in inputs if name not in known]
    part = helper.make_graph(
        nodes,
        graph.name,
        [
            *(item for item in graph.input if item.name in used),
            *(described(name) for name in crossing),
        ],
        [known.get(name) or described(name) for name in outputs],
        [item for item in graph.initializer if item.name in used],
    )
    made = helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)
    return bytes(made.SerializeToString())

"""Piper's graph (VITS) in parts, so that a sentence sounds before all of it is made.

The graph is cut behind its last random node: the text part makes the latent frames of the whole
sentence, noise included, and what follows can be run on any stretch of them: the flow, and the
decoder that makes the sound. Convolutions reach only so far, so a stretch with enough frames on
both sides gives, to rounding, what the whole would have: measured on the starter voice, 10 frames
on each side of the decoder's leave 2e-7, and 24 of the flow's 5e-6. The decoder costs four times
as much a frame as the flow, hence the second cut. The idea of decoding VITS in stretches is older:
the projects sonata and streaming-vits do it too.

On a processor each part is rewritten as it is cut, to do the same with less work: `vits_text` and
`onnx_convolutions` say how. Measured on one core with the starter voice, from text to the first
sound: 25 ms where it took 31 for 1.5 s of speech, 38 for 52 at 5 s, 81 for 136 at 13 s.

Rule: one thread, the tts worker that loaded it, uses a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import Pcm
from her_desktop.inference.gpu_onnx import ON_PROCESSOR, Providers
from her_desktop.inference.loading import open_onnx, require_onnx, unreadable
from her_desktop.inference.onnx_convolutions import as_images
from her_desktop.inference.onnx_passages import Passages
from her_desktop.inference.onnx_weights import Weight, put_back, set_apart, take_out
from her_desktop.inference.vits_text import lighten_text

Tensor = npt.NDArray[Any]
Feed = Mapping[str, Tensor]
Piece = tuple[bytes, Mapping[str, Weight]]
"""A part of the graph as a model of its own, and the weights that it only names."""
Rule = Callable[[Passages], None]
"""Has a part of the graph do the same with less work."""

FLOW_MARGIN = 24
DECODER_MARGIN = 10
CHUNK_FRAMES = (12, 16, 40, 100, 160)
"""How many frames each stretch adds; the last goes on. Small first, then cheaper by the frame."""
_LEAST_OPSET = 13
"""ONNX's version from which on what the rules put in means what they mean."""
_SMALL = 65536
"""Bytes up to which a weight is looked at."""
_TEXT_LENGTHS = (64, 128, 256, 512)
"""So many phoneme ids a text is filled up to where shapes are to be few."""


@dataclass(frozen=True)
class _Part:
    """A piece of the graph that works on stretches; `margin` is how far its convolutions reach."""

    session: Any
    margin: int

    def run(self, values: Feed) -> Feed:
        """Return what the part makes of the tensors it asks for."""
        feed = {item.name: values[item.name] for item in self.session.get_inputs()}
        names = [item.name for item in self.session.get_outputs()]
        return dict(zip(names, self.session.run(None, feed), strict=True))


class VitsGraph:
    """Owns the sessions of one voice: a text part and what makes sound, or one whole graph."""

    def __init__(
        self,
        path: Path,
        threads: int,
        providers: Providers = ON_PROCESSOR,
        *,
        few_shapes: bool = False,
    ) -> None:
        """Open a voice's graph. One that cannot be cut is used whole. Raises ModelError.

        With `few_shapes` everything is filled up with zeros to one of a few lengths, as a GPU
        plans its convolutions anew for each length it has not seen.
        """
        require_onnx(path)
        sessions = [
            open_onnx(path, threads, content, providers, weights)
            for content, weights in _split(path, light=not few_shapes)
        ]
        self._few_shapes = few_shapes
        self._text: Any = sessions[0] if sessions else open_onnx(path, threads, None, providers)
        # Where the flow could not be told from the decoder, one part has the margins of both.
        margins = [FLOW_MARGIN, DECODER_MARGIN]
        margins = margins if len(sessions) > 2 else [sum(margins)]
        self._parts = tuple(map(_Part, sessions[1:], margins))
        self.inputs = {item.name for item in self._text.get_inputs()}

    @property
    def is_split(self) -> bool:
        """Whether a sentence can be made stretch after stretch."""
        return bool(self._parts)

    def sound(self, feed: Feed) -> Iterator[Pcm]:
        """Yield the sound of one sentence, stretch after stretch, without a seam."""
        names = [item.name for item in self._text.get_outputs()]
        feed = _filled(feed) if self._few_shapes else feed
        latent = dict(zip(names, self._text.run(None, dict(feed)), strict=True))
        if not self._parts:
            yield latent[names[0]].reshape(-1)
            return
        frames = max(values.shape[2] for values in latent.values() if values.ndim == 3)
        for start, end in _stretches(frames, whole=self._few_shapes):
            pcm = self._decoded(latent, frames, start, end)
            # What was filled up makes sound as well, of which nothing is wanted.
            yield pcm[: pcm.size * (min(end, frames) - start) // (end - start)]

    def close(self) -> None:
        """Free the sessions; the graph cannot be used afterwards."""
        sessions = [self._text, *(part.session for part in self._parts)]
        self._text, self._parts = None, ()
        # One by one: each is taken down in one go that lets no other Python thread run.
        while sessions:
            sessions.pop()

    def _decoded(self, values: Feed, frames: int, start: int, end: int) -> Pcm:
        """Return the sound of the frames from `start` to `end`, out of `frames`."""
        # From the last part to the first: each must be given what the next one reaches for.
        spans = [(start, end)]
        for part in reversed(self._parts):
            first, last = spans[0]
            reach = last + part.margin
            spans.insert(
                0, (max(0, first - part.margin), reach if self._few_shapes else min(frames, reach))
            )
        offset, length, made = 0, frames, values
        for part, (first, last) in zip(self._parts, spans, strict=False):
            values = {
                name: _cut(tensor, first - offset, last - offset, length)
                for name, tensor in values.items()
            }
            made = part.run(values)
            values = {**values, **made}
            offset, length = first, last - first
        (pcm,) = (tensor.reshape(-1) for tensor in made.values())
        hop = pcm.size // length
        return pcm[(start - offset) * hop : (end - offset) * hop]


def _filled(feed: Feed) -> Feed:
    """Return the feed with its phoneme ids filled up to one of a few lengths.

    The graph is told how many of them count, and masks the others.
    """
    ids = feed["input"]
    length = ids.shape[1]
    wanted = next((each for each in _TEXT_LENGTHS if each >= length), length)
    return {**feed, "input": np.pad(ids, ((0, 0), (0, wanted - length)))}


def _cut(tensor: Tensor, start: int, end: int, length: int) -> Tensor:
    """Return a stretch of a tensor in time, with zeros for what lies behind its end.

    A tensor that is not in time, a speaker's say, stays whole.
    """
    if tensor.ndim != 3 or tensor.shape[2] != length:
        return tensor
    piece = tensor[:, :, start:end]
    missing = end - max(start, length)
    return np.pad(piece, ((0, 0), (0, 0), (0, missing))) if missing > 0 else piece


def _stretches(frames: int, *, whole: bool = False) -> Iterator[tuple[int, int]]:
    """Yield (first, past the last) of the stretches that `frames` frames are decoded in.

    The `whole` ones always have their full length, and the last one may reach past the end.
    """
    first = number = 0
    while first < frames:
        count = CHUNK_FRAMES[min(number, len(CHUNK_FRAMES) - 1)]
        last = first + count
        # A remainder too short to be worth its margins goes with the stretch before it.
        if not whole and frames - last < DECODER_MARGIN:
            last = frames
        yield first, last
        first, number = last, number + 1


def _split(path: Path, *, light: bool = True) -> list[Piece]:
    """Return a voice's graph in parts, text first; none for one that is built otherwise.

    `light` parts make the same with less work, but only of texts that nothing was added to.
    """
    import onnx

    try:
        # Its weights, nearly all of it, never pass through protobuf.
        skeleton, weights = take_out(path.read_bytes())
        model = onnx.load_model_from_string(skeleton)
    except Exception as error:
        # protobuf and onnx raise classes of their own, which have no common ancestor.
        raise unreadable(path, error) from error
    graph = model.graph
    noises = [node for node in graph.node if node.op_type == "RandomNormalLike"]
    latent = _sum_with(graph.node, noises[-1].output[0]) if noises else None
    if latent is None:
        return []
    sounding, needed = _downstream(graph, latent)
    text = _upstream(graph.node, needed)
    if _share_nodes(text, sounding):
        return []
    outputs = [item.name for item in graph.output]
    versions = [item.version for item in model.opset_import if not item.domain]
    light = light and max(versions, default=0) >= _LEAST_OPSET
    rules: list[Rule] = [as_images] if light else []
    first = [lighten_text, *rules] if light else []
    parts = [_part(model, weights, text, (), needed, first)]
    flowed = _decoder_input(sounding)
    decoder, decoder_needs = _downstream(graph, flowed) if flowed else ([], [])
    decoding = {id(node) for node in decoder}
    flow = [node for node in sounding if id(node) not in decoding]
    if flowed and set(decoder_needs) <= {flowed, *needed} and not _share_nodes(text, decoder):
        parts.append(_part(model, weights, flow, needed, [flowed], rules))
        return [*parts, _part(model, weights, decoder, decoder_needs, outputs, rules)]
    return [*parts, _part(model, weights, sounding, needed, outputs, rules)]


def _small(weights: Mapping[str, memoryview], name: str) -> Tensor | None:
    """Return a weight's value if it is a small one."""
    from onnx import TensorProto, numpy_helper

    encoded = weights.get(name)
    if encoded is None or len(encoded) > _SMALL:
        return None
    value: Tensor = numpy_helper.to_array(TensorProto.FromString(bytes(encoded)))
    return value


def _share_nodes(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return bool({id(node) for node in some} & {id(node) for node in others})


def _decoder_input(nodes: Sequence[Any]) -> str | None:
    """Return what the decoder works on: what the convolution before its first upsampling takes."""
    makers = {name: node for node in nodes for name in node.output}
    node = next((node for node in nodes if node.op_type == "ConvTranspose"), None)
    while node is not None and node.op_type != "Conv":
        node = makers.get(node.input[0])
    return None if node is None else str(node.input[0])


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


def _part(
    model: Any,
    weights: Mapping[str, memoryview],
    nodes: Sequence[Any],
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Rule],
) -> Piece:
    """Return a model of some nodes; tensors that cross the cut are given as `inputs`."""
    from onnx import TensorProto, helper

    if rules:
        passages = Passages(nodes, partial(_small, weights), outputs)
        for rule in rules:
            rule(passages)
        nodes = passages.finished()

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
    )
    made = helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)
    needed = {name: set_apart(weight) for name, weight in weights.items() if name in used}
    content = put_back(made.SerializeToString(), (described for described, _ in needed.values()))
    return content, {name: values for name, (_, values) in needed.items() if values is not None}

"""The text part of Piper's graph (VITS), rewritten so that a long sentence begins sooner.

The exporter wrote down what the training code does, and much of that is work for nothing: it
multiplies by masks that are all ones where one text is spoken alone, and it places the few
relative positions that attention knows by padding matrices of L x 2L. Here such passages are
found by their shape and replaced by what gives the same numbers, to rounding, with less.

Rule: pure; a passage that does not look exactly as expected stays as it is. Only for one text
that fills its batch: `input_lengths` says that all of `input` counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from her_desktop.inference.onnx_columns import set_columns_at_once
from her_desktop.inference.onnx_passages import Passages, Put, attributes

_FLOAT32, _INT64 = 1, 7
"""ONNX's numbers of these types."""
_LENGTHS = "input_lengths"
_PLACING = ("Pad", "Reshape", "Pad", "Reshape", "Slice")
"""How the export moves between a row for each distance and a row for each place, both ways."""


def lighten_text(passages: Passages) -> None:
    """Make the text part's outputs, to rounding the same, with less work."""
    _leave_masks_out(passages)
    _pad_inside_convolutions(passages)
    _narrow_attention(passages)
    _join_norms(passages)
    _look_sounds_up(passages)
    set_columns_at_once(passages)


def _leave_masks_out(passages: Passages) -> None:
    """Leave out the masks of a text, which are ones where all of it counts."""
    for less in passages.of_type("Less"):
        place = passages.maker(passages.behind(less.input[0], "Unsqueeze"), "Range")
        if place is None or passages.behind(less.input[1], "Unsqueeze") != _LENGTHS:
            continue
        # What is known of each mask is how often it was given another dimension: at first it is
        # a row for each text, then it fits sound and finally the weights of attention.
        masks, pending = {less.output[0]: 0}, [less.output[0]]
        while pending:
            mask = pending.pop()
            for node in passages.users(mask):
                made, others = node.output[0], [name for name in node.input if name != mask]
                if node.op_type in ("Cast", "Unsqueeze"):
                    masks[made] = masks[mask] + (node.op_type == "Unsqueeze")
                    pending.append(made)
                elif node.op_type == "Mul" and all(name in masks for name in others):
                    masks[made] = masks[mask]
                    pending.append(made)
                elif node.op_type == "Mul" and masks[mask] == 1:
                    passages.redirect(made, others[0])
                elif node.op_type == "Equal" and passages.is_constant(others[0], 0.0):
                    _never(passages, made)


def _never(passages: Passages, condition: str) -> None:
    for node in passages.users(condition):
        if node.op_type == "Where" and node.input[0] == condition:
            passages.redirect(node.output[0], node.input[2])


def _pad_inside_convolutions(passages: Passages) -> None:
    """Let convolutions pad what they take, which costs them nothing."""
    for pad in passages.of_type("Pad"):
        users = passages.users(pad.output[0])
        amounts = passages.constant(pad.input[1])
        if len(users) != 1 or users[0].op_type != "Conv" or amounts is None:
            continue
        given = attributes(users[0])
        filled = [name for name in pad.input[2:] if name]
        plain = attributes(pad).get("mode", b"constant") == b"constant"
        half = amounts.size // 2
        outside = [*amounts[:2], *amounts[half : half + 2]]
        if (
            not plain
            or len(given.get("kernel_shape", ())) != half - 2
            or any(not passages.is_constant(name, 0.0) for name in filled)
            or any(outside)
            or (amounts < 0).any()
            or any(given.get("pads", ()))
            or given.get("auto_pad", b"NOTSET") != b"NOTSET"
        ):
            continue
        passages.give(
            users[0], "pads", [*map(int, amounts[2:half]), *map(int, amounts[half + 2 :])]
        )
        passages.redirect(pad.output[0], pad.input[0])


def _join_norms(passages: Passages) -> None:
    """Let one node do what the export spells out of a layer's normalisation."""
    for shift in passages.of_type("Add"):
        scale = passages.maker(shift.input[0], "Mul")
        quotient = scale and passages.maker(scale.input[0], "Div")
        centred = quotient and passages.maker(quotient.input[0], "Sub")
        root = quotient and passages.maker(quotient.input[1], "Sqrt")
        least = root and passages.maker(root.input[0], "Add")
        power = least and passages.maker(_mean(passages, least.input[0]), "Pow")
        if not centred or not power or power.input[0] != quotient.input[0]:
            continue
        values = centred.input[0]
        epsilon = passages.constant(least.input[1])
        if (
            epsilon is None
            or epsilon.size != 1
            or _mean(passages, centred.input[1]) != values
            or not passages.is_constant(power.input[1], 2.0)
            or not _are_alike(passages, scale.input[1], shift.input[1])
        ):
            continue
        # ONNX Runtime has this operator before ONNX had it, for what it finds itself. It does not
        # find these, as it has moved the transpositions around them by then.
        inputs = [values, scale.input[1], shift.input[1]]
        told = {"axis": -1, "epsilon": float(epsilon.item())}
        joined = passages.putting(shift)("LayerNormalization", *inputs, **told)
        passages.redirect(shift.output[0], joined)


def _are_alike(passages: Passages, *rows: str) -> bool:
    """Return whether these are rows of constants, as long as one another."""
    known = [passages.constant(row) for row in rows]
    sizes = {row.size if row is not None and row.ndim == 1 else None for row in known}
    return len(sizes) == 1 and None not in sizes


def _mean(passages: Passages, tensor: str) -> str:
    """Return what a tensor is the mean of, over its last dimension; nothing if it is none."""
    node = passages.maker(tensor, "ReduceMean")
    if node is None:
        return ""
    given = attributes(node)
    axes = passages.constant(node.input[1]) if len(node.input) > 1 else given.get("axes")
    last = axes is not None and list(axes) == [-1] and given.get("keepdims", 1)
    return node.input[0] if last else ""


def _look_sounds_up(passages: Passages) -> None:
    """Take for each frame what its sound says, where the export multiplies by ones and zeros.

    Which sound a frame belongs to follows from where the sounds end.
    """
    for product in passages.of_type("MatMul"):
        steps = passages.up(product.input[0], ("Unsqueeze", "Transpose", "Mul", "Squeeze"))
        difference = passages.maker(steps, "Sub")
        if difference is None:
            continue
        before, shifted = difference.input
        less = passages.maker(passages.up(before, ("Cast", "Reshape")), "Less")
        pad = passages.maker(passages.up(shifted, ("Slice",)), "Pad")
        if less is None or pad is None or pad.input[0] != before:
            continue
        frames = passages.maker(passages.behind(less.input[0], "Unsqueeze"), "Range")
        ends = passages.up(less.input[1], ("CumSum", "Reshape", "Unsqueeze"))
        if frames is None or not ends or not passages.is_constant(pad.input[1], [0, 1, 0, 0, 0, 0]):
            continue
        put = passages.putting(product)
        count = put("Gather", put("Shape", product.input[1]), np.array(1))
        # [sounds, frames]: which frames lie before the end of which sound.
        open_ = put("Cast", less.output[0], to=_FLOAT32)
        left = put("Cast", put("ReduceSum", open_, np.array([0]), keepdims=0), to=_INT64)
        last = put("Sub", count, np.array(1))
        number = put("Min", put("Sub", count, left), last)
        passages.redirect(product.output[0], put("Gather", product.input[1], number, axis=1))


def _narrow_attention(passages: Passages) -> None:
    """Reckon attention's relative positions only as far as they reach.

    The export multiplies each query by as many embeddings as there are distances, nearly all of
    which are zeros, and turns distances into places by padding and reshaping. Here the queries
    meet the embeddings that there are, and the few numbers that come of it are put in place.
    """
    places: dict[int, _Places] = {}
    for softmax in passages.of_type("Softmax"):
        attention = _Attention.around(passages, softmax)
        if attention is None:
            continue
        put = passages.putting(attention.sum)
        embeddings = put("Transpose", attention.keys, perm=[0, 2, 1])
        distances = put("MatMul", attention.queries, embeddings)
        reach = attention.reach
        near = places[reach] = places.get(reach) or _Places.of(put, distances, reach)
        # What already stands at these places is taken out, added to, and put back.
        there = put("GatherElements", attention.scores, near.columns, axis=3)
        more = put("Add", there, put("GatherElements", distances, near.rows, axis=3))
        scores = put("ScatterElements", attention.scores, near.columns, more, axis=3)
        passages.redirect(attention.sum.output[0], scores)
        put = passages.putting(attention.product)
        weights = put("GatherElements", softmax.output[0], near.columns, axis=3)
        values = put("MatMul", put("Mul", weights, near.inside), attention.values)
        passages.redirect(attention.product.output[0], values)


@dataclass(frozen=True)
class _Attention:
    """What is known of one attention with relative positions."""

    sum: Any
    """Adds what the distances say to the `scores`."""
    product: Any
    """Multiplies the weights of the distances with their `values`."""
    scores: str
    queries: str
    keys: str
    values: str
    reach: int

    @classmethod
    def around(cls, passages: Passages, softmax: Any) -> _Attention | None:
        """Return what surrounds a softmax, if it is such an attention."""
        sum_ = passages.maker(softmax.input[0], "Add")
        product = _down(passages, softmax.output[0], _PLACING, "MatMul")
        if sum_ is None or product is None:
            return None
        values = passages.up(product.input[1], ("Pad", "Slice", "Unsqueeze"))
        for scores, placed in (sum_.input, reversed(sum_.input)):
            score = passages.maker(scores, "MatMul")
            distance = passages.maker(passages.up(placed, _PLACING), "MatMul")
            if score is None or distance is None or score.input[0] != distance.input[0]:
                continue
            path = ("Pad", "Slice", "Unsqueeze", "Transpose")
            keys = passages.up(distance.input[1], path)
            tables = [passages.constant(name) for name in (keys, values)]
            shapes = [() if table is None else table.shape for table in tables]
            # One row a distance, from as far before to as far behind.
            if shapes[0] == shapes[1] and len(shapes[0]) == 3 and shapes[0][1] % 2:
                reach = shapes[0][1] // 2
                return cls(sum_, product, scores, score.input[0], keys, values, reach)
        return None


@dataclass(frozen=True)
class _Places:
    """Tensors that say where the near places lie, for all layers alike."""

    columns: str
    """[texts, heads, L, distances]: the place that lies so far from this one, or the nearest."""
    rows: str
    """The same shape: which distance that is."""
    inside: str
    """[L, distances]: 1 where there is a place so far from this one, else 0."""

    @classmethod
    def of(cls, put: Put, distances: str, reach: int) -> _Places:
        """Put in the nodes that make them; `distances` is [texts, heads, L, distances]."""
        zero, one = np.array(0), np.array(1)
        steps = np.arange(-reach, reach + 1)
        shape = put("Shape", distances)
        length = put("Gather", shape, np.array(2))
        here = put("Unsqueeze", put("Range", zero, length, one), np.array([1]))
        wanted = put("Add", here, steps)
        column = put("Max", put("Min", wanted, put("Sub", length, one)), zero)
        row = put("Add", put("Sub", column, here), np.array(reach))
        inside = put("Cast", put("Equal", column, wanted), to=_FLOAT32)
        return cls(put("Expand", column, shape), put("Expand", row, shape), inside)


def _down(passages: Passages, tensor: str, path: Sequence[str], last: str) -> Any:
    """Return the node of the operator `last` that takes what `path` makes of a tensor, or None."""
    for node in passages.of_type(last):
        if passages.up(node.input[0], path) == tensor:
            return node
    return None

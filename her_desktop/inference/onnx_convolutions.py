"""Convolutions over time, written as over images of one row.

ONNX Runtime lays images out anew so that a convolution goes through its memory in order, and does
so for images alone. Measured on one core with the starter voice, the decoder takes a fifth less
time, and the text part's large convolutions a quarter less.

Rule: pure; a convolution of another kind stays as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from her_desktop.inference.onnx_passages import Passages, attributes

_ALONE = frozenset({"LeakyRelu", "Relu", "Sigmoid", "Tanh"})
_TOGETHER = frozenset({"Add", "Div", "Mul", "Sub"})
_CONVOLUTIONS = ("Conv", "ConvTranspose")
_HEIGHT = np.array([2])
"""The dimension that is put in: [texts, channels, 1, time]."""


def as_images(passages: Passages) -> None:
    """Have convolutions over time work on images of one row, and what lies between them too."""
    images: dict[str, str] = {}
    for node in passages.of_type(*_CONVOLUTIONS, *_ALONE, *_TOGETHER):
        if passages.is_kept(node.output[0]):
            continue
        if node.op_type in _CONVOLUTIONS:
            image = _convolved(passages, node, images)
        else:
            image = _between(passages, node, images)
        if image:
            # To take it for a row of sound again costs nothing; mostly nobody asks for that.
            row = passages.putting(node)("Squeeze", image, _HEIGHT)
            images[row] = image
            passages.redirect(node.output[0], row)


def _convolved(passages: Passages, node: Any, images: dict[str, str]) -> str:
    """Return the image that a convolution makes; nothing where it stays as it is."""
    given = attributes(node)
    kernel = given.pop("kernel_shape", [])
    known = {"auto_pad", "dilations", "group", "kernel_shape", "output_padding", "pads", "strides"}
    taken = node.input[0]
    # One that only mixes channels, or does not mix them, is as quick either way.
    mixing = node.op_type == "Conv" and kernel[:1] > [1] and given.get("group", 1) == 1
    worth = taken in images or mixing
    if len(kernel) != 1 or not worth or not given.keys() <= known:
        return ""
    given["kernel_shape"] = [1, *kernel]
    for name, still in (("dilations", 1), ("strides", 1), ("output_padding", 0)):
        if name in given:
            given[name] = [still, *given[name]]
    if "pads" in given:
        before, behind = given["pads"]
        given["pads"] = [0, before, 0, behind]
    put = passages.putting(node)
    image = images.get(taken) or put("Unsqueeze", taken, _HEIGHT)
    return put(
        node.op_type, image, put("Unsqueeze", node.input[1], _HEIGHT), *node.input[2:], **given
    )


def _between(passages: Passages, node: Any, images: dict[str, str]) -> str:
    """Return the image that is made of images alone, element by element; else nothing."""
    taken = [name if passages.is_number(name) else images.get(name, "") for name in node.input]
    if not all(taken) or not any(name in images for name in node.input):
        return ""
    return passages.putting(node)(node.op_type, *taken, **attributes(node))

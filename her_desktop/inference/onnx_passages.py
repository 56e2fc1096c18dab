"""An ONNX graph's nodes while passages of them are replaced by others.

Rule: pure; knows the form of a graph, and of no operator what it does but Constant's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Tensor = npt.NDArray[Any]
Constants = Callable[[str], Tensor | None]
"""Gives the value of a small weight, or None for what is no weight or a large one."""
Put = Callable[..., str]
"""What `Passages.putting` returns."""

_MADE = "her_desktop/"
"""Before the names of what is put in: no exporter begins one like this."""


class Passages:
    """Owns a copy of a graph's nodes while they are rewritten. One thread uses it."""

    def __init__(self, nodes: Iterable[Any], constants: Constants, kept: Sequence[str]) -> None:
        """Begin with `nodes`, each behind those that it needs; `kept` are the graph's outputs."""
        self._nodes: list[Any] = []
        self._constants = constants
        self._kept = frozenset(kept)
        self._makers: dict[str, Any] = {}
        self._users: dict[str, list[Any]] = {}
        self._put: dict[int, list[Any]] = {}
        for node in nodes:
            copy = type(node)()
            copy.CopyFrom(node)
            self._nodes.append(copy)
            self._enter(copy)

    def of_type(self, *op_types: str) -> list[Any]:
        """Return the nodes of these operators, in the graph's order, but for those put in."""
        return [node for node in self._nodes if node.op_type in op_types]

    def maker(self, tensor: str, op_type: str | None = None) -> Any:
        """Return the node that makes a tensor, or None; with `op_type` only if it is one."""
        node = self._makers.get(tensor)
        return node if node is None or op_type in (None, node.op_type) else None

    def users(self, tensor: str) -> list[Any]:
        """Return the nodes that take a tensor, one for each time that they do."""
        return list(self._users.get(tensor, ()))

    def behind(self, tensor: str, op_type: str) -> str:
        """Return what a tensor is made of by nodes of one operator alone; itself if by none."""
        while (node := self.maker(tensor, op_type)) is not None:
            tensor = node.input[0]
        return tensor

    def up(self, tensor: str, path: Sequence[str]) -> str:
        """Return what a tensor is made of by the operators of `path`; nothing if by others.

        The last of them makes it, and the first input of each is followed. Several slices one
        after the other count as one, as the dimensions may be cut together or in turn.
        """
        for op_type in reversed(path):
            node = self.maker(tensor, op_type)
            if node is None:
                return ""
            tensor = node.input[0]
            if op_type == "Slice":
                tensor = self.behind(tensor, "Slice")
        return tensor

    def constant(self, tensor: str) -> Tensor | None:
        """Return the value of a small tensor that is always the same, or None."""
        from onnx import numpy_helper

        node = self.maker(tensor, "Constant")
        if node is None:
            return self._constants(tensor)
        value = attributes(node).get("value")
        return None if value is None else numpy_helper.to_array(value)

    def is_constant(self, tensor: str, value: object) -> bool:
        """Return whether a tensor always is `value`, to float32's rounding and but for its shape.

        One element may stand for `value` in a tensor of any number of dimensions.
        """
        found = self.constant(tensor)
        wanted = np.asarray(value)
        if found is None or found.size != wanted.size:
            return False
        return bool(np.allclose(found.reshape(-1), wanted.reshape(-1), rtol=1e-6, atol=0.0))

    def putting(self, before: Any) -> Put:
        """Return a function that puts a node of an operator before another one.

        It takes the operator, the inputs, where arrays are constants, and by their names what else
        the operator is told, and returns the output.
        """
        from onnx import helper

        def put(op_type: str, *inputs: str | Tensor, **told: object) -> str:
            names = [
                each if isinstance(each, str) else self._put_constant(before, each)
                for each in inputs
            ]
            output = f"{_MADE}{op_type}_{len(self._makers)}"
            self._insert(before, helper.make_node(op_type, names, [output], name=output, **told))
            return output

        return put

    def give(self, node: Any, name: str, value: object) -> None:
        """Set an attribute of a node, in the place of one of that name."""
        from onnx import helper

        rest = [item for item in node.attribute if item.name != name]
        del node.attribute[:]
        node.attribute.extend([*rest, helper.make_attribute(name, value)])

    def redirect(self, old: str, new: str) -> None:
        """Have all who take the tensor `old` take `new`; whoever makes `old` may be left over."""
        for node in self._users.pop(old, []):
            for place, name in enumerate(node.input):
                if name == old:
                    node.input[place] = new
            self._users.setdefault(new, []).append(node)

    def is_number(self, tensor: str) -> bool:
        """Return whether a tensor always is one and the same number."""
        value = self.constant(tensor)
        return value is not None and value.size == 1

    def is_kept(self, tensor: str) -> bool:
        """Return whether a tensor is one of the graph's outputs, whose maker must stay."""
        return tensor in self._kept

    def finished(self) -> list[Any]:
        """Return the nodes that the kept tensors need, each behind those that it needs."""
        wanted, needed = set(self._kept), []
        everything = [each for node in self._nodes for each in (*self._put.get(id(node), ()), node)]
        for node in reversed(everything):
            if wanted.intersection(node.output):
                needed.append(node)
                wanted.update(node.input)
        return needed[::-1]

    def _put_constant(self, before: Any, value: Tensor) -> str:
        from onnx import helper, numpy_helper

        output = f"{_MADE}Constant_{len(self._makers)}"
        node = helper.make_node(
            "Constant", [], [output], name=output, value=numpy_helper.from_array(value)
        )
        self._insert(before, node)
        return output

    def _insert(self, before: Any, node: Any) -> None:
        self._put.setdefault(id(before), []).append(node)
        self._enter(node)

    def _enter(self, node: Any) -> None:
        for name in node.output:
            self._makers[name] = node
        for name in node.input:
            self._users.setdefault(name, []).append(node)


def attributes(node: Any) -> dict[str, Any]:
    """Return what a node is told beside its inputs, by name."""
    from onnx import helper

    return {item.name: helper.get_attribute_value(item) for item in node.attribute}

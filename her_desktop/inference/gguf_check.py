"""Whether a GGUF file can be whole, found out without the library that will open it.

llama.cpp answers a broken file in words for programmers, and its parser has had faults that a file
could use.
Rule: any thread; reads the head of one file, keeps nothing. Whatever is wrong is a ModelError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from her_desktop.inference.gguf import NoGgufError, Value, opened
from her_desktop.inference.loading import require_gguf
from her_desktop.inference.protocols import ModelError


@dataclass(frozen=True)
class GgufHead:
    """The head of a GGUF file: its values by name, and the bytes that its tensors promise."""

    values: Mapping[str, Value]
    tensors: int
    promised_size: int

    def text(self, key: str) -> str:
        """Return a value that is text, "" where there is none."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    @property
    def has_vocabulary(self) -> bool:
        """Whether it brings its tokens, without which it can read nothing."""
        return "tokenizer.ggml.model" in self.values


def require_whole_gguf(path: Path) -> GgufHead:
    """Return the head of a GGUF file. Raises ModelError, in words, for one that cannot be whole."""
    require_gguf(path)
    try:
        with opened(path) as file:
            values = dict(file.entries())
            head = GgufHead(values, file.tensors, file.promised_size())
        found = path.stat().st_size
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror or 'unknown reason'}."
        ) from error
    except NoGgufError as error:
        raise ModelError(
            f"The model file {path} is damaged or was cut off: its table of contents makes no "
            "sense. Please get it again."
        ) from error
    if head.promised_size > found:
        raise ModelError(
            f"The model file {path} is incomplete: {found} of {head.promised_size} bytes are "
            "there. Please get it again."
        )
    return head

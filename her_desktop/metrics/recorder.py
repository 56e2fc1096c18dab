"""Every event as a line of JSON: a benchmark, a bug report and a replay are the same file.

Rule: written on the hub thread, line by line. Speech is private: text is left out, and only its
length written, unless the file was asked for with text; sound is never written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import numpy as np

from her_desktop.conversation.events import Event, LevelMeasured

_SPEECH_FIELDS = {"text", "heard", "system", "own_phrase"}


class Recorder:
    """Owns one file of events. Called by the hub."""

    def __init__(self, path: Path, *, with_text: bool = False) -> None:
        """Begin a new file at `path`; `with_text` also writes what was said."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._with_text = with_text
        self._is_broken = False

    def __call__(self, event: Event) -> None:
        """Write one event; levels, thirty a second, are left out.

        Raises OSError once where the file takes no more (a full disk, a pipe that nobody reads),
        and writes nothing after that: a recording may end early, but has no holes.
        """
        if isinstance(event, LevelMeasured) or self._is_broken:
            return
        try:
            self._file.write(json.dumps(self._plain(event), ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError:
            self._is_broken = True
            raise

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError:
            # What could not be written is tried again by closing; that it failed is known.
            if not self._is_broken:
                raise

    def __enter__(self) -> Recorder:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def _plain(self, event: Event) -> dict[str, Any]:
        return {"event": type(event).__name__, **self._fields(event)}

    def _fields(self, owner: Any) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for item in fields(owner):
            value = getattr(owner, item.name)
            if item.name in _SPEECH_FIELDS and not self._with_text:
                plain[f"{item.name}_length"] = len(value)
            elif isinstance(value, np.ndarray):
                plain[f"{item.name}_samples"] = int(value.size)
            else:
                plain[item.name] = self._value(value)
        return plain

    def _value(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value.value
        if is_dataclass(value):
            return self._fields(value)
        if isinstance(value, tuple | list | frozenset):
            return [self._value(one) for one in value]
        if isinstance(value, Mapping):
            return {str(self._value(key)): self._value(one) for key, one in value.items()}
        return value.item() if isinstance(value, np.generic) else value

"""Every event as a line of JSON: a benchmark, a bug report and a replay are the same file.

Rule: written on the hub thread, line by line. Speech is private: text is left out, and only its
length written, unless the file was asked for with text; sound is never written.
"""

from __future__ import annotations

import json
from dataclasses import fields
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import numpy as np

from her_desktop.conversation.events import Event, LevelMeasured

_SPEECH_FIELDS = {"text", "heard"}


class Recorder:
    """Owns one file of events. Called by the hub."""

    def __init__(self, path: Path, *, with_text: bool = False) -> None:
        """Begin a new file at `path`; `with_text` also writes what was said."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._with_text = with_text

    def __call__(self, event: Event) -> None:
        """Write one event; levels, thirty a second, are left out."""
        if not isinstance(event, LevelMeasured):
            self._file.write(json.dumps(self._plain(event), ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

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
        plain: dict[str, Any] = {"event": type(event).__name__}
        for item in fields(event):
            value = getattr(event, item.name)
            if item.name in _SPEECH_FIELDS and not self._with_text:
                plain[f"{item.name}_length"] = len(value)
            elif isinstance(value, np.ndarray):
                plain[f"{item.name}_samples"] = int(value.size)
            else:
                plain[item.name] = value.value if isinstance(value, Enum) else value
        return plain

"""How busy the machine is, looked at once a second.

Rule: runs on the `gpu` thread, which does nothing else; a driver that hangs must hold up nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from her_desktop.conversation.commands import InputCommand
from her_desktop.conversation.events import Event

EVERY = 1.0
"""Seconds between two samples."""


class LoadSampler:
    """Owns the thread that samples. Called by the hub."""

    def __init__(self, sample: Callable[[], list[Event]], emit: Callable[[Event], None]) -> None:
        """Prepare; `sample` is called on the thread only."""
        self._sample = sample
        self._emit = emit
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gpu")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Nothing that is captured concerns it."""

    def stop(self) -> None:
        """End soon; returns at once."""
        self._stopping.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            for event in self._sample():
                self._emit(event)

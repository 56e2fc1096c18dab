"""The thread that looks after what the loudspeaker has played.

Rule: the device takes its sound without waiting for this thread or any other; what it took is told
from here, and more is handed over, while there is something to play. Else the thread sleeps.
"""

from __future__ import annotations

import threading
from typing import Protocol

from her_desktop.conversation.commands import InputCommand


class Attended(Protocol):
    """A loudspeaker that tells what it has played when it is looked after."""

    def attend(self) -> None:
        """Wait until it is time to look after it, or it is woken, and do so."""
        ...

    def wake(self) -> None:
        """End the waiting of `attend`; any thread."""
        ...


class Attendant:
    """Owns the thread that attends to the loudspeaker. Called by the hub."""

    def __init__(self, speaker: Attended) -> None:
        """Prepare; `attend` is called on the thread only."""
        self._speaker = speaker
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="speaker")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Nothing that is captured concerns it."""

    def stop(self) -> None:
        """End soon; returns at once."""
        self._is_stopping = True
        self._speaker.wake()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._is_stopping:
            self._speaker.attend()

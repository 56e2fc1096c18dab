"""What the hub is put together with, beside its workers: where sound goes, where speech comes from.

Rule: protocols alone. Whoever fulfils one has threads of its own and answers at once.
"""

from __future__ import annotations

from typing import Protocol

from her_desktop.audio.format import Pcm
from her_desktop.conversation.commands import InputCommand


class Output(Protocol):
    """Where a turn's sound goes. Called on the hub thread; all calls return at once."""

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        """Queue sound of a turn."""
        ...

    def finish(self, turn: int) -> None:
        """No more sound of this turn will come; its end is to be reported."""
        ...

    def hold(self, turn: int) -> float:
        """Silence a turn for a moment and return how many seconds of it were played."""
        ...

    def resume(self, turn: int) -> None:
        """Let a held turn go on."""
        ...

    def stop(self, turn: int) -> float:
        """Silence a turn and return how many seconds of it were played."""
        ...


class Part(Protocol):
    """Something with a thread of its own."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End soon; returns at once."""
        ...

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone."""
        ...

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        ...


class Input(Part, Protocol):
    """Where utterances come from: what the hub asks of the listener and the sound devices."""

    def order(self, command: InputCommand) -> None:
        """Carry out a command soon, on the input's own thread."""
        ...

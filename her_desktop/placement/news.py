"""What is told of where models run: every sentence once, and nothing lost before anybody listens.

Rule: any worker's thread. Whoever listens must only hand the news on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from her_desktop.conversation.events import Event, GpuMemoryTaken, Noticed, Stage


class PlacementNews:
    """Owns what was said, and what waits for somebody to hear it."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._guard = threading.Lock()
        self._said: set[str] = set()
        self._unheard: list[Event] = []
        self._send: Callable[[Event], None] | None = None

    def connect(self, send: Callable[[Event], None]) -> None:
        """Tell everything from now on, and what was kept so far, through `send`."""
        with self._guard:
            self._send = send
            unheard, self._unheard = self._unheard, []
        for event in unheard:
            send(event)

    def tell(self, event: Event) -> None:
        """Tell of an event, now or once somebody listens."""
        with self._guard:
            send = self._send
            if send is None:
                self._unheard.append(event)
        if send is not None:
            send(event)

    def notice(self, sentence: str) -> None:
        """Say a sentence, unless it has been said."""
        with self._guard:
            if sentence in self._said:
                return
            self._said.add(sentence)
        self.say_again(sentence)

    def say_again(self, sentence: str) -> None:
        """Say a sentence that may be true more than once."""
        self.tell(Noticed(at=time.monotonic(), message=sentence))

    def memory_taken(self, stage: Stage, held: int) -> None:
        """Tell how many bytes of the GPU a stage's model has."""
        self.tell(GpuMemoryTaken(at=time.monotonic(), stage=stage, held=held))

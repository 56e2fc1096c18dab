"""A screen of its own for keys that are pressed for real, and a record of what came of them."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from end_to_end.conftest import screen as screen
from hands import Hands

from her_desktop.conversation.events import Event
from her_desktop.hotkeys.talk_key import Keys, Reach, TalkKey, TalkKeyState


class Record:
    """What a talk key sent and told, in order; filled by its thread, read by the test."""

    def __init__(self) -> None:
        self.sent: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.told: queue.SimpleQueue[TalkKeyState] = queue.SimpleQueue()

    def next_kind(self) -> type[Event]:
        return type(self.sent.get(timeout=10))

    def until(self, *reaches: Reach) -> TalkKeyState:
        while True:
            state = self.told.get(timeout=10)
            if state.reach in reaches:
                return state


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def watching(record: Record) -> Callable[..., object]:
    """Return a context manager that watches a key and has stopped doing so at its end."""

    @contextmanager
    def watch(
        key: str, find_keys: Callable[[], Keys], *, toggles: bool = False
    ) -> Iterator[TalkKey]:
        talk_key = TalkKey(record.sent.put, record.told.put, find_keys)
        talk_key.start(key, toggles=toggles)
        try:
            yield talk_key
        finally:
            assert talk_key.stop()

    return watch


@pytest.fixture
def press(screen: str) -> Callable[..., str]:
    """Return a function that runs xdotool on the screen."""
    return Hands(screen).do

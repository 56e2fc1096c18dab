"""What stands between pynput and the talk key, with a keyboard that the test plays."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hotkeys.conftest import Record

from her_desktop.conversation.events import TalkPressed, TalkReleased
from her_desktop.hotkeys.chord import read_chord
from her_desktop.hotkeys.pynput_keys import Edges, PynputKeys
from her_desktop.hotkeys.talk_key import Reach


@pytest.mark.parametrize(
    ("keys", "edges"),
    [
        ("+ctrl_l +alt_l +space +space -space -alt_l -ctrl_l", [True, False]),
        ("+ctrl_r +alt_gr +space -ctrl_r -alt_gr -space", [True, False]),
        ("+ctrl +space -space +alt -alt -ctrl", []),
        ("+space +ctrl +alt -space", [True, False]),
        ("+ctrl +alt +k -k", []),
    ],
)
def test_the_chord_is_told_from_all_other_keys(keys: str, edges: list[bool]) -> None:
    told = Edges(read_chord("ctrl+alt+space"))
    steps = [told.handle(key[1:], is_down=key[0] == "+") for key in keys.split()]
    assert [step for step in steps if step is not None] == edges


class Keyboard:
    """Takes the place of pynput's listener."""

    IS_TRUSTED = True

    def __init__(self, on_press: Callable[[Any], None], on_release: Callable[[Any], None]) -> None:
        self.on_press, self.on_release = on_press, on_release
        self.is_running = False

    def start(self) -> None:
        self.is_running = True
        for act in (self.on_press, self.on_release):
            act(SimpleNamespace(name="f9"))
            act(SimpleNamespace(char="x"))
            act(SimpleNamespace(char=None))

    def stop(self) -> None:
        self.is_running = False


class Untrusted(Keyboard):
    """A system that lets nobody see keys."""

    IS_TRUSTED = False


def test_a_key_is_held_and_the_listener_ends(record: Record, watching: Any) -> None:
    made: list[Keyboard] = []

    def make(**callbacks: Any) -> Keyboard:
        made.append(Keyboard(**callbacks))
        return made[-1]

    with watching("f9", lambda: PynputKeys(make)):
        assert [record.next_kind(), record.next_kind()] == [TalkPressed, TalkReleased]
    assert [keyboard.is_running for keyboard in made] == [False]


def test_a_system_that_shows_no_keys_is_said_so(record: Record, watching: Any) -> None:
    with watching("f9", lambda: PynputKeys(Untrusted)):
        assert "Input Monitoring" in record.until(Reach.UNAVAILABLE).sentence

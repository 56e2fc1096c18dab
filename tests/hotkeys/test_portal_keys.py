"""The portal's protocol, against a desktop that the test plays."""

from __future__ import annotations

import queue
from typing import Any

import pytest
from hotkeys.conftest import Record

from her_desktop.conversation.events import TalkPressed, TalkReleased
from her_desktop.hotkeys.portal_keys import (
    REGISTRY,
    REQUEST,
    SHORTCUTS,
    Bus,
    BusError,
    PortalKeys,
    Signal,
)
from her_desktop.hotkeys.talk_key import Reach

SESSION = "/org/freedesktop/portal/desktop/session/1_42/her"


class Desktop:
    """A bus with a portal behind it. `answers` are the response codes of its two requests."""

    unique_name = ":1.42"

    def __init__(self, *, has_portal: bool = True, answers: tuple[int, int] = (0, 0)) -> None:
        self._has_portal = has_portal
        self._answers = list(answers)
        self._signals: queue.SimpleQueue[Signal | None] = queue.SimpleQueue()
        self.heard: list[str] = []
        self.wish: dict[str, tuple[str, Any]] = {}

    def listen(self, interface: str) -> None:
        self.heard.append(interface)

    def call(
        self, interface: str, member: str, signature: str, body: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        if interface == REGISTRY or not self._has_portal:
            raise BusError("org.freedesktop.DBus.Error.UnknownMethod")
        token = body[-1]["handle_token"][1]
        path = f"/org/freedesktop/portal/desktop/request/1_42/{token}"
        results = {"session_handle": ("s", SESSION)} if member == "CreateSession" else {}
        if member == "BindShortcuts":
            assert body[0] == SESSION
            ((_, self.wish),) = body[1]
        # Somebody else's answer comes first, as it may on a busy bus.
        self.say("/somebody/else", REQUEST, "Response", 1, {})
        self.say(path, REQUEST, "Response", self._answers.pop(0), results)
        return (path,)

    def say(self, path: str, interface: str, member: str, *body: object) -> None:
        self._signals.put(Signal(path, interface, member, body))

    def key(self, member: str, session: str = SESSION, name: str = "talk") -> None:
        path = "/org/freedesktop/portal/desktop"
        self.say(path, SHORTCUTS, member, session, name, 1, {})

    def next_signal(self) -> Signal | None:
        return self._signals.get()

    def close(self) -> None:
        self._signals.put(None)


def test_a_shortcut_of_the_desktop_is_held(record: Record, watching: Any) -> None:
    desktop = Desktop()
    with watching("ctrl+alt+space", lambda: PortalKeys(lambda: desktop)):
        record.until(Reach.WAITING)
        assert desktop.wish["preferred_trigger"] == ("s", "CTRL+ALT+space")
        assert desktop.heard == [REQUEST, SHORTCUTS]
        desktop.key("Activated", session="/another")
        desktop.key("Activated", name="another")
        desktop.key("Activated")
        desktop.key("Deactivated")
        assert [record.next_kind(), record.next_kind()] == [TalkPressed, TalkReleased]
        assert record.until(Reach.SEEN)
    assert record.sent.empty()
    assert record.told.empty()


def no_bus() -> Bus:
    raise BusError("there is no session bus")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (PortalKeys(no_bus), "her-desktop control talk-press"),
        (PortalKeys(lambda: Desktop(has_portal=False)), "her-desktop control talk-release"),
        (PortalKeys(lambda: Desktop(answers=(0, 1))), "declined"),
        (PortalKeys(lambda: Desktop(answers=(2, 0))), "declined"),
    ],
    ids=["no bus", "no portal", "declined", "no session"],
)
def test_a_desktop_that_gives_no_key_says_why(
    record: Record, watching: Any, keys: PortalKeys, words: str
) -> None:
    with watching("f9", lambda: keys):
        assert words in record.until(Reach.UNAVAILABLE, Reach.WAITING).sentence


def test_a_desktop_that_goes_while_the_key_is_held_lets_go_of_it(
    record: Record, watching: Any
) -> None:
    desktop = Desktop()
    with watching("f9", lambda: PortalKeys(lambda: desktop)):
        record.until(Reach.WAITING)
        desktop.key("Activated")
        desktop.close()
        assert "start again" in record.until(Reach.UNAVAILABLE).sentence
    assert [record.next_kind(), record.next_kind()] == [TalkPressed, TalkReleased]

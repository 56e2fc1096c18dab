"""Real keys on a real X server, pressed while another window has the keyboard."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hotkeys.conftest import Record

from her_desktop.conversation.events import TalkPressed, TalkReleased
from her_desktop.hotkeys.talk_key import Reach
from her_desktop.hotkeys.x11_keys import X11Keys

pytestmark = pytest.mark.sound

CHORD = ("ctrl", "alt", "space")


class OtherWindow:
    """Another program's window, which has the keyboard; `keys` are those that reached it."""

    def __init__(self, display: str) -> None:
        from Xlib import X  # type: ignore[import-untyped]
        from Xlib import display as xlib

        self._x = X
        self.server: Any = xlib.Display(display)
        root = self.server.screen().root
        self.window = root.create_window(
            0,
            0,
            200,
            100,
            0,
            X.CopyFromParent,
            override_redirect=True,
            event_mask=X.KeyPressMask | X.FocusChangeMask | X.StructureNotifyMask,
        )
        self.window.map()
        # A window that the window manager leaves alone takes the keyboard itself, and keeps it.
        self._until(X.MapNotify)
        self.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._until(X.FocusIn)

    def next_key(self) -> int:
        """Return the code of the next key that comes here."""
        return int(self._until(self._x.KeyPress).detail)

    def code(self, keysym: int) -> int:
        return int(self.server.keysym_to_keycode(keysym))

    def _until(self, kind: int) -> Any:
        while True:
            self.server.flush()
            if not self.server.pending_events():
                assert select.select([self.server], [], [], 10)[0], "nothing came"
                continue
            event = self.server.next_event()
            if event.type == kind:
                return event


@pytest.fixture
def other(screen: str) -> Iterator[OtherWindow]:
    window = OtherWindow(screen)
    yield window
    window.server.close()


def test_a_key_held_in_another_window_is_one_press_and_one_release(
    screen: str, other: OtherWindow, record: Record, watching: Any, press: Callable[..., str]
) -> None:
    with watching("ctrl+alt+space", lambda: X11Keys(screen)) as key:
        record.until(Reach.WAITING)
        assert key.state.reach is Reach.WAITING
        for name in CHORD:
            press("keydown", name)
        assert record.next_kind() is TalkPressed
        assert record.until(Reach.SEEN).key == "ctrl+alt+space"
        # Long enough for the server to repeat the key.
        press("sleep", "0.9")
        for name in reversed(CHORD):
            press("keyup", name)
        assert record.next_kind() is TalkReleased
        press("key", "a")
        # The letter reaches the other window, our key did not: what comes first is the modifiers.
        came = [other.next_key() for _ in range(3)]
        assert came == [other.code(sym) for sym in (0xFFE3, 0xFFE9, ord("a"))]
        assert record.sent.empty()


def test_a_key_can_be_pressed_to_begin_and_again_to_end(
    screen: str, record: Record, watching: Any, press: Callable[..., str]
) -> None:
    with watching("f9", lambda: X11Keys(screen), toggles=True):
        record.until(Reach.WAITING)
        press("key", "F9")
        assert record.next_kind() is TalkPressed
        press("key", "F9")
        assert record.next_kind() is TalkReleased
        press("key", "F9")
        assert record.next_kind() is TalkPressed
    assert record.next_kind() is TalkReleased


def test_caps_lock_does_not_hide_the_key(
    screen: str, record: Record, watching: Any, press: Callable[..., str]
) -> None:
    with watching("f8", lambda: X11Keys(screen)):
        record.until(Reach.WAITING)
        press("key", "Caps_Lock")
        press("key", "F8")
        press("key", "Caps_Lock")
        assert [record.next_kind(), record.next_kind()] == [TalkPressed, TalkReleased]


def test_a_key_that_another_program_has_is_not_claimed(
    screen: str, record: Record, watching: Any
) -> None:
    with watching("f7", lambda: X11Keys(screen)):
        record.until(Reach.WAITING)
        with watching("f7", lambda: X11Keys(screen)):
            refused = record.until(Reach.UNAVAILABLE, Reach.WAITING)
    assert refused.sentence == "Another program already uses f7; choose another talk key."


# python-xlib leaves its sockets to the collector where no server answers.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_screen_is_said(record: Record, watching: Any) -> None:
    with watching("f7", lambda: X11Keys(":4711")):
        assert "could not be reached" in record.until(Reach.UNAVAILABLE).sentence

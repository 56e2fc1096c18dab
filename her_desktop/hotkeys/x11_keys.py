"""A key of the X Window System, asked for by name.

Rule: the server is asked for this one key (XGrabKey), so no other key of the user's ever reaches
us, no other program gets ours, and a key that is taken already is known to be. pynput's listener
would see every key, could not tell a key that is taken, and ends only at the next key press.

Its methods are called on the thread `hotkeys`, except `stop`, which any thread may call.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from itertools import combinations
from typing import Any

from her_desktop.hotkeys.chord import Chord
from her_desktop.hotkeys.talk_key import Unavailable

_MASKS = {"shift": "ShiftMask", "ctrl": "ControlMask", "alt": "Mod1Mask", "super": "Mod4Mask"}


class X11Keys:
    """Owns one connection to the X server, and the grab of one key."""

    def __init__(self, display: str) -> None:
        """Name the display; nothing is opened yet."""
        self._name = display
        self._lock = threading.Lock()
        self._is_stopped = False
        self._wake: socket.socket | None = None

    def stop(self) -> None:
        """Wake `watch` for the last time."""
        with self._lock:
            self._is_stopped = True
            if self._wake is not None:
                self._wake.close()

    def watch(
        self, chord: Chord, on_ready: Callable[[], None], on_edge: Callable[[bool], None]
    ) -> None:
        """Grab the key and report its edges until `stop`.

        Raises Unavailable where there is no server, no such key, or another program has the key.
        """
        from Xlib import display, error  # type: ignore[import-untyped]

        try:
            server = display.Display(self._name)
        except (error.DisplayError, OSError) as problem:
            raise Unavailable(
                "The screen could not be reached for the talk key; check DISPLAY."
            ) from problem
        # One end is closed by whoever wants `watch` to end; the other one notices.
        wake, woken = socket.socketpair()
        try:
            with self._lock:
                self._wake = wake
                if self._is_stopped:
                    return
            keycode = self._grab(server, chord)
            on_ready()
            self._follow(server, woken, keycode, on_edge)
        except error.ConnectionClosedError as problem:
            raise Unavailable(
                "The screen is gone, and the talk key with it; start again."
            ) from problem
        finally:
            wake.close()
            woken.close()
            _close(server)

    def _grab(self, server: Any, chord: Chord) -> int:
        from Xlib import XK, X, error

        keycode = int(server.keysym_to_keycode(XK.string_to_keysym(chord.keysym)))
        if not keycode:
            raise Unavailable(f"This keyboard has no key {chord.key}; choose another talk key.")
        held = 0
        for name in chord.modifiers:
            held |= getattr(X, _MASKS[name])
        refused = error.CatchError(error.BadAccess)
        root = server.screen().root
        # The server takes Caps Lock and Num Lock for modifiers like any other.
        locks = (X.LockMask, X.Mod2Mask)
        for count in range(len(locks) + 1):
            for some in combinations(locks, count):
                root.grab_key(
                    keycode,
                    held | sum(some),
                    False,
                    X.GrabModeAsync,
                    X.GrabModeAsync,
                    onerror=refused,
                )
        server.sync()
        if refused.get_error() is not None:
            raise Unavailable(f"Another program already uses {chord}; choose another talk key.")
        return keycode

    def _follow(
        self, server: Any, woken: socket.socket, keycode: int, on_edge: Callable[[bool], None]
    ) -> None:
        from Xlib import X

        is_down = False
        while True:
            if not server.pending_events():
                ready, _, _ = select.select([server, woken], [], [])
                if woken in ready:
                    return
                continue
            event = server.next_event()
            if event.type not in (X.KeyPress, X.KeyRelease) or event.detail != keycode:
                continue
            # A key held down repeats as releases and presses; the key map knows how it really is.
            held = bool(server.query_keymap()[keycode // 8] & 1 << keycode % 8)
            down = held if event.type == X.KeyRelease else True
            if down != is_down:
                is_down = down
                on_edge(down)


def _close(server: Any) -> None:
    from Xlib import error

    try:
        server.close()
    except (error.ConnectionClosedError, OSError):
        # It went first; there is nothing left to close.
        return

"""A key on Windows and macOS, through pynput.

Rule: pynput reports every key; all but the one that was asked for are forgotten at once. Not tested
on those systems yet: everything but the library itself is tested with a listener of the tests' own.

Its methods are called on the thread `hotkeys`, except `stop`, which any thread may call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from her_desktop.hotkeys.chord import Chord
from her_desktop.hotkeys.talk_key import Unavailable

_MODIFIER_NAMES = {
    "ctrl": ("ctrl", "ctrl_l", "ctrl_r"),
    "alt": ("alt", "alt_l", "alt_r", "alt_gr"),
    "shift": ("shift", "shift_l", "shift_r"),
    "super": ("cmd", "cmd_l", "cmd_r"),
}


class Edges:
    """Owns which keys of one chord are down; pure, fed by one thread with pynput's names."""

    def __init__(self, chord: Chord) -> None:
        """Begin with nothing held."""
        self._chord = chord
        self._held: set[str] = set()
        self._is_down = False

    def handle(self, name: str, *, is_down: bool) -> bool | None:
        """Take in a key; return True or False where the chord went down or came up, else None."""
        groups = [group for group, names in _MODIFIER_NAMES.items() if name in names]
        known = [group for group in groups if group in self._chord.modifiers]
        if name == self._chord.pynput_name:
            known.append(name)
        for part in known:
            if is_down:
                self._held.add(part)
            else:
                self._held.discard(part)
        whole = self._held.issuperset((*self._chord.modifiers, self._chord.pynput_name))
        # It ends with its key, and not with a modifier that was let go of a moment earlier.
        down = whole or (self._is_down and self._chord.pynput_name in self._held)
        if down == self._is_down:
            return None
        self._is_down = down
        return down


class PynputKeys:
    """Owns pynput's listener."""

    def __init__(self, make_listener: Callable[..., Any] | None = None) -> None:
        """Open nothing yet; `make_listener` is pynput's by default."""
        self._make_listener = make_listener
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let `watch` return."""
        self._stopped.set()

    def watch(
        self, chord: Chord, on_ready: Callable[[], None], on_edge: Callable[[bool], None]
    ) -> None:
        """Listen to the keyboard and report the chord's edges until `stop`.

        Raises Unavailable where the system does not let this program see keys.
        """
        make = self._make_listener
        if make is None:
            from pynput import keyboard  # type: ignore[import-untyped]

            make = keyboard.Listener
        edges = Edges(chord)

        def take(key: Any, *, is_down: bool) -> None:
            # A named key has a name; a letter has the sign that it types.
            name = getattr(key, "name", None) or getattr(key, "char", None) or ""
            edge = edges.handle(name.casefold(), is_down=is_down)
            if edge is not None:
                on_edge(edge)

        listener = make(
            on_press=lambda key: take(key, is_down=True),
            on_release=lambda key: take(key, is_down=False),
        )
        # The system calls back on the listener's own thread, which it wants to itself.
        listener.start()
        try:
            if getattr(listener, "IS_TRUSTED", True) is False:
                raise Unavailable(
                    "The system does not let this program see the talk key; allow it under "
                    "Privacy and Security, Input Monitoring."
                )
            on_ready()
            self._stopped.wait()
        finally:
            listener.stop()

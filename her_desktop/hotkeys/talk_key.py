"""The talk key that works while another program has the keyboard.

Rule: never says that the key works before it was seen to be pressed. Where the system gives no such
key, it says so, with the lines to bind in the desktop's own settings instead. Made, started and
stopped by one thread; the key itself is watched on the thread `hotkeys`, which calls `send` and
`tell` from there.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from her_desktop.conversation.events import Event, TalkPressed, TalkReleased
from her_desktop.conversation.events import Reach as Reach
from her_desktop.hotkeys.chord import Chord, NoChord, read_chord

_log = logging.getLogger(__name__)

_TIME_TO_STOP = 2.0
"""Seconds the thread gets to end."""


@dataclass(frozen=True)
class TalkKeyState:
    """What is known of the key, for whoever shows it. `sentence` is plain words, or ""."""

    key: str
    reach: Reach
    sentence: str = ""


class Unavailable(Exception):
    """The key cannot be watched; the text is plain words that say why and what to do."""


class Keys(Protocol):
    """One system's way to a key outside the window."""

    def watch(
        self, chord: Chord, on_ready: Callable[[], None], on_edge: Callable[[bool], None]
    ) -> None:
        """Block and report every press (True) and release (False) until `stop`.

        `on_ready` is called once the system has agreed. Raises Unavailable where it does not.
        """

    def stop(self) -> None:
        """Let `watch` return, soon; callable from any thread, before and during it."""


def keys_of(environment: Mapping[str, str], platform: str) -> Keys:
    """Return the way to the keyboard on a platform (`sys.platform`) with this environment.

    Raises Unavailable where there is none.
    """
    if platform in ("win32", "darwin"):
        from her_desktop.hotkeys.pynput_keys import PynputKeys

        return PynputKeys()
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        from her_desktop.hotkeys.portal_keys import PortalKeys
        from her_desktop.hotkeys.session_bus import SessionBus

        return PortalKeys(SessionBus)
    if environment.get("DISPLAY"):
        from her_desktop.hotkeys.x11_keys import X11Keys

        return X11Keys(environment["DISPLAY"])
    raise Unavailable(
        "There is no screen that a talk key could be taken from; bind her-desktop control "
        "talk-press and her-desktop control talk-release in the desktop's own settings."
    )


class TalkKey:
    """Owns the thread `hotkeys` and what is known of the key."""

    def __init__(
        self,
        send: Callable[[Event], None],
        tell: Callable[[TalkKeyState], None],
        find_keys: Callable[[], Keys] | None = None,
    ) -> None:
        """Start nothing yet.

        `send` takes the talk events and `tell` every new state; both must be callable from any
        thread. `find_keys` gives the way to the keyboard, by default this system's.
        """
        self._send = send
        self._tell = tell
        self._find_keys = find_keys or (lambda: keys_of(os.environ, sys.platform))
        self._keys: Keys | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._toggles = False
        self._is_talking = False
        self.state = TalkKeyState("", Reach.OFF)
        """The newest state; a value, safe to read from any thread."""

    def start(self, key: str, *, toggles: bool) -> None:
        """Watch `key` ("" for none): held while talking, or pressed to begin and to end."""
        if not key:
            self._become(TalkKeyState("", Reach.OFF))
            return
        self._toggles = toggles
        self._become(TalkKeyState(key, Reach.STARTING))
        try:
            chord = read_chord(key)
        except NoChord as error:
            self._become(TalkKeyState(key, Reach.UNAVAILABLE, str(error)))
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._watch, args=(chord,), name="hotkeys")
        self._thread.start()

    def stop(self) -> bool:
        """Watch no more; return False where the thread did not end in time."""
        self._stopping.set()
        thread, keys = self._thread, self._keys
        if thread is None:
            return True
        if keys is not None:
            keys.stop()
        thread.join(_TIME_TO_STOP)
        return not thread.is_alive()

    def _watch(self, chord: Chord) -> None:
        name = str(chord)
        try:
            keys = self._keys = self._find_keys()
            if self._stopping.is_set():
                return
            keys.watch(
                chord,
                lambda: self._become(TalkKeyState(name, Reach.WAITING)),
                self._on_edge,
            )
        except Unavailable as error:
            self._become(TalkKeyState(name, Reach.UNAVAILABLE, str(error)))
        except ImportError as error:
            _log.warning("no library for the talk key: %s", error.name)
            sentence = (
                "The library for the talk key is not installed; run `python3 packaging/start.py` "
                "once, or bind her-desktop control talk-press and her-desktop control talk-release "
                "in the desktop's own settings."
            )
            self._become(TalkKeyState(name, Reach.UNAVAILABLE, sentence))
        finally:
            if self._is_talking:
                # Whoever could have let go of the key is not listening any more.
                self._is_talking = False
                self._send(TalkReleased(at=time.monotonic()))

    def _on_edge(self, is_down: bool) -> None:
        at = time.monotonic()
        if self.state.reach is not Reach.SEEN:
            self._become(TalkKeyState(self.state.key, Reach.SEEN))
        if self._toggles:
            if not is_down:
                return
            talks = not self._is_talking
        else:
            talks = is_down
        if talks != self._is_talking:
            self._is_talking = talks
            self._send(TalkPressed(at=at) if talks else TalkReleased(at=at))

    def _become(self, state: TalkKeyState) -> None:
        self.state = state
        self._tell(state)

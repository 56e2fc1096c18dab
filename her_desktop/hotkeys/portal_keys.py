"""A key through the desktop portal's GlobalShortcuts, the way that Wayland leaves open.

Rule: speaks the portal's protocol over a `Bus` and knows no D-Bus library; tests put a bus of their
own there. Its methods are called on the thread `hotkeys`, except `stop`, which any thread may call.

Protocol: org.freedesktop.portal.GlobalShortcuts, version 1, and org.freedesktop.portal.Request.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from her_desktop.hotkeys.chord import Chord
from her_desktop.hotkeys.talk_key import Unavailable

_log = logging.getLogger(__name__)

APP_ID = "her-desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
REQUEST = "org.freedesktop.portal.Request"
REGISTRY = "org.freedesktop.host.portal.Registry"
_TALK = "talk"
"""Our one shortcut's name within the session."""


@dataclass(frozen=True)
class Signal:
    """One message that somebody sent to all who listen."""

    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


class BusError(Exception):
    """The bus, or whoever was called over it, refused."""


class Bus(Protocol):
    """A connection to the user's session bus; its values have the form (signature, value)."""

    unique_name: str

    def listen(self, interface: str) -> None:
        """Keep the portal's signals of an interface for `next_signal`. Raises BusError."""

    def call(
        self, interface: str, member: str, signature: str, body: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        """Call the portal's desktop object and return its reply. Raises BusError."""

    def next_signal(self) -> Signal | None:
        """Block until a signal came; None once the connection is closed."""

    def close(self) -> None:
        """Close the connection; callable from any thread, more than once."""


class PortalKeys:
    """Owns one connection to the session bus and one session of shortcuts."""

    def __init__(self, open_bus: Callable[[], Bus]) -> None:
        """Open nothing yet; `open_bus` may raise BusError."""
        self._open_bus = open_bus
        self._lock = threading.Lock()
        self._bus: Bus | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """Close the connection, which ends the session and `watch`."""
        with self._lock:
            self._is_stopped = True
            if self._bus is not None:
                self._bus.close()

    def watch(
        self, chord: Chord, on_ready: Callable[[], None], on_edge: Callable[[bool], None]
    ) -> None:
        """Ask the desktop for the key and report its edges until `stop`.

        The desktop may show the user a question first and may give another key than the one asked
        for. Raises Unavailable where it has no such portal or the user declined.
        """
        try:
            bus = self._open_bus()
            with self._lock:
                self._bus = bus
                if self._is_stopped:
                    bus.close()
                    return
            try:
                session = self._bind(bus, chord)
                if session:
                    on_ready()
                    self._follow(bus, session, on_edge)
            finally:
                bus.close()
        except BusError as error:
            if self._is_stopped:
                return
            raise Unavailable(
                "This desktop gives programs no keys outside their window; bind her-desktop "
                "control talk-press and her-desktop control talk-release in its own settings."
            ) from error
        if not self._is_stopped:
            raise Unavailable(
                "The desktop's shortcuts ended; quit and start again for the talk key."
            )

    def _bind(self, bus: Bus, chord: Chord) -> str:
        """Return the path of a session that has the shortcut, "" where the bus was closed."""
        try:
            bus.call(REGISTRY, "Register", "sa{sv}", (APP_ID, {}))
        except BusError:
            # Older portals know a program without it; newer ones ask for it.
            _log.info("the desktop's portal keeps no register of programs")
        bus.listen(REQUEST)
        bus.listen(SHORTCUTS)
        token = f"her_{secrets.token_hex(8)}"
        created = self._ask(
            bus, "CreateSession", "a{sv}", (), {"session_handle_token": ("s", token)}
        )
        if created is None:
            return ""
        session = str(created["session_handle"][1])
        wish = {
            "description": ("s", "Talk to her"),
            "preferred_trigger": ("s", chord.portal_trigger),
        }
        bound = self._ask(
            bus, "BindShortcuts", "oa(sa{sv})sa{sv}", (session, [(_TALK, wish)], ""), {}
        )
        return "" if bound is None else session

    def _ask(
        self,
        bus: Bus,
        member: str,
        signature: str,
        body: tuple[Any, ...],
        options: dict[str, tuple[str, Any]],
    ) -> dict[str, tuple[str, Any]] | None:
        """Make a request and return the results of its Response; None where the bus was closed."""
        token = f"her_{secrets.token_hex(8)}"
        sender = bus.unique_name.removeprefix(":").replace(".", "_")
        expected = f"/org/freedesktop/portal/desktop/request/{sender}/{token}"
        (handle,) = bus.call(
            SHORTCUTS, member, signature, (*body, {"handle_token": ("s", token), **options})
        )
        while (signal := bus.next_signal()) is not None:
            if signal.member == "Response" and signal.path in (expected, handle):
                code, results = signal.body
                if code:
                    raise Unavailable(
                        "The talk key was declined; allow it in the desktop's shortcut settings."
                    )
                return dict(results)
        return None

    def _follow(self, bus: Bus, session: str, on_edge: Callable[[bool], None]) -> None:
        while (signal := bus.next_signal()) is not None:
            if signal.interface != SHORTCUTS or signal.member not in ("Activated", "Deactivated"):
                continue
            if signal.body[:2] == (session, _TALK):
                on_edge(signal.member == "Activated")

"""The user's session bus, for talking to the desktop portal.

Rule: no meaning, only messages; the library is imported as the bus is opened. Used by the thread
`hotkeys`; `close` may be called from any thread.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from typing import Any

from her_desktop.hotkeys.portal_keys import BusError, Signal

_PORTAL = "org.freedesktop.portal.Desktop"
_DESKTOP = "/org/freedesktop/portal/desktop"
_PATIENCE = 10.0
"""Seconds a call may take; the portal answers at once, and asks the user afterwards."""


class SessionBus:
    """Owns one connection to the session bus."""

    def __init__(self) -> None:
        """Connect. Raises BusError where there is no session bus."""
        from jeepney.io.blocking import (  # type: ignore[import-untyped]
            open_dbus_connection,
        )

        try:
            self._connection: Any = open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            raise BusError("there is no session bus") from error
        self.unique_name = str(self._connection.unique_name)
        self._signals: deque[Any] = deque()
        self._owner = threading.get_ident()

    def listen(self, interface: str) -> None:
        """Keep the portal's signals of an interface. Raises BusError."""
        from jeepney import MatchRule, message_bus  # type: ignore[import-untyped]

        theirs = MatchRule(type="signal", sender=_PORTAL, interface=interface)
        self._ask(message_bus.AddMatch(theirs))
        # What arrives bears the sender's unique name, which the bus has already checked.
        self._connection.filter(MatchRule(type="signal", interface=interface), queue=self._signals)

    def call(
        self, interface: str, member: str, signature: str, body: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        """Call the portal and return its reply. Raises BusError."""
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(_DESKTOP, bus_name=_PORTAL, interface=interface)
        return self._ask(new_method_call(address, member, signature, body))

    def next_signal(self) -> Signal | None:
        """Block until a signal came; None once the connection is closed."""
        from jeepney import HeaderFields

        while not self._signals:
            try:
                # Whatever a filter wants goes into its queue; the rest is nobody's.
                self._connection.recv_messages()
            except (OSError, EOFError):
                return None
        message = self._signals.popleft()
        fields = message.header.fields
        return Signal(
            fields[HeaderFields.path],
            fields[HeaderFields.interface],
            fields[HeaderFields.member],
            tuple(message.body),
        )

    def close(self) -> None:
        """Close the connection and wake whoever waits on it."""
        with contextlib.suppress(OSError):  # it may be closed already
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        if threading.get_ident() == self._owner:
            # Nobody is waiting on it; another thread leaves this to the one that is.
            self._connection.close()

    def _ask(self, message: Any) -> tuple[Any, ...]:
        from jeepney import HeaderFields, MessageType

        try:
            reply = self._connection.send_and_get_reply(message, timeout=_PATIENCE)
        except (OSError, EOFError) as error:
            raise BusError("the session bus did not answer") from error
        if reply.header.message_type is MessageType.error:
            raise BusError(str(reply.header.fields.get(HeaderFields.error_name)))
        return tuple(reply.body)

"""How a download is told to end: at once, wherever it is waiting.

Rule: the download runs on one thread and asks; any other thread may tell.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Stopped(Exception):
    """The user ended the download; what has arrived is kept."""

    def __init__(self, *, paused: bool) -> None:
        """Say whether it is meant to go on later."""
        super().__init__("paused" if paused else "cancelled")
        self.paused = paused


class Stop:
    """Owns the wish to end one download, and the connection that must not keep it waiting.

    `pause` and `cancel` may be called by any thread; the rest by the one that downloads. One
    object serves one call of `install`.
    """

    def __init__(self) -> None:
        """Nothing is asked for yet."""
        self._asked = threading.Event()
        self._guard = threading.Lock()
        self._paused = False
        self._socket: socket.socket | None = None

    def pause(self) -> None:
        """End it, to go on later."""
        self._ask(paused=True)

    def cancel(self) -> None:
        """End it; what has arrived stays, should the user think again."""
        self._ask(paused=False)

    def check(self) -> None:
        """Raise Stopped once somebody has asked for it."""
        if self._asked.is_set():
            raise Stopped(paused=self._paused)

    def sleep(self, seconds: float) -> None:
        """Wait; raises Stopped as soon as somebody asks for it."""
        self._asked.wait(seconds)
        self.check()

    def attach(self, connection: socket.socket | None) -> None:
        """Name the connection that is being read: stopping shuts it down and wakes its reader."""
        with self._guard:
            self._socket = connection
        self.check()

    def _ask(self, *, paused: bool) -> None:
        with self._guard:
            if not self._asked.is_set():
                self._paused = paused
                self._asked.set()
            if self._socket is not None:
                # The plain socket's own call: an SSLSocket's would drop the state that the
                # reader is using. A connection that has ended by itself needs no shutting down.
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

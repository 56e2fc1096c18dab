"""Driving the running window from outside: the socket behind `her-desktop control`.

Rule: only this user may connect; a request is one line of a fixed set of commands and of limited
length, a reply is one line of JSON. The server lives on the GUI thread; `send_command` blocks and
belongs to a process of its own, and needs no application object.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QLockFile, QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_log = logging.getLogger(__name__)

COMMANDS = (
    "talk-press",
    "talk-release",
    "listen-hold",
    "listen-always",
    "listen-wake",
    "mute",
    "unmute",
    "say",
    "stop",
    "show",
    "hide",
    "status",
    "quit",
)
"""Everything that may be asked for; `say` alone takes words after it."""

LONGEST_LINE = 128 * 1024
"""Bytes of a request: a message of 20,000 characters fits in any script."""

PATIENCE = 10.0
"""Seconds a client may take over its one line."""

_LONGEST_PATH = 100
"""Bytes of a Unix socket's path that every system takes."""

Callback = Callable[[str], Mapping[str, object]]
"""Carries a command out, given the words after it; what it returns goes into the reply."""


class ControlError(Exception):
    """A command could not be carried out; the text is one plain sentence for the user."""


class NotRunning(ControlError):
    """No window is running on this data."""


def socket_name(data_dir: Path) -> str:
    """Return the name of the socket of the window that runs on this folder.

    A path in the user's runtime folder where there is one, else in the data folder if that is
    short enough for a socket; on Windows, and where neither fits, a name made from the folder.
    """
    digest = hashlib.sha256(str(data_dir.expanduser().resolve()).encode()).hexdigest()[:16]
    name = f"her-desktop-{digest}"
    if sys.platform == "win32":
        return name
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folders = [Path(runtime)] if runtime and Path(runtime).is_dir() else []
    for folder in (*folders, data_dir.expanduser().resolve()):
        path = str(folder / f"{name}.sock")
        if len(path.encode()) <= _LONGEST_PATH:
            return path
    return name


class SingleInstance:
    """Owns the lock that says: this data has its window. Used on the GUI thread of one process."""

    def __init__(self, lock_file: Path, spare: str = "") -> None:
        """Name the lock; nothing is touched yet.

        `spare` names another one, for data that nobody can write to: a path, or a plain name in the
        system's folder for temporary files.
        """
        self._path = lock_file
        self._spare = Path(tempfile.gettempdir()) / spare if spare else None
        self._lock = _lock(lock_file)
        self.is_spare = False
        """The data cannot be written to, and the other lock is held."""

    def acquire(self) -> bool:
        """Take the lock; return False when another living process holds it.

        Raises ControlError where the lock cannot be written at all.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            # Said by the lock itself, in the same words as for a folder that is there.
            _log.warning("the folder of the lock cannot be made")
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        if self._spare is None:
            raise ControlError(
                f"The folder {self._path.parent} cannot be written to. Make it writable, or choose "
                "another with --data-dir."
            )
        self._path, self._spare, self.is_spare = self._spare, None, True
        self._lock = _lock(self._path)
        return self.acquire()

    def release(self) -> None:
        """Let the next window start."""
        self._lock.unlock()


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    # A lock is stale when its process is gone, and never just because it is old.
    lock.setStaleLockTime(0)
    return lock


class ControlServer(QObject):
    """Owns the listening socket; calls the callbacks on the GUI thread, one at a time.

    Make it only while holding the `SingleInstance` lock: it clears away a dead window's socket.
    """

    def __init__(
        self, name: str, callbacks: Mapping[str, Callback], parent: QObject | None = None
    ) -> None:
        """Listen under a name from `socket_name`. Raises ControlError where that is impossible."""
        super().__init__(parent)
        self._callbacks = dict(callbacks)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            raise ControlError(
                f"The control socket could not be opened ({self._server.errorString()}); "
                "her-desktop control will not reach this window."
            )

    def close(self) -> None:
        """Listen no more and remove the socket."""
        self._server.close()

    def _welcome(self) -> None:
        while self._server.hasPendingConnections():
            client = self._server.nextPendingConnection()
            client.setParent(self)
            client.setReadBufferSize(LONGEST_LINE + 1)
            client.readyRead.connect(partial(self._read, client))
            client.disconnected.connect(client.deleteLater)
            impatience = QTimer(client)
            impatience.setSingleShot(True)
            impatience.timeout.connect(partial(self._give_up, client))
            impatience.start(round(PATIENCE * 1000))
            if client.bytesAvailable():
                self._read(client)

    @staticmethod
    def _give_up(client: QLocalSocket) -> None:
        client.abort()

    def _read(self, client: QLocalSocket) -> None:
        if client.canReadLine():
            line = bytes(client.readLine(LONGEST_LINE + 1).data())
            self._reply(client, self._carry_out(line))
        elif client.bytesAvailable() > LONGEST_LINE:
            self._reply(client, _refusal("The command is longer than 128 KiB."))

    def _carry_out(self, line: bytes) -> Mapping[str, object]:
        try:
            command, _, words = line.decode("utf-8").strip().partition(" ")
        except UnicodeDecodeError:
            return _refusal("The command is not text in UTF-8.")
        if command not in COMMANDS:
            known = ", ".join(COMMANDS)
            return _refusal(f"There is no command {command[:40]!r}. There are: {known}.")
        callback = self._callbacks.get(command)
        if callback is None:
            return _refusal(f"The command {command} is not available.")
        if command == "say" and not words.strip():
            return _refusal("The command say needs a text after it.")
        try:
            return {"ok": True, **callback(words.strip())}
        except ControlError as error:
            return _refusal(str(error))
        except Exception as error:
            # The error's own words stay out of the log: they may quote what the user said.
            trace = "".join(traceback.format_tb(error.__traceback__))
            _log.error("control command %s: %s\n%s", command, type(error).__name__, trace)
            return _refusal(f"The command {command} failed; the log says why.")

    @staticmethod
    def _reply(client: QLocalSocket, reply: Mapping[str, object]) -> None:
        # One request to a connection: what comes after it is not read.
        client.readyRead.disconnect()
        client.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
        client.disconnectFromServer()


def send_command(name: str, words: Sequence[str], timeout: float = 5.0) -> dict[str, Any]:
    """Ask the window that listens under `name` for something and return its reply.

    `words` are the command and, after `say`, its text; `timeout` is in seconds, for everything.
    Raises NotRunning where nothing listens, ControlError where no proper reply came in time.
    """
    deadline = QDeadlineTimer(round(timeout * 1000))
    # A word of the command line that is no text in its own encoding is sent as far as it is one.
    line = " ".join(" ".join(words).split()).encode(errors="replace") + b"\n"
    if len(line) > LONGEST_LINE:
        raise ControlError("The text is longer than 128 KiB. Send it in smaller parts.")
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(max(0, deadline.remainingTime())):
        raise NotRunning("No her-desktop window is running. Start one with: her-desktop")
    socket.write(line)
    answer = b""
    while not answer.endswith(b"\n"):
        if not socket.bytesAvailable() and not socket.waitForReadyRead(
            max(0, deadline.remainingTime())
        ):
            raise ControlError("The window did not answer in time. Is it frozen? Try again.")
        answer += bytes(socket.readAll().data())
    socket.abort()
    try:
        reply = json.loads(answer)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        raise ControlError("The window gave an answer that makes no sense. Start it again.")
    return reply


def _refusal(sentence: str) -> dict[str, object]:
    return {"ok": False, "error": sentence}

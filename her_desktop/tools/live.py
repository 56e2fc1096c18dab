"""The real program as a child process: started, driven and watched from outside.

It is what benchmarks and end-to-end tests hold on to: commands go in through the control socket,
events come out through a pipe in the order in which they happened. POSIX only (named pipes).

Rule: used by one thread; of two more, one only moves lines from the pipe into a queue, and one
only waits for the program's end.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from her_desktop.tools.children import end
from her_desktop.ui.control import send_command, socket_name

Line = dict[str, Any]


class GaveUp(Exception):
    """What was waited for did not happen in time, or the program ended first."""


class LiveWindow:
    """Owns one running window with its own data folder."""

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str],
        arguments: Sequence[str] = (),
        patience: float = 60.0,
        log: Path | None = None,
        program: Sequence[str] = ("-m", "her_desktop"),
    ) -> None:
        """Prepare; `env` is the child's whole environment, `patience` the longest wait.

        `program` is what Python is to run. What the child and its libraries complain of goes into
        the file `log`, by default to where our own complaints go.
        """
        self._data_dir = data_dir
        self.env = dict(env)
        self._arguments = tuple(arguments)
        self._patience = patience
        self._log = log
        self._program = tuple(program)
        self.started_at = 0.0
        """The instant at which the process was made."""
        self._pipe = data_dir / "events.pipe"
        self._lines: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._socket = ""
        self.events: list[Line] = []
        """Every event read so far, in order."""
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LiveWindow:
        """Start the program."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self._pipe.unlink(missing_ok=True)
        os.mkfifo(self._pipe)
        command = [sys.executable, *self._program, "--data-dir", str(self._data_dir)]
        command += ["--record", str(self._pipe), *self._arguments]
        self._socket = self._in_its_environment()
        # Both ends are held as long as the program lives: then the pipe ends when the program does,
        # whether or not it has ever opened it.
        reading = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        writing = os.open(self._pipe, os.O_WRONLY)
        os.set_blocking(reading, True)
        log = None if self._log is None else self._log.open("ab")
        try:
            self.started_at = time.monotonic()
            self.process = subprocess.Popen(command, env=self.env, stderr=log)
        except BaseException:
            os.close(reading)
            os.close(writing)
            raise
        finally:
            if log is not None:
                log.close()
        self._watchers = (
            threading.Thread(target=self._read, args=[reading], name="live-events"),
            threading.Thread(target=_await_end, args=[self.process, writing], name="live-end"),
        )
        for thread in self._watchers:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the program, the hard way if it must be, and clean up."""
        assert self.process is not None
        end(self.process)
        for thread in self._watchers:
            thread.join()
        self._pipe.unlink(missing_ok=True)

    def control(self, *words: str) -> dict[str, Any]:
        """Send one command; return the reply, which says under "ok" whether it was carried out."""
        return send_command(self._socket, words, timeout=self._patience)

    def wait_for(self, kind: str, where: Callable[[Line], bool] | None = None) -> Line:
        """Return the next event of a kind, among those not yet waited past; raises GaveUp."""
        while True:
            line = self.wait_for_any(kind)
            if where is None or where(line):
                return line

    def wait_until_ready(self) -> None:
        """Wait until every stage is loaded and both devices deliver; raises GaveUp."""
        waiting = {"vad", "stt", "llm", "tts", "microphone", "speaker"}
        why = ""
        while waiting:
            try:
                line = self.wait_for_any("StageReady", "StageFailed", "DeviceChanged")
            except GaveUp as error:
                missing = ", ".join(sorted(waiting))
                raise GaveUp(f"{missing} not ready: {why or error}") from error
            if line["event"] == "StageFailed" and not line["kept"]:
                raise GaveUp(f"{line['stage']} is not ready: {line['message']}")
            if line["event"] == "StageReady":
                waiting.discard(line["stage"])
            elif line["event"] == "DeviceChanged" and line["state"] in ("ready", "silent"):
                waiting.discard(line["device"])
            elif line["event"] == "DeviceChanged":
                why = line["message"]

    def wait_for_any(self, *kinds: str) -> Line:
        """Return the next event of one of several kinds; raises GaveUp."""
        deadline = time.monotonic() + self._patience
        while True:
            line = self.next_event(deadline)
            if line is None:
                raise GaveUp(f"none of {kinds} within {self._patience:.0f} seconds")
            if line["event"] in kinds:
                return line

    def next_event(self, deadline: float) -> Line | None:
        """Return the next event of any kind, None where none came until the instant `deadline`.

        Raises GaveUp where the program has ended.
        """
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return None
        if line is None:
            raise GaveUp("the program ended")
        self.events.append(line)
        return line

    def _in_its_environment(self) -> str:
        """Return the name of the child's socket, which lies in the child's runtime folder."""
        ours = os.environ.get("XDG_RUNTIME_DIR")
        theirs = self.env.get("XDG_RUNTIME_DIR")
        _set("XDG_RUNTIME_DIR", theirs)
        try:
            return socket_name(self._data_dir)
        finally:
            _set("XDG_RUNTIME_DIR", ours)

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, encoding="utf-8") as pipe:
            for line in pipe:
                if line.endswith("\n"):  # not one that the program died over
                    self._lines.put(json.loads(line))
        self._lines.put(None)


def _await_end(process: subprocess.Popen[bytes], writing: int) -> None:
    process.wait()
    os.close(writing)


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value

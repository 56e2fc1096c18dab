"""What is left behind when the program ends without having been ended.

Rule: standard library only beside psutil; used on the GUI thread of the one window that runs on a
data folder. A mark says "I am running"; the end takes it away. Whoever finds one at the start knows
that the last run ended badly, and says so once. Where the whole machine went down it is not our
fault, and nothing is said unless a crash was written down too.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

_log = logging.getLogger(__name__)

SAME_FAULT = 60.0
"""Seconds in which a fault that repeats is told and written down only once."""

_LONGEST = 1_000_000
"""Bytes of old crashes that are kept."""


class CrashNotes:
    """Owns the mark of the running program and the file that a native crash is written to."""

    def __init__(self, log_dir: Path) -> None:
        """Name the files; nothing is touched yet."""
        self.crash_file = log_dir / "crashes.txt"
        """Where the stacks of native crashes go: names of functions and files, no speech."""
        self._mark = log_dir / "running"
        self._file: IO[str] | None = None
        self._before = self._since = 0

    def begin(self) -> str:
        """Leave the mark and catch native crashes from now on.

        Returns one plain sentence where the last run ended unexpectedly, "" otherwise. Where
        nothing can be written, nothing is caught, and that is no reason not to run.
        """
        try:
            sentence = self._look_back()
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.crash_file.open("a", encoding="utf-8")
            self._before = self._file.tell()
            self._file.write(f"-- started {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
            self._file.flush()
            self._since = self._file.tell()
            mark = f"{os.getpid()} {time.time():.0f} {self._since}"
            self._mark.write_text(mark, encoding="ascii")
        except OSError as error:
            _log.warning("no mark of this run could be left: %s", error.strerror)
            return ""
        faulthandler.enable(self._file)
        return sentence

    def end(self) -> None:
        """Take the mark away: the program was ended on purpose."""
        if self._file is None:
            return
        faulthandler.disable()
        file, self._file = self._file, None
        try:
            with file:
                if os.fstat(file.fileno()).st_size == self._since:
                    # Nothing came after the line that announced this run: it is of no use.
                    file.truncate(self._before)
            if self.crash_file.stat().st_size == 0:
                self.crash_file.unlink()
            self._mark.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the mark of this run could not be taken away: %s", error.strerror)

    def _look_back(self) -> str:
        """Tell in words how the last run ended; forget crashes of long ago."""
        try:
            _, marked_at, size = map(int, self._mark.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return ""
        except ValueError:
            marked_at, size = 0, 0  # cut off as it was written: so was the run
        try:
            length = self.crash_file.stat().st_size
        except FileNotFoundError:
            length = 0
        if length > _LONGEST:
            self.crash_file.unlink()
        if length <= size and 0 < marked_at < _machine_started_at():
            return ""
        return (
            "The last run ended unexpectedly. What is known of it is in "
            f"{self._mark.parent}; nothing else needs to be done."
        )


def _machine_started_at() -> float:
    import psutil

    # Some systems know it to a second or two only.
    return float(psutil.boot_time()) - 2.0


class FaultLog:
    """Owns what was told of faults that nobody caught. `note` is called on any thread."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Prepare; `tell` takes a sentence for the user and must be callable from any thread."""
        self._tell = tell
        self._lock = threading.Lock()
        self._noted_at: dict[str, float] = {}
        self.count = 0
        """How many faults there were, those that were not written down again among them."""

    def note(
        self, kind: type[BaseException], trace: TracebackType | None, *, tells: bool = True
    ) -> None:
        """Write a fault into the log and tell the user, both once a minute for the same fault.

        The error's own words stay out of both: a library may quote the user in them. What has
        happened while an object was taken down is only written down: nothing is the worse for it.
        """
        lines = traceback.format_tb(trace)
        fault = f"{kind.__name__} {lines[-1] if lines else ''}"
        now = time.monotonic()
        with self._lock:
            self.count += 1
            if now - self._noted_at.get(fault, float("-inf")) < SAME_FAULT:
                return
            self._noted_at[fault] = now
        _log.error("unforeseen %s\n%s", kind.__name__, "".join(lines))
        if tells:
            self._tell("Something went wrong inside; the log has the details. Please try again.")

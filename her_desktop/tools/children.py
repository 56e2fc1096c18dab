"""Programs that a measurement starts, and how it sees to it that none outlives it.

Rule: the thread that started a program ends it. Children stay in the command's process group, so
that what ends the group (a terminal's interrupt, a closed window) reaches them as well.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_PATIENCE = 5.0
_AGAIN = 0.05
"""Seconds after which an interrupt that came to nothing is repeated."""


def end(process: subprocess.Popen[Any], patience: float = _PATIENCE) -> None:
    """End a program gently, and at once where that takes longer than `patience` seconds.

    An interrupt meanwhile ends it at once too: a child is never left behind.
    """
    try:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the command, as Ctrl+C does, with exit code 128 + number.

    Without this they would end Python on the spot, and leave sound servers, windows and gigabytes
    of temporary files behind. For the main thread alone.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    def swallowed(lost: sys.UnraisableHookArgs) -> None:
        # A library that was just calling back, as llama.cpp does to log, can raise nothing.
        if isinstance(lost.exc_value, SystemExit | KeyboardInterrupt):
            code = getattr(lost.exc_value, "code", None)
            number = code - 128 if isinstance(code, int) else signal.SIGINT
            threading.Timer(_AGAIN, os.kill, (os.getpid(), number)).start()
        else:
            complain(lost)

    complain, sys.unraisablehook = sys.unraisablehook, swallowed
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), leave) for name in names}
    try:
        yield
    finally:
        sys.unraisablehook = complain
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)

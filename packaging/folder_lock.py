"""Let one set-up at a time work in a checkout.

Rule: the lock is the operating system's, so that it ends with the process that holds it, however
that ends. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Iterator

from progress import say


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; wait, and say so, while another set-up holds it."""
    with path.open("a+b") as held:
        if not _try_lock(held.fileno()):
            say("Another set-up is running in this folder; waiting for it to finish")
            while not _try_lock(held.fileno()):
                time.sleep(0.5)
        # Closing the file releases the lock, and so does the end of the process.
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True

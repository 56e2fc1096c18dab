"""Memory that a model has left, given back to the system.

Rule: any thread may call it, several at once; it takes milliseconds and holds up no other Python
thread.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""glibc's names of these two in `mallopt`, from its malloc.h."""

_KEPT = 128 * 1024
"""Bytes that may stay free at the end of each of the C library's heaps: its own default."""

_LARGEST_BLOCK = 32 * 1024 * 1024
"""Larger blocks come from the system each time: what glibc arrives at by itself, at the most."""


@contextmanager
def memory_given_back() -> Iterator[None]:
    """Close a model in here: what is freed goes to the system, not to the C library's stock.

    glibc keeps freed blocks below 32 MB for later, which most weights are. `malloc_trim` returns
    those between others, but the end of a heap it leaves as it is, in every thread but the first.
    Only freeing cuts that off, above a threshold that grows to 64 MB once a large block was freed:
    measured, up to 80 MB stayed with the process, by chance more or less each time. From the first
    call on the threshold is small, which recognition, thought and voice showed nothing of.
    """
    glibc = _glibc()
    if glibc is not None:
        glibc.mallopt(_TRIM_THRESHOLD, _KEPT)
        # Whoever sets the one must set the other: neither follows the blocks any more.
        glibc.mallopt(_MMAP_THRESHOLD, _LARGEST_BLOCK)
    try:
        yield
    finally:
        give_back_memory()


def give_back_memory() -> None:
    """Return what was freed so far to the system, where it lies between other blocks: some 4 ms."""
    glibc = _glibc()
    if glibc is not None:
        glibc.malloc_trim(0)


@cache
def _glibc() -> Any:
    """Return the C library where it is glibc, else None: others keep little and cannot be told."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None

"""What a closed model leaves goes back to the system: measured on the process itself."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable

import psutil
import pytest

from her_desktop.engine.memory import give_back_memory, memory_given_back

glibc_only = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc is told what to keep",
)

BLOCK = 500_000
BLOCKS = 100
HALF = BLOCK * BLOCKS // 2


def resident() -> int:
    return int(psutil.Process().memory_info().rss)


class Weights:
    """Blocks in a heap of the C library that belongs to another thread than the first."""

    def __init__(self) -> None:
        self._c = ctypes.CDLL(None)
        self._c.malloc.restype = ctypes.c_void_p
        self._c.malloc.argtypes = [ctypes.c_size_t]
        self._c.free.argtypes = [ctypes.c_void_p]
        self._blocks = (ctypes.c_void_p * BLOCKS)()

    def load(self) -> None:
        for number in range(BLOCKS):
            block = self._c.malloc(BLOCK)
            ctypes.memset(block, 1, BLOCK)
            self._blocks[number] = block

    def close(self, which: slice = slice(None)) -> None:
        for block in self._blocks[which]:
            self._c.free(block)


def left_behind(work: Callable[[Weights], None]) -> int:
    """Return by how many bytes the process has grown after `work` on a thread of its own."""
    found: list[int] = []

    def run() -> None:
        weights = Weights()
        with memory_given_back():
            pass  # from here on blocks of this size come from the thread's own heap
        before = resident()
        work(weights)
        found.append(resident() - before)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@glibc_only
def test_what_a_worker_closes_is_the_systems_again() -> None:
    def work(weights: Weights) -> None:
        weights.load()
        with memory_given_back():
            weights.close()

    assert left_behind(work) < HALF


@glibc_only
def test_what_lies_between_others_is_given_back_too() -> None:
    def work(weights: Weights) -> None:
        weights.load()
        weights.close(slice(0, BLOCKS - 1))
        give_back_memory()

    assert left_behind(work) < HALF


def test_an_error_on_the_way_is_the_callers() -> None:
    with pytest.raises(ValueError, match="closed twice"), memory_given_back():
        raise ValueError("closed twice")
    give_back_memory()

"""A process of its own for what came with somebody's model: begun, bounded, and ended with ours.

What a hostile file can do to a library is done there, and ends there. The memory limit is the
system's own (setrlimit); Windows knows none that a process can set for itself, so there only the
sizes that are looked at beforehand and the time limits hold.
Rule: the first half is for the parent, on any thread; the second half for the child's only thread.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import ceil
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9

# --- the parent's ------------------------------------------------------------------------------


def child_command(module: str, arguments: Sequence[str]) -> list[str]:
    """Return the command that runs a module of this package in a process of its own.

    A frozen program has no interpreter to be called: it passes the module's name to itself, and
    `run_as_child` in the child takes it.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_OPTION, module, *arguments]
    # -P: nothing in the folder that the program was started from may be imported in its place.
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Return the environment of a child: as ours, one thread a library, nothing from the network.

    No GPU is shown to it: a model is looked at on the processor, beside those that are at work.
    """
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }


CHILD_OPTION = "--run-child"
_CHILDREN = ("her_desktop.inference.opening_child", "her_desktop.inference.template_child")


def run_as_child(arguments: Sequence[str]) -> int | None:
    """Run the module that a frozen parent named; None where this process is no such child."""
    if len(arguments) < 2 or arguments[0] != CHILD_OPTION or arguments[1] not in _CHILDREN:
        return None
    from importlib import import_module

    return int(import_module(arguments[1]).main(list(arguments[2:])))


# --- the child's -------------------------------------------------------------------------------


def confine(memory: int, processor_time: float | None = None) -> None:
    """Let this process have `memory` bytes, no dump of them, and no life beyond its parent's.

    After `processor_time` seconds of computing, on however many threads, it ends by SIGXCPU: what
    else the machine has to do does not count. That is as far as the system can do such things.
    Files that are only mapped are not counted, as the system can let go of them.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if processor_time is not None:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(ValueError, OSError):  # as below
            resource.setrlimit(resource.RLIMIT_CPU, (ceil(processor_time), most))
    with suppress(ValueError, OSError):  # a stricter limit from outside stays
        # RLIMIT_DATA counts what is written to (Linux 4.7 and later); macOS has RLIMIT_AS alone.
        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        resource.setrlimit(kind, (memory, memory))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)


@contextmanager
def deadline(seconds: float, nowhere: IO[Any]) -> Iterator[None]:
    """End this process where the block takes longer.

    The interpreter's watchdog is a thread of its own in C, so that it also ends a computation that
    never comes back to Python. What it would print goes to the file `nowhere`.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()

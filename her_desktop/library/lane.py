"""Threads that do what is put before them, one after another or a few at a time.

Rule: `put`, `stop` and `join` are called by one thread, the window's; jobs run on the lane's own.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

Job = Callable[[], None]


class Lane:
    """Owns its threads, which begin with the first jobs and end when they are told to."""

    def __init__(self, name: str, width: int = 1) -> None:
        """Prepare `width` threads of that name: so many jobs run at once, begun in their order."""
        self._name = name
        self._width = width
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._over = False

    def put(self, job: Job) -> None:
        """Do this once a thread is free. A job says itself how it ended."""
        self._jobs.put(job)
        if len(self._threads) < self._width:
            self._threads.append(threading.Thread(target=self._run, name=self._name))
            self._threads[-1].start()

    def stop(self) -> None:
        """End after the jobs under way; those that wait are forgotten."""
        self._over = True
        for _ in self._threads:
            self._jobs.put(None)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; False where a thread still runs after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        for thread in self._threads:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._over:
            try:
                job()
            except Exception as error:
                # Only what nobody foresaw comes here; the lane must live for the next job.
                _log.error("a job failed: %s", type(error).__name__, exc_info=error)

"""One thread that does one thing after another.

Rule: `put` and `stop` are called by one thread, the window's; jobs run on the lane's own.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)

Job = Callable[[], None]


class Lane:
    """Owns a thread, which begins with the first job and ends when it is told to."""

    def __init__(self, name: str) -> None:
        """Prepare a thread of that name; nothing runs before the first job."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name)

    def put(self, job: Job) -> None:
        """Do this after what was given before. A job says itself how it ended."""
        self._jobs.put(job)
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """End after the job under way; those that wait are forgotten."""
        self._jobs.put(None)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; False where the thread still runs after `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                # Only what nobody foresaw comes here; the lane must live for the next job.
                _log.error("a job failed: %s", type(error).__name__, exc_info=error)

"""The thread on which PortAudio is called, and what happens when a call does not return.

Rule: PortAudio is not thread-safe, so its calls are made one after another, by one thread. Some
sound systems never return from closing or opening a device that is gone or frozen; such a call
cannot be ended, only left behind. The calls after it go to a new thread: PortAudio takes a stream
off its list before it asks the device to close, so a stream that hangs there is in nobody's way.
Its list of devices may not be renewed meanwhile; `is_stuck` says so.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from her_desktop.audio.devices import SoundError

_log = logging.getLogger(__name__)


class Call:
    """Owns one call's way to the thread and back. Made by `PortAudioCalls` alone."""

    def __init__(self, work: Callable[[], None]) -> None:
        """Keep what is to be called."""
        self._work = work
        self._over = threading.Event()
        self._error: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has returned, well or not."""
        return self._over.is_set()

    def carry_out(self) -> None:
        """Call; an error is kept for `wait`. On the calling thread."""
        try:
            self._work()
        except Exception as error:
            self._error = error
        finally:
            self._over.set()

    def wait(self, patience: float) -> bool:
        """Return whether it came back within `patience` seconds; raises what it raised."""
        if not self._over.wait(patience):
            return False
        if self._error is not None:
            raise self._error
        return True


class NoAnswer(SoundError):
    """A call did not return in time; `call` is still under way."""

    def __init__(self, call: Call) -> None:
        """Remember the call."""
        super().__init__("The sound system does not answer.")
        self.call = call


class PortAudioCalls:
    """Owns the thread that calls PortAudio, and those that it left behind in it.

    Used by the `sound` thread; `join` and `is_alive` by the hub's owner.
    """

    def __init__(self) -> None:
        """Prepare; the thread begins with the first call."""
        self._queue: queue.SimpleQueue[Call | None] | None = None
        self._threads: list[threading.Thread] = []
        self._left: list[Call] = []

    def run(self, work: Callable[[], None], patience: float) -> None:
        """Call `work` and wait for it; raises what it raises, and NoAnswer after `patience`."""
        if self._queue is None:
            self._queue = queue.SimpleQueue()
            thread = threading.Thread(
                target=_serve, args=(self._queue,), name=f"portaudio-{len(self._threads) + 1}"
            )
            self._threads = [t for t in self._threads if t.is_alive()] + [thread]
            thread.start()
        call = Call(work)
        self._queue.put(call)
        if not call.wait(patience):
            _log.warning("PortAudio has not returned for %.0f s", patience)
            self._left.append(call)
            self.stop()
            raise NoAnswer(call)

    @property
    def stuck(self) -> int:
        """How many calls were left behind and have not returned yet."""
        self._left = [call for call in self._left if not call.is_over]
        return len(self._left)

    @property
    def is_stuck(self) -> bool:
        """Whether some call has not returned."""
        return self.stuck > 0

    def stop(self) -> None:
        """Let the thread end once its call has returned; a later call would start another."""
        if self._queue is not None:
            self._queue.put(None)
            self._queue = None

    def join(self, timeout: float | None = None) -> None:
        """Wait until the threads are gone, at most `timeout` seconds for each."""
        for thread in list(self._threads):
            thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether some thread is still there."""
        return any(thread.is_alive() for thread in self._threads)


def _serve(calls: queue.SimpleQueue[Call | None]) -> None:
    while (call := calls.get()) is not None:
        call.carry_out()

"""One model on one thread: loads it, warms it, and turns jobs into events.

Rule: the model is created, used and closed on this thread alone. A job is cancelled by its turn's
flag, never by waiting; whatever goes wrong becomes an event with one plain sentence.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from her_desktop.conversation.events import (
    Event,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.inference.protocols import Cancelled, ModelError

_log = logging.getLogger(__name__)

Emit = Callable[[Event], None]


class Loaded(Protocol):
    """What every model can say of itself."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


class TurnJob(Protocol):
    """Work that belongs to a turn."""

    @property
    def turn(self) -> int:
        """The turn's number."""
        ...


Model = TypeVar("Model", bound=Loaded)
Model_co = TypeVar("Model_co", bound=Loaded, covariant=True)
Job = TypeVar("Job", bound=TurnJob)
Work = Callable[[Model, Job, Cancelled], Iterator[Event]]


@dataclass(frozen=True)
class ModelLoader(Generic[Model_co]):
    """A model by its name for a person, and how to load and warm it (blocking)."""

    name: str
    load: Callable[[], Model_co]


class Worker(Generic[Model, Job]):
    """Owns one model's thread. `submit` and `stop` are called by the hub."""

    def __init__(
        self,
        stage: Stage,
        loader: ModelLoader[Model],
        work: Work[Model, Job],
        emit: Emit,
        gives_way_to: Sequence[threading.Event] = (),
    ) -> None:
        """Prepare; `emit` is called on the worker's thread and must only hand the event on.

        Whenever a job asks whether it is still wanted, the worker waits for every event of
        `gives_way_to`: the `idle` of workers whose results a person waits for before its own,
        where both would share a processor.
        """
        self.idle = threading.Event()
        """Set while the worker has nothing to do."""
        self.idle.set()
        self._gives_way_to = tuple(gives_way_to)
        self._jobs_left = 0
        self._count = threading.Lock()
        self._stage = stage
        self._loader = loader
        self._work = work
        self._emit = emit
        self._jobs: queue.SimpleQueue[tuple[Job, threading.Event] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=stage.value)
        self._failure = ""

    def start(self) -> None:
        """Start the thread, which loads the model first."""
        self._thread.start()

    def submit(self, job: Job, cancelled: threading.Event) -> None:
        """Queue a job; jobs given before the model is loaded wait for it."""
        with self._count:
            self._jobs_left += 1
            self.idle.clear()
        self._jobs.put((job, cancelled))

    def stop(self) -> None:
        """Ask the thread to end: the job under way is cancelled, queued ones are forgotten."""
        self._stopping.set()
        self._jobs.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        model = self._load()
        while (item := self._jobs.get()) is not None:
            job, cancelled = item
            if not (cancelled.is_set() or self._stopping.is_set()):
                self._do(model, job, cancelled)
            with self._count:
                self._jobs_left -= 1
                if not self._jobs_left:
                    self.idle.set()
        # Nobody waits for a worker that is gone.
        self.idle.set()
        if model is not None:
            model.close()

    def _load(self) -> Model | None:
        name = self._loader.name
        self._emit(StageLoading(at=time.monotonic(), stage=self._stage, model=name))
        try:
            model = self._loader.load()
        except Exception as error:
            self._failure = _sentence(error, f"The model {name} could not be loaded")
            self._emit(
                StageFailed(
                    at=time.monotonic(), stage=self._stage, model=name, message=self._failure
                )
            )
            return None
        self._emit(
            StageReady(at=time.monotonic(), stage=self._stage, model=name, detail=model.detail)
        )
        return model

    def _do(self, model: Model | None, job: Job, cancelled: threading.Event) -> None:
        turn, stage = job.turn, self._stage
        self._emit(WorkStarted(at=time.monotonic(), turn=turn, stage=stage))
        failure = self._failure
        try:
            if model is not None:
                for event in self._work(model, job, lambda: self._is_off(cancelled)):
                    self._emit(event)
        except Exception as error:
            failure = _sentence(error, f"{self._loader.name} failed")
        if failure:
            self._emit(WorkFailed(at=time.monotonic(), turn=turn, stage=stage, message=failure))
        self._emit(WorkFinished(at=time.monotonic(), turn=turn, stage=stage))

    def _is_off(self, cancelled: threading.Event) -> bool:
        for idle in self._gives_way_to:
            idle.wait()
        return cancelled.is_set() or self._stopping.is_set()


def _sentence(error: Exception, what: str) -> str:
    """Return an error as one plain sentence; an error nobody foresaw is logged by its trace.

    The error's own words are neither shown nor logged: a library may quote the user in them.
    """
    if isinstance(error, ModelError):
        return str(error)
    trace = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: %s\n%s", what, type(error).__name__, trace)
    return f"{what} ({type(error).__name__}); the log has the details. Try again or restart."

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
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from her_desktop.conversation.events import (
    Event,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.engine.memory import give_back_memory
from her_desktop.inference.protocols import Cancelled, ModelError

_log = logging.getLogger(__name__)

Emit = Callable[[Event], None]
_Order = Callable[[], None]


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


def _always() -> bool:
    return True


@dataclass(frozen=True)
class ModelLoader(Generic[Model_co]):
    """A model by its name for a person, and how to load and warm it (blocking).

    `key` says what was chosen of it that only loading brings about: where two loaders agree in
    that, `tune` is enough to bring a model that one of them loaded to what the other wants; None
    agrees with nothing. `fits_beside` tells whether it may be loaded while another one is still
    there. All are called on the worker's thread.
    """

    name: str
    load: Callable[[], Model_co]
    key: Hashable = None
    tune: Callable[[Any], None] | None = None
    fits_beside: Callable[[], bool] = _always


class Worker(Generic[Model, Job]):
    """Owns one model's thread. All but `idle` is called by the hub."""

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
        self._wanted = loader
        self._work = work
        self._emit = emit
        self._items: queue.SimpleQueue[tuple[Job, threading.Event] | _Order | None] = (
            queue.SimpleQueue()
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=stage.value)
        self._model: Model | None = None
        self._is_released = False
        self._failure = ""

    def start(self) -> None:
        """Start the thread, which loads the model first."""
        self._thread.start()

    def submit(self, job: Job, cancelled: threading.Event) -> None:
        """Queue a job; jobs given before the model is loaded wait for it."""
        with self._count:
            self._jobs_left += 1
            self.idle.clear()
        self._items.put((job, cancelled))

    def change(self, loader: ModelLoader[Model]) -> None:
        """Use another model after the jobs given so far; those given later wait for it.

        It is loaded while the old one is kept, unless both do not fit: then the old one goes
        first, and is loaded again where the new one cannot be. Of several changes that wait, only
        the last is carried out.
        """
        self._wanted = loader
        self._items.put(lambda: self._change(loader))

    def release(self) -> None:
        """Let the model leave the memory after the jobs given so far, until it is needed."""
        self._items.put(self._release)

    def recall(self) -> None:
        """Load a model that was released; a job does so too, but later."""
        self._items.put(self._recall)

    def stop(self) -> None:
        """Ask the thread to end: the job under way is cancelled, queued ones are forgotten."""
        self._stopping.set()
        self._items.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    # --- the worker's thread -------------------------------------------------------------------

    def _run(self) -> None:
        self._begin()
        while (item := self._items.get()) is not None:
            if not isinstance(item, tuple):
                if not self._stopping.is_set():
                    item()
                continue
            job, cancelled = item
            if not (cancelled.is_set() or self._stopping.is_set()):
                self._do(job, cancelled)
            with self._count:
                self._jobs_left -= 1
                if not self._jobs_left:
                    self.idle.set()
        # Nobody waits for a worker that is gone.
        self.idle.set()
        self._close()

    def _begin(self) -> None:
        """Load the model that is wanted, and say what came of it."""
        self._announce(self._loader)
        self._model, self._failure = self._loaded(self._loader)
        self._tell(self._loader.name)

    def _change(self, loader: ModelLoader[Model]) -> None:
        if loader is not self._wanted:
            return  # a later wish waits behind it
        old = self._loader
        if self._model is not None and loader.key is not None and loader.key == old.key:
            if loader.tune is not None:
                loader.tune(self._model)
            self._loader = loader
            self._tell("")
            return
        was_usable = self._model is not None or self._is_released
        self._is_released = False
        self._announce(loader)
        if self._model is not None and not loader.fits_beside():
            self._close()
        model, failure = self._loaded(loader)
        if model is not None or not was_usable:
            self._close()
            self._loader, self._model, self._failure = loader, model, failure
            self._tell(loader.name)
            return
        if self._model is None:
            self._model, _ = self._loaded(old)
        self._failure = "" if self._model is not None else failure
        self._tell(loader.name, failure)

    def _release(self) -> None:
        if self._model is not None:
            self._close()
            self._is_released = True
            name = self._loader.name
            self._emit(StageReleased(at=time.monotonic(), stage=self._stage, model=name))

    def _recall(self) -> None:
        if self._is_released:
            self._is_released = False
            self._begin()

    def _announce(self, loader: ModelLoader[Model]) -> None:
        self._emit(StageLoading(at=time.monotonic(), stage=self._stage, model=loader.name))

    def _loaded(self, loader: ModelLoader[Model]) -> tuple[Model | None, str]:
        """Return a model, or None and one plain sentence that says why there is none."""
        try:
            return loader.load(), ""
        except Exception as error:
            return None, _sentence(error, f"The model {loader.name} could not be loaded")

    def _tell(self, tried: str, failure: str = "") -> None:
        """Say that the model `tried` failed, if it did, and which one is in use."""
        stage, model, name = self._stage, self._model, self._loader.name
        if failure or self._failure:
            kept = name if model is not None else ""
            self._emit(
                StageFailed(
                    at=time.monotonic(),
                    stage=stage,
                    model=tried,
                    message=failure or self._failure,
                    kept=kept,
                )
            )
        if model is not None:
            ready = StageReady(at=time.monotonic(), stage=stage, model=name, detail=model.detail)
            self._emit(ready)

    def _close(self) -> None:
        model, self._model = self._model, None
        if model is None:
            return
        model.close()
        del model
        if not self._stopping.is_set():
            give_back_memory()

    def _do(self, job: Job, cancelled: threading.Event) -> None:
        self._recall()
        turn, stage = job.turn, self._stage
        self._emit(WorkStarted(at=time.monotonic(), turn=turn, stage=stage))
        failure = self._failure
        try:
            if self._model is not None:
                for event in self._work(self._model, job, lambda: self._is_off(cancelled)):
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

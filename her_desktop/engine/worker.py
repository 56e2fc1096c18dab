"""One model on one thread: loads it, warms it, and turns jobs into events.

Rule: the model is created, used and closed on this thread alone. A job is cancelled by its turn's
flag, never by waiting; whatever goes wrong becomes an event with one plain sentence. A library may
keep the thread for good: then another one takes its place, with a model of its own.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import Generic, Protocol, TypeVar

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
from her_desktop.engine.loader import Loaded
from her_desktop.engine.loader import ModelLoader as ModelLoader
from her_desktop.engine.memory import give_back_memory, memory_given_back
from her_desktop.engine.work_failures import (
    broke_too_often,
    close_quietly,
    of_a_trial,
    plain_sentence,
)
from her_desktop.inference.protocols import Cancelled

Emit = Callable[[Event], None]
_Order = Callable[[], None]

_MOST_LOST = 3
"""Threads lost to a library after which its model is not loaded again: it would lose the next."""

_LONGEST_PRECEDENCE = 2.0
"""Seconds after which a model comes back although the one that is needed first has not."""


class TurnJob(Protocol):
    """Work that belongs to a turn."""

    @property
    def turn(self) -> int:
        """The turn's number."""
        ...


Model = TypeVar("Model", bound=Loaded)
Job = TypeVar("Job", bound=TurnJob)
Work = Callable[[Model, Job, Cancelled], Iterator[Event]]
_Item = TypeVar("_Item")
_Items = queue.SimpleQueue[tuple[Job, threading.Event] | _Order | None]


class Worker(Generic[Model, Job]):
    """Owns one model's thread. The hub calls all but `idle`; whoever ends the program, `stop`."""

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
        self.at_hand = threading.Event()
        """Set unless the model was recalled and is not back yet."""
        self.at_hand.set()
        self._gives_way_to = tuple(gives_way_to)
        self._jobs_left = 0
        self._guard = threading.Lock()
        """For what both the thread and others change; never held while a library is at work."""
        self._stage = stage
        self._loader = loader
        self._wanted = loader
        self._trying: ModelLoader[Model] | None = None
        self._work = work
        self._emit = emit
        self._items: _Items[Job] = queue.SimpleQueue()
        self._under_way: tuple[Job, threading.Event] | None = None
        self._lost = 0
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._thread = self._made_thread("")
        self._model: Model | None = None
        self._is_released = False
        self._failure = ""

    def start(self) -> None:
        """Start the thread, which loads the model first."""
        self._thread.start()

    def submit(self, job: Job, cancelled: threading.Event) -> None:
        """Queue a job; jobs given before the model is loaded wait for it."""
        with self._guard:
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

    def recall(self, after: threading.Event | None = None) -> None:
        """Load a model that was released; a job does so too, but later.

        `after` is the `at_hand` of a worker whose model is needed first and was recalled before:
        the others would share its processors and keep it. It is not waited for without end.
        """
        self.at_hand.clear()
        self._items.put(lambda: self._return(after))

    def replace_thread(self, message: str) -> None:
        """Go on with another thread, as a library keeps this one, and its model, for good.

        A turn's job that was under way fails with `message`. The model is loaded anew, and the
        jobs that wait are done with it, unless that has cost too many threads already.
        """
        with self._guard:
            self._lost += 1
            kept, self._items = self._items, queue.SimpleQueue()
            _pour(kept, self._items)
            # Should the library ever let go of the thread, it ends.
            kept.put(None)
            self._model, self._is_released = None, False
            self._loader, self._trying = self._trying or self._loader, None
            self._thread = self._made_thread(message)
            self.at_hand.set()
            if self._stopping.is_set():
                self.idle.set()
                self._ended.set()
            else:
                self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end: the job under way is cancelled, queued ones are forgotten."""
        with self._guard:
            self._stopping.set()
            self._items.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, or lost, at most `timeout` seconds."""
        if self._ended.wait(timeout) and self._thread.ident is not None:
            self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs, or one that was lost may."""
        return self._lost > 0 or self._thread.is_alive()

    # --- the worker's thread -------------------------------------------------------------------

    def _made_thread(self, message: str) -> threading.Thread:
        # A library may keep the thread for ever, and the process has to end all the same.
        return threading.Thread(
            target=self._run, args=(self._items, message), name=self._stage.value, daemon=True
        )

    def _run(self, items: _Items[Job], message: str) -> None:
        if message:
            self._fail_what_was_under_way(message)
        if self._lost < _MOST_LOST:
            self._begin()
        else:
            self._failure = broke_too_often(self._loader.name, _MOST_LOST)
            self._tell(self._loader.name)
        while (item := items.get()) is not None:
            if not isinstance(item, tuple):
                if not self._stopping.is_set():
                    self._obey(item)
                continue
            job, cancelled = item
            if not (cancelled.is_set() or self._stopping.is_set()):
                self._do(job, cancelled)
            else:
                # Nobody waits for a turn's job that was called off; for a trial somebody may.
                for event in of_a_trial(job):
                    self._emit(event)
            self._count_down()
        if self._is_replaced():
            return
        # Nobody waits for a worker that is gone.
        self.idle.set()
        self.at_hand.set()
        self._close()
        self._ended.set()

    def _fail_what_was_under_way(self, message: str) -> None:
        """Say what became of the job that the thread before was lost with."""
        with self._guard:
            interrupted, self._under_way = self._under_way, None
        if interrupted is None:
            return
        job, cancelled = interrupted
        cancelled.set()
        for event in of_a_trial(job, message):
            self._emit(event)
        self._finish(job, message)
        self._count_down()

    def _obey(self, order: _Order) -> None:
        """Carry out an order; one that fails must not end the thread, which jobs wait for."""
        try:
            order()
        except Exception as error:
            name = self._wanted.name
            failure = plain_sentence(error, f"The model {name} could not be loaded")
            self._trying = None
            self._failure = "" if self._model is not None else failure
            self._tell(name, failure)

    def _is_replaced(self) -> bool:
        """Tell whether this thread was given up, though its library let go of it after all."""
        return threading.current_thread() is not self._thread

    def _count_down(self) -> None:
        with self._guard:
            if not self._is_replaced():
                self._jobs_left -= 1
                if not self._jobs_left:
                    self.idle.set()

    def _begin(self, *, again: bool = False) -> None:
        """Load the model that is wanted, and say what came of it."""
        self._announce(self._loader)
        model, failure = self._loaded(self._loader, again=again)
        if not self._is_replaced():
            self._model, self._failure = model, failure
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
        self._trying = loader
        self._announce(loader)
        if self._model is not None and not loader.fits_beside():
            self._close()
        model, failure = self._loaded(loader)
        if self._is_replaced():
            return
        self._trying = None
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

    def _return(self, after: threading.Event | None) -> None:
        try:
            if after is not None and self._is_released:
                after.wait(_LONGEST_PRECEDENCE)
            self._recall()
        finally:
            self.at_hand.set()

    def _recall(self) -> None:
        if self._is_released:
            self._is_released = False
            self._begin(again=True)

    def _announce(self, loader: ModelLoader[Model]) -> None:
        self._emit(StageLoading(at=time.monotonic(), stage=self._stage, model=loader.name))

    def _loaded(
        self, loader: ModelLoader[Model], *, again: bool = False
    ) -> tuple[Model | None, str]:
        """Return a model, or None and one plain sentence that says why there is none."""
        try:
            model = loader.bring_back() if again else loader.load()
        except Exception as error:
            return None, plain_sentence(error, f"The model {loader.name} could not be loaded")
        # What it took only to load: some 80 MB for the three of the starter set.
        give_back_memory()
        return model, ""

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
        with nullcontext() if self._stopping.is_set() else memory_given_back():
            close_quietly(model.close)
            del model

    def _do(self, job: Job, cancelled: threading.Event) -> None:
        with self._guard:
            self._under_way = job, cancelled
        self._recall()
        self._emit(WorkStarted(at=time.monotonic(), turn=job.turn, stage=self._stage))
        failure = self._failure
        try:
            if self._model is not None:
                for event in self._work(self._model, job, lambda: self._is_off(cancelled)):
                    self._emit(event)
        except Exception as error:
            failure = plain_sentence(error, f"{self._loader.name} failed")
        with self._guard:
            if self._is_replaced():
                return  # that the job failed has been said
            self._under_way = None
        self._finish(job, failure)

    def _finish(self, job: Job, failure: str) -> None:
        turn, stage = job.turn, self._stage
        if failure:
            self._emit(WorkFailed(at=time.monotonic(), turn=turn, stage=stage, message=failure))
        self._emit(WorkFinished(at=time.monotonic(), turn=turn, stage=stage))

    def _is_off(self, cancelled: threading.Event) -> bool:
        for idle in self._gives_way_to:
            idle.wait()
        return cancelled.is_set() or self._stopping.is_set()


def _pour(items: queue.SimpleQueue[_Item], into: queue.SimpleQueue[_Item]) -> None:
    """Move what waits from one queue into another, in its order."""
    while True:
        try:
            into.put(items.get_nowait())
        except queue.Empty:
            return

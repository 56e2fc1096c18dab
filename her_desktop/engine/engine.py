"""The hub: one thread, one inbox, and the conversation that decides.

Rule: everything that happens arrives in the inbox as an event, in one order. The hub hands it to
those who watch and to the conversation, and carries out what the conversation wants. It alone
plays and stops sound. Watchers must return at once.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from her_desktop.audio import chimes
from her_desktop.conversation.commands import (
    AwaitPhrase,
    Cancel,
    Capture,
    ChooseDevice,
    CleanMicrophone,
    ClearTimer,
    Command,
    CutCapture,
    EndCapture,
    FinishPlayback,
    HoldPlayback,
    Play,
    PlayChime,
    Prefill,
    PrepareSound,
    Publish,
    RecallModels,
    ReleaseModels,
    ResumePlayback,
    SetListenMode,
    SetMicrophone,
    SetTimer,
    Speak,
    StopPlayback,
    StopPreparing,
    TestMicrophone,
    Think,
    Transcribe,
    TranscribePartial,
    Try,
)
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AsideFinished,
    AsideStarted,
    Event,
    Noticed,
    PartialTranscribed,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    Stage,
    State,
    StateChanged,
    TimerFired,
    TurnEnded,
    TurnEvent,
    WorkFinished,
    WorkStarted,
)
from her_desktop.engine.parts import Input, Output, Part
from her_desktop.engine.work_failures import UNFORESEEN, log_fault
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import LanguageModel, Recognizer, Voice

_log = logging.getLogger(__name__)

Aside = TranscribePartial | Prefill | PrepareSound | Try
"""Work that nobody waits for."""

_GIVE_WAY: dict[type[Command], tuple[type[Aside], ...]] = {
    Transcribe: (TranscribePartial, PrepareSound, Try),
    Think: (Prefill, PrepareSound, Try),
    Speak: (PrepareSound, Try),
    TranscribePartial: (PrepareSound,),
}
"""What is given up for a job that somebody waits for: what keeps its worker, or a processor."""

_NO_TURN = 0
"""What is played for it is heard and reported by nobody."""

_CALM = (State.LOADING, State.IDLE, State.LISTENING)
"""States in which no answer is under way that a change of models would cut in two."""

_LONGEST_WAIT = 0.2
"""Seconds after which a stage goes on though the hub has not taken what it said."""

Watcher = Callable[[Event], None]


@dataclass(frozen=True)
class _Wanted:
    """The user chose another model for a stage."""

    stage: Stage
    loader: ModelLoader[Any]


@dataclass(frozen=True)
class _Lost:
    """A library keeps a stage's thread for good; the message is for the turn it was at work for."""

    stage: Stage
    message: str


_Item = Event | _Wanted | _Lost | threading.Event
"""What arrives in the inbox; a `threading.Event` is set when its turn has come."""


class Engine:
    """Owns the hub thread and the workers. `send` may be called from any thread."""

    def __init__(self, conversation: Conversation, watchers: Sequence[Watcher] = ()) -> None:
        """Prepare the hub; `connect` gives it models, an output and inputs before `start`."""
        self._conversation = conversation
        self._watchers = tuple(watchers)
        self._inbox: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._timers: dict[str, float] = {}
        self._cancelled: dict[int, threading.Event] = {}
        self._aside: dict[type[Aside], threading.Event] = {}
        self._state: State | None = None
        self._workers: dict[Stage, Worker[Any, Any]] = {}
        self._wanted: dict[Stage, ModelLoader[Any]] = {}
        self._inputs: tuple[Input, ...] = ()
        self._parts: tuple[Part, ...] = ()
        self._thread = threading.Thread(target=self._run, name="engine")

    def connect(
        self,
        stt: Worker[Recognizer, Transcribe | TranscribePartial],
        llm: Worker[LanguageModel, Think | Prefill],
        tts: Worker[Voice, Speak | PrepareSound],
        output: Output,
        inputs: Sequence[Input] = (),
    ) -> None:
        """Give the hub its models, its loudspeaker and its ears, once, before `start`."""
        self._stt, self._llm, self._tts = stt, llm, tts
        self._workers = {Stage.STT: stt, Stage.LLM: llm, Stage.TTS: tts}
        self._output = output
        self._inputs = tuple(inputs)
        self._parts = (*self._inputs, tts, llm, stt)

    def start(self) -> None:
        """Start every thread; the models load on their own."""
        self._thread.start()
        for part in self._parts:
            part.start()

    def send(self, event: Event) -> None:
        """Report an event. Thread-safe, returns at once."""
        self._inbox.put(event)

    def change(self, stage: Stage, loader: ModelLoader[Any]) -> None:
        """Use another model for a stage, once the answer under way is over; of several the last.

        Thread-safe, returns at once; `StageReady` or `StageFailed` tells what came of it.
        """
        self._inbox.put(_Wanted(stage, loader))

    def lose(self, stage: Stage, message: str) -> bool:
        """Go on without a stage's thread, which a library will not give back, and with a new one.

        A turn that it was at work for fails with `message`. Thread-safe, returns at once, the lost
        thread among those that may call it; False where the hub has ended and nothing will happen.
        """
        if self._thread.is_alive():
            self._inbox.put(_Lost(stage, message))
            return True
        return False

    def send_and_wait(self, event: Event) -> None:
        """Report an event and return once everything that follows from it has been ordered.

        A stage whose work gives way to another's says so what that one is to do: it would
        otherwise keep a processor for a while longer. Not to be called on the hub thread.
        """
        taken = threading.Event()
        self._inbox.put(event)
        self._inbox.put(taken)
        # Bounded, because a hub that has ended takes nothing any more.
        taken.wait(_LONGEST_WAIT)

    def playback_started(self, turn: int, audible_at: float) -> None:
        """Report that a turn became audible (called from the output's own thread)."""
        self.send(PlaybackStarted(at=time.monotonic(), turn=turn, audible_at=audible_at))

    def playback_finished(self, turn: int, played: float) -> None:
        """Report that a turn was played to its end (called from the output's own thread)."""
        self.send(PlaybackFinished(at=time.monotonic(), turn=turn, played=played))

    def stop(self, timeout: float | None = None) -> bool:
        """Cancel everything and wait until every thread of the engine has ended.

        Returns False where some thread was still stuck in a library after `timeout` seconds, or
        has been lost to one before.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for part in self._parts:
            part.stop()
        for part in self._parts:
            part.join(_left(deadline))
        # Last, because it takes what the others still have to say.
        self._inbox.put(None)
        self._thread.join(_left(deadline))
        return not (self._thread.is_alive() or any(part.is_alive() for part in self._parts))

    # --- the hub thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                event = self._next()
                if event is None:
                    return
                if isinstance(event, threading.Event):
                    event.set()
                    continue
                if isinstance(event, _Wanted):
                    self._wanted[event.stage] = event.loader
                elif isinstance(event, _Lost):
                    self._workers[event.stage].replace_thread(event.message)
                else:
                    self._take(event)
                self._change_models()
            except Exception as error:
                # A fault in one event must not leave a window that no longer answers.
                log_fault("the conversation failed on an event", error)
                self._show(Noticed(at=time.monotonic(), message=UNFORESEEN))

    def _next(self) -> _Item | None:
        """Wait for the next event or wish, or for the first timer that is due."""
        while True:
            now = time.monotonic()
            if self._timers and min(self._timers.values()) <= now:
                name = min(self._timers, key=self._timers.__getitem__)
                del self._timers[name]
                return TimerFired(at=now, name=name)
            try:
                return self._inbox.get(timeout=self._until_next_timer())
            except queue.Empty:
                continue

    def _take(self, event: Event) -> None:
        """Hand an event to those who watch and to the conversation, unless its turn is dead."""
        owned = event if isinstance(event, TurnEvent | PartialTranscribed) else None
        if owned is not None and not self._conversation.concerns(owned):
            self._show_aside(owned)
            return
        if not self._conversation.is_private(event):
            self._show(event)
        for command in self._conversation.handle(event):
            self._carry_out(command)
        if self._conversation.state is not self._state:
            self._state = self._conversation.state
            self._show(StateChanged(at=event.at, state=self._state))

    def _change_models(self) -> None:
        if self._wanted and self._conversation.state in _CALM:
            wanted, self._wanted = self._wanted, {}
            for stage, loader in wanted.items():
                self._workers[stage].change(loader)

    def _show(self, event: Event) -> None:
        for watch in self._watchers:
            try:
                watch(event)
            except Exception as error:
                # A watcher must never be able to stop the conversation.
                _log.error("a watcher failed: %s", type(error).__name__)

    def _show_aside(self, event: Event) -> None:
        """Tell those who watch when a stage worked for no living turn: it kept the machine busy."""
        match event:
            case WorkStarted(at=at, stage=stage):
                self._show(AsideStarted(at=at, stage=stage))
            case WorkFinished(at=at, stage=stage):
                self._show(AsideFinished(at=at, stage=stage))

    def _carry_out(self, command: Command) -> None:
        match command:
            case Publish(event=event):
                if isinstance(event, TurnEnded):
                    self._cancelled.pop(event.turn, None)
                self._show(event)
            case Play(turn=turn, pcm=pcm, sample_rate_hz=rate):
                self._output.play(turn, pcm, rate)
            case FinishPlayback(turn=turn):
                self._output.finish(turn)
            case HoldPlayback(turn=turn):
                played = self._output.hold(turn)
                self._take(PlaybackHeld(at=time.monotonic(), turn=turn, played=played))
            case ResumePlayback(turn=turn):
                self._output.resume(turn)
            case ReleaseModels():
                for worker in (self._tts, self._llm, self._stt):
                    worker.release()
            case RecallModels():
                # What was said is recognised first: the others would share its processors.
                self._stt.recall()
                for worker in (self._llm, self._tts):
                    worker.recall(after=self._stt.at_hand)
            case PlayChime(chime=chime):
                self._output.play(_NO_TURN, chimes.sound(chime), chimes.RATE_HZ)
                self._output.finish(_NO_TURN)
            case StopPlayback(turn=turn):
                played = self._output.stop(turn)
                self._take(PlaybackStopped(at=time.monotonic(), turn=turn, played=played))
            case Transcribe():
                self._clear_the_way_for(command)
                self._stt.submit(command, self._flag(command.turn))
            case Think():
                self._clear_the_way_for(command)
                self._llm.submit(command, self._flag(command.turn))
            case Speak():
                self._clear_the_way_for(command)
                self._tts.submit(command, self._flag(command.turn))
            case TranscribePartial():
                self._clear_the_way_for(command)
                self._stt.submit(command, self._aside_flag(command))
            case Prefill():
                self._llm.submit(command, self._aside_flag(command))
            case StopPreparing():
                if flag := self._aside.pop(PrepareSound, None):
                    flag.set()
            case PrepareSound():
                self._tts.submit(command, self._aside_flag(command))
            case Try(stage=stage):
                self._workers[stage].submit(command, self._aside_flag(command))
            case Cancel(turn=turn):
                self._flag(turn).set()
            case SetTimer(name=name, due_at=due_at):
                self._timers[name] = due_at
            case ClearTimer(name=name):
                self._timers.pop(name, None)
            case (
                Capture()
                | CutCapture()
                | EndCapture()
                | SetMicrophone()
                | SetListenMode()
                | AwaitPhrase()
                | TestMicrophone()
                | CleanMicrophone()
                | ChooseDevice()
            ):
                for part in self._inputs:
                    part.order(command)

    def _clear_the_way_for(self, command: Command) -> None:
        for kind in _GIVE_WAY[type(command)]:
            if flag := self._aside.pop(kind, None):
                flag.set()

    def _aside_flag(self, command: Aside) -> threading.Event:
        """Return the flag of work done aside, which makes what it renews superfluous."""
        if flag := self._aside.get(type(command)):
            flag.set()
        self._aside[type(command)] = flag = threading.Event()
        return flag

    def _flag(self, turn: int) -> threading.Event:
        return self._cancelled.setdefault(turn, threading.Event())

    def _until_next_timer(self) -> float | None:
        if not self._timers:
            return None
        return max(0.0, min(self._timers.values()) - time.monotonic())


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())

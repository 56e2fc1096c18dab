"""One examination of the running program, step by step, without ever waiting.

The models are tried by the engine that holds them, so that none is loaded a second time and what is
tried is what the user uses; so are the devices, which another process might not get. Files,
memory and the desktop are looked at by a child process, the doctor's own, which reads every file,
can be ended at any moment and cannot take the window with it.

Rule: GUI thread only; it reacts to events and to the child's lines.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from her_desktop.conversation.events import (
    Device,
    EndReason,
    Event,
    MicrophoneTested,
    MicrophoneTestRequested,
    PlaybackStarted,
    PlayRequested,
    StopRequested,
    TurnEnded,
    TurnEvent,
)
from her_desktop.metrics.examination import NO_SENTENCE, Examination, Step
from her_desktop.metrics.examination_words import (
    AUDIBLE,
    LATE,
    NONSENSE,
    NOT_PLAYED,
    STOPPED,
    microphone_heard,
    not_started,
)
from her_desktop.metrics.findings import Finding, broken, note, well

DOCTOR = ("doctor", "--json", "--lines", "--beside-window")
"""What the program is told that looks at everything but models and devices."""

PATIENCE = 30.0
"""Seconds after which a step that says nothing is given up."""

_RATE_HZ = 16000


class _Step(Enum):
    REST = auto()
    MODELS = auto()
    MICROPHONE = auto()
    SPEAKER = auto()
    MACHINE = auto()


class Examining(QObject):
    """Owns the course of one examination at a time; its owner hands it every event."""

    found = Signal(object)
    """A `Finding`."""

    over = Signal()
    """The examination has ended, whether by itself or because it was stopped."""

    def __init__(
        self,
        send: Callable[[Event], None],
        command: Sequence[str],
        language: Callable[[], str] = lambda: "en",
        parent: QObject | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Begin at rest; `command` starts this program, `language` tells the voice's of the day."""
        super().__init__(parent)
        self._send = send
        self._command = [*command, *DOCTOR]
        self._language = language
        self._models = Examination()
        self._step = _Step.REST
        self._turn: int | None = None
        self._played_at = 0.0
        self._doctor: QProcess | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(patience * 1000))
        self._timer.timeout.connect(self._give_up)

    @property
    def is_running(self) -> bool:
        """Whether an examination is under way."""
        return self._step is not _Step.REST

    @Slot()
    def begin(self) -> None:
        """Start an examination, unless one is under way."""
        if not self.is_running:
            self._models.use_language(self._language())
            self._enter(_Step.MODELS)
            self._follow(self._models.begin(time.monotonic()))

    @Slot()
    def stop(self) -> None:
        """End the examination at once; what was found stays."""
        if not self.is_running:
            return
        if self._step is _Step.SPEAKER and self._turn is not None:
            self._send(StopRequested(at=time.monotonic()))
        self._rest()

    def end(self) -> None:
        """Stop, and wait until every child process is gone: the program ends."""
        self.stop()
        # One that was stopped a moment ago may still be on its way out.
        for doctor in self.findChildren(QProcess):
            doctor.waitForFinished(1000)

    def handle(self, event: Event) -> None:
        """Take in an event of the program."""
        step = self._models.handle(event)
        if self._step is _Step.MODELS:
            self._follow(step)
        elif self._step is _Step.MICROPHONE and isinstance(event, MicrophoneTested):
            for finding in microphone_heard(event):
                self.found.emit(finding)
            self._play()
        elif self._step is _Step.SPEAKER and isinstance(event, TurnEvent):
            self._listen_to(event)

    # --- the models and the devices ------------------------------------------------------------

    def _follow(self, step: Step) -> None:
        for finding in step.findings:
            self.found.emit(finding)
        for wish in step.wishes:
            self._enter(_Step.MODELS)
            self._send(wish)
        if self._step is _Step.MODELS and not self._models.is_running:
            self._enter(_Step.MICROPHONE)
            self._send(MicrophoneTestRequested(at=time.monotonic()))

    def _play(self) -> None:
        speech = self._models.speech
        if speech is None:
            self.found.emit(note(Device.SPEAKER.value, NO_SENTENCE))
            self._look_at_machine()
            return
        self._enter(_Step.SPEAKER)
        self._turn, self._played_at = None, time.monotonic()
        self._send(PlayRequested(at=self._played_at, pcm=speech, sample_rate_hz=_RATE_HZ))

    def _listen_to(self, event: TurnEvent) -> None:
        """Follow the turn that plays the sentence: the first that becomes audible."""
        name = Device.SPEAKER.value
        if isinstance(event, PlaybackStarted) and self._turn is None:
            self._turn = event.turn
            took = event.audible_at - self._played_at
            self.found.emit(well(name, AUDIBLE, took))
        elif isinstance(event, TurnEnded) and self._turn in (None, event.turn):
            if self._turn is None and event.reason is EndReason.FAILED:
                self.found.emit(broken(name, NOT_PLAYED))
            elif self._turn is None:
                self.found.emit(note(name, STOPPED))
            self._look_at_machine()

    # --- everything else -----------------------------------------------------------------------

    def _look_at_machine(self) -> None:
        self._enter(_Step.MACHINE)
        doctor = self._doctor = QProcess(self)
        doctor.setProgram(self._command[0])
        doctor.setArguments(self._command[1:])
        doctor.readyReadStandardOutput.connect(self._read)
        doctor.errorOccurred.connect(self._on_error)
        doctor.finished.connect(self._on_finished)
        doctor.start(QProcess.OpenModeFlag.ReadOnly)

    @Slot()
    def _read(self) -> None:
        doctor = self._doctor
        while doctor is not None and doctor.canReadLine():
            self._timer.start()
            try:
                line = json.loads(bytes(doctor.readLine().data()))
                finding = Finding.from_dict(line)
            except (ValueError, KeyError, TypeError):
                finding = broken("machine", NONSENSE)
            self.found.emit(finding)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.found.emit(broken("machine", not_started(self._command[0])))
            self._rest()

    @Slot()
    def _on_finished(self) -> None:
        self._read()
        self._rest()

    # --- the course ----------------------------------------------------------------------------

    def _enter(self, step: _Step) -> None:
        self._step = step
        self._timer.start()

    @Slot()
    def _give_up(self) -> None:
        """Say which step does not answer, and go on with the next."""
        step = self._step
        match step:
            case _Step.MODELS:
                name = self._models.waiting_for
                self._follow(self._models.give_up(time.monotonic(), broken(name, LATE)))
            case _Step.MICROPHONE:
                self.found.emit(broken(Device.MICROPHONE.value, LATE))
                self._play()
            case _Step.SPEAKER:
                self.found.emit(broken(Device.SPEAKER.value, LATE))
                self._look_at_machine()
            case _Step.MACHINE:
                self.found.emit(broken("machine", LATE))
                self._rest()

    def _rest(self) -> None:
        self._step, self._turn = _Step.REST, None
        self._timer.stop()
        self._models.stop()
        doctor, self._doctor = self._doctor, None
        if doctor is not None:
            doctor.readyReadStandardOutput.disconnect(self._read)
            doctor.errorOccurred.disconnect(self._on_error)
            doctor.finished.disconnect(self._on_finished)
            if doctor.state() is not QProcess.ProcessState.NotRunning:
                doctor.kill()
                # It is ours until the system has taken it away, which is a matter of milliseconds.
                doctor.finished.connect(doctor.deleteLater)
            else:
                doctor.deleteLater()
        self.over.emit()

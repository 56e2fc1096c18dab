"""An examination of the running window, with a scripted engine and a real child process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    EndReason,
    Event,
    MicrophoneTested,
    MicrophoneTestRequested,
    PlaybackStarted,
    PlayRequested,
    Stage,
    StageFailed,
    StageReady,
    StageTried,
    StopRequested,
    TrialRequested,
    TurnEnded,
)
from her_desktop.metrics.examination import SENTENCES
from her_desktop.metrics.findings import Finding, Verdict, note, well
from her_desktop.ui.examining import DOCTOR, Examining

TONE = np.full(16000, 0.3, np.float32)
LINES = [well("files", "All are whole.", 0.2), note("tray", "There is none.")]


def child(tmp_path: Path, body: str) -> list[str]:
    """Return a command that is given the doctor's arguments and runs `body` in a process."""
    script = tmp_path / "doctor.py"
    script.write_text(f"import sys, time\nassert tuple(sys.argv[1:]) == {DOCTOR!r}\n{body}")
    return [sys.executable, str(script)]


@pytest.fixture(autouse=True)
def no_child_left() -> Iterator[None]:
    """End every examination, whose last child may still be on its way out."""
    yield
    while Program.begun:
        Program.begun.pop().examining.end()


@pytest.fixture
def printing(tmp_path: Path) -> list[str]:
    """A doctor that finds what `LINES` says."""
    lines = "\n".join(json.dumps(finding.as_dict()) for finding in LINES)
    return child(tmp_path, f"print({lines!r})")


class Program:
    """The engine behind the window: answers what the examination asks, or nothing."""

    begun: ClassVar[list[Program]] = []

    def __init__(self, command: list[str], patience: float = 30.0) -> None:
        Program.begun.append(self)
        self.sent: list[Event] = []
        self.language = "en"
        self.examining = Examining(
            self.sent.append, command, lambda: self.language, patience=patience
        )
        self.found: list[Finding] = []
        self.examining.found.connect(self.found.append)
        for stage in (Stage.STT, Stage.LLM, Stage.TTS):
            self.tell(StageReady(at=0.0, stage=stage, model="model", detail="CPU"))

    def tell(self, *events: Event) -> None:
        for event in events:
            self.examining.handle(event)

    def try_models(self) -> None:
        self.tell(
            StageTried(at=2.0, stage=Stage.TTS, begun_at=1.0, first_at=1.1, pcm=TONE),
            StageTried(at=2.0, stage=Stage.STT, begun_at=1.0, text=SENTENCES["en"]),
            StageTried(at=2.0, stage=Stage.LLM, begun_at=1.0, text="Yes."),
        )

    def test_microphone(self, *, peak_db: float = -20.0, speech: bool = True) -> None:
        pcm = np.tile(TONE, 3) if peak_db > -200.0 else TONE[:0]
        self.tell(MicrophoneTested(at=3.0, pcm=pcm, level_db=-30.0, peak_db=peak_db, speech=speech))

    def play(self) -> None:
        at = self.sent[-1].at
        self.tell(
            PlaybackStarted(at=at, turn=7, audible_at=at + 0.05),
            TurnEnded(at=at, turn=7, reason=EndReason.FINISHED, heard=""),
        )

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {finding.name: finding.verdict for finding in self.found}


def test_it_speaks_the_language_that_the_voice_has_by_then(printing: list[str]) -> None:
    program = Program(printing)
    program.language = "fr"
    program.examining.begin()
    request = program.sent[-1]
    assert isinstance(request, TrialRequested)
    assert request.text == SENTENCES["fr"]


def test_everything_is_tried_in_its_order_and_told_as_it_is_found(
    qtbot: QtBot, printing: list[str]
) -> None:
    program = Program(printing)
    program.examining.begin()
    assert isinstance(program.sent[-1], TrialRequested)
    program.try_models()
    assert [finding.name for finding in program.found] == ["tts", "stt", "llm"]
    assert isinstance(program.sent[-1], MicrophoneTestRequested)
    program.test_microphone()
    request = program.sent[-1]
    assert isinstance(request, PlayRequested)
    assert request.pcm is TONE, "what is heard is what the voice said"
    with qtbot.waitSignal(program.examining.over):
        program.play()
    assert [finding.name for finding in program.found[3:]] == [
        "microphone",
        "vad",
        "speaker",
        "files",
        "tray",
    ]
    assert set(program.verdicts.values()) == {Verdict.OK, Verdict.NOTE}
    assert program.found[5].milliseconds == 50.0
    assert program.found[6:] == LINES
    assert not program.examining.is_running


@pytest.mark.parametrize(
    ("peak_db", "speech", "verdict", "words"),
    [
        (-20.0, True, Verdict.OK, "3.0 s of sound, -20 dB"),
        (-20.0, False, Verdict.OK, "3.0 s of sound, -20 dB"),
        (-120.0, False, Verdict.BROKEN, "pure silence"),
        (-999.0, False, Verdict.BROKEN, "delivered nothing"),
    ],
)
def test_the_microphone_is_judged_by_what_it_delivered(
    printing: list[str], peak_db: float, speech: bool, verdict: Verdict, words: str
) -> None:
    program = Program(printing)
    program.examining.begin()
    program.try_models()
    program.test_microphone(peak_db=peak_db, speech=speech)
    microphone, detector = program.found[-2:]
    assert (microphone.name, microphone.verdict) == ("microphone", verdict)
    assert words in microphone.detail
    noticed = Verdict.OK if speech else Verdict.NOTE
    assert (detector.name, detector.verdict) == ("vad", noticed)
    program.examining.stop()


def test_without_a_voice_nothing_is_played_and_the_rest_is_tried(
    qtbot: QtBot, printing: list[str]
) -> None:
    program = Program(printing)
    program.tell(StageFailed(at=0.0, stage=Stage.TTS, model="Joe", message="It is damaged."))
    program.examining.begin()
    program.tell(StageTried(at=2.0, stage=Stage.LLM, begun_at=1.0, text="Yes."))
    with qtbot.waitSignal(program.examining.over):
        program.test_microphone()
    assert program.verdicts["tts"] is Verdict.BROKEN
    assert program.verdicts["speaker"] is Verdict.NOTE
    assert program.found[-2:] == LINES


def test_stopped_while_the_child_works_it_ends_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    line = json.dumps(LINES[0].as_dict())
    program = Program(child(tmp_path, f"print({line!r}, flush=True)\ntime.sleep(600)"))
    program.examining.begin()
    program.try_models()
    program.test_microphone()
    program.play()
    qtbot.waitUntil(lambda: "files" in program.verdicts)
    doctor = program.examining._doctor
    assert doctor is not None
    with qtbot.waitSignals([program.examining.over, doctor.finished]):
        program.examining.stop()
    assert not program.examining.is_running


def with_a_child_at_work(qtbot: QtBot, tmp_path: Path) -> tuple[Program, QProcess]:
    """Return a program whose last examination, by a child that never ends, has begun."""
    program = Program(child(tmp_path, "print(flush=True)\ntime.sleep(600)"))
    program.examining.begin()
    program.try_models()
    program.test_microphone()
    program.play()
    doctor = program.examining._doctor
    assert doctor is not None
    qtbot.waitUntil(lambda: doctor.processId() != 0)
    return program, doctor


def test_the_end_of_the_program_waits_for_no_child(qtbot: QtBot, tmp_path: Path) -> None:
    program, doctor = with_a_child_at_work(qtbot, tmp_path)
    program.examining.end()
    assert doctor.processId() == 0


def test_the_end_waits_also_for_a_child_that_was_stopped_a_moment_ago(
    qtbot: QtBot, tmp_path: Path
) -> None:
    program, doctor = with_a_child_at_work(qtbot, tmp_path)
    program.examining.stop()
    program.examining.end()
    assert doctor.state() is QProcess.ProcessState.NotRunning


def test_stopped_while_it_speaks_it_falls_silent(printing: list[str]) -> None:
    program = Program(printing)
    program.examining.begin()
    program.try_models()
    program.test_microphone()
    program.tell(PlaybackStarted(at=3.0, turn=7, audible_at=3.0))
    program.examining.stop()
    assert isinstance(program.sent[-1], StopRequested)


def test_what_comes_after_the_stop_is_not_taken(printing: list[str]) -> None:
    program = Program(printing)
    program.examining.begin()
    program.examining.stop()
    program.try_models()
    program.test_microphone()
    assert program.found == []
    assert len(program.sent) == 1


def test_whoever_does_not_answer_is_told_of_and_passed_over(
    qtbot: QtBot, printing: list[str]
) -> None:
    program = Program(printing, patience=0.02)
    with qtbot.waitSignal(program.examining.over):
        program.examining.begin()
    broken = {name for name, verdict in program.verdicts.items() if verdict is Verdict.BROKEN}
    assert {"tts", "llm", "microphone"} <= broken
    assert all(finding.detail for finding in program.found)


@pytest.mark.parametrize("body", ["print('no json')", "print('{}')", "print('[1]')"])
def test_a_child_that_says_nonsense_is_told_of(qtbot: QtBot, tmp_path: Path, body: str) -> None:
    program = Program(child(tmp_path, body))
    program.examining.begin()
    program.try_models()
    program.test_microphone()
    with qtbot.waitSignal(program.examining.over):
        program.play()
    assert program.found[-1].name == "machine"
    assert program.found[-1].verdict is Verdict.BROKEN


def test_a_child_that_cannot_be_started_is_told_of(qtbot: QtBot, tmp_path: Path) -> None:
    program = Program([str(tmp_path / "nothing-here")])
    program.examining.begin()
    program.try_models()
    program.test_microphone()
    with qtbot.waitSignal(program.examining.over):
        program.play()
    assert "could not be started" in program.found[-1].detail

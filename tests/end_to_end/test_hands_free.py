"""Simply talked to: the real window finds out by itself when the user has finished."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import OpenWindow, alike

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import write_wav
from her_desktop.inference.protocols import Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.gaps import stretches
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.sound_loop import RATE_HZ, SoundLoop, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]

FIRST, SECOND = "I would like to know whether the", "sea is blue in the morning."


def hesitant(voice: Voice, path: Path, pause: float) -> None:
    """Write a question that pauses in its middle, between silence on both sides."""
    rate = voice.sample_rate_hz
    first, second = (np.concatenate(list(voice.speak(t, lambda: False))) for t in (FIRST, SECOND))
    quiet = np.zeros(int(0.4 * rate), np.float32)
    middle = np.zeros(int(pause * rate), np.float32)
    write_wav(path, np.concatenate([quiet, first, middle, second, quiet]), rate)


@pytest.fixture
def models(tmp_path: Path) -> Models:
    """The starter models, for whoever speaks and whoever checks."""
    return Models(Settings(), Paths.under(tmp_path / "models"))


@pytest.fixture
def question(models: Models, tmp_path: Path) -> Path:
    """A spoken question with a pause in it."""
    voice = models.load_voice(variation=0.0)
    hesitant(voice, tmp_path / "question.wav", pause=0.5)
    voice.close()
    return tmp_path / "question.wav"


def last_answer(window: LiveWindow) -> tuple[list[Line], Line]:
    """Wait until an answer was heard to its end; return the events until then and that one."""
    before = len(window.events)
    ended = window.wait_for("TurnEnded", lambda line: line["reason"] == "finished")
    return window.events[before:], ended


def test_a_hesitant_question_is_answered_once_and_whole(
    open_window: OpenWindow, sound: SoundLoop, models: Models, question: Path, tmp_path: Path
) -> None:
    with open_window("--record-text", "--listen", "always") as window:
        window.wait_until_ready()
        assert window.control("status")["mode"] == "always"
        with sound.record(tmp_path / "sides.wav"):
            sound.play(question)
            events, ended = last_answer(window)
        assert window.control("listen-hold")["ok"]
        window.wait_for("ListenModeChanged", lambda line: line["mode"] == "hold")
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
    accepted = [line for line in events if line["event"] == "MessageAccepted"]
    assert alike(accepted[-1]["text"], f"{FIRST} {SECOND}") > 0.75
    assert accepted[-1]["turn"] == ended["turn"]
    partials = [line["text"] for line in events if line["event"] == "PartialTranscribed"]
    assert any(partials), "what is said is followed while it is said"

    _, assistant = read_sides(tmp_path / "sides.wav")
    answer = stretches(assistant, RATE_HZ)[-1]
    sounded = assistant[int(answer.start * RATE_HZ) : int(answer.end * RATE_HZ)]
    recognizer = models.load_recognizer()
    pcm = resample(sounded, RATE_HZ, SAMPLE_RATE_HZ)
    heard = recognizer.transcribe(pcm, lambda: False).text
    recognizer.close()
    assert alike(heard, ended["heard"]) > 0.6, "the answer to the whole is what sounded last"


def test_the_first_turn_waits_for_no_library(
    open_window: OpenWindow, sound: SoundLoop, question: Path, tmp_path: Path
) -> None:
    watch = {
        "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "watched_imports"),
        "WATCHED_IMPORTS": str(tmp_path / "imports"),
    }
    with open_window("--listen", "always", **watch) as window:
        window.wait_until_ready()
        sound.play(question)
        _, ended = last_answer(window)
        assert window.process is not None
        notes = (tmp_path / f"imports.{window.process.pid}").read_text().splitlines()
        window.control("quit")
    assert len(notes) > 500, "what is imported is noted"
    spoken_from = next(line["at"] for line in window.events if line["event"] == "SpeechStarted")
    late = [line for line in notes if spoken_from < float(line.split()[0]) < ended["at"]]
    assert [line for line in late if line.split()[1] != "MainThread"] == []

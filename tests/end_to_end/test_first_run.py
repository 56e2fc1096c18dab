"""A profile that was never used: the first steps, clicked through as a new user would."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import ROOT, OpenWindow, alike
from hands import Hands

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import write_wav
from her_desktop.inference.protocols import Recognizer, Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.gaps import stretches
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.sound_loop import RATE_HZ, SoundLoop, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]

TITLE = "First steps with her$"
QUESTION = "Could you please tell me why the sky is blue?"
TEST_SENTENCE = "Hello, can you hear me well today?"
NewUser = Callable[..., LiveWindow]

LONGEST = 120.0
"""Seconds in which a new user has to be through: a promise to them."""


def click_next(hands: Hands, window: str) -> None:
    """Click the button at the lower right."""
    hands.click_inside(window, 90, 44)


def go_on(hands: Hands, window: str, to: str) -> None:
    """Click the button at the lower right, and wait for the step that it goes on to."""
    click_next(hands, window)
    hands.find(f"^{to}")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models(Settings(), Paths.under(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def voice(models: Models) -> Iterator[Voice]:
    voice = models.load_voice(variation=0.0)
    yield voice
    voice.close()


@pytest.fixture(scope="module")
def recognizer(models: Models) -> Iterator[Recognizer]:
    recognizer = models.load_recognizer()
    yield recognizer
    recognizer.close()


@pytest.fixture
def new_user(screen: str, sound: SoundLoop, tmp_path: Path) -> NewUser:
    """Return a function that opens the program on a folder that does not exist yet."""
    env = {key: value for key, value in sound.env.items() if not key.startswith("QT_")}
    env |= {"DISPLAY": screen, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home")}
    return lambda *arguments: LiveWindow(tmp_path / "data", env, arguments)


def understood(recognizer: Recognizer, pcm: Pcm) -> str:
    """Return what a recording says, without the silence around it, of which Whisper makes much."""
    sounds = stretches(pcm, RATE_HZ)
    start, end = max(0.0, sounds[0].start - 0.2), sounds[-1].end + 0.2
    pcm = pcm[round(start * RATE_HZ) : round(end * RATE_HZ)]
    return recognizer.transcribe(resample(pcm, RATE_HZ, SAMPLE_RATE_HZ), lambda: False).text


def spoken(voice: Voice, text: str, path: Path) -> Path:
    write_wav(path, np.concatenate(list(voice.speak(text, lambda: False))), voice.sample_rate_hz)
    return path


def finished(line: Line) -> bool:
    return line["reason"] not in ("resumed", "yielded")


def idle(line: Line) -> bool:
    return bool(line["state"] == "idle")


def some_of_the_answer(window: LiveWindow) -> Line:
    """Let the answer be heard to its end, or stop it after some seconds; return how it ended."""
    started = window.wait_for("PlaybackStarted")
    stopped = False
    while True:
        line = window.wait_for_any("TurnEnded", "SystemSampled")
        if line["event"] == "TurnEnded" and line["turn"] == started["turn"]:
            return line
        if not stopped and line["at"] > started["at"] + 5.0:
            stopped = True
            window.control("stop")


def test_a_new_user_is_talking_within_two_minutes(
    new_user: NewUser,
    screen: str,
    sound: SoundLoop,
    voice: Voice,
    recognizer: Recognizer,
    tmp_path: Path,
) -> None:
    hands = Hands(screen)
    question = spoken(voice, QUESTION, tmp_path / "question.wav")
    sentence = spoken(voice, TEST_SENTENCE, tmp_path / "sentence.wav")
    began_at = time.monotonic()
    with new_user("--record-text") as window:
        wizard = hands.find(TITLE)
        window.wait_until_ready()
        go_on(hands, wizard, "The microphone")  # from language and privacy

        with sound.record(tmp_path / "test.wav"):  # the microphone, played back
            hands.do("key", "--window", wizard, "Return")
            window.wait_for("MicrophoneTestRequested")
            sound.play(sentence).wait()
            tested = window.wait_for("MicrophoneTested")
            window.wait_for("TurnEnded")
        assert tested["speech"]
        go_on(hands, wizard, "The loudspeaker")

        with sound.record(tmp_path / "voice.wav"):  # the loudspeaker
            hands.do("key", "--window", wizard, "Return")
            said = window.wait_for("RepeatRequested")
            window.wait_for("TurnEnded", finished)
            window.wait_for("StateChanged", idle)
        go_on(hands, wizard, "Your computer")
        go_on(hands, wizard, "Always at hand")  # using what is here
        go_on(hands, wizard, "Your first conversation")

        with sound.record(tmp_path / "answer.wav"):  # the first conversation
            hands.do("keydown", "space")
            window.wait_for("SpeechStarted")
            sound.play(question).wait()
            hands.do("keyup", "space")
            ended = some_of_the_answer(window)
            window.wait_for("StateChanged", idle)
        took = time.monotonic() - began_at
        click_next(hands, wizard)
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
        asked = next(
            line
            for line in window.events
            if line["event"] == "MessageAccepted" and line["turn"] == ended["turn"]
        )
    assert took < LONGEST
    assert alike(asked["text"], QUESTION) > 0.7
    assert ended["heard"]
    heard = {
        name: understood(recognizer, read_sides(tmp_path / f"{name}.wav")[1])
        for name in ("test", "voice", "answer")
    }
    assert alike(heard["test"], TEST_SENTENCE) > 0.6, "the user heard themselves"
    assert alike(heard["voice"], said["text"]) > 0.8
    assert alike(heard["answer"], ended["heard"]) > 0.6, "what sounded is the answer"
    kept = json.loads((tmp_path / "data" / "settings.json").read_text(encoding="utf-8"))
    assert kept["was_welcomed"]
    left = {item.name for item in (tmp_path / "home").rglob("*") if item.is_file()}
    assert left == set(), "a run on a folder of its own leaves the user's home alone"


def test_whoever_starts_it_hidden_is_not_welcomed(new_user: NewUser, screen: str) -> None:
    with new_user("--hidden") as window:
        window.wait_until_ready()
        assert not Hands(screen).seen(TITLE)


def test_whoever_has_been_here_is_not_welcomed_again(open_window: OpenWindow, screen: str) -> None:
    with open_window() as window:
        window.wait_until_ready()
        assert not Hands(screen).seen(TITLE)

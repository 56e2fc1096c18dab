"""A question spoken, an answer heard: the real window, real models, real sound devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import OpenWindow, alike
from exchanges import exchanges
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

QUESTIONS = (
    "What is the weather like today?",
    "How do I make a cup of tea?",
    "Tell me about the sea.",
    "Why is the sky blue?",
    "What is a good name for a dog?",
    "How long should I boil an egg?",
    "Where does the wind come from?",
    "Why do cats sit in boxes?",
    "What makes a good friend?",
    "What shall we talk about next?",
)


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
def say(voice: Voice, tmp_path: Path, sound: SoundLoop) -> Callable[[LiveWindow, str], None]:
    """Return a function that holds the talk key, speaks a question, and lets go."""

    def speak(window: LiveWindow, text: str) -> None:
        pcm = np.concatenate(list(voice.speak(text, lambda: False)))
        path = tmp_path / "question.wav"
        write_wav(path, pcm, voice.sample_rate_hz)
        window.control("talk-press")
        window.wait_for("SpeechStarted")
        sound.play(path).wait()
        window.control("talk-release")

    return speak


def understood(recognizer: Recognizer, pcm: Pcm) -> str:
    return recognizer.transcribe(resample(pcm, RATE_HZ, SAMPLE_RATE_HZ), lambda: False).text


def answer_of(window: LiveWindow, turn: int) -> str:
    pieces = [
        e["text"] for e in window.events if e["event"] == "TextStreamed" and e["turn"] == turn
    ]
    return "".join(pieces).strip()


def no_guess(line: Line) -> bool:
    """A guess that was dropped, or an answer given back, is not what is said in the end."""
    return line["reason"] not in ("resumed", "yielded")


def idle(line: Line) -> bool:
    return bool(line["state"] == "idle")


def test_a_question_is_spoken_and_its_answer_heard_read_and_timed(
    open_window: OpenWindow,
    say: Callable[[LiveWindow, str], None],
    sound: SoundLoop,
    recognizer: Recognizer,
    clipboard: Callable[[], str],
    screen: str,
    tmp_path: Path,
) -> None:
    with open_window("--record-text") as window:
        window.wait_until_ready()
        with sound.record(tmp_path / "sides.wav"):
            say(window, QUESTIONS[0])
            asked = window.wait_for("MessageAccepted")
            ended = window.wait_for("TurnEnded", no_guess)
            window.wait_for("StateChanged", idle)
        status = window.control("status")
        Hands(screen).press("ctrl+c")
        shown = clipboard()
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
        answer = answer_of(window, ended["turn"])
    assert alike(asked["text"], QUESTIONS[0]) > 0.8
    assert ended["reason"] == "finished"
    assert answer
    assert alike(ended["heard"], answer) > 0.95
    assert shown == answer, "what can be copied from the window is the answer"

    user, assistant = read_sides(tmp_path / "sides.wav")
    assert alike(understood(recognizer, assistant), answer) > 0.8, "what sounded is the answer"
    [exchange] = exchanges(user, assistant, RATE_HZ)
    assert exchange.gap is not None
    assert exchange.gap > 0
    gap = status["last_turn"]["gap_ms"] / 1000
    assert gap == pytest.approx(exchange.gap, abs=0.030), "the panel agrees with the recording"


def test_ten_turns_then_one_interrupted_in_the_middle_of_its_answer(
    open_window: OpenWindow,
    say: Callable[[LiveWindow, str], None],
    sound: SoundLoop,
    recognizer: Recognizer,
    tmp_path: Path,
) -> None:
    with open_window("--record-text") as window:
        window.wait_until_ready()
        for question in QUESTIONS:
            say(window, question)
            ended = window.wait_for("TurnEnded", no_guess)
            assert ended["reason"] == "finished"
            assert alike(ended["heard"], answer_of(window, ended["turn"])) > 0.95
            window.wait_for("StateChanged", idle)

        with sound.record(tmp_path / "sides.wav"):
            window.control("say", "Please tell me a long story about a fox and a bear.")
            started = window.wait_for("PlaybackStarted")
            # Pressed once a second of the answer has been heard, by the program's own clock.
            window.wait_for("SystemSampled", lambda line: line["at"] > started["at"] + 1.0)
            window.control("talk-press")
            pressed = window.wait_for("TalkPressed")
            stopped = window.wait_for("PlaybackStopped")
            cut = window.wait_for("TurnEnded", no_guess)
            window.control("talk-release")
            # Nothing was said while the key was down.
            assert window.wait_for("TurnEnded", no_guess)["reason"] == "nothing-said"
            window.wait_for("StateChanged", idle)
        assert cut["reason"] == "stopped"
        full = answer_of(window, cut["turn"])

        say(window, "What is a lighthouse?")
        assert window.wait_for("TurnEnded", no_guess)["reason"] == "finished"
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0

    _, assistant = read_sides(tmp_path / "sides.wav")
    [sounded] = stretches(assistant, RATE_HZ)
    audible = sounded.end - sounded.start
    assert audible == pytest.approx(stopped["played"], abs=0.25)
    held = pressed["at"] - started["audible_at"]
    assert audible < held + 0.25, "it went silent when the key went down"
    heard = understood(recognizer, assistant)
    assert alike(heard, cut["heard"]) > 0.6, "the history has what was heard"
    assert full.startswith(cut["heard"][:20])
    assert len(cut["heard"]) < len(full), "and no more than that"

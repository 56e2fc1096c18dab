"""Called by name, and spoken over: the real window, models and sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import OpenWindow, alike

from her_desktop.audio.wav import write_wav
from her_desktop.inference.protocols import Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings, save_settings
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.sound_loop import SoundLoop

pytestmark = [pytest.mark.sound, pytest.mark.models]

OVERHEARD = "The minister will open the new railway in the spring."
QUESTION = "What is the capital of France?"


def say(voice: Voice, text: str, path: Path) -> Path:
    """Write a sentence as sound, between silence on both sides."""
    quiet = np.zeros(int(0.4 * voice.sample_rate_hz), np.float32)
    pieces = [quiet, *voice.speak(text, lambda: False), quiet]
    write_wav(path, np.concatenate(pieces), voice.sample_rate_hz)
    return path


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("said")
    voice = Models(Settings(), Paths.under(folder)).load_voice(variation=0.0)
    texts = {
        "overheard": OVERHEARD,
        "called": f"Hey Jarvis, {QUESTION}",
        "yeah": "Yeah.",
        "wait": "Wait, please, I would rather hear about whales.",
    }
    files = {name: say(voice, text, folder / f"{name}.wav") for name, text in texts.items()}
    voice.close()
    return files


def settle(tmp_path: Path, **choices: object) -> None:
    """Write the settings of a window that is to be opened."""
    save_settings(Settings().changed(**choices), tmp_path / "data" / "settings.json")


def begin_story(window: LiveWindow) -> Line:
    """Have a long answer begun; return the event of its first sound."""
    window.control("say", "Please write a very long story about a ship and the sea.")
    return window.wait_for("PlaybackStarted")


def test_only_what_follows_the_phrase_is_heard(
    open_window: OpenWindow, sound: SoundLoop, spoken: dict[str, Path], tmp_path: Path
) -> None:
    settle(tmp_path, answer_tokens=16, follow_up=3.0)
    with open_window("--record-text", "--listen", "wake") as window:
        window.wait_until_ready()
        assert window.control("status")["mode"] == "wake"
        sound.play(spoken["overheard"]).wait()
        sound.play(spoken["called"])
        window.wait_for("WakePhraseHeard")
        ended = window.wait_for("TurnEnded", lambda line: line["reason"] == "finished")
        opened = window.wait_for("FollowUpOpened")
        assert opened["until"] - opened["at"] == pytest.approx(3.0)
        window.wait_for("FollowUpClosed")
        window.control("quit")
    accepted = [line for line in window.events if line["event"] == "MessageAccepted"]
    assert alike(accepted[-1]["text"], QUESTION) > 0.75
    assert accepted[-1]["turn"] == ended["turn"]
    said = [line["text"] for line in window.events if "text" in line]
    assert not any("railway" in text or "minister" in text for text in said)


def test_yeah_lets_an_answer_go_on_and_a_sentence_stops_it(
    open_window: OpenWindow, sound: SoundLoop, spoken: dict[str, Path], tmp_path: Path
) -> None:
    # Nothing comes back from the loudspeaker here: as with headphones.
    settle(tmp_path, answer_tokens=100, cancel_echo=False)
    with open_window("--record-text", "--listen", "always") as window:
        window.wait_until_ready()
        story = begin_story(window)
        sound.play(spoken["yeah"])
        window.wait_for("PlaybackHeld")
        window.wait_for("StateChanged", lambda line: line["state"] == "speaking")
        assert not any(line["event"] == "TurnEnded" for line in window.events[-20:])
        sound.play(spoken["wait"])
        window.wait_for("PlaybackHeld")
        stopped = window.wait_for("TurnEnded")
        assert (stopped["turn"], stopped["reason"]) == (story["turn"], "stopped")
        # "Wait, please." may be taken for all of it, and is given back as the rest follows.
        window.wait_for(
            "MessageAccepted",
            lambda line: any(w in line["text"].lower() for w in ("whale", "wale")),
        )
        window.control("quit")

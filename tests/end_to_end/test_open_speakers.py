"""No headphones: the microphone hears the loudspeaker through a room, and is not taken in by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import OpenWindow, alike

from her_desktop.audio.wav import write_wav
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings, save_settings
from her_desktop.tools.live import GaveUp, Line, LiveWindow
from her_desktop.tools.sound_loop import SoundLoop, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]

STORY = "Tell me a long story about a fox and a lighthouse, with all the details."
OVER_IT = "Excuse me, I would like to know what a lighthouse is."


@pytest.fixture
def own_sound(tmp_path: Path) -> Iterator[SoundLoop]:
    """A sound server that nobody else's echo goes through."""
    with SoundLoop(tmp_path / "own-sound") as loop:
        yield loop


@pytest.fixture
def over_it(tmp_path: Path) -> Path:
    """Somebody's voice, in a file."""
    voice = Models(Settings(), Paths.under(tmp_path / "models")).load_voice(variation=0.0)
    spoken = np.concatenate(list(voice.speak(OVER_IT, lambda: False)))
    voice.close()
    write_wav(tmp_path / "over-it.wav", spoken, voice.sample_rate_hz)
    return tmp_path / "over-it.wav"


def tell_a_story(window: LiveWindow) -> int:
    """Ask for a long answer by typing, and return its turn once it sounds."""
    window.control("say", STORY)
    return int(window.wait_for("PlaybackStarted")["turn"])


def of_kind(events: list[Line], *kinds: str) -> list[Line]:
    return [line for line in events if line["event"] in kinds]


def test_it_never_answers_its_own_voice_and_hears_who_speaks_over_it(
    open_window: OpenWindow, own_sound: SoundLoop, over_it: Path, tmp_path: Path
) -> None:
    save_settings(Settings(answer_tokens=90), tmp_path / "data" / "settings.json")
    env = {key: own_sound.env[key] for key in ("PULSE_SERVER", "ALSA_CONFIG_PATH")}
    with (
        own_sound.room(-60.0),
        own_sound.echo(-8.0, delay=0.04),
        open_window("--record-text", "--listen", "always", **env) as window,
    ):
        window.wait_until_ready()
        began = len(window.events)
        with own_sound.record(tmp_path / "sides.wav"):
            story = tell_a_story(window)
            ended = window.wait_for("TurnEnded")
        assert (ended["turn"], ended["reason"]) == (story, "finished")
        told = window.events[began:]
        # While the echo is being learned again, on a machine that loses sound, it may be heard
        # and let go; nobody has said anything that would hold an answer up or begin one.
        sure = [line for line in of_kind(told, "SpeechStarted") if not line["in_doubt"]]
        assert sure + of_kind(told, "PlaybackHeld") == [], "nobody has said anything"
        assert {line["turn"] for line in of_kind(told, "TurnCommitted")} == {story}
        [finished] = of_kind(told, "PlaybackFinished")
        assert finished["played"] > 10.0, "the answer was long enough to prove something"
        measured = of_kind(told, "EchoMeasured")
        assert any(line["delay"] is not None for line in measured)
        microphone, speaker = read_sides(tmp_path / "sides.wav")
        assert np.abs(microphone).max() > 0.2 * np.abs(speaker).max(), "its voice did come back"

        asked = heard_over_an_answer(window, own_sound, over_it)
        window.control("quit")
    assert alike(asked, OVER_IT) > 0.6


def heard_over_an_answer(window: LiveWindow, loop: SoundLoop, wav: Path) -> str:
    """Speak over an answer, once more where a busy machine has cut it up; return what it heard."""
    for _ in range(3):
        story = tell_a_story(window)
        window.wait_for("EchoMeasured")
        loop.play(wav)
        ended = window.wait_for("TurnEnded")
        assert ended["turn"] == story
        if ended["reason"] == "stopped":
            return str(window.wait_for("MessageAccepted")["text"])
    raise GaveUp("nobody was heard")

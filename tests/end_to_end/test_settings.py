"""The settings of the real window, worked by keyboard: a choice that holds, a microphone tried."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from end_to_end.conftest import OpenWindow, alike
from hands import Hands

from her_desktop.audio.resample import resample
from her_desktop.audio.wav import write_wav
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.bench_speech import trimmed
from her_desktop.tools.sound_loop import SoundLoop, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]

SENTENCE = "This is what my microphone sounds like."
SIDES_HZ = 48_000


def test_a_microphone_is_tried_from_the_settings(
    open_window: OpenWindow, sound: SoundLoop, screen: str, tmp_path: Path
) -> None:
    models = Models(Settings(), Paths.under(tmp_path / "ours"))
    voice = models.load_voice(0.0)
    pcm = np.concatenate(list(voice.speak(SENTENCE, lambda: False)))
    said = tmp_path / "said.wav"
    write_wav(said, pcm, voice.sample_rate_hz)
    voice.close()

    hands = Hands(screen)
    with open_window() as window:
        window.wait_until_ready()
        hands.do("key", "ctrl+comma")
        hands.focus("^Settings")
        hands.do("type", "test volume")
        hands.do("key", "Return")
        with sound.record(tmp_path / "sides.wav"):
            hands.do("key", "space")
            window.wait_for("MicrophoneTestRequested")
            sound.play(said).wait()
            tested = window.wait_for("MicrophoneTested")
            window.wait_for("PlaybackStarted")
            window.wait_for("PlaybackFinished")
        hands.do("key", "ctrl+f")
        hands.do("type", "suppress noise")
        hands.do("key", "Return")
        hands.do("key", "space")
        window.wait_for("CleaningChosen")
        hands.do("key", "ctrl+f")
        hands.do("type", "language of the window")
        hands.do("key", "Return")
        hands.do("type", "F")  # the first letter of the language's own name
        hands.find("glages$")
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
    assert tested["speech"] is True
    kept = json.loads((tmp_path / "data" / "settings.json").read_text(encoding="utf-8"))
    assert kept["suppress_noise"] is True
    assert kept["interface_language"] == "fr"
    _, played = read_sides(tmp_path / "sides.wav")
    recognizer = models.load_recognizer()
    # Over seconds of silence the small model says the same sentence again and again.
    spoken = resample(trimmed(played), SIDES_HZ, 16_000)
    heard = recognizer.transcribe(spoken, lambda: False).text
    recognizer.close()
    assert alike(heard, SENTENCE) > 0.8, "what was recorded is what is played back"

"""Every model changed while the real program speaks, and a broken one refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from end_to_end.conftest import OpenWindow, alike
from hands import Hands
from kept_talk import read_day

from her_desktop.audio.wav import write_wav
from her_desktop.catalogue import read_catalogue
from her_desktop.conversation_log import day_files
from her_desktop.inference.opening import Opened
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings, load_settings
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.sound_loop import SoundLoop

pytestmark = [pytest.mark.sound, pytest.mark.models]

CLIENT = (str(Path(__file__).with_name("hands_client.py")),)

OTHERS = {
    "stt_model": ("whisper-tiny.en", "whisper-base"),
    "llm_model": ("smollm2-135m-instruct", "llama-3.2-1b-instruct"),
    "tts_model": ("piper-en_US-joe-medium", "piper-en_US-ljspeech-medium"),
}
"""For each setting a starter model, and the name under which a copy of it is another one."""

BROKEN = "qwen3-1.7b"
RATE_HZ = 20_000
"""The other voice claims another rate, so that it can be told from the first."""

HELD_BY_THREE = 250_000_000
"""Bytes that the three starter models need at least: what would stay if they did."""

QUESTION = "What is the weather like today?"


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(Settings(), Paths.under(tmp_path / "data"))


@pytest.fixture
def copies(models: Models) -> None:
    """Put a copy of each starter model where another model of the catalogue would lie."""
    known = read_catalogue()
    for starter, other in (*OTHERS.values(), (OTHERS["llm_model"][0], BROKEN)):
        model = known[other]
        folder = models.paths.models_dir / model.kind / model.id
        folder.mkdir(parents=True)
        _, sources = models.files(starter)
        for source, target in zip(sources, model.paths(folder), strict=True):
            target.write_bytes(source.read_bytes())
    voice = models.paths.models_dir / "tts" / OTHERS["tts_model"][1]
    [description] = voice.glob("*.json")
    content = json.loads(description.read_text())
    content["audio"]["sample_rate"] = RATE_HZ
    description.write_text(json.dumps(content))
    opened = Opened(models.paths.opened_dir)
    for _, other in OTHERS.values():
        # As if they had been used before: their first opening has tests of its own.
        _, files = models.files(other)
        opened.remember(files)
    [broken] = (models.paths.models_dir / "llm" / BROKEN).iterdir()
    os.truncate(broken, broken.stat().st_size // 2)


def speaks(question: Path, window: LiveWindow, sound: SoundLoop) -> None:
    window.control("talk-press")
    window.wait_for("SpeechStarted")
    sound.play(question).wait()
    window.control("talk-release")


def committed(line: Line) -> bool:
    return line["reason"] not in ("resumed", "yielded")


def of(stage: str) -> Callable[[Line], bool]:
    return lambda line: bool(line["stage"] == stage)


@pytest.mark.usefixtures("copies")
def test_every_model_is_changed_while_it_speaks_and_a_broken_one_is_not(
    open_window: OpenWindow, models: Models, sound: SoundLoop, tmp_path: Path
) -> None:
    voice = models.load_voice(variation=0.0)
    question = tmp_path / "question.wav"
    pcm = np.concatenate(list(voice.speak(QUESTION, lambda: False)))
    write_wav(question, pcm, voice.sample_rate_hz)
    voice.close()
    chosen = {name: other for name, (_, other) in OTHERS.items()}
    hands = json.dumps([chosen, {"llm_model": BROKEN, "persona": "Be very brief."}])

    with open_window("--record-text", program=CLIENT, HANDS=hands) as window:
        window.wait_until_ready()
        assert window.process is not None
        process = psutil.Process(window.process.pid)
        window.control("say", "Tell me a story about a fox.")
        window.wait_for("PlaybackStarted")
        before = process.memory_info().rss
        first = window.wait_for("TurnEnded", committed)
        assert first["reason"] == "finished"
        ready = [window.wait_for("StageReady") for _ in chosen]
        assert {line["model"] for line in ready} == {models.name(i) for i in chosen.values()}

        speaks(question, window, sound)
        understood = window.wait_for("MessageAccepted")["text"]
        assert alike(understood, QUESTION) > 0.8
        made = window.wait_for("AudioMade")
        assert made["sample_rate_hz"] == RATE_HZ, "the next turn has the new voice"
        second = window.wait_for("TurnEnded", committed)
        assert second["reason"] == "finished"
        after = process.memory_info().rss
        assert after < before + HELD_BY_THREE, "the old models are gone"

        failed = window.wait_for("StageFailed", of("llm"))
        assert failed["kept"] == models.name(chosen["llm_model"])
        assert failed["message"].endswith(".")
        window.wait_for("StageReady", of("llm"))
        window.control("say", "What is a lighthouse?")
        third = window.wait_for("TurnEnded", committed)
        assert third["reason"] == "finished", "the old one still answers"
        status = window.control("status")
        assert {about["state"] for about in status["models"].values()} == {"ready"}
        window.control("quit")
        assert window.process.wait(60) == 0
    kept, problem = load_settings(models.paths.settings_file)
    assert problem == ""
    assert kept.llm_model == chosen["llm_model"], "the choice that failed was taken back"
    assert kept.persona == "Be very brief.", "and no other"


def test_what_is_said_is_kept_as_soon_as_the_user_wants_it_and_not_before(
    open_window: OpenWindow, models: Models
) -> None:
    hands = json.dumps([{"keep_history": True}])
    with open_window(program=CLIENT, HANDS=hands) as window:
        window.wait_until_ready()
        for question in ("Tell me of marmalade.", "What is a lighthouse?"):
            window.control("say", question)
            window.wait_for("TurnEnded", committed)
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
    [day] = day_files(models.paths.history_dir)
    [kept] = read_day(day)
    assert kept.user == "What is a lighthouse?"
    assert kept.assistant
    assert day.stat().st_mode & 0o077 == 0
    assert "lighthouse" not in models.paths.log_file.read_text()


def test_a_talk_key_chosen_while_the_program_runs_works_at_once(
    open_window: OpenWindow, screen: str
) -> None:
    hands = json.dumps([{"talk_key": "f9"}])
    with open_window(program=CLIENT, HANDS=hands) as window:
        window.wait_until_ready()
        window.control("say", "What is a lighthouse?")
        window.wait_for("TurnEnded", committed)
        for edge in ("keydown", "keyup"):
            Hands(screen).do(edge, "F9")
        window.wait_for("TalkPressed")
        window.wait_for("TalkReleased")
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0

"""The real window when things go wrong: what it says, what still works, that it goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from end_to_end.conftest import OpenWindow
from hands import Hands

from her_desktop.catalogue import read_catalogue
from her_desktop.models import Models
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.sound_loop import SoundLoop

pytestmark = [pytest.mark.sound, pytest.mark.models]

GONE_WITHIN = 3.0
"""Seconds in which a closed window has to be gone, whatever it was doing: a promise to the user."""


@pytest.fixture
def own_sound(tmp_path: Path) -> Iterator[SoundLoop]:
    """A sound server that this test alone may break."""
    with SoundLoop(tmp_path / "own-sound") as loop:
        yield loop


def microphone(*states: str) -> Callable[[Line], bool]:
    return lambda line: line["device"] == "microphone" and line["state"] in states


def is_gone(window: LiveWindow) -> bool:
    """Wait until the program has ended; tell whether it ended well and left nothing behind."""
    assert window.process is not None
    children = psutil.Process(window.process.pid).children(recursive=True)
    code = window.process.wait(GONE_WITHIN)
    return code == 0 and not any(child.is_running() for child in children)


@pytest.mark.parametrize("how", ["socket", "signal"])
def test_closed_while_loading(open_window: OpenWindow, how: str) -> None:
    with open_window() as window:
        window.wait_for("StageLoading", lambda line: line["stage"] == "llm")
        close(window, how)
        assert is_gone(window)


def test_closed_while_thinking(open_window: OpenWindow) -> None:
    with open_window() as window:
        window.wait_until_ready()
        window.control("say", "Tell me a story about a fox.")
        window.wait_for("TextStreamed")
        close(window, "socket")
        assert is_gone(window)


def test_closed_while_speaking(open_window: OpenWindow, tmp_path: Path) -> None:
    complaints = tmp_path / "complaints.txt"
    with open_window(log=complaints) as window:
        window.wait_until_ready()
        window.control("say", "Tell me a story about a fox.")
        window.wait_for("PlaybackStarted")
        close(window, "signal")
        assert is_gone(window)
    assert "leaked" not in complaints.read_text(encoding="utf-8"), "every library gave back all"


def test_a_second_start_shows_the_first_window(open_window: OpenWindow, tmp_path: Path) -> None:
    with open_window("--hidden") as window:
        window.wait_for("StageReady")
        # What is found by its name, and whether it can be seen, is for the window system to say.
        env = window.env
        second = subprocess.run(
            [sys.executable, "-m", "her_desktop", "--data-dir", str(tmp_path / "data")],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        Hands(env["DISPLAY"]).find("^her$")
        assert window.control("status")["ok"]


def test_without_any_sound_system_typing_works_and_the_key_says_why(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    nowhere = f"unix:{tmp_path}/no-server"
    with open_window("--record-text", PULSE_SERVER=nowhere) as window:
        window.wait_for("DeviceChanged", microphone("missing", "lost", "busy"))
        window.wait_for("StageReady", lambda line: line["stage"] == "llm")
        window.control("talk-press")
        told = window.wait_for("Noticed")["message"]
        assert told.endswith(".")
        assert "microphone" in told
        window.control("say", "What is a lighthouse?")
        ended = window.wait_for("TurnEnded")
        assert ended["reason"] == "finished"
        assert ended["heard"]
        status = window.control("status")
        assert status["devices"]["speaker"]["state"] in ("missing", "lost", "busy")
        assert status["devices"]["speaker"]["detail"].endswith(".")


def test_a_sound_server_that_dies_while_it_speaks(
    open_window: OpenWindow, own_sound: SoundLoop
) -> None:
    env = {key: own_sound.env[key] for key in ("PULSE_SERVER", "ALSA_CONFIG_PATH")}
    with open_window(**env) as window:
        window.wait_until_ready()
        window.control("say", "Tell me a story about a fox.")
        window.wait_for("PlaybackStarted")
        own_sound.kill()
        window.wait_for("TurnEnded")
        window.control("say", "What is a lighthouse?")
        ended = window.wait_for("TurnEnded")
        assert ended["reason"] == "finished", "the conversation goes on in text"
        own_sound.start()
        window.wait_for("DeviceChanged", lambda line: line["state"] == "ready")
        window.control("quit")
        assert is_gone(window)


@pytest.mark.parametrize(
    ("stage", "model", "fault"),
    [
        ("llm", "smollm2-135m-instruct", "truncated"),
        ("llm", "smollm2-135m-instruct", "of another kind"),
        ("stt", "whisper-tiny.en", "truncated"),
        ("stt", "whisper-tiny.en", "of another kind"),
        ("tts", "piper-en_US-joe-medium", "truncated"),
        ("tts", "piper-en_US-joe-medium", "of another kind"),
        ("vad", "silero-vad", "truncated"),
    ],
)
def test_a_broken_model_is_named_and_the_others_go_on(
    open_window: OpenWindow, tmp_path: Path, stage: str, model: str, fault: str
) -> None:
    break_model(tmp_path / "data" / "models", model, fault)
    with open_window("--record-text") as window:
        failed = window.wait_for("StageFailed")
        assert failed["stage"] == stage
        assert failed["message"].endswith(".")
        assert "Traceback" not in failed["message"]
        waiting = {"stt", "llm", "tts"} - {stage}
        ready = {line["stage"] for line in window.events if line["event"] == "StageReady"}
        for _ in waiting - ready:
            window.wait_for("StageReady", lambda line: line["stage"] in waiting)
        window.control("say", "What is a lighthouse?")
        ended = window.wait_for("TurnEnded")
        assert ended["reason"] == ("failed" if stage == "llm" else "finished")
        status = window.control("status")
        assert status["models"][stage]["state"] == "failed"


def break_model(folder: Path, model_id: str, fault: str) -> None:
    """Put a copy of a starter model where the user's own would lie, and spoil it."""
    from her_desktop.paths import Paths
    from her_desktop.settings import Settings

    models = Models(Settings(), Paths.under(folder.parent))
    _, files = models.files(model_id)
    model = read_catalogue()[model_id]
    own = folder / model.kind / model.id
    for source, target in zip(files, model.paths(own), strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)
    spoiled = model.paths(own)[0]
    content = spoiled.read_bytes()
    spoiled.unlink()
    if fault == "truncated":
        spoiled.write_bytes(content[: len(content) // 2])
    else:
        spoiled.write_bytes(b"This is a shopping list, not a model.\n" * 100)


def close(window: LiveWindow, how: str) -> None:
    assert window.process is not None
    if how == "socket":
        assert window.control("quit")["ok"]
    else:
        os.kill(window.process.pid, signal.SIGTERM)


def test_speech_leaves_no_trace_in_the_log(open_window: OpenWindow, tmp_path: Path) -> None:
    with open_window() as window:
        window.wait_until_ready()
        window.control("say", "My secret word is marmalade canary.")
        window.wait_for("TurnEnded")
        window.control("quit")
        assert is_gone(window)
    written = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert b"marmalade" not in path.read_bytes(), path

"""The real program after it was killed, and on a folder that nobody can write to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from end_to_end.conftest import ROOT, OpenWindow

from her_desktop.tools.sound_loop import SoundLoop

pytestmark = [pytest.mark.sound, pytest.mark.models]


def test_being_killed_is_told_once_and_names_the_log(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    with open_window() as window:
        window.wait_for("StageReady")
        assert window.process is not None
        os.kill(window.process.pid, signal.SIGKILL)
        window.process.wait()

    with open_window() as window:
        window.wait_for("StageReady")
        told = window.control("status")["notice"]
        assert told.startswith("The last run ended unexpectedly.")
        assert str(tmp_path / "data" / "logs") in told
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0

    with open_window() as window:
        window.wait_for("StageReady")
        assert window.control("status")["notice"] == ""


def test_a_folder_that_cannot_be_written_to_stops_nothing(
    screen: str, sound: SoundLoop, tmp_path: Path
) -> None:
    # Root may write anywhere but below a file.
    (tmp_path / "file").write_text("in the way")
    data = tmp_path / "file" / "data"
    pipe = tmp_path / "events"
    os.mkfifo(pipe)
    env = {key: value for key, value in sound.env.items() if not key.startswith("QT_")}
    env |= {"DISPLAY": screen, "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "her_desktop", "--data-dir", str(data)]
    window = subprocess.Popen([*program, "--record", str(pipe)], env=env, stderr=subprocess.PIPE)
    try:
        with pipe.open(encoding="utf-8") as lines:
            events = map(json.loads, lines)
            ready = {"stt", "llm", "tts"}
            while ready:
                line = next(events)
                if line["event"] == "StageReady":
                    ready.discard(line["stage"])
            control = [*program, "control", "status"]
            asked = subprocess.run(
                control, env=env, capture_output=True, text=True, check=False, timeout=60
            )
            assert asked.returncode == 0, asked.stderr
            assert "cannot be written to" in json.loads(asked.stdout)["notice"]
            second = subprocess.run(
                program, env=env, capture_output=True, text=True, check=False, timeout=60
            )
            assert (second.returncode, second.stderr) == (0, ""), "one window to a folder"
            subprocess.run([*program, "control", "quit"], env=env, check=True, timeout=60)
            assert [line for line in events if line["event"] == "StageFailed"] == []
        assert window.wait(60) == 0
        assert window.stderr is not None
        assert b"Traceback" not in window.stderr.read()
    finally:
        window.kill()
        window.wait()
        assert window.stderr is not None
        window.stderr.close()

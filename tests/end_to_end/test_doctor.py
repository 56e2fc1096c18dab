"""The doctor, on a machine with everything, without sound, and with a broken stage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from end_to_end.conftest import ROOT
from end_to_end.test_faults import break_model

from her_desktop.tools.sound_loop import SoundLoop

pytestmark = [pytest.mark.sound, pytest.mark.models]


EVERYTHING = {
    *("tts", "vad", "stt", "llm", "turn"),
    *("gpu", "gpu stt", "gpu llm", "gpu tts"),
    *("microphone", "speaker", "sound"),
    *("files", "disk", "memory", "folders"),
    *("window", "talk key", "tray"),
}


def ask(data: Path, env: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the doctor."""
    command = [sys.executable, "-m", "her_desktop", "--data-dir", str(data), "doctor", *options]
    return subprocess.run(
        command,
        env={**env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def examine(data: Path, env: Mapping[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run the doctor; return its exit code and its findings by name."""
    asked = ask(data, env, "--json")
    report = json.loads(asked.stdout)
    assert report["healthy"] == (asked.returncode == 0)
    return asked.returncode, {finding["name"]: finding for finding in report["findings"]}


def broken(findings: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {name for name, finding in findings.items() if not finding["ok"]}


def test_everything_is_found_well_where_it_is(sound: SoundLoop, tmp_path: Path) -> None:
    code, findings = examine(tmp_path, sound.env)
    assert code == 0, findings
    assert set(findings) == EVERYTHING
    assert all(finding["detail"].endswith(".") for finding in findings.values())
    for worked in ("tts", "vad", "stt", "llm", "turn", "speaker", "files"):
        assert findings[worked]["verdict"] == "ok", findings[worked]
        assert findings[worked]["milliseconds"] > 0


def test_the_whole_is_told_in_one_screen(sound: SoundLoop, tmp_path: Path) -> None:
    asked = ask(tmp_path, sound.env)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    lines = asked.stdout.splitlines()
    assert len(lines) == len(EVERYTHING) <= 24
    stages = [line for line in lines if line.startswith("gpu ") and " runs on " in line]
    if any("No GPU was found." in line for line in lines):
        assert len(stages) == 3
        assert all("because there is no GPU" in line for line in stages)


def test_without_a_sound_system_only_the_devices_are_broken(
    sound: SoundLoop, tmp_path: Path
) -> None:
    env = {**sound.env, "PULSE_SERVER": f"unix:{tmp_path}/nowhere"}
    code, findings = examine(tmp_path, env)
    assert code == 1
    assert broken(findings) == {"microphone", "speaker"}
    assert "microphone" in findings["microphone"]["detail"]


def test_a_broken_recogniser_is_found_with_its_file_and_nothing_else(
    sound: SoundLoop, tmp_path: Path
) -> None:
    break_model(tmp_path / "models", "whisper-tiny.en", "truncated")
    code, findings = examine(tmp_path, sound.env)
    assert code == 1
    assert broken(findings) == {"stt", "files"}
    assert "model.bin" in findings["files"]["detail"]
    assert findings["turn"]["detail"].startswith("Not tried")


def test_without_a_voice_the_stages_that_need_one_say_so(sound: SoundLoop, tmp_path: Path) -> None:
    break_model(tmp_path / "models", "piper-en_US-joe-medium", "truncated")
    code, findings = examine(tmp_path, sound.env)
    assert code == 1
    assert broken(findings) == {"tts", "files"}
    for stage in ("vad", "stt", "turn"):
        assert findings[stage]["detail"].startswith("Not tried")
    assert findings["llm"]["verdict"] == "ok"


def test_beside_a_window_its_models_and_devices_are_left_to_it(tmp_path: Path) -> None:
    asked = ask(tmp_path, os.environ, "--json", "--lines", "--beside-window")
    assert asked.returncode == 0, asked.stdout + asked.stderr
    names = {json.loads(line)["name"] for line in asked.stdout.splitlines()}
    theirs = {"tts", "vad", "stt", "llm", "microphone", "speaker", "gpu stt", "gpu llm", "gpu tts"}
    assert names == EVERYTHING - theirs

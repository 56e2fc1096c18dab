"""The doctor, on a machine with everything, without sound, and with a broken stage."""

from __future__ import annotations

import json
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


def examine(data: Path, env: Mapping[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run the doctor; return its exit code and its findings by name."""
    command = [sys.executable, "-m", "her_desktop", "--data-dir", str(data), "doctor", "--json"]
    asked = subprocess.run(
        command,
        env={**env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = json.loads(asked.stdout)
    return asked.returncode, {finding["name"]: finding for finding in report["findings"]}


def test_everything_is_found_well_where_it_is(sound: SoundLoop, tmp_path: Path) -> None:
    code, findings = examine(tmp_path, sound.env)
    assert code == 0, findings
    assert set(findings) == {"tts", "vad", "stt", "llm", "microphone", "speaker", "gpu"}
    assert all(finding["ok"] and finding["detail"].endswith(".") for finding in findings.values())
    assert all(findings[stage]["milliseconds"] > 0 for stage in ("tts", "vad", "stt", "llm"))


def test_without_a_sound_system_only_the_devices_are_broken(
    sound: SoundLoop, tmp_path: Path
) -> None:
    env = {**sound.env, "PULSE_SERVER": f"unix:{tmp_path}/nowhere"}
    code, findings = examine(tmp_path, env)
    assert code == 1
    broken = {name for name, finding in findings.items() if not finding["ok"]}
    assert broken == {"microphone", "speaker"}
    assert "microphone" in findings["microphone"]["detail"]


def test_a_broken_recogniser_is_the_only_one_found_broken(sound: SoundLoop, tmp_path: Path) -> None:
    break_model(tmp_path / "models", "whisper-tiny.en", "truncated")
    code, findings = examine(tmp_path, sound.env)
    assert code == 1
    assert [name for name, finding in findings.items() if not finding["ok"]] == ["stt"]


def test_without_a_voice_the_stages_that_need_one_say_so(sound: SoundLoop, tmp_path: Path) -> None:
    break_model(tmp_path / "models", "piper-en_US-joe-medium", "truncated")
    code, findings = examine(tmp_path, sound.env)
    assert code == 1
    assert not findings["tts"]["ok"]
    for stage in ("vad", "stt"):
        assert findings[stage]["detail"].startswith("Not tried")
    assert findings["llm"]["ok"]

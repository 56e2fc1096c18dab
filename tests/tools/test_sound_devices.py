from __future__ import annotations

import json
import sys

import pytest
from fake_sounddevice import HOST_ERROR, FakeSoundDevice, PortAudioError

from her_desktop.tools.sound_devices import print_devices


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    fake = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def test_devices_are_listed_as_json(
    sounddevice: FakeSoundDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    sounddevice.plug("Desk microphone", inputs=1, rate=48000.0)
    sounddevice.plug("Headset", inputs=1, outputs=2, rate=16000.0)
    assert print_devices(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "input": [
            {"name": "Desk microphone", "is_default": True, "rate_hz": 48000},
            {"name": "Headset", "is_default": False, "rate_hz": 16000},
        ],
        "output": [{"name": "Headset", "is_default": True, "rate_hz": 16000}],
    }


def test_devices_are_listed_for_a_person(
    sounddevice: FakeSoundDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    sounddevice.plug("Desk microphone", inputs=1)
    sounddevice.plug("Speaker", outputs=2)
    assert print_devices(as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "* input   Desk microphone",
        "* output  Speaker",
    ]


def test_a_sound_system_that_fails_is_said_in_one_line(
    sounddevice: FakeSoundDevice,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> list[dict[str, object]]:
        raise PortAudioError("broken", HOST_ERROR)

    monkeypatch.setattr(sounddevice, "query_devices", fail)
    assert print_devices(as_json=True) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "could not be started" in said.err

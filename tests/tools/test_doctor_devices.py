"""What the doctor finds of devices that are there, and of such as only seem to be."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from fake_sounddevice import FakeSoundDevice, FakeStream

from her_desktop.metrics.findings import Finding, Verdict
from her_desktop.settings import Settings
from her_desktop.tools import doctor_devices
from her_desktop.tools.doctor_devices import device_findings, sound_server


class Playing(FakeStream):
    """A stream that is busy as soon as it is started: with sound, with zeros or with nothing."""

    level: float | None = 0.1

    def start(self) -> None:
        super().start()
        if self.kind == "input" and self.level is not None:
            for block in range(12):
                pcm = np.full((self.samplerate // 10, self.channels), self.level, np.float32)
                self.deliver(pcm, current=block / 10, adc=block / 10)


def found(monkeypatch: pytest.MonkeyPatch, level: float | None) -> dict[str, Finding]:
    """Examine a microphone that delivers sound of a level, and a loudspeaker that takes none."""
    fake = FakeSoundDevice()
    fake.plug("Desk", inputs=1, outputs=2)

    def opened(kind: str, options: dict[str, Any]) -> FakeStream:
        stream = Playing(fake, kind, options)
        stream.level = level
        return stream

    monkeypatch.setattr(fake, "_open", opened)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(doctor_devices, "_PATIENCE", 0.05)
    return {finding.name: finding for finding in device_findings(Settings())}


@pytest.mark.parametrize(
    ("level", "verdict", "words"),
    [
        (0.1, Verdict.OK, "Desk delivered 1"),
        (0.0, Verdict.NOTE, "pure silence"),
        (None, Verdict.BROKEN, "delivers nothing. Connect it again"),
    ],
)
def test_a_microphone_is_what_it_delivers(
    monkeypatch: pytest.MonkeyPatch, level: float | None, verdict: Verdict, words: str
) -> None:
    findings = found(monkeypatch, level)
    assert findings["microphone"].verdict is verdict
    assert words in findings["microphone"].detail
    assert findings["speaker"].verdict is Verdict.BROKEN, "one that takes nothing is told as well"
    assert "takes no sound" in findings["speaker"].detail


def test_where_there_is_no_device_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSoundDevice())
    microphone, speaker, _ = device_findings(Settings())
    assert microphone.verdict is speaker.verdict is Verdict.BROKEN


def test_only_linux_has_a_sound_server_to_look_for() -> None:
    assert sound_server({}, "win32").verdict is Verdict.OK
    missing = sound_server({"XDG_RUNTIME_DIR": "/nonexistent"}, "linux")
    assert missing.verdict is Verdict.NOTE
    assert "No PulseAudio or PipeWire" in missing.detail

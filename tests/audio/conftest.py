"""A sound library without devices, in the place of the real one."""

from __future__ import annotations

import sys

import pytest
from fake_sounddevice import FakeSoundDevice


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    fake = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake

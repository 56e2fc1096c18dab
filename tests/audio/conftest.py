"""A sound library without devices, in the place of the real one."""

from __future__ import annotations

import sys

import pytest
from fake_sounddevice import FakeSoundDevice, NativeSoundDevice


@pytest.fixture(params=[FakeSoundDevice, NativeSoundDevice], ids=["python", "native"])
def sounddevice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    return installed(request.param(), monkeypatch)


@pytest.fixture
def native_sounddevice(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    return installed(NativeSoundDevice(), monkeypatch)


def installed(fake: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake

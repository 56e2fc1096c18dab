"""Where the native callback cannot be had, Python is called for every block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_sounddevice import FakeSoundDevice, NativeSoundDevice

from her_desktop.audio import native
from her_desktop.audio.native import PlainCallback, open_hearing
from her_desktop.audio.player import open_playing

OUTPUT = {"samplerate": 48_000, "blocksize": 480, "device": 0, "channels": 2, "latency": "low"}


def opened(sounddevice: FakeSoundDevice) -> tuple[PlainCallback, list[int]]:
    sounddevice.plug("Headset", inputs=1)
    heard: list[int] = []
    _, callback = open_hearing(
        lambda data, frames, times, status: heard.append(frames),
        sounddevice,
        samplerate=48_000,
        blocksize=480,
        device=0,
        channels=1,
        latency="low",
    )
    sounddevice.streams[-1].start()
    return callback, heard


@pytest.mark.parametrize("content", [None, b"", b"no library of this machine"])
def test_without_a_library_python_is_asked_each_time(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "lib.so"
    if content is not None:
        library.write_bytes(content)
    monkeypatch.setattr(native, "LIBRARY", library)
    native._library.cache_clear()
    try:
        sounddevice = NativeSoundDevice()
        callback, heard = opened(sounddevice)
        _, player = open_playing(sounddevice, **OUTPUT)
    finally:
        native._library.cache_clear()
    callback.rest()
    for _ in range(3):
        sounddevice.streams[0].deliver(np.zeros((480, 1), np.float32), 3.0, 2.98)
    assert heard == [480, 480, 480]
    callback.wake()
    player.append(np.full(480, 0.5, np.float32))
    sounddevice.streams[1].start()
    assert np.all(sounddevice.streams[1].ask(3.0, 3.03) == np.float32(0.5))

"""Where the native callback cannot be had, Python is called for every block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_sounddevice import FakeSoundDevice, NativeSoundDevice

from her_desktop.audio import native
from her_desktop.audio.devices import Direction
from her_desktop.audio.native import NativeCallback, PlainCallback, open_raw


def opened(sounddevice: FakeSoundDevice) -> tuple[PlainCallback, list[int]]:
    sounddevice.plug("Headset", outputs=2)
    asked: list[int] = []
    _, callback = open_raw(
        sounddevice,
        Direction.OUTPUT,
        lambda out, frames, times, status: asked.append(callback.take_untold() + frames),
        samplerate=48_000,
        blocksize=480,
        device=0,
        channels=2,
        latency="low",
    )
    sounddevice.streams[-1].start()
    return callback, asked


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
        callback, asked = opened(sounddevice)
    finally:
        native._library.cache_clear()
    callback.rest()
    for _ in range(3):
        sounddevice.streams[-1].ask(3.0, 3.03)
    assert asked == [480, 480, 480]
    callback.wake()


def test_a_resting_loudspeaker_is_silent_and_asks_in_time() -> None:
    sounddevice = NativeSoundDevice()
    callback, asked = opened(sounddevice)
    stream = sounddevice.streams[-1]
    stream.ask(3.0, 3.03)
    callback.rest()
    most = NativeCallback.REST_BLOCKS
    played = [stream.ask(3.0, 3.03) for _ in range(most - 1)]
    assert not np.any(played)
    assert asked == [480]
    stream.ask(3.0, 3.03)
    assert asked == [480, most * 480], "the last, with those it was not asked for"
    for _ in range(3):
        stream.ask(3.0, 3.03)
    callback.wake()
    stream.ask(3.0, 3.03)
    assert asked == [480, most * 480, 4 * 480], "woken, it asks for the very next block"
    callback.rest()
    stream.ask(3.0, 3.03, underflow=True)
    assert asked[3:] == [480], "what PortAudio reports is told at once"

"""The doctor's look at the sound devices: both are opened and have to move samples.

Rule: the command's own thread; a device is closed again whatever happens.
"""

from __future__ import annotations

import os
import queue
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block
from her_desktop.audio.microphone import BlockQueue, Microphone
from her_desktop.audio.speaker import Speaker
from her_desktop.conversation.events import Device
from her_desktop.metrics.findings import Finding, broken, note, well
from her_desktop.settings import Settings

_LISTENING = 1.0
"""Seconds of sound a microphone has to deliver to be believed."""
_PATIENCE = 5.0


def device_findings(settings: Settings) -> Iterator[Finding]:
    """Try the microphone, the loudspeaker, and say what carries their sound."""
    yield _tried(Device.MICROPHONE, lambda: _hear(settings.input_device))
    yield _tried(Device.SPEAKER, lambda: _play(settings.output_device))
    yield sound_server(os.environ, sys.platform)


def sound_server(environment: Mapping[str, str], platform: str) -> Finding:
    """Say which sound server is reached, by its socket; only Linux has one of its own."""
    name = "sound"
    if not platform.startswith("linux"):
        return well(name, "The system's own sound is used.")
    folder = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent"))
    told = environment.get("PULSE_SERVER", "").removeprefix("unix:")
    places = {
        "PulseAudio": Path(told) if told.startswith("/") else folder / "pulse" / "native",
        "PipeWire": folder / "pipewire-0",
    }
    there = [server for server, place in places.items() if place.is_socket()]
    if there:
        return well(name, f"The sound server answers at its socket: {' and '.join(there)}.")
    return note(
        name,
        "No PulseAudio or PipeWire is reached; a device then serves one program at a time. Start "
        "one of them.",
    )


def _tried(device: Device, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except SoundError as error:
        return broken(device.value, str(error))


def _hear(name: str) -> Finding:
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    begun = time.monotonic()
    try:
        microphone.open(name)
        called = microphone.name
        heard, audible, first = 0.0, False, 0.0
        while heard < _LISTENING and time.monotonic() - begun < _PATIENCE + _LISTENING:
            try:
                block = blocks.get(timeout=_PATIENCE)
            except queue.Empty:
                break
            if not isinstance(block, Block):
                break
            first = first or time.monotonic()
            heard += block.pcm.size / block.sample_rate_hz
            audible = audible or bool(block.pcm.any())
    finally:
        microphone.close()
    if heard < _LISTENING:
        return broken(
            Device.MICROPHONE.value,
            f"{called} was opened and delivers nothing. Connect it again or choose another.",
        )
    if not audible:
        return note(
            Device.MICROPHONE.value,
            f"{called} delivered {heard:.1f} s of pure silence. Check that it is switched on.",
        )
    detail = f"{called} delivered {heard:.1f} s of sound."
    return well(Device.MICROPHONE.value, detail, first - begun)


def _play(name: str) -> Finding:
    played: list[float] = []
    speaker = Speaker(lambda turn, at: None, lambda turn, seconds: played.append(seconds))
    begun = time.monotonic()
    try:
        speaker.open(name)
        called = speaker.name
        # Half a second of a tone too quiet to notice: the device has to take it all.
        times = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
        tone = (0.002 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
        speaker.play(0, tone, SAMPLE_RATE_HZ)
        speaker.finish(0)
        patience = time.monotonic() + _PATIENCE
        while not played and time.monotonic() < patience:
            speaker.attend()
        if not played:
            return broken(
                Device.SPEAKER.value,
                f"{called} was opened and takes no sound. Choose another output device.",
            )
    finally:
        speaker.close()
    took = time.monotonic() - begun
    return well(Device.SPEAKER.value, f"{called} played {played[0]:.1f} s of sound.", took)

"""What is played into the simulated microphone is recorded, with what the loudspeaker plays."""

from __future__ import annotations

import threading
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from her_desktop.audio.format import Pcm, first_audible
from her_desktop.audio.stream import samples
from her_desktop.audio.wav import write_wav
from her_desktop.tools.in_process_loop import InProcessLoop
from her_desktop.tools.simulated_sound import (
    ADDRESS_VARIABLE,
    BLOCK_SAMPLES,
    KEY_VARIABLE,
    RATE_HZ,
    PortAudioError,
    SimulatedSound,
)
from her_desktop.tools.sound_loop import SoundLoopFailed, read_sides

_LAYOUT: dict[str, Any] = {"samplerate": RATE_HZ, "blocksize": BLOCK_SAMPLES, "latency": "low"}


def test_both_sides_are_recorded_on_one_clock(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    write_wav(wav, np.full(16_000, 0.5, np.float32), 16_000)
    heard: list[tuple[float, Pcm]] = []
    played_at: list[float] = []
    begins = threading.Event()

    def on_heard(data: bytes, frames: int, times: Any, status: Any) -> None:
        heard.append((times.inputBufferAdcTime, samples(data, frames)[:, 0].copy()))

    def on_ask(out: bytearray, frames: int, times: Any, status: Any) -> None:
        if begins.is_set() and not status:
            played_at.append(times.outputBufferDacTime)
            samples(out, frames)[:] = 0.25

    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        sound = SimulatedSound(Client(loop.env[ADDRESS_VARIABLE], authkey=key))
        try:
            microphone = sound.RawInputStream(device=0, channels=1, callback=on_heard, **_LAYOUT)
            speaker = sound.RawOutputStream(device=1, channels=2, callback=on_ask, **_LAYOUT)
            microphone.start()
            speaker.start()
            with loop.record(tmp_path / "both.wav") as recording:
                recording.arm()
                said = loop.play(wav)
                onset = recording.wait_for_sound(10)
                assert onset is not None
                begins.set()
                said.wait(10)
                instant = recording.instant(onset)
            microphone.close()
            speaker.close()
            mine, theirs = read_sides(tmp_path / "both.wav")
        finally:
            sound.close()

    loud = [(at, pcm) for at, pcm in heard if np.abs(pcm).max() > 0.1]
    first = first_audible(loud[0][1])
    assert first is not None
    # The instant that the recording tells is the one at which the program heard it.
    assert instant == pytest.approx(loud[0][0] + first / RATE_HZ, abs=0.03)
    begun = first_audible(theirs)
    assert begun is not None
    assert begun / RATE_HZ - onset == pytest.approx(played_at[0] - instant, abs=0.03)
    assert sum(pcm.size for _, pcm in loud) == pytest.approx(RATE_HZ, abs=2 * BLOCK_SAMPLES)
    assert np.abs(mine).max() == pytest.approx(0.5, abs=0.1)
    assert np.flatnonzero(np.abs(mine) > 0.25).size == pytest.approx(RATE_HZ, abs=BLOCK_SAMPLES)


def test_a_program_that_comes_in_the_last_moment_holds_nobody_up() -> None:
    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        program = Client(loop.env[ADDRESS_VARIABLE], authkey=key)
        assert loop._connected.wait(10)
        # As it is between its coming and its being noticed.
        loop._connected.clear()
        program.close()
    assert not loop._wire.is_alive()


def test_nobody_waits_for_a_program_that_is_gone(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    write_wav(wav, np.full(16_000, 0.5, np.float32), 16_000)
    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        program = Client(loop.env[ADDRESS_VARIABLE], authkey=key)
        said = loop.play(wav)
        program.close()
        with pytest.raises(SoundLoopFailed, match="could not be played"):
            said.wait()
        assert said.is_lost


def test_the_room_and_the_echo_are_heard(tmp_path: Path) -> None:
    heard: list[Pcm] = []
    enough = threading.Event()

    def on_heard(data: bytes, frames: int, times: Any, status: Any) -> None:
        heard.append(samples(data, frames)[:, 0].copy())
        if len(heard) >= 30:
            enough.set()

    def on_ask(out: bytearray, frames: int, times: Any, status: Any) -> None:
        samples(out, frames)[:] = 0.5

    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        sound = SimulatedSound(Client(loop.env[ADDRESS_VARIABLE], authkey=key))
        try:
            microphone = sound.RawInputStream(device=0, channels=1, callback=on_heard, **_LAYOUT)
            speaker = sound.RawOutputStream(device=1, channels=1, callback=on_ask, **_LAYOUT)
            with loop.room(-40.0):
                microphone.start()
                assert enough.wait(10)
                assert 20 * np.log10(np.std(np.concatenate(heard[5:]))) == pytest.approx(-40, abs=2)
            with loop.echo(-20.0):
                speaker.start()
                heard.clear()
                enough.clear()
                assert enough.wait(10)
                assert np.mean(heard[-1]) == pytest.approx(0.05, abs=0.01)
        finally:
            sound.close()


def test_devices_that_do_not_exist_are_refused() -> None:
    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        sound = SimulatedSound(Client(loop.env[ADDRESS_VARIABLE], authkey=key))
        try:
            with pytest.raises(PortAudioError):
                sound.RawInputStream(device=1, channels=1, callback=print, **_LAYOUT)
            with pytest.raises(PortAudioError):
                sound.RawOutputStream(
                    device=1, channels=1, callback=print, **_LAYOUT | {"samplerate": 8000}
                )
        finally:
            sound.close()


def _play_on_and_on(loop: InProcessLoop, wav: Path) -> None:
    """What is sent may still find room on its way when nobody takes it any more."""
    for _ in range(1000):
        loop.play(wav)


def test_a_program_that_is_gone_is_told(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    write_wav(wav, np.full(16_000, 0.5, np.float32), 16_000)
    with InProcessLoop() as loop:
        key = bytes.fromhex(loop.env[KEY_VARIABLE])
        sound = SimulatedSound(Client(loop.env[ADDRESS_VARIABLE], authkey=key))
        said = loop.play(wav)
        said.wait(10)
        sound.close()
        with pytest.raises(SoundLoopFailed):
            _play_on_and_on(loop, wav)


def test_nobody_comes() -> None:
    with InProcessLoop():
        pass
    assert "loop-wire" not in {thread.name for thread in threading.enumerate()}

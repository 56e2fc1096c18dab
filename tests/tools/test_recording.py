"""A recording that knows, while it is made, when a sound began and what time it was."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from simulated_room import power_db, speech
from tools.bench_takes import RATE, side

from her_desktop.audio.format import AUDIBLE_DB, SAMPLE_RATE_HZ
from her_desktop.audio.wav import write_wav
from her_desktop.tools.recording import offset_near
from her_desktop.tools.sound_loop import SoundLoop, missing_programs, read_sides


def test_the_promptest_piece_nearby_tells_how_the_clocks_lie() -> None:
    seconds = np.arange(0.0, 100.0, 0.1)
    # The offset grows by 10 ms in the middle, and most pieces come late.
    offset = np.where(seconds < 50.0, 500.0, 500.01)
    late = 0.09 * (np.arange(seconds.size) % 10) / 9
    arrivals = np.column_stack([seconds, seconds + offset + late])
    assert offset_near(arrivals, 10.0) == pytest.approx(500.0)
    assert offset_near(arrivals, 90.0) == pytest.approx(500.01)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundLoop]:
    if missing := missing_programs():
        pytest.skip(f"{', '.join(missing)} not installed")
    with SoundLoop(tmp_path_factory.mktemp("loop")) as loop:
        yield loop


@pytest.mark.sound
def test_the_onset_of_a_sound_is_known_while_it_sounds(loop: SoundLoop, tmp_path: Path) -> None:
    write_wav(tmp_path / "tone.wav", side(4.3, ((0.3, 4.3),)), RATE)
    with loop.record(tmp_path / "both.wav") as recording:
        recording.arm()
        playing = loop.play(tmp_path / "tone.wav", latency=0.05)
        onset = recording.wait_for_sound(10.0)
        noticed_at = time.monotonic()
        assert onset is not None
        began_at = recording.instant(onset)
        assert began_at < noticed_at < began_at + 4.0, "before the sound was over"
        playing.wait()
        assert recording.seconds > onset + 4.0
        recording.arm()
        assert recording.wait_for_sound(0.01) is None
    user, _ = read_sides(tmp_path / "both.wav")
    assert np.flatnonzero(np.abs(user) > 0.01)[0] / RATE == pytest.approx(onset, abs=0.001)


@pytest.mark.sound
def test_the_microphone_hears_a_room(loop: SoundLoop, tmp_path: Path) -> None:
    write_wav(tmp_path / "quiet.wav", side(1.0, ()), RATE)
    with loop.record(tmp_path / "both.wav"), loop.room(-65.0):
        loop.play(tmp_path / "quiet.wav", latency=0.2).wait()
    user, answer = read_sides(tmp_path / "both.wav")
    heard = user[user.size // 2 : -RATE // 4]
    assert 10 * np.log10(np.mean(np.square(heard))) == pytest.approx(-65.0, abs=2.0)
    assert np.abs(heard).max() < 10.0 ** (AUDIBLE_DB / 20.0), "not loud enough for a voice"
    assert np.abs(answer).max() == 0.0


@pytest.mark.sound
def test_an_echo_is_heard_at_its_level_and_only_while_it_is_wanted(
    loop: SoundLoop, tmp_path: Path
) -> None:
    write_wav(tmp_path / "speech.wav", speech(3.0, seed=5), SAMPLE_RATE_HZ)
    with loop.record(tmp_path / "both.wav") as recording:
        loop.play(tmp_path / "speech.wav", "her_speaker", latency=0.2).wait()
        before = recording.seconds
        with loop.echo(-20.0, delay=0.05):
            recording.arm()
            loop.play(tmp_path / "speech.wav", "her_speaker", latency=0.2).wait()
            assert recording.wait_for_sound(5.0) is not None
    user, answer = read_sides(tmp_path / "both.wav")
    since = round(before * RATE)
    assert np.abs(user[:since]).max() < 0.001
    user, answer = user[since:], answer[since:]
    assert power_db(user) - power_db(answer) == pytest.approx(-20.0, abs=2.0)
    late = np.argmax(np.fft.irfft(np.fft.rfft(user) * np.fft.rfft(answer).conj(), user.size)) / RATE
    assert 0.05 <= late < 0.25, "a wall that stands where it was put, behind the server's buffers"

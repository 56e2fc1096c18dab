from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from simulated_room import (
    START_AT,
    Rig,
    hiss,
    impulse_response,
    on_a_faster_clock,
    power_db,
    sent_through,
    speech,
)

from her_desktop.audio.devices import SoundError
from her_desktop.audio.echo import EchoCanceller, EchoOptions
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

ASSISTANT = speech(20.0, seed=1)
USER = speech(4.0, seed=2, pitch_hz=190.0)
OFF = EchoOptions(cancel_echo=False)


@dataclass
class Heard:
    """What came out, shifted back to where it came from, and who made it."""

    pcm: Pcm
    canceller: EchoCanceller
    false_alarms: int
    """Blocks after which the verdict was that it does not work."""
    failed_after: float | None
    """Seconds until that verdict came, if it did."""


def listen(rig: Rig, near: Pcm, options: EchoOptions | None = None, size: int = 160) -> Heard:
    canceller = EchoCanceller(rig.far_end, options)
    pieces, alarms, failed_after, given = [], 0, None, 0
    for pcm, at in rig.blocks(near, size):
        clean = canceller.process(pcm, at)
        assert clean.dtype == np.float32
        pieces.append(clean)
        given += pcm.size
        if canceller.is_working is False:
            alarms += 1
            failed_after = at - START_AT if failed_after is None else failed_after
    joined = np.concatenate(pieces)
    late = joined.size + round(canceller.delay_added * SAMPLE_RATE_HZ) - given
    assert late >= 0, "nothing is skipped"
    return Heard(joined[late:], canceller, alarms, failed_after)


def stretch(pcm: Pcm, first: float, last: float) -> Pcm:
    return pcm[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]


def reduction_db(echo: Pcm, clean: Pcm, first: float, last: float) -> float:
    return power_db(stretch(echo, first, last)) - power_db(stretch(clean, first, last))


def with_user(echo: Pcm, at: float) -> tuple[Pcm, Pcm]:
    user = np.zeros_like(echo)
    start = round(at * SAMPLE_RATE_HZ)
    user[start : start + USER.size] = USER
    return user, echo + user + hiss(echo.size, -70.0)


@pytest.mark.parametrize(
    ("delay", "gain_db", "rate_hz"),
    [(0.02, -6.0, 48_000), (0.08, -12.0, 44_100), (0.2, -20.0, 48_000), (0.05, -10.0, 16_000)],
)
def test_an_echo_is_removed(delay: float, gain_db: float, rate_hz: int) -> None:
    echo = sent_through(ASSISTANT, impulse_response(delay, gain_db))
    heard = listen(Rig(ASSISTANT, rate_hz=rate_hz), echo + hiss(echo.size, -75.0))
    assert reduction_db(echo, heard.pcm, 2.0, 19.0) > 25.0
    canceller = heard.canceller
    assert canceller.is_working is True
    assert not canceller.is_warming_up
    assert canceller.reduction_db is not None
    assert canceller.reduction_db > 20.0
    assert canceller.delay == pytest.approx(delay, abs=0.003)
    assert heard.false_alarms == 0


@pytest.mark.parametrize("gain_db", [-6.0, -12.0, -20.0])
def test_a_user_who_talks_over_the_answer_is_heard(gain_db: float) -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.06, gain_db))
    user, near = with_user(echo, 8.0)
    heard = listen(Rig(ASSISTANT), near)
    spoken, kept = stretch(user, 8.0, 12.0), stretch(heard.pcm, 8.0, 12.0)
    assert power_db(kept) == pytest.approx(power_db(spoken), abs=3.0)
    assert np.corrcoef(spoken, kept)[0, 1] > 0.85
    assert reduction_db(echo, heard.pcm, 13.0, 19.0) > 25.0
    # Her voice over the echo is no failure of the canceller.
    assert heard.false_alarms == 0
    assert heard.canceller.is_working is True


def test_silence_stays_silence() -> None:
    silence = np.zeros(5 * SAMPLE_RATE_HZ, np.float32)
    assert not listen(Rig(silence), silence).pcm.any()
    # Also while something is played that the microphone does not hear.
    heard = listen(Rig(stretch(ASSISTANT, 0.0, 5.0)), silence)
    # The canceller's comfort noise, below what a microphone hisses by itself.
    assert power_db(heard.pcm) < -70.0
    assert heard.canceller.is_working is None


def test_without_playback_the_voice_is_left_as_it_is() -> None:
    near = USER + hiss(USER.size, -60.0)
    heard = listen(Rig(np.zeros_like(near)), near)
    assert np.array_equal(heard.pcm, near)
    canceller = heard.canceller
    assert canceller.delay_added == 0.0, "nobody waits for what is not needed"
    assert canceller.is_working is None
    assert canceller.reduction_db is None
    assert canceller.delay is None


@pytest.mark.parametrize("size", [160, 480, 560])
def test_falling_asleep_and_waking_makes_no_click_and_forgets_nothing(size: int) -> None:
    played = np.concatenate((stretch(ASSISTANT, 0, 8), np.zeros(6 * SAMPLE_RATE_HZ, np.float32)))
    played = np.concatenate((played, stretch(ASSISTANT, 8, 12)))
    echo = sent_through(played, impulse_response(0.06, -8.0))
    hum = 0.05 * np.sin(2 * np.pi * 300.0 * np.arange(echo.size) / SAMPLE_RATE_HZ)
    hum[round(13.5 * SAMPLE_RATE_HZ) :] = 0.0
    near = echo + hum.astype(np.float32)
    heard = listen(Rig(played, ahead=0.05), near, size=size)
    # Quiet of the loudspeaker from 8 s on; at rest a second and a half later.
    assert np.array_equal(stretch(heard.pcm, 10.5, 13.4), stretch(near, 10.5, 13.4))
    across = stretch(heard.pcm, 9.0, 11.0)
    assert np.abs(np.diff(across)).max() < 2.0 * np.abs(np.diff(hum)).max()
    # What was learned before holds after the rest, from the first word on.
    assert reduction_db(echo, heard.pcm, 14.0, 14.5) > 20.0
    assert reduction_db(echo, heard.pcm, 14.5, 17.9) > 25.0


def test_clocks_that_drift_apart_are_followed_for_a_minute() -> None:
    played = speech(60.0, seed=4)
    echo = on_a_faster_clock(sent_through(played, impulse_response(0.05, -10.0)), ppm=100.0)
    heard = listen(Rig(played, ppm=100.0, jitter=0.001), echo + hiss(echo.size, -75.0))
    for first in (5.0, 25.0, 45.0):
        assert reduction_db(echo, heard.pcm, first, first + 14.0) > 25.0
    assert heard.canceller.delay == pytest.approx(0.05, abs=0.003)
    assert heard.false_alarms == 0


@pytest.mark.parametrize(("delay", "claimed_early"), [(0.45, 0.0), (0.02, -0.06)])
def test_stamps_that_are_wrong_are_measured_and_made_up_for(
    delay: float, claimed_early: float
) -> None:
    """A wireless loudspeaker later than it says, and a device earlier than it says."""
    echo = sent_through(ASSISTANT, impulse_response(delay, -10.0))
    rig = Rig(ASSISTANT, claimed_early=claimed_early, ahead=0.09)
    heard = listen(rig, echo + hiss(echo.size, -75.0))
    assert heard.canceller.delay == pytest.approx(delay + claimed_early, abs=0.003)
    assert reduction_db(echo, heard.pcm, 6.0, 19.0) > 25.0
    assert heard.canceller.is_working is True


def test_a_loudspeaker_that_is_told_late_what_it_plays_is_waited_for() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    heard = listen(Rig(ASSISTANT, ahead=-0.02), echo + hiss(echo.size, -75.0))
    assert reduction_db(echo, heard.pcm, 4.0, 19.0) > 25.0
    assert heard.canceller.delay == pytest.approx(0.05, abs=0.003)


class Stumbling(FarEnd):
    """Is told nothing for a while, and then everything at once."""

    def __init__(self) -> None:
        super().__init__()
        self.is_told = True
        self._untold: list[tuple[Pcm, float, int]] = []

    def write(self, pcm: Pcm, at: float, sample_rate_hz: int) -> None:
        self._untold.append((pcm.copy(), at, sample_rate_hz))
        while self.is_told and self._untold:
            super().write(*self._untold.pop(0))


@pytest.mark.parametrize("late", [5, 10])
def test_a_loudspeaker_that_is_late_for_once_leaves_no_hole_in_what_is_removed(late: int) -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.1, -10.0))
    far_end = Stumbling()
    rig = Rig(ASSISTANT, far_end=far_end)
    canceller = EchoCanceller(far_end)
    pieces, given, added = [], 0, []
    for count, (pcm, at) in enumerate(rig.blocks(echo + hiss(echo.size, -70.0))):
        far_end.is_told = count < 500 or count % 100 >= late
        pieces.append(canceller.process(pcm, at))
        given += pcm.size
        added.append(canceller.delay_added)
    joined = np.concatenate(pieces)
    assert given - joined.size == round(added[-1] * SAMPLE_RATE_HZ), "nothing is lost"
    assert late / 100 - 0.04 < max(added[:1990]) < late / 100 + 0.02
    assert max(added[late + 3 : 1990 : 100]) < 0.02, "it waits no longer than it must"
    clean = joined[: joined.size // 320 * 320].reshape(-1, 320)[250:]
    loudest = 10.0 * np.log10(np.square(clean).mean(axis=1).max())
    assert loudest < -50.0, "20 ms of echo that nothing was known of would be at -30 dBFS"


def test_a_loudspeaker_that_says_no_more_is_not_waited_for() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.1, -10.0))
    far_end = Stumbling()
    canceller = EchoCanceller(far_end)
    later = []
    for count, (pcm, at) in enumerate(Rig(ASSISTANT, far_end=far_end).blocks(echo)):
        far_end.is_told = count < 500
        canceller.process(pcm, at)
        later.append(canceller.delay_added)
    assert max(later) < 0.17
    assert max(later[530:]) < 0.02


def test_an_echo_too_late_is_known_not_to_be_cancelled() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.8, -10.0))
    heard = listen(Rig(ASSISTANT), echo + hiss(echo.size, -70.0))
    assert heard.canceller.is_working is False
    assert heard.failed_after is not None
    assert heard.failed_after < 10.0


def test_an_echo_of_something_else_is_known_not_to_be_cancelled() -> None:
    stranger = speech(20.0, seed=9)
    echo = sent_through(stranger, impulse_response(0.05, -10.0))
    heard = listen(Rig(ASSISTANT), echo + hiss(echo.size, -70.0))
    assert heard.canceller.is_working is False
    assert heard.failed_after is not None
    assert heard.failed_after < 10.0
    assert heard.canceller.reduction_db is not None
    assert heard.canceller.reduction_db < 6.0


def test_headphones_give_no_verdict_whoever_speaks() -> None:
    near = hiss(ASSISTANT.size, -65.0)
    start = 9 * SAMPLE_RATE_HZ
    near[start : start + SAMPLE_RATE_HZ] += USER[:SAMPLE_RATE_HZ]
    heard = listen(Rig(ASSISTANT), near)
    assert heard.false_alarms == 0
    assert heard.canceller.is_working is None
    assert power_db(stretch(heard.pcm, 9.0, 10.0)) == pytest.approx(
        power_db(stretch(near, 9.0, 10.0)), abs=3.0
    )


def test_it_says_that_it_is_still_learning() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    rig = Rig(ASSISTANT)
    canceller = EchoCanceller(rig.far_end)
    learning = []
    for pcm, at in rig.blocks(stretch(echo, 0.0, 6.0)):
        learning.append((canceller.is_warming_up, at - START_AT))
        canceller.process(pcm, at)
    learned_at = next(at for is_learning, at in learning if not is_learning)
    assert 0.9 < learned_at < 2.6, "as soon as a part of the echo is proven to be gone"
    assert not learning[-1][0]
    canceller.reset()
    assert canceller.is_warming_up
    assert canceller.is_working is None


@pytest.mark.parametrize("size", [1, 37, 171, 512, 1600])
def test_any_size_of_block_gives_the_same_sound(size: int) -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    near = stretch(echo, 0.0, 4.0)
    rig = Rig(stretch(ASSISTANT, 0.0, 4.0), ahead=0.2)
    heard = listen(rig, near, size=size)
    assert heard.canceller.delay_added < 0.008 + 0.01
    reference = listen(Rig(stretch(ASSISTANT, 0.0, 4.0), ahead=0.2), near).pcm
    size = min(heard.pcm.size, reference.size)
    # The instants of odd blocks differ by rounding, which the canceller's filters may show.
    assert power_db(heard.pcm[:size] - reference[:size]) < power_db(near) - 25.0


def test_odd_blocks_lose_nothing() -> None:
    near = USER
    canceller = EchoCanceller(FarEnd())
    rng = np.random.default_rng(8)
    pieces, at = [], 0
    while at < near.size:
        size = int(rng.integers(0, 700))
        pieces.append(canceller.process(near[at : at + size], START_AT + at / SAMPLE_RATE_HZ))
        at += size
    joined = np.concatenate(pieces)
    assert near.size - joined.size == round(canceller.delay_added * SAMPLE_RATE_HZ) < 160
    settled = 3 * SAMPLE_RATE_HZ
    assert np.array_equal(joined[settled:], near[settled : joined.size])


def test_gaps_resets_and_broken_samples_are_survived() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0)) + hiss(ASSISTANT.size, -75.0)
    rig = Rig(ASSISTANT)
    canceller = EchoCanceller(rig.far_end)
    pieces = []
    for count, (pcm, at) in enumerate(rig.blocks(echo)):
        if 300 <= count < 330:
            continue
        if count == 500:
            canceller.reset()
        heard = np.full_like(pcm, np.nan) if count == 400 else pcm
        pieces.append(canceller.process(heard, at))
    clean = np.concatenate(pieces)
    assert np.isfinite(clean).all()
    assert canceller.is_working is True
    assert power_db(clean[-8 * SAMPLE_RATE_HZ :]) < power_db(echo[-8 * SAMPLE_RATE_HZ :]) - 25.0


def test_headphones_mode_leaves_everything_alone() -> None:
    rig = Rig(ASSISTANT)
    canceller = EchoCanceller(rig.far_end, OFF)
    for pcm, at in rig.blocks(stretch(ASSISTANT, 0.0, 1.0)):
        assert np.array_equal(canceller.process(pcm, at), pcm)
    assert canceller.delay_added == 0.0
    assert not canceller.is_warming_up
    assert canceller.is_working is None


def test_noise_is_suppressed_when_asked_for() -> None:
    noise = hiss(6 * SAMPLE_RATE_HZ, -40.0)
    quiet = np.zeros_like(noise)
    heard = listen(Rig(quiet), noise, EchoOptions(suppress_noise=True))
    assert power_db(stretch(heard.pcm, 3.0, 5.9)) < power_db(noise) - 6.0
    assert heard.canceller.delay_added == pytest.approx(0.014)
    voice = listen(Rig(np.zeros_like(USER)), USER, EchoOptions(suppress_noise=True)).pcm
    assert np.corrcoef(voice, USER[: voice.size])[0, 1] > 0.9
    assert power_db(voice) == pytest.approx(power_db(USER), abs=3.0)


def test_a_quiet_voice_is_raised_when_asked_for() -> None:
    quiet = speech(8.0, seed=6, level_db=-45.0)
    heard = listen(Rig(np.zeros_like(quiet)), quiet, EchoOptions(automatic_gain=True))
    gained = -reduction_db(quiet, heard.pcm, 4.0, 7.9)
    assert 6.0 < gained <= 21.0


def test_a_missing_library_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    with pytest.raises(SoundError, match="headphones"):
        EchoCanceller(FarEnd())
    EchoCanceller(FarEnd(), OFF)


def test_a_device_that_loses_sound_is_learned_again() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    # What an underrun does: from here on everything comes 30 ms later than the stamps say.
    moved = round(9.0 * SAMPLE_RATE_HZ)
    echo = np.concatenate((echo[:moved], np.zeros(480, np.float32), echo[moved:-480]))
    rig = Rig(ASSISTANT)
    canceller = EchoCanceller(rig.far_end)
    learning, pieces = [], []
    for pcm, at in rig.blocks(echo + hiss(echo.size, -75.0)):
        pieces.append(canceller.process(pcm, at))
        if canceller.is_warming_up:
            learning.append(at - START_AT)
    assert any(9.0 < at < 12.0 for at in learning)
    assert not any(at > 14.0 for at in learning)
    clean = np.concatenate(pieces)
    assert reduction_db(echo, clean, 13.0, 19.0) > 25.0
    assert canceller.delay == pytest.approx(0.08, abs=0.003)
    assert canceller.is_working is True


def test_a_short_first_block_costs_no_delay() -> None:
    """As a resampler gives it, which holds something back at first."""
    canceller = EchoCanceller(FarEnd())
    cuts = [0, 0, 120, *range(280, USER.size, 160)]
    pieces = [
        canceller.process(USER[first:last], START_AT + first / SAMPLE_RATE_HZ)
        for first, last in pairwise(cuts)
    ]
    assert canceller.delay_added == 0.0
    assert np.array_equal(np.concatenate(pieces), USER[: cuts[-1]])

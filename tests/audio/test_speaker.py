from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from asked_player import asked
from fake_sounddevice import BUSY, HOST_ERROR, FakeSoundDevice, FakeStream

from her_desktop.audio.devices import DeviceBusy, DeviceFailed, NoDevice, SoundError
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.player import FADE, PlainPlayer
from her_desktop.audio.resample import Resampler
from her_desktop.audio.speaker import Speaker


class Listening:
    """A speaker, what it said, and what its device was given."""

    def __init__(self) -> None:
        self._started: list[tuple[int, Any]] = []
        self._finished: list[tuple[int, Any]] = []
        self.far_end = FarEnd()
        self.speaker = Speaker(
            lambda turn, at: self._started.append((turn, at)),
            lambda turn, played: self._finished.append((turn, played)),
            self.far_end,
        )

    @property
    def started(self) -> list[tuple[int, Any]]:
        """The turns that began, by what the device has taken up to now."""
        self._hear_all()
        return self._started

    @property
    def finished(self) -> list[tuple[int, Any]]:
        """The turns that ended, by what the device has taken up to now."""
        self._hear_all()
        return self._finished

    def _hear_all(self) -> None:
        self.far_end.ask()
        # The speaker's own thread may be telling just now.
        self.speaker._buffer._tell()


def run(stream: FakeStream, blocks: int) -> Pcm:
    return np.concatenate([stream.ask(3.0 + n * 0.01, 3.03 + n * 0.01) for n in range(blocks)])


def tone(rate: int, seconds: float) -> Pcm:
    at = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)


class Scripted(PlainPlayer):
    """A player whose device asks when the test says so."""

    def __init__(self) -> None:
        super().__init__(1, 48_000)
        self.now = 100.0

    def pass_block(self, after: float = 0.01) -> None:
        self.now += after
        with pytest.MonkeyPatch.context() as patch:
            clock = SimpleNamespace(monotonic=lambda: self.now)
            patch.setattr("her_desktop.audio.player.time", clock)
            asked(self, 480, self.now + 0.03, self.now)


def test_nothing_is_said_to_be_heard_before_it_is_handed_over(
    sounddevice: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounddevice.plug("Headset", outputs=2)
    player = Scripted()
    opened = FakeSoundDevice.RawOutputStream

    def open_scripted(sounddevice: FakeSoundDevice, **options: Any) -> tuple[FakeStream, Scripted]:
        return opened(sounddevice, callback=None, **options), player

    monkeypatch.setattr("her_desktop.audio.speaker.open_playing", open_scripted)
    listening = Listening()
    listening.speaker.open("")
    for _ in range(300):
        player.pass_block()
        listening.far_end.ask()
    # It ran dry for a tenth of a second, which no block counted.
    listening.speaker.play(1, tone(48_000, 0.1), 48_000)
    player.pass_block(after=0.12)
    [(_, audible_at)] = listening.started
    assert audible_at == pytest.approx(player.now, abs=0.001)
    listening.speaker.close()


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_pieces_of_a_turn_join_at_the_devices_own_rate(
    sounddevice: FakeSoundDevice, rate: int
) -> None:
    sounddevice.plug("Headset", outputs=2, rate=rate)
    sounddevice.rates = {rate}
    listening = Listening()
    listening.speaker.open("")
    sound = tone(22_050, 0.5)
    for start in range(0, sound.size, 1000):
        listening.speaker.play(1, sound[start : start + 1000], 22_050)
    listening.speaker.finish(1)
    out = run(sounddevice.streams[-1], 60)
    expected = Resampler(22_050, rate).process(sound, last=True)
    assert np.abs(out[: expected.size, 0] - expected).max() < 1e-5
    assert not out[expected.size + round(FADE * rate) :].any()
    assert listening.finished == [(1, pytest.approx(0.5, abs=0.001))]
    listening.speaker.close()


def test_silence_between_two_turns_is_silent_and_known_to_the_far_end(
    sounddevice: FakeSoundDevice,
) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    stream = sounddevice.streams[-1]
    assert not run(stream, 3).any()
    for turn in (1, 2):
        listening.speaker.play(turn, tone(48_000, 0.05), 48_000)
        listening.speaker.finish(turn)
        out = run(stream, 10)
        assert np.abs(out[:2000]).max() > 0.4
        assert np.array_equal(out[:, 0], out[:, 1])
        assert not out[-480:].any()
    # What ends in its middle dies away before it is silent.
    listening.speaker.play(3, tone(48_000, 0.5)[:1234], 48_000)
    out = run(stream, 10)[:, 0]
    assert np.abs(np.diff(out)).max() < 0.05, "without a click"
    assert not out[-480:].any()
    assert listening.far_end.until > 0.0
    listening.speaker.close()


def test_both_ears_hear_the_same(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    stream = sounddevice.streams[-1]
    assert (stream.channels, stream.asked_latency) == (2, "low")
    listening.speaker.play(1, tone(48_000, 0.1), 48_000)
    out = run(stream, 5)
    assert out[:, 0].any()
    assert np.array_equal(out[:, 0], out[:, 1])
    listening.speaker.close()


def test_a_device_with_sixteen_channels_only(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Interface", outputs=16)
    sounddevice.channels = {16}
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 0.1), 48_000)
    out = run(sounddevice.streams[-1], 2)
    assert out.shape[1] == 16
    assert np.array_equal(out[:, 0], out[:, 15])
    listening.speaker.close()


def test_a_turn_becomes_audible_when_the_device_plays_it(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, np.full(4800, 0.5, np.float32), 48_000)
    before = time.monotonic()
    sounddevice.streams[-1].ask(3.0, 3.03)
    after = time.monotonic()
    [(turn, audible_at)] = listening.started
    assert turn == 1
    assert before <= audible_at - 0.02 <= after
    listening.speaker.close()


def test_what_is_rendered_is_known_and_when(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2, rate=SAMPLE_RATE_HZ)
    sounddevice.rates = {SAMPLE_RATE_HZ}
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(SAMPLE_RATE_HZ, 0.1), SAMPLE_RATE_HZ)
    stream = sounddevice.streams[-1]
    heard = stream.ask(3.0, 3.03)[:, 0]
    listening.speaker.stop(1)
    heard = np.concatenate((heard, *[stream.ask(3.01, 3.04)[:, 0] for _ in range(4)]))
    # Not what was queued: what the device was given, to the end of the fade and the silence.
    far_end = listening.far_end
    known = far_end.between(far_end.until - 0.05, far_end.until, heard.size)
    assert np.abs(known[20:-20] - heard[20:-20]).max() < 0.02
    [(_, audible_at)] = listening.started
    assert far_end.time_at(audible_at) == pytest.approx(far_end.until - 0.05, abs=0.03)
    assert far_end.quiet_for(audible_at + 1.0) == pytest.approx(0.98, abs=0.03)
    assert far_end.slipped_at == -np.inf
    before = time.monotonic()
    stream.ask(3.05, 3.08, underflow=True)
    assert far_end.slipped_at >= before
    listening.speaker.close()


def test_long_silence_is_known_whenever_somebody_asks_and_sound_behind_it_at_its_instant(
    sounddevice: FakeSoundDevice,
) -> None:
    sounddevice.plug("Headset", outputs=2, rate=48_000)
    sounddevice.rates = {48_000}
    listening = Listening()
    listening.speaker.open("")
    stream, far_end = sounddevice.streams[-1], listening.far_end
    stream.ask(3.0, 3.03)
    first = far_end.until
    for number in range(1, 450):
        assert not stream.ask(3.0 + 0.01 * number, 3.03 + 0.01 * number).any()
        if number in (7, 8, 350):
            assert far_end.until == pytest.approx(first + 0.01 * number, abs=0.001)
    listening.speaker.play(1, np.full(960, 0.5, np.float32), 48_000)
    stream.ask(7.5, 7.53)
    stream.ask(7.51, 7.54)
    assert far_end.until == pytest.approx(first + 4.51, abs=0.001), "nothing is missing"
    known = far_end.between(far_end.until - 0.05, far_end.until, 800)
    assert np.abs(known[:440]).max() < 0.02
    assert np.abs(known[520:780] - 0.5).max() < 0.02
    listening.speaker.close()


def test_running_dry_in_long_silence_is_told_at_once(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    stream = sounddevice.streams[-1]
    listening.speaker.play(1, tone(48_000, 0.05), 48_000)
    listening.speaker.finish(1)
    for number in range(405):
        stream.ask(3.0 + 0.01 * number, 3.03 + 0.01 * number)
        assert listening.far_end.until > 0.0
    before = time.monotonic()
    stream.ask(7.05, 7.08, underflow=True)
    assert listening.speaker.underflows == 1
    assert listening.far_end.slipped_at >= before
    listening.speaker.close()


def test_stop_silences_within_a_block(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 2.0), 48_000)
    run(sounddevice.streams[-1], 50)
    assert listening.speaker.stop(1) == pytest.approx(0.5)
    out = run(sounddevice.streams[-1], 2)
    assert not out[480:].any()
    assert listening.speaker.stop(1) == 0.0
    listening.speaker.close()


def test_without_a_device_everything_goes_on_unheard(sounddevice: FakeSoundDevice) -> None:
    listening = Listening()
    with pytest.raises(NoDevice, match="No loudspeaker was found"):
        listening.speaker.open("")
    listening.speaker.play(1, tone(22_050, 1.0), 22_050)
    listening.speaker.finish(1)
    assert listening.finished == [(1, 0.0)]
    listening.speaker.play(2, tone(22_050, 1.0), 22_050)
    assert listening.speaker.stop(2) == 0.0
    assert listening.started == []


def test_a_device_that_vanishes_lets_nobody_wait(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 2.0), 48_000)
    listening.speaker.finish(1)
    run(sounddevice.streams[-1], 20)
    listening.speaker.close()
    assert listening.finished == [(1, pytest.approx(0.2))]
    assert sounddevice.streams[-1].is_closed


def test_a_turn_goes_on_on_the_next_device(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(22_050, 2.0), 22_050)
    run(sounddevice.streams[-1], 20)
    listening.speaker.close()
    listening.speaker.play(1, tone(22_050, 0.1), 22_050)
    sounddevice.rates = {44_100}
    listening.speaker.open("")
    listening.speaker.play(1, tone(22_050, 0.5), 22_050)
    listening.speaker.finish(1)
    run(sounddevice.streams[-1], 70)
    # The piece that came while there was no device was not heard and is not counted.
    assert listening.finished == [(1, pytest.approx(0.7, abs=0.001))]
    assert [turn for turn, _ in listening.started] == [1]
    listening.speaker.close()


@pytest.mark.parametrize(("code", "kind"), [(BUSY, DeviceBusy), (HOST_ERROR, DeviceFailed)])
@pytest.mark.parametrize("moment", ["open", "start"])
def test_a_device_that_refuses_is_said_in_a_sentence(
    sounddevice: FakeSoundDevice, moment: str, code: int, kind: type[SoundError]
) -> None:
    sounddevice.plug("Headset", outputs=2)
    setattr(sounddevice, f"{moment}_error", code)
    listening = Listening()
    with pytest.raises(kind, match="loudspeaker"):
        listening.speaker.open("")
    assert (listening.speaker.is_open, listening.speaker.name) == (False, "")
    assert all(stream.is_closed for stream in sounddevice.streams)
    listening.speaker.finish(1)
    assert listening.finished == [(1, 0.0)]


def test_running_dry_is_counted(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    sounddevice.streams[-1].ask(3.0, 3.03, underflow=True)
    sounddevice.streams[-1].ask(3.01, 3.04)
    assert listening.speaker.underflows == 1
    assert listening.speaker.last_block_at <= time.monotonic()
    listening.speaker.close()


def test_closing_is_possible_from_any_state(sounddevice: FakeSoundDevice) -> None:
    listening = Listening()
    listening.speaker.close()
    sounddevice.plug("Headset", outputs=2)
    listening.speaker.open("")
    listening.speaker.open("")
    assert [stream.is_closed for stream in sounddevice.streams] == [True, False]
    listening.speaker.close()
    listening.speaker.close()
    assert (listening.speaker.name, listening.speaker.sample_rate_hz) == ("", 0)


def test_a_released_device_keeps_what_is_queued(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    sound = tone(48_000, 1.0)
    listening.speaker.play(1, sound, 48_000)
    before = run(sounddevice.streams[-1], 30)
    listening.speaker.release()
    assert (listening.speaker.is_open, sounddevice.streams[-1].is_closed) == (False, True)
    # The rest of the answer goes on being made meanwhile.
    more = tone(48_000, 0.5)
    listening.speaker.play(1, more, 48_000)
    listening.speaker.finish(1)
    assert listening.finished == []
    listening.speaker.open("")
    after = run(sounddevice.streams[-1], 140)
    heard = np.concatenate((before[:, 0], after[:, 0]))
    expected = np.concatenate((sound, more))
    assert np.abs(heard[: expected.size] - expected).max() < 1e-5
    assert listening.finished == [(1, pytest.approx(1.5))]
    listening.speaker.close()


def test_what_was_queued_for_another_rate_is_dropped(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 1.0), 48_000)
    listening.speaker.finish(1)
    run(sounddevice.streams[-1], 30)
    listening.speaker.release()
    sounddevice.rates = {44_100}
    listening.speaker.open("")
    assert listening.finished == [(1, pytest.approx(0.3))]
    assert not run(sounddevice.streams[-1], 10).any()
    listening.speaker.play(2, tone(44_100, 0.2), 44_100)
    listening.speaker.finish(2)
    run(sounddevice.streams[-1], 30)
    assert listening.finished[1:] == [(2, pytest.approx(0.2))]
    listening.speaker.close()


def test_nobody_waits_for_a_released_device_that_does_not_come_back(
    sounddevice: FakeSoundDevice,
) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 1.0), 48_000)
    listening.speaker.finish(1)
    run(sounddevice.streams[-1], 30)
    listening.speaker.release()
    sounddevice.open_error = BUSY
    with pytest.raises(DeviceBusy):
        listening.speaker.open("")
    assert listening.finished == [(1, pytest.approx(0.3))]
    listening.speaker.play(2, tone(48_000, 1.0), 48_000)
    listening.speaker.finish(2)
    assert listening.finished[1:] == [(2, 0.0)]


def test_a_device_that_hangs_is_given_up_without_being_asked(
    sounddevice: FakeSoundDevice,
) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 1.0), 48_000)
    listening.speaker.finish(1)
    run(sounddevice.streams[-1], 30)
    listening.speaker.give_up()
    assert listening.finished == [(1, pytest.approx(0.3))]
    assert not sounddevice.streams[-1].is_closed
    listening.speaker.close()


def test_a_stream_that_hangs_while_it_is_closed_takes_no_sound_from_the_next(
    sounddevice: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.open("")
    [hanging] = sounddevice.streams
    with monkeypatch.context() as patched:
        # It neither ends nor closes.
        patched.setattr(hanging, "abort", lambda: None)
        patched.setattr(hanging, "close", lambda: None)
        listening.speaker.close()
    listening.speaker.open("")
    sound = tone(48_000, 0.1)
    listening.speaker.play(1, sound, 48_000)
    assert not hanging.ask(3.0, 3.03).any()
    assert np.array_equal(sounddevice.streams[-1].ask(3.0, 3.03)[:, 0], sound[:480])
    listening.speaker.close()


def resting(sounddevice: FakeSoundDevice) -> tuple[Listening, list[str]]:
    """Return a speaker that rests, and a list of the times it is said to be needed."""
    sounddevice.plug("Headset", outputs=2, rate=48_000)
    listening = Listening()
    listening.speaker.open("")
    needed: list[str] = []
    listening.speaker.on_needed = lambda: needed.append("needed")
    run(sounddevice.streams[-1], 200)
    listening.speaker.rest()
    assert (listening.speaker.is_resting, listening.speaker.is_open) == (True, True)
    assert not sounddevice.streams[-1].is_started
    return listening, needed


def test_a_resting_device_says_when_it_is_needed_and_plays_all_of_it(
    sounddevice: FakeSoundDevice,
) -> None:
    listening, needed = resting(sounddevice)
    speaker, [stream] = listening.speaker, sounddevice.streams
    before = speaker.used_at
    speaker.need()
    assert needed == ["needed"]
    assert speaker.used_at > before
    sound = tone(48_000, 0.1)
    speaker.play(1, sound, 48_000)
    speaker.finish(1)
    assert needed == ["needed"] * 3
    speaker.rouse()
    assert (speaker.is_resting, stream.is_started) == (False, True)
    assert np.array_equal(run(stream, 10)[:, 0], sound)
    assert [turn for turn, _ in listening.started] == [1]
    assert listening.finished == [(1, pytest.approx(0.1))]
    assert listening.far_end.quiet_for(0.0) < np.inf
    assert listening.far_end.slipped_at == -np.inf, "no echo of it was known"
    speaker.need()
    speaker.rouse()
    assert needed == ["needed"] * 3, "what plays is not roused"
    speaker.rest()
    before = time.monotonic()
    speaker.rouse()
    assert listening.far_end.slipped_at >= before, "where its echo is now remains to be heard"
    speaker.close()


def test_a_device_with_something_to_play_does_not_rest(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", outputs=2)
    listening = Listening()
    listening.speaker.rest()
    listening.speaker.open("")
    listening.speaker.play(1, tone(48_000, 0.1), 48_000)
    listening.speaker.rest()
    assert not listening.speaker.is_resting
    assert run(sounddevice.streams[-1], 5).any()
    assert listening.speaker.used_at == pytest.approx(time.monotonic(), abs=1.0)
    listening.speaker.close()


def test_a_device_that_does_not_wake_is_closed_and_what_is_queued_waits(
    sounddevice: FakeSoundDevice,
) -> None:
    listening, _ = resting(sounddevice)
    sound = tone(48_000, 0.2)
    listening.speaker.play(1, sound, 48_000)
    listening.speaker.finish(1)
    sounddevice.start_error = HOST_ERROR
    with pytest.raises(DeviceFailed, match="loudspeaker"):
        listening.speaker.rouse()
    assert (listening.speaker.is_open, listening.speaker.is_resting) == (False, False)
    assert sounddevice.streams[0].is_closed
    assert listening.finished == []
    sounddevice.start_error = 0
    listening.speaker.open("")
    assert np.array_equal(run(sounddevice.streams[-1], 20)[:, 0], sound)
    assert listening.finished == [(1, pytest.approx(0.2))]
    listening.speaker.close()


def test_a_resting_device_is_closed_like_any_other(sounddevice: FakeSoundDevice) -> None:
    listening, _ = resting(sounddevice)
    listening.speaker.close()
    assert (listening.speaker.is_resting, sounddevice.streams[0].is_closed) == (False, True)
    listening.speaker.rouse()
    assert len(sounddevice.streams) == 1

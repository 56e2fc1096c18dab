from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from asked_player import Make, asked, native, plain

from her_desktop.audio.format import AUDIBLE, Pcm
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.player import FADE, PlayedBlock
from her_desktop.audio.rewind import REWIND

RATE = 48_000
BLOCK = 480
STEEPEST = 0.5 * 2 * np.pi * 440 / RATE
"""The largest step between two samples of `tone`."""


@pytest.fixture(params=[plain, native], autouse=True)
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every test run with either player."""
    monkeypatch.setattr(Loudspeaker, "make", staticmethod(request.param))


class Loudspeaker:
    """Plays a buffer block by block and keeps what it was told."""

    make: Make = staticmethod(plain)

    def __init__(self, rate: int = RATE) -> None:
        self.started: list[tuple[int, Any]] = []
        self.finished: list[tuple[int, Any]] = []
        self.buffer = PlaybackBuffer(
            lambda turn, at: self.started.append((turn, at)),
            lambda turn, played: self.finished.append((turn, played)),
        )
        self.sound = np.zeros(0, np.float32)
        self.use(rate)

    def use(self, rate: int) -> None:
        """Be another device, that plays at a rate."""
        self.rate = rate
        self.player = self.make(rate)
        self.buffer.attach(self.player, rate, lambda block: block.dac_at)

    def run(self, blocks: int = 1, size: int = BLOCK) -> Pcm:
        rendered = []
        for _ in range(blocks):
            out = asked(self.player, size, self.sound.size / self.rate)
            self.buffer.catch_up()
            self.sound = np.concatenate((self.sound, out))
            rendered.append(out)
        return np.concatenate(rendered)


def tone(seconds: float, rate: int = RATE) -> Pcm:
    """Return so much of a tone, which ends in silence as a sentence does."""
    at = np.arange(round(seconds * rate)) / rate
    sound = (0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)
    sound[-1:] = 0.0
    return sound


def quiet(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE), np.float32)


def test_without_anything_to_play_there_is_silence() -> None:
    speaker = Loudspeaker()
    assert not speaker.run(3).any()
    assert speaker.started == []
    assert speaker.buffer.starved == 0


@pytest.mark.parametrize("size", [1, 7, 480, 4801])
def test_pieces_come_out_as_one_sound_whatever_the_block(size: int) -> None:
    speaker = Loudspeaker()
    sound = tone(0.1)
    for start in range(0, sound.size, 1111):
        speaker.buffer.play(1, sound[start : start + 1111])
    speaker.buffer.finish(1)
    rendered = speaker.run(sound.size // size + 2, size)
    assert np.array_equal(rendered[: sound.size], sound)
    assert not rendered[sound.size :].any()
    assert speaker.finished == [(1, pytest.approx(0.1))]


def test_the_start_is_the_first_audible_sample() -> None:
    speaker = Loudspeaker()
    speaker.run(5)
    speaker.buffer.play(1, quiet(0.02))
    sound = quiet(0.05)
    sound[100] = AUDIBLE * 0.9
    sound[round(0.033 * RATE) :] = 0.1
    speaker.buffer.play(1, sound)
    speaker.run(10)
    assert speaker.started == [(1, pytest.approx(0.05 + 0.02 + 0.033, abs=1 / RATE))]


def test_a_turn_starts_once() -> None:
    speaker = Loudspeaker()
    for _ in range(4):
        speaker.buffer.play(1, tone(0.02))
        speaker.run(5)
    assert [turn for turn, _ in speaker.started] == [1]


def test_a_turn_that_is_never_audible_finishes_without_a_start() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, quiet(0.05))
    speaker.buffer.finish(1)
    speaker.run(8)
    assert speaker.started == []
    assert speaker.finished == [(1, pytest.approx(0.05))]


def test_a_turn_without_sound_finishes_at_the_next_block() -> None:
    speaker = Loudspeaker()
    speaker.buffer.finish(1)
    assert speaker.finished == []
    speaker.run()
    assert speaker.finished == [(1, 0.0)]


def test_turns_are_played_one_after_the_other() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, np.full(600, 0.1, np.float32))
    speaker.buffer.play(2, np.full(600, 0.2, np.float32))
    speaker.buffer.play(1, np.full(600, 0.1, np.float32))
    speaker.buffer.finish(1)
    speaker.buffer.finish(2)
    rendered = speaker.run(5)
    assert np.all(rendered[:1200] == np.float32(0.1))
    assert np.all(rendered[1200:1800] == np.float32(0.2))
    assert not rendered[1800 + round(FADE * RATE) :].any()
    assert np.abs(np.diff(rendered[1800:])).max() < 0.01, "what ends abruptly does not click"
    assert [turn for turn, _ in speaker.finished] == [1, 2]
    assert speaker.started[1] == (2, pytest.approx(1200 / RATE))


def test_late_sound_is_counted_once_and_follows() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(0.015))
    speaker.run(6)
    assert speaker.buffer.starved == 1
    assert speaker.finished == []
    speaker.buffer.play(1, tone(0.015))
    assert np.array_equal(speaker.run()[:BLOCK], tone(0.015)[:BLOCK])
    speaker.buffer.finish(1)
    speaker.run(3)
    assert speaker.buffer.starved == 1
    assert speaker.finished == [(1, pytest.approx(0.03))]


def test_late_sound_does_not_click() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, np.full(700, 0.5, np.float32))
    rendered = speaker.run(4)
    assert np.abs(np.diff(rendered)).max() < 0.5 / (FADE * RATE) * 1.1
    assert not rendered[700 + round(FADE * RATE) :].any()


@pytest.mark.parametrize("blocks", range(1, 30, 4))
def test_a_stopped_turn_is_silent_after_the_fade_and_does_not_click(blocks: int) -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    before = speaker.run(blocks)
    assert speaker.buffer.stop(1) == pytest.approx(blocks * 0.01)
    after = speaker.run(3)
    assert not after[round(FADE * RATE) :].any()
    assert np.abs(np.diff(np.concatenate((before[-10:], after)))).max() < 1.3 * STEEPEST
    assert after[: round(FADE * RATE)].any()
    assert speaker.finished == []


@pytest.mark.parametrize("left", [1, 20, 100])
def test_a_turn_stopped_just_before_its_end_does_not_click(left: int) -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, np.full(BLOCK + left, 0.5, np.float32))
    before = speaker.run()
    speaker.buffer.stop(1)
    after = speaker.run(2)
    assert np.abs(np.diff(np.concatenate((before, after)))).max() < 0.5 / (FADE * RATE) * 1.1
    assert not after[round(FADE * RATE) :].any()


def test_a_turn_stopped_before_it_sounded_leaves_no_trace() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    assert speaker.buffer.stop(1) == 0.0
    assert not speaker.run(3).any()
    assert speaker.started == []


def test_stopping_what_is_not_there_is_nothing() -> None:
    speaker = Loudspeaker()
    assert speaker.buffer.stop(7) == 0.0
    speaker.buffer.play(1, tone(0.01))
    speaker.buffer.finish(1)
    speaker.run(2)
    assert speaker.buffer.stop(1) == 0.0


def test_the_next_turn_follows_the_fade_of_a_stopped_one() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    speaker.buffer.play(2, np.full(BLOCK, 0.2, np.float32))
    speaker.run(2)
    speaker.buffer.stop(1)
    rendered = speaker.run(2)
    fade = round(FADE * RATE)
    assert np.all(rendered[fade : fade + BLOCK] == np.float32(0.2))
    assert speaker.started[1] == (2, pytest.approx(0.02 + FADE))


def test_stopping_a_waiting_turn_leaves_the_sounding_one_alone() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(0.05))
    speaker.buffer.play(2, tone(0.05))
    speaker.buffer.finish(1)
    speaker.run(2)
    assert speaker.buffer.stop(2) == 0.0
    speaker.run(5)
    assert np.array_equal(speaker.sound[: round(0.05 * RATE)], tone(0.05))
    assert speaker.finished == [(1, pytest.approx(0.05))]


def test_when_the_device_is_gone_nobody_waits() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    speaker.buffer.finish(1)
    speaker.buffer.play(2, tone(1.0))
    speaker.run(10)
    speaker.buffer.abandon()
    assert speaker.finished == [(1, pytest.approx(0.1))]
    assert speaker.buffer.stop(2) == 0.0
    assert not speaker.run(2)[round(FADE * RATE) :].any()
    assert np.abs(np.diff(speaker.sound)).max() < 1.3 * STEEPEST


def test_an_unfinished_turn_keeps_its_count_over_a_change_of_device() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    speaker.run(10)
    speaker.use(16_000)
    assert speaker.buffer.sample_rate_hz == 16_000
    speaker.buffer.play(1, tone(0.5, 16_000))
    speaker.buffer.finish(1)
    speaker.run(60, 160)
    assert speaker.finished == [(1, pytest.approx(0.6))]
    assert [turn for turn, _ in speaker.started] == [1]


def test_a_callback_may_come_back_to_the_buffer() -> None:
    speakers: list[Loudspeaker] = []
    stopped: list[float] = []
    buffer = PlaybackBuffer(
        lambda turn, _: stopped.append(speakers[0].buffer.stop(turn)), lambda _, __: None
    )
    speaker = Loudspeaker()
    speaker.buffer = buffer
    speaker.use(RATE)
    speakers.append(speaker)
    buffer.play(1, tone(1.0))
    speaker.run()
    assert stopped == [pytest.approx(0.01)]


def test_what_was_played_is_known_even_where_nobody_asked_for_long() -> None:
    speaker = Loudspeaker()
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, 2 * RATE).astype(np.float32)
    speaker.player.append(sound)
    heard = [asked(speaker.player, BLOCK, 0.01 * number) for number in range(1000)]
    assert np.array_equal(np.concatenate(heard)[: sound.size], sound)
    told = speaker.player.take()
    assert np.array_equal(np.concatenate([block.pcm for block in told])[: sound.size], sound)
    assert sum(block.silence + block.frames for block in told) == 1000 * BLOCK
    assert len(told) < 205, "silence is told of as one"
    assert speaker.player.take() == []


def test_writing_while_playing_loses_and_doubles_nothing() -> None:
    speaker = Loudspeaker()
    sound: Pcm = np.linspace(0.0, 0.5, 200_000, dtype=np.float32)

    def write() -> None:
        for start in range(0, sound.size, 331):
            speaker.buffer.play(1, sound[start : start + 331])
        speaker.buffer.finish(1)

    writer = threading.Thread(target=write)
    writer.start()
    taken = []
    while not speaker.finished:
        taken.append(asked(speaker.player, BLOCK, 0.0))
        speaker.buffer.catch_up()
    writer.join()
    # Between two late pieces there may be silence and a fade, which falls; the sound only rises.
    heard = np.concatenate(taken)
    assert speaker.finished == [(1, pytest.approx(sound.size / RATE))]
    assert np.all(np.isin(sound, heard))


def test_who_asks_while_another_takes_account_waits_for_all_of_it() -> None:
    speaker = Loudspeaker()
    stamped: list[float] = []
    is_half_way, may_go_on = threading.Event(), threading.Event()

    def stamp(block: PlayedBlock) -> float:
        is_half_way.set()
        assert may_go_on.wait(10.0)
        stamped.append(block.dac_at)
        return block.dac_at

    speaker.buffer.attach(speaker.player, RATE, stamp)
    speaker.player.append(tone(0.03))
    for number in range(3):
        asked(speaker.player, BLOCK, 0.01 * number)
    seen: list[int] = []

    def ask() -> None:
        speaker.buffer.catch_up()
        seen.append(len(stamped))

    threads = [threading.Thread(target=speaker.buffer.catch_up), threading.Thread(target=ask)]
    threads[0].start()
    assert is_half_way.wait(10.0)
    threads[1].start()
    # It would be back at once, knowing nothing of what was just played.
    threads[1].join(0.2)
    may_go_on.set()
    for thread in threads:
        thread.join(10.0)
    assert seen == [3]


# --- held and resumed --------------------------------------------------------------------------


def test_a_held_turn_is_silent_within_a_block_and_goes_on_with_nothing_lost() -> None:
    speaker = Loudspeaker()
    sound = tone(1.0)
    speaker.buffer.play(1, sound)
    speaker.buffer.finish(1)
    speaker.run(30)
    assert speaker.buffer.hold(1) == pytest.approx(0.3)
    dying = speaker.run(1)
    assert not dying[round(FADE * RATE) :].any()
    assert not speaker.run(40).any()
    assert speaker.finished == []
    speaker.buffer.resume(1)
    went_on = speaker.run(100)
    again = np.flatnonzero(went_on).size
    assert 0.7 * RATE <= again <= (0.7 + REWIND) * RATE + 1
    # From a little earlier than where it stopped, to its very end, which is a zero.
    loud = went_on[: np.flatnonzero(went_on)[-1] + 2]
    assert np.array_equal(loud[-33_000:], sound[-33_000:][: loud[-33_000:].size])
    assert speaker.finished == [(1, pytest.approx(1.0))]
    assert speaker.buffer.starved == 0


def test_going_on_begins_at_the_gap_before_the_word_that_was_cut() -> None:
    speaker = Loudspeaker()
    words = np.concatenate((tone(0.24), quiet(0.04), tone(0.5)))
    speaker.buffer.play(1, words)
    speaker.run(36)
    speaker.buffer.hold(1)
    speaker.run(5)
    speaker.buffer.resume(1)
    # Held 80 ms into the second word: the gap before it is in reach.
    assert speaker.buffer.hold(1) == pytest.approx(0.24, abs=0.04)


def test_neither_holding_nor_going_on_clicks() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    speaker.run(33, 333)
    speaker.buffer.hold(1)
    speaker.run(5, 333)
    speaker.buffer.resume(1)
    speaker.run(20, 333)
    steps = np.abs(np.diff(speaker.sound))
    assert steps.max() < 3 * STEEPEST


def test_sound_that_comes_while_a_turn_is_held_waits_behind_it() -> None:
    speaker = Loudspeaker()
    speaker.buffer.hold(1)
    speaker.buffer.play(1, tone(0.2))
    assert not speaker.run(10).any()
    assert speaker.started == []
    speaker.buffer.resume(1)
    assert speaker.run(10).any()
    assert speaker.started[0][0] == 1


def test_a_held_turn_can_be_stopped_and_counts_what_was_heard() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(1.0))
    speaker.run(20)
    speaker.buffer.hold(1)
    speaker.run(20)
    assert speaker.buffer.stop(1) == pytest.approx(0.2)
    assert not speaker.run(5).any()


def test_a_turn_held_at_its_very_end_is_over() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(0.1))
    speaker.run(10)
    speaker.buffer.hold(1)
    speaker.buffer.finish(1)
    speaker.run(1)
    assert speaker.finished == [(1, pytest.approx(0.1))]


def test_going_on_is_nothing_to_a_turn_that_was_not_held() -> None:
    speaker = Loudspeaker()
    speaker.buffer.play(1, tone(0.2))
    speaker.run(5)
    speaker.buffer.resume(1)
    speaker.buffer.resume(7)
    assert np.array_equal(speaker.run(5), tone(0.2)[5 * BLOCK : 10 * BLOCK])

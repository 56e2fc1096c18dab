"""Where a turn's milliseconds went, from events whose instants are known."""

from __future__ import annotations

import numpy as np
import pytest

from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioMade,
    EndReason,
    Event,
    Origin,
    PlaybackStarted,
    SentenceFormed,
    SpeechEndFound,
    Stage,
    TextStreamed,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WorkStarted,
)
from her_desktop.metrics.latency import LatencyFold, TurnTiming, percentile

PCM = np.zeros(1, np.float32)


def spoken(turn: int, at: float = 100.0, gap: float = 0.4) -> list[Event]:
    """Speech that ended at `at`, committed 60 ms later and audible after `gap`."""
    return [
        TurnStarted(at=at + 0.02, turn=turn, origin=Origin.PUSH_TO_TALK, speech_ended_at=at),
        WorkStarted(at=at + 0.02, turn=turn, stage=Stage.STT),
        TurnCommitted(at=at + 0.06, turn=turn),
        Transcribed(at=at + 0.10, turn=turn, text="a", language="en"),
        WorkStarted(at=at + 0.11, turn=turn, stage=Stage.LLM),
        TextStreamed(at=at + 0.15, turn=turn, text="b"),
        TextStreamed(at=at + 0.16, turn=turn, text="b"),
        SentenceFormed(at=at + 0.2, turn=turn, index=0, text="b"),
        WorkStarted(at=at + 0.21, turn=turn, stage=Stage.TTS),
        AudioMade(at=at + 0.25, turn=turn, index=0, pcm=PCM, sample_rate_hz=1),
        PlaybackStarted(at=at + gap, turn=turn, audible_at=at + gap),
        SentenceFormed(at=at + 0.9, turn=turn, index=1, text="c"),
        WorkStarted(at=at + 0.9, turn=turn, stage=Stage.TTS),
    ]


def fold(*events: Event) -> LatencyFold:
    latency = LatencyFold()
    for event in events:
        latency.handle(event)
    return latency


def end(turn: int, reason: EndReason = EndReason.FINISHED) -> TurnEnded:
    return TurnEnded(at=200.0, turn=turn, reason=reason, heard="")


def last(latency: LatencyFold) -> TurnTiming:
    assert latency.last is not None
    return latency.last


def test_every_stretch_of_a_spoken_turn() -> None:
    timing = last(fold(*spoken(1), end(1)))
    assert timing.zero_at == 100.0
    assert timing.gap == pytest.approx(0.4)
    got = {bar.name: (round(bar.start, 3), round(bar.end, 3)) for bar in timing.bars}
    assert got == {
        "endpoint wait": (0.0, 0.06),
        "stt": (0.02, 0.1),
        "llm first token": (0.11, 0.15),
        "first sentence": (0.15, 0.2),
        "tts first audio": (0.21, 0.25),
        "playback": (0.25, 0.4),
    }
    assert timing.counted


def test_a_typed_turn_counts_from_its_submission() -> None:
    timing = last(
        fold(
            TurnStarted(at=5.0, turn=1, origin=Origin.TYPED, speech_ended_at=None),
            TurnCommitted(at=5.0, turn=1),
            PlaybackStarted(at=5.3, turn=1, audible_at=5.3),
            end(1),
        )
    )
    assert timing.gap == pytest.approx(0.3)
    assert timing.duration("endpoint wait") is None


def test_the_timing_grows_with_the_turn() -> None:
    latency = LatencyFold()
    seen = [latency.handle(event) for event in spoken(1)]
    assert [len(timing.bars) for timing in seen if timing] == [1, 2, 2, 3, 4, 4, 5, 6]
    assert latency.gaps == ()


def test_a_guess_that_was_dropped_is_counted_and_not_shown() -> None:
    guess = [event for event in spoken(2, 110.0) if not isinstance(event, TurnCommitted)]
    latency = fold(*spoken(1), end(1), *guess[:-3], end(2, EndReason.RESUMED))
    assert latency.guesses_dropped == 1
    assert last(latency).turn == 1
    assert len(latency.gaps) == 1


@pytest.mark.parametrize("reason", [EndReason.FAILED, EndReason.NOTHING_SAID])
def test_a_turn_without_an_answer_is_not_counted(reason: EndReason) -> None:
    started = TurnStarted(at=1.0, turn=1, origin=Origin.PUSH_TO_TALK, speech_ended_at=1.0)
    latency = fold(started, end(1, reason))
    assert latency.gaps == ()
    assert not last(latency).counted


def test_an_instant_reply_is_kept_apart_from_every_figure() -> None:
    instant = [
        TurnStarted(at=50.02, turn=2, origin=Origin.PUSH_TO_TALK, speech_ended_at=50.0),
        WorkStarted(at=50.02, turn=2, stage=Stage.STT),
        Transcribed(at=50.05, turn=2, text="Hello!", language="en"),
        AnsweredInstantly(at=50.05, turn=2, reply="greeting"),
        TurnCommitted(at=50.06, turn=2),
        PlaybackStarted(at=50.07, turn=2, audible_at=50.07),
    ]
    latency = fold(*spoken(1), end(1), *instant, end(2))
    assert [timing.turn for timing in latency.finished] == [1]
    assert len(latency.gaps) == 1
    assert latency.percentile(50) == pytest.approx(0.4)
    assert [timing.gap for timing in latency.instants] == pytest.approx([0.07])
    assert last(latency).duration("playback") == pytest.approx(0.01)
    assert last(latency).instant
    assert not last(latency).counted
    assert not latency.finished[0].instant


def test_an_instant_reply_shows_nothing_while_it_is_a_guess() -> None:
    latency = fold(
        TurnStarted(at=1.0, turn=1, origin=Origin.PUSH_TO_TALK, speech_ended_at=0.9),
        AnsweredInstantly(at=1.1, turn=1, reply="greeting"),
    )
    assert latency.last is None
    latency.handle(end(1, EndReason.RESUMED))
    assert (latency.guesses_dropped, len(latency.instants)) == (0, 0)


@pytest.mark.parametrize("reason", [EndReason.FAILED, EndReason.YIELDED])
def test_an_instant_reply_that_was_not_really_given_is_not_counted(reason: EndReason) -> None:
    said = AnsweredInstantly(at=100.0, turn=1, reply="greeting")
    latency = fold(spoken(1)[0], said, *spoken(1)[1:], end(1, reason))
    assert len(latency.instants) == 0


def test_an_answer_that_was_given_back_is_counted_apart() -> None:
    latency = fold(*spoken(1), end(1), *spoken(2, 110.0), end(2, EndReason.YIELDED))
    assert latency.yields == 1
    assert latency.guesses_dropped == 0
    assert len(latency.gaps) == 1
    assert last(latency).reason is EndReason.YIELDED
    assert not last(latency).counted


def test_a_repeat_is_not_counted() -> None:
    latency = fold(
        TurnStarted(at=5.0, turn=1, origin=Origin.REPEAT, speech_ended_at=None),
        PlaybackStarted(at=5.01, turn=1, audible_at=5.01),
        end(1),
    )
    assert latency.gaps == ()


def test_percentiles_over_the_turns_that_count() -> None:
    events: list[Event] = []
    for turn in range(1, 21):
        events += [*spoken(turn, turn * 100.0, gap=turn / 10), end(turn)]
    latency = fold(*events)
    assert latency.percentile(50) == pytest.approx(1.0)
    assert latency.percentile(95) == pytest.approx(1.9)
    assert latency.percentile(100) == pytest.approx(2.0)
    assert percentile((), 50) is None
    assert percentile((3.0,), 95) == 3.0


def test_only_the_last_turns_are_kept() -> None:
    latency = LatencyFold()
    for turn in range(1, 402):
        for event in [*spoken(turn), end(turn)]:
            latency.handle(event)
    assert len(latency.gaps) == 200
    assert latency._turns == {}


def test_a_turn_begun_before_the_end_counts_from_the_end_all_the_same() -> None:
    begun, *rest = spoken(1)
    assert isinstance(begun, TurnStarted)
    early = TurnStarted(at=99.8, turn=1, origin=begun.origin, speech_ended_at=None)
    ahead = [
        WorkStarted(at=99.8, turn=1, stage=Stage.LLM),
        TextStreamed(at=99.85, turn=1, text="b"),
    ]
    found = [SpeechEndFound(at=100.02, turn=1, ended_at=at) for at in (99.9, 100.0)]
    timing = last(fold(early, *ahead, *found, *rest, end(1)))
    assert timing.zero_at == 100.0
    assert timing.gap == pytest.approx(0.4)
    first_token = next(bar for bar in timing.bars if bar.name == "llm first token")
    assert [first_token.start, first_token.end] == pytest.approx([-0.2, -0.15])


def test_only_what_a_model_thought_in_vain_is_a_wasted_guess() -> None:
    begun, work, *_ = spoken(1)
    assert fold(begun, work, end(1, EndReason.RESUMED)).guesses_dropped == 0
    thought = WorkStarted(at=100.1, turn=1, stage=Stage.LLM)
    assert fold(begun, work, thought, end(1, EndReason.RESUMED)).guesses_dropped == 1

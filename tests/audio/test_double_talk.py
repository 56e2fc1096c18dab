from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from simulated_room import hiss, impulse_response, power_db, sent_through, speech

from her_desktop.audio.double_talk import DoubleTalk
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.linear_echo import EchoPredictor

FRAME = 160
LATE = 128
SECONDS = 16
ASSISTANT = speech(SECONDS, seed=1)
USER = speech(2.0, seed=2, pitch_hz=190.0, level_db=-27.0)
ROOM = impulse_response(0.08, -10.0)

CHANGES: dict[str, Callable[[], Pcm]] = {
    "later": lambda: impulse_response(0.11, -10.0),
    "louder": lambda: impulse_response(0.08, 2.0),
    "quieter": lambda: impulse_response(0.08, -18.0),
    "another room": lambda: impulse_response(0.08, -10.0, seed=5),
}


def frames(*sounds: Pcm) -> zip[tuple[Pcm, ...]]:
    return zip(*(sound.reshape(-1, FRAME) for sound in sounds), strict=True)


def seconds(pcm: Pcm, first: float, last: float) -> Pcm:
    return pcm[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]


def spoken_over(at: float) -> Pcm:
    voice = np.zeros_like(ASSISTANT)
    start = round(at * SAMPLE_RATE_HZ)
    voice[start : start + USER.size] = USER
    return voice


def passed_on(near: Pcm, canceller: Pcm, told_at: float | None = None) -> tuple[Pcm, DoubleTalk]:
    """Return what is passed on where the canceller returns `canceller`, as late as it is."""
    double_talk = DoubleTalk(LATE)
    late = np.concatenate((np.zeros(LATE, np.float32), canceller))[: canceller.size]
    pieces = []
    for number, (heard, clean, played) in enumerate(frames(near, late, ASSISTANT)):
        if told_at is not None and number == round(100 * told_at):
            double_talk.doubt()
        pieces.append(double_talk.clearer(clean, heard, played))
    heard = np.concatenate((*pieces, np.zeros(LATE, np.float32)))[LATE:]
    return heard, double_talk


def test_a_predicted_echo_is_taken_away() -> None:
    echo = sent_through(ASSISTANT, ROOM)
    near = echo + hiss(echo.size, -70.0)
    predictor = EchoPredictor()
    left = np.concatenate([predictor.process(*pair)[0] for pair in frames(near, ASSISTANT)])
    assert power_db(seconds(near, 2.5, 4)) - power_db(seconds(left, 2.5, 4)) > 15.0
    assert power_db(seconds(near, 6, 16)) - power_db(seconds(left, 6, 16)) > 22.0


def test_what_it_was_not_told_of_is_left_as_it_is() -> None:
    voice = spoken_over(8.0)
    near = sent_through(ASSISTANT, ROOM) + voice + hiss(voice.size, -70.0)
    predictor = EchoPredictor()
    left = np.concatenate([predictor.process(*pair)[0] for pair in frames(near, ASSISTANT)])
    missed = seconds(left - voice, 8.0, 10.0)
    assert power_db(USER) - power_db(missed) > 10.0
    # Nor did it learn his voice for an echo.
    assert power_db(seconds(near, 10.5, 12)) - power_db(seconds(left, 10.5, 12)) > 20.0


def test_who_speaks_over_the_assistant_is_let_through_whole() -> None:
    voice = spoken_over(8.0)
    near = sent_through(ASSISTANT, ROOM) + voice + hiss(voice.size, -70.0)
    # A canceller that mutes all but a hundredth of the voice, as they do now and then.
    muted = 0.1 * voice + hiss(voice.size, -72.0, seed=3)
    heard, _ = passed_on(near, muted)
    assert power_db(USER) - power_db(seconds(heard - voice, 8.05, 10.0)) > 10.0
    # Before and after, it is the canceller's sound.
    for first, last in ((0.1, 7.9), (10.5, 15.9)):
        assert np.array_equal(seconds(heard, first, last), seconds(muted, first, last))


def test_it_does_not_speak_for_a_canceller_that_notices_nothing() -> None:
    voice = spoken_over(8.0)
    near = sent_through(ASSISTANT, ROOM) + voice + hiss(voice.size, -70.0)
    silent = hiss(voice.size, -72.0, seed=3)
    heard, _ = passed_on(near, silent)
    assert np.array_equal(heard[:-LATE], silent[:-LATE])


@pytest.mark.parametrize("change", CHANGES)
def test_an_echo_that_changes_is_not_taken_for_a_voice(change: str) -> None:
    other = sent_through(ASSISTANT, CHANGES[change]())
    changed = np.arange(ASSISTANT.size) >= 8 * SAMPLE_RATE_HZ
    near = np.where(changed, other, sent_through(ASSISTANT, ROOM)).astype(np.float32)
    near += hiss(near.size, -70.0)
    # A canceller that lets a little of everything through is no help.
    leaking = 0.03 * near
    heard, _ = passed_on(near, leaking)
    let_through = [not np.array_equal(frame, leak) for frame, leak in frames(heard, leaking)]
    assert not any(let_through[:798]), "nobody spoke before"
    # 32 ms at a time are judged, and three times that is speech.
    starts = np.flatnonzero([after and not before for before, after in pairwise(let_through)])
    assert sum(let_through) < 25
    assert starts.size <= 2


def test_trust_is_earned_again_after_a_doubt() -> None:
    voice = spoken_over(8.2)
    near = sent_through(ASSISTANT, ROOM) + voice + hiss(voice.size, -70.0)
    muted = 0.1 * voice + hiss(voice.size, -72.0, seed=3)
    heard, _ = passed_on(near, muted, told_at=8.0)
    assert np.array_equal(seconds(heard, 8.0, 8.6), seconds(muted, 8.0, 8.6))
    _, double_talk = passed_on(near, muted, told_at=14.0)
    assert double_talk.is_trusted


@pytest.mark.parametrize("moved", [0.0, 0.001, 0.006, 0.03])
@pytest.mark.parametrize("voice", [0.0, 1.0])
def test_a_loudspeaker_that_ran_dry_is_asked_whether_its_echo_has_moved(
    moved: float, voice: float
) -> None:
    other = sent_through(ASSISTANT, impulse_response(0.08 + moved, -10.0))
    since = np.arange(ASSISTANT.size) >= 8 * SAMPLE_RATE_HZ
    near = np.where(since, other, sent_through(ASSISTANT, ROOM)).astype(np.float32)
    near += voice * spoken_over(8.0) + hiss(near.size, -70.0)
    double_talk = DoubleTalk(LATE)
    told_at = []
    for number, (heard, played) in enumerate(frames(near, ASSISTANT)):
        if number == 800:
            assert double_talk.is_trusted
            double_talk.question()
        double_talk.clearer(0.01 * heard, heard, played)
        if number == 860:
            assert double_talk.is_as_before is (moved == 0.0)
            assert double_talk.is_trusted is (moved == 0.0)
        if double_talk.is_as_before:
            told_at.append(number / 100)
    assert not told_at or told_at[0] < 8.6
    double_talk.question()
    assert not double_talk.is_as_before, "it is a new question"


def test_a_prediction_that_is_not_trusted_answers_no_question() -> None:
    double_talk = DoubleTalk(LATE)
    near = sent_through(ASSISTANT, ROOM) + hiss(ASSISTANT.size, -70.0)
    for heard, played in list(frames(near, ASSISTANT))[:200]:
        double_talk.question()
        double_talk.clearer(heard, heard, played)
        assert not double_talk.is_as_before


def test_a_prediction_outlives_a_silence() -> None:
    predictor = EchoPredictor()
    near = sent_through(ASSISTANT, ROOM) + hiss(ASSISTANT.size, -70.0)
    for pair in frames(near, ASSISTANT):
        predictor.process(*pair)
    predictor.forget_sound()
    left, echo = predictor.process(near[:FRAME], np.zeros(FRAME, np.float32))
    assert np.array_equal(left, near[:FRAME])
    assert not echo.any()
    again = [predictor.process(*pair)[0] for pair in frames(near[:48000], ASSISTANT[:48000])]
    assert power_db(seconds(near, 0.5, 3)) - power_db(seconds(np.concatenate(again), 0.5, 3)) > 20.0

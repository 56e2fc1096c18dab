"""Verdicts on recordings whose every second is known."""

from __future__ import annotations

import pytest
from tools.bench_takes import RATE, Spans, asked_of, event, side, take_of, turn_lines

from her_desktop.tools.bench_script import Mode
from her_desktop.tools.bench_speech import Kind
from her_desktop.tools.bench_user import Asked
from her_desktop.tools.bench_verdicts import Verdict, judge, standing_turn

NEAR = 0.012


def verdict_on(asked: Asked, user: Spans, answer: Spans, mode: Mode = Mode.HANDS_FREE) -> Verdict:
    [verdict] = judge(take_of(asked, mode=mode), side(14, user), side(14, answer), RATE)
    return verdict


def test_the_gap_is_between_the_last_sample_and_the_first() -> None:
    lines = turn_lines(3, ended=3.01, committed=3.2, audible=3.41, text="how are things")
    panel = {"turn": 3, "gap_ms": 400.0, "stt_ms": 60.0, "origin": "hands-free"}
    asked = asked_of(*lines, text="How are things?", panel=panel)
    verdict = verdict_on(asked, ((1.0, 3.0),), ((3.4, 6.0),))
    assert verdict.gap == pytest.approx(0.4, abs=NEAR)
    assert verdict.settled == verdict.gap
    assert verdict.gap_by_events == pytest.approx(0.4)
    assert verdict.stamp_error == pytest.approx(0.01, abs=NEAR)
    assert verdict.stages == {"stt": 0.06}
    assert (verdict.errors, verdict.words) == (0, 3)
    assert not any((verdict.cut_off, verdict.missed, verdict.broken))
    assert verdict.answers == verdict.answers_by_events == 1


def test_pauses_inside_the_utterance_are_not_its_end() -> None:
    verdict = verdict_on(
        asked_of(kind=Kind.HESITANT, duration=5.0), ((1.0, 2.0), (2.8, 6.0)), ((6.5, 8.0),)
    )
    assert verdict.gap == pytest.approx(0.5, abs=NEAR)


def test_an_answer_that_comes_too_early_and_yields_is_a_cut_off() -> None:
    lines = [
        *turn_lines(1, ended=2.0, committed=2.2, audible=2.5, reason="yielded", over=2.8),
        *turn_lines(2, ended=5.0, committed=5.3, audible=5.5, text="all of it"),
    ]
    asked = asked_of(*lines, kind=Kind.HESITANT, duration=4.0, text="all of it")
    verdict = verdict_on(asked, ((1.0, 2.0), (2.7, 5.0)), ((2.5, 2.8), (5.5, 8.0)))
    assert verdict.cut_off
    assert verdict.gap == pytest.approx(-2.5, abs=NEAR), "not clamped"
    assert verdict.settled == pytest.approx(0.5, abs=NEAR)
    assert verdict.yields == 1
    assert verdict.answers == verdict.answers_by_events == 1, "answered once"
    assert verdict.errors == 0, "the turn that stood is the one that must have understood"


def test_an_early_answer_that_goes_on_is_the_one_that_stands() -> None:
    verdict = verdict_on(asked_of(duration=4.0), ((1.0, 5.0),), ((4.0, 8.0),))
    assert verdict.cut_off
    assert verdict.gap == verdict.settled == pytest.approx(-1.0, abs=NEAR)
    assert verdict.answers == 1


def test_no_answer_is_a_miss() -> None:
    verdict = verdict_on(asked_of(), ((1.0, 3.0),), ())
    assert verdict.missed
    assert verdict.gap is None
    assert verdict.answers == 0


def test_two_answers_are_two_and_a_breath_is_none() -> None:
    assert verdict_on(asked_of(), ((1.0, 3.0),), ((3.4, 5.0), (5.4, 7.0))).answers == 1
    lines = [
        *turn_lines(1, ended=3.0, committed=3.2, audible=3.4),
        *turn_lines(2, ended=3.0, committed=6.2, audible=7.0),
    ]
    twice = verdict_on(asked_of(*lines), ((1.0, 3.0),), ((3.4, 5.0), (7.0, 8.0)))
    assert twice.answers == twice.answers_by_events == 2


def test_an_answer_to_an_earlier_question_does_not_count() -> None:
    assert verdict_on(asked_of(), ((1.0, 3.0),), ((0.1, 0.4),)).missed


def test_the_release_is_laid_on_the_recording_by_its_clock() -> None:
    lines = [
        event("TalkPressed", 0.6),
        event("TalkReleased", 3.15),
        *turn_lines(1, ended=3.0, committed=3.2, audible=3.41),
    ]
    verdict = verdict_on(asked_of(*lines), ((1.0, 3.0),), ((3.4, 6.0),), Mode.PUSH_TO_TALK)
    assert verdict.lag == pytest.approx(0.15, abs=NEAR)
    assert verdict.release == pytest.approx(0.25, abs=NEAR)
    assert verdict.release_by_events == pytest.approx(0.26)


def test_an_utterance_that_was_played_with_a_hole_is_marked() -> None:
    verdict = verdict_on(asked_of(), ((1.0, 2.0), (2.1, 3.1)), ((3.5, 6.0),))
    assert verdict.broken
    assert verdict.gap == pytest.approx(0.4, abs=NEAR), "from where it truly ended"


def test_instant_replies_are_known_by_their_turn() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.25)
    lines.append(event("AnsweredInstantly", 3.2, turn=1, reply="thanks"))
    verdict = verdict_on(asked_of(*lines), ((1.0, 3.0),), ((3.25, 4.0),))
    assert verdict.instant_reply == "thanks"
    assert verdict.committed_to_audible == pytest.approx(0.05)


def test_an_interruption_is_timed_from_its_onset_to_the_last_sound() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, reason="stopped", over=5.2)
    lines += turn_lines(2, ended=7.0, committed=7.2, audible=7.4)
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.2), (7.4, 9.0)))
    assert verdict.silence == pytest.approx(0.2, abs=NEAR)
    assert verdict.gap == pytest.approx(0.4, abs=NEAR), "of the question that was interrupted"


def test_an_early_answer_to_half_an_interruption_is_none_of_the_one_it_stopped() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, reason="stopped", over=5.2)
    lines += turn_lines(2, ended=5.4, committed=5.5, audible=5.6, reason="yielded", over=5.7)
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.2), (5.6, 5.7)))
    assert verdict.silence == pytest.approx(0.2, abs=NEAR)


@pytest.mark.parametrize(
    ("asked_at", "reason", "stopped"),
    [
        (None, "stopped", True),
        (8.0, "stopped", True),
        (5.1, "stopped", False),
        (None, "finished", False),
    ],
)
def test_who_gave_an_answer_up_is_told_by_the_events(
    asked_at: float | None, reason: str, stopped: bool
) -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, reason=reason, over=5.2)
    if asked_at is not None:
        lines.append(event("StopRequested", asked_at))
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.2),))
    assert verdict.stopped is stopped


def test_when_an_answer_was_held_is_told_by_the_events() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, reason="stopped", over=5.5)
    lines += [event("PlaybackHeld", 5.09, turn=1), event("PlaybackStopped", 5.5, turn=1)]
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    # It was between two words, and silent before anybody could hold it.
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.02),))
    assert verdict.silence == pytest.approx(0.02, abs=NEAR)
    assert verdict.held_by_events == pytest.approx(0.09)


def test_with_a_key_the_press_is_the_interruption() -> None:
    lines = [event("TalkPressed", 0.6), event("TalkReleased", 3.0)]
    lines += turn_lines(1, ended=3.0, committed=3.1, audible=3.4, reason="stopped")
    lines.append(event("TalkPressed", 4.8))
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 4.85),), mode=Mode.PUSH_TO_TALK)
    assert verdict.silence == pytest.approx(0.05, abs=NEAR)


def test_an_answer_that_was_over_cannot_be_interrupted() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4)
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    assert verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 4.6),)).silence is None


def test_an_answer_that_ends_by_itself_at_the_onset_could_not_have_been_stopped() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, over=5.05)
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.05),))
    assert (verdict.silence, verdict.held_by_events) == (None, None)
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, over=5.3)
    asked = asked_of(*lines, kind=Kind.INTERRUPTION, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 7.0)), ((3.4, 5.3),))
    assert verdict.silence == pytest.approx(0.3, abs=NEAR), "this one could have been"
    assert not verdict.stopped


def test_nothing_is_judged_of_an_answer_that_was_over_before() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, made=1.2)
    asked = asked_of(*lines, kind=Kind.COUGH, over_onset=5.5)
    assert verdict_on(asked, ((1.0, 3.0), (5.5, 5.9)), ((3.4, 4.6),)).disturbed is None


@pytest.mark.parametrize("kind", [Kind.BACKCHANNEL, Kind.COUGH, Kind.ECHO])
def test_an_answer_that_was_cut_short_was_disturbed(kind: Kind) -> None:
    over = None if kind is Kind.ECHO else 5.0
    cut = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, reason="stopped", made=4.0)
    verdict = verdict_on(
        asked_of(*cut, kind=kind, over_onset=over), ((1.0, 3.0), (5.0, 5.4)), ((3.4, 5.3),)
    )
    assert verdict.disturbed
    assert verdict.disturbed_by_events
    whole = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, made=4.0)
    verdict = verdict_on(
        asked_of(*whole, kind=kind, over_onset=over), ((1.0, 3.0), (5.0, 5.4)), ((3.4, 7.3),)
    )
    assert verdict.disturbed is False
    assert verdict.disturbed_by_events is False
    assert not verdict.answered_disturbance


def test_an_answer_that_the_benchmark_stopped_says_nothing_of_a_cough() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, made=40.0, reason="stopped")
    lines.insert(-1, event("StopRequested", 8.9))
    asked = asked_of(*lines, kind=Kind.COUGH, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 5.4)), ((3.4, 9.0),))
    assert verdict.disturbed is None
    assert verdict.disturbed_by_events is None


@pytest.mark.parametrize("reason", ["stopped", "yielded"])
def test_a_cough_that_was_answered_was_taken_for_a_question(reason: str) -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4, made=4.0, reason=reason)
    lines += turn_lines(2, ended=5.4, committed=6.0, audible=6.0, made=3.0)
    asked = asked_of(*lines, kind=Kind.COUGH, over_onset=5.0)
    verdict = verdict_on(asked, ((1.0, 3.0), (5.0, 5.4)), ((3.4, 5.2), (6.0, 9.0)))
    assert verdict.answered_disturbance
    assert verdict.disturbed, "the second answer is not the rest of the first"
    assert verdict.disturbed_by_events


def test_an_early_answer_that_was_taken_back_for_nothing_is_a_miss() -> None:
    lines = turn_lines(1, ended=2.0, committed=2.2, audible=2.5, reason="yielded", over=2.8)
    asked = asked_of(*lines, kind=Kind.HESITANT, duration=4.0)
    verdict = verdict_on(asked, ((1.0, 2.0), (2.7, 5.0)), ((2.5, 2.8),))
    assert verdict.cut_off
    assert verdict.missed
    assert verdict.settled is None
    assert verdict.answers == 0


def test_the_turn_that_stands_is_the_last_that_was_not_taken_back() -> None:
    lines = [
        *turn_lines(1, ended=1, committed=1, audible=1, reason="yielded"),
        *turn_lines(2, ended=2, committed=2, audible=2),
        event("TurnEnded", 3.0, turn=3, reason="resumed", heard=""),
    ]
    assert standing_turn(lines) == 2
    assert standing_turn([]) is None

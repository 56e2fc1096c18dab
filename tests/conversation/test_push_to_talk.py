"""The talk key's gestures, from presses, releases and timers alone."""

from __future__ import annotations

from her_desktop.conversation.commands import ClearTimer, SetTimer
from her_desktop.conversation.events import TalkPressed, TalkReleased, TimerFired
from her_desktop.conversation.push_to_talk import (
    DEBOUNCE,
    RELEASE_GRACE,
    Gesture,
    Hold,
    PushToTalk,
)


def held(at: float = 0.0) -> PushToTalk:
    key = PushToTalk()
    key.handle(TalkPressed(at=at))
    key.handle(TimerFired(at=at + DEBOUNCE, name="talk-press"))
    return key


def test_a_press_counts_after_it_has_lasted() -> None:
    key = PushToTalk()
    assert key.handle(TalkPressed(at=1.0)) == [SetTimer("talk-press", 1.0 + DEBOUNCE)]
    fired = TimerFired(at=1.04, name="talk-press")
    assert key.handle(fired) == [Gesture(Hold.BEGAN, 1.0)]


def test_a_touch_is_nothing() -> None:
    key = PushToTalk()
    key.handle(TalkPressed(at=1.0))
    assert key.handle(TalkReleased(at=1.01)) == [ClearTimer("talk-press")]
    assert key.handle(TimerFired(at=1.03, name="talk-press")) == []


def test_a_release_ends_after_its_grace() -> None:
    key = held()
    assert key.handle(TalkReleased(at=2.0)) == [
        SetTimer("talk-release", 2.0 + RELEASE_GRACE),
        Gesture(Hold.RELEASED, 2.0),
    ]
    fired = TimerFired(at=2.05, name="talk-release")
    assert key.handle(fired) == [Gesture(Hold.ENDED, 2.0)]


def test_a_held_key_that_repeats_as_release_and_press_is_held() -> None:
    key = held()
    gestures = []
    for repeat in range(20):
        at = 1.0 + repeat * 0.03
        gestures += key.handle(TalkReleased(at=at))
        gestures += key.handle(TalkPressed(at=at + 0.001))
    assert Gesture(Hold.ENDED, 1.0) not in gestures
    kinds = {step.hold for step in gestures if isinstance(step, Gesture)}
    assert kinds == {Hold.RELEASED, Hold.RESUMED}


def test_presses_and_releases_out_of_turn_do_nothing() -> None:
    key = PushToTalk()
    assert key.handle(TalkReleased(at=0.0)) == []
    key = held()
    assert key.handle(TalkPressed(at=1.0)) == []
    assert key.handle(TimerFired(at=1.0, name="talk-release")) == []


def test_forgetting_lets_the_key_start_afresh() -> None:
    key = held()
    assert key.forget() == [ClearTimer("talk-press"), ClearTimer("talk-release")]
    assert key.forget() == []
    assert key.handle(TalkReleased(at=3.0)) == []
    assert key.handle(TalkPressed(at=4.0)) == [SetTimer("talk-press", 4.0 + DEBOUNCE)]

"""The recogniser comes late, or the listener is held up: nothing is lost, nothing said twice."""

from __future__ import annotations

import pytest
from conversation.late_words import LateTalk, said_at
from talk import Ear

from her_desktop.conversation.commands import EndCapture, SetTimer
from her_desktop.conversation.events import LevelMeasured, TimerFired, TurnCommitted
from her_desktop.conversation.hearing import TURN_END, YIELD, YIELD_WINDOW

FIRST, MORE = "What is the weather like", "in the north of Norway tomorrow?"


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.mark.parametrize("stalled", [(0.0, 0.0), (0.9, 1.9), (1.3, 2.8)], ids=str)
@pytest.mark.parametrize("pause", [0.0, 0.5, 1.4, 2.2])
@pytest.mark.parametrize("ready_at", [0.5, 1.7, 2.4, 5.0])
def test_every_word_is_answered_once(
    ready_at: float, pause: float, stalled: tuple[float, float]
) -> None:
    words = said_at(0.6, FIRST)
    words += said_at(words[-1].ends_at + pause, MORE)
    talk = LateTalk(words, ready_at, stalled)
    talk.run(16.0)
    assert talk.remembered == f"{FIRST} {MORE}"


@pytest.mark.parametrize("ready_at", [0.5, 2.4, 5.0])
def test_a_pause_that_only_the_clock_knows_of_ends_no_turn(ready_at: float) -> None:
    words = said_at(0.6, FIRST)
    words += said_at(words[-1].ends_at + 0.15, MORE)
    talk = LateTalk(words, ready_at, stalled=(words[4].ends_at + 0.1, words[4].ends_at + 1.9))
    talk.run(12.0)
    assert talk.accepted == [f"{FIRST} {MORE}"], "never the half, not even for a moment"


def test_words_that_are_not_known_yet_can_be_added_to(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.silence()
    ear.tell(TimerFired(at=ear.patience + YIELD_WINDOW, name=YIELD))
    assert not ear.all(EndCapture)
    ear.understand(turn, at=6.0)
    ear.tell(TimerFired(at=ear.patience + 2 * YIELD_WINDOW, name=YIELD))
    assert ear.all(EndCapture)


def test_a_microphone_that_is_gone_is_not_waited_for(ear: Ear) -> None:
    ear.begin()
    ear.tell(LevelMeasured(at=2.0, level_db=-60.0, speech=False, until=2.0))
    turn = ear.pause(2.0)
    ear.understand(turn)
    at = ear.patience
    while not ear.published(TurnCommitted):
        ear.tell(TimerFired(at=at, name=TURN_END))
        assert at < 5.0
        at = [order for order in ear.all(SetTimer) if order.name == TURN_END][-1].due_at
    assert at > 2.3

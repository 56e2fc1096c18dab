from __future__ import annotations

import pytest
from talk import Talk

from her_desktop.conversation.commands import (
    ClearTimer,
    PrepareSound,
    RecallModels,
    ReleaseModels,
    SetTimer,
)
from her_desktop.conversation.events import (
    AttentionChosen,
    AttentionOptions,
    Event,
    ListenMode,
    ListenModeRequested,
    Origin,
    SpeechStarted,
    SpeechSuspected,
    TalkPressed,
    TextSubmitted,
    TimerFired,
    WakePhraseHeard,
)
from her_desktop.conversation.rest import REST


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.tell(
        ListenModeRequested(at=0.5, mode=ListenMode.ALWAYS),
        AttentionChosen(at=1.0, options=AttentionOptions(release_after=600.0)),
    )
    return talk


def timers(talk: Talk) -> list[float]:
    return [order.due_at for order in talk.all(SetTimer) if order.name == REST]


def test_models_are_released_after_the_time_that_was_asked_for(talk: Talk) -> None:
    assert timers(talk) == [601.0]
    assert talk.tell(TimerFired(at=601.0, name=REST)) == [ReleaseModels()]


def test_by_default_they_stay() -> None:
    talk = Talk()
    talk.ask_by_voice()
    assert timers(talk) == []


def test_a_turn_starts_the_rest_anew(talk: Talk) -> None:
    talk.tell(TextSubmitted(at=300.0, text="Hello"))
    assert ClearTimer(REST) in talk.commands
    talk.answer(1, "Hello.")
    assert len(timers(talk)) == 1, "nobody rests while an answer is heard"


@pytest.mark.parametrize(
    "event",
    [
        SpeechSuspected(at=900.0),
        SpeechStarted(at=900.0, started_at=899.5, origin=Origin.HANDS_FREE),
        TalkPressed(at=900.0),
        TextSubmitted(at=900.0, text="Hello"),
        WakePhraseHeard(at=900.0),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_first_sign_of_being_needed_calls_them_back(talk: Talk, event: Event) -> None:
    talk.tell(TimerFired(at=601.0, name=REST))
    assert talk.tell(event)[0] == RecallModels()
    assert talk.all(RecallModels) == [RecallModels()]


def test_nothing_is_prepared_while_they_are_away(talk: Talk) -> None:
    talk.tell(TimerFired(at=601.0, name=REST))
    before = len(talk.all(PrepareSound))
    talk.tell(TimerFired(at=602.0, name="prepare"), SpeechSuspected(at=603.0))
    assert len(talk.all(PrepareSound)) == before
    assert timers(talk)[-1] == 603.0 + 600.0


def test_another_time_counts_at_once(talk: Talk) -> None:
    talk.tell(AttentionChosen(at=100.0, options=AttentionOptions(release_after=60.0)))
    assert timers(talk)[-1] == 160.0
    talk.tell(AttentionChosen(at=110.0, options=AttentionOptions()))
    assert ClearTimer(REST) in talk.commands[-3:]

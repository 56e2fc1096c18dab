"""Replies that are made while nobody waits: unhurriedly, and not while somebody may speak."""

from __future__ import annotations

import numpy as np
import pytest
from talk import Talk

from her_desktop.conversation.commands import Command, PrepareSound, SetTimer, StopPreparing
from her_desktop.conversation.events import (
    AttentionChosen,
    AttentionOptions,
    Event,
    Origin,
    SoundPrepared,
    SpeechStarted,
    SpeechSuspected,
    TalkPressed,
    TextSubmitted,
    TimerFired,
)
from her_desktop.conversation.instant import InstantReplies
from her_desktop.conversation.rest import REST


def replies() -> InstantReplies:
    known, problems = InstantReplies.from_dict(
        {"en": [{"name": "greeting", "phrases": ["hello"], "answers": ["Hello you.", "Hi."]}]}
    )
    assert not problems
    return known


@pytest.fixture
def talk() -> Talk:
    """A conversation whose first reply is being made."""
    talk = Talk(replies())
    (order,) = talk.tell(TimerFired(at=1.0, name="prepare"))
    assert order == PrepareSound("Hello you.", "Hello you.")
    return talk


def due(commands: list[Command]) -> float:
    """Return when the next reply is to be made."""
    (timer,) = (c for c in commands if isinstance(c, SetTimer) and c.name == "prepare")
    return timer.due_at


def made(at: float, *, was_kept: bool) -> SoundPrepared:
    pcm = np.ones(10, np.float32)
    return SoundPrepared(at=at, text="Hello you.", pcm=pcm, sample_rate_hz=100, was_kept=was_kept)


def test_between_two_replies_that_cost_something_there_is_a_rest(talk: Talk) -> None:
    assert due(talk.tell(made(2.0, was_kept=False))) == 5.0


def test_what_was_kept_from_before_waits_for_nothing(talk: Talk) -> None:
    assert due(talk.tell(made(2.0, was_kept=True))) == 2.0


@pytest.mark.parametrize(
    "event",
    [
        SpeechSuspected(at=1.2),
        SpeechStarted(at=1.2, started_at=1.0, origin=Origin.HANDS_FREE),
        TalkPressed(at=1.2),
        TextSubmitted(at=1.2, text="What is the time?"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_reply_is_left_at_the_first_sign_that_somebody_wants_something(
    talk: Talk, event: Event
) -> None:
    assert StopPreparing() in talk.tell(event)


def test_a_suspicion_that_comes_to_nothing_delays_it_by_a_moment(talk: Talk) -> None:
    assert due(talk.tell(SpeechSuspected(at=1.2))) == pytest.approx(1.7)
    (order,) = talk.tell(TimerFired(at=1.7, name="prepare"))
    assert order == PrepareSound("Hello you.", "Hello you.")


def test_where_nothing_is_being_made_there_is_nothing_to_leave() -> None:
    talk = Talk()
    assert talk.tell(SpeechSuspected(at=1.2)) == []


def test_models_that_were_released_are_not_loaded_again_for_a_reply(talk: Talk) -> None:
    talk.tell(AttentionChosen(at=1.5, options=AttentionOptions(release_after=60.0)))
    assert due(talk.tell(made(60.0, was_kept=False))) == 63.0
    talk.tell(TimerFired(at=61.5, name=REST))
    assert talk.tell(TimerFired(at=63.0, name="prepare")) == []


def test_a_reply_with_nothing_to_say_does_not_keep_the_others_waiting() -> None:
    known, _ = InstantReplies.from_dict(
        {"en": [{"name": "greeting", "phrases": ["hello"], "answers": ["***", "Hi."]}]}
    )
    talk = Talk(known)
    assert talk.tell(TimerFired(at=1.0, name="prepare")) == [PrepareSound("Hi.", "Hi.")]

"""Another assistant from the next turn on: its persona, its language, its guesses, its voice."""

from __future__ import annotations

import numpy as np
import pytest
from talk import SOUND, Ear, Talk

from her_desktop.conversation.commands import Prefill, PrepareSound, SetTimer, Think
from her_desktop.conversation.events import (
    AnsweredInstantly,
    AssistantChosen,
    PlaybackFinished,
    PlaybackStarted,
    SoundPrepared,
    SpeechGrew,
    SpeechPaused,
    Stage,
    StageLoading,
    StageReady,
    TextSubmitted,
    TimerFired,
)
from her_desktop.conversation.history import Message
from her_desktop.conversation.instant import InstantReplies


def chosen(
    system: str = "Be brief.", *, is_own: bool = False, language: str = "en", guesses: int = 3
) -> AssistantChosen:
    return AssistantChosen(at=9.0, system=system, is_own=is_own, language=language, guesses=guesses)


def replies() -> InstantReplies:
    made, problems = InstantReplies.from_dict(
        {
            "en": [
                {"name": "hello", "phrases": ["hello"], "answers": ["Hi."]},
                {
                    "name": "who",
                    "phrases": ["who are you"],
                    "answers": ["I am her."],
                    "about_self": True,
                },
            ],
            "fr": [{"name": "bonjour", "phrases": ["bonjour"], "answers": ["Salut."]}],
        }
    )
    assert not problems
    return made


def finish(talk: Talk, turn: int, *sentences: str) -> None:
    talk.answer(turn, *sentences)
    talk.tell(
        PlaybackStarted(at=3.0, turn=turn, audible_at=3.0),
        PlaybackFinished(at=4.0, turn=turn, played=1.0),
    )


def test_the_next_turn_has_the_new_persona_and_what_was_said_before() -> None:
    talk = Talk()
    finish(talk, talk.ask_by_voice(), "It is noon.")
    assert talk.tell(chosen())[0] == Prefill(
        (
            Message("system", "Be brief."),
            Message("user", "What is the time?"),
            Message("assistant", "It is noon."),
            Message("user", ""),
        )
    ), "it is read while nobody waits"
    talk.tell(TextSubmitted(at=10.0, text="And now?"))
    assert talk.last(Think).messages[0] == Message("system", "Be brief.")
    assert talk.last(Think).messages[1] == Message("user", "What is the time?")


def test_a_choice_made_during_an_answer_disturbs_nothing_of_it() -> None:
    talk = Talk()
    turn = talk.ask_by_voice()
    assert talk.tell(chosen()) == []
    finish(talk, turn, "It is noon.")
    talk.tell(TextSubmitted(at=10.0, text="And now?"))
    assert talk.last(Think).messages[0] == Message("system", "Be brief.")


def test_a_persona_of_the_users_own_says_itself_who_it_is() -> None:
    talk = Talk(replies())
    talk.tell(chosen(is_own=True), TextSubmitted(at=10.0, text="Who are you?"))
    assert talk.last(Think).messages[-1] == Message("user", "Who are you?")
    talk = Talk(replies())
    talk.tell(chosen(is_own=True), chosen(), TextSubmitted(at=10.0, text="Who are you?"))
    assert [event.reply for event in talk.published(AnsweredInstantly)] == ["who"]


def rest(talk: Talk) -> str:
    """Let nobody speak for a while; return the reply that is prepared then."""
    talk.tell(TimerFired(at=9.0, name=talk.last(SetTimer).name))
    return talk.last(PrepareSound).text


def prepare(talk: Talk) -> str:
    """Have the next reply prepared; return its text."""
    text = rest(talk)
    pcm = np.ones(10, np.float32)
    talk.tell(SoundPrepared(at=9.0, text=text, pcm=pcm, sample_rate_hz=100))
    return text


def test_another_language_has_its_own_prepared_replies() -> None:
    talk = Talk(replies())
    assert prepare(talk) == "Hi."
    talk.tell(chosen(language="fr"))
    assert rest(talk) == "Salut."


@pytest.mark.parametrize("is_loaded", [True, False], ids=["loaded anew", "told"])
def test_replies_made_by_the_old_voice_are_made_again(is_loaded: bool) -> None:
    talk = Talk(replies())
    assert [prepare(talk), prepare(talk)] == ["Hi.", "I am her."]
    if is_loaded:
        talk.tell(StageLoading(at=9.1, stage=Stage.TTS, model="other"))
    talk.tell(StageReady(at=9.2, stage=Stage.TTS, model="other", detail=""))
    assert [prepare(talk), prepare(talk)] == ["Hi.", "I am her."]


def test_a_new_language_model_reads_the_conversation_while_nobody_waits() -> None:
    talk = Talk()
    finish(talk, talk.ask_by_voice(), "It is noon.")
    talk.tell(StageLoading(at=9.0, stage=Stage.LLM, model="other"))
    commands = talk.tell(StageReady(at=9.1, stage=Stage.LLM, model="other", detail=""))
    [prefill] = [order for order in commands if isinstance(order, Prefill)]
    assert prefill.messages[1:] == (
        Message("user", "What is the time?"),
        Message("assistant", "It is noon."),
        Message("user", ""),
    )


@pytest.mark.parametrize(("guesses", "thought"), [(0, 0), (1, 1), (2, 2), (3, 3)])
def test_so_many_pauses_are_answered_as_the_user_allows(guesses: int, thought: int) -> None:
    ear = Ear()
    ear.tell(chosen(guesses=guesses))
    ear.begin()
    for number in range(5):
        turn = ear.pause(2.0 + number)
        ear.understand(turn, at=2.05 + number)
        ear.go_on(2.5 + number)
    assert len(ear.all(Think)) == thought
    turn = ear.pause(8.0)
    ear.understand(turn, at=8.05)
    ear.silence()
    assert len(ear.all(Think)) == thought + 1, "the end itself is no guess"


def test_without_guesses_nothing_is_answered_before_the_end_by_key_either() -> None:
    talk = Talk()
    talk.tell(chosen(guesses=0))
    talk.press(1.0)
    talk.tell(SpeechGrew(at=1.5, pcm=SOUND))
    talk.tell(SpeechPaused(at=1.6, pcm=SOUND, until=1.6, speech_ended_at=1.5))
    assert talk.all(Think) == []
    turn = talk.ask_by_voice(at=5.0)
    assert [think.turn for think in talk.all(Think)] == [turn]

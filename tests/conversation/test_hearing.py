"""What is worked on before an utterance is over, and what becomes of it: events in, orders out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from talk import QUESTION, SOUND, Ear, Talk

from her_desktop.conversation.commands import (
    Cancel,
    EndCapture,
    FinishPlayback,
    HoldPlayback,
    Play,
    Prefill,
    PrepareSound,
    SetListenMode,
    SetTimer,
    StopPlayback,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioMade,
    EndReason,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MessageAccepted,
    MessageEndEstimated,
    Origin,
    PartialTranscribed,
    PausesLearned,
    PlaybackFinished,
    PlaybackStarted,
    PlaybackStopped,
    SentenceFormed,
    SoundPrepared,
    SpeechEndFound,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    TimerFired,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnEndEstimated,
    TurnStarted,
    WorkFinished,
)
from her_desktop.conversation.hearing import VERDICT, YIELD, YIELD_WINDOW
from her_desktop.conversation.instant import InstantReplies


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def talk() -> Talk:
    return Talk()


def partial(talk: Talk, text: str, at: float, utterance: int = 1) -> None:
    """Let the utterance grow, and have what was said so far understood."""
    talk.tell(SpeechGrew(at=at, pcm=SOUND))
    talk.tell(PartialTranscribed(at=at + 0.1, utterance=utterance, text=text))


# --- without a key --------------------------------------------------------------------------------


def test_the_mode_is_made_known_and_speech_ignored_before_it(talk: Talk) -> None:
    started = SpeechStarted(at=1.0, started_at=0.5, origin=Origin.HANDS_FREE)
    assert talk.tell(started) == []
    assert talk.state == "idle"
    commands = talk.tell(ListenModeRequested(at=2.0, mode=ListenMode.ALWAYS))
    assert SetListenMode(ListenMode.ALWAYS) in commands
    assert talk.published(ListenModeChanged)[-1].mode is ListenMode.ALWAYS
    talk.tell(started)
    assert talk.state == "listening"


def test_a_pause_is_worked_on_at_once_and_heard_only_when_it_was_the_end(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn)
    ear.answer(turn, "Because of the air.")
    assert not ear.all(Play)
    ear.silence()
    assert [play.turn for play in ear.all(Play)] == [turn]
    assert [event.text for event in ear.published(MessageAccepted)] == [QUESTION]
    assert not ear.all(EndCapture), "it may yet turn out that the user goes on"
    ear.tell(TimerFired(at=4.0, name=YIELD))
    assert ear.all(EndCapture)


def test_the_end_comes_sooner_the_surer_the_judges_are(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0, 1.93)
    unknown = ear.patience
    ear.tell(TurnEndEstimated(at=2.05, until=2.0, probability=0.97))
    ear.understand(turn, QUESTION)
    assert ear.patience == 2.1 + VERDICT, "the language model has not been heard yet"
    ear.tell(MessageEndEstimated(at=2.15, turn=turn, probability=0.8))
    sure = ear.patience
    assert 0.1 < sure - 1.93 < 0.25 < unknown - 1.93 < 1.2


def test_the_language_model_may_doubt_what_the_others_are_sure_of(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0, 1.93)
    ear.tell(TurnEndEstimated(at=2.05, until=2.0, probability=0.97))
    ear.understand(turn, "Could you?")
    ear.tell(MessageEndEstimated(at=2.15, turn=turn, probability=0.00001))
    assert ear.patience - 1.93 > 0.6


def test_a_trailing_word_makes_it_wait(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0, 1.93)
    ear.understand(turn, "I would like to know whether the")
    assert ear.patience - 1.93 > 0.9


def test_the_word_of_the_detector_on_an_older_pause_counts_no_more(ear: Ear) -> None:
    ear.begin()
    ear.pause(2.0, 1.93)
    ear.go_on(2.2)
    ear.pause(3.0, 2.93)
    before = ear.patience
    ear.tell(TurnEndEstimated(at=3.01, until=2.0, probability=1.0))
    assert ear.patience == before


def test_who_goes_on_is_not_answered_for_the_first_half(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn, "Why is the sky")
    ear.answer(turn, "Because.")
    ear.go_on(2.5)
    assert ear.last(Cancel) == Cancel(turn)
    assert ear.published(TurnEnded)[-1].reason is EndReason.RESUMED
    whole = ear.pause(3.0)
    ear.understand(whole)
    ear.silence()
    assert [event.text for event in ear.published(MessageAccepted)] == [QUESTION]
    assert not ear.all(Play), "nothing of the first answer is ever played"


def test_a_turn_taken_too_early_is_given_back_and_the_whole_answered_once(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn, "Why is the sky")
    ear.answer(turn, "Because.")
    ear.silence()
    ear.tell(PlaybackStarted(at=2.4, turn=turn, audible_at=2.4))
    ear.go_on(2.7)
    assert ear.last(HoldPlayback) == HoldPlayback(turn), "it may yet be a mm-hm"
    partial(ear, "blue on a clear day?", 3.5)
    assert ear.last(StopPlayback) == StopPlayback(turn)
    ear.tell(PlaybackStopped(at=3.6, turn=turn, played=0.3))
    assert ear.published(TurnEnded)[-1].reason is EndReason.YIELDED
    assert not ear.conversation.history.messages, "neither half of it was said"
    assert ear.state == "listening"
    whole = ear.pause(4.0)
    ear.understand(whole)
    ear.answer(whole, "Because of the air.")
    ear.silence()
    ear.tell(PlaybackFinished(at=5.0, turn=whole, played=1.0))
    assert [m.text for m in ear.conversation.history.messages] == [QUESTION, "Because of the air."]


def test_pauses_are_learned_and_a_cut_off_weighs_more(ear: Ear) -> None:
    ear.begin()
    ear.pause(2.0, 1.93)
    ear.go_on(2.5)
    first = ear.published(PausesLearned)[-1]
    assert first.mean == pytest.approx(2.44 - 1.93, abs=0.01)
    turn = ear.pause(3.0, 2.93)
    ear.understand(turn, "So")
    ear.silence()
    ear.go_on(4.2)
    assert ear.published(PausesLearned)[-1].count > first.count + 1


def test_after_the_yield_window_speech_is_a_new_utterance(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn)
    ear.answer(turn, "Because of the air.", "It scatters the light.")
    ear.silence()
    window = [order for order in ear.all(SetTimer) if order.name == YIELD][-1]
    assert window.due_at - ear.patience == pytest.approx(YIELD_WINDOW)
    ear.tell(PlaybackStarted(at=2.5, turn=turn, audible_at=2.5))
    ear.tell(TimerFired(at=window.due_at, name=YIELD))
    ear.begin(4.0)
    partial(ear, "What about the sea?", 4.6, utterance=2)
    ear.tell(PlaybackStopped(at=4.7, turn=turn, played=1.0))
    assert ear.published(TurnEnded)[-1].reason is EndReason.STOPPED
    assert [m.text for m in ear.conversation.history.messages] == [QUESTION, "Because of the air."]


def test_an_answer_heard_to_its_end_closes_the_yield_window(ear: Ear) -> None:
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn)
    ear.answer(turn, "Air.")
    ear.silence()
    ear.tell(PlaybackFinished(at=2.9, turn=turn, played=0.5))
    assert ear.all(EndCapture)
    ear.go_on(3.0)
    assert ear.state == "idle"
    assert [m.text for m in ear.conversation.history.messages] == [QUESTION, "Air."]


def test_a_noise_without_speech_is_forgotten(ear: Ear) -> None:
    ear.begin()
    ear.tell(SpeechPaused(at=2.0, pcm=SOUND, until=2.0, speech_ended_at=None))
    assert ear.all(EndCapture)
    assert ear.state == "idle"
    assert not ear.all(Transcribe)


def test_the_fourth_pause_waits_for_its_end_before_it_is_answered(ear: Ear) -> None:
    ear.begin()
    for number in range(3):
        ear.understand(ear.pause(2.0 + number), "So far")
        ear.go_on(2.5 + number)
    assert len(ear.all(Think)) == 3
    turn = ear.pause(6.0)
    ear.understand(turn, QUESTION, at=6.1)
    assert len(ear.all(Think)) == 3
    ear.silence()
    assert ear.last(Think).turn == turn
    assert ear.last(Think).messages[-1].text == QUESTION


# --- what is said so far --------------------------------------------------------------------------


def test_what_two_partial_transcripts_agree_on_is_read_ahead(talk: Talk) -> None:
    talk.press(1.0)
    partial(talk, "What is the", 1.5)
    assert not talk.all(Prefill)
    partial(talk, "What is the weather", 2.0)
    assert talk.last(Prefill).messages[-1].text == "What is the"
    partial(talk, "What is the weather like in the", 2.5)
    assert talk.last(Prefill).messages[-1].text == "What is the weather"
    partial(talk, "What was the weather like", 3.0)
    assert talk.last(Prefill).messages[-1].text == "What is the weather", "nothing is unread"


def test_one_partial_transcript_at_a_time_and_none_in_a_pause(talk: Talk) -> None:
    talk.press(1.0)
    talk.tell(SpeechGrew(at=1.5, pcm=SOUND), SpeechGrew(at=1.8, pcm=SOUND))
    assert len(talk.all(TranscribePartial)) == 1
    talk.tell(PartialTranscribed(at=1.9, utterance=1, text="What"))
    talk.tell(SpeechPaused(at=2.0, pcm=SOUND, until=2.0, speech_ended_at=1.9))
    talk.tell(SpeechGrew(at=2.1, pcm=SOUND))
    assert len(talk.all(TranscribePartial)) == 1


def test_a_partial_transcript_of_an_earlier_utterance_concerns_nobody(talk: Talk) -> None:
    talk.press(1.0)
    stale = PartialTranscribed(at=1.2, utterance=1, text="Old words here")
    assert talk.conversation.concerns(stale)
    talk.ask_by_voice(at=3.0)
    assert not talk.conversation.concerns(stale)


# --- drafts ---------------------------------------------------------------------------------------


def drafted(talk: Talk) -> int:
    """Speak until what was said so far reads like a whole question."""
    talk.press(1.0)
    partial(talk, QUESTION, 2.0)
    return talk.last(Think).turn


def test_a_draft_that_was_right_is_heard_as_soon_as_that_is_known(talk: Talk) -> None:
    turn = drafted(talk)
    talk.answer(turn, "Because of the air.")
    talk.tell(SpeechPaused(at=2.4, pcm=SOUND, until=2.4, speech_ended_at=2.3))
    assert talk.last(Transcribe).turn == turn
    assert talk.published(SpeechEndFound)[-1].ended_at == 2.3
    talk.release(2.5)
    talk.grace_over(2.5)
    assert not talk.all(Play), "it is not known yet whether it answers what was said"
    talk.tell(Transcribed(at=2.6, turn=turn, text="why is the sky blue", language="en"))
    assert [play.turn for play in talk.all(Play)] == [turn]
    talk.tell(WorkFinished(at=2.6, turn=turn, stage=Stage.STT))
    assert talk.last(FinishPlayback).turn == turn
    assert len(talk.all(Think)) == 1


def test_a_draft_that_was_wrong_is_never_heard(talk: Talk) -> None:
    turn = drafted(talk)
    talk.answer(turn, "Because of the air.")
    talk.tell(SpeechPaused(at=2.4, pcm=SOUND, until=2.4, speech_ended_at=2.3))
    talk.release(2.5)
    talk.grace_over(2.5)
    other = "Why is the sky blue in the morning?"
    talk.tell(Transcribed(at=2.6, turn=turn, text=other, language="en"))
    assert talk.last(Cancel) == Cancel(turn)
    anew = talk.last(Think)
    assert anew.turn == turn + 1
    assert anew.messages[-1].text == other
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn + 1]
    assert not talk.all(Play)
    assert talk.published(TurnStarted)[-1].speech_ended_at == 2.3


def test_other_words_while_it_is_said_end_a_draft(talk: Talk) -> None:
    turn = drafted(talk)
    partial(talk, "Why is the sky blue in the", 2.3)
    assert talk.last(Cancel) == Cancel(turn)
    partial(talk, "Why is the sky blue in the morning?", 2.6)
    assert talk.last(Think).turn == turn + 1
    partial(talk, "Why is the sky blue in the morning and", 2.9)
    partial(talk, "Why is the sky blue in the morning and red?", 3.2)
    assert len(talk.all(Think)) == 2, "the last guess is left to the pause"


def test_a_draft_outlives_a_gap_between_two_sounds(talk: Talk) -> None:
    turn = drafted(talk)
    talk.tell(SpeechPaused(at=2.4, pcm=SOUND, until=2.4, speech_ended_at=2.3))
    talk.tell(SpeechResumed(at=2.5, resumed_at=2.45))
    talk.tell(Transcribed(at=2.55, turn=turn, text=QUESTION, language="en"))
    assert not talk.all(Cancel)
    talk.tell(SpeechPaused(at=2.8, pcm=SOUND, until=2.8, speech_ended_at=2.7))
    talk.release(2.8)
    talk.grace_over(2.8)
    assert not talk.published(TurnCommitted), "the sound since then was not understood yet"
    talk.tell(Transcribed(at=2.9, turn=turn, text=QUESTION, language="en"))
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn]


def test_the_newest_transcript_decides_about_a_draft(talk: Talk) -> None:
    turn = drafted(talk)
    talk.tell(SpeechPaused(at=2.4, pcm=SOUND, until=2.4, speech_ended_at=2.3))
    talk.tell(SpeechResumed(at=2.5, resumed_at=2.45))
    talk.tell(SpeechPaused(at=2.8, pcm=SOUND, until=2.8, speech_ended_at=2.7))
    talk.tell(Transcribed(at=2.85, turn=turn, text="Why is the sky", language="en"))
    assert not talk.all(Cancel)
    talk.tell(Transcribed(at=2.9, turn=turn, text=QUESTION, language="en"))
    talk.release(2.9)
    talk.grace_over(2.9)
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn]


def test_half_a_question_is_no_draft(talk: Talk) -> None:
    talk.press(1.0)
    partial(talk, "Why is the", 2.0)
    partial(talk, "Why.", 2.3)
    assert not talk.all(Think)


# --- the release ----------------------------------------------------------------------------------


def test_a_pause_before_the_release_is_answered_without_waiting_for_the_tail(talk: Talk) -> None:
    talk.press(1.0)
    talk.tell(SpeechPaused(at=1.8, pcm=SOUND, until=1.8, speech_ended_at=1.7))
    turn = talk.last(Transcribe).turn
    talk.release(2.0)
    assert not talk.published(TurnCommitted)
    talk.grace_over(2.0)
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn]
    assert not talk.all(EndCapture)
    talk.tail(2.0, spoke_on=-0.3)
    assert talk.all(EndCapture)
    assert len(talk.published(TurnCommitted)) == 1


def test_a_syllable_in_the_tail_takes_the_answer_back(talk: Talk) -> None:
    talk.press(1.0)
    talk.tell(SpeechPaused(at=1.8, pcm=SOUND, until=1.8, speech_ended_at=1.7))
    turn = talk.last(Transcribe).turn
    talk.release(2.0)
    talk.grace_over(2.0)
    talk.tail(2.0, spoke_on=0.04)
    assert talk.last(StopPlayback) == StopPlayback(turn)
    talk.tell(PlaybackStopped(at=2.2, turn=turn, played=0.0))
    assert talk.published(TurnEnded)[-1].reason is EndReason.YIELDED
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn, turn + 1]


# --- prepared replies -----------------------------------------------------------------------------


def replies() -> InstantReplies:
    known, problems = InstantReplies.from_dict(
        {"en": [{"name": "greeting", "phrases": ["hello"], "answers": ["Hello you.", "Hi."]}]}
    )
    assert not problems
    return known


def prepare(talk: Talk) -> list[str]:
    """Let the assistant rest until every reply is made; return their texts."""
    texts: list[str] = []
    for step in range(5):
        orders = talk.tell(TimerFired(at=10.0 + step, name="prepare"))
        for order in orders:
            assert isinstance(order, PrepareSound)
            texts.append(order.text)
            pcm = np.full(100, 0.2, np.float32)
            talk.tell(SoundPrepared(at=10.5 + step, text=order.text, pcm=pcm, sample_rate_hz=100))
    return texts


def test_replies_are_made_while_nobody_waits() -> None:
    talk = Talk(replies())
    assert any(order.name == "prepare" for order in talk.all(SetTimer))
    assert prepare(talk) == ["Hello you.", "Hi."]
    assert talk.tell(TimerFired(at=20.0, name="prepare")) == []


def test_no_reply_is_prepared_while_somebody_speaks() -> None:
    talk = Talk(replies())
    talk.press(1.0)
    assert talk.tell(TimerFired(at=2.0, name="prepare")) == []


def test_a_greeting_is_answered_in_the_instant_it_is_understood() -> None:
    talk = Talk(replies())
    prepare(talk)
    turn = talk.ask_by_voice("Hello!", at=20.0)
    assert not talk.all(Think)
    assert [play.turn for play in talk.all(Play)] == [turn]
    assert talk.published(AnsweredInstantly)[-1].reply == "greeting"
    assert talk.last(FinishPlayback).turn == turn
    talk.tell(PlaybackFinished(at=22.0, turn=turn, played=1.0))
    assert [m.text for m in talk.conversation.history.messages] == ["Hello!", "Hello you."]


def test_a_reply_that_is_not_ready_yet_is_spoken_all_the_same() -> None:
    talk = Talk(replies())
    turn = talk.ask_by_voice("Hello!")
    assert not talk.all(Think)
    talk.tell(
        AudioMade(at=3.0, turn=turn, index=0, pcm=np.ones(100, np.float32), sample_rate_hz=100),
        WorkFinished(at=3.0, turn=turn, stage=Stage.TTS),
    )
    assert [play.turn for play in talk.all(Play)] == [turn]


# --- every moment ---------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", range(20))
def test_speech_that_resumes_at_any_moment_is_answered_once_and_whole(moment: int) -> None:
    """Whatever had been done by then, nothing stale sounds and no word is lost or said twice."""
    ear = Ear()
    ear.begin()
    turn = ear.pause(2.0)
    steps: list[Callable[[], object]] = [
        lambda: ear.tell(TurnEndEstimated(at=2.05, until=2.0, probability=0.9)),
        lambda: ear.understand(turn, "Why is the sky"),
        lambda: ear.tell(MessageEndEstimated(at=2.2, turn=turn, probability=0.5)),
        lambda: ear.tell(SentenceFormed(at=2.3, turn=turn, index=0, text="Because.")),
        lambda: ear.tell(audio(turn, 0)),
        lambda: ear.tell(audio(turn, 0)),
        lambda: ear.tell(WorkFinished(at=2.4, turn=turn, stage=Stage.TTS)),
        ear.silence,
        lambda: ear.tell(PlaybackStarted(at=2.6, turn=turn, audible_at=2.6)),
        lambda: ear.tell(WorkFinished(at=2.7, turn=turn, stage=Stage.LLM)),
    ]
    # Every second moment has the commit come before what was being made is there.
    if moment % 2:
        steps.insert(moment // 4, steps.pop(7))
    for step in steps[: moment // 2 + 1]:
        step()
    before = len(ear.all(Play))
    ear.go_on(3.0)
    if HoldPlayback(turn) in ear.commands:
        # Where it sounds already, the words of what is added decide.
        partial(ear, "blue on a clear day?", 3.8)
    if ear.conversation.concerns(PlaybackStopped(at=3.0, turn=turn, played=0.1)):
        ear.tell(PlaybackStopped(at=3.0, turn=turn, played=0.1))
    for late in (
        Transcribed(at=3.1, turn=turn, text="Why is the sky", language="en"),
        SentenceFormed(at=3.1, turn=turn, index=1, text="Stale."),
        audio(turn, 0),
        WorkFinished(at=3.1, turn=turn, stage=Stage.LLM),
    ):
        assert not ear.conversation.concerns(late), "the hub drops what comes too late"
    whole = ear.pause(4.2)
    assert whole != turn
    ear.understand(whole, QUESTION, at=4.1)
    ear.answer(whole, "Because of the air.", at=4.2)
    ear.silence()
    assert {play.turn for play in ear.all(Play)[before:]} == {whole}
    ear.tell(PlaybackStarted(at=4.6, turn=whole, audible_at=4.6))
    ear.tell(PlaybackFinished(at=6.0, turn=whole, played=1.0))
    said = [message.text for message in ear.conversation.history.messages]
    assert said == [QUESTION, "Because of the air."]
    assert [order.turn for order in ear.all(Think)].count(whole) == 1


def audio(turn: int, index: int) -> AudioMade:
    return AudioMade(
        at=2.4, turn=turn, index=index, pcm=np.ones(100, np.float32), sample_rate_hz=100
    )

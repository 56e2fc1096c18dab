"""Who speaks on in the first second of the answer: a mm-hm, or the rest of the question."""

from __future__ import annotations

import numpy as np
import pytest
from talk import QUESTION, SOUND, Ear

from her_desktop.conversation.commands import (
    Cancel,
    EndCapture,
    HoldPlayback,
    ResumePlayback,
    SetTimer,
    StopPlayback,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.doubt import DECISION, SETTLED
from her_desktop.conversation.events import (
    EchoMeasured,
    EndReason,
    PartialTranscribed,
    PausesLearned,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    TimerFired,
    TurnEnded,
    TurnStarted,
)
from her_desktop.conversation.hearing import YIELD
from her_desktop.conversation.overhearing import DOUBT

ADDED = np.full(4_000, 0.2, np.float32)
WHOLE = np.concatenate((SOUND, ADDED))


class Taken(Ear):
    """The turn was taken, its answer sounds since 2.5, and the yield window is still open."""

    def __init__(self, *sentences: str, asked: str = QUESTION) -> None:
        super().__init__()
        self.begin()
        self.turn = self.pause(2.0)
        self.understand(self.turn, asked)
        self.answer(self.turn, *(sentences or ("Because of the air.", "It scatters the light.")))
        self.silence()
        self.tell(PlaybackStarted(at=2.5, turn=self.turn, audible_at=2.5))
        self.commands.clear()

    def speak_on(self, *, in_doubt: bool = False) -> None:
        self.tell(SpeechResumed(at=3.0, resumed_at=2.9, in_doubt=in_doubt))
        if HoldPlayback(self.turn) in self.commands:
            self.tell(PlaybackHeld(at=3.0, turn=self.turn, played=0.5))

    def fall_silent(self, lasts: float = 0.4) -> None:
        ended_at = 2.9 + lasts
        self.until = ended_at + 0.07
        self.tell(
            SpeechPaused(at=self.until, pcm=WHOLE, until=self.until, speech_ended_at=ended_at)
        )

    def recognise(self, text: str) -> None:
        at = self.until + 0.1
        self.tell(PartialTranscribed(at=at, utterance=1, text=text, until=self.until))
        if StopPlayback(self.turn) in self.commands:
            self.tell(PlaybackStopped(at=at, turn=self.turn, played=0.5))

    def wait(self) -> None:
        timer = [order for order in self.all(SetTimer) if order.name == DOUBT][-1]
        self.tell(TimerFired(at=timer.due_at, name=DOUBT))


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.mark.parametrize("text", ["Mm-hmm.", "Okay.", "Oui, d'accord.", "(coughs)", ""])
def test_mere_listening_lets_the_answer_go_on(taken: Taken, text: str) -> None:
    taken.speak_on()
    assert taken.all(HoldPlayback) == [HoldPlayback(taken.turn)], "silent before a word is known"
    taken.fall_silent()
    taken.recognise(text)
    taken.wait()
    assert taken.all(ResumePlayback) == [ResumePlayback(taken.turn)]
    assert taken.all(EndCapture), "what comes next is something new"
    for kind in (StopPlayback, Cancel, Transcribe, Think):
        assert not taken.all(kind)
    assert not taken.published(PausesLearned), "it was no pause of his"
    assert taken.state == "speaking"


def test_only_what_was_added_is_recognised_to_decide(taken: Taken) -> None:
    taken.speak_on()
    taken.tell(SpeechGrew(at=3.3, pcm=WHOLE))
    assert np.array_equal(taken.last(TranscribePartial).pcm, ADDED)
    taken.fall_silent()
    assert np.array_equal(taken.last(TranscribePartial).pcm, ADDED)


@pytest.mark.parametrize("text", ["in the morning?", "And why at night?", "Blue.", "here"])
def test_the_rest_of_the_question_takes_the_answer_back(taken: Taken, text: str) -> None:
    taken.speak_on()
    taken.fall_silent()
    taken.recognise(text)
    assert taken.all(StopPlayback) == [StopPlayback(taken.turn)]
    ended = taken.published(TurnEnded)[-1]
    assert (ended.turn, ended.reason) == (taken.turn, EndReason.YIELDED)
    assert np.array_equal(taken.last(Transcribe).pcm, WHOLE), "it is one question"
    assert taken.published(PausesLearned)
    whole = taken.published(TurnStarted)[-1].turn
    taken.understand(whole, f"Why is the sky blue {text}", at=3.6)
    taken.answer(whole, "I see.", at=3.7)
    taken.silence()
    assert [message.text for message in taken.all(Think)[-1].messages][-1].endswith(text)
    assert not taken.conversation.history.messages, "nothing of the first answer is remembered"


@pytest.mark.parametrize("text", ["in a month.", "M.H.N.", "Amen.", "and make sure"])
def test_what_a_recogniser_makes_of_a_hum_takes_nothing_back(taken: Taken, text: str) -> None:
    taken.speak_on()
    taken.fall_silent(0.5)
    taken.recognise(text)
    taken.wait()
    assert taken.all(ResumePlayback) == [ResumePlayback(taken.turn)]
    assert not taken.all(StopPlayback)


@pytest.mark.parametrize("text", ["in Paris?", "tomorrow?", "And you?", "in my room.", "at noon"])
def test_short_words_are_no_hum(taken: Taken, text: str) -> None:
    taken.speak_on()
    taken.fall_silent(0.5)
    taken.recognise(text)
    assert taken.published(TurnEnded)[-1].reason is EndReason.YIELDED


def test_what_may_be_a_hum_is_the_rest_of_what_breaks_off() -> None:
    taken = Taken(asked="Remind me of the dentist in")
    taken.speak_on()
    taken.fall_silent(0.5)
    taken.recognise("a month.")
    assert taken.published(TurnEnded)[-1].reason is EndReason.YIELDED


def test_who_takes_his_time_over_such_words_means_them(taken: Taken) -> None:
    taken.speak_on()
    taken.fall_silent(0.9)
    taken.recognise("in a month.")
    assert taken.published(TurnEnded)[-1].reason is EndReason.YIELDED


def test_words_take_it_back_while_they_are_still_being_said(taken: Taken) -> None:
    taken.speak_on()
    taken.tell(SpeechGrew(at=3.8, pcm=WHOLE))
    taken.tell(PartialTranscribed(at=3.9, utterance=1, text="over the sea in the summer"))
    assert taken.all(StopPlayback)
    taken.tell(PlaybackStopped(at=3.9, turn=taken.turn, played=0.5))
    assert taken.state == "listening"


def test_the_yield_window_does_not_close_on_somebody_who_speaks(taken: Taken) -> None:
    taken.speak_on()
    assert YIELD in [order.name for order in taken.commands if hasattr(order, "name")]
    taken.fall_silent(0.9)
    taken.recognise("in the mountains")
    assert np.array_equal(taken.last(Transcribe).pcm, WHOLE)


def test_without_words_a_short_sound_lets_it_go_on_and_late_words_still_count(
    taken: Taken,
) -> None:
    taken.speak_on()
    taken.fall_silent()
    taken.wait()
    assert taken.all(ResumePlayback)
    assert next(o for o in taken.all(SetTimer) if o.name == DOUBT).due_at > 3.3 + DECISION
    taken.recognise("over the sea")
    assert taken.all(StopPlayback) == [StopPlayback(taken.turn)]


def test_its_own_voice_does_not_take_its_answer_back(taken: Taken) -> None:
    taken.speak_on(in_doubt=True)
    assert not taken.all(HoldPlayback)
    taken.fall_silent(0.9)
    taken.recognise("because of the air")
    taken.tell(TimerFired(at=2.9 + 0.9 + SETTLED, name=DOUBT))
    assert not taken.all(StopPlayback)
    assert taken.state == "speaking"
    assert taken.all(EndCapture)


@pytest.mark.parametrize("heard", ["And as", "And at night.", "And then night under the"])
def test_an_echo_that_is_found_only_now_does_not_take_its_answer_back(heard: str) -> None:
    """So badly was a first echo recognised, in a session that had begun with headphones."""
    taken = Taken("In a night under the stars...", "the most wondrous things are seen.")
    taken.speak_on()
    assert taken.all(HoldPlayback), "nothing was known of an echo"
    taken.fall_silent(0.9)
    taken.tell(
        EchoMeasured(
            at=3.9,
            delay=0.07,
            reduction_db=None,
            works=None,
            half_duplex=False,
            is_warming_up=True,
        )
    )
    taken.recognise(heard)
    taken.tell(TimerFired(at=2.9 + 0.9 + SETTLED, name=DOUBT))
    assert not taken.all(StopPlayback)
    assert taken.all(ResumePlayback)
    assert taken.state == "speaking"


def test_who_goes_on_while_an_echo_is_being_learned_is_heard() -> None:
    taken = Taken("In a night under the stars...", "the most wondrous things are seen.")
    taken.speak_on(in_doubt=True)
    taken.fall_silent(0.9)
    taken.recognise("and over the sea in winter")
    assert taken.all(StopPlayback) == [StopPlayback(taken.turn)]


def test_a_word_after_a_short_question_answers_it() -> None:
    taken = Taken("Tea or coffee?")
    taken.speak_on()
    taken.fall_silent()
    taken.recognise("Yes.")
    ended = taken.published(TurnEnded)[-1]
    assert (ended.reason, ended.heard) == (EndReason.STOPPED, "Tea or")
    said = [message.text for message in taken.all(Think)[-1].messages]
    assert said[-3:] == [QUESTION, "Tea or", "Yes."]


def test_what_was_answered_to_the_end_is_not_asked_again() -> None:
    taken = Taken("Tea or coffee?")
    taken.speak_on()
    taken.fall_silent()
    taken.recognise("Yes.")
    taken.tell(SpeechResumed(at=3.6, resumed_at=3.5))
    taken.tell(SpeechGrew(at=3.8, pcm=np.concatenate((WHOLE, ADDED))))
    assert np.array_equal(taken.last(TranscribePartial).pcm, np.concatenate((ADDED, ADDED)))
    more = np.concatenate((WHOLE, ADDED, ADDED))
    taken.tell(SpeechPaused(at=4.1, pcm=more, until=4.1, speech_ended_at=4.0))
    assert np.array_equal(taken.last(Transcribe).pcm, np.concatenate((ADDED, ADDED, ADDED)))


def test_who_speaks_as_the_answer_ends_is_not_taken_to_repeat_his_question(taken: Taken) -> None:
    taken.speak_on(in_doubt=True)
    taken.tell(SpeechGrew(at=3.3, pcm=WHOLE))
    taken.tell(PlaybackFinished(at=3.4, turn=taken.turn, played=2.0))
    taken.tell(PartialTranscribed(at=3.5, utterance=1, text="And why at"))
    more = np.concatenate((WHOLE, ADDED))
    taken.tell(SpeechPaused(at=4.1, pcm=more, until=4.1, speech_ended_at=4.0))
    assert np.array_equal(taken.last(Transcribe).pcm, np.concatenate((ADDED, ADDED)))


def test_an_answer_to_the_rest_can_be_taken_back_as_well() -> None:
    taken = Taken("Tea or coffee?")
    taken.speak_on()
    taken.fall_silent()
    taken.recognise("Yes.")
    taken.turn = taken.published(TurnStarted)[-1].turn
    taken.answer(taken.turn, "Then tea it is, and it will be ready soon.", at=3.6)
    taken.silence()
    taken.tell(PlaybackStarted(at=4.5, turn=taken.turn, audible_at=4.5))
    taken.tell(SpeechResumed(at=4.8, resumed_at=4.7))
    taken.tell(SpeechGrew(at=5.0, pcm=np.concatenate((WHOLE, ADDED))))
    assert np.array_equal(taken.last(TranscribePartial).pcm, ADDED), "only this is in doubt"

"""An answer that somebody speaks over: what stops it, and what lets it go on."""

from __future__ import annotations

import pytest
from talk import QUESTION, SOUND, Ear

from her_desktop.conversation.commands import (
    Cancel,
    EndCapture,
    HoldPlayback,
    Play,
    ResumePlayback,
    SetTimer,
    StopPlayback,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.doubt import DECISION, LONGEST_DOUBT, SETTLED
from her_desktop.conversation.events import (
    EndReason,
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    Origin,
    PartialTranscribed,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    SpeechSuspected,
    StopRequested,
    TextSubmitted,
    TimerFired,
    Transcribed,
    TurnEnded,
    TurnEndEstimated,
)
from her_desktop.conversation.hearing import BREAKING_IN, YIELD
from her_desktop.conversation.overhearing import DOUBT, SUSPICION

ANSWER = ("Because of the air.", "It scatters the light.")


class Answered(Ear):
    """A question was asked without a key, and its answer is being heard since the instant 2.5."""

    def __init__(self, *sentences: str) -> None:
        super().__init__()
        self.begin()
        self.turn = self.pause(2.0)
        self.understand(self.turn)
        self.answer(self.turn, *(sentences or ANSWER))
        self.silence()
        self.tell(PlaybackStarted(at=2.5, turn=self.turn, audible_at=2.5))
        self.tell(TimerFired(at=3.3, name=YIELD))
        self.commands.clear()

    def speak(self, at: float = 4.0, *, in_doubt: bool = False) -> None:
        """Begin to speak over it; the hub silences what it is told to."""
        started = SpeechStarted(
            at=at, started_at=at - 0.5, origin=Origin.HANDS_FREE, in_doubt=in_doubt
        )
        self.tell(started)
        if HoldPlayback(self.turn) in self.commands:
            self.tell(PlaybackHeld(at=at, turn=self.turn, played=at - 2.5))

    def stop_speaking(self, at: float, ended_at: float | None = None) -> None:
        ended_at = at - 0.07 if ended_at is None else ended_at
        self.tell(SpeechPaused(at=at, pcm=SOUND, until=at, speech_ended_at=ended_at))

    def recognise(self, text: str, at: float, until: float = 0.0, guess: str = "") -> None:
        heard = PartialTranscribed(at=at, utterance=2, text=text, until=until, guess=guess)
        self.tell(heard)
        if StopPlayback(self.turn) in self.commands:
            self.tell(PlaybackStopped(at=at, turn=self.turn, played=1.0))

    def wait(self) -> None:
        """Let the timer of the doubt run out."""
        timer = [order for order in self.all(SetTimer) if order.name == DOUBT][-1]
        self.tell(TimerFired(at=timer.due_at, name=DOUBT))

    def say(self, text: str, lasts: float = 0.9) -> None:
        """Say something over the answer, and let it be recognised."""
        self.speak(4.0)
        self.stop_speaking(4.0 + lasts)
        self.recognise(text, 4.1 + lasts, until=4.0 + lasts)


@pytest.fixture
def answered() -> Answered:
    return Answered()


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hmm.",
        "Uh-huh.",
        "Yeah.",
        "Okay.",
        "Oui.",
        "D'accord, oui.",
        "Hahaha!",
        "(coughing)",
        "",
        "I see.",
        "Right, okay.",
    ],
)
def test_mere_listening_lets_the_answer_go_on(answered: Answered, text: str) -> None:
    answered.say(text)
    answered.wait()
    assert answered.all(HoldPlayback) == [HoldPlayback(answered.turn)]
    assert answered.all(ResumePlayback) == [ResumePlayback(answered.turn)]
    assert answered.all(EndCapture)
    assert not answered.all(StopPlayback)
    assert not answered.all(Cancel)
    assert not answered.all(Transcribe)
    assert not answered.all(Think)
    assert answered.state == "speaking"


@pytest.mark.parametrize(
    ("text", "lasts"),
    [
        ("Stop.", 0.3),
        ("No.", 0.2),
        ("Arrête.", 0.4),
        ("Okay, but why?", 0.9),
        ("Tell me more about the sea.", 1.4),
        ("And in French", 0.9),
    ],
)
def test_what_wants_to_be_heard_stops_it_and_is_answered(
    answered: Answered, text: str, lasts: float
) -> None:
    answered.say(text, lasts)
    assert answered.all(HoldPlayback)
    assert answered.all(StopPlayback) == [StopPlayback(answered.turn)]
    ended = answered.published(TurnEnded)[-1]
    assert (ended.turn, ended.reason, ended.heard) == (
        answered.turn,
        EndReason.STOPPED,
        "Because of the air.",
    )
    # What was recognised already is not recognised again, and is answered knowing what was heard.
    assert not answered.all(Transcribe)
    (think,) = answered.all(Think)
    assert [message.text for message in think.messages[1:]] == [
        QUESTION,
        "Because of the air.",
        text,
    ]
    assert answered.published(Transcribed)[-1].text == text


@pytest.mark.parametrize(
    ("guess", "lasts"),
    [("Parlons dotre chôse", 1.1), ("Mouffle-mou si la main est profonde.", 2.2)],
)
def test_whoever_speaks_at_length_is_heard_though_nobody_knows_his_words(
    answered: Answered, guess: str, lasts: float
) -> None:
    answered.speak(4.0)
    answered.stop_speaking(4.0 + lasts)
    answered.recognise("", 4.1 + lasts, until=4.0 + lasts, guess=guess)
    assert answered.published(TurnEnded)[-1].reason is EndReason.STOPPED
    assert guess not in str(answered.commands), "a guess is never answered"


@pytest.mark.parametrize(
    ("guess", "lasts", "in_doubt"),
    [
        ("Et maintenant", 0.8, False),
        ("Ah, bon ! Ah oui.", 1.6, False),
        ("", 1.6, False),
        ("Fan houve au son.", 1.6, True),
    ],
    ids=["short", "listening", "cough", "perhaps an echo"],
)
def test_a_mutter_that_may_be_listening_lets_the_answer_go_on(
    answered: Answered, guess: str, lasts: float, in_doubt: bool
) -> None:
    answered.speak(4.0, in_doubt=in_doubt)
    answered.stop_speaking(4.0 + lasts)
    answered.recognise("", 4.1 + lasts, until=4.0 + lasts, guess=guess)
    answered.wait()
    assert not answered.all(StopPlayback)


def test_a_short_sound_that_makes_no_sense_is_no_interruption(answered: Answered) -> None:
    answered.say("The court.", 0.4)
    answered.wait()
    assert answered.all(ResumePlayback)
    assert not answered.all(StopPlayback)


def test_the_answer_falls_silent_before_a_word_is_known(answered: Answered) -> None:
    answered.speak()
    assert answered.commands[0] == HoldPlayback(answered.turn)
    assert answered.state == "listening"


def test_words_stop_it_while_they_are_still_being_said(answered: Answered) -> None:
    answered.speak()
    answered.tell(SpeechGrew(at=4.4, pcm=SOUND))
    assert answered.all(TranscribePartial)[-1].until == 0.0
    answered.recognise("Okay", 4.5)
    assert not answered.all(StopPlayback), "it may be all that is said"
    answered.tell(SpeechGrew(at=4.8, pcm=SOUND))
    answered.recognise("Okay, tell me about", 4.9)
    assert answered.all(StopPlayback)
    assert answered.state == "listening"
    answered.tell(SpeechPaused(at=5.6, pcm=SOUND, until=5.6, speech_ended_at=5.5))
    assert answered.all(Transcribe), "from here on it is an utterance like any other"


@pytest.mark.parametrize(("text", "is_waited_for"), [("No, wait.", True), ("Why is that?", False)])
def test_after_a_mere_no_it_waits_for_what_is_wanted(
    answered: Answered, text: str, *, is_waited_for: bool
) -> None:
    answered.say(text, 0.4)
    answered.tell(TurnEndEstimated(at=4.6, until=4.4, probability=0.95))
    assert answered.all(StopPlayback)
    assert (answered.patience >= 4.4 - 0.07 + BREAKING_IN) is is_waited_for


def test_the_last_word_counts_only_once_it_is_over(answered: Answered) -> None:
    # "Oh, nice", of which the first half was heard.
    answered.speak(4.0)
    answered.tell(SpeechGrew(at=4.4, pcm=SOUND))
    answered.recognise("Oh, no", 4.5)
    assert not answered.all(StopPlayback)
    answered.stop_speaking(4.7)
    answered.recognise("Oh nice.", 4.8, until=4.7)
    answered.wait()
    assert answered.all(ResumePlayback) == [ResumePlayback(answered.turn)]
    assert not answered.all(StopPlayback)


def test_what_was_understood_of_a_long_utterance_is_not_lost_at_its_end(
    answered: Answered,
) -> None:
    answered.speak(4.0)
    answered.tell(SpeechGrew(at=4.3, pcm=SOUND))
    answered.recognise("my brother lives", 4.4)
    answered.stop_speaking(6.0)
    answered.recognise("", 6.1, until=6.0)
    assert answered.all(StopPlayback) == [StopPlayback(answered.turn)]
    assert answered.published(Transcribed)[-1].text == "my brother lives"


def test_a_sentence_may_follow_a_short_word(answered: Answered) -> None:
    answered.say("Okay.")
    answered.tell(SpeechResumed(at=5.1, resumed_at=5.05))
    answered.wait()
    assert not answered.all(EndCapture)
    answered.stop_speaking(6.0)
    answered.recognise("Okay. What about the sea?", 6.1, until=6.0)
    assert answered.all(StopPlayback)
    assert answered.last(Think).messages[-1].text == "Okay. What about the sea?"


def test_it_waits_a_moment_before_it_goes_on(answered: Answered) -> None:
    answered.say("Yeah.", lasts=0.5)
    assert not answered.all(ResumePlayback)
    timer = [order for order in answered.all(SetTimer) if order.name == DOUBT][-1]
    assert timer.due_at == pytest.approx(4.5 - 0.07 + SETTLED)
    answered.wait()
    assert answered.all(ResumePlayback)


def test_words_that_do_not_come_are_not_waited_for_long(answered: Answered) -> None:
    answered.speak()
    answered.stop_speaking(4.5)
    timer = [order for order in answered.all(SetTimer) if order.name == DOUBT][-1]
    assert timer.due_at == pytest.approx(4.5 + DECISION)
    answered.wait()
    assert answered.all(ResumePlayback)
    assert answered.state == "speaking"
    assert not answered.all(EndCapture), "they may come yet"
    answered.wait()
    assert answered.all(EndCapture)


def test_words_that_come_late_stop_an_answer_that_went_on(answered: Answered) -> None:
    answered.speak()
    answered.stop_speaking(4.5)
    answered.wait()
    answered.recognise("Stop it.", 5.9, until=4.5)
    assert answered.all(StopPlayback)


def test_speech_that_goes_on_after_late_words_is_held_for_again(answered: Answered) -> None:
    answered.speak()
    answered.stop_speaking(4.5)
    answered.wait()
    answered.tell(SpeechResumed(at=5.3, resumed_at=5.25))
    assert answered.all(HoldPlayback) == 2 * [HoldPlayback(answered.turn)]


def test_without_words_a_long_utterance_counts_as_one(answered: Answered) -> None:
    answered.speak()
    answered.stop_speaking(6.5)
    answered.wait()
    assert answered.all(StopPlayback)


def test_sound_without_words_does_not_keep_the_answer_for_ever(answered: Answered) -> None:
    answered.speak()
    answered.recognise("", 4.5)
    answered.tell(TimerFired(at=4.0 + LONGEST_DOUBT, name=DOUBT))
    assert answered.all(ResumePlayback)
    assert answered.state == "speaking"
    answered.tell(SpeechGrew(at=7.5, pcm=SOUND))
    answered.recognise("Please stop talking now", 7.6)
    assert answered.all(StopPlayback), "it is listened to all the same"


def test_silence_that_was_taken_for_speech_lets_it_go_on_at_once(answered: Answered) -> None:
    answered.speak()
    answered.tell(SpeechPaused(at=4.4, pcm=SOUND, until=4.4, speech_ended_at=None))
    assert answered.all(ResumePlayback)
    assert answered.all(EndCapture)


def test_a_late_transcript_of_less_decides_nothing(answered: Answered) -> None:
    answered.speak()
    answered.tell(SpeechGrew(at=4.3, pcm=SOUND))
    answered.stop_speaking(4.9)
    answered.recognise("Mm", 4.95)
    assert not answered.all(ResumePlayback)
    answered.recognise("Mm, what about the sea?", 5.0, until=4.9)
    assert answered.all(StopPlayback)


# --- suspicion ----------------------------------------------------------------------------------


def test_the_first_sound_of_a_voice_is_enough_to_fall_silent(answered: Answered) -> None:
    assert HoldPlayback(answered.turn) in answered.tell(SpeechSuspected(at=4.0))
    answered.speak(4.07)
    assert len(answered.all(HoldPlayback)) == 1
    answered.tell(TimerFired(at=4.25, name=SUSPICION))
    assert not answered.all(ResumePlayback)


def test_a_sound_that_does_not_become_speech_costs_a_quarter_of_a_second(
    answered: Answered,
) -> None:
    answered.tell(SpeechSuspected(at=4.0))
    timer = answered.last(SetTimer)
    assert timer.name == SUSPICION
    assert timer.due_at == pytest.approx(4.25)
    answered.tell(TimerFired(at=timer.due_at, name=SUSPICION))
    assert answered.all(ResumePlayback) == [ResumePlayback(answered.turn)]


def test_a_voice_that_is_heard_in_pieces_is_waited_for_a_little_longer(
    answered: Answered,
) -> None:
    for at, due_at in ((4.0, 4.25), (4.2, 4.45), (4.4, 4.6)):
        answered.tell(SpeechSuspected(at=at))
        assert answered.last(SetTimer).due_at == pytest.approx(due_at)
    assert len(answered.all(HoldPlayback)) == 1
    # Whatever it is, it is no reason to be silent for good.
    timers = len(answered.all(SetTimer))
    answered.tell(SpeechSuspected(at=4.6))
    assert len(answered.all(SetTimer)) == timers
    answered.tell(TimerFired(at=4.6, name=SUSPICION))
    assert answered.all(ResumePlayback) == [ResumePlayback(answered.turn)]
    answered.tell(SpeechSuspected(at=9.0))
    assert answered.last(SetTimer).due_at == pytest.approx(9.25)


def test_a_sound_in_silence_is_nothing_to_fall_silent_for() -> None:
    ear = Ear()
    assert ear.tell(SpeechSuspected(at=1.0)) == []


# --- its own voice ------------------------------------------------------------------------------


def test_while_the_echo_is_not_known_to_be_gone_only_words_interrupt(answered: Answered) -> None:
    answered.speak(in_doubt=True)
    assert not answered.all(HoldPlayback)
    assert answered.state == "speaking"
    answered.tell(SpeechGrew(at=4.4, pcm=SOUND))
    answered.recognise("Because of the air", 4.5)
    assert not answered.all(StopPlayback), "these are its own words"
    answered.tell(SpeechGrew(at=4.8, pcm=SOUND))
    answered.recognise("Please tell me something else", 4.9)
    assert answered.all(StopPlayback)


def test_its_own_words_are_let_go(answered: Answered) -> None:
    answered.speak(in_doubt=True)
    answered.stop_speaking(5.0)
    answered.recognise("because of the air", 5.1, until=5.0)
    answered.wait()
    assert answered.all(EndCapture)
    assert not answered.all(StopPlayback)


# --- what else can happen meanwhile -------------------------------------------------------------


def test_a_yes_right_after_a_question_is_an_answer_to_it() -> None:
    answered = Answered("It is the air.", "Shall I tell you more?")
    # A sentence is a second of sound each: 0.1 s are left.
    answered.tell(SpeechStarted(at=4.4, started_at=3.9, origin=Origin.HANDS_FREE))
    answered.tell(PlaybackHeld(at=4.4, turn=answered.turn, played=1.9))
    answered.stop_speaking(4.9)
    answered.recognise("Yes.", 5.0, until=4.9)
    assert answered.all(StopPlayback)
    assert answered.last(Think).messages[-1].text == "Yes."


def test_a_yes_in_the_middle_of_an_answer_is_none() -> None:
    answered = Answered("It is the air.", "Shall I tell you more?")
    answered.tell(SpeechStarted(at=3.4, started_at=2.9, origin=Origin.HANDS_FREE))
    answered.tell(PlaybackHeld(at=3.4, turn=answered.turn, played=0.8))
    answered.stop_speaking(3.9)
    answered.recognise("Yes.", 4.0, until=3.9)
    assert not answered.all(StopPlayback)


def test_an_answer_that_was_over_by_itself_leaves_an_ordinary_utterance(
    answered: Answered,
) -> None:
    answered.speak(in_doubt=True)
    answered.tell(PlaybackFinished(at=4.3, turn=answered.turn, played=2.0))
    answered.stop_speaking(4.6)
    answered.recognise("Yeah.", 4.7, until=4.6)
    assert answered.last(Think).messages[-1].text == "Yeah."


def test_stop_and_typing_end_a_held_answer(answered: Answered) -> None:
    answered.speak()
    answered.tell(StopRequested(at=4.2))
    assert answered.all(StopPlayback)
    other = Answered()
    other.speak()
    other.tell(TextSubmitted(at=4.2, text="Something else"))
    other.tell(PlaybackStopped(at=4.2, turn=other.turn, played=1.5))
    assert other.last(Think).messages[-1].text == "Something else"


@pytest.mark.parametrize(
    "event",
    [MuteRequested(at=4.2, muted=True), ListenModeRequested(at=4.2, mode=ListenMode.HOLD)],
)
def test_an_ear_that_closes_lets_the_answer_go_on(
    answered: Answered, event: MuteRequested | ListenModeRequested
) -> None:
    answered.speak()
    answered.tell(event)
    assert answered.all(ResumePlayback)
    assert answered.state == "speaking"


def test_the_key_stops_an_answer_at_once(answered: Answered) -> None:
    answered.speak()
    answered.press(4.3)
    assert answered.all(StopPlayback)


def test_an_answer_that_is_not_heard_yet_waits_for_the_end_of_a_hum() -> None:
    ear = Ear()
    ear.begin()
    turn = ear.pause(2.0)
    ear.understand(turn)
    ear.silence()
    ear.tell(TimerFired(at=3.3, name=YIELD))
    ear.begin(3.5)
    assert HoldPlayback(turn) in ear.commands
    ear.answer(turn, *ANSWER)
    assert [play.turn for play in ear.all(Play)] == [turn, turn]
    ear.tell(SpeechPaused(at=4.0, pcm=SOUND, until=4.0, speech_ended_at=3.9))
    ear.tell(PartialTranscribed(at=4.1, utterance=2, text="Hmm.", until=4.0))
    ear.tell(TimerFired(at=4.3, name=DOUBT))
    assert ear.all(ResumePlayback) == [ResumePlayback(turn)]

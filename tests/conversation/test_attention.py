"""The mode for a wake phrase: when the assistant attends, and when it needs to be called."""

from __future__ import annotations

import pytest
from talk import SOUND, Ear, Talk

from her_desktop.conversation.attention import FOLLOW_UP
from her_desktop.conversation.commands import (
    AwaitPhrase,
    ClearTimer,
    EndCapture,
    PlayChime,
    SetListenMode,
    SetTimer,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.doubt import LONGEST_DOUBT, SETTLED
from her_desktop.conversation.events import (
    AttentionChosen,
    AttentionOptions,
    Chime,
    FollowUpClosed,
    FollowUpOpened,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MessageAccepted,
    MuteRequested,
    Origin,
    PartialTranscribed,
    PlaybackFinished,
    PlaybackStarted,
    PlaybackStopped,
    SpeechGrew,
    SpeechPaused,
    SpeechStarted,
    StopRequested,
    TimerFired,
    TurnEnded,
    TurnStarted,
    WakePhrase,
    WakePhraseHeard,
)
from her_desktop.conversation.overhearing import DOUBT

QUESTION = "Why is the sky blue?"


class Called(Ear):
    """A talk in the mode for a wake phrase."""

    def __init__(
        self,
        phrase: WakePhrase = WakePhrase.HEY_JARVIS,
        own: str = "",
        *,
        sounds: bool = False,
        follow_up: float = 8.0,
    ) -> None:
        Talk.__init__(self)
        options = AttentionOptions(
            wake_phrase=phrase, own_phrase=own, threshold=0.4, sounds=sounds, follow_up=follow_up
        )
        self.tell(AttentionChosen(at=0.5, options=options))
        self.tell(ListenModeRequested(at=0.5, mode=ListenMode.WAKE))

    @property
    def listens(self) -> str:
        """How the listener was last told to listen, as a word: type checkers narrow no calls."""
        return self.last(SetListenMode).mode.value

    def call(self, at: float = 1.0) -> None:
        """Say the phrase, as its detector hears it."""
        self.tell(WakePhraseHeard(at=at))
        self.tell(SpeechStarted(at=at, started_at=at - 1.3, origin=Origin.HANDS_FREE))

    def suspect(self, at: float = 1.0) -> None:
        """Say what its detector is not sure of."""
        self.tell(SpeechStarted(at=at, started_at=at - 1.6, origin=Origin.HANDS_FREE))

    def ask(self, text: str) -> int:
        """Say something that is understood; return its turn."""
        turn = self.pause(2.0)
        self.understand(turn, text)
        return turn

    def hear_answer(self, turn: int, until: float = 6.0) -> None:
        self.answer(turn, "Because of the air.")
        self.silence()
        self.tell(PlaybackStarted(at=2.5, turn=turn, audible_at=2.5))
        self.tell(PlaybackFinished(at=until, turn=turn, played=1.0))

    def say(self, text: str, at: float = 1.0, utterance: int = 1) -> None:
        """Say something in the hearing of one who waits for a phrase of the user's own."""
        self.tell(SpeechStarted(at=at, started_at=at - 0.5, origin=Origin.HANDS_FREE))
        until = at + 1.0
        self.tell(SpeechPaused(at=until, pcm=SOUND, until=until, speech_ended_at=until - 0.07))
        self.hear(text, until, utterance)

    def hear(self, text: str, until: float, utterance: int = 1) -> None:
        event = PartialTranscribed(
            at=(until or 1.5) + 0.1, utterance=utterance, text=text, until=until
        )
        self.seen = [] if self.conversation.is_private(event) else [event]
        self.tell(event)


def test_asleep_the_listener_waits_for_the_phrase_alone() -> None:
    talk = Called()
    assert talk.last(AwaitPhrase) == AwaitPhrase(WakePhrase.HEY_JARVIS, 0.4)
    assert talk.listens == "wake"
    assert talk.published(ListenModeChanged)[-1].mode is ListenMode.WAKE


def test_the_phrase_and_what_follows_in_one_breath_is_answered_without_the_phrase() -> None:
    talk = Called()
    talk.call()
    assert talk.state == "listening"
    assert talk.listens == "always", "no phrase is needed to interrupt"
    turn = talk.ask(f"Hey, Jarvis. {QUESTION}")
    assert talk.last(Think).messages[-1].text == QUESTION
    talk.hear_answer(turn)
    assert [event.text for event in talk.published(MessageAccepted)] == [QUESTION]


def test_what_its_detector_only_suspects_is_a_call_if_the_words_say_so() -> None:
    talk = Called()
    talk.suspect()
    assert talk.state == "idle", "nobody knows yet"
    talk.tell(SpeechGrew(at=1.5, pcm=SOUND))
    talk.hear("the news. Hey Jarvis", 0.0)
    assert talk.seen == [], "and nobody may learn what was said"
    assert talk.state == "listening"
    assert talk.listens == "always"
    turn = talk.ask(f"the news. Hey, Jarvis. {QUESTION}")
    assert talk.last(Think).messages[-1].text == QUESTION
    talk.hear_answer(turn)
    assert len(talk.published(FollowUpOpened)) == 1


def test_what_was_only_suspected_is_let_go_while_others_talk_on() -> None:
    talk = Called()
    talk.suspect()
    talk.tell(SpeechGrew(at=1.5, pcm=SOUND))
    before = len(talk.all(EndCapture))
    talk.hear("have marvelled at the service for years", 0.0)
    assert len(talk.all(EndCapture)) == before + 1, "the phrase is waited for again"
    assert talk.seen == []
    assert talk.listens == "wake"
    assert not talk.published(TurnStarted)


def test_what_was_only_suspected_and_has_no_words_is_let_go_in_time() -> None:
    talk = Called()
    talk.suspect()
    [order] = [order for order in talk.all(SetTimer) if order.name == DOUBT]
    assert order.due_at == 1.0 + LONGEST_DOUBT
    talk.tell(TimerFired(at=order.due_at, name=DOUBT))
    assert talk.all(EndCapture)
    talk.call(6.0)
    talk.ask(f"Hey Jarvis, {QUESTION}")
    assert talk.last(Think).messages[-1].text == QUESTION


def test_after_an_answer_no_phrase_is_needed_for_a_while() -> None:
    talk = Called()
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"), until=6.0)
    (opened,) = talk.published(FollowUpOpened)
    assert (opened.until, opened.duration) == (14.0, 8.0)
    assert [order.due_at for order in talk.all(SetTimer) if order.name == FOLLOW_UP] == [14.0]
    assert talk.listens == "always"
    talk.tell(TimerFired(at=14.0, name=FOLLOW_UP))
    assert len(talk.published(FollowUpClosed)) == 1
    assert talk.listens == "wake"


def test_what_is_said_in_that_time_is_answered_and_opens_it_again() -> None:
    talk = Called()
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    talk.begin(8.0)
    assert ClearTimer(FOLLOW_UP) in talk.commands
    assert len(talk.published(FollowUpClosed)) == 1
    turn = talk.pause(9.0)
    talk.understand(turn, "And the sea?", at=9.1)
    assert talk.last(Think).messages[-1].text == "And the sea?"
    talk.answer(turn, "That too.")
    talk.silence()
    talk.tell(PlaybackFinished(at=12.0, turn=turn, played=1.0))
    assert talk.published(FollowUpOpened)[-1].until == 20.0


def test_a_noise_in_that_time_takes_little_of_it() -> None:
    talk = Called()
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    talk.begin(8.0)
    talk.tell(SpeechPaused(at=8.5, pcm=SOUND, until=8.5, speech_ended_at=None))
    assert [event.until for event in talk.published(FollowUpOpened)] == [14.0, 14.0]
    talk.begin(13.5)
    talk.tell(SpeechPaused(at=13.9, pcm=SOUND, until=13.9, speech_ended_at=None))
    assert talk.published(FollowUpOpened)[-1].until == pytest.approx(15.9)


def test_the_phrase_alone_is_an_invitation_to_go_on() -> None:
    talk = Called()
    talk.call()
    talk.ask("Hey Jarvis.")
    assert not talk.all(Think)
    talk.silence()
    assert talk.all(EndCapture)
    assert talk.published(FollowUpOpened)
    assert not talk.published(MessageAccepted)
    talk.begin(4.0)
    assert talk.state == "listening"


def test_without_a_follow_up_time_every_question_needs_the_phrase() -> None:
    talk = Called(follow_up=0.0)
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    assert not talk.published(FollowUpOpened)
    assert talk.listens == "wake"


@pytest.mark.parametrize("event", [StopRequested(at=9.0), MuteRequested(at=9.0, muted=True)])
def test_stop_and_mute_end_the_attention(event: StopRequested | MuteRequested) -> None:
    talk = Called()
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    talk.tell(event)
    assert talk.published(FollowUpClosed)
    assert talk.listens == "wake"


def test_the_phrase_over_an_answer_stops_it_at_once() -> None:
    talk = Called()
    talk.call()
    turn = talk.ask(f"Hey Jarvis, {QUESTION}")
    talk.answer(turn, "Because of the air.", "It scatters the light.")
    talk.silence()
    talk.tell(PlaybackStarted(at=2.5, turn=turn, audible_at=2.5))
    talk.tell(TimerFired(at=3.3, name="yield"))
    talk.call(4.0)
    talk.tell(PlaybackStopped(at=4.0, turn=turn, played=1.0))
    assert talk.published(TurnEnded)[-1].turn == turn


def test_another_phrase_is_waited_for_at_once() -> None:
    talk = Called()
    options = AttentionOptions(wake_phrase=WakePhrase.OKAY_NABU, threshold=0.7)
    talk.tell(AttentionChosen(at=1.0, options=options))
    assert talk.last(AwaitPhrase) == AwaitPhrase(WakePhrase.OKAY_NABU, 0.7)


# --- a phrase of the user's own -----------------------------------------------------------------


@pytest.fixture
def eva() -> Called:
    return Called(WakePhrase.OWN, "Eva")


def test_speech_without_the_phrase_leaves_no_trace(eva: Called) -> None:
    assert eva.listens == "always", "the words must be recognised to find it"
    eva.say("Have you seen the news?")
    assert eva.seen == [], "nobody is told what was said"
    assert eva.state == "idle"
    eva.tell(TimerFired(at=1.93 + SETTLED, name=DOUBT))
    assert eva.all(EndCapture)
    for kind in (Think, Transcribe):
        assert not eva.all(kind)
    assert not eva.published(TurnStarted)
    assert eva.conversation.history.messages == ()


def test_speech_with_the_phrase_at_its_head_is_answered(eva: Called) -> None:
    eva.say(f"Ava, {QUESTION}")
    assert eva.last(Think).messages[-1].text == QUESTION
    turn = eva.published(TurnStarted)[-1].turn
    eva.hear_answer(turn)
    assert eva.published(FollowUpOpened)
    eva.begin(8.0)
    turn = eva.pause(9.0)
    eva.understand(turn, "And the sea?", at=9.1)
    assert eva.last(Think).messages[-1].text == "And the sea?"


def test_the_phrase_is_noticed_while_the_sentence_goes_on(eva: Called) -> None:
    eva.tell(SpeechStarted(at=1.0, started_at=0.5, origin=Origin.HANDS_FREE))
    assert eva.state == "idle"
    eva.tell(SpeechGrew(at=1.5, pcm=SOUND))
    eva.hear("Eva, what is", 0.0)
    assert eva.state == "listening"


def test_talk_without_the_phrase_is_not_recognised_over_and_over(eva: Called) -> None:
    eva.tell(SpeechStarted(at=1.0, started_at=0.5, origin=Origin.HANDS_FREE))
    eva.tell(SpeechGrew(at=1.5, pcm=SOUND))
    eva.hear("The minister said today that", 0.0)
    asked = len(eva.all(TranscribePartial))
    for step in range(20):
        eva.tell(SpeechGrew(at=2.0 + step, pcm=SOUND))
    assert len(eva.all(TranscribePartial)) == asked


def test_the_phrase_of_ones_own_alone_is_an_invitation_too(eva: Called) -> None:
    eva.say("Eva?")
    eva.silence()
    assert eva.published(FollowUpOpened)
    assert not eva.all(Think)


def test_without_a_phrase_chosen_nothing_wakes_it() -> None:
    talk = Called(WakePhrase.OWN, "  ")
    assert talk.listens == "hold", "it would be heard for nothing"
    talk.say("Anything at all.")
    talk.tell(TimerFired(at=3.0, name=DOUBT))
    assert not talk.published(TurnStarted)


# --- sounds -------------------------------------------------------------------------------------


def chimes(talk: Talk) -> list[Chime]:
    return [order.chime for order in talk.all(PlayChime)]


def test_by_default_nothing_sounds() -> None:
    talk = Called()
    talk.call()
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    talk.tell(TimerFired(at=14.0, name=FOLLOW_UP))
    assert chimes(talk) == []


def test_listening_begins_and_ends_with_a_sound_where_that_is_wanted() -> None:
    talk = Called(sounds=True)
    assert chimes(talk) == [Chime.STARTED]
    talk.call()
    assert chimes(talk)[1:] == [Chime.STARTED]
    talk.hear_answer(talk.ask(f"Hey Jarvis, {QUESTION}"))
    assert chimes(talk)[2:] == [Chime.STARTED]
    talk.tell(TimerFired(at=14.0, name=FOLLOW_UP))
    assert chimes(talk)[3:] == [Chime.STOPPED]
    talk.tell(ListenModeRequested(at=15.0, mode=ListenMode.HOLD))
    assert chimes(talk)[4:] == [Chime.STOPPED]


def test_the_phrase_is_taken_off_even_where_the_words_come_after_the_decision() -> None:
    talk = Called()
    talk.call()
    turn = talk.pause(2.0)
    talk.silence()
    talk.understand(turn, f"Hey Jarvis, {QUESTION}", at=3.5)
    assert talk.last(Think).messages[-1].text == QUESTION

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    EndReason,
    Event,
    MessageAccepted,
    Origin,
    PartialTranscribed,
    State,
    StateChanged,
    TextStreamed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
)
from her_desktop.ui.bubble import Note
from her_desktop.ui.conversation_view import ConversationView
from her_desktop.ui.story import Story, heard_length


class Told:
    def __init__(self, qtbot: QtBot) -> None:
        self.view = ConversationView()
        qtbot.addWidget(self.view)
        self.story = Story(self.view, self.view)
        self.refused: list[str] = []
        self.silences = 0
        self.story.refused.connect(self.refused.append)
        self.story.nothing_said.connect(self._count)

    def _count(self) -> None:
        self.silences += 1

    def tell(self, *events: Event) -> None:
        for event in events:
            self.story.handle(event)

    @property
    def ghost(self) -> str:
        """What the user is shown to be saying, or ""."""
        return self.view.ghost.line.text if self.view.ghost else ""

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.view.lines]


@pytest.fixture
def told(qtbot: QtBot) -> Told:
    return Told(qtbot)


def started(turn: int, origin: Origin = Origin.PUSH_TO_TALK) -> Event:
    return TurnStarted(at=0.0, turn=turn, origin=origin, speech_ended_at=None)


def accepted(turn: int, text: str) -> Event:
    return MessageAccepted(at=0.0, turn=turn, text=text)


def streamed(turn: int, text: str) -> Event:
    return TextStreamed(at=0.0, turn=turn, text=text)


def committed(turn: int) -> Event:
    return TurnCommitted(at=0.0, turn=turn)


def ended(turn: int, reason: EndReason, heard: str = "") -> Event:
    return TurnEnded(at=0.0, turn=turn, reason=reason, heard=heard)


def test_a_turn_becomes_two_lines(told: Told) -> None:
    told.tell(started(1), committed(1), accepted(1, "Hi"))
    told.tell(streamed(1, " Hel"), streamed(1, "lo."), ended(1, EndReason.FINISHED, "Hello."))
    assert told.texts == ["Hi", "Hello."]
    assert [line.heard for line in told.view.lines] == [None, None]


def test_a_guess_shows_nothing_until_it_is_committed(told: Told) -> None:
    told.tell(started(1), accepted(1, "Hi"), streamed(1, "Hello"))
    assert told.texts == []
    told.tell(committed(1), streamed(1, "!"))
    assert told.texts == ["Hi", "Hello!"]


def test_a_wrong_guess_leaves_no_trace(told: Told) -> None:
    told.tell(started(1), accepted(1, "Hi"), streamed(1, "Hello"), ended(1, EndReason.RESUMED))
    told.tell(started(2), committed(2), accepted(2, "Hi there"), streamed(2, "Hey"))
    told.tell(streamed(1, "stale"))
    assert told.texts == ["Hi there", "Hey"]


def test_an_interrupted_answer_is_cut_where_the_hearing_ended(told: Told) -> None:
    told.tell(started(1), committed(1), accepted(1, "Tell"), streamed(1, "One\n\ntwo  three. Four"))
    told.tell(ended(1, EndReason.STOPPED, "One two"))
    line = told.view.lines[1]
    assert line.heard is not None
    assert line.text[: line.heard] == "One\n\ntwo"


def test_an_answer_stopped_after_its_end_is_not_cut(told: Told) -> None:
    told.tell(started(1), committed(1), accepted(1, "Tell"), streamed(1, "One two. "))
    told.tell(ended(1, EndReason.STOPPED, "One two."))
    assert told.view.lines[1].heard is None


def test_a_repeated_reply_is_not_shown_twice(told: Told) -> None:
    told.tell(started(1, Origin.REPEAT), committed(1), streamed(1, "Hello"))
    told.tell(ended(1, EndReason.STOPPED))
    assert told.texts == []


def test_a_typed_message_that_failed_comes_back(told: Told) -> None:
    told.tell(started(1, Origin.TYPED), committed(1), accepted(1, "Hi"))
    told.tell(ended(1, EndReason.FAILED))
    assert told.refused == ["Hi"]
    assert told.view.lines[0].note is Note.UNANSWERED


def test_a_spoken_message_that_failed_does_not_go_into_the_line(told: Told) -> None:
    told.tell(started(1), committed(1), accepted(1, "Hi"), ended(1, EndReason.FAILED))
    assert told.refused == []


def test_a_typed_message_with_half_an_answer_does_not_come_back(told: Told) -> None:
    told.tell(started(1, Origin.TYPED), committed(1), accepted(1, "Hi"), streamed(1, "Hel lo"))
    told.tell(ended(1, EndReason.FAILED, "Hel"))
    assert told.refused == []
    assert told.view.lines[1].heard == 3


def test_silence_is_told_and_leaves_no_line(told: Told) -> None:
    told.tell(started(1), committed(1), ended(1, EndReason.NOTHING_SAID))
    assert told.silences == 1
    assert told.texts == []


def state(value: State) -> Event:
    return StateChanged(at=0.0, state=value)


def partial(text: str, utterance: int = 1) -> Event:
    return PartialTranscribed(at=0.0, utterance=utterance, text=text)


def test_what_is_being_said_becomes_the_message(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("tell"), partial("tell me a"))
    assert (told.ghost, told.texts) == ("tell me a", [])
    told.tell(started(1), accepted(1, "Tell me a story."))
    assert (told.ghost, told.texts) == ("tell me a", [])
    told.tell(state(State.THINKING), committed(1))
    assert (told.ghost, told.texts) == ("", ["Tell me a story."])


def test_a_partial_that_comes_after_its_message_is_nobodys(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("tell"), state(State.THINKING))
    told.tell(started(1), committed(1), accepted(1, "Tell me."), partial("tell me"))
    assert told.ghost == ""
    told.tell(state(State.IDLE), partial("tell me"))
    assert told.ghost == ""
    told.tell(state(State.LISTENING), partial("tell me"))
    assert told.ghost == ""
    told.tell(partial("and", utterance=2))
    assert told.ghost == "and"


@pytest.mark.parametrize("left", [State.IDLE, State.SPEAKING, State.LOADING])
def test_what_came_to_nothing_vanishes(told: Told, left: State) -> None:
    told.tell(state(State.LISTENING), partial("tell me"), state(State.THINKING))
    assert told.ghost == "tell me"
    told.tell(state(left))
    assert (told.ghost, told.texts) == ("", [])


def test_what_turned_out_to_be_nothing_vanishes(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("mm"), started(1), committed(1))
    told.tell(ended(1, EndReason.NOTHING_SAID))
    assert (told.ghost, told.texts, told.silences) == ("", [], 1)


def test_a_wrong_guess_leaves_what_is_being_said(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("tell"), started(1), accepted(1, "Tell."))
    told.tell(ended(1, EndReason.RESUMED), partial("tell me"))
    assert (told.ghost, told.texts) == ("tell me", [])


def test_an_empty_partial_says_nothing_new(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("  "))
    assert told.ghost == ""
    told.tell(partial("tell"), partial(""))
    assert told.ghost == "tell"


def test_typing_takes_the_place_of_what_was_being_said(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("tell me"), state(State.THINKING))
    told.tell(started(1, Origin.TYPED), committed(1), accepted(1, "Hi"))
    assert (told.ghost, told.texts) == ("", ["Hi"])


@pytest.mark.parametrize("utterance", [1, 2])
def test_an_answer_that_was_given_back_leaves_one_whole_question(
    told: Told, utterance: int
) -> None:
    told.tell(state(State.LISTENING), partial("tell me"), state(State.THINKING))
    told.tell(started(1), committed(1), accepted(1, "Tell me."), streamed(1, "Gladly. What?"))
    told.tell(state(State.SPEAKING), state(State.LISTENING))
    assert told.texts == ["Tell me.", "Gladly. What?"]
    told.tell(ended(1, EndReason.YIELDED, "Gladly."))
    assert (told.ghost, told.texts) == ("Tell me.", [])
    told.tell(partial("tell me about", utterance=utterance))
    assert told.ghost == "tell me about"
    told.tell(state(State.THINKING), started(2), committed(2), accepted(2, "Tell me about it."))
    told.tell(streamed(2, "It is round."), ended(2, EndReason.FINISHED, "It is round."))
    assert (told.ghost, told.texts) == ("", ["Tell me about it.", "It is round."])


def test_an_utterance_that_goes_on_before_its_old_answer_is_silent(told: Told) -> None:
    told.tell(state(State.LISTENING), partial("tell me"), state(State.THINKING))
    told.tell(started(1), committed(1), accepted(1, "Tell me."), streamed(1, "Gladly."))
    told.tell(state(State.LISTENING), partial("tell me about", utterance=2))
    told.tell(ended(1, EndReason.YIELDED))
    assert (told.ghost, told.texts) == ("tell me about", [])


def test_an_answer_given_back_and_then_stopped_leaves_no_ghost(told: Told) -> None:
    told.tell(state(State.LISTENING), state(State.THINKING))
    told.tell(started(1), committed(1), accepted(1, "Tell me."), streamed(1, "Gladly."))
    told.tell(state(State.IDLE), ended(1, EndReason.YIELDED))
    assert (told.ghost, told.texts) == ("", [])


def test_an_answer_given_back_after_something_else_was_said_says_why(told: Told) -> None:
    told.tell(state(State.THINKING), started(1), committed(1), accepted(1, "Tell me."))
    told.tell(streamed(1, "Gladly. What?"), started(2, Origin.TYPED), committed(2))
    told.tell(accepted(2, "Hi"), ended(1, EndReason.YIELDED, "Gladly."))
    assert told.texts == ["Tell me.", "Gladly. What?", "Hi"]
    assert told.view.lines[1].note is Note.WENT_ON
    assert told.view.lines[1].heard == len("Gladly.")


@pytest.mark.parametrize(
    ("answer", "heard", "length"),
    [
        ("a b c", "", 0),
        ("a b c", "a b", 3),
        ("a  b\nc", "a b", 4),
        ("a b", "a b c", 3),
        ("", "a", 0),
    ],
)
def test_heard_words_are_found_in_the_answer(answer: str, heard: str, length: int) -> None:
    assert heard_length(answer, heard) == length

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    EndReason,
    Event,
    MessageAccepted,
    Origin,
    TextStreamed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
)
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
    assert told.view.lines[0].note == "This was not answered."


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

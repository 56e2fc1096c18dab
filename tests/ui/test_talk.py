from __future__ import annotations

from her_desktop.conversation.events import Event, TalkPressed, TalkReleased
from her_desktop.ui.talk import Source, TalkHold


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_a_second_source_neither_begins_nor_ends_a_hold() -> None:
    sent: list[Event] = []
    talk = TalkHold(sent.append)
    talk.press(Source.ORB)
    talk.press(Source.SPACE)
    talk.release(Source.SPACE)
    assert kinds(sent) == [TalkPressed]
    assert talk.is_held
    talk.release(Source.ORB)
    talk.release(Source.ORB)
    assert kinds(sent) == [TalkPressed, TalkReleased]
    assert sent[0].at <= sent[1].at


def test_letting_go_of_everything_sends_one_release() -> None:
    sent: list[Event] = []
    talk = TalkHold(sent.append)
    talk.release_all()
    assert sent == []
    talk.press(Source.BUTTON)
    talk.release_all()
    talk.release(Source.BUTTON)
    assert kinds(sent) == [TalkPressed, TalkReleased]

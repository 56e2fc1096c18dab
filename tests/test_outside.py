from __future__ import annotations

import time

import pytest

from her_desktop.conversation.events import (
    Event,
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    StopRequested,
    TalkPressed,
    TalkReleased,
    TextSubmitted,
)
from her_desktop.outside import Answer, answers


class Window:
    """What the words reach: events, and what was done with the window."""

    def __init__(self) -> None:
        self.sent: list[Event] = []
        self.done: list[str] = []
        self.words: dict[str, Answer] = answers(
            self.sent.append,
            show=lambda: self.done.append("shown"),
            hide=lambda: self.done.append("hidden"),
            end=lambda: self.done.append("ended"),
            status=lambda: {"state": "idle"},
        )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("talk-press", TalkPressed(at=0.0)),
        ("talk-release", TalkReleased(at=0.0)),
        ("listen-hold", ListenModeRequested(at=0.0, mode=ListenMode.HOLD)),
        ("listen-always", ListenModeRequested(at=0.0, mode=ListenMode.ALWAYS)),
        ("listen-wake", ListenModeRequested(at=0.0, mode=ListenMode.WAKE)),
        ("mute", MuteRequested(at=0.0, muted=True)),
        ("unmute", MuteRequested(at=0.0, muted=False)),
        ("say", TextSubmitted(at=0.0, text="Hello there")),
        ("stop", StopRequested(at=0.0)),
    ],
)
def test_a_word_becomes_its_event(word: str, expected: Event) -> None:
    window = Window()
    before = time.monotonic()
    assert window.words[word]("Hello there") == {}
    (event,) = window.sent
    assert before <= event.at <= time.monotonic()
    assert (type(event), {**vars(event), "at": 0.0}) == (type(expected), vars(expected))
    assert window.done == []


def test_the_window_is_shown_hidden_and_ended() -> None:
    window = Window()
    for word in ("show", "hide", "quit"):
        assert window.words[word]("") == {}
    assert window.done == ["shown", "hidden", "ended"]
    assert window.sent == []


def test_the_status_is_the_reply() -> None:
    assert Window().words["status"]("") == {"state": "idle"}

"""From events to lines: which turn said what, and how it ended.

Rule: a turn that is still a guess shows nothing; it becomes visible when it is committed, and a
guess that was wrong leaves no trace. What the user is still saying is shown as a ghost, which
becomes their message or vanishes. An answer that was given back, because the user went on, is taken
off the page like its question, which the user is still asking: the page says what is remembered,
and the panel counts the rest. GUI thread only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

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
    TurnEvent,
    TurnStarted,
)
from her_desktop.ui.bubble import Note
from her_desktop.ui.conversation_view import ConversationView

_HEARING = (State.LISTENING, State.THINKING)
"""The states in which what the user says may still become a message."""


@dataclass
class _Turn:
    origin: Origin
    committed: bool = False
    message: str = ""
    answer: str = ""
    user_line: int | None = None
    reply_line: int | None = None


def heard_length(answer: str, heard: str) -> int:
    """Return how many letters of `answer` the words of `heard` cover.

    What was heard is told in words with single spaces between them; the answer has its own white
    space, so words are counted and not letters.
    """
    words = len(heard.split())
    if not words:
        return 0
    ends = [found.end() for found in re.finditer(r"\S+", answer)]
    return ends[min(words, len(ends)) - 1] if ends else 0


class Story(QObject):
    """Owns what is known of the turns under way and writes it into the conversation view."""

    refused = Signal(str)
    """A typed message that got no answer, for the user to have back."""

    nothing_said = Signal()
    """A turn ended because nothing could be heard in it."""

    def __init__(self, view: ConversationView, parent: QObject | None = None) -> None:
        """Write into `view`."""
        super().__init__(parent)
        self._view = view
        self._turns: dict[int, _Turn] = {}
        self._state = State.LOADING
        self._utterance = -1
        """The last utterance of which anything was shown."""
        self._settled = -1
        """The last utterance that became a message or came to nothing."""

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case PartialTranscribed():
                self._on_partial(event)
            case StateChanged(state=state):
                self._state = state
                if state not in _HEARING:
                    self._settle()
            case TurnEvent():
                self._on_turn_event(event)

    def take_over(self, old: Story) -> None:
        """Follow the turns of another story, whose lines stand in this one's view by now."""
        self._turns, self._state = old._turns, old._state
        self._utterance, self._settled = old._utterance, old._settled

    def _on_partial(self, event: PartialTranscribed) -> None:
        text = event.text.strip()
        # Recognition that was overtaken by what it recognised comes late, and to nobody's use.
        if not text or self._state not in _HEARING or event.utterance <= self._settled:
            return
        self._utterance = event.utterance
        self._view.show_ghost(text)

    def _settle(self) -> None:
        """Show nothing more of what was said up to here, but as messages."""
        self._settled = self._utterance
        self._view.drop_ghost()

    def _on_turn_event(self, event: TurnEvent) -> None:
        if isinstance(event, TurnStarted):
            self._turns[event.turn] = _Turn(event.origin)
            return
        turn = self._turns.get(event.turn)
        if turn is None:
            return
        match event:
            case MessageAccepted(text=text):
                turn.message = text
            case TextStreamed(text=text):
                turn.answer += text
                if turn.reply_line is not None:
                    self._view.grow(turn.reply_line, text)
            case TurnCommitted():
                turn.committed = True
            case TurnEnded():
                del self._turns[event.turn]
                self._on_ended(turn, event)
                return
        self._show(turn)

    def _show(self, turn: _Turn) -> None:
        # A repeated reply is already on screen.
        if not turn.committed or turn.origin is Origin.REPEAT:
            return
        if turn.message and turn.user_line is None:
            turn.user_line = self._view.add_user(turn.message)
            self._settled = self._utterance
        if turn.answer.strip() and turn.reply_line is None and turn.user_line is not None:
            turn.reply_line = self._view.add_reply()
            self._view.grow(turn.reply_line, turn.answer.lstrip())

    def _on_ended(self, turn: _Turn, event: TurnEnded) -> None:
        match event.reason:
            case EndReason.NOTHING_SAID:
                self._settle()
                self.nothing_said.emit()
            case EndReason.YIELDED:
                self._take_back(turn, event.heard)
            case EndReason.STOPPED | EndReason.FAILED if turn.reply_line is not None:
                self._cut(turn.reply_line, event.heard)
            case EndReason.STOPPED if turn.user_line is not None:
                self._view.annotate(turn.user_line, Note.STOPPED)
            case EndReason.FAILED if turn.origin is not Origin.REPEAT:
                if turn.user_line is not None:
                    self._view.annotate(turn.user_line, Note.UNANSWERED)
                if turn.origin is Origin.TYPED:
                    self.refused.emit(turn.message)

    def _cut(self, line: int, heard: str) -> None:
        answer = self._view.lines[line].text
        letters = heard_length(answer, heard)
        if letters < len(answer.rstrip()):
            self._view.cut(line, letters)

    def _take_back(self, turn: _Turn, heard: str) -> None:
        """Show the utterance as one that goes on: the user had not finished."""
        self._settled = min(self._settled, self._utterance - 1)
        if turn.user_line is not None and not self._view.take_back(turn.user_line):
            # They have said something else meanwhile; then both stay, and it is said why.
            if turn.reply_line is not None:
                self._cut(turn.reply_line, heard)
            self._view.annotate(turn.reply_line or turn.user_line, Note.WENT_ON)
        if self._state not in _HEARING:
            self._settle()

"""From events to lines: which turn said what, and how it ended.

Rule: a turn that is still a guess shows nothing; it becomes visible when it is committed, and a
guess that was wrong leaves no trace. GUI thread only.
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
    TextStreamed,
    TurnCommitted,
    TurnEnded,
    TurnEvent,
    TurnStarted,
)
from her_desktop.ui.conversation_view import ConversationView


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

    def handle(self, event: Event) -> None:
        """Take note of an event; those of no turn change nothing."""
        if not isinstance(event, TurnEvent):
            return
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
        if turn.answer.strip() and turn.reply_line is None and turn.user_line is not None:
            turn.reply_line = self._view.add_reply()
            self._view.grow(turn.reply_line, turn.answer.lstrip())

    def _on_ended(self, turn: _Turn, event: TurnEnded) -> None:
        match event.reason:
            case EndReason.NOTHING_SAID:
                self.nothing_said.emit()
            case EndReason.STOPPED | EndReason.FAILED if turn.reply_line is not None:
                answer = self._view.lines[turn.reply_line].text
                heard = heard_length(answer, event.heard)
                if heard < len(answer.rstrip()):
                    self._view.cut(turn.reply_line, heard)
            case EndReason.STOPPED if turn.user_line is not None:
                self._view.annotate(turn.user_line, self.tr("Stopped before an answer came."))
            case EndReason.FAILED if turn.origin is not Origin.REPEAT:
                if turn.user_line is not None:
                    self._view.annotate(turn.user_line, self.tr("This was not answered."))
                if turn.origin is Origin.TYPED:
                    self.refused.emit(turn.message)

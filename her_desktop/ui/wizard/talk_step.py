"""The last step: the first conversation.

Rule: what is said here is said to the same assistant as everywhere else, and stands in the window
behind as well. GUI thread only.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from her_desktop.conversation.events import (
    Event,
    Stage,
    State,
    StateChanged,
    TurnEnded,
)
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.composer import Composer
from her_desktop.ui.conversation_view import ConversationView
from her_desktop.ui.labels import say
from her_desktop.ui.settings.sound import language_of_voice
from her_desktop.ui.story import Story
from her_desktop.ui.talk import Source, TalkHold
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wishes import Wishes
from her_desktop.ui.wizard.step import Means, Step, small_text

_QUESTIONS = {
    "en": ("Tell me something about the sea.", "Why is the sky blue?"),
    "fr": ("Parle-moi de la mer.", "Pourquoi le ciel est-il bleu ?"),
}
"""What one could ask, in the language that the assistant speaks rather than in the window's."""

_BUSY = (State.THINKING, State.SPEAKING)


class TalkStep(Step):
    """Owns a small conversation: its lines, the line to type in, the hold under way."""

    def __init__(self, means: Means) -> None:
        """Begin with two questions to press, for whoever does not know what to say."""
        super().__init__(
            means,
            self.tr("Your first conversation"),
            self.tr("Hold the button or Space, ask something, and let go. Or type."),
        )
        self._wishes = wishes = Wishes(means.send, self)
        self.has_answered = False
        """Whether an answer was heard here."""
        self.hint = small_text()
        self.column.addWidget(self.hint)
        questions = _QUESTIONS[language_of_voice(means.settings())]
        self.suggestions = [TextButton(words, self) for words in questions]
        line = QHBoxLayout()
        line.setSpacing(GRID)
        for button in self.suggestions:
            button.setToolTip(self.tr("Asks this"))
            button.setAccessibleDescription(button.toolTip())
            button.clicked.connect(partial(self._ask, button))
            line.addWidget(button)
        line.addStretch(1)
        self.column.addLayout(line)
        self.conversation = ConversationView()
        self.conversation.setMinimumHeight(20 * GRID)
        self.story = Story(self.conversation, self)
        self.column.addWidget(self.conversation, 1)
        self.composer = Composer()
        self.column.addWidget(self.composer)
        self.talk = TalkHold(means.send, self)
        self.composer.talk_button.held.connect(partial(self.talk.press, Source.BUTTON))
        self.composer.talk_button.let_go.connect(partial(self.talk.release, Source.BUTTON))
        self.composer.submitted.connect(wishes.submit)
        self.composer.stop_wanted.connect(wishes.stop)
        self.conversation.copy_wanted.connect(wishes.copy)
        self.conversation.repeat_wanted.connect(wishes.repeat)
        self.story.refused.connect(self.composer.give_back)
        self.story.nothing_said.connect(self._on_nothing_said)

    @property
    def first(self) -> QWidget:
        """The button to hold: Space talks at once."""
        return self.composer.talk_button

    def enter(self) -> None:
        """Say whether it can answer yet."""
        self._show_hint()

    def leave(self) -> None:
        """Let go of what is held."""
        self.talk.release_all()

    def handle(self, event: Event) -> None:
        """Follow the conversation."""
        self.story.handle(event)
        match event:
            case StateChanged(state=state):
                self.composer.show_busy(busy=state in _BUSY)
                self._show_hint()
            case TurnEnded(heard=heard):
                if heard and not self.has_answered:
                    self.has_answered = True
                    self._show_hint()

    def take_over(self, old: Step) -> None:
        """Go on with the conversation, and with what is being typed."""
        if isinstance(old, TalkStep):
            self.has_answered = old.has_answered
            self.conversation.take_over(old.conversation)
            self.story.take_over(old.story)
            self.composer.take_over(old.composer)
            self._show_hint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Space talk wherever nothing else takes it."""
        if event.text() == " " and not event.modifiers():
            if not event.isAutoRepeat():
                self.talk.press(Source.SPACE)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of Space."""
        if event.text() == " " and not event.isAutoRepeat():
            self.talk.release(Source.SPACE)
        else:
            super().keyReleaseEvent(event)

    def _show_hint(self) -> None:
        known = self.means.known
        needed = (Stage.STT, Stage.LLM, Stage.TTS)
        if fault := known.fault(*needed):
            words = translated(fault)
        elif not known.are_ready(*needed):
            words = self.tr("The models are still being loaded: a few seconds more.")
        elif self.has_answered:
            words = self.tr("That is all there is to it. The window behind does the same.")
        else:
            words = ""
        say(self.hint, words)
        self.hint.setVisible(bool(words))

    def _ask(self, button: TextButton, _checked: bool = False) -> None:
        self._wishes.submit(button.text())

    @Slot()
    def _on_nothing_said(self) -> None:
        say(self.hint, self.tr("Nothing was heard. Hold, talk, and let go at the end."))
        self.hint.show()

"""The first step: which language, and what becomes of what is said.

Rule: the interface's language and the spoken one are two choices; both hold at once. GUI thread
only.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from her_desktop.ui.labels import heading
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.outline import Option
from her_desktop.ui.surface import Surface
from her_desktop.ui.theme import GRID
from her_desktop.ui.wizard.step import Means, Step, body_text, small_text


class LanguageStep(Step):
    """Owns the two lists and the four lines of privacy."""

    def __init__(self, means: Means) -> None:
        """Show what is in force."""
        super().__init__(means, "", self.tr("Two minutes to get to know each other."))
        self.title = self.tr("Hello.")
        self.setAccessibleName(self.title)
        self.window_choice = Choice(self)
        self.spoken_choice = Choice(self)
        settings = means.settings()
        self.window_choice.show_options(self._window_options(), settings.interface_language)
        self.spoken_choice.show_options(self._spoken_options(), settings.language)
        self.window_choice.chosen.connect(self._choose_window)
        self.spoken_choice.chosen.connect(self._choose_spoken)
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(0, 1)
        for row, (words, help_, choice) in enumerate(
            (
                (
                    self.tr("The window speaks"),
                    self.tr("What you read here"),
                    self.window_choice,
                ),
                (
                    self.tr("You speak"),
                    self.tr("What you say to the assistant, and what it answers in"),
                    self.spoken_choice,
                ),
            )
        ):
            label = body_text(words)
            label.setBuddy(choice)
            choice.setAccessibleName(words)
            choice.setAccessibleDescription(help_)
            choice.setToolTip(help_)
            grid.addWidget(label, row, 0)
            grid.addWidget(choice, row, 1, Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(grid)
        self.column.addSpacing(GRID)
        self.privacy = _Privacy(
            self.tr("What you say stays with you"),
            (
                self.tr("Listening, thinking and speaking all happen on this computer."),
                self.tr("No sound is kept, and no text either unless you ask for a history."),
                self.tr("Muting the microphone really closes it."),
                self.tr("The network is used only for downloads that you start."),
            ),
        )
        self.column.addWidget(self.privacy)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        """The first of the two lists."""
        return self.window_choice

    def _window_options(self) -> Sequence[Option]:
        # Languages are named in themselves, for whoever landed in one that they cannot read.
        return (("auto", self.tr("As the system")), ("en", "English"), ("fr", "Français"))

    def _spoken_options(self) -> Sequence[Option]:
        return (
            ("auto", self.tr("What it hears")),
            ("en", self.tr("English")),
            ("fr", self.tr("French")),
        )

    def _choose_window(self, language: str) -> None:
        self.means.choose(interface_language=language)

    def _choose_spoken(self, language: str) -> None:
        self.means.choose(language=language)


class _Privacy(Surface):
    """Four lines on a surface of their own."""

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(heading(title))
        text = small_text()
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setText(f"<div style='line-height:150%'>{'<br>'.join(map(escape, lines))}</div>")
        text.setAccessibleName(" ".join(lines))
        column.addWidget(text)

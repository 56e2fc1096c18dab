"""What is still being loaded, one line to a model, so that nobody waits without knowing for what.

Rule: it is there only while something loads or has failed. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from her_desktop.conversation.events import Event, Stage, StageFailed, StageLoading, StageReady
from her_desktop.ui.theme import GRID, small_font
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import stage_words


class LoadingList(QWidget):
    """Owns one row for each stage that was heard of; the window hands it every event."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2 * GRID, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._rows: dict[Stage, tuple[QLabel, QLabel]] = {}
        self._loading: set[Stage] = set()
        self._failed: set[Stage] = set()
        self.newest: dict[Stage, Event] = {}
        """What was told last of each stage; another list that is told these says the same."""
        self.hide()

    @property
    def text(self) -> str:
        """The rows as lines of text."""
        ordered = [self._rows[stage] for stage in Stage if stage in self._rows]
        return "\n".join(f"{name.text()}: {state.text()}" for name, state in ordered)

    def handle(self, event: Event) -> None:
        """Take note of an event; those of no stage change nothing."""
        match event:
            case StageLoading(stage=stage, model=model):
                self._loading.add(stage)
                self._failed.discard(stage)
                self._say(stage, self.tr("loading {model}").format(model=model))
            case StageReady(stage=stage, model=model, detail=detail):
                self._loading.discard(stage)
                self._failed.discard(stage)
                if detail:
                    words = self.tr("{model} is ready ({detail})")
                else:
                    words = self.tr("{model} is ready")
                self._say(stage, words.format(model=model, detail=translated(detail)))
            case StageFailed(stage=stage, model=model):
                self._loading.discard(stage)
                self._failed.add(stage)
                self._say(stage, self.tr("{model} could not be loaded").format(model=model))
            case _:
                return
        self.newest[stage] = event
        self.setVisible(bool(self._loading or self._failed))

    def _say(self, stage: Stage, words: str) -> None:
        if stage not in self._rows:
            row = len(self._rows)
            labels = (QLabel(stage_words(stage)), QLabel())
            for column, label in enumerate(labels):
                label.setFont(small_font())
                label.setTextFormat(Qt.TextFormat.PlainText)
                self._grid.addWidget(label, row, column)
            labels[0].setForegroundRole(QPalette.ColorRole.PlaceholderText)
            labels[0].setAlignment(Qt.AlignmentFlag.AlignRight)
            self._rows[stage] = labels
        self._rows[stage][1].setText(words)

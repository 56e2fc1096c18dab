"""One page of the settings, drawn from its outline: titles, and cards of rows.

Rule: made when it is first looked at. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from her_desktop.ui.labels import heading
from her_desktop.ui.scroll_bar import WIDTH, ScrollBar
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.outline import Outline, Row, name_of
from her_desktop.ui.settings.row_view import EntryView, PartView, RowView
from her_desktop.ui.surface import Surface
from her_desktop.ui.theme import GRID, large_font


class Page(QScrollArea):
    """Owns the views of one page's entries."""

    def __init__(self, outline: Outline, choices: Choices, parent: QWidget | None = None) -> None:
        """Make everything on the page."""
        super().__init__(parent)
        self.entries: dict[str, EntryView] = {}
        """The rows and parts by field or name; none where somebody else drew the page."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBar(ScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, though unseen where all fits: a page must not jump as it grows.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(outline.title)
        ground = QWidget()
        column = self._column = QVBoxLayout(ground)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID - WIDTH, 3 * GRID)
        column.setSpacing(GRID)
        title = QLabel(outline.title)
        title.setFont(large_font())
        column.addWidget(title)
        if outline.make is not None:
            column.addSpacing(GRID)
            column.addWidget(outline.make(), 1)
        else:
            for section in outline.sections():
                if section.title:
                    column.addSpacing(GRID)
                    title = heading(section.title)
                    title.setContentsMargins(0, GRID, 0, 0)
                    column.addWidget(title)
                else:
                    column.addSpacing(GRID)
                card = Card()
                for entry in section.entries:
                    view: EntryView
                    view = RowView(entry, choices) if isinstance(entry, Row) else PartView(entry)
                    self.entries[name_of(entry)] = view
                    card.add(view)
                column.addWidget(card)
            column.addStretch(1)
        self.setWidget(ground)

    def show_entry(self, name: str) -> None:
        """Bring an entry before the user and light it up; nothing where there is none."""
        view = self.entries.get(name)
        if view is None:
            return
        # A page that was just made has no sizes yet.
        self._column.activate()
        self.ensureWidgetVisible(view, 0, 4 * GRID)
        view.light_up()
        for control in _controls_of(view):
            if control.isEnabled() and control.isVisibleTo(view):
                control.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


class Card(Surface):
    """The surface that a section's entries lie on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        self._column.setSpacing(0)

    def add(self, view: QWidget) -> None:
        """Put an entry below the others."""
        self._column.addWidget(view)


def _controls_of(view: EntryView) -> Iterator[QWidget]:
    """Yield what the keyboard can go to in an entry, what was looked for first."""
    if isinstance(view, RowView):
        yield view.control
    elif isinstance(view, PartView):
        for child in (view.part, *view.part.findChildren(QWidget)):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus:
                yield child

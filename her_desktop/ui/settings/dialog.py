"""The settings dialog: the pages on the left, the page on the right, a search above both.

Rule: pages are made when they are first looked at, so that the dialog opens at once. There is no
OK: a choice holds as it is made. One dialog to a program; closed, it is only hidden, and whoever
opens it again gets the same. It may not refuse to close: Qt would end no program that wants to.
In another language everything in it is made anew, and it stays where it was. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from her_desktop.ui.anew import MadeAnew
from her_desktop.ui.keyboard import KeyboardPlace
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.outline import Outline
from her_desktop.ui.settings.page import Page
from her_desktop.ui.settings.pages import outlines_of
from her_desktop.ui.settings.search import Hit, find
from her_desktop.ui.settings.sidebar import Sidebar
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.theme import GRID, body_font

_WIDTH, _HEIGHT = 112 * GRID, 80 * GRID
_LEAST, _LOWEST = 55 * GRID, 56 * GRID
_LETTERS = 62
"""Letters across a page at its narrowest."""


class SettingsDialog(MadeAnew, QDialog):
    """Owns the sidebar and the pages looked at so far; lives on the GUI thread."""

    def __init__(
        self, surroundings: Surroundings, latest: Latest, parent: QWidget | None = None
    ) -> None:
        """Build the dialog without any page, still hidden; `show_page` shows one."""
        super().__init__(parent, Qt.WindowType.Window)
        self._surroundings, self._latest = surroundings, latest
        self.choices = Choices(surroundings.current, surroundings.apply, self)
        self._frame = QHBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._last_page = ""
        self._furnish()
        room = self.screen().availableSize()
        self.resize(min(_WIDTH, room.width()), min(_HEIGHT, room.height()))
        for keys in (QKeySequence(QKeySequence.StandardKey.Find), QKeySequence("Ctrl+K")):
            QShortcut(keys, self).activated.connect(self._to_search)

    @property
    def outlines(self) -> Sequence[Outline]:
        """What there is, page by page."""
        return self._outlines

    @property
    def page_name(self) -> str:
        """The page on screen, "" before the first."""
        shown = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is shown), "")

    def page(self, name: str) -> Page:
        """Return a page, made now if nobody has looked at it yet."""
        if name not in self._pages:
            outline = next(each for each in self._outlines if each.name == name)
            page = Page(outline, self.choices)
            self._pages[name] = page
            self._stack.addWidget(page)
        return self._pages[name]

    @Slot(str)
    def show_page(self, name: str = "") -> None:
        """Show a page, or with "" the one that was looked at last."""
        wanted = name or self.page_name or self._last_page or self._outlines[0].name
        self._stack.setCurrentWidget(self.page(wanted))
        self.sidebar.show_page(wanted)

    @Slot(object)
    def show_hit(self, hit: Hit) -> None:
        """Show a setting that was searched for."""
        self.show_page(hit.page)
        self.page(hit.page).show_entry(hit.name)

    def hideEvent(self, event: QHideEvent) -> None:
        """Apply what was still being typed."""
        self.choices.flush()
        super().hideEvent(event)

    def _furnish(self) -> None:
        """Make the sidebar, and the place for the pages."""
        self.setWindowTitle(self.tr("Settings"))
        self._inside = QWidget()
        self._outlines = outlines_of(
            self._surroundings, self.choices, self._latest, parent=self._inside
        )
        self._pages: dict[str, Page] = {}
        self.sidebar = Sidebar([(each.name, each.title, each.icon) for each in self._outlines])
        self._stack = QStackedWidget()
        row = QHBoxLayout(self._inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self._stack, 1)
        self._frame.addWidget(self._inside)
        # What stands beside a control needs so much of a line to be read.
        line = _LETTERS * QFontMetrics(body_font()).averageCharWidth()
        self.setMinimumSize(self.sidebar.width() + max(_LEAST, line), _LOWEST)
        self.sidebar.page_wanted.connect(self.show_page)
        self.sidebar.hit_wanted.connect(self.show_hit)
        self.sidebar.searched.connect(self._search)
        self._is_made()

    def _make_anew(self) -> None:
        """Make everything anew in the language of the moment, and go on where the user was."""
        self.choices.flush()
        old, self._last_page = self._inside, self.page_name or self._last_page
        query = self.sidebar.line.entry.text()
        page = self._pages.get(self._last_page)
        scrolled = 0 if page is None else page.verticalScrollBar().value()
        in_sidebar = KeyboardPlace(self.sidebar)
        in_page = None if page is None else KeyboardPlace(page)
        self._frame.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._furnish()
        if query:
            self.sidebar.line.show_text(query)
            self._search(query)
        if page is None or not self.isVisible():
            return
        self.show_page(self._last_page)
        self._inside.show()
        self._frame.activate()
        new = self.page(self._last_page)
        new.verticalScrollBar().setValue(scrolled)
        in_sidebar.restore(self.sidebar)
        if in_page is not None:
            in_page.restore(new)

    @Slot()
    def _to_search(self) -> None:
        self.sidebar.search()

    @Slot(str)
    def _search(self, query: str) -> None:
        self.sidebar.show_hits(find(self._outlines, query), query)

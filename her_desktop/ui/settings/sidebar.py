"""The left of the settings dialog: a line to search in, and the pages or what was found.

Rule: one stop of the Tab key for the line and one for the list, with the arrow keys inside it.
GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from her_desktop.ui.icons import SIZE, icon_pixmap
from her_desktop.ui.labels import prose
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.settings.fields import TextLine, see_through
from her_desktop.ui.settings.search import Hit
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of, small_font

WIDTH = 29 * GRID

_Index = QModelIndex | QPersistentModelIndex
_ICON = Qt.ItemDataRole.UserRole
_WHAT = Qt.ItemDataRole.UserRole + 1
_SECOND = Qt.ItemDataRole.UserRole + 2


class Sidebar(QWidget):
    """Owns the line and the list; the dialog tells it what was found."""

    page_wanted = Signal(str)
    hit_wanted = Signal(object)
    searched = Signal(str)
    """The words in the line, at every letter."""

    def __init__(
        self, pages: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        """List the pages: name, title and icon of each."""
        super().__init__(parent)
        self._pages = pages
        self._page = ""
        self._is_searching = False
        self.line = TextLine(self.tr("Search"), 100, self)
        self.line.is_raised = True
        self.line.icon = "search"
        self.line.row.setContentsMargins(GRID + SIZE + GRID // 2, 0, GRID, 0)
        self.line.entry.setAccessibleName(self.tr("Search the settings"))
        self.line.entry.setToolTip(self.tr("Any word of a setting (Ctrl+F)"))
        self.line.entry.setAccessibleDescription(self.line.entry.toolTip())
        self.line.entry.setClearButtonEnabled(False)
        self.line.setSizePolicy(self.sizePolicy())
        self.line.setFixedHeight(self.line.sizeHint().height())
        self.line.entry.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Pages"))
        self.list.setToolTip("")
        self.list.setAccessibleDescription(self.tr("Up and Down choose"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBar(ScrollBar(sunken=True))
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        see_through(self.list)
        self.list.viewport().setAutoFillBackground(False)
        self._nothing = prose()
        self._nothing.setContentsMargins(GRID, GRID, GRID, 0)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 3 * GRID, GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self.line)
        column.addSpacing(GRID)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.setFixedWidth(max(WIDTH, self._widest_title() + SIZE + 9 * GRID))
        self.line.edited.connect(self.searched)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemClicked.connect(self._take)
        self.list.itemActivated.connect(self._take)
        self._list_pages()

    @property
    def nothing_words(self) -> str:
        """What it says where nothing was found, else ""."""
        return "" if self._nothing.isHidden() else self._nothing.text()

    @Slot()
    def search(self) -> None:
        """Put the keyboard into the line."""
        self.line.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.entry.selectAll()

    def show_page(self, name: str) -> None:
        """Mark the page on screen."""
        self._page = name
        if not self._is_searching:
            self._mark()

    def show_hits(self, hits: Sequence[Hit], query: str) -> None:
        """List what was found, or the pages again where nothing is searched for."""
        self._is_searching = bool(query.strip())
        if not self._is_searching:
            self._list_pages()
            return
        self.list.blockSignals(True)
        self.list.clear()
        for hit in hits:
            self._add(hit.label, "", hit, hit.page_title)
        self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self.list.setAccessibleName(self.tr("{count} found").format(count=len(hits)))
        self._nothing.setText(self.tr("Nothing is called that. Try another word."))
        self._nothing.setVisible(not hits)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let the line's keys work the list, as everybody expects of a search."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        match event.key():
            case Qt.Key.Key_Down if self.list.count():
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.list.currentItem() is not None:
                self._take(self.list.currentItem())
                return True
            case Qt.Key.Key_Escape if self.line.entry.text():
                self.line.show_text("")
                self.searched.emit("")
                return True
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground beside the pages."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(colors_of(self).sunken))
        painter.end()

    def _list_pages(self) -> None:
        self._nothing.hide()
        self.list.blockSignals(True)
        self.list.clear()
        for name, title, icon in self._pages:
            self._add(title, icon, name, "")
        self.list.blockSignals(False)
        self.list.setAccessibleName(self.tr("Pages"))
        self._mark()

    def _add(self, words: str, icon: str, what: object, second: str) -> None:
        item = QListWidgetItem(words)
        item.setData(_ICON, icon)
        item.setData(_WHAT, what)
        item.setData(_SECOND, second)
        item.setToolTip(f"{words} \u2013 {second}" if second else "")
        if second:
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {second}")
        self.list.addItem(item)

    def _mark(self) -> None:
        names = [name for name, _, _ in self._pages]
        if self._page in names:
            self.list.blockSignals(True)
            self.list.setCurrentRow(names.index(self._page))
            self.list.blockSignals(False)

    def _widest_title(self) -> int:
        metrics = QFontMetrics(body_font())
        return max(metrics.horizontalAdvance(title) for _, title, _ in self._pages)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current(self, item: QListWidgetItem | None, _old: QListWidgetItem | None) -> None:
        """Show a page as the arrow keys come to it; a hit waits for Enter or a click."""
        if item is not None and not self._is_searching:
            self.page_wanted.emit(item.data(_WHAT))

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        what = item.data(_WHAT)
        if isinstance(what, Hit):
            self.hit_wanted.emit(what)
        else:
            self.page_wanted.emit(what)


class _Delegate(QStyledItemDelegate):
    """How one line of the list looks: an icon and a title, or a setting and its page."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        lines = QFontMetrics(body_font()).height()
        if index.data(_SECOND):
            lines += QFontMetrics(small_font()).height()
        return QSize(8 * GRID, max(40, lines + 2 * GRID))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        widget = self.parent()
        assert isinstance(widget, QListWidget)
        colors = colors_of(widget)
        state, rect = option.state, option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        near = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or near:
            painter.setBrush(color(colors.blush if chosen else colors.line))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), CORNER, CORNER)
        if chosen and widget.hasFocus():
            painter.setBrush(color(colors.accent_ink))
            bar = QRectF(rect.left() + 3, rect.center().y() - GRID, 3, 2 * GRID)
            painter.drawRoundedRect(bar, 1.5, 1.5)
        room = rect.adjusted(GRID + GRID // 2, 0, -GRID, 0)
        icon = index.data(_ICON)
        if icon:
            tint = colors.accent_ink if chosen else colors.soft_ink
            pixmap = icon_pixmap(icon, tint, SIZE, widget.devicePixelRatioF())
            painter.drawPixmap(room.left(), room.center().y() - SIZE // 2 + 1, pixmap)
            room.setLeft(room.left() + SIZE + GRID + GRID // 2)
        painter.setPen(color(colors.accent_ink if chosen else colors.ink))
        painter.setFont(body_font())
        words, second = index.data(Qt.ItemDataRole.DisplayRole), index.data(_SECOND)
        left = Qt.AlignmentFlag.AlignLeft
        metrics = painter.fontMetrics()
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        if second:
            half = rect.height() // 2
            painter.drawText(
                room.adjusted(0, GRID // 2, 0, -half + 2),
                left | Qt.AlignmentFlag.AlignBottom,
                words,
            )
            painter.setFont(small_font())
            painter.setPen(color(colors.soft_ink))
            painter.drawText(
                room.adjusted(0, half + 2, 0, 0), left | Qt.AlignmentFlag.AlignTop, second
            )
        else:
            painter.drawText(room, left | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

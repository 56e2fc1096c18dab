"""What this program is: versions, licences of everything in it, its log, and a report to copy.

Rule: shows what it is given and reads nothing before it is looked at, and then a little at a time,
so that the window never waits. A report is put on the clipboard and goes nowhere else. GUI thread
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QGuiApplication, QPalette, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from her_desktop.desktop.shipped import Piece
from her_desktop.paths import assets_dir
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.folders import show_folder
from her_desktop.ui.labels import heading, prose, say
from her_desktop.ui.models.flow import Flow
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.settings.fields import Ground, see_through
from her_desktop.ui.theme import GRID, body_font, colors_of, large_font, small_font
from her_desktop.ui.translation import translated

_LONGEST_TEXT = 400_000
"""Letters of a licence text that are shown; none is longer."""

_ICON = 64


@dataclass(frozen=True)
class About:
    """What the page is given. Each callable is asked on the GUI thread, when it is needed."""

    versions: Callable[[], Mapping[str, str]]
    models: Callable[[], Sequence[Piece]]
    pieces: Callable[[], Iterable[Piece]]
    """The program itself, then its libraries; they are taken one by one, as each may be slow."""
    report: Callable[[], str]
    log_dir: Path
    is_in_menu: Callable[[], bool] | None = None
    """Tells whether the program stands in the applications menu; None where that is not ours."""
    be_in_menu: Callable[[bool], str] = lambda _: ""
    """Puts it there (True) or takes it away; returns a sentence where that failed."""
    open_first_steps: Callable[[], object] | None = None
    """Opens the first steps again; None where there are none."""


class AboutPage(QWidget):
    """Owns the page; the dialog that shows it gives it what there is to tell."""

    def __init__(self, about: About, parent: QWidget | None = None) -> None:
        """Build the page; it is filled when it is first shown."""
        super().__init__(parent)
        self._about = about
        self._own: tuple[Piece, ...] = ()
        self._libraries: list[Piece] = []
        self._unread: Iterator[Piece] | None = None
        self._shown: tuple[Piece, ...] = ()
        self._shows_list = False
        self._reading = QTimer(self)
        self._reading.setInterval(0)
        self._reading.timeout.connect(self._read_one)
        self._versions = QGridLayout()
        self._versions.setHorizontalSpacing(3 * GRID)
        self._versions.setVerticalSpacing(GRID // 2)
        self._versions.setColumnStretch(1, 1)
        self._told = _copyable("")
        self.copy_button = self._button(
            self.tr("Copy diagnostics"),
            self.tr("Copies versions, devices, models, timings and errors; nothing that was said"),
        )
        self.log_button = self._button(
            self.tr("Open the log folder"), self.tr("The log holds errors and no speech")
        )
        self.menu_button = self._button("", "")
        self.steps_button = self._button(
            self.tr("First steps"), self.tr("Shows them again from the beginning")
        )
        self.steps_button.setVisible(about.open_first_steps is not None)
        self.licences = QTextBrowser()
        self.licences.setOpenLinks(False)
        self.licences.setMinimumHeight(26 * GRID)
        self.licences.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.licences.setFont(small_font())
        self.licences.setVerticalScrollBar(ScrollBar())
        see_through(self.licences)
        self.licences.setAccessibleName(self.tr("Licences of everything in this program"))
        self.licences.setToolTip(self.tr("A link shows the text of a licence"))
        self.licences.setAccessibleDescription(self.licences.toolTip())
        self.licences.setTabChangesFocus(True)
        self.back_button = self._button(
            self.tr("Back to the list"), self.tr("Shows all licences again")
        )
        self.back_button.hide()
        self._arrange()
        self.copy_button.clicked.connect(self._copy)
        self.log_button.clicked.connect(self._open_log)
        self.menu_button.clicked.connect(self._change_menu)
        self.steps_button.clicked.connect(self._open_steps)
        self.licences.anchorClicked.connect(self._show_text)
        self.back_button.clicked.connect(self._show_list)
        self._show_menu()

    @property
    def told(self) -> str:
        """What it said last, of something that was done."""
        return self._told.text()

    @property
    def versions_text(self) -> str:
        """The versions, a line each."""
        cells = [self._versions.itemAt(index) for index in range(self._versions.count())]
        labels = [cell.widget() for cell in cells if cell is not None]
        texts = [label.text() for label in labels if isinstance(label, QLabel)]
        return "\n".join(" ".join(pair) for pair in zip(texts[::2], texts[1::2], strict=True))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read what there is to tell, the first time somebody looks."""
        if self._unread is None:
            for row, (name, version) in enumerate(self._about.versions().items()):
                self._versions.addWidget(_copyable(name), row, 0)
                number = _copyable(version)
                number.setForegroundRole(QPalette.ColorRole.WindowText)
                self._versions.addWidget(number, row, 1)
            self.licences.setPlainText(self.tr("The licences are being read."))
            self._unread = iter(self._about.pieces())
            self._reading.start()
        self._show_menu()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take on new colours: the links carry one inside the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shows_list:
            self._show_list()

    # --- building ------------------------------------------------------------------------------

    def _button(self, words: str, tip: str) -> TextButton:
        button = TextButton(words, self)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        return button

    def _arrange(self) -> None:
        icon = QLabel()
        picture = QPixmap(str(assets_dir() / "icons" / "her-desktop.svg"))
        picture = picture.scaled(
            _ICON * 2,
            _ICON * 2,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        picture.setDevicePixelRatio(2.0)
        icon.setPixmap(picture)
        name = QLabel("her")
        name.setFont(large_font())
        what = QLabel(
            self.tr("A voice assistant that runs entirely on this computer. Free software.")
        )
        what.setFont(body_font())
        what.setWordWrap(True)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(name)
        titles.addWidget(what)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(titles, 1)
        buttons = Flow(GRID)
        for button in (self.copy_button, self.log_button, self.menu_button, self.steps_button):
            buttons.addWidget(button)
        licence_line = QHBoxLayout()
        licence_line.addWidget(heading(self.tr("Licences")), 1)
        licence_line.addWidget(self.back_button)
        ground = Ground()
        ground.is_raised = True
        ground.hold(self.licences)
        ground.row.setContentsMargins(GRID, GRID, GRID // 2, GRID)
        ground.row.addWidget(self.licences)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(top)
        column.addLayout(self._versions)
        column.addLayout(buttons)
        column.addWidget(self._told)
        column.addLayout(licence_line)
        column.addWidget(ground, 1)
        self._told.hide()

    # --- showing -------------------------------------------------------------------------------

    @Slot()
    def _read_one(self) -> None:
        """Take in one piece, and show the list after the last."""
        assert self._unread is not None
        piece = next(self._unread, None)
        if piece is None:
            self._reading.stop()
            self._libraries.sort(key=lambda each: each.name.casefold())
            self._show_list()
        elif self._own:
            self._libraries.append(piece)
        else:
            self._own = (piece,)

    @Slot()
    def _show_list(self) -> None:
        models = tuple(self._about.models())
        self._shown = (*self._own, *models, *self._libraries)
        numbered = list(enumerate(self._shown))
        first, last = len(self._own), len(self._own) + len(models)
        groups = (
            (self.tr("This program"), numbered[:first]),
            (self.tr("Models on this computer"), numbered[first:last]),
            (self.tr("Libraries"), numbered[last:]),
        )
        ink = colors_of(self).accent_ink
        lines: list[str] = []
        for title, members in groups:
            if members:
                above = f"padding-top:{2 * GRID if lines else 0}px"
                lines.append(
                    f"<tr><td colspan='2' style='{above}'><b>{escape(title)}</b></td></tr>"
                )
                lines += [self._row(number, piece, ink) for number, piece in members]
        self.licences.setHtml(f"<table cellspacing='0'>{''.join(lines)}</table>")
        self._shows_list = True
        self.back_button.hide()

    def _row(self, number: int, piece: Piece, ink: str) -> str:
        licence = escape(piece.licence)
        if piece.texts:
            licence = f"<a style='color:{ink}' href='licence:{number}'>{licence}</a>"
        name = escape(f"{piece.name} {piece.version}".strip())
        return f"<tr><td style='padding-right:{3 * GRID}px'>{name}</td><td>{licence}</td></tr>"

    @Slot(QUrl)
    def _show_text(self, address: QUrl) -> None:
        piece = self._shown[int(address.path())]
        texts = []
        for path in piece.texts:
            try:
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
            except OSError as error:
                texts.append(
                    self.tr("{path} cannot be read ({reason}).").format(
                        path=path, reason=error.strerror
                    )
                )
        whole = "\n\n".join(texts)[:_LONGEST_TEXT]
        self.licences.setPlainText(f"{piece.name} {piece.version}".strip() + f"\n\n{whole}")
        self._shows_list = False
        self.back_button.show()

    def _show_menu(self) -> None:
        is_in_menu = self._about.is_in_menu
        self.menu_button.setVisible(is_in_menu is not None)
        if is_in_menu is None:
            return
        if is_in_menu():
            self.menu_button.say(self.tr("Remove from the menu"))
            tip = self.tr("Takes the program and its icon out of the applications menu")
        else:
            self.menu_button.say(self.tr("Add to the menu"))
            tip = self.tr("Puts the program and its icon into the applications menu")
        self.menu_button.setToolTip(tip)
        self.menu_button.setAccessibleDescription(tip)

    def _say(self, words: str) -> None:
        say(self._told, words)
        self._told.setVisible(bool(words))

    # --- what the user does --------------------------------------------------------------------

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._about.report())
        self._say(
            self.tr("Copied. It says nothing of what was said; paste it where you need help.")
        )

    @Slot()
    def _open_log(self) -> None:
        folder = self._about.log_dir
        if not folder.is_dir() or not show_folder(folder):
            self._say(self.tr("The log is in {folder}.").format(folder=folder))

    @Slot()
    def _open_steps(self) -> None:
        if self._about.open_first_steps is not None:
            self._about.open_first_steps()

    @Slot()
    def _change_menu(self) -> None:
        is_in_menu = self._about.is_in_menu
        if is_in_menu is not None:
            wanted = not is_in_menu()
            problem = self._about.be_in_menu(wanted)
            done = self.tr("Added.") if wanted else self.tr("Removed.")
            self._say(translated(problem) or done)
            self._show_menu()


def _copyable(words: str) -> QLabel:
    label = prose(words)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

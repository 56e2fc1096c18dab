"""Where models of the user's own come in: dropped, chosen, or found where other programs keep them.

Rule: it says what the user brought and shows how that goes; what a file is, others find out.
GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from her_desktop.downloads.progress import Progress, State
from her_desktop.library.news import Found, Task
from her_desktop.ui.buttons import IconButton, TextButton
from her_desktop.ui.labels import heading, prose
from her_desktop.ui.models.flow import Flow
from her_desktop.ui.models.parts import FillingLine
from her_desktop.ui.models.wording import kind_words, progress_words
from her_desktop.ui.surface import Surface
from her_desktop.ui.theme import GRID
from her_desktop.ui.wording import gigabytes


class ImportBox(Surface):
    """Owns the ways in, and a row for everything that is coming in."""

    brought = Signal(str)
    """A file or folder that the user wants taken in."""

    search_wanted = Signal()
    """Look for models that other programs fetched."""

    cancel_wanted = Signal(str)
    """The import of that key is to end, or its outcome was read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing on its way."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Bring your own model"))
        self.file_button = TextButton(self.tr("Choose a file…"))
        self.file_button.name(
            self.tr("Choose a file…"), self.tr("A GGUF file, or a Piper voice beside its json")
        )
        self.folder_button = TextButton(self.tr("Choose a folder…"))
        self.folder_button.name(
            self.tr("Choose a folder…"), self.tr("A folder with a Whisper model for CTranslate2")
        )
        self.search_button = TextButton(self.tr("Look in other programs' models"))
        self.search_button.name(
            self.tr("Look in other programs' models"),
            self.tr("Finds models in the Hugging Face cache; nothing is fetched"),
        )
        for button in self.buttons:
            button.setAccessibleDescription(button.toolTip())
        self.file_button.clicked.connect(self._choose_file)
        self.folder_button.clicked.connect(self._choose_folder)
        self.search_button.clicked.connect(self.search_wanted)
        self.rows: dict[str, ImportRow] = {}
        self.found_buttons: dict[Path, TextButton] = {}
        self._rows = QVBoxLayout()
        self._found = QVBoxLayout()
        self._finding = prose()
        self._finding.hide()
        row = Flow(GRID // 2)
        row.setContentsMargins(-GRID // 2, 0, 0, 0)
        for button in self.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID - 4, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(heading(self.tr("Bring your own")))
        column.addWidget(
            prose(
                self.tr(
                    "Drop a GGUF file, a folder with a Whisper model for CTranslate2, or a Piper "
                    "voice here. It is tried in a process of its own before it may be used, and "
                    "files that can hold programs are refused."
                )
            )
        )
        column.addLayout(row)
        column.addWidget(self._finding)
        column.addLayout(self._found)
        column.addLayout(self._rows)

    @property
    def buttons(self) -> list[TextButton]:
        """The ways in, from left to right."""
        return [self.file_button, self.folder_button, self.search_button]

    def show_import(self, key: str, name: str, progress: Progress) -> None:
        """Show how far an import is; one that is done goes away, as its model has a card now."""
        if progress.state in (State.DONE, State.CANCELLED):
            self.forget(key)
            return
        if key not in self.rows:
            row = ImportRow(name)
            row.dismiss_button.clicked.connect(lambda: self.cancel_wanted.emit(key))
            self.rows[key] = row
            self._rows.addWidget(row)
        self.rows[key].show_progress(progress)

    def forget(self, key: str) -> None:
        """Take a row away."""
        row = self.rows.pop(key, None)
        if row is not None:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()

    def show_found(self, found: Sequence[Found]) -> None:
        """Offer the models that lie elsewhere on this machine."""
        while (item := self._found.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.found_buttons.clear()
        words = "" if found else self.tr("No model of another program was found.")
        self._finding.setText(words)
        self._finding.setVisible(bool(words))
        for each in found:
            self._found.addWidget(self._found_row(each))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what carries files of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.set_lit(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Go back to rest."""
        self.set_lit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was brought."""
        self.set_lit(False)
        event.acceptProposedAction()
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.brought.emit(url.toLocalFile())

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Models (*.gguf *.onnx *.json *.bin)"), self.tr("All files (*)")]
        )
        self._open(dialog)

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a model's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.brought)
        # It must not hold up the conversation behind it.
        dialog.open()

    def _found_row(self, found: Found) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        about = f"{found.name} · {kind_words(found.kind)} · {gigabytes(found.size)}"
        label = prose(about, soft=False)
        label.setToolTip(str(found.path))
        button = TextButton(self.tr("Bring in"))
        help_ = self.tr("Use it here too; the file is shared where the disk allows it")
        button.name(f"{self.tr('Bring in')} ({found.name})", help_)
        button.setAccessibleDescription(help_)
        path = found.path
        button.clicked.connect(lambda: self.brought.emit(str(path)))
        self.found_buttons[path] = button
        layout.addWidget(label, 1)
        layout.addWidget(button)
        return row


class ImportRow(QWidget):
    """One model on its way in."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Show the name of the file or folder."""
        super().__init__(parent)
        self._name = prose(name, soft=False)
        self._line = FillingLine()
        self._words = prose()
        self.dismiss_button = IconButton("close", "", self, side=32)
        words = self.tr("Stop bringing in {name}, or dismiss this").format(name=name)
        self.dismiss_button.name(words)
        self.dismiss_button.setAccessibleDescription(words)
        column = QVBoxLayout()
        column.setSpacing(GRID // 2)
        for widget in (self._name, self._line, self._words):
            column.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        row.addLayout(column, 1)
        row.addWidget(self.dismiss_button, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def words(self) -> str:
        """How it goes, or what was wrong."""
        return self._words.text()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self._line.fill(progress.done, progress.total)
        self._line.setVisible(progress.state is not State.FAILED)
        self._words.setText(progress_words(Task.IMPORT, progress))

"""The page Privacy: what is kept, for how long, where, and what never leaves the machine.

Rule: every sentence here is a promise that the rest of the program keeps. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from her_desktop.paths import Paths
from her_desktop.ui.buttons import IconButton
from her_desktop.ui.folders import show_folder
from her_desktop.ui.labels import prose, say
from her_desktop.ui.settings.confirm import Confirm
from her_desktop.ui.settings.outline import Count, Entry, Outline, Part, Row, Section, Toggle
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.theme import GRID, body_font
from her_desktop.ui.translation import translated

_BREAK = "\u200b"
"""A place of no width where a long path may be broken."""


class Privacy(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, surroundings: Surroundings, parent: QObject) -> None:
        """Offer what the surroundings can delete and open."""
        super().__init__(parent)
        self._around = surroundings

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("privacy", self.tr("Privacy"), "privacy", self._sections)

    def _sections(self) -> tuple[Section, ...]:
        history: list[Entry] = [
            Row(
                "keep_history",
                self.tr("Keep what is said"),
                self.tr("Writes your words and the answers you heard to this computer's disk."),
                Toggle(),
                keywords=self.tr("history log"),
            ),
            Row(
                "history_days",
                self.tr("Keep it for"),
                self.tr("Older days are deleted at the next start."),
                Count(self.tr("days")),
                keywords=self.tr("retention"),
                is_open=lambda settings: settings.keep_history,
            ),
        ]
        if self._around.delete_history is not None:
            history.append(
                Part(
                    "delete_history",
                    self.tr("Delete all that was kept"),
                    self.tr("Every day of it, from this computer's disk."),
                    self._deletion,
                    keywords=self.tr("erase clear"),
                )
            )
        sections = [
            Section(
                "",
                (
                    Part(
                        "promise",
                        self.tr("Nothing you say leaves this computer"),
                        "",
                        self._promise,
                        keywords=self.tr("network cloud telemetry"),
                    ),
                ),
            ),
            Section(self.tr("History"), tuple(history)),
        ]
        paths = self._around.paths
        if paths is not None:
            sections.append(
                Section(
                    self.tr("Where the files are"),
                    (
                        Part(
                            "places",
                            "",
                            self.tr("Everything this program writes lies in these folders."),
                            lambda: Places(self._places(paths)),
                            keywords=self.tr("folder files settings models log"),
                        ),
                    ),
                )
            )
        return tuple(sections)

    def _promise(self) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for sentence in (
            self.tr("Your voice, your words and the answers are worked on here and nowhere else."),
            self.tr("The only use of the network is a download that you start."),
            self.tr("There are no accounts, no statistics and no reports sent by themselves."),
            self.tr("The sound of your voice is never written to the disk, and no log quotes you."),
        ):
            column.addWidget(prose(sentence))
        return widget

    def _places(self, paths: Paths) -> tuple[tuple[str, Path], ...]:
        return (
            (self.tr("Settings"), paths.settings_file),
            (self.tr("Conversations"), paths.history_dir),
            (self.tr("Models"), paths.models_dir),
            (self.tr("Log"), paths.log_dir),
        )

    def _deletion(self) -> QWidget:
        return Deletion(self._around)


class Deletion(QWidget):
    """Owns the button that deletes the history, and the sentence about what came of it."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Begin with nothing deleted."""
        super().__init__()
        self._around = surroundings
        self.confirm = Confirm(
            self.tr("Delete everything"),
            self.tr("Delete all conversations that were kept? They cannot be brought back."),
            self.tr("Delete"),
            self.tr("Keep them"),
            "delete",
        )
        self._words = prose(soft=False)
        self._words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.confirm)
        column.addWidget(self._words)
        self.confirm.confirmed.connect(self._delete)

    @property
    def words(self) -> str:
        """What came of it, "" before anything did."""
        return self._words.text()

    @Slot()
    def _delete(self) -> None:
        assert self._around.delete_history is not None
        problem = self._around.delete_history()
        words = translated(problem) or self.tr("All conversations that were kept are deleted.")
        say(self._words, words)
        self._words.show()


class Places(QWidget):
    """Where files are kept, each with a button that opens its folder."""

    def __init__(self, places: Sequence[tuple[str, Path]]) -> None:
        """List the places."""
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        self.buttons: dict[Path, IconButton] = {}
        for number, (what, path) in enumerate(places):
            texts = QVBoxLayout()
            texts.setSpacing(0)
            caption = QLabel(what)
            caption.setFont(body_font())
            where = prose(str(path).replace("/", f"/{_BREAK}").replace("\\", f"\\{_BREAK}"))
            texts.addWidget(caption)
            texts.addWidget(where)
            button = IconButton("folder", self.tr("Open the folder: {what}").format(what=what))
            button.clicked.connect(lambda _=False, path=path: show_folder(path))
            self.buttons[path] = button
            grid.addLayout(texts, number, 0)
            grid.addWidget(button, number, 1)

"""A dialog whose settings are kept in a list, and whose every choice can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.ui.settings.dialog import SettingsDialog
from her_desktop.ui.settings.opening import SettingsDoor
from her_desktop.ui.settings.row_view import RowView
from her_desktop.ui.settings.surroundings import Surroundings

Apply = Callable[[Settings], None]


class World:
    """What lies around the dialog: the settings in force, and what it asked for."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.sent: list[Event] = []
        self.applied: list[Settings] = [Settings()]
        self.deleted = 0
        self.delete_problem = ""
        self.opened: list[str] = []
        self.paths = Paths.under(folder)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.door = SettingsDoor(
            Surroundings(
                send=self.sent.append,
                current=lambda: self.settings,
                apply=self.applied.append,
                paths=self.paths,
                installed_models=lambda: {
                    "stt": [("whisper-tiny.en", "Whisper tiny.en"), ("other-stt", "Other")],
                    "llm": [("smollm2-135m-instruct", "SmolLM2 135M")],
                    "tts": [("piper-en_US-joe-medium", "Joe")],
                },
                delete_history=self._delete,
                open_first_steps=lambda: self.opened.append("first steps"),
                open_diagnostics=lambda: self.opened.append("diagnostics"),
            ),
            self.window,
        )

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.applied[-1]

    @property
    def dialog(self) -> SettingsDialog:
        """The dialog, opened if it was not."""
        if self.door.dialog is None:
            self.window.show()
            self.door.open()
        dialog = self.door.dialog
        assert dialog is not None
        return dialog

    def row(self, page: str, field: str) -> RowView:
        """The row of a setting, on the page that is shown for it."""
        self.dialog.show_page(page)
        view = self.dialog.page(page).entries[field]
        assert isinstance(view, RowView)
        return view

    def change(self, **choices: object) -> None:
        """Change settings from elsewhere."""
        old = self.settings
        self.applied.append(old.changed(**choices))
        self.door.follow(old, self.settings)

    def _delete(self) -> str:
        self.deleted += 1
        return self.delete_problem


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[World]:
    made = World(qtbot, tmp_path)
    yield made
    made.door.close()

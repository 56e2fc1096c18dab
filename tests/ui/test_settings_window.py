"""The settings as the program puts them together: the window's button, a file, a history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    EndReason,
    Event,
    LevelMeasured,
    MessageAccepted,
    Noticed,
    TurnEnded,
)
from her_desktop.conversation_log import ConversationLog, day_files
from her_desktop.live_settings import LiveSettings
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.settings_window import settings_door
from her_desktop.ui.settings.controls import Choice, Switch
from her_desktop.ui.settings.dialog import SettingsDialog
from her_desktop.ui.settings.opening import SettingsDoor
from her_desktop.ui.settings.privacy import Deletion
from her_desktop.ui.settings.row_view import RowView
from her_desktop.ui.tray import Tray
from her_desktop.ui.window import MainWindow


class Program:
    """The parts of the program around the settings, without an engine."""

    def __init__(self, window: MainWindow, folder: Path, sent: list[Event]) -> None:
        self.paths = Paths.under(folder)
        self.window = window
        self.told: list[str] = []
        self.live = LiveSettings(
            Settings(), self.paths.settings_file, lambda *_: None, str, self.told.append
        )
        self.said = ConversationLog(self.paths.history_dir, self.told.append, keep=True, days=30)
        self.door: SettingsDoor = settings_door(
            window, self.live, self.said, self.paths, sent.append, ()
        )

    @property
    def dialog(self) -> SettingsDialog:
        """The dialog, which must be open."""
        assert self.door.dialog is not None
        assert self.door.dialog.isVisible()
        return self.door.dialog

    def row(self, page: str, field: str) -> RowView:
        """The row of a setting, on the page that is shown for it."""
        self.dialog.show_page(page)
        view = self.dialog.page(page).entries[field]
        assert isinstance(view, RowView)
        return view


@pytest.fixture
def program(
    make_window: Callable[[Settings], MainWindow], sent: list[Event], tmp_path: Path
) -> Iterator[Program]:
    made = Program(make_window(Settings()), tmp_path, sent)
    yield made
    made.door.close()


def test_the_button_in_the_header_opens_the_settings(program: Program) -> None:
    program.window.room.header.settings_button.click()
    first = program.dialog
    program.window.room.header.settings_button.click()
    assert program.dialog is first


def test_a_key_opens_them_while_a_message_is_being_typed(program: Program) -> None:
    program.window.room.composer.entry.setFocus()
    QTest.keyClick(
        program.window.room.composer.entry, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier
    )
    assert program.dialog
    assert program.window.room.composer.entry.text() == ""


def test_the_menu_of_the_tray_opens_them(program: Program, sent: list[Event]) -> None:
    tray = Tray(sent.append, program.window, str, has_tray=lambda: False)
    tray.settings_wanted.connect(program.door.open)
    tray.settings_action.trigger()
    assert program.dialog
    tray.close()


def test_a_choice_is_in_the_file_at_once(program: Program) -> None:
    program.door.open()
    switch = program.row("sound", "cancel_echo").control
    assert isinstance(switch, Switch)
    switch.click()
    kept = json.loads(program.paths.settings_file.read_text(encoding="utf-8"))
    assert kept["cancel_echo"] is False


def test_a_choice_that_is_taken_back_is_shown_as_it_was(program: Program) -> None:
    program.door.open()
    choice = program.row("models", "llm_model").control
    assert isinstance(choice, Choice)
    starter = choice.currentText()
    program.live.apply(program.live.settings.changed(llm_model="broken"))
    assert choice.currentText() == "broken"
    program.live.apply(program.live.settings.changed(llm_model="smollm2-135m-instruct"))
    assert choice.currentText() == starter


@pytest.mark.models
def test_the_models_that_are_here_are_offered_by_name(program: Program) -> None:
    program.door.open()
    choice = program.row("models", "tts_model").control
    assert isinstance(choice, Choice)
    assert choice.currentData() == "piper-en_US-joe-medium"
    assert choice.currentText() != choice.currentData()


def test_the_history_is_deleted_from_the_disk(program: Program) -> None:
    program.said.handle(MessageAccepted(at=0.0, turn=1, text="A secret."))
    program.said.handle(TurnEnded(at=1.0, turn=1, reason=EndReason.FINISHED, heard="Yes."))
    assert len(day_files(program.paths.history_dir)) == 1
    program.door.open("privacy")
    deletion = program.dialog.page("privacy").findChild(Deletion)
    assert isinstance(deletion, Deletion)
    deletion.confirm.button.click()
    assert len(day_files(program.paths.history_dir)) == 1
    deletion.confirm.yes.click()
    assert day_files(program.paths.history_dir) == []


def test_levels_reach_nobody_while_the_dialog_is_closed(program: Program, qtbot: QtBot) -> None:
    level = LevelMeasured(at=0.0, level_db=-20.0, speech=False)
    with qtbot.assertNotEmitted(program.door.latest.happened):
        program.door.handle(level)
    with qtbot.waitSignal(program.door.latest.happened):
        program.door.handle(Noticed(at=0.0, message="Something."))
    program.door.open()
    with qtbot.waitSignal(program.door.latest.happened):
        program.door.handle(level)

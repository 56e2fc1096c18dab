from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.desktop.shipped import Piece
from her_desktop.ui.about import About, AboutPage
from her_desktop.ui.theme import DARK, LIGHT, palette_of

Make = Callable[..., AboutPage]


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Make:
    text = tmp_path / "LICENSE"
    text.write_text("Do what is right.", encoding="utf-8")
    pieces: Sequence[Piece] = (
        Piece("her-desktop", "1.0", "GPL-3.0-or-later", (text,)),
        Piece("soxr", "1.0", "LGPL-2.1-or-later"),
        Piece("numpy", "2.0", "BSD-3-Clause & more", (tmp_path / "gone",)),
    )

    def page(**choices: object) -> AboutPage:
        about = About(
            versions=lambda: {"her_desktop": "1.0", "Python": "3.12"},
            models=lambda: (Piece("Whisper tiny", "", "MIT"),),
            pieces=lambda: pieces,
            report=lambda: "all the facts",
            log_dir=tmp_path / "logs",
            **choices,  # type: ignore[arg-type]
        )
        made = AboutPage(about)
        qtbot.addWidget(made)
        with qtbot.waitExposed(made):
            made.show()
        qtbot.waitUntil(lambda: "numpy" in made.licences.toPlainText())
        return made

    return page


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_versions_and_licences_are_shown(make: Make) -> None:
    page = make()
    assert page.versions_text == "her_desktop 1.0\nPython 3.12"
    shown = page.licences.toPlainText()
    for words in ("Whisper tiny", "MIT", "numpy 2.0", "BSD-3-Clause & more", "GPL-3.0-or-later"):
        assert words in shown
    places = [shown.index(name) for name in ("her-desktop", "Whisper", "numpy", "soxr")]
    assert places == sorted(places)


def test_the_first_steps_are_opened_where_there_are_any(make: Make) -> None:
    opened: list[bool] = []
    page = make(open_first_steps=lambda: opened.append(True))
    assert page.steps_button.isVisible()
    click(page.steps_button)
    assert opened == [True]
    assert not make().steps_button.isVisible()


def test_the_window_never_waits_for_the_licences(qtbot: QtBot, tmp_path: Path) -> None:
    read: list[str] = []

    def pieces() -> Iterator[Piece]:
        for name in ("her-desktop", "one", "two"):
            read.append(name)
            yield Piece(name, "1.0", "MIT")

    page = AboutPage(
        About(dict, lambda: (), pieces, lambda: "", tmp_path, is_in_menu=lambda: False)
    )
    qtbot.addWidget(page)
    page.show()
    assert read == []
    qtbot.waitUntil(lambda: "two" in page.licences.toPlainText())
    page.hide()
    page.show()
    assert read == ["her-desktop", "one", "two"]


@pytest.mark.usefixtures("french")
def test_it_is_no_wider_than_the_narrowest_settings(make: Make, qtbot: QtBot) -> None:
    page = make(is_in_menu=lambda: True)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(page)
    area.resize(400, 500)
    area.show()
    qtbot.waitUntil(lambda: 0 < page.width() <= area.viewport().width())
    for button in (page.copy_button, page.log_button, page.menu_button):
        assert button.width() >= button.sizeHint().width()


def test_links_take_on_the_colours_of_the_night(make: Make) -> None:
    page = make()
    assert LIGHT.accent_ink in page.licences.toHtml()
    page.setPalette(palette_of(DARK))
    assert DARK.accent_ink in page.licences.toHtml()
    assert LIGHT.accent_ink not in page.licences.toHtml()


def test_the_text_of_a_licence_can_be_read_and_left(make: Make) -> None:
    page = make()
    page.licences.anchorClicked.emit(QUrl("licence:0"))
    assert "Do what is right." in page.licences.toPlainText()
    click(page.back_button)
    assert "numpy" in page.licences.toPlainText()
    assert not page.back_button.isVisible()


def test_a_text_that_is_gone_is_said(make: Make) -> None:
    page = make()
    page.licences.anchorClicked.emit(QUrl("licence:2"))
    assert "cannot be read" in page.licences.toPlainText()


def test_the_report_goes_to_the_clipboard_and_nowhere_else(make: Make) -> None:
    page = make()
    click(page.copy_button)
    assert QGuiApplication.clipboard().text() == "all the facts"
    assert page.told.startswith("Copied.")


def test_a_log_folder_that_is_not_there_yet_is_named(make: Make, tmp_path: Path) -> None:
    page = make()
    click(page.log_button)
    assert page.told == f"The log is in {tmp_path / 'logs'}."


def test_the_menu_entry_is_put_there_and_taken_away(make: Make) -> None:
    there = {"it": False}

    def change(wanted: bool) -> str:
        there["it"] = wanted
        return ""

    page = make(is_in_menu=lambda: there["it"], be_in_menu=change)
    assert page.menu_button.text() == "Add to the menu"
    click(page.menu_button)
    assert there["it"]
    assert page.menu_button.text() == "Remove from the menu"
    click(page.menu_button)
    assert not there["it"]


def test_a_menu_that_refuses_is_said(make: Make) -> None:
    page = make(is_in_menu=lambda: False, be_in_menu=lambda _: "It could not be written.")
    click(page.menu_button)
    assert page.told == "It could not be written."
    assert page.menu_button.text() == "Add to the menu"


def test_where_installers_fill_the_menu_there_is_no_button(make: Make) -> None:
    assert not make().menu_button.isVisible()


def test_every_control_has_a_name_help_and_a_tab_stop(make: Make) -> None:
    page = make(is_in_menu=lambda: True)
    page.licences.anchorClicked.emit(QUrl("licence:0"))
    controls = [
        *(button for button in page.findChildren(QAbstractButton) if button.isVisible()),
        *page.findChildren(QTextBrowser),
    ]
    assert len(controls) == 5
    for control in controls:
        assert control.accessibleName()
        assert control.accessibleDescription()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event
from her_desktop.ui.hiding import Hiding
from her_desktop.ui.tray import Tray
from her_desktop.ui.window import MainWindow


class Desktop:
    """A window, its icon, and a tray that may come and go."""

    def __init__(self, window: MainWindow, sent: list[Event]) -> None:
        self.window = window
        self.has_tray = False
        self.tray = Tray(sent.append, window, str, has_tray=lambda: self.has_tray)
        self.hiding = Hiding(window, self.tray)

    def set_tray(self, *, there: bool) -> None:
        self.has_tray = there
        self.tray.look()


@pytest.fixture
def desktop(window: MainWindow, sent: list[Event]) -> Iterator[Desktop]:
    made = Desktop(window, sent)
    yield made
    made.tray.close()


def test_behind_an_icon_the_window_is_hidden_and_comes_back(desktop: Desktop) -> None:
    desktop.set_tray(there=True)
    desktop.tray.show_action.trigger()
    assert not desktop.window.isVisible()
    desktop.tray.show_action.trigger()
    assert desktop.window.isVisible()


def test_without_a_tray_it_is_only_made_small_until_one_comes(desktop: Desktop) -> None:
    desktop.hiding.hide()
    assert desktop.window.isMinimized()
    assert desktop.window.isVisible()
    desktop.set_tray(there=True)
    assert not desktop.window.isVisible()


def test_what_the_user_brought_back_meanwhile_stays(desktop: Desktop) -> None:
    desktop.hiding.hide()
    desktop.window.show_and_raise()
    desktop.set_tray(there=True)
    assert desktop.window.isVisible()


def test_what_is_hidden_is_found_again_when_the_tray_goes(desktop: Desktop) -> None:
    desktop.set_tray(there=True)
    desktop.hiding.hide()
    desktop.set_tray(there=False)
    assert desktop.window.isVisible()
    assert desktop.window.isMinimized()


def test_closing_hides_where_there_is_an_icon_and_ends_where_there_is_none(
    desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.set_tray(there=True)
    with qtbot.waitSignal(desktop.window.put_away):
        desktop.window.close()
    desktop.window.show_and_raise()
    desktop.set_tray(there=False)
    with qtbot.waitSignal(desktop.window.closed):
        desktop.window.close()


def test_the_menu_ends_the_program(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.set_tray(there=True)
    with qtbot.waitSignal(desktop.window.closed):
        desktop.tray.quit_action.trigger()

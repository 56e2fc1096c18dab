"""What every test of the window needs: no screen, a window with a record of what it sent."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event
from her_desktop.settings import Settings
from her_desktop.ui.translation import install_translation
from her_desktop.ui.window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_OF_NO_SCREEN = ("propagateSizeHints", "raise", "systemTrayWindowChanged")
"""What the platform without a screen complains of: it has no window manager and no tray."""

_HERE = Path(__file__).parent

PATIENCE_MS = 60_000
"""Milliseconds that a test waits for what must come: a host that stalls must not fail it."""


class PatientBot(QtBot):
    """Waits as pytest-qt does, and longer; what comes is waited for no longer than it takes."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:  # noqa: N802
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitExposed(self, widget: QWidget, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The bot of every test of the window."""
    return PatientBot(request)


@pytest.fixture
def french(qapp: QApplication) -> Iterator[None]:
    """Everything that is made from here on speaks French."""
    before = set(qapp.findChildren(QTranslator))
    assert install_translation(qapp, "fr") == "fr"
    yield
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        # No event loop may run before it is gone, or the next test would still find it.
        translator.setParent(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a part of the window stand alone: there is no window manager to ask for anything."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.qt_log_ignore(*_OF_NO_SCREEN))


@pytest.fixture(autouse=True)
def nothing_left_over(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window or a thread behind."""
    windows = list(QApplication.topLevelWidgets())
    threads = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.topLevelWidgets() if widget not in windows]
    assert [type(widget).__name__ for widget in left] == []
    assert set(threading.enumerate()) - threads == set()


@pytest.fixture
def sent() -> list[Event]:
    """What the window sent, oldest first."""
    return []


@pytest.fixture
def saved() -> list[Settings]:
    """The settings that the window kept, oldest first."""
    return []


@pytest.fixture
def make_window(
    qtbot: QtBot, sent: list[Event], saved: list[Settings]
) -> Callable[[Settings], MainWindow]:
    """Make a window that is on screen and has the keyboard."""

    def make(settings: Settings) -> MainWindow:
        window = MainWindow(sent.append, settings, saved.append)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return make


@pytest.fixture
def window(make_window: Callable[[Settings], MainWindow]) -> MainWindow:
    """A window with the default settings."""
    return make_window(Settings())

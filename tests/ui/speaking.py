"""Changing the language of what is on screen, and reading every word that is there."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QListWidget, QWidget

from her_desktop.ui.anew import MadeAnew
from her_desktop.ui.translation import install_translation

_PATIENCE = 60.0
_UNREAD = {"objectName", "styleSheet", "html", "markdown", "iconText"}


class _Opened(QObject):
    """Watches which windows come up."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def speak(language: str) -> None:
    """Change the language, and let every window take it up and throw away what it had.

    Fails where anything comes up as a window of its own meanwhile: a person would see it flash.
    """
    app = QApplication.instance()
    assert app is not None
    opened = _Opened()
    app.installEventFilter(opened)
    assert install_translation(app, language) == language
    QApplication.processEvents()
    beat = QTimer()
    beat.start(5)  # there is always an event to wait for
    given_up_at = time.monotonic() + _PATIENCE
    while not all(each.is_up_to_date for each in _windows()):
        assert time.monotonic() < given_up_at
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    beat.stop()
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    app.removeEventFilter(opened)
    assert opened.windows == []


def _windows() -> list[MadeAnew]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, MadeAnew)]


def words_of(root: QObject) -> list[tuple[str, str]]:
    """Return all that can be read or heard in a tree of objects, each with the class it is in."""
    return [
        (type(each).__name__, words)
        for each in (root, *root.findChildren(QObject))
        for words in _words(each)
        if any(letter.isalpha() for letter in words)
    ]


def _words(each: QObject) -> Iterator[str]:
    if not isinstance(each, QWidget | QAction):
        return
    about = each.metaObject()
    for index in range(about.propertyCount()):
        known = about.property(index)
        value = known.read(each)
        if isinstance(value, str) and str(known.name()) not in _UNREAD:
            yield value
    if isinstance(each, QComboBox):
        yield from (each.itemText(index) for index in range(each.count()))
    elif isinstance(each, QListWidget):
        for index in range(each.count()):
            yield each.item(index).text()
            yield each.item(index).toolTip()

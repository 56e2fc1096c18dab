"""Text on a page, in its few kinds: a title, a sentence, and what stands beside them.

Rule: the one place where a label gets its font and its rank. What it says is shown as it is, never
read as markup: names of models, devices and files are among it. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel

from her_desktop.ui.theme import body_font, small_font


def heading(words: str = "") -> QLabel:
    """Return the title of a part of a page, or the name of a thing on it."""
    label = _plain(words, strong_font())
    label.setWordWrap(True)
    return label


def prose(words: str = "", *, soft: bool = True) -> QLabel:
    """Return a small text that wraps; `soft` is of the second rank."""
    label = _plain(words, small_font())
    label.setWordWrap(True)
    if soft:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def quiet(words: str = "") -> QLabel:
    """Return a caption of the second rank, on one line."""
    label = _plain(words, small_font())
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def say(label: QLabel, words: str) -> None:
    """Put words on a label, also for a screen reader."""
    label.setText(words)
    label.setAccessibleName(words)


def strong_font() -> QFont:
    """Return the font of what is read, a little stronger."""
    font = body_font()
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _plain(words: str, font: QFont) -> QLabel:
    label = QLabel(words)
    label.setFont(font)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.settings import Settings
from her_desktop.ui.theme import DARK, LIGHT, Colors, body_font, colors_of, large_font, small_font
from her_desktop.ui.window import MainWindow


def luminance(name: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(value: float) -> float:
        return float(value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)

    made = QColor(name)
    red, green, blue = (linear(part) for part in (made.redF(), made.greenF(), made.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [(text, ground) for text in ("ink", "soft_ink") for ground in ("paper", "surface", "sunken")]
    + [
        ("soft_ink", "ghost"),
        ("soft_ink", "blush"),
        ("accent_ink", "paper"),
        ("accent_ink", "surface"),
        ("on_accent", "accent_ink"),
        ("ink", "blush"),
        ("accent_ink", "blush"),
        ("on_accent", "accent"),
        ("ink", "line"),
    ],
)
def test_every_text_can_be_read(colors: Colors, text: str, ground: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


def test_the_window_follows_the_system_into_the_dark_and_back(
    window: MainWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    def paper() -> str:
        return window.grab().toImage().pixelColor(4, window.height() // 2).name()

    assert paper() == LIGHT.paper
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: paper() == DARK.paper)
    assert colors_of(window.orb) is DARK
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: paper() == LIGHT.paper)


def test_the_user_may_choose_the_dark_or_the_light_and_leave_it_to_the_system_again(
    window: MainWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    def paper() -> str:
        return window.grab().toImage().pixelColor(4, window.height() // 2).name()

    system = paper()
    window.use(Settings(theme="dark"))
    qtbot.waitUntil(lambda: paper() == DARK.paper)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert paper() == DARK.paper, "the system's wish is not the user's"
    window.use(Settings(theme="light"))
    qtbot.waitUntil(lambda: paper() == LIGHT.paper)
    window.use(Settings(theme="dark"))
    window.use(Settings())
    qtbot.waitUntil(lambda: paper() == system)


def test_there_are_three_sizes_of_type(qapp: QApplication) -> None:
    sizes = [font().pointSizeF() for font in (small_font, body_font, large_font)]
    assert sizes[0] < sizes[1] < sizes[2]

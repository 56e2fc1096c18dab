"""Colours, sizes and type: one calm warm room, by day and by night.

Rule: a colour is named here and nowhere else. Widgets ask `colors_of` when they paint, so that they
follow the system from light to dark while they are on screen. GUI thread only.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

GRID = 8
"""Pixels: every distance is a multiple of it, or half of one."""

CORNER = 12
"""Pixels: the radius of every corner that is not a full circle."""

PANEL_WIDTH = 320
"""Pixels the performance panel takes beside the conversation."""

READING_WIDTH = 544
"""Pixels a line of text may take: about 70 letters, which is what an eye likes to follow."""


@dataclass(frozen=True)
class Colors:
    """The colours of one theme, as `#rrggbb`, by what they are for."""

    paper: str
    """The room itself."""
    surface: str
    """What lies on it: a reply, the line to type in."""
    sunken: str
    """What lies beside it: the performance panel, a pressed button."""
    ink: str
    """Text."""
    soft_ink: str
    """Text of the second rank, and icons."""
    accent: str
    """The one colour: the voice, and what the user may press."""
    on_accent: str
    """Text and icons on the accent."""
    blush: str
    """A breath of the accent: what the user said, a notice."""
    ghost: str
    """Less than a breath: what the user is saying, while its last words may yet change."""
    accent_ink: str
    """The accent where it is text."""
    good: str
    """The green of what is as it should be: a zone to speak into, a stage that works."""
    grey: str
    """The orb when it is muted or not ready."""
    line: str
    """The few hair lines there are; never text."""
    stt: str
    """What speech recognition did, where several models are drawn side by side."""
    llm: str
    tts: str


LIGHT = Colors(
    paper="#f8f4ee",
    surface="#fffdf9",
    sunken="#f0e9df",
    ink="#2b2521",
    soft_ink="#6a5d54",
    accent="#b4492f",
    on_accent="#fffaf5",
    blush="#f4ded3",
    ghost="#f7eae1",
    accent_ink="#993a22",
    good="#5c8a4d",
    grey="#a89c91",
    line="#ddd2c5",
    stt="#3f6f78",
    llm="#b4492f",
    tts="#9c6f1c",
)

DARK = Colors(
    paper="#221e1b",
    surface="#302a26",
    sunken="#1b1815",
    ink="#f2ebe3",
    soft_ink="#bbaea3",
    accent="#e07a5c",
    on_accent="#2a1610",
    blush="#4b3129",
    ghost="#352822",
    accent_ink="#f0a48c",
    good="#8bb277",
    grey="#7d726a",
    line="#453c36",
    stt="#7fb3bb",
    llm="#e07a5c",
    tts="#e0b45c",
)


def colors_of(widget: QWidget) -> Colors:
    """Return the colours that fit the palette the widget has at this moment."""
    return DARK if widget.palette().window().color().lightness() < 128 else LIGHT


def color(name: str, alpha: float = 1.0) -> QColor:
    """Return a `#rrggbb` as Qt's colour with an opacity from 0 to 1."""
    made = QColor(name)
    made.setAlphaF(min(1.0, max(0.0, alpha)))
    return made


def blend(first: str, second: str, share: float) -> QColor:
    """Return the colour that lies the share 0..1 of the way from the first to the second."""
    a, b = QColor(first), QColor(second)
    share = min(1.0, max(0.0, share))
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    )


def small_font() -> QFont:
    """Return the system's font for what stands beside the text: hints, captions, axis labels."""
    return _sized(0.92)


def body_font() -> QFont:
    """Return the system's font for everything that is read."""
    return _sized(1.08)


def large_font() -> QFont:
    """Return the system's font for the one thing of a view that is seen first."""
    font = _sized(2.0)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def tabular(font: QFont) -> QFont:
    """Return the font with figures of one width, so that numbers do not dance as they change."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _sized(factor: float) -> QFont:
    font = QFont(QGuiApplication.font())
    points = font.pointSizeF()
    if points > 0:
        font.setPointSizeF(points * factor)
    else:
        font.setPixelSize(round(font.pixelSize() * factor))
    return font


def palette_of(colors: Colors) -> QPalette:
    """Return Qt's palette in our colours, for every widget that we do not paint ourselves."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, colors.paper),
        (roles.WindowText, colors.ink),
        (roles.Base, colors.surface),
        (roles.AlternateBase, colors.sunken),
        (roles.Text, colors.ink),
        (roles.PlaceholderText, colors.soft_ink),
        (roles.Button, colors.surface),
        (roles.ButtonText, colors.ink),
        (roles.ToolTipBase, colors.surface),
        (roles.ToolTipText, colors.ink),
        (roles.Highlight, colors.accent),
        (roles.HighlightedText, colors.on_accent),
        (roles.Link, colors.accent_ink),
        (roles.Accent, colors.accent),
        (roles.Mid, colors.line),
    ):
        palette.setColor(role, QColor(name))
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.PlaceholderText):
        palette.setColor(disabled, role, QColor(colors.grey))
    return palette


_SCHEMES = {
    "auto": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
"""What the words of the setting `theme` ask of Qt."""


class Theme(QObject):
    """Owns the application's palette and keeps it in step with the system's light and dark.

    Made by the window on the GUI thread; one to an application.
    """

    changed = Signal()

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        """Dress the application for the system's present scheme and follow it from now on."""
        super().__init__(parent)
        self._app = app
        self._chosen = Qt.ColorScheme.Unknown
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self.use)
        self.use(hints.colorScheme())

    def choose(self, theme: str) -> None:
        """Be "light" or "dark" whatever the system is, or follow it again ("auto")."""
        chosen = _SCHEMES[theme]
        if chosen is self._chosen:
            return
        self._chosen = chosen
        hints = self._app.styleHints()
        # The frame around the window follows, where the system lets it.
        if chosen is Qt.ColorScheme.Unknown:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(chosen)
        self.use(hints.colorScheme())

    @Slot(Qt.ColorScheme)
    def use(self, scheme: Qt.ColorScheme) -> None:
        """Dress the application for the system's scheme, unless the user chose another.

        One that is unknown counts as light.
        """
        if self._chosen is not Qt.ColorScheme.Unknown:
            scheme = self._chosen
        colors = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(palette_of(colors))
        QToolTip.setPalette(palette_of(colors))
        self.changed.emit()

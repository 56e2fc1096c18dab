"""The page General: the window's language and look, the tray, and the way back to the beginning.

Rule: a description; the drawing is done elsewhere. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from her_desktop.ui.buttons import TextButton
from her_desktop.ui.settings.outline import Choose, Entry, Outline, Part, Row, Section, Toggle
from her_desktop.ui.settings.surroundings import Surroundings


class General(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, surroundings: Surroundings, parent: QObject) -> None:
        """Offer what the surroundings can open."""
        super().__init__(parent)
        self._around = surroundings

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("general", self.tr("General"), "gear", self._sections)

    def _sections(self) -> tuple[Section, ...]:
        sections = [
            Section(
                "",
                (
                    Row(
                        "interface_language",
                        self.tr("Language of the window"),
                        self.tr("What you read. You may speak another one to the assistant."),
                        Choose(
                            lambda: (
                                ("auto", self.tr("As the system")),
                                ("en", "English"),
                                ("fr", "Fran\u00e7ais"),
                            )
                        ),
                    ),
                    Row(
                        "theme",
                        self.tr("Appearance"),
                        self.tr("Light, dark, or whichever the system uses."),
                        Choose(
                            lambda: (
                                ("auto", self.tr("As the system")),
                                ("light", self.tr("Light")),
                                ("dark", self.tr("Dark")),
                            )
                        ),
                        keywords=self.tr("theme colours night"),
                    ),
                    Row(
                        "show_performance",
                        self.tr("Show performance"),
                        self.tr("The panel that shows where the time of an answer goes."),
                        Toggle(),
                        keywords=self.tr("latency"),
                    ),
                ),
            ),
            Section(
                self.tr("On the desktop"),
                (
                    Row(
                        "start_at_login",
                        self.tr("Start when you log in"),
                        self.tr("It waits in the tray until you call it."),
                        Toggle(),
                        keywords=self.tr("autostart"),
                    ),
                    Row(
                        "keep_in_tray",
                        self.tr("Stay in the tray when the window is closed"),
                        self.tr("Where the desktop has no tray, closing the window ends it."),
                        Toggle(),
                    ),
                    Row(
                        "tray_colors",
                        self.tr("Tray icon"),
                        self.tr("Choose another one where it can hardly be seen on your panel."),
                        Choose(
                            lambda: (
                                ("auto", self.tr("As the system")),
                                ("light", self.tr("Light")),
                                ("dark", self.tr("Dark")),
                                ("colored", self.tr("Coloured")),
                            )
                        ),
                        is_open=lambda settings: settings.keep_in_tray,
                    ),
                ),
            ),
        ]
        helpful = self._helpful()
        if helpful:
            sections.append(Section(self.tr("Help"), helpful))
        return tuple(sections)

    def _helpful(self) -> tuple[Entry, ...]:
        parts: list[Entry] = []
        if self._around.open_first_steps is not None:
            parts.append(
                Part(
                    "first_steps",
                    self.tr("First steps"),
                    self.tr("Language, microphone, loudspeaker and models, one after the other."),
                    partial(_button, self.tr("Show them again"), self._around.open_first_steps),
                    keywords=self.tr("wizard set up welcome help"),
                    is_wide=False,
                )
            )
        if self._around.open_diagnostics is not None:
            parts.append(
                Part(
                    "diagnostics",
                    self.tr("Diagnostics"),
                    self.tr("Tries every model and device, and says what is wrong."),
                    partial(_button, self.tr("Examine"), self._around.open_diagnostics),
                    is_wide=False,
                )
            )
        return tuple(parts)


def _button(words: str, act: Callable[[], None]) -> QWidget:
    button = TextButton(words)
    button.setToolTip(words)
    button.clicked.connect(lambda: act())
    return button

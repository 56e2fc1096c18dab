"""The page About: the one that is given, or the versions alone.

Rule: a description; the drawing is done elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from her_desktop.desktop.shipped import main_versions
from her_desktop.ui.settings.outline import Outline, Part, Section
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.theme import small_font


class AboutOutline(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, surroundings: Surroundings, parent: QObject) -> None:
        """Use the page that the surroundings have, if any."""
        super().__init__(parent)
        self._around = surroundings

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("about", self.tr("About"), "about", self._sections, self._around.about_page)

    def _sections(self) -> tuple[Section, ...]:
        return (
            Section(
                "",
                (
                    Part(
                        "versions",
                        "her",
                        self.tr("Versions, licences, the log, and a report that can be copied."),
                        self._versions,
                        keywords=self.tr("version licence log diagnostics crash"),
                    ),
                ),
            ),
        )

    def _versions(self) -> QWidget:
        label = QLabel(", ".join(f"{what} {which}" for what, which in main_versions().items()))
        label.setFont(small_font())
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

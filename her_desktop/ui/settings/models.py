"""The page Models: the one that is given, or a plain choice among what is installed.

Rule: a description; the drawing is done elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from her_desktop.conversation.events import Stage
from her_desktop.ui.settings.outline import Choose, Entry, Option, Outline, Part, Row, Section
from her_desktop.ui.settings.surroundings import Surroundings

_STAGES = (Stage.STT, Stage.LLM, Stage.TTS)


class ModelsOutline(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, surroundings: Surroundings, parent: QObject) -> None:
        """Use the page that the surroundings have, if any."""
        super().__init__(parent)
        self._around = surroundings

    def outline(self) -> Outline:
        """Return the page."""
        return Outline(
            "models", self.tr("Models"), "models", self._sections, self._around.models_page
        )

    def _sections(self) -> tuple[Section, ...]:
        return (Section("", tuple(self._entry(stage) for stage in _STAGES)),)

    def _entry(self, stage: Stage) -> Entry:
        label, words = self._label(stage), self._help(stage)
        keywords = self.tr("model download voice language model")
        if self._around.models_page is not None:
            return Part(f"{stage}_model", label, words, QWidget, keywords)
        return Row(f"{stage}_model", label, words, Choose(lambda: self._installed(stage)), keywords)

    def _label(self, stage: Stage) -> str:
        match stage:
            case Stage.STT:
                return self.tr("Speech recognition")
            case Stage.LLM:
                return self.tr("Language model")
            case _:
                return self.tr("Voice")

    def _help(self, stage: Stage) -> str:
        match stage:
            case Stage.STT:
                return self.tr("The model that turns what you say into text.")
            case Stage.LLM:
                return self.tr("The model that answers.")
            case _:
                return self.tr("The voice that speaks the answers.")

    def _installed(self, stage: Stage) -> list[Option]:
        return [(each, name) for each, name in self._around.installed_models().get(stage, [])]

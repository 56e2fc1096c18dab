"""The page Assistant: who it is, how long its answers are, and how it speaks.

Rule: a description; the drawing is done elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.outline import Choose, Outline, Prose, Row, Section, Slide
from her_desktop.ui.settings.personas import own_persona, personas
from her_desktop.ui.wording import percent


class Assistant(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, choices: Choices, parent: QObject) -> None:
        """Read the language that is spoken from `choices`."""
        super().__init__(parent)
        self._choices = choices

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("assistant", self.tr("Assistant"), "assistant", self._sections)

    @property
    def _spoken(self) -> str:
        return "fr" if self._choices.value("language") == "fr" else "en"

    def _sections(self) -> tuple[Section, ...]:
        return (
            Section(
                "",
                (
                    Row(
                        "language",
                        self.tr("Language you speak"),
                        self.tr("What you say is understood in it, and it answers in it."),
                        Choose(
                            lambda: (
                                ("auto", self.tr("Find out by itself")),
                                ("en", self.tr("English")),
                                ("fr", self.tr("French")),
                            )
                        ),
                    ),
                    Row(
                        "answer_tokens",
                        self.tr("Longest answer"),
                        self.tr(
                            "An answer that reaches it ends with its sentence; to be brief, "
                            "say so below."
                        ),
                        Choose(
                            lambda: tuple(
                                (tokens, self._words(tokens)) for tokens in (80, 160, 320, 640)
                            )
                        ),
                        keywords=self.tr("length tokens"),
                    ),
                ),
            ),
            Section(
                self.tr("Character"),
                (
                    Row(
                        "persona",
                        self.tr("Who it is"),
                        self.tr(
                            "What the model is told before every conversation. It holds from the "
                            "next answer on."
                        ),
                        Prose(
                            lambda: own_persona(self._spoken),
                            lambda: personas(self._spoken),
                        ),
                        keywords=self.tr("persona system prompt character"),
                    ),
                ),
            ),
            Section(
                self.tr("Voice"),
                (
                    Row(
                        "speaking_rate",
                        self.tr("Speaking rate"),
                        self.tr("How fast the voice speaks."),
                        Slide(0.05, _times),
                        keywords=self.tr("speed fast slow"),
                    ),
                    Row(
                        "voice_variation",
                        self.tr("Liveliness"),
                        self.tr("How much the voice varies; at 0 a sentence always sounds alike."),
                        Slide(0.05, lambda share: percent(100 * share)),
                        keywords=self.tr("variation expressive"),
                    ),
                ),
            ),
        )

    def _words(self, tokens: int) -> str:
        # English and French take about four tokens for three words.
        return self.tr("About {count} words").format(count=round(tokens * 0.75 / 10) * 10)


def _times(rate: float) -> str:
    point = QCoreApplication.translate("Words", ".")
    return f"{rate:.2f}".replace(".", point) + "\u202f\u00d7"

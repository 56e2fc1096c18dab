"""The page Advanced: what runs where, and how much of the machine it may take.

Rule: a description; the drawing is done elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from her_desktop.ui.settings.outline import Choose, Count, Outline, Row, Section


class Advanced(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(self, parent: QObject) -> None:
        """Begin."""
        super().__init__(parent)

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("advanced", self.tr("Advanced"), "advanced", self._sections)

    def _sections(self) -> tuple[Section, ...]:
        return (
            Section(
                self.tr("Where the models run"),
                (
                    self._place("stt_device", self.tr("Speech recognition")),
                    self._place("llm_device", self.tr("Language model")),
                    Row(
                        "gpu_layers",
                        self.tr("Layers on the graphics card"),
                        self.tr(
                            "How much of the language model lies there; fewer save its memory."
                        ),
                        Count(self.tr("layers"), special=self.tr("all that fit")),
                        keywords="GPU VRAM",
                        is_open=lambda settings: settings.llm_device != "cpu",
                    ),
                    self._place("tts_device", self.tr("Voice")),
                ),
            ),
            Section(
                self.tr("How much they take"),
                (
                    Row(
                        "threads",
                        self.tr("Threads"),
                        self.tr("How many cores the models may use; more than there are slow it."),
                        Count(self.tr("threads"), special=self.tr("automatic")),
                        keywords="CPU",
                    ),
                    Row(
                        "context_tokens",
                        self.tr("Memory of a conversation"),
                        self.tr("How much of it the assistant keeps in mind; more takes memory."),
                        Count(self.tr("tokens"), step=512),
                        keywords=self.tr("context length"),
                    ),
                    Row(
                        "release_models_after",
                        self.tr("Give memory back when idle"),
                        self.tr(
                            "After so long without a word the models leave the memory; the next "
                            "answer then takes longer to begin."
                        ),
                        Count(self.tr("min"), step=5, special=self.tr("never")),
                        keywords="RAM VRAM",
                    ),
                ),
            ),
            Section(
                self.tr("Speed"),
                (
                    Row(
                        "speculation",
                        self.tr("Guesses at an answer"),
                        self.tr(
                            "How often it may begin to answer before you have finished; fewer "
                            "save power, more answer sooner."
                        ),
                        Count(self.tr("per utterance"), special=self.tr("none")),
                        keywords=self.tr("speculation latency battery"),
                    ),
                ),
            ),
        )

    def _place(self, field: str, label: str) -> Row:
        return Row(
            field,
            label,
            self.tr("On the graphics card or the processor; the model is loaded again."),
            Choose(
                lambda: (
                    ("auto", self.tr("Whichever is faster")),
                    ("gpu", self.tr("Graphics card")),
                    ("cpu", self.tr("Processor")),
                )
            ),
            keywords="GPU CPU CUDA",
        )

"""One model's card: what it is, whether it fits, and what can be done with it.

Rule: it shows a `CardFacts` and says which button was pressed; it knows nothing of where the facts
come from or what the buttons bring about. GUI thread only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from her_desktop.catalogue import Kind, Model
from her_desktop.downloads.progress import Progress, State
from her_desktop.library.library import UNDER_WAY
from her_desktop.library.news import Phase, Task, TrialMoved
from her_desktop.metrics.model_speed import Speed
from her_desktop.profiles import Fit, Verdict
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import heading, prose
from her_desktop.ui.models.flow import Flow
from her_desktop.ui.models.parts import FillingLine, Pill
from her_desktop.ui.models.wording import (
    fit_words,
    language_words,
    licence_words,
    need_words,
    progress_words,
    purpose_words,
    remark_words,
    speed_words,
)
from her_desktop.ui.surface import Surface
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import gigabytes, milliseconds


class Wish(StrEnum):
    """What the user wants done with a model."""

    USE = "use"
    DOWNLOAD = "download"
    PAUSE = "pause"
    CANCEL = "cancel"
    TRY = "try"
    STOP_TRIAL = "stop-trial"
    VERIFY = "verify"
    REMOVE = "remove"
    OPEN_FOLDER = "open-folder"


@dataclass(frozen=True)
class CardFacts:
    """Everything a card shows of its model at one moment."""

    model: Model
    verdict: Verdict
    is_here: bool
    in_use: bool
    can_remove: bool
    speed: Speed | None = None
    task: Task | None = None
    progress: Progress | None = None


class ModelCard(Surface):
    """Owns the words and buttons of one model; the page gives it facts."""

    wanted = Signal(str, str)
    """The model's id and a word of `Wish`."""

    def __init__(self, facts: CardFacts, parent: QWidget | None = None) -> None:
        """Show the facts of one moment."""
        super().__init__(parent)
        self._facts = facts
        self._trial: TrialMoved | None = None
        self._sure = False
        model = facts.model
        self._name = heading(model.name)
        self._state = Pill()
        self._fit = Pill()
        self._purpose = prose(purpose_words(model), soft=False)
        self._about = prose()
        self._licence = prose()
        self._speed = prose()
        self._line = FillingLine()
        self._progress = prose(soft=False)
        self._outcome = prose(soft=False)
        self.buttons = {wish: TextButton(wish.value) for wish in Wish}
        self._arrange()
        self._name_buttons()
        self._outcome.hide()
        self.show_facts(facts)

    @property
    def facts(self) -> CardFacts:
        """What is shown."""
        return self._facts

    @property
    def told(self) -> str:
        """Everything the card says at the moment, a line each."""
        labels = (self._name, self._purpose, self._about, self._licence, self._speed,
                  self._progress, self._outcome)  # fmt: skip
        pills = (self._state.words, self._fit.words)
        return "\n".join([*pills, *(label.text() for label in labels if not label.isHidden())])

    def show_facts(self, facts: CardFacts) -> None:
        """Show another moment."""
        self._facts = facts
        model, progress = facts.model, facts.progress
        if facts.in_use:
            self._state.say(self.tr("In use"), 1)
        else:
            self._state.say(self.tr("On this computer") if facts.is_here else "")
        # What runs already has shown that it fits.
        self._fit.say_fit("" if facts.in_use else fit_words(facts.verdict.fit), facts.verdict.fit)
        parts = [language_words(model.languages), gigabytes(model.size), need_words(facts.verdict)]
        self._about.setText(" · ".join(parts))
        self._licence.setText(". ".join([licence_words(model), *remark_words(model)]))
        speed = "" if facts.speed is None else speed_words(model.kind, facts.speed)
        self._set(self._speed, speed)
        words = progress_words(facts.task, progress) if facts.task and progress else ""
        self._set(self._progress, words)
        is_moving = progress is not None and progress.state in (*UNDER_WAY, State.PAUSED)
        self._line.setVisible(is_moving and facts.task is not Task.REMOVE)
        if progress is not None:
            self._line.fill(progress.done, progress.total)
        self._show_buttons()

    def show_trial(self, trial: TrialMoved | None) -> None:
        """Show how a trial of this model goes; None takes it away."""
        self._trial = trial
        self._set(self._outcome, "" if trial is None else self._trial_words(trial))
        self._show_buttons()

    @Slot(str)
    def press(self, word: str) -> None:
        """Say what the user wants; to remove, it takes a second press."""
        wish = Wish(word)
        if wish is Wish.REMOVE and not self._sure:
            self._be_sure(sure=True)
            return
        self._be_sure(sure=False)
        self.wanted.emit(self._facts.model.id, word)

    def _be_sure(self, *, sure: bool) -> None:
        self._sure = sure
        size = gigabytes(self._facts.model.size)
        words = self.tr("Really remove {size}?").format(size=size) if sure else self.tr("Remove")
        button = self.buttons[Wish.REMOVE]
        button.say(words)
        button.name(f"{words} ({self._facts.model.name})")

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID - 4, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._name, 1)
        for pill in (self._state, self._fit):
            top.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        for label in (self._purpose, self._about, self._licence, self._speed):
            column.addWidget(label)
        column.addWidget(self._line)
        column.addWidget(self._progress)
        column.addWidget(self._outcome)
        column.addSpacing(GRID // 2)
        row = Flow(GRID // 2)
        row.setContentsMargins(-GRID // 2, 0, 0, 0)
        for wish, button in self.buttons.items():
            row.addWidget(button)
            button.clicked.connect(lambda _=False, word=wish.value: self.press(word))
        column.addLayout(row)

    def _name_buttons(self) -> None:
        model = self._facts.model
        size = gigabytes(model.size)
        trials = {
            Kind.STT: (self.tr("Try"), self.tr("Say something, and read what it understood")),
            Kind.LLM: (self.tr("Try"), self.tr("Let it answer a short question")),
        }
        words = {
            Wish.USE: (self.tr("Use"), self.tr("Use it from the next turn on")),
            Wish.DOWNLOAD: (
                self.tr("Download {size}").format(size=size),
                self.tr("Fetch it from {place}; it is checked byte by byte").format(
                    place=model.source.repository if model.source else ""
                ),
            ),
            Wish.PAUSE: (self.tr("Pause"), self.tr("Stop for now; it goes on from here later")),
            Wish.CANCEL: (self.tr("Cancel"), self.tr("Give it up; what has arrived is kept")),
            Wish.TRY: trials.get(model.kind, (self.tr("Try"), self.tr("Hear it say a sentence"))),
            Wish.STOP_TRIAL: (self.tr("Stop"), self.tr("End the trial")),
            Wish.VERIFY: (self.tr("Verify"), self.tr("Compare every byte with what it should be")),
            Wish.REMOVE: (self.tr("Remove"), self.tr("Take it off the disk")),
            Wish.OPEN_FOLDER: (self.tr("Open folder"), self.tr("Show its files")),
        }
        for wish, (said, help_) in words.items():
            button = self.buttons[wish]
            button.say(said)
            button.name(f"{said} ({model.name})", help_)
            button.setAccessibleDescription(help_)

    def _show_buttons(self) -> None:
        facts, progress = self._facts, self._facts.progress
        state = progress.state if progress else None
        busy = state in UNDER_WAY
        trying = self._trial is not None and self._trial.phase in (Phase.LOADING, Phase.RUNNING)
        free = facts.is_here and not busy
        shown = {
            Wish.USE: free and not facts.in_use,
            # A model that cannot run here is not worth its bytes.
            Wish.DOWNLOAD: facts.model.offered
            and not (facts.is_here or busy or facts.verdict.fit is Fit.WONT_FIT),
            Wish.PAUSE: busy and facts.task is Task.DOWNLOAD,
            Wish.CANCEL: (busy or state is State.PAUSED) and facts.task is not Task.REMOVE,
            # One that is in use can be heard by talking to it; a voice says a line at any time.
            Wish.TRY: free and not trying and (not facts.in_use or facts.model.kind is Kind.TTS),
            Wish.STOP_TRIAL: trying,
            Wish.VERIFY: free,
            Wish.REMOVE: free and facts.can_remove,
            Wish.OPEN_FOLDER: facts.is_here,
        }
        download = self.buttons[Wish.DOWNLOAD]
        if state is State.PAUSED:
            download.say(self.tr("Go on"))
        elif state is State.FAILED and facts.task is Task.DOWNLOAD:
            download.say(self.tr("Try again"))
        else:
            size = gigabytes(facts.model.size)
            download.say(self.tr("Download {size}").format(size=size))
        download.setAccessibleName(f"{download.text()} ({facts.model.name})")
        for wish, is_shown in shown.items():
            self.buttons[wish].setVisible(is_shown)

    def _trial_words(self, trial: TrialMoved) -> str:
        match trial.phase:
            case Phase.LOADING:
                return translated(trial.message) or self.tr("Getting it ready")
            case Phase.FAILED:
                return translated(trial.message)
            case Phase.CANCELLED:
                return self.tr("Stopped.")
            case Phase.RUNNING if not trial.text:
                return self.tr("Working on it")
        text = trial.text or self.tr("Nothing was understood.")
        if trial.wait is None:
            return self.tr("“{text}”").format(text=text)
        said = self.tr("“{text}” – after {wait}")
        return said.format(text=text, wait=milliseconds(trial.wait))

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

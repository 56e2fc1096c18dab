"""The page of models: what is here, what could be, and what the user brings.

Rule: the library and the trials do the work, on threads of their own, and go on when the page is
closed; a page that is opened again finds things as they are. Cards are made one after another, so
that the window never waits for all of them. GUI thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from her_desktop.catalogue import Kind, Model
from her_desktop.conversation.events import (
    Event,
    MicrophoneTested,
    MicrophoneTestRequested,
    StageFailed,
    StageLoading,
    StageReady,
)
from her_desktop.library.library import Library
from her_desktop.library.news import (
    CacheSearched,
    ModelsChanged,
    Phase,
    Task,
    TaskMoved,
    TrialMoved,
)
from her_desktop.library.trial import Trials
from her_desktop.metrics.model_speed import Speed
from her_desktop.profiles import FIELDS, Fit, Machine, judge
from her_desktop.settings import Settings
from her_desktop.ui.folders import show_folder
from her_desktop.ui.labels import heading, prose
from her_desktop.ui.models.card import CardFacts, ModelCard, Wish
from her_desktop.ui.models.import_box import ImportBox
from her_desktop.ui.models.wording import kind_words, machine_words
from her_desktop.ui.talk import Send
from her_desktop.ui.theme import GRID

_VOICE_LINES = {"fr": "Bonjour ! Voici comment je parle. Est-ce que cela vous convient ?"}
_ENGLISH_LINE = "Hello! This is how I sound. Would you like to talk with me?"

_LISTENING = 6.0
"""Seconds after which a microphone that was to be tried has said nothing."""


@dataclass(frozen=True)
class Workshop:
    """What the page reads and calls; all of it on the GUI thread, and returning at once."""

    library: Library
    trials: Trials
    current: Callable[[], Settings]
    apply: Callable[[Settings], None]
    machine: Callable[[], Machine]
    speed: Callable[[str], Speed | None]
    persona: Callable[[], str]
    send: Send
    open_folder: Callable[[Path], object] = show_folder


class ModelsPage(QWidget):
    """Owns the cards; whoever shows it hands it every event with `handle`."""

    def __init__(self, workshop: Workshop, parent: QWidget | None = None) -> None:
        """Begin with the first words; the cards follow one by one."""
        super().__init__(parent)
        self._shop = workshop
        self._machine = workshop.machine()
        self.cards: dict[str, ModelCard] = {}
        self.import_box = ImportBox()
        self._groups: dict[Kind, QVBoxLayout] = {}
        self._listening_for = ""
        self._about = prose(machine_words(self._machine))
        self._arrange()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._heard_nothing)
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build_one)
        self._waiting: Iterator[Model] = iter(self._in_order())
        self._builder.start()
        for key, (task, progress) in workshop.library.under_way().items():
            if task is Task.IMPORT:
                self.import_box.show_import(key, workshop.library.import_name(key), progress)
        if workshop.library.found:
            self.import_box.show_found(workshop.library.found)

    @property
    def is_complete(self) -> bool:
        """Whether every card has been made."""
        return not self._builder.isActive()

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case TaskMoved(model=key, task=Task.IMPORT, progress=progress):
                self.import_box.show_import(key, self._shop.library.import_name(key), progress)
            case TaskMoved(model=model_id):
                self._refresh(model_id)
            case ModelsChanged():
                self._renew()
            case CacheSearched(found=found):
                self.import_box.show_found(found)
            case TrialMoved(model=model_id):
                if model_id in self.cards:
                    self.cards[model_id].show_trial(event)
            case MicrophoneTested(pcm=pcm) if self._listening_for:
                self._patience.stop()
                if not pcm.size:
                    self._heard_nothing()
                    return
                model_id, self._listening_for = self._listening_for, ""
                self._shop.trials.understand(model_id, pcm)
            case StageLoading() | StageReady() | StageFailed():
                self._refresh_all()

    # --- building ------------------------------------------------------------------------------

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._about)
        for kind in FIELDS:
            title = heading(kind_words(kind))
            title.setContentsMargins(0, 2 * GRID, 0, 0)
            column.addWidget(title)
            self._groups[kind] = QVBoxLayout()
            self._groups[kind].setSpacing(GRID)
            column.addLayout(self._groups[kind])
        column.addSpacing(2 * GRID)
        column.addWidget(self.import_box)
        column.addStretch(1)
        self.import_box.brought.connect(self._bring_in)
        self.import_box.search_wanted.connect(self._shop.library.search_cache)
        self.import_box.cancel_wanted.connect(self._end_import)

    def _in_order(self) -> list[Model]:
        """Return the models that a user chooses among: those in use first, those too large last."""
        ranks = {Fit.FITS: 2, Fit.TIGHT: 3, Fit.WONT_FIT: 4}

        def rank(model: Model) -> int:
            facts = self._facts(model)
            if facts.in_use or facts.is_here:
                return 0 if facts.in_use else 1
            return ranks[facts.verdict.fit]

        chosen = [model for model in self._shop.library.known().values() if model.kind in FIELDS]
        # Nothing is gained by a card for what is neither here nor to be had.
        chosen = [m for m in chosen if m.offered or self._shop.library.place(m) is not None]
        return sorted(chosen, key=rank)

    @Slot()
    def _build_one(self) -> None:
        model = next(self._waiting, None)
        if model is None:
            self._builder.stop()
            self._order_tabs()
            return
        if model.id in self.cards:
            return
        card = ModelCard(self._facts(model))
        card.wanted.connect(self._do)
        self.cards[model.id] = card
        self._groups[model.kind].addWidget(card)

    def _order_tabs(self) -> None:
        """Let the Tab key go down the page, whatever was made first."""
        cards: list[ModelCard] = []
        for group in self._groups.values():
            widgets = (item.widget() for item in map(group.itemAt, range(group.count())) if item)
            cards += [widget for widget in widgets if isinstance(widget, ModelCard)]
        order: list[QWidget] = [button for card in cards for button in card.buttons.values()]
        order += self.import_box.buttons
        order += [row.dismiss_button for row in self.import_box.rows.values()]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _renew(self) -> None:
        """Bring the cards in step with the models that there are now."""
        models = self._in_order()
        known = {model.id for model in models}
        for gone in [model_id for model_id in self.cards if model_id not in known]:
            card = self.cards.pop(gone)
            self._groups[card.facts.model.kind].removeWidget(card)
            card.hide()
            card.deleteLater()
        self._refresh_all()
        self._waiting = iter(models)
        self._builder.start()

    # --- showing -------------------------------------------------------------------------------

    def _facts(self, model: Model) -> CardFacts:
        library = self._shop.library
        is_here = library.place(model) is not None
        task, progress = library.under_way().get(model.id, (None, None))
        return CardFacts(
            model=model,
            verdict=judge(model, self._machine, is_here=is_here),
            is_here=is_here,
            in_use=is_here and getattr(self._shop.current(), FIELDS[model.kind]) == model.id,
            can_remove=is_here and library.can_remove(model),
            speed=self._shop.speed(model.name),
            task=task,
            progress=progress,
        )

    def _refresh(self, model_id: str) -> None:
        card = self.cards.get(model_id)
        if card is not None:
            card.show_facts(self._facts(card.facts.model))

    def _refresh_all(self) -> None:
        self._machine = self._shop.machine()
        self._about.setText(machine_words(self._machine))
        for model_id in self.cards:
            self._refresh(model_id)

    # --- what the user does --------------------------------------------------------------------

    @Slot(str, str)
    def _do(self, model_id: str, word: str) -> None:
        library, model = self._shop.library, self.cards[model_id].facts.model
        match Wish(word):
            case Wish.USE:
                choice = {FIELDS[model.kind]: model_id}
                self._shop.apply(self._shop.current().changed(**choice))
                self._refresh_all()
            case Wish.DOWNLOAD:
                library.download(model_id)
            case Wish.PAUSE:
                library.pause(model_id)
            case Wish.CANCEL:
                library.cancel(model_id)
            case Wish.VERIFY:
                library.verify(model_id)
            case Wish.REMOVE:
                library.remove(model_id)
            case Wish.OPEN_FOLDER:
                where = library.place(model)
                if where is not None:
                    self._shop.open_folder(where)
            case Wish.TRY:
                self._try(model)
            case Wish.STOP_TRIAL:
                self._stop_trial(model_id)

    def _try(self, model: Model) -> None:
        trials = self._shop.trials
        match model.kind:
            case Kind.TTS:
                spoken = model.languages[0] if model.languages else "en"
                trials.speak(model.id, _VOICE_LINES.get(spoken, _ENGLISH_LINE))
            case Kind.LLM:
                question = self.tr("Tell me in one sentence what you can help me with.")
                trials.answer(model.id, self._shop.persona(), question)
            case _:
                self._listening_for = model.id
                words = self.tr("Say something now; it listens for three seconds.")
                self._show_trial(model.id, Phase.LOADING, words)
                self._patience.start(round(_LISTENING * 1000))
                self._shop.send(MicrophoneTestRequested(at=time.monotonic()))

    def _stop_trial(self, model_id: str) -> None:
        if self._listening_for == model_id:
            self._listening_for = ""
            self._patience.stop()
            self._show_trial(model_id, Phase.CANCELLED)
        else:
            self._shop.trials.cancel()

    @Slot()
    def _heard_nothing(self) -> None:
        model_id, self._listening_for = self._listening_for, ""
        words = self.tr("The microphone gave no sound. Look at the page Sound, and try again.")
        self._show_trial(model_id, Phase.FAILED, words)

    def _show_trial(self, model_id: str, phase: Phase, message: str = "") -> None:
        trial = TrialMoved(at=time.monotonic(), model=model_id, phase=phase, message=message)
        self.handle(trial)

    @Slot(str)
    def _bring_in(self, path: str) -> None:
        self._shop.library.bring_in(Path(path))

    @Slot(str)
    def _end_import(self, key: str) -> None:
        self._shop.library.cancel(key)
        self._shop.library.dismiss(key)
        if key not in self._shop.library.under_way():
            self.import_box.forget(key)

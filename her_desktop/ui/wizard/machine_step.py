"""The fourth step: what this machine is, and what it could be equipped with.

Rule: nothing is downloaded before the user chose it here and went on; to use what is here is what
happens where nobody chooses. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLocale, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from her_desktop.catalogue import Kind, Model
from her_desktop.profiles import FIELDS, Fit, Machine, Profile, propose
from her_desktop.settings import Settings
from her_desktop.ui.models.wording import machine_words
from her_desktop.ui.theme import GRID
from her_desktop.ui.wizard.profile_card import ProfileCard, fit_words, model_words, size_words
from her_desktop.ui.wizard.step import Means, Step, small_text
from her_desktop.ui.wording import gigabytes


@dataclass(frozen=True)
class Offer:
    """What the step is given. Each callable returns at once, on the GUI thread."""

    machine: Callable[[], Machine]
    known: Callable[[], Mapping[str, Model]]
    is_here: Callable[[Model], bool]
    take: Callable[[Profile], None]
    """Uses a profile: downloads what is missing in the background, and uses it as it comes."""


def spoken_language(settings: Settings) -> str:
    """Return the language that will be spoken, "fr" or "en": as chosen, else as the window's."""
    for choice in (settings.language, settings.interface_language, QLocale.system().name()[:2]):
        if choice != "auto":
            return "fr" if choice == "fr" else "en"
    return "en"


class MachineStep(Step):
    """Owns a card for what is here, and one for each profile."""

    def __init__(self, means: Means, offer: Offer) -> None:
        """Look at nothing yet: the machine is asked when the step comes up."""
        super().__init__(
            means,
            self.tr("Your computer"),
            self.tr(
                "What came along works at once, without a network. Larger models answer better; "
                "they are downloaded while you go on."
            ),
        )
        self._offer = offer
        self.facts = small_text()
        self.column.addWidget(self.facts)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        self.cards: dict[ProfileCard, Profile | None] = {}
        self._shown: object = None

    @property
    def first(self) -> QWidget | None:
        """The card that is chosen."""
        return next((card for card in self.cards if card.isChecked()), None)

    @property
    def chosen(self) -> Profile | None:
        """The profile that is chosen, None for what is here."""
        return next((profile for card, profile in self.cards.items() if card.isChecked()), None)

    @property
    def next_words(self) -> str:
        """Name the price of going on."""
        if self.chosen is not None and self.chosen.download:
            return self.tr("Download {size} and continue").format(
                size=gigabytes(self.chosen.download)
            )
        return ""

    def enter(self) -> None:
        """Look at the machine, and make the cards where something is different."""
        machine = self._offer.machine()
        self.facts.setText(machine_words(machine))
        known = self._offer.known()
        here = [model.id for model in known.values() if self._offer.is_here(model)]
        language = spoken_language(self.means.settings())
        profiles = propose(known, machine, language, here)
        shown = (profiles, self._in_use(known), language)
        if shown != self._shown:
            self._shown = shown
            self._make_cards(profiles, self._in_use(known), language)

    def take_over(self, old: Step) -> None:
        """Choose the same card again."""
        if isinstance(old, MachineStep) and old.chosen is not None:
            for card, profile in self.cards.items():
                card.setChecked(profile is not None and profile.size is old.chosen.size)

    def accept(self) -> None:
        """Begin what was chosen."""
        if self.chosen is not None:
            self._offer.take(self.chosen)
            self._shown = None  # looked at again, it says what is in use by then

    def _make_cards(
        self, profiles: tuple[Profile, ...], in_use: tuple[Model, ...], language: str
    ) -> None:
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards.clear()
        keep = ProfileCard(
            self.tr("Use what is here"),
            self.tr("works at once"),
            (model_words(in_use), self._lacks(in_use, language)),
        )
        self._add(keep, None)
        keep.setChecked(True)
        offered: set[tuple[str, ...]] = {tuple(model.id for model in in_use)}
        for profile in profiles:
            ids = tuple(model.id for model in profile.models)
            # On a small machine two profiles may be the same.
            if ids in offered:
                continue
            offered.add(ids)
            self._add(self._card(profile), profile)

    def _card(self, profile: Profile) -> ProfileCard:
        badge = fit_words(profile.fit, profile.reason)
        if profile.recommended:
            badge = self.tr("{fit}, recommended").format(fit=badge)
        sizes = self.tr("{download} to download, {memory} of memory").format(
            download=gigabytes(profile.download), memory=gigabytes(profile.memory)
        )
        card = ProfileCard(
            size_words(profile.size),
            badge,
            (
                sizes,
                model_words(profile.models),
                self.tr("Not for commercial use.") if profile.non_commercial else "",
            ),
        )
        card.setEnabled(profile.fit is not Fit.WONT_FIT)
        return card

    def _add(self, card: ProfileCard, profile: Profile | None) -> None:
        card.toggled.connect(self._on_toggled)
        self.cards[card] = profile
        self._list.addWidget(card)

    def _in_use(self, known: Mapping[str, Model]) -> tuple[Model, ...]:
        settings = self.means.settings()
        ids = [getattr(settings, field) for field in FIELDS.values()]
        return tuple(known[model_id] for model_id in ids if model_id in known)

    def _lacks(self, models: tuple[Model, ...], language: str) -> str:
        """Return a sentence where what is here does not speak the user's language."""
        speaking = [model for model in models if model.kind in (Kind.STT, Kind.TTS)]
        if language == "fr" and any("fr" not in model.languages for model in speaking):
            return self.tr("It understands and speaks English only.")
        return ""

    @Slot()
    def _on_toggled(self) -> None:
        self.changed.emit()

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.wizard.conftest import GOOD, Desk

from her_desktop.conversation.events import Event
from her_desktop.downloads.progress import Progress, State
from her_desktop.library.news import Task, TaskMoved
from her_desktop.profiles import Size
from her_desktop.ui.wizard.machine_step import MachineStep, spoken_language
from her_desktop.ui.wizard.profile_card import ProfileCard
from her_desktop.ui.wizard.wizard import Wizard

SMALL = dataclasses.replace(
    GOOD, memory_total=4_000_000_000, memory_free=900_000_000, gpu="", vram_total=0, vram_free=0
)


def machine_step(wizard: Wizard) -> MachineStep:
    wizard.show_step(3)
    step = wizard.step
    assert isinstance(step, MachineStep)
    return step


def card_of(step: MachineStep, size: Size) -> ProfileCard:
    return next(c for c, profile in step.cards.items() if profile and profile.size is size)


def moved(model: str, state: State, done: int, message: str = "") -> Event:
    progress = Progress(state, done, 10**9, message=message)
    return TaskMoved(at=1.0, model=model, task=Task.DOWNLOAD, progress=progress)


def choose(wizard: Wizard, size: Size) -> tuple[str, ...]:
    """Choose a profile and go on; return the ids of its models."""
    step = machine_step(wizard)
    card = card_of(step, size)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    profile = step.chosen
    assert profile is not None
    wizard.go_on()
    return tuple(model.id for model in profile.models)


def test_what_is_here_is_chosen_and_has_the_keyboard(wizard: Wizard) -> None:
    step = machine_step(wizard)
    first = step.first
    assert isinstance(first, ProfileCard)
    assert step.cards[first] is None
    assert first.hasFocus()
    assert wizard.next_button.text() == "Continue"


def test_a_profile_says_what_it_costs_before_it_is_taken(wizard: Wizard) -> None:
    step = machine_step(wizard)
    card = card_of(step, Size.BALANCED)
    told = f"{card.accessibleName()} {card.accessibleDescription()}"
    for part in ("fits", "GB to download", "of memory", "Whisper", "MIT", "Apache-2.0"):
        assert part in told, told
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert wizard.next_button.text().startswith("Download ")


def test_a_click_on_the_words_is_a_click_on_the_card(wizard: Wizard) -> None:
    step = machine_step(wizard)
    card = card_of(step, Size.LIGHT)
    place = card.mapTo(wizard, card.rect().center())
    under = wizard.childAt(place)
    assert under is card


def test_arrows_move_the_choice(wizard: Wizard) -> None:
    step = machine_step(wizard)
    assert step.first is not None
    QTest.keyClick(step.first, Qt.Key.Key_Down)
    assert step.chosen is not None


def test_cards_of_another_machine_take_the_place_of_the_old_ones(
    desk: Desk, wizard: Wizard
) -> None:
    step = machine_step(wizard)
    before = set(step.cards)
    wizard.show_step(0)
    desk.machine = SMALL
    machine_step(wizard)
    seen = [card for card in step.findChildren(ProfileCard) if card.isVisibleTo(step)]
    assert seen == list(step.cards)
    assert not before & set(seen)


def test_a_chosen_profile_is_fetched_while_one_goes_on(desk: Desk, wizard: Wizard) -> None:
    ids = choose(wizard, Size.BALANCED)
    assert tuple(desk.downloads) == ids
    assert wizard.number == 4, "nothing was waited for"
    desk.guide.handle(moved(ids[0], State.DOWNLOADING, 5 * 10**8))
    assert "500" in wizard.status
    assert desk.settings.stt_model == "whisper-tiny.en", "used once it is whole, and not before"
    desk.guide.handle(moved(ids[0], State.DONE, 10**9))
    assert desk.settings.stt_model == ids[0]
    for model_id in ids[1:]:
        desk.guide.handle(moved(model_id, State.DONE, 10**9))
    assert (desk.settings.llm_model, desk.settings.tts_model) == ids[1:]
    assert wizard.status == ""


def test_a_download_goes_on_when_the_wizard_is_closed(desk: Desk, wizard: Wizard) -> None:
    ids = choose(wizard, Size.LIGHT)
    wizard.reject()
    desk.guide.handle(moved(ids[1], State.DONE, 10**9))
    assert desk.settings.llm_model == ids[1]
    desk.guide.handle(moved(ids[0], State.FAILED, 0, "The disk is full. Make room."))
    assert desk.told == ["The disk is full. Make room."]


def test_trouble_is_said_in_the_wizard(desk: Desk, wizard: Wizard) -> None:
    ids = choose(wizard, Size.LIGHT)
    desk.guide.handle(moved(ids[0], State.FAILED, 0, "The disk is full. Make room."))
    assert wizard.status == "The disk is full. Make room."
    desk.guide.handle(moved(ids[0], State.DOWNLOADING, 1))
    assert "disk" not in wizard.status, "tried again"


def test_what_the_user_chose_meanwhile_stands(desk: Desk, wizard: Wizard) -> None:
    ids = choose(wizard, Size.BALANCED)
    desk.apply(desk.settings.changed(llm_model="my-own"))
    desk.guide.handle(moved(ids[1], State.DONE, 10**9))
    assert desk.settings.llm_model == "my-own"


def test_a_cancelled_download_is_forgotten(desk: Desk, wizard: Wizard) -> None:
    ids = choose(wizard, Size.LIGHT)
    for model_id in ids:
        desk.guide.handle(moved(model_id, State.CANCELLED, 0))
    assert wizard.status == ""
    desk.guide.handle(moved(ids[0], State.DONE, 10**9))
    assert desk.settings.stt_model == "whisper-tiny.en"


def test_models_that_are_here_are_used_at_once(desk: Desk, wizard: Wizard) -> None:
    step = machine_step(wizard)
    profile = step.cards[card_of(step, Size.LIGHT)]
    assert profile is not None
    desk.here |= {model.id for model in profile.models}
    ids = choose(wizard, Size.LIGHT)
    assert desk.downloads == []
    settings = desk.settings
    assert (settings.stt_model, settings.llm_model, settings.tts_model) == ids


def test_what_will_not_fit_cannot_be_chosen(desk: Desk, wizard: Wizard) -> None:
    desk.machine = SMALL
    step = machine_step(wizard)
    assert "no graphics card" in step.facts.text()
    refused = [card for card in step.cards if not card.isEnabled()]
    assert refused
    assert all("fit" in card.accessibleName() for card in refused)
    kept = step.first
    assert isinstance(kept, ProfileCard)
    assert step.cards[kept] is None


def test_another_language_is_looked_at_again(desk: Desk, wizard: Wizard) -> None:
    step = machine_step(wizard)
    assert "English only" not in descriptions(step)
    wizard.show_step(0)
    desk.apply(desk.settings.changed(language="fr"))
    step = machine_step(wizard)
    assert "English only" in descriptions(step)
    assert "French" in descriptions(step), "a French voice is offered"


def descriptions(step: MachineStep) -> str:
    return " ".join(card.accessibleDescription() for card in step.cards)


@pytest.mark.parametrize(
    ("spoken", "window", "expected"),
    [("fr", "en", "fr"), ("en", "fr", "en"), ("auto", "fr", "fr"), ("auto", "en", "en")],
)
def test_the_spoken_language_comes_before_the_windows(
    desk: Desk, spoken: str, window: str, expected: str
) -> None:
    settings = desk.settings.changed(language=spoken, interface_language=window)
    assert spoken_language(settings) == expected

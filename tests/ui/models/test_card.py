from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot
from ui.models.conftest import CATALOGUE, GB, MakePage, Scene, shown

from her_desktop.catalogue import read_catalogue
from her_desktop.downloads.progress import Progress, State
from her_desktop.library.news import Phase, Task, TrialMoved
from her_desktop.profiles import Machine, judge
from her_desktop.ui.models.card import CardFacts, ModelCard, Wish
from her_desktop.ui.models.wording import duration_words, progress_words, purpose_words
from her_desktop.ui.translation import install_translation

LAPTOP = Machine(16 * GB, 12 * GB, 100 * GB, 8)


def facts(model_id: str = "mind", **changes: object) -> CardFacts:
    model = CATALOGUE[model_id]
    plain = CardFacts(model, judge(model, LAPTOP), is_here=False, in_use=False, can_remove=False)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def card(qtbot: QtBot) -> ModelCard:
    made = ModelCard(facts())
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("state", list(State))
def test_every_state_of_every_task_has_its_words_and_buttons(
    card: ModelCard, task: Task, state: State
) -> None:
    progress = Progress(state, 50, 100, 10.0, 5.0, "It waits." if state is State.WAITING else "")
    card.show_facts(facts(task=task, progress=progress, is_here=task is not Task.DOWNLOAD))
    offered = shown(card)
    if state in (State.WAITING, State.DOWNLOADING, State.VERIFYING):
        assert not offered & {Wish.DOWNLOAD, Wish.REMOVE, Wish.USE, Wish.TRY, Wish.VERIFY}
        assert progress_words(task, progress) in card.told
        if task is not Task.REMOVE:
            assert Wish.CANCEL in offered
    else:
        assert Wish.PAUSE not in offered


def test_progress_is_said_with_speed_and_time_left() -> None:
    progress = Progress(State.DOWNLOADING, 412_000_000, 1_107_000_000, 11_000_000.0, 62.0)
    said = progress_words(Task.DOWNLOAD, progress).replace("\u202f", " ")
    assert said == "412 MB of 1.1 GB, 11 MB a second, 1 min left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(5.4, "5 s"), (59.0, "59 s"), (90.0, "2 min"), (7_500.0, "2 h 5 min")]
)
def test_durations_are_said_as_people_do(seconds: float, words: str) -> None:
    assert duration_words(seconds).replace("\u202f", " ") == words


def test_a_trial_is_shown_and_taken_away(card: ModelCard) -> None:
    card.show_facts(facts(is_here=True))
    moved = TrialMoved(at=0.0, model="mind", phase=Phase.LOADING)
    card.show_trial(moved)
    assert "Getting it ready" in card.told
    assert Wish.STOP_TRIAL in shown(card)
    card.show_trial(replace(moved, phase=Phase.DONE, text="I can help.", wait=0.25))
    assert "“I can help.” – after 250\u202fms" in card.told
    card.show_trial(replace(moved, phase=Phase.DONE))
    assert "Nothing was understood." in card.told
    card.show_trial(replace(moved, phase=Phase.FAILED, message="It failed."))
    assert "It failed." in card.told
    card.show_trial(None)
    assert "It failed." not in card.told


def test_pressing_tells_the_model_and_the_wish(qtbot: QtBot, card: ModelCard) -> None:
    with qtbot.waitSignal(card.wanted) as told:
        card.buttons[Wish.DOWNLOAD].click()
    assert told.args == ["mind", "download"]


def test_every_catalogued_model_says_what_it_is_for() -> None:
    for model in read_catalogue().values():
        if model.kind in ("stt", "llm", "tts"):
            assert purpose_words(model).endswith(".")


def test_every_control_has_a_name_help_and_a_tab_stop(make_page: MakePage, scene: Scene) -> None:
    for name in ("ear", "mind", "voice"):
        scene.install(name)
    page = make_page()
    buttons = page.findChildren(QAbstractButton)
    assert len(buttons) > 20
    for button in buttons:
        assert button.accessibleName(), button.text()
        assert button.accessibleDescription(), button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    visible = [button.accessibleName() for button in buttons if button.isVisible()]
    assert len(visible) == len(set(visible)), "a name alone tells which model it is about"


def test_the_tab_key_visits_every_button(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    wanted = {b for b in page.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()}
    visited = set()
    for _ in range(2 * len(wanted)):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        visited.add(QApplication.focusWidget())
    assert wanted <= visited


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [420, 640])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_word_is_cut_off(
    qtbot: QtBot,
    qapp: QApplication,
    scene: Scene,
    language: str,
    width: int,
    scale: float,
    make_page: MakePage,
) -> None:
    from PySide6.QtCore import QTranslator

    before = set(qapp.findChildren(QTranslator))
    font = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(font.pointSizeF() * scale)
    qapp.setFont(larger)
    install_translation(qapp, language)
    try:
        scene.install("mind")
        page = make_page()
        page.resize(width, page.heightForWidth(width))
        QApplication.processEvents()
        for button in page.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                room = QFontMetrics(button.font()).horizontalAdvance(button.text())
                assert button.width() >= room, button.text()
                parent = button.parentWidget()
                assert parent is not None
                assert button.geometry().right() <= parent.width()
        for label in page.findChildren(QLabel):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
    finally:
        qapp.setFont(font)
        for translator in set(qapp.findChildren(QTranslator)) - before:
            qapp.removeTranslator(translator)
            translator.setParent(None)

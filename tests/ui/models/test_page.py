from __future__ import annotations

import threading

import numpy as np
import pytest
from downloads.bad_server import CONTENT, Request, status
from fakes import PATIENCE
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot
from ui.models.conftest import MakePage, Scene, shown
from ui.tab_stops import steps_up, stops_in

from her_desktop.conversation.events import (
    MicrophoneTested,
    MicrophoneTestRequested,
    Stage,
    StageReady,
)
from her_desktop.metrics.model_speed import Speed
from her_desktop.ui.models import page as page_module
from her_desktop.ui.models.card import ModelCard, Wish
from her_desktop.ui.models.page import ModelsPage


def press(card: ModelCard, wish: Wish) -> None:
    assert wish in shown(card), shown(card)
    card.buttons[wish].click()


def has(card: ModelCard, words: str) -> bool:
    return words in card.told


def test_every_model_that_can_be_chosen_has_a_card(make_page: MakePage) -> None:
    page = make_page()
    assert set(page.cards) == {"ear", "mind", "voice", "french-voice", "giant", "private"}


def test_the_licence_and_its_limits_stand_there_before_any_download(make_page: MakePage) -> None:
    page = make_page()
    card = page.cards["private"]
    assert Wish.DOWNLOAD in shown(card)
    assert has(card, "Licence: CC-BY-NC-4.0. Its licence does not allow commercial use.")
    assert has(page.cards["mind"], "Licence: MIT")


def test_size_languages_and_memory_are_said(make_page: MakePage) -> None:
    card = make_page().cards["mind"]
    assert has(card, "English · 0\u202fMB · needs 100\u202fMB of memory, 12.0\u202fGB free")
    assert has(card, "Fits")


def test_what_wont_fit_says_so_and_is_not_downloaded(make_page: MakePage) -> None:
    card = make_page().cards["giant"]
    assert has(card, "Won't fit")
    assert shown(card) == set()


def test_a_download_runs_to_its_end_and_the_model_can_be_used(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    page = make_page()
    card = page.cards["mind"]
    press(card, Wish.DOWNLOAD)
    qtbot.waitUntil(lambda: Wish.USE in shown(card))
    assert shown(card) >= {Wish.USE, Wish.TRY, Wish.VERIFY, Wish.REMOVE, Wish.OPEN_FOLDER}
    press(card, Wish.USE)
    assert scene.settings.llm_model == "mind"
    assert has(card, "In use")
    assert Wish.REMOVE not in shown(card)


def test_a_download_is_paused_and_goes_on(qtbot: QtBot, make_page: MakePage, scene: Scene) -> None:
    reached = threading.Event()

    def stalled(request: Request) -> None:
        request.head(200, len(CONTENT))
        request.wfile.write(CONTENT[:100_000])
        request.wfile.flush()
        reached.set()
        request.server.over.wait(20)

    scene.library._patience = None
    scene.server.faults.append(stalled)
    card = make_page().cards["mind"]
    press(card, Wish.DOWNLOAD)
    assert reached.wait(PATIENCE)
    qtbot.waitUntil(lambda: Wish.PAUSE in shown(card))
    press(card, Wish.PAUSE)
    qtbot.waitUntil(lambda: has(card, "Paused at"))
    assert shown(card) == {Wish.DOWNLOAD, Wish.CANCEL}
    assert card.buttons[Wish.DOWNLOAD].text() == "Go on"
    press(card, Wish.DOWNLOAD)
    qtbot.waitUntil(lambda: Wish.USE in shown(card))


def test_a_failure_is_said_on_the_card(qtbot: QtBot, make_page: MakePage, scene: Scene) -> None:
    scene.server.faults.append(status(404))
    card = make_page().cards["mind"]
    press(card, Wish.DOWNLOAD)
    qtbot.waitUntil(lambda: has(card, "is no longer at"))
    assert card.buttons[Wish.DOWNLOAD].text() == "Try again"


def test_a_download_goes_on_while_the_page_is_closed(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> None:
        go_on.wait(PATIENCE)
        request.head(200, len(CONTENT))
        request.wfile.write(CONTENT)

    scene.library._patience = None
    scene.server.faults.append(waiting)
    first = make_page()
    press(first.cards["mind"], Wish.DOWNLOAD)
    scene.bridge.happened.disconnect(first.handle)
    first.close()
    second = make_page()
    assert Wish.CANCEL in shown(second.cards["mind"])
    go_on.set()
    qtbot.waitUntil(lambda: Wish.USE in shown(second.cards["mind"]))


def test_removing_asks_once_more(qtbot: QtBot, make_page: MakePage, scene: Scene) -> None:
    scene.install("mind")
    card = make_page().cards["mind"]
    press(card, Wish.REMOVE)
    assert card.buttons[Wish.REMOVE].text().startswith("Really remove")
    assert card.facts.is_here
    press(card, Wish.VERIFY)
    assert card.buttons[Wish.REMOVE].text() == "Remove"
    qtbot.waitUntil(lambda: has(card, "Every byte is as it should be."))
    press(card, Wish.REMOVE)
    press(card, Wish.REMOVE)
    qtbot.waitUntil(lambda: Wish.DOWNLOAD in shown(card))


def test_the_folder_is_opened(make_page: MakePage, scene: Scene) -> None:
    scene.install("mind")
    press(make_page().cards["mind"], Wish.OPEN_FOLDER)
    assert scene.folders == [scene.models_dir / "llm" / "mind"]


@pytest.mark.parametrize(("model_id", "word"), [("voice", "Hello!"), ("french-voice", "Bonjour !")])
def test_a_voice_is_tried_in_its_own_language(
    qtbot: QtBot, make_page: MakePage, scene: Scene, model_id: str, word: str
) -> None:
    scene.install(model_id)
    card = make_page().cards[model_id]
    press(card, Wish.TRY)
    qtbot.waitUntil(lambda: has(card, word))
    assert scene.played[0][0].size
    assert scene.voice.closed


def test_a_language_model_is_tried_with_a_question(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    scene.install("mind")
    card = make_page().cards["mind"]
    press(card, Wish.TRY)
    qtbot.waitUntil(lambda: has(card, "It is just noon here. Time to eat now."))
    (messages,) = scene.mind.asked
    assert messages[0] == ("system", "Be kind.")


def test_a_trial_can_be_stopped(qtbot: QtBot, make_page: MakePage, scene: Scene) -> None:
    scene.install("mind")
    scene.mind.gate.close()
    card = make_page().cards["mind"]
    press(card, Wish.TRY)
    qtbot.waitUntil(scene.mind.gate.reached.is_set)
    qtbot.waitUntil(lambda: Wish.STOP_TRIAL in shown(card))
    press(card, Wish.STOP_TRIAL)
    scene.mind.gate.open()
    qtbot.waitUntil(lambda: has(card, "Stopped."))
    assert Wish.TRY in shown(card)


def test_a_recogniser_is_tried_with_the_users_own_voice(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    scene.install("ear")
    page = make_page()
    press(page.cards["ear"], Wish.TRY)
    assert has(page.cards["ear"], "Say something now")
    assert isinstance(scene.sent[-1], MicrophoneTestRequested)
    pcm = np.full(48_000, 0.1, np.float32)
    page.handle(heard(pcm))
    qtbot.waitUntil(lambda: has(page.cards["ear"], "What is the time?"))
    assert scene.ear.heard[0] is pcm


def heard(pcm: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> MicrophoneTested:
    return MicrophoneTested(at=0.0, pcm=pcm, level_db=-20.0, peak_db=-3.0, speech=True)


def test_a_microphone_that_gives_nothing_is_said(make_page: MakePage, scene: Scene) -> None:
    scene.install("ear")
    page = make_page()
    press(page.cards["ear"], Wish.TRY)
    page.handle(heard(np.zeros(0, np.float32)))
    assert has(page.cards["ear"], "The microphone gave no sound.")


def test_a_microphone_that_never_answers_is_not_waited_for(
    qtbot: QtBot, make_page: MakePage, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "_LISTENING", 0.01)
    scene.install("ear")
    page = make_page()
    press(page.cards["ear"], Wish.TRY)
    qtbot.waitUntil(lambda: has(page.cards["ear"], "The microphone gave no sound."))


def test_another_test_of_the_microphone_is_nobodys_trial(make_page: MakePage, scene: Scene) -> None:
    scene.install("ear")
    page = make_page()
    page.handle(heard(np.zeros(48_000, np.float32)))
    assert scene.ear.heard == []


def test_what_is_in_use_is_spoken_to_rather_than_tried(make_page: MakePage, scene: Scene) -> None:
    for name in ("mind", "voice"):
        scene.install(name)
    scene.settings = scene.settings.changed(llm_model="mind", tts_model="voice")
    page = make_page()
    assert Wish.TRY not in shown(page.cards["mind"])
    assert Wish.TRY in shown(page.cards["voice"])


def test_a_change_made_elsewhere_is_seen(make_page: MakePage, scene: Scene) -> None:
    scene.install("mind")
    page = make_page()
    scene.settings = scene.settings.changed(llm_model="mind")
    page.handle(StageReady(at=0.0, stage=Stage.LLM, model="Mind", detail="CPU"))
    assert has(page.cards["mind"], "In use")


def test_the_measured_speed_is_shown_once_there_is_one(make_page: MakePage, scene: Scene) -> None:
    for name in ("ear", "mind", "voice"):
        scene.install(name)
    scene.speeds |= {"Ear": Speed(0.087), "Mind": Speed(0.061, 38.0), "Voice": Speed(0.04, 24.0)}
    page = make_page()
    assert has(page.cards["ear"], "what you said is text after 87\u202fms")
    assert has(page.cards["mind"], "first word after 61\u202fms, 38 words a second")
    assert has(page.cards["voice"], "first sound after 40\u202fms, 24 times as fast")
    assert not has(page.cards["private"], "Measured")


def test_the_tab_key_goes_down_the_page(qtbot: QtBot, scene: Scene) -> None:
    scene.install("voice")
    scene.settings = scene.settings.changed(tts_model="voice")
    page = ModelsPage(scene.workshop)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(page)
    area.show()
    qtbot.waitUntil(lambda: page.is_complete)
    QApplication.processEvents()
    names = [stop.accessibleName() for stop in stops_in(page)]
    assert len(names) > 8
    assert steps_up(page) == []
    assert names.index("Download 0\u202fMB (Mind)") < names.index("Try (Voice)")
    assert names[-1] == "Look in other programs' models"


def test_no_single_step_of_building_makes_the_window_wait(qtbot: QtBot, scene: Scene) -> None:
    page = ModelsPage(scene.workshop)
    qtbot.addWidget(page)
    assert page.cards == {}, "the cards come one by one"
    counts: list[int] = []
    while not page.is_complete:
        page._build_one()
        counts.append(len(page.cards))
    assert [after - before for before, after in zip([0, *counts], counts, strict=False)] == [
        *[1] * len(page.cards),
        0,
    ]

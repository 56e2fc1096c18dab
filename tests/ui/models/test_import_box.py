from __future__ import annotations

from pathlib import Path

import pytest
from broken_models import gguf, starter
from downloads.bad_server import CONTENT, REVISION
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from ui.models.conftest import MakePage, Scene, shown

from her_desktop.ui.models.card import Wish
from her_desktop.ui.models.import_box import ImportBox

ACTION = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def carried(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def drop(box: ImportBox, *paths: Path) -> None:
    data = carried(*(path.as_uri() for path in paths))
    enter = QDragEnterEvent(QPoint(5, 5), ACTION, data, LEFT, NONE)
    box.dragEnterEvent(enter)
    assert enter.isAccepted()
    box.dropEvent(QDropEvent(QPointF(5, 5), ACTION, data, LEFT, NONE))


@pytest.mark.models
def test_a_dropped_model_gets_a_card_and_can_be_used(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    page = make_page()
    drop(page.import_box, starter("smollm2-135m-instruct")[0])
    own = "own-smollm2-135m-instruct.q4-1"
    qtbot.waitUntil(lambda: own in page.cards, timeout=60_000)
    card = page.cards[own]
    qtbot.waitUntil(lambda: page.import_box.rows == {})
    assert "You brought this one yourself." in card.told
    card.buttons[Wish.USE].click()
    assert scene.settings.llm_model == own
    scene.settings = scene.settings.changed(llm_model="")
    card.show_facts(page._facts(card.facts.model))
    for _ in range(2):
        card.buttons[Wish.REMOVE].click()
    qtbot.waitUntil(lambda: own not in page.cards)


def test_a_dropped_pickle_is_refused_in_words_and_dismissed(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"\x80\x02.")
    box = make_page().import_box
    drop(box, path)
    qtbot.waitUntil(lambda: any("pickle" in row.words for row in box.rows.values()))
    (row,) = box.rows.values()
    row.dismiss_button.click()
    assert box.rows == {}


def test_several_files_at_once_each_get_a_row(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("one.txt", "two.txt")]
    for path in paths:
        path.write_text("no model")
    box = make_page().import_box
    drop(box, *paths)
    qtbot.waitUntil(lambda: len([row for row in box.rows.values() if row.words.endswith(".")]) == 2)


def test_what_is_no_file_of_this_machine_is_not_taken(make_page: MakePage) -> None:
    box = make_page().import_box
    data = carried("https://example.org/model.gguf")
    event = QDragEnterEvent(QPoint(5, 5), ACTION, data, LEFT, NONE)
    event.ignore()
    box.dragEnterEvent(event)
    assert not event.isAccepted()
    box.dragLeaveEvent(QDragLeaveEvent())


@pytest.mark.parametrize("name", ["file_button", "folder_button"])
def test_a_chooser_opens_without_holding_up_the_window(
    qtbot: QtBot, make_page: MakePage, name: str, tmp_path: Path
) -> None:
    box = make_page().import_box
    getattr(box, name).click()
    (dialog,) = box.findChildren(QFileDialog)
    with qtbot.waitSignal(box.brought) as told:
        dialog.fileSelected.emit(str(tmp_path))
    assert told.args == [str(tmp_path)]
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    qtbot.waitUntil(lambda: any(row.words.endswith(".") for row in box.rows.values()))


def test_models_of_other_programs_are_found_and_offered(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    page = make_page()
    box = page.import_box
    box.search_button.click()
    qtbot.waitUntil(lambda: not box._finding.isHidden())
    assert "No model of another program" in box._finding.text()
    snapshot = scene.models_dir.parent / "cache" / "models--a--b" / "snapshots" / "c"
    snapshot.mkdir(parents=True)
    (snapshot / "found.gguf").write_bytes(gguf())
    box.search_button.click()
    qtbot.waitUntil(lambda: len(box.found_buttons) == 1)
    assert box._finding.isHidden()
    later = make_page()
    assert list(later.import_box.found_buttons) == [snapshot / "found.gguf"]


def test_a_catalogued_model_that_lies_in_the_cache_takes_no_network(
    qtbot: QtBot, make_page: MakePage, scene: Scene
) -> None:
    snapshot = scene.models_dir.parent / "cache" / "models--someone--toy" / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").write_bytes(CONTENT)
    card = make_page().cards["mind"]
    card.buttons[Wish.DOWNLOAD].click()
    qtbot.waitUntil(lambda: Wish.USE in shown(card))
    assert scene.server.asked == []

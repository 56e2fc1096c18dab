from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from ui.settings.conftest import World

from her_desktop.ui.settings.privacy import Deletion, Places


def deletion_of(world: World) -> Deletion:
    world.dialog.show_page("privacy")
    found = world.dialog.page("privacy").findChild(Deletion)
    assert isinstance(found, Deletion)
    return found


def test_all_that_was_kept_is_deleted_after_one_question(world: World) -> None:
    deletion = deletion_of(world)
    deletion.confirm.button.click()
    assert world.deleted == 0
    deletion.confirm.no.click()
    assert world.deleted == 0
    deletion.confirm.button.click()
    deletion.confirm.yes.click()
    assert world.deleted == 1
    assert deletion.words == "All conversations that were kept are deleted."


def test_what_could_not_be_deleted_is_said(world: World) -> None:
    world.delete_problem = "Some of what was kept could not be deleted."
    deletion = deletion_of(world)
    deletion.confirm.button.click()
    deletion.confirm.yes.click()
    assert deletion.words == world.delete_problem


def test_the_places_of_files_are_named_and_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    world.paths.log_dir.mkdir()
    world.dialog.show_page("privacy")
    places = world.dialog.page("privacy").findChild(Places)
    assert isinstance(places, Places)
    assert set(places.buttons) == {
        world.paths.settings_file,
        world.paths.history_dir,
        world.paths.models_dir,
        world.paths.log_dir,
    }
    places.buttons[world.paths.log_dir].click()
    # Nothing was ever written there: the folder above is what can be opened.
    places.buttons[world.paths.history_dir].click()
    assert opened == [world.paths.log_dir, world.paths.data_dir]

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.desktop.entry_file import value_of
from her_desktop.desktop.menu_entry import MenuEntry, MenuProblem, menu_entry_of


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "a folder" / "her-desktop"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_entry_and_icon_come_together_and_go_together(tmp_path: Path, program: Path) -> None:
    menu = MenuEntry(tmp_path / "share")
    menu.put((str(program),))
    assert menu.is_there
    text = menu.entry_path.read_text(encoding="utf-8")
    assert value_of(text, "Exec") == f'"{program}"'
    assert value_of(text, "TryExec") == str(program)
    assert value_of(text, "Name[fr]") or value_of(text, "GenericName[fr]")
    assert value_of(text, "Icon") == menu.icon_path.stem
    assert menu.icon_path.read_text(encoding="utf-8").startswith("<svg")
    menu.remove()
    menu.remove()
    assert not any(path.is_file() for path in (tmp_path / "share").rglob("*"))


def test_an_entry_that_leads_nowhere_is_mended(tmp_path: Path, program: Path) -> None:
    menu = MenuEntry(tmp_path / "share")
    menu.put((str(tmp_path / "moved away" / "her-desktop"),))
    menu.mend((str(program),))
    assert value_of(menu.entry_path.read_text(encoding="utf-8"), "TryExec") == str(program)


def test_an_entry_that_leads_somewhere_is_left_alone(tmp_path: Path, program: Path) -> None:
    menu = MenuEntry(tmp_path / "share")
    menu.put((str(program),))
    menu.mend(("/somewhere/else",))
    assert value_of(menu.entry_path.read_text(encoding="utf-8"), "TryExec") == str(program)


def test_an_entry_that_was_removed_stays_removed(tmp_path: Path, program: Path) -> None:
    menu = MenuEntry(tmp_path / "share")
    menu.mend((str(program),))
    assert not menu.is_there


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path, program: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    menu = MenuEntry(tmp_path / "file" / "share")
    assert not menu.is_there
    with pytest.raises(MenuProblem, match="applications menu"):
        menu.put((str(program),))
    menu.remove()


def test_the_folder_is_the_users(tmp_path: Path) -> None:
    ordinary = menu_entry_of("linux", {}, tmp_path)
    own = menu_entry_of("linux", {"XDG_DATA_HOME": str(tmp_path / "own")}, tmp_path)
    assert ordinary is not None
    assert own is not None
    assert ordinary.entry_path.is_relative_to(tmp_path / ".local" / "share" / "applications")
    assert own.entry_path.is_relative_to(tmp_path / "own")
    assert menu_entry_of("win32", {}, tmp_path) is None

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.desktop.entry_file import value_of
from her_desktop.desktop.guest import Guest
from her_desktop.paths import Paths


def guest_of(home: Path, paths: Paths | None = None, platform: str = "linux") -> Guest:
    return Guest(paths or Paths.standard(), platform, {}, home)


def entry(home: Path) -> Path:
    return home / ".local" / "share" / "applications" / "her-desktop.desktop"


def test_the_first_start_takes_a_place_in_the_menu_and_later_ones_do_not(tmp_path: Path) -> None:
    guest = guest_of(tmp_path)
    guest.arrive(is_first=True)
    assert guest.is_in_menu
    assert guest.be_in_menu(wanted=False) == ""
    guest.arrive(is_first=False)
    assert not guest.is_in_menu, "what was removed stays removed"


def test_a_run_on_its_own_folder_leaves_the_desktop_alone(tmp_path: Path) -> None:
    guest = guest_of(tmp_path, Paths.under(tmp_path / "data"))
    guest.arrive(is_first=True)
    assert list(tmp_path.iterdir()) == []


def test_it_starts_at_login_hidden_on_its_own_data(tmp_path: Path) -> None:
    guest = guest_of(tmp_path, Paths.under(tmp_path / "data"))
    assert guest.can_start_at_login
    assert guest.start_at_login(wanted=True) == ""
    assert guest.starts_at_login
    [file] = (tmp_path / ".config" / "autostart").iterdir()
    line = value_of(file.read_text(encoding="utf-8"), "Exec")
    assert line.endswith(f"--data-dir {tmp_path / 'data'} --hidden")
    assert guest.start_at_login(wanted=False) == ""
    assert not guest.starts_at_login


def test_a_program_that_moved_is_found_again_at_login(tmp_path: Path) -> None:
    guest = guest_of(tmp_path)
    guest.start_at_login(wanted=True)
    [file] = (tmp_path / ".config" / "autostart").iterdir()
    now = file.read_text(encoding="utf-8")
    file.write_text(now.replace(value_of(now, "Exec"), "/gone/her-desktop --hidden"))
    guest.arrive(is_first=False)
    assert file.read_text(encoding="utf-8") == now


def test_what_cannot_be_written_is_said_and_nothing_stops(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    guest = guest_of(home)
    guest.arrive(is_first=True)
    assert not guest.is_in_menu
    assert guest.start_at_login(wanted=True).endswith(".")
    assert guest.be_in_menu(wanted=True).endswith(".")


@pytest.mark.parametrize("platform", ["emscripten"])
def test_an_unknown_system_is_told_so(tmp_path: Path, platform: str) -> None:
    guest = guest_of(tmp_path, platform=platform)
    assert not guest.can_start_at_login
    assert not guest.has_menu
    assert "not known" in guest.start_at_login(wanted=True)
    assert guest.be_in_menu(wanted=True) == ""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from her_desktop.desktop.command import own_command
from her_desktop.paths import Paths


def test_the_words_start_this_program(tmp_path: Path) -> None:
    words = own_command(Paths.standard(), {})
    told = subprocess.run([*words, "--help"], capture_output=True, text=True, cwd=tmp_path,
                          check=False)  # fmt: skip
    assert told.returncode == 0
    assert "her-desktop" in told.stdout
    assert Path(words[0]).is_absolute()


def test_a_folder_of_its_own_goes_along(tmp_path: Path) -> None:
    words = own_command(Paths.under(tmp_path), {})
    assert words[-2:] == ("--data-dir", str(tmp_path.resolve()))


def test_an_image_is_named_by_its_file() -> None:
    assert own_command(Paths.standard(), {"APPIMAGE": "/a/her.AppImage"}) == ("/a/her.AppImage",)


def test_a_frozen_program_is_its_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command(Paths.standard(), {}) == (sys.executable,)

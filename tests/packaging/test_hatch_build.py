"""The sound callback is compiled where it can be, and its absence stops nobody."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from hatch_build import compile_library
from her_desktop.audio import native

SOURCE = native.LIBRARY.with_name("native.c")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Python is called there")


def test_the_library_is_made_and_has_both_callbacks(tmp_path: Path) -> None:
    made = tmp_path / "made.so"
    assert compile_library(SOURCE, made)
    library = ctypes.CDLL(str(made))
    assert [library.her_heard, library.her_play, library.her_rest]
    assert [path.name for path in tmp_path.iterdir()] == ["made.so"]


def test_what_cannot_be_compiled_leaves_no_old_library(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken, made = tmp_path / "broken.c", tmp_path / "made.so"
    broken.write_text("this is no C", encoding="utf-8")
    made.write_bytes(b"from another time")
    assert not compile_library(broken, made)
    assert not made.exists()
    assert "error" in capfd.readouterr().err


def test_without_a_compiler_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert not compile_library(SOURCE, tmp_path / "made.so")
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    assert not compile_library(SOURCE, tmp_path / "made.so")


def test_this_environment_has_it() -> None:
    assert native._library() is not None

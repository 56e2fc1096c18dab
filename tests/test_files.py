"""A file is there whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from her_desktop.files import write_whole


@pytest.mark.parametrize("durable", [True, False])
def test_it_takes_the_place_of_what_was_there(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "new" / "notes.json"
    for content in (b"a long first content", b"short"):
        write_whole(path, content, durable=durable)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path], "nothing is left beside it"


def test_what_cannot_be_put_in_place_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.mkdir()
    (path / "kept").touch()
    with pytest.raises((IsADirectoryError, PermissionError)):
        write_whole(path, b"words", durable=False)
    assert [each.name for each in tmp_path.iterdir()] == ["notes.json"]
    assert (path / "kept").exists()


def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes.json"
    write_whole(path, b"old", durable=False)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    write_whole(path, b"what I said", durable=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

"""A place that nothing can be written to is told before the work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from her_desktop.inference.protocols import ModelError
from her_desktop.tools.outputs import check_folder, check_writable


def test_a_file_needs_a_folder_to_be_in(tmp_path: Path) -> None:
    check_writable(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ModelError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(ModelError, match="There is no folder"):
        check_writable(tmp_path / "deep" / "page.html")


def test_a_folder_is_made_or_refused_in_words(tmp_path: Path) -> None:
    check_folder(tmp_path / "deep" / "down")
    assert (tmp_path / "deep" / "down").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="cannot be made"):
        check_folder(tmp_path / "file")


def test_what_may_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs the tests may be allowed everything.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(ModelError, match="cannot be written"):
        check_folder(tmp_path / "closed")
    with pytest.raises(ModelError, match="cannot be written"):
        check_writable(tmp_path / "closed" / "page.html")

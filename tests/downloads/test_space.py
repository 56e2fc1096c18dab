"""The disk's free space among downloads that run side by side."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from her_desktop.downloads.faults import DownloadError
from her_desktop.downloads.space import Space

GB = 1_000_000_000


@pytest.fixture(autouse=True)
def _ten_gigabytes_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10 * GB))


def test_what_was_promised_counts_until_it_is_written_or_given_up(tmp_path: Path) -> None:
    space, left = Space(), [8 * GB]
    with space.claimed(lambda: left[0], tmp_path):
        with pytest.raises(DownloadError, match=r"8\.0 GB of that"):
            space.claimed(lambda: 4 * GB, tmp_path).__enter__()
        left[0] = 2 * GB
        with space.claimed(lambda: 4 * GB, tmp_path):
            pass
        left[0] = 8 * GB
    with space.claimed(lambda: 9 * GB, tmp_path):
        pass


def test_what_does_not_fit_alone_is_said_without_the_others(tmp_path: Path) -> None:
    space = Space()
    with (
        space.claimed(lambda: GB, tmp_path),
        pytest.raises(DownloadError, match=r"20\.3 GB are needed in .* and 10\.0 GB are free;"),
    ):
        space.claimed(lambda: 20 * GB, tmp_path).__enter__()


def test_what_is_here_already_needs_no_room(tmp_path: Path) -> None:
    space = Space()
    with space.claimed(lambda: 9 * GB, tmp_path), space.claimed(lambda: 0, tmp_path):
        pass

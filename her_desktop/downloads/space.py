"""The disk's free space, shared out among the downloads that run side by side.

Rule: any thread. Only this process is counted: what another program fills shows as a full disk.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from her_desktop.downloads.faults import DownloadError, Fault, disk_faults_said, readable_size

_MARGIN = 256 << 20
"""Bytes that stay free: a disk without any stops more than this program."""


class Space:
    """Owns what every download under way has yet to write; called by the threads that download."""

    def __init__(self) -> None:
        """Begin with the whole disk."""
        self._guard = threading.Lock()
        self._claims: list[Callable[[], int]] = []

    @contextmanager
    def claimed(self, missing: Callable[[], int], folder: Path) -> Iterator[None]:
        """Keep the disk of `folder` to this download for as long as the block runs.

        `missing` says how many bytes are still to be written; it is asked again, also by other
        threads, whenever one more download begins. Raises DownloadError where they do not fit
        beside what the downloads that began earlier have yet to write.
        """
        with self._guard:
            own, others = missing(), sum(claim() for claim in self._claims)
            if own:
                _require(own, others, folder)
            self._claims.append(missing)
        try:
            yield
        finally:
            with self._guard:
                self._claims.remove(missing)


def _require(own: int, others: int, folder: Path) -> None:
    with disk_faults_said(folder):
        free = shutil.disk_usage(folder).free
    needed = own + _MARGIN
    if needed <= free - others:
        return
    fault = Fault.DISK_SPACE if needed > free else Fault.DISK_PROMISED
    raise DownloadError(
        fault,
        needed=readable_size(needed),
        folder=folder,
        free=readable_size(free),
        promised=readable_size(others),
    )

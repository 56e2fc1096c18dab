"""The file that a download grows in, until it is proven to be the right one.

Rule: what has arrived is thrown away only when its content is proven wrong. The partial file lies
beside its target and names the content it should become, so that an update of the catalogue never
continues an older file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from her_desktop.catalogue import ModelFile
from her_desktop.downloads.faults import DownloadError, Fault, disk_fault, disk_faults_said
from her_desktop.downloads.stop import Stop

_PIECE = 1 << 20
_LOCKED_TRIES = 5


def partial_path(file: ModelFile, target: Path) -> Path:
    """Return where `file` grows before it becomes `target`."""
    return target.with_name(f"{target.name}.{file.sha256[:12]}.part")


def etag_path(partial: Path) -> Path:
    """Return where the server's name for the content of `partial` is noted."""
    return partial.with_name(partial.name + ".etag")


class Partial:
    """Owns one growing file and its hash; used by the thread that downloads, as a context.

    Leaving the context closes the file and leaves it there.
    """

    def __init__(self, file: ModelFile, target: Path) -> None:
        """Prepare to grow `file` towards `target`; nothing is touched yet."""
        self.file = file
        self.target = target
        self.path = partial_path(file, target)
        self.size = 0
        self._hash = hashlib.sha256()
        self._handle: int | None = None

    def __enter__(self) -> Partial:
        """Open or make the file. Raises DownloadError where the folder does not allow it."""
        if self.path.is_symlink():
            raise DownloadError(Fault.IN_THE_WAY, path=self.path)
        # A file that is no file, or that became a link since, is not followed or waited for.
        careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | careful | getattr(os, "O_BINARY", 0)
        with disk_faults_said(self.path):
            self._handle = os.open(self.path, flags, 0o644)
            if not stat.S_ISREG(os.fstat(self._handle).st_mode):
                self._close()
                raise DownloadError(Fault.IN_THE_WAY, path=self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Close the file and leave it for another time."""
        self._close()

    @property
    def complete(self) -> bool:
        """Whether every byte is there; whether they are the right ones is another question."""
        return self.size == self.file.size

    @property
    def right(self) -> bool:
        """Whether the content is the published one."""
        return self.complete and self._hash.hexdigest() == self.file.sha256

    @property
    def etag(self) -> str:
        """The server's strong name for the content so far, "" where it gave none."""
        try:
            return etag_path(self.path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return ""

    @etag.setter
    def etag(self, value: str) -> None:
        with disk_faults_said(self.path):
            etag_path(self.path).write_text(value, encoding="utf-8")

    def read_again(self, stop: Stop, tell: Callable[[int], object]) -> None:
        """Hash what an earlier run left; what is longer than it may be is proven wrong."""
        with disk_faults_said(self.path):
            if os.fstat(self._opened).st_size > self.file.size:
                self.clear()
                return
            os.lseek(self._opened, 0, os.SEEK_SET)
            while piece := os.read(self._opened, _PIECE):
                stop.check()
                self._hash.update(piece)
                self.size += len(piece)
                tell(self.size)

    def write(self, piece: bytes) -> None:
        """Append what has arrived, as far as the file may grow. Raises DownloadError."""
        rest = memoryview(piece)[: self.file.size - self.size]
        with disk_faults_said(self.path):
            while rest:
                written = os.write(self._opened, rest)
                self._hash.update(rest[:written])
                self.size += written
                rest = rest[written:]

    def clear(self) -> None:
        """Start over: the content was proven wrong."""
        with disk_faults_said(self.path):
            os.ftruncate(self._opened, 0)
            etag_path(self.path).unlink(missing_ok=True)
        self.size = 0
        self._hash = hashlib.sha256()

    def discard(self) -> None:
        """Throw the file away: the content was proven wrong."""
        self._close()
        with disk_faults_said(self.path):
            self.path.unlink(missing_ok=True)
            etag_path(self.path).unlink(missing_ok=True)

    def put_in_place(self, stop: Stop, pause: float) -> None:
        """Let the file become its target in one step, once it is safely on the disk.

        A target that another program holds is tried five times, `pause` seconds apart at first.
        """
        with disk_faults_said(self.path):
            os.fsync(self._opened)
        self._close()
        stop.check()
        put_in_place(self.path, self.target, stop, pause)
        etag_path(self.path).unlink(missing_ok=True)

    @property
    def _opened(self) -> int:
        assert self._handle is not None, "the partial file is used inside its context"
        return self._handle

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def put_in_place(path: Path, target: Path, stop: Stop, pause: float) -> None:
    """Rename `path` to `target`, replacing what was there; copy where they lie on two volumes."""
    if target.is_dir() and not target.is_symlink():
        raise DownloadError(Fault.IN_THE_WAY, path=target)
    for attempt in range(_LOCKED_TRIES):
        try:
            os.replace(path, target)
        except PermissionError as error:
            # On Windows a virus scanner or another program holds a file for a moment.
            if attempt == _LOCKED_TRIES - 1:
                raise DownloadError(Fault.LOCKED, path=target) from error
            stop.sleep(pause * 2**attempt)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise disk_fault(error, target) from error
            _copy_across(path, target)
            return
        else:
            return


def _copy_across(path: Path, target: Path) -> None:
    """Copy to the target's own volume and rename there, so that no half of a file is ever seen."""
    beside = target.with_name(target.name + ".copy")
    with disk_faults_said(target):
        beside.unlink(missing_ok=True)
        try:
            with path.open("rb") as source, beside.open("xb") as sink:
                shutil.copyfileobj(source, sink, _PIECE)
                sink.flush()
                os.fsync(sink.fileno())
            os.replace(beside, target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        path.unlink()

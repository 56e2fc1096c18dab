"""What can go wrong with a download, each in one sentence that says what happened and what to do.

Rule: no cleverness, only words, so that all of them can be read and translated in one place.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    """Every sentence, with the places that `DownloadError` fills in."""

    NOT_OFFERED = (
        "The model {name} cannot be downloaded, because its source is not known; "
        "install it from a folder."
    )
    NO_CONNECTION = (
        "{host} could not be reached; check the network connection and any proxy, and try again."
    )
    UNTRUSTED = (
        "{host} could not be reached safely, because its certificate or encryption was not "
        "accepted; check the clock of this machine and ask whoever runs the network."
    )
    PROXY = "The proxy did not let {host} through; check the proxy settings of the system."
    STALLED = "{host} stopped sending; check the network connection and try again."
    SLOW = "{host} sends too slowly to ever finish; try again later or on another network."
    BROKEN = "The connection to {host} broke off; try again, and the download goes on from there."
    REDIRECTS = "{host} sent the download in circles; try again later."
    BAD_REDIRECT = (
        "{host} sent the download to a place that is not safe to follow; try again on another "
        "network."
    )
    WEB_PAGE = (
        "{host} sent a web page in place of the model; if this network asks to sign in, "
        "do that in a browser, then try again."
    )
    WRONG_LENGTH = (
        "{host} offers {file} with {found} bytes, not the {expected} that the catalogue names; "
        "try again later or update the program."
    )
    EMPTY = "{host} sent nothing for {file}; try again later."
    GONE = "{file} is no longer at {host}; update the program or choose another model."
    REFUSED = "{host} refused to give {file}; choose another model or try another network."
    BUSY = "{host} is busy or out of order (answer {status}); try again later."
    BUSY_FOR = "{host} asks to wait {minutes} minutes; try again after that."
    ODD = "{host} gave an answer that makes no sense ({status}); try again later."
    GARBLED = "{host} sent data that cannot be unpacked; try again later."
    DAMAGED = (
        "{file} did not arrive as it was published and was thrown away; try again, and if it "
        "happens twice, try another network."
    )
    SOURCE_MISSING = "The folder {folder} has no {file}; choose the folder that holds the model."
    SOURCE_WRONG = (
        "{file} in {folder} is not the file that the catalogue names; download the model instead."
    )
    CHANGED = (
        "{file} of {name} is missing or not what it should be; remove the model and get it again."
    )
    DISK_SPACE = (
        "{needed} are needed in {folder} and {free} are free; free some space and try again."
    )
    DISK_PROMISED = (
        "{needed} are needed in {folder} and {free} are free, but the downloads under way still "
        "need {promised} of that; free some space or cancel one of them, then try again."
    )
    DISK_FULL = (
        "The disk with {folder} is full; free some space and try again, what has arrived is kept."
    )
    TOO_LARGE = (
        "The disk with {folder} does not take a file that large; move the data folder to "
        "another disk."
    )
    READ_ONLY = "{path} may not be written; check its permissions and try again."
    LOCKED = (
        "{path} is in use by another program or may not be changed; close that program and try "
        "again."
    )
    IN_THE_WAY = "{path} is in the way; move it elsewhere and try again."
    LEADS_OUT = "{path} leads out of the models folder; remove that link and try again."
    UNWRITABLE = "{path} could not be written ({reason}); check the disk and try again."
    IN_PROGRESS = "The model {name} is being installed; stop that first."
    NOT_HERE = "The model {name} is not among the downloaded ones; there is nothing to remove."


class DownloadError(Exception):
    """A download ended without its file; the text is one plain sentence for the user."""

    def __init__(self, fault: Fault, **values: object) -> None:
        """Fill the places of the sentence with `values`."""
        super().__init__(fault.value.format(**values))


class Hiccup(DownloadError):
    """A fault that may pass by itself: worth asking `host` again, after `wait` seconds at least."""

    def __init__(self, fault: Fault, *, host: str, wait: float = 0.0, **values: object) -> None:
        """Take the seconds that the other side asked for, if it did."""
        super().__init__(fault, host=host, **values)
        self.host = host
        self.wait = wait


def disk_fault(error: OSError, path: Path) -> DownloadError:
    """Return the sentence for what the disk refused at `path`."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DownloadError(Fault.DISK_FULL, folder=path.parent)
        case errno.EFBIG:
            return DownloadError(Fault.TOO_LARGE, folder=path.parent)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return DownloadError(Fault.READ_ONLY, path=path)
        case errno.EISDIR | errno.ENOTDIR | errno.EEXIST | errno.ELOOP | errno.ENOTEMPTY:
            return DownloadError(Fault.IN_THE_WAY, path=path)
        case _:
            reason = error.strerror or type(error).__name__
            return DownloadError(Fault.UNWRITABLE, path=path, reason=reason)


@contextmanager
def disk_faults_said(path: Path) -> Iterator[None]:
    """Turn what the disk refuses inside the block into a `DownloadError` about `path`."""
    try:
        yield
    except OSError as error:
        raise disk_fault(error, path) from error


def readable_size(size: int) -> str:
    """Return bytes for a person, in the decimal units that disks are sold in: "1.6 GB"."""
    if size >= 1_000_000_000:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"

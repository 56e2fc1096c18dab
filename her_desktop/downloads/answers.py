"""What a server's answer to a request for a file means.

Rule: looks at an answer's head and decides; reads no body, waits for nothing, writes nothing.
"""

from __future__ import annotations

import re
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from her_desktop.downloads.faults import DownloadError, Fault, Hiccup

if TYPE_CHECKING:
    import httpx2

_COUNT = "[0-9]{1,18}"
_RANGE = re.compile(rf"bytes ({_COUNT})-({_COUNT})/({_COUNT}|\*)")
_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]*"')
_A_WEEK = 7 * 86_400.0
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_REFUSING = {401, 403, 451}
_GONE = {404, 410}


class RangeUnusable(Exception):
    """The server cannot continue in the middle; ask for the whole file."""


def bytes_to_skip(answer: httpx2.Response, file: str, size: int, offset: int) -> int:
    """Return how many bytes of the body are there already, for an answer worth reading.

    `offset` is where the request asked to continue, 0 where it asked for the whole file of `size`
    bytes. Raises RangeUnusable, Hiccup for what may pass, DownloadError for what will not.
    """
    host = answer.url.host
    status = answer.status_code
    if status == 416 and offset:
        raise RangeUnusable
    if status not in (200, 206) or (status == 206 and not offset):
        raise _refusal(answer, file)
    if answer.headers.get("content-type", "").lower().startswith("text/html"):
        raise DownloadError(Fault.WEB_PAGE, host=host)
    if status == 206:
        return _continued(answer, file, size, offset)
    found = _length(answer)
    if found == 0:
        raise DownloadError(Fault.EMPTY, host=host, file=file)
    if found not in (None, size):
        raise DownloadError(Fault.WRONG_LENGTH, host=host, file=file, found=found, expected=size)
    # The whole file although the rest was asked for: what is there already need not be written.
    return offset


def strong_etag(answer: httpx2.Response) -> str:
    """Return the name the server gives to exactly these bytes, "" where it gives none."""
    etag = str(answer.headers.get("etag", ""))
    return etag if is_strong(etag) else ""


def is_strong(etag: str) -> bool:
    """Return whether a server may be asked by this name (RFC 9110, 8.8.3 and 13.1.5)."""
    return _STRONG_ETAG.fullmatch(etag) is not None


def fault_of(error: Exception, host: str) -> DownloadError:
    """Return what a failure of the HTTP library means for the user."""
    import httpx2

    if isinstance(error, httpx2.ProxyError):
        return DownloadError(Fault.PROXY, host=host)
    if isinstance(error, httpx2.TimeoutException):
        late = isinstance(error, httpx2.ConnectTimeout)
        return Hiccup(Fault.NO_CONNECTION if late else Fault.STALLED, host=host)
    if isinstance(error, httpx2.ConnectError):
        if _has_cause(error, ssl.SSLError):
            return DownloadError(Fault.UNTRUSTED, host=host)
        return Hiccup(Fault.NO_CONNECTION, host=host)
    if isinstance(error, httpx2.DecodingError):
        return DownloadError(Fault.GARBLED, host=host)
    if isinstance(error, httpx2.UnsupportedProtocol):
        return DownloadError(Fault.BAD_REDIRECT, host=host)
    return Hiccup(Fault.BROKEN, host=host)


def _continued(answer: httpx2.Response, file: str, size: int, offset: int) -> int:
    match = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if not match or int(match[1]) != offset or _encoded(answer):
        raise RangeUnusable
    if match[3] not in ("*", str(size)):
        raise DownloadError(
            Fault.WRONG_LENGTH,
            host=answer.url.host,
            file=file,
            found=match[3],
            expected=size,
        )
    return 0


def _length(answer: httpx2.Response) -> int | None:
    length = answer.headers.get("content-length", "")
    # A packed body says how long the packet is, which tells nothing of the content.
    return int(length) if re.fullmatch(_COUNT, length) and not _encoded(answer) else None


def _encoded(answer: httpx2.Response) -> bool:
    return answer.headers.get("content-encoding", "identity").lower() not in ("", "identity")


def _refusal(answer: httpx2.Response, file: str) -> DownloadError:
    host, status = answer.url.host, answer.status_code
    if status in _GONE:
        return DownloadError(Fault.GONE, host=host, file=file)
    if status in _REFUSING:
        return DownloadError(Fault.REFUSED, host=host, file=file)
    if status == 407:
        return DownloadError(Fault.PROXY, host=host)
    if status in _PASSING:
        wait = _asked_to_wait(answer.headers.get("retry-after", ""))
        return Hiccup(Fault.BUSY, host=host, status=status, wait=wait)
    return DownloadError(Fault.ODD, host=host, status=status)


def _asked_to_wait(value: str) -> float:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    try:
        if re.fullmatch("[0-9]+", value):
            seconds = float(value)
        else:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), _A_WEEK)


def _has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return True
        seen = seen.__cause__ or seen.__context__
    return False

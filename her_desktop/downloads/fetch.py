"""One file over HTTP: asking, continuing, waiting and asking again.

Rule: runs on the caller's thread and blocks. The HTTP library brings proxies, the system's
certificates and redirects' rules; what is here is patience.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from her_desktop.downloads.answers import (
    RangeUnusable,
    bytes_to_skip,
    fault_of,
    is_strong,
    strong_etag,
)
from her_desktop.downloads.faults import DownloadError, Fault, Hiccup
from her_desktop.downloads.partial import Partial
from her_desktop.downloads.progress import Ledger, State
from her_desktop.downloads.stop import Stop

if TYPE_CHECKING:
    import httpx2

_REDIRECTS = 8


@dataclass(frozen=True)
class Patience:
    """How long to wait for what. Seconds, but `tries` and the bytes a second of `slowest`."""

    connect: float = 10.0
    silence: float = 30.0
    """Without a byte for so long, the connection is dead."""
    tries: int = 6
    """Failures in a row, without progress between them, after which to give up."""
    first_wait: float = 1.0
    """Before the second try; each further wait is twice as long."""
    longest_wait: float = 60.0
    """Also the longest that a server may ask for before the download says so and ends."""
    slowest: float = 1024.0
    slow_window: float = 60.0
    """Slower than `slowest` over so long is no faster than a dead connection."""
    lock: float = 0.5
    """Between two looks at what another instance holds."""
    rename: float = 0.2


@contextmanager
def http_client(patience: Patience) -> Iterator[httpx2.Client]:
    """Give a client that knows the system's proxies and certificates.

    Raises DownloadError where the proxy settings cannot be read.
    """
    import httpx2

    timeout = httpx2.Timeout(patience.silence, connect=patience.connect)
    try:
        client = httpx2.Client(timeout=timeout, follow_redirects=False)
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        raise DownloadError(Fault.PROXY, host="the network") from error
    with client:
        yield client


class Fetch:
    """Owns the way of one file into its partial file; used by the thread that downloads."""

    def __init__(
        self, client: httpx2.Client, url: str, stop: Stop, ledger: Ledger, patience: Patience
    ) -> None:
        """Prepare to fetch `url`; nothing is asked yet."""
        self._client = client
        self._url = url
        self._stop = stop
        self._ledger = ledger
        self._patience = patience

    def run(self, partial: Partial) -> None:
        """Let `partial` grow to its full size; raises DownloadError or Stopped.

        What has arrived is kept in either case.
        """
        failures = 0
        in_the_middle = True
        while not partial.complete:
            before = partial.size
            try:
                self._once(partial, partial.size if in_the_middle else 0)
            except RangeUnusable:
                in_the_middle = False
            except Hiccup as hiccup:
                enough = self._patience.slowest * self._patience.slow_window
                failures = 1 if partial.size - before > enough else failures + 1
                self._wait(hiccup, failures, partial.size)

    def _wait(self, hiccup: Hiccup, failures: int, done: int) -> None:
        longest = self._patience.longest_wait
        if hiccup.wait > longest:
            minutes = round(hiccup.wait / 60) + 1
            raise DownloadError(Fault.BUSY_FOR, host=hiccup.host, minutes=minutes) from hiccup
        if failures >= self._patience.tries:
            raise hiccup
        self._ledger.tell(State.WAITING, done, str(hiccup))
        self._stop.sleep(
            max(hiccup.wait, min(self._patience.first_wait * 2.0 ** (failures - 1), longest))
        )

    def _once(self, partial: Partial, offset: int) -> None:
        """Ask once, from `offset` on, and take what comes."""
        import httpx2

        host = httpx2.URL(self._url).host
        try:
            answer = self._ask(partial, offset)
            host = answer.url.host
            try:
                skip = bytes_to_skip(answer, partial.file.path, partial.file.size, offset)
                # Asked for the whole file while some of it is there: that part is skipped too.
                self._read(answer, partial, max(skip, 0 if offset else partial.size))
            finally:
                answer.close()
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, UnicodeError) as error:
            # A stopped connection fails like a broken one.
            self._stop.check()
            raise fault_of(error, host) from error

    def _ask(self, partial: Partial, offset: int) -> httpx2.Response:
        """Send the request and follow redirects; only the head of the answer is read."""
        # Bytes are counted and hashed as published, so nothing may be packed on the way.
        headers = {"Accept-Encoding": "identity", "User-Agent": "her-desktop"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if is_strong(partial.etag):
                headers["If-Range"] = partial.etag
        request = self._client.build_request(
            "GET", self._url, headers=headers, extensions={"trace": self._watch}
        )
        secure = request.url.scheme == "https"
        for _ in range(_REDIRECTS):
            self._stop.check()
            answer = self._client.send(request, stream=True)
            if not answer.has_redirect_location or answer.next_request is None:
                return answer
            answer.close()
            host, request = answer.url.host, answer.next_request
            if request.url.scheme not in ("http", "https") or (
                secure and request.url.scheme != "https"
            ):
                raise DownloadError(Fault.BAD_REDIRECT, host=host)
        raise DownloadError(Fault.REDIRECTS, host=request.url.host)

    def _watch(self, step: str, details: dict[str, Any]) -> None:
        """Learn which connection is in use, and end between any two steps of the protocol."""
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stop.attach(details["return_value"].get_extra_info("socket"))
        # What fails or is closed is no longer waited for; the garbage collector may be at it.
        if step.endswith(".started") and "close" not in step:
            self._stop.check()

    def _read(self, answer: httpx2.Response, partial: Partial, skip: int) -> None:
        if (etag := strong_etag(answer)) != partial.etag:
            partial.etag = etag
        host = answer.url.host
        window_at, window_bytes = time.monotonic(), 0
        self._ledger.tell(State.DOWNLOADING, partial.size)
        for piece in answer.iter_bytes():
            self._stop.check()
            partial.write(piece[skip:])
            skip = max(0, skip - len(piece))
            if partial.complete:
                return
            self._ledger.tell(State.DOWNLOADING, partial.size)
            window_bytes += len(piece)
            passed = time.monotonic() - window_at
            if passed >= self._patience.slow_window:
                if window_bytes < self._patience.slowest * passed:
                    raise Hiccup(Fault.SLOW, host=host)
                window_at, window_bytes = time.monotonic(), 0
        raise Hiccup(Fault.BROKEN, host=host)

"""A server on this machine that misbehaves on request, and a model to fetch from it."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from her_desktop.catalogue import Kind, Model, ModelFile, Source
from her_desktop.downloads.fetch import Patience
from her_desktop.downloads.install import install
from her_desktop.downloads.partial import partial_path
from her_desktop.downloads.progress import Progress, Report, State
from her_desktop.downloads.stop import Stop

CONTENT = random.Random(5).randbytes(200_000)
ETAG = '"first"'
REVISION = "0123456789abcdef0123456789abcdef01234567"
IMPATIENT = Patience(
    connect=60.0,
    silence=60.0,
    tries=3,
    first_wait=0.01,
    longest_wait=0.5,
    slowest=300.0,
    slow_window=60.0,
    lock=0.02,
    rename=0.01,
)
"""Quick to try again. No silence is too long, so that a machine that stalls changes no outcome."""

HASTY = replace(IMPATIENT, silence=0.3)
"""For those servers that are to be given up on."""


class Request(BaseHTTPRequestHandler):
    """One request; the fault that the test asked for answers it."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        fault = self.server.faults.pop(0) if self.server.faults else well
        fault(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Tests print nothing."""

    def head(self, status: int, length: int | None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()

    @property
    def start(self) -> int | None:
        """Where the request asks to continue."""
        value = self.headers.get("Range")
        return int(value.removeprefix("bytes=").removesuffix("-")) if value else None


Fault = Callable[[Request], None]


class Server(ThreadingHTTPServer):
    """Owns what it was asked, the faults to come and the event that ends every wait."""

    daemon_threads = False
    faults: list[Fault]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.faults = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("range") for _, headers in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what many of these tests are about."""


def well(request: Request) -> None:
    """Answer as a good server would."""
    start = request.start
    if start is None or request.headers.get("If-Range", ETAG) != ETAG:
        request.head(200, len(CONTENT), ETag=ETAG)
        request.wfile.write(CONTENT)
        return
    rest = CONTENT[start:]
    span = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
    request.head(206, len(rest), ETag=ETAG, Content_Range=span)
    request.wfile.write(rest)


def breaking_after(count: int) -> Fault:
    """Send `count` bytes of what was asked for, then hang up."""

    def fault(request: Request) -> None:
        start = request.start or 0
        span = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
        status = 206 if start else 200
        request.head(status, len(CONTENT) - start, ETag=ETAG, Content_Range=span)
        request.wfile.write(CONTENT[start : start + count])

    return fault


def status(code: int, **headers: str) -> Fault:
    return lambda request: request.head(code, 0, **headers)


def toy(content: bytes = CONTENT, path: str = "model.bin", size: int | None = None) -> Model:
    sha256 = hashlib.sha256(content).hexdigest()
    return Model(
        id="toy",
        kind=Kind.LLM,
        name="Toy",
        languages=("en",),
        licence="MIT",
        files=(ModelFile(path, len(content) if size is None else size, sha256),),
        source=Source("someone/toy", REVISION),
    )


class Download:
    """One download by a test: what it reports, how it ended, what it left."""

    def __init__(self, server: Server, models_dir: Path) -> None:
        self.server = server
        self.models_dir = models_dir
        self.model = toy()
        self.stop = Stop()
        self.told: list[Progress] = []
        self.on_report: Report = lambda _: None

    @property
    def target(self) -> Path:
        return self.model.paths(self.models_dir / self.model.kind / self.model.id)[0]

    @property
    def partial(self) -> Path:
        return partial_path(self.model.files[0], self.target)

    @property
    def kept(self) -> bytes:
        return self.partial.read_bytes()

    @property
    def states(self) -> list[State]:
        states: list[State] = []
        for progress in self.told:
            if not states or progress.state is not states[-1]:
                states.append(progress.state)
        return states

    def leave(self, content: bytes, etag: str = ETAG) -> None:
        """Leave what an earlier run might have left."""
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        self.partial.write_bytes(content)
        self.partial.with_name(self.partial.name + ".etag").write_text(etag)

    def report(self, progress: Progress) -> None:
        self.told.append(progress)
        self.on_report(progress)

    def run(self, *faults: Fault, patience: Patience = IMPATIENT) -> Progress:
        self.server.faults.extend(faults)
        ended = install(
            self.model,
            self.models_dir,
            stop=self.stop,
            report=self.report,
            hub=self.server.url,
            patience=patience,
        )
        assert self.told[-1] == ended, "the last word is what the call returns"
        return ended

    def succeeds(self, *faults: Fault, patience: Patience = IMPATIENT) -> None:
        ended = self.run(*faults, patience=patience)
        assert (ended.state, ended.message) == (State.DONE, "")
        assert ended.done == ended.total == len(CONTENT)
        assert self.target.read_bytes() == CONTENT
        assert [path.name for path in self.target.parent.iterdir()] == [self.target.name]

    def fails(self, *faults: Fault, patience: Patience = IMPATIENT) -> str:
        ended = self.run(*faults, patience=patience)
        assert ended.state is State.FAILED
        assert not self.target.is_file()
        assert ended.message.endswith(".")
        assert "{" not in ended.message
        return ended.message

"""A library with a server of its own, and every event it tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from downloads.bad_server import IMPATIENT, Server, toy
from fakes import PATIENCE

from her_desktop.catalogue import Model, locate
from her_desktop.conversation.events import Event
from her_desktop.downloads.progress import State
from her_desktop.inference.opening import Opened
from her_desktop.library.library import Library, Shelves
from her_desktop.library.news import TaskMoved
from her_desktop.own_models import read_own


class Told:
    """Owns the events a library told, and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Event], bool], patience: float = PATIENCE) -> Event:
        def found() -> list[Event]:
            return [event for event in self.events if wanted(event)]

        with self._changed:
            assert self._changed.wait_for(lambda: bool(found()), patience), self.events[-3:]
            return found()[-1]

    def ended(self, key: str, state: State, patience: float = PATIENCE) -> TaskMoved:
        event = self.wait(
            lambda e: isinstance(e, TaskMoved) and e.model == key and e.progress.state is state,
            patience,
        )
        assert isinstance(event, TaskMoved)
        return event

    def states(self, key: str) -> list[State]:
        states: list[State] = []
        for event in self.events:
            if isinstance(event, TaskMoved) and event.model == key:
                state = event.progress.state
                if not states or states[-1] is not state:
                    states.append(state)
        return states


class Bench:
    """A library on a folder of its own, with what a test needs to know of it."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.models_dir = folder / "models"
        self.cache = folder / "cache"
        self.opened = Opened(folder / "opened")
        self.catalogue: dict[str, Model] = {"toy": toy()}
        self.in_use: set[str] = set()
        self.told = Told()
        self.server = server
        self.library = Library(
            Shelves(
                self.models_dir,
                self.known,
                lambda model: locate(model, [self.models_dir]),
                lambda: self.in_use,
                self.opened,
            ),
            self.told,
            hub=server.url,
            cache=self.cache,
            patience=IMPATIENT,
        )

    def known(self) -> Mapping[str, Model]:
        return {**read_own(self.models_dir), **self.catalogue}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="server")
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def bench(tmp_path: Path, server: Server) -> Iterator[Bench]:
    made = Bench(tmp_path, server)
    yield made
    server.over.set()
    assert made.library.stop(PATIENCE)
    assert not {"downloads", "models"} & {each.name for each in threading.enumerate()}

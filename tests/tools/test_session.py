"""A conversation without a window that is broken off while its models load."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from her_desktop.conversation.events import Stage, StageFailed, StageReady
from her_desktop.inference.protocols import ModelError
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools import session as module
from her_desktop.tools.session import Session


class Loading:
    """An engine with a thread of its own, which lives until it is stopped."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self.thread = threading.Thread(target=self._ended.wait, name="loading")

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self._ended.set()
        self.thread.join()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Loading:
    engine = Loading()
    monkeypatch.setattr(module, "collecting_engine", lambda *_: (engine, None))
    return engine


def opened(folder: Path) -> Session:
    return Session(Models(Settings(), Paths.under(folder)))


def test_an_interrupt_while_models_load_leaves_no_thread(
    engine: Loading, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    session = opened(tmp_path)
    monkeypatch.setattr(session, "_events", type("", (), {"get": staticmethod(interrupted)}))
    with pytest.raises(KeyboardInterrupt):
        session.__enter__()
    assert not engine.thread.is_alive()


def test_it_is_open_once_every_model_has_loaded_or_failed(engine: Loading, tmp_path: Path) -> None:
    session = opened(tmp_path)
    for stage in (Stage.VAD, Stage.STT, Stage.LLM):
        session._events.put(StageReady(at=0.0, stage=stage, model="one", detail="2 threads"))
    session._events.put(StageFailed(at=0.0, stage=Stage.TTS, model="two", message="It broke."))
    with session:
        session.require(Stage.LLM)
        with pytest.raises(ModelError, match="It broke"):
            session.require(Stage.TTS)
    assert not engine.thread.is_alive()

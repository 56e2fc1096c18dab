"""The page of models over a real library whose network is a server of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from downloads.bad_server import CONTENT, IMPATIENT, Server, toy
from fakes import PATIENCE, FakeLanguageModel, FakeRecognizer, FakeVoice
from pytestqt.qtbot import QtBot

from her_desktop.audio.format import Pcm
from her_desktop.catalogue import Kind, Model, locate
from her_desktop.conversation.events import Event
from her_desktop.inference.opening import Opened
from her_desktop.library.library import Library, Shelves
from her_desktop.library.trial import Loaders, Trials
from her_desktop.metrics.model_speed import Speed
from her_desktop.own_models import read_own
from her_desktop.profiles import Machine
from her_desktop.settings import Settings
from her_desktop.ui.bridge import Bridge
from her_desktop.ui.models.card import ModelCard, Wish
from her_desktop.ui.models.page import ModelsPage, Workshop

GB = 1_000_000_000


def small(model_id: str, kind: Kind, **changes: object) -> Model:
    return replace(toy(), id=model_id, kind=kind, name=model_id.title(), **changes)  # type: ignore[arg-type]


CATALOGUE = {
    model.id: model
    for model in (
        small("ear", Kind.STT),
        small("mind", Kind.LLM),
        small("voice", Kind.TTS),
        small("french-voice", Kind.TTS, languages=("fr",)),
        small("giant", Kind.LLM, memory=900 * GB),
        small("private", Kind.LLM, non_commercial=True, licence="CC-BY-NC-4.0"),
        small("detector", Kind.VAD),
    )
}


@dataclass
class Scene:
    """A page, what it is over, and what it brought about."""

    models_dir: Path
    server: Server
    bridge: Bridge
    settings: Settings = field(
        default_factory=lambda: Settings(stt_model="", llm_model="", tts_model="")
    )
    sent: list[Event] = field(default_factory=list)
    played: list[tuple[Pcm, int]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    speeds: dict[str, Speed] = field(default_factory=dict)
    ear: FakeRecognizer = field(default_factory=FakeRecognizer)
    mind: FakeLanguageModel = field(default_factory=FakeLanguageModel)
    voice: FakeVoice = field(default_factory=FakeVoice)

    def __post_init__(self) -> None:
        self.library = Library(
            Shelves(
                self.models_dir,
                lambda: {**read_own(self.models_dir), **CATALOGUE},
                lambda model: locate(model, [self.models_dir]),
                lambda: {
                    self.settings.stt_model,
                    self.settings.llm_model,
                    self.settings.tts_model,
                },
                Opened(self.models_dir.parent / "opened"),
            ),
            self.bridge.publish,
            hub=self.server.url,
            cache=self.models_dir.parent / "cache",
            patience=IMPATIENT,
        )
        self.trials = Trials(
            Loaders(lambda _: self.ear, lambda _: self.mind, lambda _: self.voice),
            self.bridge.publish,
            lambda pcm, rate: self.played.append((pcm, rate)),
        )
        self.workshop = Workshop(
            library=self.library,
            trials=self.trials,
            current=lambda: self.settings,
            apply=self._apply,
            machine=lambda: Machine(16 * GB, 12 * GB, 100 * GB, 8),
            speed=self.speeds.get,
            persona=lambda: "Be kind.",
            send=self.sent.append,
            open_folder=self.folders.append,
        )

    def _apply(self, settings: Settings) -> None:
        self.settings = settings

    def install(self, model_id: str) -> None:
        """Put a model where the library finds it."""
        model = CATALOGUE[model_id]
        (path,) = model.paths(self.models_dir / model.kind / model_id)
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT)


MakePage = Callable[[], ModelsPage]


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
def scene(nothing_left_over: None, tmp_path: Path, server: Server) -> Iterator[Scene]:
    made = Scene(tmp_path / "models", server, Bridge())
    yield made
    server.over.set()
    for model in (made.ear, made.mind, made.voice):
        model.gate.open()
    assert made.trials.stop(PATIENCE)
    assert made.library.stop(PATIENCE)
    made.bridge.close()


@pytest.fixture
def make_page(qtbot: QtBot, scene: Scene) -> MakePage:
    """Make a page over the scene and wait until every card is there."""

    kept: list[ModelsPage] = []

    def make() -> ModelsPage:
        page = ModelsPage(scene.workshop)
        kept.append(page)
        scene.bridge.happened.connect(page.handle)
        qtbot.addWidget(page)
        page.resize(640, 900)
        page.show()
        qtbot.waitUntil(lambda: page.is_complete)
        return page

    return make


def shown(card: ModelCard) -> set[Wish]:
    """Return the buttons that a card offers."""
    return {wish for wish, button in card.buttons.items() if not button.isHidden()}

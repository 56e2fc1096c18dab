"""A guide with settings that are really kept, a machine of choice, and a library of scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.catalogue import Model, read_catalogue
from her_desktop.conversation.events import Event, Stage, StageReady
from her_desktop.profiles import Machine
from her_desktop.settings import Settings
from her_desktop.ui.translation import install_translation
from her_desktop.ui.window import MainWindow
from her_desktop.ui.wizard.guide import Around, Guide
from her_desktop.ui.wizard.wizard import Wizard

STARTER = {"whisper-tiny.en", "smollm2-135m-instruct", "piper-en_US-joe-medium"}
GOOD = Machine(
    memory_total=32_000_000_000,
    memory_free=24_000_000_000,
    disk_free=200_000_000_000,
    cores=8,
    gpu="GeForce RTX 3060",
    vram_total=12_900_000_000,
    vram_free=11_500_000_000,
)


@dataclass
class Desk:
    """What a guide is put on, and what it did there."""

    window: MainWindow
    settings: Settings
    machine: Machine = GOOD
    here: set[str] = field(default_factory=lambda: set(STARTER))
    sent: list[Event] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    applied: list[Settings] = field(default_factory=list)
    followers: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.catalogue = read_catalogue()
        self.guide = Guide(
            Around(
                send=self.sent.append,
                current=lambda: self.settings,
                apply=self.apply,
                machine=lambda: self.machine,
                known_models=lambda: self.catalogue,
                is_here=lambda model: model.id in self.here,
                download=self.downloads.append,
                tell=self.told.append,
            ),
            self.window,
        )

    def apply(self, settings: Settings) -> None:
        if settings.interface_language != self.settings.interface_language:
            app = QApplication.instance()
            assert app is not None
            install_translation(app, settings.interface_language)
        self.settings = settings
        self.applied.append(settings)
        self.guide.refresh()

    def ready(self) -> None:
        for stage in Stage:
            self.guide.handle(StageReady(at=0.0, stage=stage, model="Joe", detail="CPU"))

    def model(self, name: str) -> Model:
        return self.catalogue[name]

    @property
    def wizard(self) -> Wizard:
        assert self.guide.wizard is not None
        return self.guide.wizard

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.sent if isinstance(event, kind)]


@pytest.fixture
def desk(
    qtbot: QtBot, make_window: Callable[[Settings], MainWindow], tmp_path: Path
) -> Iterator[Desk]:
    made = Desk(make_window(Settings()), Settings())
    yield made
    made.guide.close()


@pytest.fixture
def wizard(desk: Desk, qtbot: QtBot) -> Wizard:
    """A wizard on screen, at its first step, with everything loaded."""
    desk.ready()
    desk.guide.open()
    with qtbot.waitExposed(desk.wizard):
        pass
    desk.wizard.activateWindow()
    qtbot.waitUntil(desk.wizard.isActiveWindow)
    return desk.wizard

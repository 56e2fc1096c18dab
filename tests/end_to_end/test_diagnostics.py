"""The page Diagnostics on the real starter models, with the real doctor beside it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    Event,
    MicrophoneTested,
    MicrophoneTestRequested,
    StageLoading,
    StageReady,
)
from her_desktop.engine.engine import Engine
from her_desktop.metrics.findings import Finding, Verdict
from her_desktop.metrics.health import HealthFold, Light
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.ui.bridge import Bridge
from her_desktop.ui.diagnostics import Diagnostics
from her_desktop.ui.examining import Examining
from her_desktop.wiring import collecting_engine

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytestmark = [
    pytest.mark.models,
    pytest.mark.qt_log_ignore("propagateSizeHints", "raise"),
]


class Program:
    """The real engine without sound devices, and the page that watches it."""

    def __init__(self, data: Path) -> None:
        self.bridge = Bridge()
        self.health = HealthFold()
        self.loaded: list[Event] = []
        self.loadings = 0
        self.found: dict[str, Finding] = {}
        self.engine: Engine
        models = Models(Settings(answer_tokens=24), Paths.under(data))
        self.engine, _ = collecting_engine(models, [self.bridge.publish])
        command = [sys.executable, "-m", "her_desktop", "--data-dir", str(data)]
        self.page = Diagnostics(Examining(self.send, command, patience=120.0), self.health)
        self.page.examining.found.connect(self._find)
        self.bridge.happened.connect(self._take)

    def send(self, event: Event) -> None:
        self.engine.send(event)
        if isinstance(event, MicrophoneTestRequested):
            heard = np.full(16000, 0.1, np.float32)
            answer = MicrophoneTested(
                at=time.monotonic(), pcm=heard, level_db=-20.0, peak_db=-20.0, speech=True
            )
            self.engine.send(answer)

    def _take(self, event: Event) -> None:
        if isinstance(event, StageReady):
            self.loaded.append(event)
        self.loadings += isinstance(event, StageLoading)
        self.health.handle(event)
        self.page.handle(event)

    def _find(self, finding: Finding) -> None:
        self.found[finding.name] = finding


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path)
    qtbot.addWidget(program.page)
    program.engine.start()
    qtbot.waitUntil(lambda: len(program.loaded) == 3, timeout=60_000)
    yield program
    program.page.examining.end()
    program.engine.stop()
    program.bridge.close()


def test_what_is_loaded_is_tried_and_the_doctor_looks_at_the_rest(
    qtbot: QtBot, program: Program
) -> None:
    with qtbot.waitSignal(program.page.examining.over, timeout=180_000):
        program.page.examine()
    broken = {name for name, finding in program.found.items() if not finding.ok}
    assert broken == set(), program.page.text
    for name in ("tts", "stt", "llm", "microphone", "vad", "speaker", "files", "folders"):
        assert program.found[name].verdict is Verdict.OK, program.found[name]
    assert {"gpu", "disk", "memory", "window", "talk key", "tray", "turn"} < set(program.found)
    assert "nothing is broken" in program.page.state_text
    assert program.loadings == 3, "no model was loaded a second time"
    lit = {health.part for health in program.health.parts if health.light is Light.WELL}
    assert {"stt", "llm", "tts", "speaker"} <= {part.value for part in lit}

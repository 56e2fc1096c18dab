from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    Event,
    MicrophoneTestRequested,
    Stage,
    StageReady,
    StageTried,
    TextStreamed,
    TrialRequested,
    WorkFailed,
    WorkStarted,
)
from her_desktop.metrics.health import HealthFold
from her_desktop.ui.diagnostics import Diagnostics, diagnostics_of, finding_words
from her_desktop.ui.examining import Examining
from her_desktop.ui.window import MainWindow

TONE = np.full(16000, 0.3, np.float32)


class Page:
    """The page with an engine behind it that answers nothing by itself."""

    def __init__(self) -> None:
        self.sent: list[Event] = []
        self.health = HealthFold()
        self.now = 100.0
        examining = Examining(self.sent.append, [sys.executable, "-c", "pass"])
        self.shown = Diagnostics(examining, self.health, clock=lambda: self.now)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.health.handle(event)
            self.shown.handle(event)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page()
    qtbot.addWidget(made.shown)
    yield made
    made.shown.examining.end()


def spoken() -> StageTried:
    return StageTried(at=2.0, stage=Stage.TTS, begun_at=1.0, first_at=1.04, pcm=TONE)


def misheard() -> StageTried:
    return StageTried(at=2.0, stage=Stage.STT, begun_at=1.0, text="Something else")


def test_at_first_it_says_what_it_would_do(page: Page) -> None:
    assert not page.shown.findings
    assert "Tries the models" in page.shown.state_text


def test_findings_appear_as_they_come(page: Page) -> None:
    page.tell(StageReady(at=0.0, stage=Stage.TTS, model="Joe", detail="CPU, 2 threads"))
    page.shown.examine()
    assert "0 done" in page.shown.state_text
    page.tell(spoken())
    assert "1 done" in page.shown.state_text
    assert (
        "Speaking it [well] Spoke 1.0 s of sound on CPU, 2 threads. 40\u202fms" in page.shown.text
    )
    page.tell(misheard())
    assert "Understanding speech [broken]" in page.shown.text
    page.shown.examine_button.click()
    assert page.shown.state_text == "2 tried; 1 broken."


def test_the_button_begins_stops_and_begins_anew(page: Page) -> None:
    page.shown.show()
    page.shown.examine_button.click()
    assert page.shown.examine_button.text() == "Stop"
    page.tell(spoken())
    page.shown.examine_button.click()
    assert page.shown.examine_button.text() == "Examine everything"
    page.tell(misheard())
    assert len(page.shown.findings) == 1, "what was stopped finds no more"
    page.shown.examine_button.click()
    assert "0 done" in page.shown.state_text
    assert "Spoke" not in page.shown.text


def test_closing_it_stops_what_nobody_sees(page: Page) -> None:
    page.shown.examine()
    page.shown.close()
    assert page.shown.isHidden()
    assert not page.shown.examining.is_running
    page.tell(spoken())
    assert not any(isinstance(event, MicrophoneTestRequested) for event in page.sent)


def test_the_past_is_what_each_part_did_since_the_start(page: Page) -> None:
    page.tell(
        StageReady(at=1.0, stage=Stage.LLM, model="Small", detail="CPU"),
        WorkStarted(at=40.0, turn=1, stage=Stage.LLM),
        TextStreamed(at=40.1, turn=1, text="Noon."),
        WorkFailed(at=40.0, turn=1, stage=Stage.STT, message="It is damaged."),
    )
    page.shown.show()
    assert "Thinking of an answer [well] works, 100\u202fms · 60 s ago · Small · CPU" in (
        page.shown.text
    )
    assert "failed · 60 s ago · successes 0, failures 1 · It is damaged." in page.shown.text
    assert "Loudspeaker [to know] not tried yet" in page.shown.text


def test_the_copy_is_the_page_as_text(page: Page) -> None:
    page.shown.examine()
    page.tell(spoken())
    page.shown.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == page.shown.text
    assert "Since the program started" in copied


def test_every_row_can_be_heard(page: Page) -> None:
    page.shown.examine()
    page.tell(StageTried(at=2.0, stage=Stage.TTS, begun_at=1.0, message="It is damaged."))
    names = {label.accessibleName() for label in page.shown.findChildren(QLabel)}
    assert "Speaking it: broken, It is damaged." in names
    assert page.shown.copy_button.toolTip()


def test_it_holds_up_no_end_of_the_program(page: Page) -> None:
    page.shown.show()
    assert page.shown.close(), "Qt ends nothing while a window refuses to close"
    assert page.shown.isHidden()
    page.shown.examine()
    assert page.shown.isVisible()


def test_the_lights_of_the_window_open_it(qtbot: QtBot, window: MainWindow) -> None:
    sent: list[Event] = []
    page = diagnostics_of(sent.append, [sys.executable, "-c", "pass"], lambda: "en", window)
    window.room.panel.lights.examine_button.click()
    assert page.isVisible()
    assert isinstance(sent[0], TrialRequested)
    page.examining.end()
    page.hide()


@pytest.mark.usefixtures("french")
def test_it_speaks_french(qtbot: QtBot) -> None:
    page = Page()
    qtbot.addWidget(page.shown)
    page.tell(StageReady(at=0.0, stage=Stage.TTS, model="Joe", detail="CPU, 2 threads"))
    page.shown.examine()
    page.tell(spoken())
    assert page.shown.windowTitle() == "Diagnostic"
    assert "1.0 s de son" in page.shown.text
    assert finding_words("folders") == "Dossiers"
    page.shown.examining.end()

from __future__ import annotations

from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Stage, StageFailed, StageLoading, StageReady
from her_desktop.ui.loading_list import LoadingList


def test_it_says_what_is_loading_and_goes_when_all_is_ready(qtbot: QtBot) -> None:
    shown = LoadingList()
    qtbot.addWidget(shown)
    assert shown.isHidden()
    shown.handle(StageLoading(at=0.0, stage=Stage.STT, model="Whisper"))
    shown.handle(StageLoading(at=0.0, stage=Stage.TTS, model="Joe"))
    assert not shown.isHidden()
    assert shown.text == "Understanding speech: loading Whisper\nSpeaking it: loading Joe"
    shown.handle(StageReady(at=0.0, stage=Stage.STT, model="Whisper", detail="CPU"))
    assert "Whisper is ready (CPU)" in shown.text
    assert not shown.isHidden()
    shown.handle(StageReady(at=0.0, stage=Stage.TTS, model="Joe", detail=""))
    assert shown.isHidden()


def test_a_failure_stays(qtbot: QtBot) -> None:
    shown = LoadingList()
    qtbot.addWidget(shown)
    shown.handle(StageLoading(at=0.0, stage=Stage.LLM, model="Small"))
    shown.handle(StageFailed(at=0.0, stage=Stage.LLM, model="Small", message="Broken."))
    assert not shown.isHidden()
    assert "Small could not be loaded" in shown.text
    shown.handle(StageLoading(at=0.0, stage=Stage.LLM, model="Small"))
    shown.handle(StageReady(at=0.0, stage=Stage.LLM, model="Small", detail="CPU"))
    assert shown.isHidden()

"""The recorder's file: every event, and nothing of what was said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from her_desktop.conversation.events import (
    AudioMade,
    EndReason,
    Event,
    LevelMeasured,
    Stage,
    TextStreamed,
    TextSubmitted,
    Transcribed,
    TurnEnded,
    WorkStarted,
)
from her_desktop.metrics.recorder import Recorder

EVENTS: list[Event] = [
    TextSubmitted(at=1.0, text="canary"),
    LevelMeasured(at=1.1, level_db=-20.0, speech=False),
    WorkStarted(at=1.2, turn=1, stage=Stage.LLM),
    Transcribed(at=1.3, turn=1, text="canary", language="fr"),
    TextStreamed(at=1.4, turn=1, text="canary"),
    AudioMade(at=1.5, turn=1, index=0, pcm=np.zeros(7, np.float32), sample_rate_hz=22_050),
    TurnEnded(at=1.6, turn=1, reason=EndReason.FINISHED, heard="canary"),
]


def record(path: Path, *, with_text: bool) -> str:
    with Recorder(path, with_text=with_text) as recorder:
        for event in EVENTS:
            recorder(event)
    return path.read_text(encoding="utf-8")


def test_each_event_is_a_line_and_levels_are_left_out(tmp_path: Path) -> None:
    lines = [
        json.loads(line) for line in record(tmp_path / "a.jsonl", with_text=False).split("\n")[:-1]
    ]
    assert [line["event"] for line in lines] == [
        "TextSubmitted",
        "WorkStarted",
        "Transcribed",
        "TextStreamed",
        "AudioMade",
        "TurnEnded",
    ]
    assert lines[1] == {"event": "WorkStarted", "at": 1.2, "turn": 1, "stage": "llm"}
    assert lines[4]["pcm_samples"] == 7


def test_what_was_said_is_written_only_when_asked_for(tmp_path: Path) -> None:
    assert "canary" not in record(tmp_path / "a.jsonl", with_text=False)
    assert record(tmp_path / "b.jsonl", with_text=True).count("canary") == 4

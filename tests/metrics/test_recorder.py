"""The recorder's file: every event, and nothing of what was said."""

from __future__ import annotations

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest

from her_desktop.conversation import events
from her_desktop.conversation.events import (
    AttentionChosen,
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
from her_desktop.conversation.vocabulary import AttentionOptions
from her_desktop.metrics.recorder import Recorder

KINDS = sorted(
    (
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ),
    key=lambda kind: kind.__name__,
)

EVENTS: list[Event] = [
    TextSubmitted(at=1.0, text="canary"),
    LevelMeasured(at=1.1, level_db=-20.0, speech=False),
    WorkStarted(at=1.2, turn=1, stage=Stage.LLM),
    Transcribed(at=1.3, turn=1, text="canary", language="fr"),
    TextStreamed(at=1.4, turn=1, text="canary"),
    AudioMade(at=1.5, turn=1, index=0, pcm=np.zeros(7, np.float32), sample_rate_hz=22_050),
    TurnEnded(at=1.6, turn=1, reason=EndReason.FINISHED, heard="canary"),
    AttentionChosen(at=1.7, options=AttentionOptions(own_phrase="canary")),
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
        "AttentionChosen",
    ]
    assert lines[1] == {"event": "WorkStarted", "at": 1.2, "turn": 1, "stage": "llm"}
    assert lines[4]["pcm_samples"] == 7
    assert lines[6]["options"]["wake_phrase"] == AttentionOptions().wake_phrase.value


def test_what_was_said_is_written_only_when_asked_for(tmp_path: Path) -> None:
    assert "canary" not in record(tmp_path / "a.jsonl", with_text=False)
    assert record(tmp_path / "b.jsonl", with_text=True).count("canary") == 5


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_can_be_written(tmp_path: Path, kind: type[Event]) -> None:
    path = tmp_path / "one.jsonl"
    with Recorder(path) as recorder:
        recorder(filled(kind))
    if kind is not LevelMeasured:
        [line] = path.read_text(encoding="utf-8").splitlines()
        assert json.loads(line)["event"] == kind.__name__


def filled(kind: type[Any]) -> Any:
    """Return an instance with something in every field that has no default of its own."""
    hints = get_type_hints(kind)
    return kind(
        **{
            item.name: example(hints[item.name])
            for item in fields(kind)
            if item.default is MISSING and item.default_factory is MISSING
        }
    )


def example(hint: Any) -> Any:
    """Return some value of a type."""
    origin, of = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return example(of[0])
    if origin is tuple:
        return (example(of[0]),)
    if origin is np.ndarray:
        return np.zeros(3, np.float32)
    if origin is not None:
        return origin()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return filled(hint) if isinstance(hint, type) and is_dataclass(hint) else hint()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_ends_the_recording_and_is_told_once() -> None:
    with Recorder(Path("/dev/full")) as recorder:
        with pytest.raises(OSError, match="space"):
            recorder(TurnEnded(at=1.0, turn=1, reason=EndReason.FINISHED, heard=""))
        recorder(TurnEnded(at=2.0, turn=2, reason=EndReason.FINISHED, heard=""))

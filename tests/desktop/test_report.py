from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest

from her_desktop.conversation import events
from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    GpuSampled,
    Origin,
    PlaybackStarted,
    Stage,
    StageFailed,
    StageReady,
    TextSubmitted,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
)
from her_desktop.desktop.report import Report
from her_desktop.paths import Paths

CANARY = "kanarienvogel"
SAID = ("text", "heard", "reply")
"""Fields of events that hold what was said or answered."""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return Report(Paths.under(tmp_path), "hold", home=tmp_path)


def every_event() -> Iterator[Event]:
    """Make one of every kind of event, with the canary wherever speech may stand."""
    for kind in vars(events).values():
        if not (isinstance(kind, type) and issubclass(kind, Event) and kind is not Event):
            continue
        types = get_type_hints(kind)
        values: dict[str, Any] = {}
        for field in dataclasses.fields(kind):
            if field.name == "pcm":
                values[field.name] = np.zeros(16, np.float32)
            elif field.name in SAID:
                values[field.name] = CANARY
            elif field.default is dataclasses.MISSING and (
                field.default_factory is dataclasses.MISSING
            ):
                values[field.name] = example(types[field.name])
        yield kind(**values)


def example(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain = {float: 1.0, int: 1, str: "word", bool: True}
    return plain.get(kind)


def test_nothing_that_was_said_is_in_it(report: Report) -> None:
    kinds = set()
    for event in every_event():
        kinds.add(type(event).__name__)
        report.handle(event)
    assert {"TextSubmitted", "Transcribed", "TextStreamed", "SentenceFormed", "TurnEnded"} <= kinds
    assert CANARY not in report.text()


def test_it_says_what_a_bug_report_needs(report: Report, tmp_path: Path) -> None:
    for event in (
        StageReady(at=1.0, stage=Stage.LLM, model="SmolLM2", detail="CPU, 2 threads"),
        StageFailed(
            at=1.0, stage=Stage.TTS, model="Joe", message=f"The file {tmp_path}/joe is damaged."
        ),
        DeviceChanged(at=1.0, device=Device.MICROPHONE, state=DeviceState.READY, name="USB Audio"),
        GpuSampled(
            at=1.0, name="GeForce", load_percent=3.0, memory_used=10**9, memory_total=8 * 10**9
        ),
        TextSubmitted(at=2.0, text=CANARY),
        TurnStarted(at=2.0, turn=1, origin=Origin.TYPED, speech_ended_at=None),
        TurnCommitted(at=2.0, turn=1),
        PlaybackStarted(at=2.25, turn=1, audible_at=2.25),
        TurnEnded(at=3.0, turn=1, reason=EndReason.FINISHED, heard=CANARY),
    ):
        report.handle(event)
    text = report.text()
    for expected in (
        "her_desktop 0.",
        "llm: SmolLM2, ready (CPU, 2 threads)",
        "tts: The file ~/joe is damaged.",
        "microphone: USB Audio, ready",
        "GeForce, 1.0 GB of 8.0 GB in use",
        "gap_ms 250.0",
    ):
        assert expected in text
    assert str(tmp_path) not in text, "the home folder carries the user's name"


def test_the_logs_warnings_are_in_it_and_nothing_else_of_the_log(
    report: Report, tmp_path: Path
) -> None:
    log = Paths.under(tmp_path).log_file
    log.parent.mkdir()
    log.write_text(
        f"2026-01-01 INFO MainThread all is well\n"
        f"2026-01-01 ERROR tts unforeseen ValueError\n"
        f'  File "{tmp_path}/x.py", line 1\n'
    )
    text = report.text()
    assert "ERROR tts unforeseen ValueError" in text
    assert "all is well" not in text


def test_a_log_that_is_not_there_is_no_reason_to_fail(report: Report) -> None:
    assert "the log could not be read" in report.text()

"""Made-up runs of the benchmark: recordings and events whose every second is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.tools.bench_script import Mode, Trial
from her_desktop.tools.bench_session import Take
from her_desktop.tools.bench_speech import Kind, Utterance
from her_desktop.tools.bench_user import Asked

RATE = 48_000

ZERO_AT = 1000.0
"""The instant of the recordings' first sample."""

Spans = tuple[tuple[float, float], ...]


def side(length: float, spans: Spans, amplitude: float = 0.3) -> Pcm:
    """A side that is silent but for tones between the given seconds."""
    pcm = np.zeros(round(length * RATE), np.float32)
    for start, end in spans:
        times = np.arange(round((end - start) * RATE)) / RATE
        first = round(start * RATE)
        pcm[first : first + times.size] = amplitude * np.cos(2 * np.pi * 200 * times)
    return pcm


def event(name: str, second: float, **more: Any) -> dict[str, Any]:
    """A line of the recorder, at a second of the recording."""
    return {"event": name, "at": ZERO_AT + second, **more}


def turn_lines(
    turn: int,
    *,
    ended: float,
    committed: float,
    audible: float,
    reason: str = "finished",
    text: str = "",
    made: float = 1.0,
    over: float = 9.0,
) -> list[dict[str, Any]]:
    """The events of one turn; seconds of the recording."""
    return [
        event("TurnStarted", ended + 0.05, turn=turn, speech_ended_at=ZERO_AT + ended),
        event("Transcribed", committed, turn=turn, text=text, language="en"),
        event("TurnCommitted", committed, turn=turn),
        event("AudioMade", committed, turn=turn, pcm_samples=int(made * 100), sample_rate_hz=100),
        event("PlaybackStarted", audible, turn=turn, audible_at=ZERO_AT + audible),
        event("TurnEnded", over, turn=turn, reason=reason, heard=""),
    ]


def take_of(*asked: Asked, mode: Mode = Mode.HANDS_FREE, length: float = 20.0) -> Take:
    """A run whose recorder was late by up to 90 ms, as recorders are."""
    seconds = np.arange(0.1, length, 0.1)
    late = 0.09 * (np.arange(seconds.size) % 10) / 9
    arrivals = np.column_stack([seconds, seconds + ZERO_AT + late])
    lines = [event("StageLoading", -4.5)] + [dict(line) for one in asked for line in one.lines]
    return Take(
        mode,
        Path("none.wav"),
        list(asked),
        arrivals,
        started_at=ZERO_AT - 5.0,
        lines=lines,
        status={"dropped_blocks": {"microphone": 0, "speaker": 2}},
        ready_at=ZERO_AT - 2.0,
    )


def asked_of(
    *lines: dict[str, Any],
    kind: Kind = Kind.CLEAR,
    onset: float = 1.0,
    duration: float = 2.0,
    text: str = "",
    over_onset: float | None = None,
    ended: float = 12.0,
    panel: dict[str, Any] | None = None,
    name: str = "one",
) -> Asked:
    """One trial: an utterance from `onset` on, and what the window said."""
    said = Utterance(name, text, Path("said.wav"), 0.3, 0.3 + duration, ())
    over = None if over_onset is None else said
    return Asked(Trial(kind, said, over), 0.5, ended, onset, over_onset, tuple(lines), panel or {})

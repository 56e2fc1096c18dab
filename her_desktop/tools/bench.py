"""`her-desktop bench`: honest latency, measured on the real program through real sound devices.

The window runs as a child process on a private sound loop; questions that were never asked before
are spoken into its microphone while the talk key is held, and both sides are recorded. Stages come
from the program's own events, the gap from the recording, and their difference is printed too.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil

from her_desktop.audio.wav import write_wav
from her_desktop.inference.protocols import ModelError
from her_desktop.metrics.latency import percentile
from her_desktop.settings import save_settings
from her_desktop.tools.gaps import exchanges
from her_desktop.tools.live import LiveWindow
from her_desktop.tools.questions import QUESTIONS
from her_desktop.tools.sound_loop import RATE_HZ, SoundLoop, missing_programs, read_sides
from her_desktop.wiring import Models

FIGURES = (
    ("release to audible", "the key comes up → first audible sample of the answer"),
    ("gap by events", "last spoken sample → first audible sample, by the program itself"),
    ("gap by recording", "the same, by the recording of both sides"),
    ("endpoint wait", "last spoken sample → the answer may be heard"),
    ("stt", "speech recognition"),
    ("llm first token", "language model, to its first token"),
    ("first sentence", "first token → first clause complete"),
    ("tts first audio", "first clause → first sound made"),
    ("playback", "first sound made → audible at the device"),
)

_ANSWER_TOKENS = 32
"""Long enough for two sentences; the figures are of an answer's beginning."""


@dataclass
class Turns:
    """The figures of every turn, in seconds, oldest first; None where a turn had none."""

    figures: dict[str, list[float | None]] = field(
        default_factory=lambda: {name: [] for name, _ in FIGURES}
    )
    stalls_loading: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    """How long the window's event loop stood still, before it was ready and after."""
    dropped: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    guesses_dropped: int = 0
    questions: list[float] = field(default_factory=list)
    """How long each question was, in seconds."""


def bench(models: Models, *, turns: int, as_json: bool, keep: Path | None) -> int:
    """Ask `turns` questions and print medians and 95th percentiles of every stage."""
    if missing := missing_programs():
        raise ModelError(
            f"The benchmark needs a private sound server: please install {', '.join(missing)}."
        )
    if not 1 <= turns <= len(QUESTIONS):
        raise ModelError(f"Between 1 and {len(QUESTIONS)} turns can be asked, each only once.")
    with tempfile.TemporaryDirectory(prefix="her-bench-") as scratch:
        folder = Path(scratch) if keep is None else keep
        folder.mkdir(parents=True, exist_ok=True)
        measured = _measure(models, folder, turns)
    report = _report(models, measured)
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 0


def _measure(models: Models, folder: Path, turns: int) -> Turns:
    questions = _speak_questions(models, folder, turns)
    data = folder / "data"
    settings = models.settings.changed(answer_tokens=_ANSWER_TOKENS)
    save_settings(settings, data / "settings.json")
    measured = Turns()
    with SoundLoop(folder) as loop:
        # The window needs no screen for this, and must not disturb the one the user looks at.
        env = loop.env | {"QT_QPA_PLATFORM": "offscreen"}
        models_dir = models.paths.models_dir
        if models_dir.is_dir():
            (data / "models").symlink_to(models_dir, target_is_directory=True)
        recording = folder / "both-sides.wav"
        with LiveWindow(data, env) as window:
            window.wait_until_ready()
            ready_at = window.events[-1]["at"]
            with loop.record(recording):
                for number, question in enumerate(questions, 1):
                    _ask(window, loop, question, measured)
                    print(f"\rquestion {number} of {turns}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            status = window.control("status")
            window.control("quit")
        measured.dropped = status["dropped_blocks"]
        for event in window.events:
            if event["event"] == "TurnEnded" and event["reason"] == "resumed":
                measured.guesses_dropped += 1
            if event["event"] == "WindowStalled":
                loading = event["at"] - event["duration"] < ready_at
                (measured.stalls_loading if loading else measured.stalls).append(event["duration"])
        user, answer = read_sides(recording)
        heard = exchanges(user, answer, RATE_HZ)
        measured.figures["gap by recording"] = [exchange.gap for exchange in heard]
        measured.missed = turns - sum(exchange.gap is not None for exchange in heard)
    return measured


def _speak_questions(models: Models, folder: Path, turns: int) -> list[Path]:
    """Have the voice speak the questions into files: a user made of the same clean sound."""
    voice = models.load_voice()
    paths: list[Path] = []
    try:
        for number, question in enumerate(QUESTIONS[:turns]):
            pcm = np.concatenate(list(voice.speak(question, lambda: False)))
            paths.append(folder / f"question-{number:02}.wav")
            write_wav(paths[-1], pcm, voice.sample_rate_hz)
    finally:
        voice.close()
    return paths


def _ask(window: LiveWindow, loop: SoundLoop, question: Path, measured: Turns) -> None:
    """Hold the key, play the question, let go, and wait until the answer has been heard."""
    window.control("talk-press")
    window.wait_for("SpeechStarted")
    loop.play(question).wait()
    window.control("talk-release")
    released_at = window.wait_for("TalkReleased")["at"]
    audible_at: float | None = None
    # Guesses end too: the turn that counts is the one that brings the window to rest.
    while (line := window.wait_for_any("PlaybackStarted", "StateChanged")).get("state") != "idle":
        audible_at = line.get("audible_at", audible_at)
    last = window.control("status")["last_turn"] or {}
    figures = measured.figures
    figures["release to audible"].append(None if audible_at is None else audible_at - released_at)
    figures["gap by events"].append(_seconds(last.get("gap_ms")))
    for name in ("endpoint wait", "stt", "llm first token", "first sentence", "tts first audio"):
        figures[name].append(_seconds(last.get(f"{name.replace(' ', '_')}_ms")))
    figures["playback"].append(_seconds(last.get("playback_ms")))


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _report(models: Models, measured: Turns) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, meaning in FIGURES:
        values = tuple(value for value in measured.figures[name] if value is not None)
        figures[name] = {"meaning": meaning, "n": len(values)} | (
            {
                "median_ms": round(median(values) * 1000, 1),
                "p95_ms": round((percentile(values, 95) or 0.0) * 1000, 1),
                "max_ms": round(max(values) * 1000, 1),
                "first_ms": round(values[0] * 1000, 1),
            }
            if values
            else {}
        )
    differences = [
        mine - recorded
        for mine, recorded in zip(
            measured.figures["gap by events"], measured.figures["gap by recording"], strict=False
        )
        if mine is not None and recorded is not None
    ]
    gaps = [gap for gap in measured.figures["gap by recording"] if gap is not None]
    later = median(gaps[1:]) if len(gaps) > 1 else None
    return {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "models": {
            "stt": models.settings.stt_model,
            "llm": models.settings.llm_model,
            "tts": models.settings.tts_model,
        },
        "mode": "push-to-talk",
        "figures": figures,
        "events_against_recording_ms": {
            "median": round(median(map(abs, differences)) * 1000, 1),
            "max": round(max(map(abs, differences)) * 1000, 1),
            "each": [round(difference * 1000, 1) for difference in differences],
        }
        if differences
        else None,
        "first_turn_over_later": round(gaps[0] / later, 2) if later else None,
        "missed_answers": measured.missed,
        "guesses_dropped": measured.guesses_dropped,
        "cut_off": sum(gap < 0 for gap in gaps),
        "worst_window_stall_ms": round(max(measured.stalls, default=0.0) * 1000, 1),
        "worst_window_stall_loading_ms": round(max(measured.stalls_loading, default=0.0) * 1000, 1),
        "dropped_blocks": measured.dropped,
    }


def _print(report: dict[str, Any]) -> None:
    machine = report["machine"]
    print(f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB")
    print("push-to-talk with " + ", ".join(report["models"].values()))
    print(f"\n{'':<20}{'median':>9}{'p95':>9}{'max':>9}{'first':>9}{'n':>5}   (milliseconds)")
    for name, figure in report["figures"].items():
        if figure["n"]:
            columns = "".join(
                f"{figure[key]:>9.1f}" for key in ("median_ms", "p95_ms", "max_ms", "first_ms")
            )
            print(f"{name:<20}{columns}{figure['n']:>5}   {figure['meaning']}")
    agreement = report["events_against_recording_ms"]
    if agreement:
        print(
            f"\nevents against recording: {agreement['median']} ms apart at the median, "
            f"{agreement['max']} at most"
        )
    print(f"first turn over the median of the later ones: {report['first_turn_over_later']}")
    print(f"answers that came before the user had finished: {report['cut_off']}")
    print(f"guesses that were dropped because speech went on: {report['guesses_dropped']}")
    print(f"answers that never came: {report['missed_answers']}")
    print(
        f"worst stall of the window (0 means under 50 ms): {report['worst_window_stall_ms']} ms "
        f"in turns, {report['worst_window_stall_loading_ms']} ms while loading"
    )
    print(f"sound blocks dropped: {report['dropped_blocks']}")


def _processor() -> str:
    """Return the processor's name as the system tells it."""
    table = Path("/proc/cpuinfo")
    lines = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()

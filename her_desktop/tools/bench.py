"""`her-desktop bench`: honest latency, measured on the real program through real sound devices.

For each way of talking the window runs as a child process on a private sound loop; a user who
follows a script speaks into its microphone, and both sides are recorded. The recordings are the
judge; the program's own figures stand beside them. Every run is added to a history.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from her_desktop.audio.format import Pcm
from her_desktop.audio.wav import read_wav
from her_desktop.inference.protocols import ModelError
from her_desktop.models import Models
from her_desktop.tools import bench_history, dictation, questions
from her_desktop.tools.bench_figures import hesitant_or_not, mode_figures
from her_desktop.tools.bench_html import page
from her_desktop.tools.bench_report import lines_of
from her_desktop.tools.bench_script import (
    BOTH,
    FULL_TURNS,
    QUICK_TURNS,
    WHILE_ANSWERED,
    Mode,
    Repertoire,
    Trial,
    by_window,
    needed,
    script,
)
from her_desktop.tools.bench_session import Take, record_mode
from her_desktop.tools.bench_speech import (
    Kind,
    SpokenUser,
    Utterance,
    make_replies,
    recorded_utterances,
)
from her_desktop.tools.bench_verdicts import judge
from her_desktop.tools.in_process_loop import InProcessLoop
from her_desktop.tools.live import GaveUp
from her_desktop.tools.machine import Load, machine, versions
from her_desktop.tools.outputs import check_folder, check_writable
from her_desktop.tools.sound_loop import (
    RATE_HZ,
    SoundLoop,
    SoundLoopFailed,
    missing_programs,
    read_sides,
)
from her_desktop.ui.control import ControlError

VERSION = 1
"""The shape of the report and of a line of the history."""

_TEXTS: dict[Kind, Sequence[str]] = {
    Kind.CLEAR: questions.QUESTIONS,
    Kind.SHORT: questions.SHORT,
    Kind.LONG: questions.LONG,
    Kind.INSTANT: questions.INSTANT,
    Kind.INTERRUPTION: questions.INTERRUPTIONS,
    Kind.BACKCHANNEL: questions.BACKCHANNELS,
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for.

    `kinds` are those of which anything is said, `turns` is None for as many as the extent has,
    and `dictation` asks for the word error rates.
    """

    modes: tuple[Mode, ...] = BOTH
    kinds: tuple[Kind, ...] = tuple(Kind)
    turns: int | None = None
    quick: bool = False
    dictation: bool = True
    speech: Path | None = None
    keep: Path | None = None
    html: Path | None = None
    as_json: bool = False
    in_process: bool = False
    """Simulate the sound devices in the program, though there is a sound server for it."""

    @property
    def questions(self) -> int:
        """Clear questions a mode."""
        return self.turns if self.turns is not None else QUICK_TURNS if self.quick else FULL_TURNS


def bench(models: Models, wanted: Wanted) -> int:
    """Measure, print, and add the run to the history. Raises ModelError where it cannot begin."""
    if not 1 <= wanted.questions <= len(questions.QUESTIONS):
        most = len(questions.QUESTIONS)
        raise ModelError(f"Between 1 and {most} turns can be asked, each only once.")
    if not hasattr(os, "mkfifo"):
        raise ModelError("The benchmark needs Linux or macOS; `doctor` times a turn anywhere.")
    folder = wanted.keep or models.paths.data_dir / "bench"
    check_folder(folder)
    if wanted.html is not None:
        check_writable(wanted.html)
    # A private sound server is nearer to what a user hears; PulseAudio's programs make one.
    in_process = wanted.in_process or bool(missing_programs())
    before = Load.now()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    repertoire, recognition = _prepare(models, wanted, folder)
    measured: dict[str, Any] = {}
    for mode in wanted.modes:
        trials = script(mode, repertoire, wanted.questions, quick=wanted.quick)
        trials = [trial for trial in trials if trial.kind in wanted.kinds]
        if not trials:
            continue
        try:
            takes = _record(models, mode, trials, folder, in_process=in_process)
        except (SoundLoopFailed, GaveUp, ControlError) as error:
            raise ModelError(
                f"The benchmark in the mode {mode} broke off ({error}). Run it again; what was "
                f"recorded, and the window's complaints ({mode}*.log), are in {folder}."
            ) from error
        verdicts = [judge(take, *read_sides(take.wav), RATE_HZ) for take in takes]
        measured[mode.value] = mode_figures(takes, list(chain.from_iterable(verdicts)))
    if not measured and not recognition:
        raise ModelError(
            "Nothing of that kind happens there, so nothing was measured. Name other --kinds, "
            "another --mode, or recordings with --speech."
        )
    after = Load.now()
    report = {
        "version": VERSION,
        "at": at,
        "machine": machine(),
        "models": {
            "stt": models.settings.stt_model,
            "llm": models.settings.llm_model,
            "tts": models.settings.tts_model,
        },
        "versions": versions(),
        "load": {
            "average_before": round(before.average, 2),
            "stolen_percent": round(after.stolen_since(before), 2),
            "others_percent": round(after.others_since(before), 2),
        },
        "quick": wanted.quick,
        "sound": InProcessLoop.name if in_process else SoundLoop.name,
        "modes": measured,
        "recognition": recognition,
    }
    whole = json.dumps(report, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(whole + "\n", encoding="utf-8")
    is_remembered = not measured or _remember(history_file(models), report)
    if wanted.html is not None:
        wanted.html.write_text(page(report), encoding="utf-8")
    if wanted.as_json:
        print(whole)
    else:
        for line in lines_of(report):
            print(line)
        print(f"Recordings, events and what was said are kept in {folder}.")
    return 0 if is_remembered else 1


def compare(models: Models) -> int:
    """Print how the last run compares with the earlier ones like it. Runs nothing."""
    for line in bench_history.trend_lines(bench_history.read(history_file(models))):
        print(line)
    return 0


def history_file(models: Models) -> Path:
    """Return where the runs are remembered."""
    return models.paths.data_dir / bench_history.FILE_NAME


def _record(
    models: Models, mode: Mode, trials: Sequence[Trial], folder: Path, *, in_process: bool
) -> list[Take]:
    """Go through the trials of a mode, in as many windows as it takes."""
    told = _progress(f"{mode}: {len(trials)}")
    takes: list[Take] = []
    done = 0
    parts = by_window(mode, trials)
    for number, part in enumerate(parts, 1):
        name = f"{mode}-{number:02}" if len(parts) > 1 else mode.value
        before = partial(_told_after, told, done)
        takes.append(
            record_mode(models, mode, part, folder, before, name=name, in_process=in_process)
        )
        if takes[-1].refused:
            break
        done += len(part)
    return takes


def _told_after(told: Callable[[int], None], done: int, number: int) -> None:
    told(done + number)


def _prepare(
    models: Models, wanted: Wanted, folder: Path
) -> tuple[Repertoire, dict[str, dict[str, Any]]]:
    """Make everything that will be said, and have the recogniser read its dictation."""
    said = folder / "said"
    people = [] if wanted.speech is None else recorded_utterances(wanted.speech, said)
    voice = models.load_voice()
    try:
        user = SpokenUser(voice, said)
        repertoire = _repertoire(user, wanted, people)
        texts = _dictation(user, wanted) if wanted.dictation else []
        if repertoire.utterances.get(Kind.INSTANT):
            make_replies(models, voice)
    finally:
        voice.close()
    found: dict[str, dict[str, Any]] = {}
    if texts:
        told = _progress(f"dictation: {len(texts)}")
        found["spoken"] = dictation.figures(dictation.dictate(models, texts, told))
    written = [(one.text, read_wav(one.wav)) for one in people if one.text]
    if written and wanted.dictation:
        told = _progress(f"recordings: {len(written)}")
        readings = dictation.dictate(models, written, told)
        found["recorded"] = dictation.figures(readings) | {"noise": "as recorded"}
    return repertoire, found


def _dictation(user: SpokenUser, wanted: Wanted) -> list[tuple[str, Pcm]]:
    """Return sentences and their sound in noise; a quick run takes some of every length."""
    every = len(dictation.SENTENCES) // dictation.QUICK if wanted.quick else 1
    return [
        (text, dictation.with_noise(user.dictation(text), number))
        for number, text in enumerate(dictation.SENTENCES[::every])
    ]


def _repertoire(user: SpokenUser, wanted: Wanted, people: Sequence[Utterance]) -> Repertoire:
    """Have everything spoken that the wanted modes and kinds need."""
    counts = needed(wanted.questions, wanted.modes, quick=wanted.quick)
    counts = {kind: count if kind in wanted.kinds else 0 for kind, count in counts.items()}
    utterances: dict[Kind, list[Utterance]] = {
        kind: [
            user.say(f"{kind}-{number:02}", text)
            for number, text in enumerate(texts[: counts[kind]], 1)
        ]
        for kind, texts in _TEXTS.items()
    }
    utterances[Kind.HESITANT] = [
        user.say_in_pieces(f"hesitant-{number:02}", pieces, number)
        for number, pieces in enumerate(questions.HESITANT[: counts[Kind.HESITANT]], 1)
    ]
    utterances[Kind.COUGH] = [
        user.cough(f"cough-{number:02}", number) for number in range(1, counts[Kind.COUGH] + 1)
    ]
    for one in people:
        utterances.setdefault(hesitant_or_not(one.pauses), []).append(one)
    during_answers = sum(counts[kind] for kind in WHILE_ANSWERED)
    stories = [
        user.say(f"story-{number:02}", text)
        for number, text in enumerate(questions.STORIES[:during_answers], 1)
    ]
    return Repertoire(utterances, stories)


def _progress(what: str) -> Callable[[int], None]:
    """Return a function that says on stderr how many of a number are done."""

    def told(number: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if what.endswith(f" {number}") else ""
            print(f"\r{what}, done {number}", end=end, file=sys.stderr, flush=True)

    return told


def _remember(history: Path, report: dict[str, Any]) -> bool:
    """Add a run to the history; where that cannot be, say so: it must not cost the figures."""
    try:
        bench_history.append(history, report)
    except OSError as error:
        why = error.strerror or type(error).__name__
        print(
            f"This run is not in the history: {history} cannot be written ({why}). Make room or "
            "make it writable, and run it again.",
            file=sys.stderr,
        )
        return False
    return True

"""The benchmark's figures as text for a terminal.

Pure: the report that `--json` prints in, lines out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from her_desktop.tools.bench_figures import MEANINGS
from her_desktop.tools.bench_session import ROOM_DB
from her_desktop.tools.sound_loop import SoundLoop
from her_desktop.tools.terminal import WIDTH, folded

Report = Mapping[str, Any]

STEAL_WARNING_PERCENT = 5.0
OTHERS_WARNING_PERCENT = 10.0

_COLUMNS = (("p50_ms", "p50"), ("p90_ms", "p90"), ("p95_ms", "p95"), ("max_ms", "max"))
_NAME = 43
"""Columns of a row's name; its figures have seven each, its count five."""


def lines_of(report: Report) -> Iterator[str]:
    """Yield the report line by line."""
    yield from folded(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from _conditions(report)
    for mode, figures in report["modes"].items():
        yield ""
        yield f"== {mode} ".ljust(WIDTH, "=")
        if "refused" in figures:
            yield f"not measured: {figures['refused']}"
        else:
            yield from _mode(figures)
    yield from _recognition(report.get("recognition"))
    yield ""
    sound = report.get("sound", SoundLoop.name)
    yield (
        f"The sound went through {sound}. Judged by the recordings of both sides, virtual devices "
        f"included; the microphone also hears a room's noise at {ROOM_DB:.0f} dBFS."
    )
    if sound == SoundLoop.name:
        yield (
            "The player's buffer (400 ms) only decides when an utterance begins, which is read "
            "from the recording; the recorder delivers up to 100 ms late, and its promptest pieces "
            "tell the time: a release is laid on the recording to about 10 ms. Nothing is timed by "
            "when player or recorder end."
        )
    else:
        yield (
            "These devices stand for a system's own: 20 ms to the loudspeaker, blocks of 10 ms "
            "from the microphone. Real ones may take longer."
        )


def _conditions(report: Report) -> Iterator[str]:
    machine, load = report["machine"], report["load"]
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB"
    yield f"{machine['system']}, Python {machine['python']}"
    yield "models: " + ", ".join(report["models"].values())
    versions = report["versions"]
    commit = f" ({versions['commit']})" if "commit" in versions else ""
    yield f"her-desktop {versions.get('her-desktop', '')}{commit}, {report['at']}"
    yield (
        f"load average before the run {load['average_before']:.2f}; of the processor time "
        f"{load['stolen_percent']:.1f} % went to other machines of the host and "
        f"{load['others_percent']:.1f} % to other programs"
    )
    if load["stolen_percent"] > STEAL_WARNING_PERCENT:
        yield "WARNING: the host took so much time away that the figures say little. Run it again."
    if load["others_percent"] > OTHERS_WARNING_PERCENT:
        yield "WARNING: other programs were so busy that the figures say little. Run it alone."


def _mode(figures: Report) -> Iterator[str]:
    if figures["runs_on"]:
        yield "; ".join(f"{stage}: {detail}" for stage, detail in figures["runs_on"].items())
    yield f"{'milliseconds':<{_NAME}}" + "".join(f"{name:>7}" for _, name in _COLUMNS) + f"{'n':>5}"
    for kind, rows in figures["figures"].items():
        for name, row in rows.items():
            yield _row(
                f"{kind}: {name}", row, marked=kind == "clear" and name == figures["headline"]
            )
    yield from (f"  {name}: {MEANINGS[name]}" for name in _names(figures["figures"]))
    if figures["stages"]:
        yield "stages of the clear questions, by the program:"
        yield from (_row(f"  {name}", row) for name, row in figures["stages"].items())
    if figures["release_lags_ms"]:
        yield from _lags(figures["release_lags_ms"])
    yield from _correct(figures["correctness"])
    yield from _instant(figures["instant"])
    yield from _over(figures)
    yield from _agreement(figures["agreement"])
    yield from _warm(figures)


def _row(name: str, row: Report, *, marked: bool = False) -> str:
    if not row["n"]:
        return f"{name:<{_NAME}}{'none':>7}"
    columns = "".join(f"{row[key]:>7.0f}" for key, _ in _COLUMNS)
    return f"{name:<{_NAME}}{columns}{row['n']:>5}" + (" <--" if marked else "")


def _names(rows: Report) -> list[str]:
    return list(dict.fromkeys(name for row in rows.values() for name in row))


def _lags(lags: list[float]) -> Iterator[str]:
    yield "the key was let go so many milliseconds after the last sample:"
    yield from folded(["  " + " ".join(f"{lag:.0f}" for lag in lags)], hanging=2)


def _correct(rows: Report) -> Iterator[str]:
    names = ("cut off", "yielded", "missed", "twice", "twice*", "dropped", "WER %", "n")
    yield f"{'right and wrong':<16}" + "".join(f"{name:>8}" for name in names)
    for kind, row in rows.items():
        wer = row["understood_wer_percent"]
        values = (
            row["cut_off"],
            row["cut_off_and_yielded"],
            row["missed"],
            row["answered_twice"],
            row["answered_twice_by_events"],
            row["guesses_dropped"],
            "-" if wer is None else f"{wer:.1f}",
            row["n"],
        )
        yield f"  {kind:<14}" + "".join(f"{value:>8}" for value in values)
    yield "  *: by the program's events. WER: of the turns that stood; missed ones are not in it."
    broken = sum(row["broken_sound"] for row in rows.values())
    if broken:
        yield f"  {broken} of the utterances were played with a hole by the sound server itself"


def _instant(instant: Report) -> Iterator[str]:
    if not instant["phrases"] and not instant["others_answered_instantly"]:
        return
    yield (
        f"instant replies (in no figure above): {instant['answered_instantly']} of "
        f"{instant['phrases']} greetings and the like, "
        f"{instant['others_answered_instantly']} other utterances"
    )
    for name, row in instant.items():
        if isinstance(row, dict) and row["n"]:
            yield _row(f"  {name}", row)


def _over(figures: Report) -> Iterator[str]:
    interruptions = figures["interruptions"]
    if interruptions["tried"]:
        yield _row("interruption: onset to silence", interruptions["onset to silence"])
        if "onset to hold by events" in interruptions:
            yield _row("  onset to hold, by events", interruptions["onset to hold by events"])
        if "stopped" in interruptions:
            yield f"  {interruptions['stopped']} of {interruptions['tried']} stopped the answer"
        if interruptions["answer was over too soon"]:
            yield f"  {interruptions['answer was over too soon']} answers were over too soon for it"
    for kind, row in figures["disturbances"].items():
        what = "its own echo" if kind == "echo" else kind
        yield (
            f"{what} over an answer: cut {row['answer_cut_short']} of {row['n']} short "
            f"(by events {row['answer_cut_short_by_events']}), "
            f"{row['taken_for_a_question']} taken for a question"
        )
        if row["not_judged"]:
            yield f"  {row['not_judged']} not judged: no answer, a short one, or one without end"


def _agreement(agreement: Report) -> Iterator[str]:
    yield "the program's own figures less the recording's (median, typical size, largest):"
    for name, row in agreement.items():
        if row["n"]:
            yield (
                f"  {name:<{_NAME - 2}}{row['median_ms']:>9.1f}{row['median_size_ms']:>9.1f}"
                f"{row['largest_ms']:>9.1f}{row['n']:>5}"
            )


def _warm(figures: Report) -> Iterator[str]:
    warmth, start, window = figures["warmth"], figures["start"], figures["window"]
    if warmth["first_over_next"] is not None:
        yield (
            f"first turn {warmth['first_turn_ms']:.0f} ms from the last speech, "
            f"{warmth['first_over_next']:.2f} x the "
            f"median of the next {warmth['next_turns']}"
        )
    if warmth["llm_later_over_first"] is not None:
        first, last = warmth["llm_first_token_later_turns"]
        early = warmth["llm_first_token_early_turns"]
        yield (
            f"llm first token {warmth['llm_first_token_early_ms']:.0f} ms in {_turns(1, early)}, "
            f"{warmth['llm_first_token_later_ms']:.0f} in {_turns(first, last)}: "
            f"{warmth['llm_later_over_first']:.2f} x"
        )
    if start["visible_ms"] is not None:
        yield (
            f"process start to window {start['visible_ms']:.0f} ms, to ready "
            f"{start['ready_ms']:.0f} ms"
        )
    dropped = ", ".join(f"{device} {count}" for device, count in window["dropped_blocks"].items())
    yield (
        f"worst stall of the window {window['worst_stall_ms']:.0f} ms in turns, "
        f"{window['worst_stall_loading_ms']:.0f} while loading (0: under 50)"
    )
    yield f"sound blocks lost: {dropped or 'unknown'}"


def _turns(first: int, last: int) -> str:
    return f"turn {first}" if first == last else f"turns {first} to {last} (median)"


def _recognition(recognition: Report | None) -> Iterator[str]:
    if not recognition:
        return
    yield ""
    for source, row in recognition.items():
        short, full = row["short_context_wer_percent"], row["full_context_wer_percent"]
        if short is not None and full is not None:
            yield (
                f"recognition of {row['n']} {source} utterances ({row['speech_s']:.0f} s): "
                f"{short:.2f} % of words wrong on a short context,"
            )
            yield f"  {full:.2f} % on the whole ({short - full:+.2f} points); noise: {row['noise']}"

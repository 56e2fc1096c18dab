"""Earlier benchmarks, one line each, and what got worse or better since them.

The file is JSON lines, only ever appended to; a line that cannot be read is passed over. Two runs
are compared where processor, cores, models, mode and the models on the GPU are the same. A figure
has changed when it lies outside of what the earlier runs varied by anyway; one case more or less of
a rate is chance.

Rule: `append` and `read` touch the one file; everything else is pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from her_desktop.tools.sound_loop import SoundLoop
from her_desktop.tools.terminal import folded

FILE_NAME = "bench-history.jsonl"

Report = Mapping[str, Any]

_SHOWN = 5
"""Earlier values that are printed; all of them count."""

_SPREADS = 3.0
_MAD_TO_SIGMA = 1.4826
"""The median distance from the median times this estimates a standard deviation."""

_AWAY_PERCENT = 5.0
"""Of the processor time that may go to other machines and programs without a word."""

_LEAST_SHARE = 0.10
_LEAST_MS = 15.0
_LEAST_PERCENT = 2.0
"""What a figure may always vary by: a tenth, 15 ms, two points of a rate."""


@dataclass(frozen=True)
class Figure:
    """One figure of one run; `step` is what one case more or less makes of a rate."""

    value: float
    unit: str
    step: float = 0.0


@dataclass(frozen=True)
class Change:
    """One figure now and before, oldest first; `noise` is what it may vary by."""

    name: str
    unit: str
    now: float
    before: tuple[float, ...]
    noise: float

    @property
    def verdict(self) -> str:
        """Say "worse", "better" or "as before"; less is better in every figure that is compared."""
        distance = self.now - median(self.before)
        if abs(distance) <= self.noise:
            return "as before"
        return "worse" if distance > 0 else "better"


def append(path: Path, report: Report) -> None:
    """Add a run to the history. Raises OSError where the file cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    modes = {
        mode: {name: value for name, value in figures.items() if name != "turns"}
        for mode, figures in report["modes"].items()
    }
    line = json.dumps({**report, "modes": modes}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """Return the runs, oldest first; a missing file has none."""
    if not path.exists():
        return []
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            run = json.loads(line)
        except ValueError:  # a run that was ended while it wrote its line
            continue
        if isinstance(run, dict) and "modes" in run:
            runs.append(run)
    return runs


def compare(runs: Sequence[Report], mode: str) -> list[Change]:
    """Return how the last run's figures of a mode lie to the comparable earlier runs' ones."""
    *earlier, last = runs
    now = figures_of(last, mode)
    alike = [figures_of(run, mode) for run in earlier if comparable(run, last, mode)]
    changes = []
    for name, figure in now.items():
        before = tuple(figures[name].value for figures in alike if name in figures)
        if before:
            noise = max(_noise(before, figure.unit), figure.step)
            changes.append(Change(name, figure.unit, figure.value, before, noise))
    return changes


def comparable(one: Report, other: Report, mode: str) -> bool:
    """Tell whether two runs had the same machine, models on the same device, and way of sound."""

    def key(run: Report) -> tuple[Any, ...]:
        machine = run.get("machine", {})
        sound = run.get("sound", SoundLoop.name)
        return machine.get("processor"), machine.get("cores"), run.get("models"), sound

    there, here = _on_gpu(one, mode), _on_gpu(other, mode)
    return key(one) == key(other) and (there is None or here is None or there == here)


def _on_gpu(run: Report, mode: str) -> list[str] | None:
    """Return the models that worked on a GPU, None where an old run does not tell."""
    runs_on = run["modes"].get(mode, {}).get("runs_on")
    if not runs_on:
        return None
    return sorted(stage for stage, on in runs_on.items() if on.startswith("GPU"))


def figures_of(run: Report, mode: str) -> dict[str, Figure]:
    """Return the figures of a mode that are compared, by name."""
    figures = run["modes"].get(mode, {})
    found: dict[str, Figure] = {}
    for kind, rows in figures.get("figures", {}).items():
        for name, row in rows.items():
            for rank in ("p50", "p95"):
                _add(found, f"{kind}: {name}, {rank}", row.get(f"{rank}_ms"), "ms")
    for name, row in figures.get("stages", {}).items():
        _add(found, f"{name}, p50", row.get("p50_ms"), "ms")
    for kind, row in figures.get("correctness", {}).items():
        for name in ("cut_off", "missed", "answered_twice"):
            _add_rate(found, f"{kind}: {name.replace('_', ' ')}", row, name)
        _add(found, f"{kind}: words misunderstood", row.get("understood_wer_percent"), "%")
    interruptions = figures.get("interruptions", {}).get("onset to silence", {})
    _add(found, "interruption to silence, p50", interruptions.get("p50_ms"), "ms")
    for kind, row in figures.get("disturbances", {}).items():
        _add_rate(found, f"{kind}: answers cut short", row, "answer_cut_short")
    for name, value in figures.get("start", {}).items():
        _add(found, f"start to {name.removesuffix('_ms')}", value, "ms")
    for source, row in (run.get("recognition") or {}).items():
        short = row.get("short_context_wer_percent")
        _add(found, f"{source}: words wrong on a short context", short, "%")
    return found


def trend_lines(runs: Sequence[Report]) -> Iterator[str]:
    """Yield in words how the last run compares, mode by mode."""
    yield from folded(_trend(runs))


def _trend(runs: Sequence[Report]) -> Iterator[str]:
    if not runs:
        yield "No benchmark has been run yet. Run: her-desktop bench"
        return
    last = runs[-1]
    versions = last.get("versions", {})
    yield f"run of {last['at']}, {versions.get('commit') or versions.get('her-desktop', '')}"
    load = last.get("load", {})
    away = load.get("stolen_percent", 0.0) + load.get("others_percent", 0.0)
    if away > _AWAY_PERCENT:
        yield f"{away:.0f} % of the processor time went elsewhere in it: compare with care"
    for mode, figures in last["modes"].items():
        yield ""
        if "refused" in figures:
            yield f"{mode}: not measured ({figures['refused']})"
            continue
        changes = compare(runs, mode)
        if not changes:
            yield f"{mode}: no earlier run with the same models on the same machine."
            continue
        yield from _mode_trend(mode, changes)


def _mode_trend(mode: str, changes: Sequence[Change]) -> Iterator[str]:
    count = max(len(change.before) for change in changes)
    yield f"{mode}, against {count} earlier run{'s' if count > 1 else ''}:"
    for verdict in ("worse", "better"):
        named = [change for change in changes if change.verdict == verdict]
        if not named:
            yield f"  nothing got {verdict} beyond the noise"
            continue
        yield f"  {verdict}:"
        for change in named:
            yield (
                f"    {change.name}: {change.now:.1f} {change.unit}, was "
                f"{median(change.before):.1f} (varies by {change.noise:.1f})"
            )
    yield "  trend, oldest first:"
    for change in changes:
        values = " ".join(f"{value:.0f}" for value in (*change.before[-_SHOWN:], change.now))
        yield f"    {change.name:<48}{values} {change.unit}"


def _noise(before: Sequence[float], unit: str) -> float:
    middle = median(before)
    spread = median(abs(value - middle) for value in before) * _MAD_TO_SIGMA * _SPREADS
    least = max(_LEAST_SHARE * abs(middle), _LEAST_MS) if unit == "ms" else _LEAST_PERCENT
    return max(spread, least)


def _add_rate(found: dict[str, Figure], name: str, row: Mapping[str, Any], counted: str) -> None:
    if cases := row.get("n"):
        found[name] = Figure(100.0 * row[counted] / cases, "%", 100.0 / cases)


def _add(found: dict[str, Figure], name: str, value: float | None, unit: str) -> None:
    if value is not None:
        found[name] = Figure(float(value), unit)

"""Which model the GPU was busy with, folded from the stream of events.

A driver tells how busy a card was in spans of some 20 to 170 ms, and not with what. The workers
tell when each model worked. A span's busy time belongs to the models that worked in it, in
proportion to how long they did, and is drawn where they did: so a burst of 40 ms stays one, even
where the driver spreads it over a longer span. What no model accounts for is somebody else's.

Rule: pure, one thread at a time; each watcher that wants it holds a fold of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from her_desktop.conversation.events import (
    AsideFinished,
    AsideStarted,
    Event,
    GpuAbsent,
    GpuBusy,
    GpuMemoryTaken,
    GpuSampled,
    Stage,
    StageReleased,
    WorkFinished,
    WorkStarted,
)

KEPT = 120.0
"""Seconds of the past that can be asked for."""
_SHORTEST = 1e-6
_ROUNDING = 1.0
"""Drivers give whole percents: less than one of them is nobody's."""


@dataclass(frozen=True)
class Slice:
    """A stretch in which `stage` kept the card busy to `percent`; None is somebody else.

    Slices of one stretch are to be put on one another.
    """

    start_at: float
    end_at: float
    percent: float
    stage: Stage | None

    @property
    def busy(self) -> float:
        """Return the busy time in seconds."""
        return (self.end_at - self.start_at) * self.percent / 100.0


@dataclass
class _Work:
    stage: Stage
    start_at: float
    end_at: float | None = None


@dataclass
class GpuFold:
    """Owns the last two minutes of the GPUs' load. Fed with every event, in order."""

    latest: dict[int, GpuSampled] = field(default_factory=dict)
    """The last sample of each GPU, by its number."""
    absence: str = ""
    """Why no GPU can be watched, "" where one can, or nobody has looked yet."""
    memory: dict[Stage, int] = field(default_factory=dict)
    """The bytes of GPU memory that each stage's model holds."""
    _busy: deque[tuple[GpuBusy, int]] = field(default_factory=deque)
    """What was sampled, and of which GPU."""
    _work: deque[_Work] = field(default_factory=deque)

    def handle(self, event: Event) -> bool:
        """Take in an event; tell whether what can be asked for has changed."""
        match event:
            case GpuSampled():
                self.latest[event.index] = event
                self._busy.extend((span, event.index) for span in event.busy)
                self._forget(event.at - KEPT)
            case GpuAbsent(message=message):
                self.absence = message
            case GpuMemoryTaken(stage=stage, held=held):
                self.memory[stage] = held
            case StageReleased(stage=stage):
                self.memory[stage] = 0
            case WorkStarted(stage=stage, at=at) | AsideStarted(stage=stage, at=at):
                self._forget(at - KEPT)
                self._work.append(_Work(stage, at))
                return False
            case WorkFinished(stage=stage, at=at) | AsideFinished(stage=stage, at=at):
                for work in reversed(self._work):
                    if work.stage is stage and work.end_at is None:
                        work.end_at = at
                        break
                return False
            case _:
                return False
        return True

    @property
    def has_samples(self) -> bool:
        """Whether a driver here keeps short samples."""
        return any("busy" not in sample.withheld for sample in self.latest.values())

    @property
    def sampled_until(self) -> float:
        """The instant up to which the short samples reach, 0.0 before there is one."""
        return max((span.end_at for span, _ in self._busy), default=0.0)

    def slices(self, start_at: float, end_at: float) -> tuple[Slice, ...]:
        """Return what the GPU did between two instants, in the order of time."""
        found = [
            piece
            for span, index in self._busy
            if span.end_at > start_at and span.start_at < end_at and span.percent > 0.0
            for piece in _shared_out(
                span, () if self._is_anothers(index) else self._workers_of(span)
            )
        ]
        cut = (_cut(piece, start_at, end_at) for piece in found)
        return tuple(
            sorted(
                (piece for piece in cut if piece.end_at - piece.start_at > _SHORTEST),
                key=lambda piece: (piece.start_at, piece.stage or ""),
            )
        )

    def busy(self, start_at: float, end_at: float) -> dict[Stage | None, float]:
        """Return the seconds that each stage kept the GPU busy between two instants."""
        times: dict[Stage | None, float] = {}
        for piece in self.slices(start_at, end_at):
            times[piece.stage] = times.get(piece.stage, 0.0) + piece.busy
        return times

    def _is_anothers(self, index: int) -> bool:
        """Tell whether all of this program's memory is known to be on other GPUs than this one.

        Where a driver tells of no GPU that this program has memory there, it may be wrong: inside
        a container it knows the program by another number.
        """
        held = {number: sample.own_memory for number, sample in self.latest.items()}
        return held.get(index) == 0 and any(held.values())

    def _workers_of(self, span: GpuBusy) -> list[tuple[Stage, float, float]]:
        """Return when which stages whose models are on the GPU worked within a span."""
        found: list[tuple[Stage, float, float]] = []
        for work in self._work:
            start = max(work.start_at, span.start_at)
            end = min(span.end_at if work.end_at is None else work.end_at, span.end_at)
            if end - start > _SHORTEST and self.memory.get(work.stage, 0) > 0:
                found.append((work.stage, start, end))
        return found

    def _forget(self, before: float) -> None:
        while self._busy and self._busy[0][0].end_at < before:
            self._busy.popleft()
        while self._work and (self._work[0].end_at or self._work[0].start_at) < before:
            self._work.popleft()


def _shared_out(span: GpuBusy, workers: Sequence[tuple[Stage, float, float]]) -> Iterable[Slice]:
    """Yield a span's busy time as slices of those who worked in it, and of somebody else."""
    length = span.end_at - span.start_at
    edges = sorted(
        {span.start_at, span.end_at, *(edge for _, start, end in workers for edge in (start, end))}
    )
    stretches = [
        (start, end, sorted({s for s, begun, done in workers if begun < end and done > start}))
        for start, end in pairwise(edges)
    ]
    worked = sum(end - start for start, end, stages in stretches if stages)
    busy = length * span.percent / 100.0
    theirs = min(busy, worked)
    idle = length - worked
    for start, end, stages in stretches:
        if stages:
            percent = 100.0 * theirs / worked / len(stages)
            yield from (Slice(start, end, percent, stage) for stage in stages)
        elif 100.0 * (busy - theirs) > _ROUNDING * length:
            yield Slice(start, end, min(100.0, 100.0 * (busy - theirs) / idle), None)


def _cut(piece: Slice, start_at: float, end_at: float) -> Slice:
    start, end = max(piece.start_at, start_at), min(piece.end_at, end_at)
    return Slice(start, end, piece.percent, piece.stage)

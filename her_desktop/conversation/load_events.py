"""How busy the machine is, and with what; how much of its graphics memory each model took.

Rule: values only, as in `events`, from which others take them together with all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from her_desktop.conversation.vocabulary import Event, Stage


class GpuBusy(NamedTuple):
    """How busy a GPU was, 0 to 100 percent, from `start_at` to `end_at` (`time.monotonic`)."""

    start_at: float
    end_at: float
    percent: float


@dataclass(frozen=True, kw_only=True)
class GpuSampled(Event):
    """What one GPU did since it was sampled before; None and () where its driver does not tell.

    `load_percent` is the mean since then; memory is in bytes. `busy` are the driver's own short
    samples, `own_busy` and `own_memory` the share of this process. `withheld` names the fields that
    the driver says nothing for.
    """

    name: str
    load_percent: float | None
    memory_used: int | None
    memory_total: int | None
    index: int = 0
    busy: tuple[GpuBusy, ...] = ()
    own_busy: tuple[GpuBusy, ...] = ()
    own_memory: int | None = None
    temperature_c: float | None = None
    power_w: float | None = None
    clock_mhz: float | None = None
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GpuAbsent(Event):
    """No GPU can be watched; `message` says why in one plain sentence."""

    message: str


@dataclass(frozen=True, kw_only=True)
class GpuMemoryTaken(Event):
    """A stage's model is loaded and holds `held` bytes of GPU memory: 0 on the processor."""

    stage: Stage
    held: int


@dataclass(frozen=True, kw_only=True)
class AsideStarted(Event):
    """A worker took up what no living turn waits for: work done ahead, or just given up."""

    stage: Stage


@dataclass(frozen=True, kw_only=True)
class AsideFinished(Event):
    """A worker is done with what no living turn waits for; it may have begun for one that did."""

    stage: Stage


@dataclass(frozen=True, kw_only=True)
class SystemSampled(Event):
    """Processor load of this process (percent of the whole machine) and its memory in bytes."""

    cpu_percent: float
    memory_used: int

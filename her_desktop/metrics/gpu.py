"""How busy the processor and the GPUs are.

A turn takes a tenth of a second, and an average over one second hides it: so NVIDIA's own buffer of
short samples is read, once a second, as a whole. Rule: called by the `gpu` thread alone. A machine
without a GPU that can be watched is the ordinary case, told once in words and never an error.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from her_desktop.conversation.events import (
    Event,
    GpuAbsent,
    GpuBusy,
    GpuSampled,
    SystemSampled,
)
from her_desktop.metrics.gpu_driver import Card, Clocks, NvmlDriver, open_driver, present
from her_desktop.metrics.gpu_sysfs import (
    NVIDIA_WITHOUT_DRIVER,
    SYSFS,
    SysfsCard,
    has_nvidia_card,
    sysfs_cards,
    why_none,
)


class LoadMeter:
    """Owns the connection to the drivers and to the process table. One thread at a time."""

    def __init__(self, nvml: Any = None, sysfs: Path = SYSFS, clocks: Clocks = present) -> None:
        """Prepare; drivers are asked for at the first look, as one may take a second to wake up.

        `nvml`, `sysfs` and `clocks` are used in place of the machine's own.
        """
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._cores = psutil.cpu_count() or 1
        self._nvml, self._sysfs, self._clocks = nvml, sysfs, clocks
        self._driver: NvmlDriver | None = None
        self._cards: list[Card] = []
        self._others: list[SysfsCard] = []
        self._reason = ""
        self._has_looked = False
        self._told_absence = False

    @property
    def reason(self) -> str:
        """Why no GPU is watched, in one plain sentence; "" where one is."""
        self._look()
        return self._reason

    @property
    def names(self) -> tuple[str, ...]:
        """The GPUs that are watched."""
        self._look()
        return (*(card.name for card in self._cards), *(card.name for card in self._others))

    @property
    def nvidia_names(self) -> tuple[str, ...]:
        """Those of them that NVIDIA's driver drives."""
        self._look()
        return tuple(card.name for card in self._cards)

    @property
    def idle(self) -> str:
        """That there is an NVIDIA GPU which nothing can use, in plain sentences; "" otherwise."""
        self._look()
        alone = self._driver is None and has_nvidia_card(self._sysfs)
        return NVIDIA_WITHOUT_DRIVER if alone else ""

    def sample(self) -> list[Event]:
        """Return one event for the processor and one for each GPU; once, that there is none."""
        self._look()
        events: list[Event] = [
            SystemSampled(
                at=time.monotonic(),
                cpu_percent=self._process.cpu_percent() / self._cores,
                memory_used=self._process.memory_info().rss,
            )
        ]
        events += [_sampled(card) for card in self._cards]
        events += [
            _looked_at(card, number) for number, card in enumerate(self._others, len(self._cards))
        ]
        if len(events) == 1 and not self._told_absence:
            self._told_absence = True
            events.append(GpuAbsent(at=time.monotonic(), message=self._reason))
        return events

    def _look(self) -> None:
        if self._has_looked:
            return
        self._has_looked = True
        self._driver, self._reason = open_driver(self._nvml, self._clocks)
        self._cards = self._driver.cards() if self._driver else []
        self._others = sysfs_cards(self._sysfs)
        if self._others:
            self._reason = ""
        elif self._driver is None and "driver is not installed" in self._reason:
            self._reason = why_none(root=self._sysfs)

    def close(self) -> None:
        """Let go of the driver."""
        if self._driver is not None:
            self._driver.close()
            self._driver, self._cards = None, []


def _sampled(card: Card) -> GpuSampled:
    """Return what NVIDIA's driver tells of one card."""
    memory, busy, own = card.memory(), card.busy(), card.own_busy()
    load = _mean(busy or ())
    sample = GpuSampled(
        at=time.monotonic(),
        name=card.name,
        index=card.index,
        load_percent=card.load() if load is None else load,
        memory_used=memory.used if memory else None,
        memory_total=memory.total if memory else None,
        busy=busy or (),
        own_busy=own or (),
        own_memory=card.own_memory(),
        temperature_c=card.temperature(),
        power_w=card.power(),
        clock_mhz=card.clock(),
    )
    untold = (("busy", busy), ("own_busy", own))
    return _marked(sample, [name for name, told in untold if told is None])


def _looked_at(card: SysfsCard, index: int) -> GpuSampled:
    """Return what Linux tells of one card of AMD or Intel."""
    sample = GpuSampled(
        at=time.monotonic(),
        name=card.name,
        index=index,
        load_percent=card.load(),
        memory_used=card.memory_used(),
        memory_total=card.memory_total(),
        temperature_c=card.temperature(),
        power_w=card.power(),
        clock_mhz=card.clock(),
    )
    # Nothing is kept between two looks, and nothing is told of single programs.
    return _marked(sample, ["busy", "own_busy"])


_COUNTERS = (
    "load_percent",
    "memory_total",
    "own_memory",
    "temperature_c",
    "power_w",
    "clock_mhz",
)


def _marked(sample: GpuSampled, untold: list[str]) -> GpuSampled:
    """Return the sample with the names of everything that its driver does not tell."""
    missing = (name for name in _COUNTERS if getattr(sample, name) is None)
    return replace(sample, withheld=(*untold, *missing))


def _mean(busy: Sequence[GpuBusy]) -> float | None:
    """Return the mean load over all the time that the samples stand for."""
    time_seen = sum(span.end_at - span.start_at for span in busy)
    if time_seen <= 0.0:
        return None
    return sum((span.end_at - span.start_at) * span.percent for span in busy) / time_seen

"""NVIDIA's management library (NVML) behind a face that never raises.

Old cards, laptops, virtual machines and Windows each leave some of its counters out, and a driver
may lose its card at any time. Here a counter that is not there is None, and the reason is kept in
words. Rule: any thread; NVML locks for itself. Memory is in bytes, instants are `time.monotonic`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from her_desktop.conversation.events import GpuBusy

Result = TypeVar("Result")
Clocks = Callable[[], tuple[float, ...]]
"""Gives the present on `time.monotonic` and on the other clocks a driver may mean, in seconds."""

OLDEST_DRIVER = 525
"""The first NVIDIA driver that runs CUDA 12, on every system."""

_NO_DRIVER = "There is no NVIDIA GPU, or its driver is not installed."

_LONGEST_SAMPLE = 1.0
"""Seconds that one sample stands for at most: what lies before it was not looked at."""


def present() -> tuple[float, ...]:
    """Return the present by the clocks of this system: monotonic first."""
    clocks = [time.monotonic(), time.time()]
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    if boot is not None:
        clocks.append(time.clock_gettime(boot))
    return tuple(clocks)


@dataclass(frozen=True)
class CardMemory:
    """The memory of one card."""

    free: int
    used: int
    total: int


class NvmlDriver:
    """Owns the connection to the driver. Made by `open_driver`."""

    def __init__(self, nvml: Any, clocks: Clocks = present) -> None:
        """Use an NVML that has been initialised."""
        self.nvml = nvml
        self.clocks = clocks
        self.pid = os.getpid()

    def cards(self) -> list[Card]:
        """Return the cards that answer, in the driver's order, which is that of their bus."""
        count = self.asked(self.nvml.nvmlDeviceGetCount) or 0
        handles = (
            self.asked(partial(self.nvml.nvmlDeviceGetHandleByIndex, index))
            for index in range(count)
        )
        return [
            Card(self, index, handle) for index, handle in enumerate(handles) if handle is not None
        ]

    @property
    def version(self) -> str:
        """The driver's version, "" where it does not tell."""
        return _text(self.asked(self.nvml.nvmlSystemGetDriverVersion))

    def close(self) -> None:
        """Let go of the driver."""
        self.asked(self.nvml.nvmlShutdown)

    def asked(self, question: Callable[[], Result]) -> Result | None:
        """Return the driver's answer, None where it has none."""
        try:
            return question()
        except self.nvml.NVMLError:
            return None


@dataclass
class Card:
    """One card: each method gives None where the driver does not tell. One thread at a time."""

    driver: NvmlDriver
    index: int
    handle: Any
    _seen: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the maker calls it."""
        return _text(self._ask("nvmlDeviceGetName")) or "NVIDIA GPU"

    @property
    def uuid(self) -> str:
        """What tells it from all others, "" where the driver does not tell."""
        return _text(self._ask("nvmlDeviceGetUUID"))

    def memory(self) -> CardMemory | None:
        """Return how its memory is used."""
        told = self._ask("nvmlDeviceGetMemoryInfo")
        return told and CardMemory(int(told.free), int(told.used), int(told.total))

    def own_memory(self) -> int | None:
        """Return the bytes of its memory that this process has."""
        told = self._ask("nvmlDeviceGetComputeRunningProcesses")
        if told is None:
            return None
        ours = [item.usedGpuMemory for item in told if item.pid == self.driver.pid]
        # Windows' own driver model counts memory itself, and tells NVML nothing of it.
        return None if any(used is None for used in ours) else sum(map(int, ours))

    def load(self) -> float | None:
        """Return the driver's own average load of the last moment, 0 to 100."""
        told = self._ask("nvmlDeviceGetUtilizationRates")
        return None if told is None else float(told.gpu)

    def busy(self) -> tuple[GpuBusy, ...] | None:
        """Return the driver's short samples of its load since they were asked for before."""
        nvml = self.driver.nvml
        seen = self._seen.get("busy", 0)
        try:
            _, told = nvml.nvmlDeviceGetSamples(
                self.handle, nvml.NVML_GPU_UTILIZATION_SAMPLES, seen
            )
        except nvml.NVMLError as error:
            return () if _nothing_new(nvml, error) else None
        return self._spans("busy", ((s.timeStamp, float(s.sampleValue.uiVal)) for s in told))

    def own_busy(self) -> tuple[GpuBusy, ...] | None:
        """Return the share of this process in its load since it was asked for before."""
        nvml = self.driver.nvml
        seen = self._seen.get("own", 0)
        try:
            told = nvml.nvmlDeviceGetProcessUtilization(self.handle, seen)
        except nvml.NVMLError as error:
            return () if _nothing_new(nvml, error) else None
        ours = ((s.timeStamp, float(s.smUtil)) for s in told if s.pid == self.driver.pid)
        return self._spans("own", ours)

    def temperature(self) -> float | None:
        """Return degrees Celsius."""
        told = self._ask("nvmlDeviceGetTemperature", self.driver.nvml.NVML_TEMPERATURE_GPU)
        return None if told is None else float(told)

    def power(self) -> float | None:
        """Return watts."""
        told = self._ask("nvmlDeviceGetPowerUsage")
        return None if told is None else told / 1000.0

    def clock(self) -> float | None:
        """Return the frequency of its processors in MHz."""
        told = self._ask("nvmlDeviceGetClockInfo", self.driver.nvml.NVML_CLOCK_SM)
        return None if told is None else float(told)

    def _ask(self, name: str, *arguments: Any) -> Any:
        question = getattr(self.driver.nvml, name)
        return self.driver.asked(partial(question, self.handle, *arguments))

    def _spans(self, kind: str, told: Iterable[tuple[int, float]]) -> tuple[GpuBusy, ...]:
        """Return (microseconds, percent) as spans of `time.monotonic` that end at those instants.

        NVML speaks of "CPU microseconds", which some drivers count from 1970 and some from the
        start of the machine: it is the clock by which the newest sample is nearest to now.
        """
        seen = self._seen.get(kind, 0)
        samples = sorted((stamp, value) for stamp, value in told if stamp > seen)
        if not samples:
            return ()
        newest = samples[-1][0]
        self._seen[kind] = newest
        clocks = self.driver.clocks()
        theirs = min(clocks, key=lambda now: abs(now - newest / 1e6))
        shift = clocks[0] - theirs
        before = seen
        spans: list[GpuBusy] = []
        for stamp, value in samples:
            end = stamp / 1e6
            start = max(before / 1e6, end - _LONGEST_SAMPLE)
            # The first sample of all has none before it, and stands for an unknown time.
            if before and end > start:
                spans.append(GpuBusy(start + shift, end + shift, min(100.0, max(0.0, value))))
            before = stamp
        return tuple(spans)


def open_driver(nvml: Any = None, clocks: Clocks = present) -> tuple[NvmlDriver | None, str]:
    """Return the driver when it answers and has a card; else None and why, in one plain sentence.

    `nvml` is used in place of pynvml where it is given.
    """
    if nvml is None:
        if not _has_library():
            return None, _NO_DRIVER
        nvml = _pynvml()
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        return None, _why_not(nvml, error)
    driver = NvmlDriver(nvml, clocks)
    if driver.cards():
        return driver, ""
    driver.close()
    return None, "The NVIDIA driver is installed, but no GPU answers it. Restart the computer."


def visible_cards(cards: list[Card], chosen: str | None) -> list[Card]:
    """Return the cards that CUDA shows to this process, in its order.

    `chosen` is the variable CUDA_VISIBLE_DEVICES: numbers or the beginnings of the cards' ids, up
    to the first that is neither; None where it is not set. The numbers are those of the bus.
    """
    if chosen is None:
        return cards
    found: list[Card] = []
    for word in chosen.split(","):
        word = word.strip()
        match = next(
            (
                card
                for card in cards
                if word and (word == str(card.index) or card.uuid.startswith(word))
            ),
            None,
        )
        if match is None:
            break
        found.append(match)
    return found


def is_older(version: str, major: int) -> bool:
    """Tell whether a driver's version is before a major one; one that is not told is not."""
    first = version.split(".", 1)[0]
    return first.isdigit() and int(first) < major


def _has_library() -> bool:
    """Tell whether the driver's library is there, as far as one look tells.

    Where it is not, its binding need not be read either, which takes 30 ms of processor, and 70 in
    which no other Python thread runs where it was not compiled before.
    """
    if sys.platform == "win32":
        return True  # in one of two folders, of which the binding knows
    try:
        ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return False
    return True


def _pynvml() -> Any:
    import pynvml

    return pynvml


def _why_not(nvml: Any, error: Exception) -> str:
    code = getattr(error, "value", None)
    if code == nvml.NVML_ERROR_LIBRARY_NOT_FOUND:
        return _NO_DRIVER
    if code == nvml.NVML_ERROR_DRIVER_NOT_LOADED:
        return "The NVIDIA driver is installed but does not run. Restart the computer."
    if code == nvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH:
        return "The NVIDIA driver was updated while it was in use. Restart the computer."
    if code == nvml.NVML_ERROR_NO_PERMISSION:
        return "This user may not use the NVIDIA GPU. Ask for access to /dev/nvidia*."
    return f"The NVIDIA driver does not answer ({error}). Restart the computer."


def _nothing_new(nvml: Any, error: Exception) -> bool:
    """Tell whether an error only says that no sample was taken meanwhile."""
    return bool(getattr(error, "value", None) == nvml.NVML_ERROR_NOT_FOUND)


def _text(told: str | bytes | None) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told or ""

"""An NVML whose cards, samples and gaps are as a test says: it stands in for the module pynvml."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    """What every function raises; `value` is NVML's number."""

    def __init__(self, value: int) -> None:
        super().__init__(f"number {value}")
        self.value = value


@dataclass
class ScriptedCard:
    """One card. What is None, its driver does not tell."""

    name: str = "Card"
    uuid: str = "GPU-1"
    total: int = 24 << 30
    free: int = 23 << 30
    load: int | None = 3
    samples: list[tuple[int, int]] | None = field(default_factory=list)
    """(microseconds, percent)"""
    own_samples: list[tuple[int, int]] | None = field(default_factory=list)
    own_memory: int | None = 0
    temperature: int | None = 51
    power: int | None = 131_500
    clock: int | None = 2520
    memory_is_told: bool = True

    def take(self, count: int) -> None:
        """A model takes memory."""
        self.free -= count
        if self.own_memory is not None:
            self.own_memory += count


class ScriptedNvml:
    """The functions of pynvml that her_desktop calls."""

    NVMLError = NVMLError
    NVML_ERROR_NOT_SUPPORTED = 3
    NVML_ERROR_NO_PERMISSION = 4
    NVML_ERROR_NOT_FOUND = 6
    NVML_ERROR_DRIVER_NOT_LOADED = 9
    NVML_ERROR_LIBRARY_NOT_FOUND = 12
    NVML_ERROR_GPU_IS_LOST = 15
    NVML_ERROR_LIB_RM_VERSION_MISMATCH = 18
    NVML_GPU_UTILIZATION_SAMPLES = 1
    NVML_TEMPERATURE_GPU = 0
    NVML_CLOCK_SM = 1

    def __init__(
        self, cards: Iterable[ScriptedCard] = (), version: str = "570.86", broken: int = 0
    ) -> None:
        self.script = list(cards)
        self.version, self.broken = version, broken
        self.open = 0
        self.lost: set[int] = set()

    def nvmlInit(self) -> None:  # noqa: N802
        if self.broken:
            raise NVMLError(self.broken)
        self.open += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.open -= 1

    def nvmlSystemGetDriverVersion(self) -> str:  # noqa: N802
        return self.version

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.script)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> ScriptedCard:  # noqa: N802
        if index in self.lost:
            raise NVMLError(self.NVML_ERROR_GPU_IS_LOST)
        return self.script[index]

    def nvmlDeviceGetName(self, card: ScriptedCard) -> bytes:  # noqa: N802
        return card.name.encode()

    def nvmlDeviceGetUUID(self, card: ScriptedCard) -> str:  # noqa: N802
        return card.uuid

    def nvmlDeviceGetMemoryInfo(self, card: ScriptedCard) -> Any:  # noqa: N802
        self._told(card.memory_is_told or None)
        return SimpleNamespace(free=card.free, used=card.total - card.free, total=card.total)

    def nvmlDeviceGetUtilizationRates(self, card: ScriptedCard) -> Any:  # noqa: N802
        return SimpleNamespace(gpu=self._told(card.load))

    def nvmlDeviceGetSamples(self, card: ScriptedCard, kind: int, seen: int) -> Any:  # noqa: N802
        assert kind == self.NVML_GPU_UTILIZATION_SAMPLES
        found = [each for each in self._told(card.samples) if each[0] > seen]
        if not found:
            raise NVMLError(self.NVML_ERROR_NOT_FOUND)
        return 1, [
            SimpleNamespace(timeStamp=stamp, sampleValue=SimpleNamespace(uiVal=value))
            for stamp, value in found
        ]

    def nvmlDeviceGetProcessUtilization(self, card: ScriptedCard, seen: int) -> Any:  # noqa: N802
        found = [each for each in self._told(card.own_samples) if each[0] > seen]
        if not found:
            raise NVMLError(self.NVML_ERROR_NOT_FOUND)
        others = SimpleNamespace(pid=1, timeStamp=found[-1][0], smUtil=99)
        ours = [
            SimpleNamespace(pid=os.getpid(), timeStamp=stamp, smUtil=value)
            for stamp, value in found
        ]
        return [others, *ours]

    def nvmlDeviceGetComputeRunningProcesses(self, card: ScriptedCard) -> Any:  # noqa: N802
        return [
            SimpleNamespace(pid=1, usedGpuMemory=1 << 30),
            SimpleNamespace(pid=os.getpid(), usedGpuMemory=card.own_memory),
        ]

    def nvmlDeviceGetTemperature(self, card: ScriptedCard, _: int) -> int:  # noqa: N802
        return int(self._told(card.temperature))

    def nvmlDeviceGetPowerUsage(self, card: ScriptedCard) -> int:  # noqa: N802
        return int(self._told(card.power))

    def nvmlDeviceGetClockInfo(self, card: ScriptedCard, _: int) -> int:  # noqa: N802
        return int(self._told(card.clock))

    def _told(self, value: Any) -> Any:
        if value is None:
            raise NVMLError(self.NVML_ERROR_NOT_SUPPORTED)
        return value

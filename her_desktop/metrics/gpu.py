"""How busy the processor and the GPU are.

Rule: called by the `gpu` thread alone, about once a second. A machine without an NVIDIA driver is
the ordinary case, told once in words and never an error.
"""

from __future__ import annotations

import time
from typing import Any

import psutil

from her_desktop.conversation.events import Event, GpuSampled, SystemSampled


class LoadMeter:
    """Owns the connection to the driver and to the process table."""

    def __init__(self) -> None:
        """Look for a GPU; without one only the processor is measured."""
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._cores = psutil.cpu_count() or 1
        self._nvml, self.reason = _open_nvml()

    def sample(self) -> list[Event]:
        """Return one event for the processor and one for each GPU."""
        now = time.monotonic()
        events: list[Event] = [
            SystemSampled(
                at=now,
                cpu_percent=self._process.cpu_percent() / self._cores,
                memory_used=self._process.memory_info().rss,
            )
        ]
        if self._nvml is None:
            return events
        for index in range(self._nvml.nvmlDeviceGetCount()):
            gpu = self._nvml.nvmlDeviceGetHandleByIndex(index)
            memory = self._nvml.nvmlDeviceGetMemoryInfo(gpu)
            name = self._nvml.nvmlDeviceGetName(gpu)
            events.append(
                GpuSampled(
                    at=now,
                    name=name if isinstance(name, str) else name.decode(),
                    load_percent=float(self._nvml.nvmlDeviceGetUtilizationRates(gpu).gpu),
                    memory_used=int(memory.used),
                    memory_total=int(memory.total),
                )
            )
        return events

    def close(self) -> None:
        """Let go of the driver."""
        if self._nvml is not None:
            self._nvml.nvmlShutdown()
            self._nvml = None


def _open_nvml() -> tuple[Any, str]:
    """Return the NVML module when it answers, and otherwise why not, in one plain sentence."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        return None, f"No NVIDIA GPU is in use: {error}."
    return pynvml, ""

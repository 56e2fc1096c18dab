"""The facts of this machine that decide which models fit.

Rule: asks the system, on the caller's thread, for milliseconds; keeps nothing.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

from her_desktop.conversation.events import GpuSampled
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.profiles import Machine


def read_machine(models_dir: Path) -> Machine:
    """Return what there is now; `models_dir` names the disk, and need not exist yet."""
    memory = psutil.virtual_memory()
    total, free, gpu = max(_gpus(), default=(0, 0, ""))
    return Machine(
        memory_total=int(memory.total),
        memory_free=int(memory.available),
        disk_free=_free(models_dir),
        cores=os.cpu_count() or 1,
        gpu=gpu,
        vram_total=total,
        vram_free=free,
    )


def _gpus() -> list[tuple[int, int, str]]:
    """Return the memory, the free part of it and the name of every GPU that tells them."""
    meter = LoadMeter()
    try:
        samples = [event for event in meter.sample() if isinstance(event, GpuSampled)]
    finally:
        meter.close()
    return [
        (sample.memory_total, sample.memory_total - (sample.memory_used or 0), sample.name)
        for sample in samples
        if sample.memory_total
    ]


def _free(folder: Path) -> int:
    for place in (folder, *folder.parents):
        if place.is_dir():
            return shutil.disk_usage(place).free
    return 0

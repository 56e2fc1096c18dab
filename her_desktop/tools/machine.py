"""What a measurement was made on, and what the machine did beside it.

Rule: reads the system's own tables, starts nothing but `git` to name the version of a checkout.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

_PACKAGES = (
    "her-desktop",
    "ctranslate2",
    "faster-whisper",
    "llama-cpp-python",
    "numpy",
    "onnxruntime",
    "onnxruntime-gpu",
    "piper-tts",
    "PySide6-Essentials",
    "sounddevice",
)


def machine() -> dict[str, Any]:
    """Return processor, cores, memory and system: what makes two runs comparable."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Return the program's version, its commit where it is a checkout, and its libraries'."""
    found = {"commit": commit} if (commit := _commit()) else {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # another build of it, or none, is installed
            continue
    return found


@dataclass(frozen=True)
class Load:
    """What the processor has done since the machine started, in seconds of one core.

    `own` is the part of `busy` that was this process and the children that it has waited for;
    `average` is the system's load average of the last minute.
    """

    total: float
    busy: float
    own: float
    stolen: float
    average: float

    @classmethod
    def now(cls) -> Load:
        """Look at the machine; where the system does not tell, nothing was stolen."""
        times = psutil.cpu_times()
        stolen = float(getattr(times, "steal", 0.0))
        idle = times.idle + float(getattr(times, "iowait", 0.0))
        total = float(sum(times))
        ours = os.times()
        return cls(
            total=total,
            busy=total - idle - stolen,
            own=ours.user + ours.system + ours.children_user + ours.children_system,
            stolen=stolen,
            average=psutil.getloadavg()[0],
        )

    def stolen_since(self, before: Load) -> float:
        """Return the percentage of processor time that a host gave to other machines."""
        return self._percent(self.stolen - before.stolen, before)

    def others_since(self, before: Load) -> float:
        """Return the percentage of processor time that other programs used."""
        return self._percent((self.busy - before.busy) - (self.own - before.own), before)

    def _percent(self, seconds: float, before: Load) -> float:
        passed = self.total - before.total
        return 100.0 * max(0.0, seconds) / passed if passed > 0.0 else 0.0


def _processor() -> str:
    """Return the processor's name as the system tells it."""
    table = Path("/proc/cpuinfo")
    lines = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _commit() -> str:
    """Return the commit of the checkout that runs, with a "+" where files were changed."""
    root = Path(__file__).resolve().parents[2]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""
    command = [git, "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=10"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:  # the name of a version is not worth a measurement
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""

"""A text for a bug report: versions, machine, devices, models, last timings, errors.

Rule: nothing of what was said or answered gets into it, and no name of the user's: paths below the
home folder begin with "~". Fed with every event and asked on the GUI thread.
"""

from __future__ import annotations

import platform
from collections import deque
from pathlib import Path
from typing import Any

from her_desktop.conversation.events import (
    DeviceChanged,
    Event,
    GpuSampled,
    StageFailed,
    SystemSampled,
    TurnEnded,
    WorkFailed,
)
from her_desktop.desktop.shipped import main_versions
from her_desktop.metrics.latency import LatencyFold
from her_desktop.metrics.status import StatusFold, timing_as_dict
from her_desktop.paths import Paths

_KEPT_FAULTS = 20
_KEPT_TURNS = 5
_LOG_LINES = 30
_LOG_TAIL = 64 * 1024
"""Bytes of the log's end that are looked through."""


class Report:
    """Owns what a bug report needs to say of this run."""

    def __init__(self, paths: Paths, mode: str, home: Path | None = None) -> None:
        """Begin; `mode` is how the window listens, `home` the folder that is written as "~"."""
        self._paths = paths
        self._home = Path.home() if home is None else home
        self._status = StatusFold(mode)
        self._latency = LatencyFold()
        self._turns: deque[dict[str, Any]] = deque(maxlen=_KEPT_TURNS)
        self._faults: deque[str] = deque(maxlen=_KEPT_FAULTS)
        self._gpus: dict[str, GpuSampled] = {}
        self._system: SystemSampled | None = None

    def handle(self, event: Event) -> None:
        """Take in an event."""
        self._status.handle(event)
        self._latency.handle(event)
        match event:
            case TurnEnded():
                timing = timing_as_dict(self._latency.last)
                if timing is not None and (not self._turns or self._turns[-1] != timing):
                    self._turns.append(timing)
            case StageFailed(stage=stage, message=message):
                self._faults.append(f"{stage.value}: {message}")
            case WorkFailed(stage=stage, message=message):
                self._faults.append(f"{stage.value}: {message}")
            case DeviceChanged(device=device, message=message) if message:
                self._faults.append(f"{device.value}: {message}")
            case GpuSampled(name=name):
                self._gpus[name] = event
            case SystemSampled():
                self._system = event

    def text(self) -> str:
        """Return the report as it is put on the clipboard."""
        status = self._status.as_dict()
        parts = [
            ("Versions", [f"{name} {version}" for name, version in main_versions().items()]),
            ("Machine", self._machine()),
            ("State", [f"{status['state']}, {status['mode']}, {status['turns']} turns"]),
            ("Models", [_entry(stage, told) for stage, told in status["models"].items()]),
            ("Devices", [_entry(device, told) for device, told in status["devices"].items()]),
            (
                "Trouble",
                [
                    f"dropped blocks {status['dropped_blocks']}",
                    f"longest standstill of the window {status['worst_stall_ms']} ms",
                    *self._faults,
                ],
            ),
            ("Last turns", [_timing(turn) for turn in self._turns]),
            ("Log", self._log_lines()),
        ]
        blocks = [f"{title}\n" + "\n".join(f"  {line}" for line in lines or ["none"])
                  for title, lines in parts]  # fmt: skip
        return self._without_home("\n".join(blocks) + "\n")

    def _machine(self) -> list[str]:
        import psutil

        lines = [
            f"{platform.platform()}, {platform.machine()}",
            f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.1f} GB of memory",
        ]
        if self._system is not None and self._system.memory_used is not None:
            lines.append(f"the program uses {self._system.memory_used / 1e9:.1f} GB")
        lines += [
            f"{gpu.name}, {_gb(gpu.memory_used)} of {_gb(gpu.memory_total)} in use"
            for gpu in self._gpus.values()
        ]
        return lines

    def _log_lines(self) -> list[str]:
        """Return the newest warnings and errors of the log, with the stacks below them left out."""
        try:
            with self._paths.log_file.open("rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - _LOG_TAIL))
                tail = file.read().decode("utf-8", "replace").splitlines()
        except OSError as error:
            return [f"the log could not be read ({error.strerror})"]
        told = [line for line in tail if " WARNING " in line or " ERROR " in line]
        return told[-_LOG_LINES:]

    def _without_home(self, text: str) -> str:
        home = str(self._home)
        return text.replace(home, "~") if len(home) > 1 else text


def _entry(what: str, told: dict[str, str]) -> str:
    name = told.get("model") or told.get("name") or "no name"
    detail = f" ({told['detail']})" if told.get("detail") else ""
    return f"{what}: {name}, {told['state']}{detail}"


def _gb(count: int | None) -> str:
    return "?" if count is None else f"{count / 1e9:.1f} GB"


def _timing(turn: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value}" for name, value in turn.items() if value not in (None, False)
    )

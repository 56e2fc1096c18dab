"""`her-desktop bench --synthetic`: large models' speed on this machine without their download.

Models of the exact shapes of well-known large ones are written with random weights into a temporary
folder, one at a time, timed on the GPU where there is one and on the processor, and removed.

Rule: the command's own thread. What does not fit on the disk or in memory is left out in words.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from her_desktop.inference.gpu_libraries import RECOGNITION, open_cuda_libraries
from her_desktop.inference.gpu_llama import engine
from her_desktop.inference.protocols import ModelError, Voice
from her_desktop.tools.machine import Load, machine, versions
from her_desktop.tools.outputs import check_folder
from her_desktop.tools.synthetic_gguf import size_of, write_llama
from her_desktop.tools.synthetic_report import lines_of
from her_desktop.tools.synthetic_shapes import LARGE, SHAPES, LlamaShape, Shape, WhisperShape
from her_desktop.tools.synthetic_speed import (
    GPU,
    PROCESSOR,
    Device,
    Row,
    llama_speed,
    whisper_speed,
)
from her_desktop.tools.synthetic_turn import TURNS, turn_speed
from her_desktop.tools.synthetic_whisper import write_whisper

NONSENSE = (
    "The weights are random: what these models say is nonsense. Their speed is that of the real "
    "ones, whose shapes they have."
)

_CTRANSLATE2, _LLAMA_CPP = "ctranslate2", "llama.cpp"
_GGUF = "model.gguf"
_SPARE_DISK = 512 * 1024**2
_SPARE_MEMORY = 1024**3


EVERYTHING: tuple[str, ...] = (*LARGE, "turn")
"""What is measured where nothing else is asked for."""


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for: shapes or turns, the devices, where models are written."""

    names: tuple[str, ...] = EVERYTHING
    devices: tuple[str, ...] = (GPU.title, PROCESSOR.title)
    folder: Path | None = None
    as_json: bool = False


@dataclass(frozen=True)
class _Subject:
    """One thing to measure: a model of some shape, or two of them in one turn."""

    name: str
    title: str
    shapes: tuple[Shape, ...]

    @property
    def size(self) -> int:
        return sum(map(bytes_needed, self.shapes))


def bench_synthetic(wanted: Wanted, threads: int, load_voice: Callable[[], Voice]) -> int:
    """Build, time and remove one model after the other; print the figures; return the exit code.

    `load_voice` gives the voice of a whole turn, which is the user's own. Returns 1 where not one
    model could be timed. Raises ModelError for a shape that nobody knows.
    """
    subjects = [_subject(name) for name in wanted.names]
    before = Load.now()
    measured: list[dict[str, Any]] = []
    reasons = gpu_reasons() if GPU.title in wanted.devices else {}
    for subject in subjects:
        devices = [device for device in (GPU, PROCESSOR) if device.title in wanted.devices]
        if GPU in devices and any(_library(shape) in reasons for shape in subject.shapes):
            devices.remove(GPU)
        if len(subject.shapes) > 1 and GPU.title in wanted.devices:
            # On a processor it would take minutes to say what the parts have said already.
            devices = [device for device in devices if device is GPU]
        if devices:
            measured.append(_measure(subject, devices, threads, wanted.folder, load_voice))
        else:
            measured.append(_left_out(subject))
    after = Load.now()
    report = {
        "note": NONSENSE,
        "machine": machine(),
        "versions": versions(),
        "without_gpu": list(reasons.values()),
        "load": {
            "stolen_percent": round(after.stolen_since(before), 2),
            "others_percent": round(after.others_since(before), 2),
        },
        "models": measured,
    }
    if wanted.as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in lines_of(report):
            print(line)
    return 0 if any(model["runs"] for model in measured) else 1


def bytes_needed(shape: Shape) -> int:
    """Return about how many bytes a model takes on the disk."""
    return shape.size if isinstance(shape, WhisperShape) else size_of(shape)


def obstacle(size: int, folder: Path, disk_free: int, memory_free: int) -> str:
    """Return why `size` bytes of models cannot be tried, in one sentence, or ""."""
    if disk_free < size + _SPARE_DISK:
        missing = (size + _SPARE_DISK - disk_free) / 1e9
        return (
            f"Not enough space in {folder}: {missing:.1f} GB more are needed. "
            "Free some, or name another folder with --keep."
        )
    if memory_free < size + _SPARE_MEMORY:
        missing = (size + _SPARE_MEMORY - memory_free) / 1e9
        return f"Not enough free memory: {missing:.1f} GB more are needed. Close other programs."
    return ""


def gpu_reasons() -> dict[str, str]:
    """Return why a library cannot use a GPU, in one sentence each; those that can are left out."""
    libraries = open_cuda_libraries(RECOGNITION)
    import ctranslate2

    found: dict[str, str] = {}
    if ctranslate2.get_cuda_device_count() == 0:
        found[_CTRANSLATE2] = "No GPU for Whisper: CTranslate2 finds no NVIDIA GPU it can use."
    elif libraries.trouble is not None:
        found[_CTRANSLATE2] = libraries.trouble.sentence("Whisper")
    if not engine().llama_supports_gpu_offload():
        found[_LLAMA_CPP] = (
            "No GPU for language models: this llama-cpp-python was built for the processor alone."
        )
    return found


def _left_out(subject: _Subject) -> dict[str, Any]:
    problem = "It needs a GPU. Add `--on processor` to measure it without."
    return {
        "name": subject.name,
        "title": subject.title,
        "runs": [],
        "problems": [problem],
    }


def _measure(
    subject: _Subject,
    devices: Sequence[Device],
    threads: int,
    where: Path | None,
    load_voice: Callable[[], Voice],
) -> dict[str, Any]:
    """Write the models of one subject, time them everywhere, remove them."""
    found: dict[str, Any] = {"name": subject.name, "title": subject.title}
    found |= {"runs": [], "problems": []}
    parent = Path(tempfile.gettempdir()) if where is None else where
    if where is not None:
        check_folder(where)
    memory = psutil.virtual_memory().available
    if reason := obstacle(subject.size, parent, shutil.disk_usage(parent).free, memory):
        found["problems"].append(reason)
        return found
    with tempfile.TemporaryDirectory(prefix="her-desktop-synthetic-", dir=parent) as name:
        folder = Path(name)
        begun = time.monotonic()
        _tell(f"{subject.title}: writing {subject.size / 1e9:.1f} GB of random weights")
        found["bytes"] = sum(_write(shape, folder) for shape in subject.shapes)
        found["written_ms"] = round((time.monotonic() - begun) * 1000)
        for where_and_how, run in _runs(subject, folder, devices, threads, load_voice):
            _tell(f"{subject.title}: measuring on the {where_and_how}")
            try:
                found["runs"].append(run())
            except (ModelError, RuntimeError, ValueError) as error:
                # A driver's or library's own words name what is missing; no user's text is in them.
                found["problems"].append(f"{where_and_how}: {error}")
    return found


def _runs(
    subject: _Subject,
    folder: Path,
    devices: Sequence[Device],
    threads: int,
    load_voice: Callable[[], Voice],
) -> list[tuple[str, Callable[[], Row]]]:
    """List what is to be timed: the device, how the weights are stored there, and the work."""
    match subject.shapes:
        case (WhisperShape() as ears, LlamaShape() as mind):
            models = (folder, ears), (folder / _GGUF, mind)
            return [
                (device.title, partial(turn_speed, *models, load_voice, device, threads))
                for device in devices
            ]
    shape = subject.shapes[0]
    if isinstance(shape, WhisperShape):
        return [
            (
                f"{device.title}, {kind}",
                partial(whisper_speed, folder, shape, device, kind, threads),
            )
            for device in devices
            for kind in device.compute_types
        ]
    path = folder / _GGUF
    return [
        (device.title, partial(llama_speed, path, shape, device, threads)) for device in devices
    ]


def _write(shape: Shape, folder: Path) -> int:
    if isinstance(shape, WhisperShape):
        return write_whisper(shape, folder)
    return write_llama(shape, folder / _GGUF)


def _library(shape: Shape) -> str:
    return _CTRANSLATE2 if isinstance(shape, WhisperShape) else _LLAMA_CPP


def _subject(name: str) -> _Subject:
    if turn := TURNS.get(name):
        return _Subject(name, turn.title, (SHAPES[turn.ears], SHAPES[turn.mind]))
    if shape := SHAPES.get(name):
        return _Subject(name, shape.title, (shape,))
    known = ", ".join([*SHAPES, *TURNS])
    raise ModelError(f"No shape is named {name}; choose among {known}.")


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)

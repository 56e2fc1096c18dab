"""The doctor's look at what the models stand on: their files, the disk, memory and folders.

Rule: the command's own thread; every file of an installed model is read as a whole.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import psutil

from her_desktop.catalogue import verify
from her_desktop.metrics.findings import Finding, broken, note, well
from her_desktop.models import TURN_MODEL, VAD_MODEL, Models

_FEW_BYTES = 1_000_000_000
_TOO_FEW_BYTES = 50_000_000


def machine_findings(models: Models) -> Iterator[Finding]:
    """Compare files with their checksums and look at disk, memory and folders."""
    yield files(models)
    yield disk(_existing(models.paths.models_dir))
    yield memory(models, psutil.virtual_memory().available)
    paths = models.paths
    yield folders([paths.config_dir, paths.data_dir, paths.log_dir], paths.history_dir)


def files(models: Models) -> Finding:
    """Read every file of every installed model; a fault in one that is in use breaks something."""
    settings = models.settings
    used = {VAD_MODEL, TURN_MODEL, settings.stt_model, settings.llm_model, settings.tts_model}
    begun, count, total, spare = time.monotonic(), 0, 0, ""
    for model in models.known.values():
        where = models.locate(model)
        if where is None:
            if model.id in used:
                return broken(
                    "files",
                    f"{model.name} is not installed. Run `her-desktop models install {model.id}`.",
                )
            continue
        if faults := verify(model, where):
            name, problem = faults[0]
            remedy = f"Run `her-desktop models install {model.id}`."
            if not model.offered:
                remedy = "It came with the program: install that again."
            told = f"The file {name} of {model.name} is {problem.value}. {remedy}"
            if model.id in used:
                return broken("files", told)
            spare = spare or told
        count += 1
        total += model.size
    if spare:
        return note("files", spare)
    unknown = sorted(used - set(models.known))
    size, names = f"{total / 1e6:.0f}", ", ".join(unknown)
    if unknown:
        return note(
            "files",
            f"{count} models, {size} MB, are what the catalogue says, byte for byte. "
            f"Nothing is known to compare {names} with.",
        )
    took = time.monotonic() - begun
    return well(
        "files",
        f"{count} models, {size} MB, are what the catalogue says, byte for byte.",
        took,
    )


def disk(folder: Path) -> Finding:
    """Say how much can still be written to where the models are kept."""
    free = shutil.disk_usage(folder).free
    size = f"{free / 1e9:.1f}"
    if free < _TOO_FEW_BYTES:
        return broken(
            "disk",
            f"Only {free / 1e6:.0f} MB are free, so nothing more may be saved. Free some space.",
        )
    if free < _FEW_BYTES:
        return note(
            "disk",
            f"{size} GB are free for models. A larger model will not fit; free some space first.",
        )
    return well("disk", f"{size} GB are free for models.")


def memory(models: Models, available: int) -> Finding:
    """Say whether the chosen models fit into the memory that is free."""
    settings = models.settings
    chosen = (settings.stt_model, settings.llm_model, settings.tts_model)
    needed = sum(
        max(model.memory, model.size)
        for model in (models.known.get(model_id) for model_id in chosen)
        if model is not None
    )
    free, wanted = f"{available / 1e9:.1f}", f"{needed / 1e9:.1f}"
    if available < needed:
        return note(
            "memory",
            f"{free} GB are free; the chosen models need about {wanted}. "
            "Close other programs or choose smaller models.",
        )
    return well("memory", f"{free} GB are free; the chosen models need about {wanted}.")


def folders(places: list[Path], history: Path) -> Finding:
    """Make sure that the program can write where it keeps things, and that nobody else can.

    What was said, where the user keeps it, must not even be read by others.
    """
    name, places = "folders", list(dict.fromkeys(places))
    for place in places:
        try:
            with tempfile.TemporaryFile(dir=_existing(place)):
                pass
        except OSError as error:
            why = error.strerror or "unknown reason"
            return broken(name, f"{place} cannot be written to ({why}). Make it writable.")
    for place in places:
        if _allows(place, stat.S_IWGRP | stat.S_IWOTH):
            return note(name, f"Others may write to {place}. Run `chmod go-w {quote(str(place))}`.")
    for place in (history, *history.glob("*")):
        if _allows(place, stat.S_IRGRP | stat.S_IROTH):
            remedy = f"chmod -R go-rwx {quote(str(history))}"
            return note(name, f"Others may read what was said. Run `{remedy}`.")
    return well(name, "Settings, models and logs can be written, and by nobody else.")


def _allows(place: Path, others: int) -> bool:
    """Tell whether people other than the owner may do one of `others` with a file or folder."""
    return os.name == "posix" and place.exists() and bool(place.stat().st_mode & others)


def _existing(place: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(folder for folder in (place, *place.parents) if folder.is_dir())

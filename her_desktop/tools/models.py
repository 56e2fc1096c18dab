"""`her-desktop models`: what is here, whether it is what it should be, more of it and less.

Rule: a download runs on the main thread, so that the terminal's interrupt ends it; what has
arrived is kept, and the same command goes on from there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

from her_desktop.catalogue import Model, hub_address, verify
from her_desktop.downloads.faults import DownloadError, readable_size
from her_desktop.downloads.install import install, install_from_folder, remove
from her_desktop.downloads.progress import Progress, State
from her_desktop.downloads.stop import Stop
from her_desktop.inference.opening import Opened
from her_desktop.inference.protocols import ModelError
from her_desktop.library.arrival import bring_in
from her_desktop.library.library import IN_USE
from her_desktop.models import Models


def list_models(models: Models, *, as_json: bool) -> int:
    """Print every model of the catalogue, and below what is installed where it lies."""
    rows = [(model, models.locate(model)) for model in models.known.values()]
    if as_json:
        listed = [
            {
                "id": model.id,
                "kind": model.kind.value,
                "name": model.name,
                "languages": list(model.languages),
                "licence": model.licence,
                "non_commercial": model.non_commercial,
                "size": model.size,
                "memory": model.memory,
                "fits": list(model.fits),
                "remarks": list(model.remarks),
                "downloadable": model.offered,
                "own": model.own,
                "path": None if where is None else str(where),
            }
            for model, where in rows
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    widest = max((len(model.id) for model, _ in rows), default=0)
    for model, where in rows:
        size = readable_size(model.size)
        print(f"{model.kind.value:<4} {model.id:<{widest}} {size:>8}  {model.licence}")
        if where is not None:
            print(f"     in {where}")
    return 0


def verify_models(models: Models, ids: list[str]) -> int:
    """Compare files with sizes and checksums; print one line a model, return 1 on any fault."""
    _named(models, ids)
    broken = 0
    for model in models.known.values():
        if ids and model.id not in ids:
            continue
        where = models.locate(model)
        if where is None:
            if model.id in ids:
                broken += 1
                print(f"{model.id}: not installed", file=sys.stderr)
            continue
        faults = verify(model, where)
        broken += bool(faults)
        for name, problem in faults:
            print(f"{model.id}: {name}: {problem.value}", file=sys.stderr)
        if not faults:
            print(f"{model.id}: ok")
    return 1 if broken else 0


def install_models(models: Models, ids: list[str], folder: Path | None) -> int:
    """Bring models here, out of `folder` or else from where they are published.

    Prints the licence first and then how far it is. Returns 1 where one of them failed, 130 where
    the user interrupted it.
    """
    failed = 0
    for model in _named(models, ids):
        if folder is None and not model.offered:
            if models.locate(model) is None:
                raise ModelError(
                    f"The model {model.name} comes as a package; run `python3 packaging/start.py`."
                )
            print(f"{model.id}: already here, it came as a package")
            continue
        print(f"{model.id}: {model.name}, {readable_size(model.size)}, licence {model.licence}")
        for remark in model.remarks:
            print(f"{model.id}: {remark}")
        try:
            ended = _install(models, model, folder)
        except KeyboardInterrupt:
            print(f"\n{model.id}: stopped; the same command goes on from here", file=sys.stderr)
            return 130
        failed += ended.state is not State.DONE
    return 1 if failed else 0


def bring_in_model(models: Models, path: Path) -> int:
    """Take in a model of the user's own and print the id to choose it by; 1 where that failed.

    Raises ModelError for what is no model, or must not be opened.
    """
    line = ProgressLine(path.name, sys.stdout)
    opened = Opened(models.paths.opened_dir)
    try:
        model, ended = bring_in(
            path.expanduser(),
            models.paths.models_dir,
            models.known.keys(),
            opened,
            stop=Stop(),
            report=line.tell,
        )
    except KeyboardInterrupt:
        print(f"\n{path.name}: stopped", file=sys.stderr)
        return 130
    if model is None:
        print(f"{path.name}: {ended.message}", file=sys.stderr)
        return 1
    print(f"{model.id}: {model.name}, {readable_size(model.size)}, licence {model.licence}")
    return 0


def remove_models(models: Models, ids: list[str]) -> int:
    """Remove downloaded models; returns 1 where one of them could not be."""
    settings = models.settings
    in_use = {settings.stt_model, settings.llm_model, settings.tts_model}
    failed = 0
    for model in _named(models, ids):
        if model.id in in_use and model.package is None:
            failed += 1
            print(f"{model.id}: {IN_USE.format(name=model.name)}", file=sys.stderr)
            continue
        try:
            remove(model, models.paths.models_dir)
        except DownloadError as error:
            failed += 1
            print(f"{model.id}: {error}", file=sys.stderr)
        else:
            print(f"{model.id}: removed")
    return 1 if failed else 0


class ProgressLine:
    """Owns one line of a terminal, or writes a line at every tenth where it is none."""

    def __init__(self, model_id: str, stream: TextIO) -> None:
        """Write about `model_id` to `stream`."""
        self._id = model_id
        self._stream = stream
        self._rewrites = stream.isatty()
        self._last = ""

    def tell(self, progress: Progress) -> None:
        """Show how far it is; a failure is left to standard error."""
        ended = progress.state in (State.DONE, State.FAILED, State.CANCELLED, State.PAUSED)
        if self._rewrites:
            self._stream.write(f"\r\x1b[2K{self._id}: {self._line(progress)}")
            self._stream.write("\n" if ended else "")
        else:
            tenth = progress.done * 10 // max(1, progress.total) * 10
            shown = progress.message or f"{progress.state.value} {tenth} %"
            line = progress.state.value if ended else shown
            if line == self._last:
                return
            self._last = line
            self._stream.write(f"{self._id}: {line}\n")
        self._stream.flush()

    @staticmethod
    def _line(progress: Progress) -> str:
        if progress.message and progress.state is State.WAITING:
            return progress.message
        if progress.state is not State.DOWNLOADING:
            return progress.state.value
        percent = progress.done * 100 // max(1, progress.total)
        parts = [f"{percent} %", f"{readable_size(progress.done)}"]
        if progress.speed:
            parts.append(f"{readable_size(round(progress.speed))}/s")
        if progress.left is not None:
            parts.append(f"{_duration(progress.left)} left")
        return ", ".join(parts)


def _install(models: Models, model: Model, folder: Path | None) -> Progress:
    line = ProgressLine(model.id, sys.stdout)
    if folder is None:
        ended = install(
            model, models.paths.models_dir, stop=Stop(), report=line.tell, hub=hub_address()
        )
    else:
        ended = install_from_folder(
            model, folder, models.paths.models_dir, stop=Stop(), report=line.tell
        )
    if ended.state is State.FAILED:
        print(f"{model.id}: {ended.message}", file=sys.stderr)
    if ended.state is State.DONE:
        # Every byte was compared with the catalogue: it needs no trial of its own.
        place = models.paths.models_dir / model.kind / model.id
        Opened(models.paths.opened_dir).remember(model.paths(place))
    return ended


def _named(models: Models, ids: list[str]) -> list[Model]:
    """Return the models of these ids; raises ModelError for one that nobody knows."""
    for unknown in [model_id for model_id in ids if model_id not in models.known]:
        raise ModelError(f"No model is named {unknown}; `models list` shows them all.")
    return [models.known[model_id] for model_id in ids]


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"

"""A model on its way to this machine, from the network or from a folder, and its way out again.

Rule: everything blocks, on a thread of the caller's, and ends in a state and not in an exception:
whoever watches shows `Progress`, whatever it says. One installation of a model at a time, across
every instance of the program.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from her_desktop.catalogue import HUB, Model, ModelFile
from her_desktop.downloads.faults import DownloadError, Fault, disk_fault, disk_faults_said
from her_desktop.downloads.fetch import Fetch, Patience, http_client
from her_desktop.downloads.partial import Partial, etag_path, partial_path, put_in_place
from her_desktop.downloads.progress import Ledger, Progress, Report, State
from her_desktop.downloads.space import Space
from her_desktop.downloads.stop import Stop, Stopped
from her_desktop.own_models import OWN_FILE

_PIECE = 1 << 20
_ELSEWHERE = "Another window is installing this model; this one waits for it."


def install(
    model: Model,
    models_dir: Path,
    *,
    stop: Stop,
    report: Report,
    hub: str = HUB,
    patience: Patience | None = None,
    space: Space | None = None,
) -> Progress:
    """Download what is missing of `model` to <models_dir>/<kind>/<id>/ and return how it ended.

    `report` is called on this thread. `stop` ends it from any other. What had arrived before, in
    this run or an earlier one, is continued. `hub` is where the catalogue's repositories lie;
    whoever installs several models side by side gives all of them the same `space`.
    """
    patience, space = patience or Patience(), space or Space()

    def download() -> None:
        if model.source is None:
            raise DownloadError(Fault.NOT_OFFERED, name=model.name)
        source = model.source
        with _alone(model, models_dir, stop, ledger, patience) as folder:
            wanted = _wanted(model, folder, stop, ledger)
            left = wanted.copy()
            with (
                space.claimed(lambda: _missing(left.copy()), folder),
                http_client(patience) as client,
            ):
                for file, target in wanted:

                    def fetch(partial: Partial, url: str = source.url(file.path, hub)) -> None:
                        Fetch(client, url, stop, ledger, patience).run(partial)

                    _bring(file, target, fetch, stop, ledger, patience)
                    left.pop(0)

    ledger = Ledger(model.size, report)
    return _ended(download, ledger, models_dir)


def install_from_folder(
    model: Model,
    folder: Path,
    models_dir: Path,
    *,
    stop: Stop,
    report: Report,
    patience: Patience | None = None,
    space: Space | None = None,
) -> Progress:
    """Take the files of `model` out of `folder` and return how it ended.

    Each file is hashed before it counts; on one volume it is then linked and not copied. `space` is
    as for `install`.
    """

    def find(file: ModelFile) -> Path:
        return _source(file, folder)

    return _install_from(
        model, find, folder, models_dir, stop, report, patience or Patience(), space or Space()
    )


def install_files(
    model: Model,
    sources: Mapping[str, Path],
    models_dir: Path,
    *,
    stop: Stop,
    report: Report,
    patience: Patience | None = None,
    space: Space | None = None,
) -> Progress:
    """Take each file of `model` from where `sources` has it, by its path in the model.

    As for `install_from_folder`, but the files may lie anywhere and under any name.
    """
    folder = next(iter(sources.values())).parent

    def find(file: ModelFile) -> Path:
        return sources[file.path]

    return _install_from(
        model, find, folder, models_dir, stop, report, patience or Patience(), space or Space()
    )


def check(model: Model, where: Path, *, stop: Stop, report: Report) -> Progress:
    """Compare every byte of `model` in the folder `where` with what it should be."""

    def compare() -> None:
        for file, path in zip(model.files, model.paths(where), strict=True):
            stop.check()
            if not path.is_file() or not _is_right(file, path, stop, ledger):
                raise DownloadError(Fault.CHANGED, file=file.path, name=model.name)
            ledger.settle(file.size)

    ledger = Ledger(model.size, report)
    return _ended(compare, ledger, where)


def _install_from(
    model: Model,
    find: Callable[[ModelFile], Path],
    folder: Path,
    models_dir: Path,
    stop: Stop,
    report: Report,
    patience: Patience,
    space: Space,
) -> Progress:
    def take() -> None:
        with _alone(model, models_dir, stop, ledger, patience) as place:
            for file, target in _wanted(model, place, stop, ledger):
                source = find(file)
                if not _is_right(file, source, stop, ledger):
                    raise DownloadError(Fault.SOURCE_WRONG, file=file.path, folder=folder)
                if _link(source, target, stop, patience):
                    ledger.settle(file.size)
                    continue

                def copy(partial: Partial, source: Path = source) -> None:
                    _copy(source, partial, stop, ledger)

                copied = [(file, target)]
                with space.claimed(functools.partial(_missing, copied), place):
                    _bring(file, target, copy, stop, ledger, patience)

    ledger = Ledger(model.size, report)
    return _ended(take, ledger, models_dir)


def remove(model: Model, models_dir: Path) -> None:
    """Remove the files of `model` from `models_dir`, half ones too; others stay.

    Raises DownloadError where it is not there, is being installed, or is held by a program.
    """
    ledger = Ledger(model.size, lambda _: None)
    folder = models_dir / model.kind / model.id
    if not folder.is_dir():
        raise DownloadError(Fault.NOT_HERE, name=model.name)
    with _alone(model, models_dir, None, ledger, Patience()) as folder:
        for file, target in zip(model.files, model.paths(folder), strict=True):
            partial = partial_path(file, target)
            for path in (target, partial, etag_path(partial), folder / OWN_FILE):
                with disk_faults_said(path):
                    path.unlink(missing_ok=True)
        inside = {parent for path in model.paths(folder) for parent in path.parents}
        for inner in sorted(inside, key=lambda each: len(each.parts), reverse=True):
            if not inner.is_relative_to(folder):
                continue
            # Whatever else somebody put there is not this program's to remove.
            with suppress(OSError):
                inner.rmdir()


def _ended(work: Callable[[], None], ledger: Ledger, folder: Path) -> Progress:
    """Do it in `folder` and say how it ended."""
    try:
        work()
    except Stopped as stopped:
        return ledger.end(State.PAUSED if stopped.paused else State.CANCELLED)
    except DownloadError as error:
        return ledger.end(State.FAILED, str(error))
    except OSError as error:
        # A folder that may not even be looked into, say: it can be met at any step.
        return ledger.end(State.FAILED, str(disk_fault(error, Path(error.filename or folder))))
    return ledger.end(State.DONE)


@contextmanager
def _alone(
    model: Model, models_dir: Path, stop: Stop | None, ledger: Ledger, patience: Patience
) -> Iterator[Path]:
    """Hold the model against every other instance and give its folder; without `stop`, at once."""
    import filelock

    folder = _folder(model, models_dir)
    lock_path = models_dir / ".locks" / f"{model.id}.lock"
    with disk_faults_said(lock_path):
        lock_path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(lock_path)
    while True:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout as busy:
            if stop is None:
                raise DownloadError(Fault.IN_PROGRESS, name=model.name) from busy
            ledger.tell(State.WAITING, 0, _ELSEWHERE)
            stop.sleep(patience.lock)
        except OSError as error:
            raise disk_fault(error, lock_path) from error
        else:
            break
    try:
        yield folder
    finally:
        lock.release()


def _folder(model: Model, models_dir: Path) -> Path:
    """Make the model's folder, none of whose parts may lead out of the models' folder."""
    folder = models_dir / model.kind / model.id
    for path in [folder, *(path.parent for path in model.paths(folder))]:
        if not _is_inside(path, models_dir):
            raise DownloadError(Fault.LEADS_OUT, path=path)
        with disk_faults_said(path):
            path.mkdir(parents=True, exist_ok=True)
    return folder


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links that go round in circles
        return False


def _wanted(model: Model, folder: Path, stop: Stop, ledger: Ledger) -> list[tuple[ModelFile, Path]]:
    """Return the files that are not there yet, whole and right; count the others."""
    wanted: list[tuple[ModelFile, Path]] = []
    for file, target in zip(model.files, model.paths(folder), strict=True):
        stop.check()
        if target.is_file():
            ledger.tell(State.VERIFYING, 0)
            if _is_right(file, target, stop, ledger):
                ledger.settle(file.size)
                continue
        wanted.append((file, target))
    return wanted


def _is_right(file: ModelFile, path: Path, stop: Stop, ledger: Ledger) -> bool:
    digest = hashlib.sha256()
    with disk_faults_said(path):
        if path.stat().st_size != file.size:
            return False
        with path.open("rb") as stream:
            read = 0
            while piece := stream.read(_PIECE):
                stop.check()
                digest.update(piece)
                read += len(piece)
                ledger.tell(State.VERIFYING, read)
    return digest.hexdigest() == file.sha256


def _missing(wanted: list[tuple[ModelFile, Path]]) -> int:
    """Return how many bytes of these files have yet to be written."""
    missing = 0
    for file, target in wanted:
        try:
            there = partial_path(file, target).stat().st_size
        except OSError:
            there = 0
        missing += max(0, file.size - there)
    return missing


def _bring(
    file: ModelFile,
    target: Path,
    grow: Callable[[Partial], None],
    stop: Stop,
    ledger: Ledger,
    patience: Patience,
) -> None:
    """Let one file grow, prove it and put it in place; what was continued gets a second chance."""
    with Partial(file, target) as partial:
        partial.read_again(stop, lambda read: ledger.tell(State.VERIFYING, read))
        continued = partial.size > 0
        grow(partial)
        ledger.tell(State.VERIFYING, partial.size)
        if not partial.right and continued:
            # The fault may lie in what an earlier run left: once more, from the beginning.
            partial.clear()
            grow(partial)
        if not partial.right:
            partial.discard()
            raise DownloadError(Fault.DAMAGED, file=file.path)
        stop.check()
        partial.put_in_place(stop, patience.rename)
    ledger.settle(file.size)


def _source(file: ModelFile, folder: Path) -> Path:
    """Return where `folder` has the file: where the catalogue puts it, or directly inside."""
    path = PurePosixPath(file.path)
    for place in (folder.joinpath(*path.parts), folder / path.name):
        if place.is_file():
            return place
    raise DownloadError(Fault.SOURCE_MISSING, folder=folder, file=file.path)


def _link(source: Path, target: Path, stop: Stop, patience: Patience) -> bool:
    """Give the file a second name in the models' folder; False where that needs a copy."""
    linked = target.with_name(target.name + ".link")
    try:
        linked.unlink(missing_ok=True)
        os.link(source.resolve(), linked)
    except OSError:
        return False
    try:
        put_in_place(linked, target, stop, patience.rename)
    finally:
        linked.unlink(missing_ok=True)
    return True


def _copy(source: Path, partial: Partial, stop: Stop, ledger: Ledger) -> None:
    with disk_faults_said(source), source.open("rb") as stream:
        stream.seek(partial.size)
        while not partial.complete and (piece := stream.read(_PIECE)):
            stop.check()
            partial.write(piece)
            ledger.tell(State.DOWNLOADING, partial.size)

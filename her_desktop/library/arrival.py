"""Taking in a model of the user's own: looked at, tried in a process of its own, then linked.

Rule: blocks, on a thread of the caller's. A model that is refused leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from her_desktop.catalogue import Model, ModelFile
from her_desktop.downloads.faults import DownloadError, disk_faults_said
from her_desktop.downloads.install import install_files, remove
from her_desktop.downloads.progress import Ledger, Progress, Report, State
from her_desktop.downloads.space import Space
from her_desktop.downloads.stop import Stop, Stopped
from her_desktop.inference.opening import Opened, require_openable
from her_desktop.library.recognition import Candidate, recognise
from her_desktop.own_models import own_id, write_own

_PIECE = 1 << 20
_ROOM_FOR_CONTEXT = 300_000_000


def bring_in(
    path: Path,
    models_dir: Path,
    taken: Collection[str],
    opened: Opened,
    *,
    stop: Stop,
    report: Report,
    space: Space | None = None,
) -> tuple[Model | None, Progress]:
    """Take the model at `path` into `models_dir` under an id that is not `taken`.

    `space` is shared with what is downloaded meanwhile. Returns the model, or None where it ended
    otherwise, with how it ended. Raises ModelError for what is no model or must not be opened.
    """
    report(Progress(State.VERIFYING, 0, 0))
    candidate = recognise(path)
    require_openable(candidate.kind, candidate.paths, opened)
    ledger = Ledger(candidate.size, report)
    try:
        model = _described(candidate, own_id(candidate.name, taken), stop, ledger)
    except Stopped:
        return None, ledger.end(State.CANCELLED)
    except DownloadError as error:
        return None, ledger.end(State.FAILED, str(error))
    ended = install_files(
        model, candidate.sources, models_dir, stop=stop, report=report, space=space
    )
    if ended.state is not State.DONE:
        return None, ended
    folder = models_dir / model.kind / model.id
    try:
        with disk_faults_said(folder):
            write_own(model, folder)
    except DownloadError as error:
        remove(model, models_dir)
        return None, ledger.end(State.FAILED, str(error))
    opened.remember(model.paths(folder))
    return model, ended


def _described(candidate: Candidate, model_id: str, stop: Stop, ledger: Ledger) -> Model:
    """Return the candidate as a model whose files are known by what they are now."""
    files: list[ModelFile] = []
    for name, path in candidate.sources.items():
        digest, size = hashlib.sha256(), 0
        with disk_faults_said(path), path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                stop.check()
                digest.update(piece)
                size += len(piece)
                ledger.tell(State.VERIFYING, size)
        files.append(ModelFile(name, size, digest.hexdigest()))
        ledger.settle(size)
    size = sum(file.size for file in files)
    return Model(
        id=model_id,
        kind=candidate.kind,
        name=candidate.name,
        languages=candidate.languages,
        licence=candidate.licence,
        files=tuple(files),
        memory=size * 11 // 10 + _ROOM_FOR_CONTEXT,
        own=True,
    )

"""Models that other programs have already fetched, in the Hugging Face cache.

The cache is a folder layout: models--OWNER--NAME/snapshots/REVISION/FILE, each file a link into
blobs/. No library is needed to read it, and nothing in it is changed. Rule: any thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from her_desktop.catalogue import Model
from her_desktop.inference.protocols import ModelError
from her_desktop.library.news import Found
from her_desktop.library.recognition import recognise

_MOST = 40
"""Models shown at most: a longer list helps nobody."""


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the cache lies, by the variables that the programs which fill it follow."""
    if chosen := environment.get("HF_HUB_CACHE") or environment.get("HUGGINGFACE_HUB_CACHE"):
        return Path(chosen).expanduser()
    if home := environment.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    root = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(root).expanduser() / "huggingface" / "hub"


def search(cache: Path) -> list[Found]:
    """Return the models in the cache that could be used, the newest revision of each."""
    found: list[Found] = []
    for path in _places(cache):
        try:
            candidate = recognise(path)
            found.append(Found(candidate.kind, candidate.name, path, candidate.size))
        except (ModelError, OSError):
            continue  # most of what lies there is for other programs
        if len(found) == _MOST:
            break
    return found


def cached(model: Model, cache: Path) -> Path | None:
    """Return the folder of the cache that has every file of a catalogued model, as by its sizes."""
    if model.source is None:
        return None
    repository = "models--" + model.source.repository.replace("/", "--")
    snapshot = cache / repository / "snapshots" / model.source.revision / model.source.folder
    sizes = zip(model.files, model.paths(snapshot), strict=True)
    return snapshot if all(_has_size(path, file.size) for file, path in sizes) else None


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _places(cache: Path) -> Iterator[Path]:
    """Yield what may be a model: a folder with model.bin, a GGUF file, a voice."""
    for repository in sorted(cache.glob("models--*")):
        snapshots = sorted(repository.glob("snapshots/*"), key=_age)
        if not snapshots:
            continue
        newest = snapshots[-1]
        if (newest / "model.bin").exists():
            yield newest
        yield from sorted(newest.rglob("*.gguf"))
        yield from sorted(newest.rglob("*.onnx"))


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

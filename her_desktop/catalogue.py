"""Every model we know: what it is, under which licence, and which files make it whole.

The entries are data in catalogue.json beside this module. Rule: standard library only, and nothing
is imported to find a file, so that the window and the command line can list models in no time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

_FILE = Path(__file__).with_name("catalogue.json")


class Kind(StrEnum):
    """What a model does; the word also names the folder it is kept in."""

    VAD = "vad"
    STT = "stt"
    LLM = "llm"
    TTS = "tts"
    TURN = "turn"


class Problem(StrEnum):
    """What is wrong with a file of a model."""

    MISSING = "missing"
    WRONG_SIZE = "wrong size"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: its path inside the model's folder, its bytes, its SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Package:
    """An installed package that brings a model: its top-level name and the folder inside it."""

    name: str
    folder: str


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue. The first of `files` is the one that is opened.

    `languages` are two-letter codes; none means that the model does not depend on the language.
    """

    id: str
    kind: Kind
    name: str
    languages: tuple[str, ...]
    licence: str
    files: tuple[ModelFile, ...]
    package: Package | None = None

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)

    def paths(self, where: Path) -> list[Path]:
        """Return where its files lie in the folder `where`, the one that is opened first."""
        return [where.joinpath(*PurePosixPath(file.path).parts) for file in self.files]


def read_catalogue(path: Path = _FILE) -> dict[str, Model]:
    """Return the models by id, in the order of the file.

    Raises ValueError for an entry that is incomplete, double or names a file outside its folder.
    """
    models: dict[str, Model] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["models"]:
        model = _model(entry)
        if model.id in models:
            raise ValueError(f"the catalogue has two models {model.id}")
        models[model.id] = model
    return models


def locate(model: Model, folders: Sequence[Path]) -> Path | None:
    """Return the folder that has every file of `model`, None where none has.

    `folders` come first, each asked for <kind>/<id>/; then the package that brings the model, if
    it is installed.
    """
    places = [folder / model.kind / model.id for folder in folders]
    places.extend(_package_folders(model.package))
    return next(
        (place for place in places if all(path.is_file() for path in model.paths(place))), None
    )


def verify(model: Model, where: Path) -> list[tuple[str, Problem]]:
    """Return the files in the folder `where` that are not as they should be, with the reason.

    Every byte is read: a second for some hundred megabytes.
    """
    found: list[tuple[str, Problem]] = []
    for file, path in zip(model.files, model.paths(where), strict=True):
        if problem := _problem(file, path):
            found.append((file.path, problem))
    return found


def _problem(file: ModelFile, path: Path) -> Problem | None:
    try:
        if not path.is_file():
            return Problem.MISSING
        if path.stat().st_size != file.size:
            return Problem.WRONG_SIZE
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return Problem.UNREADABLE
    return None if found == file.sha256 else Problem.DAMAGED


def _package_folders(package: Package | None) -> list[Path]:
    """Return where a package's models may lie, found without importing the package."""
    if package is None:
        return []
    # Only a top-level name is looked up: a dotted one would import its parents.
    spec = find_spec(package.name)
    roots = spec.submodule_search_locations if spec else None
    return [Path(root).joinpath(*PurePosixPath(package.folder).parts) for root in roots or []]


def _model(entry: dict[str, Any]) -> Model:
    try:
        package = entry.get("package")
        model = Model(
            id=entry["id"],
            kind=Kind(entry["kind"]),
            name=entry["name"],
            languages=tuple(entry["languages"]),
            licence=entry["licence"],
            files=tuple(ModelFile(f["path"], f["size"], f["sha256"]) for f in entry["files"]),
            package=Package(package["name"], package["folder"]) if package else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the catalogue entry {entry.get('id')} is incomplete") from error
    places = [file.path for file in model.files] + ([package["folder"]] if package else [])
    if not model.files or not all(map(_stays_inside, places)):
        raise ValueError(f"the catalogue entry {model.id} names a file outside its folder")
    if package and "." in package["name"]:
        raise ValueError(f"the catalogue entry {model.id} names no top-level package")
    return model


def _stays_inside(path: str) -> bool:
    # A colon would name a drive, a backslash another folder, on Windows.
    parts = PurePosixPath(path).parts
    return ".." not in parts and not path.startswith("/") and not set(path) & set(":\\")

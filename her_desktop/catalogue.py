"""Every model we know: what it is, under which licence, and which files make it whole.

The entries are data in catalogue.json beside this module. Rule: standard library only, and nothing
is imported to find a file, so that the window and the command line can list models in no time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

_FILE = Path(__file__).with_name("catalogue.json")

HUB = "https://huggingface.co"
"""Where the repositories of the catalogue lie, unless the user's programs are told of a mirror."""

NON_COMMERCIAL = "Its licence does not allow commercial use."
READS_AGAIN = (
    "It reads the whole conversation again before every answer, so it is slower to answer than "
    "its size suggests."
)

_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_SHA256 = re.compile("[0-9a-f]{64}")
_COMMIT = re.compile("[0-9a-f]{40}")


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
class Source:
    """Where a model is published: a repository, its revision and the folder inside it.

    The revision is a commit, so that nobody can put another file in its place.
    """

    repository: str
    revision: str
    folder: str = ""

    def url(self, path: str, hub: str = HUB) -> str:
        """Return the address of the file `path` of a model."""
        place = quote(str(PurePosixPath(self.folder) / path))
        return f"{hub.rstrip('/')}/{self.repository}/resolve/{self.revision}/{place}"


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue. The first of `files` is the one that is opened.

    `languages` are two-letter codes; none means that the model does not depend on the language.
    `memory` is what it needs while it runs, in bytes and roughly; 0 where that is next to nothing.
    `fits` names the machines it was chosen for: "cpu", or the gigabytes of a graphics card.
    `keeps_prefix` tells whether it can go on from what it has read; a model with a sliding window
    or a recurrent state cannot.
    """

    id: str
    kind: Kind
    name: str
    languages: tuple[str, ...]
    licence: str
    files: tuple[ModelFile, ...]
    package: Package | None = None
    source: Source | None = None
    memory: int = 0
    fits: tuple[str, ...] = ()
    non_commercial: bool = False
    keeps_prefix: bool = True
    own: bool = False
    """The user brought it: its files are known by what they were then, its maker by nobody."""

    @property
    def offered(self) -> bool:
        """Whether it can be downloaded."""
        return self.source is not None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody should know before choosing it, a sentence each."""
        remarks = {NON_COMMERCIAL: self.non_commercial, READS_AGAIN: not self.keeps_prefix}
        return tuple(sentence for sentence, holds in remarks.items() if holds)

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)

    def paths(self, where: Path) -> list[Path]:
        """Return where its files lie in the folder `where`, the one that is opened first."""
        return [where.joinpath(*PurePosixPath(file.path).parts) for file in self.files]


def hub_address(environment: Mapping[str, str] = os.environ) -> str:
    """Return where to fetch models from: a mirror by the variable that other programs follow, too.

    Whatever it sends is compared with the catalogue's hashes.
    """
    mirror = environment.get("HF_ENDPOINT", "")
    return mirror if mirror.startswith(("https://", "http://")) else HUB


def read_catalogue(path: Path = _FILE) -> dict[str, Model]:
    """Return the models by id, in the order of the file.

    Raises ValueError for an entry that is incomplete, double or names a file outside its folder.
    """
    models: dict[str, Model] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["models"]:
        model = model_from(entry)
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


def entry_of(model: Model) -> dict[str, Any]:
    """Return a model that the user brought as an entry that `model_from` reads."""
    return {
        "id": model.id,
        "kind": model.kind.value,
        "name": model.name,
        "languages": list(model.languages),
        "licence": model.licence,
        "memory": model.memory,
        "keeps_prefix": model.keeps_prefix,
        "own": True,
        "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in model.files],
    }


def model_from(entry: dict[str, Any]) -> Model:
    """Return the model of one entry.

    Raises ValueError where it is incomplete or names a file outside its folder.
    """
    try:
        package, source = entry.get("package"), entry.get("source")
        model = Model(
            id=entry["id"],
            kind=Kind(entry["kind"]),
            name=entry["name"],
            languages=tuple(entry["languages"]),
            licence=entry["licence"],
            files=tuple(ModelFile(f["path"], f["size"], f["sha256"]) for f in entry["files"]),
            package=Package(package["name"], package["folder"]) if package else None,
            source=Source(**source) if source else None,
            memory=entry.get("memory", 0),
            fits=tuple(entry.get("fits", ())),
            non_commercial=entry.get("non_commercial", False),
            keeps_prefix=entry.get("keeps_prefix", True),
            own=entry.get("own", False),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("a catalogue entry is incomplete") from error
    places = [file.path for file in model.files] + ([package["folder"]] if package else [])
    places += [model.source.folder] if model.source else []
    if not _NAME.fullmatch(model.id):
        raise ValueError(f"the catalogue entry {model.id} names no folder of its own")
    if not all(_SHA256.fullmatch(file.sha256) for file in model.files):
        raise ValueError(f"the catalogue entry {model.id} has a file whose hash is unknown")
    if model.source and not _COMMIT.fullmatch(model.source.revision):
        raise ValueError(f"the catalogue entry {model.id} names no fixed revision")
    if not model.files or not all(map(_stays_inside, places)):
        raise ValueError(f"the catalogue entry {model.id} names a file outside its folder")
    if package and "." in package["name"]:
        raise ValueError(f"the catalogue entry {model.id} names no top-level package")
    return model


def _stays_inside(path: str) -> bool:
    # A colon would name a drive, a backslash another folder, on Windows.
    parts = PurePosixPath(path).parts
    return ".." not in parts and not path.startswith("/") and not set(path) & set(":\\")

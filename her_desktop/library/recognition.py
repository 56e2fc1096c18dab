"""What a file or a folder of the user's is, as a model.

Rule: looks at names and contents, opens nothing with a library and copies nothing. Any thread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from her_desktop.catalogue import Kind
from her_desktop.inference.gguf_check import require_whole_gguf
from her_desktop.inference.loading import read_json
from her_desktop.inference.opening import look_at, require_no_pickle
from her_desktop.inference.protocols import ModelError

UNKNOWN_LICENCE = "unknown"

_WHISPER_FILES = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "vocabulary.txt",
    "vocabulary.json",
    "preprocessor_config.json",
)
_SPLIT = re.compile(r"-\d{5}-of-\d{5}$")
_UNSAFE = re.compile(r"[^\w.-]", re.ASCII)
_CACHED = re.compile(r"models--.+?--(.+)")


@dataclass(frozen=True)
class Candidate:
    """A model that may be taken in: `sources` says where each of its files lies.

    The keys are its files' names in the model's own folder, the one that is opened first.
    """

    kind: Kind
    name: str
    sources: Mapping[str, Path]
    languages: tuple[str, ...] = ()
    licence: str = UNKNOWN_LICENCE

    @property
    def paths(self) -> list[Path]:
        """Where the files lie, in order."""
        return list(self.sources.values())

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(path.stat().st_size for path in self.paths)


def recognise(path: Path) -> Candidate:
    """Return the model that `path`, a file or a folder, is.

    Raises ModelError, in words, for what is no model, not whole, or not safe.
    """
    try:
        candidate = _folder(path) if path.is_dir() else _file(path)
        look_at(candidate.kind, candidate.paths)
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror or 'unknown reason'}."
        ) from error
    return candidate


def _folder(folder: Path) -> Candidate:
    if (folder / "model.bin").is_file():
        return _whisper(folder)
    models = sorted(folder.glob("*.gguf")) + sorted(folder.glob("*.onnx"))
    if len(models) == 1:
        _require_inside(models[0], folder)
        return _file(models[0])
    if models:
        raise ModelError(
            f"The folder {folder} holds several models. Please choose one of the files in it."
        )
    for pattern in ("*.pt", "*.pth", "*.pkl", "*.ckpt", "pytorch_model*.bin"):
        for path in folder.glob(pattern):
            require_no_pickle(path)
            raise _unknown(path)
    raise _unknown(folder)


def _file(path: Path) -> Candidate:
    name = path.name
    if name.endswith((".onnx", ".onnx.json")):
        return _voice(path.with_name(name.removesuffix(".json")))
    if name == "model.bin":
        return _whisper(path.parent)
    require_no_pickle(path)
    if path.suffix == ".gguf" or _starts_with_gguf(path):
        return _language_model(path)
    raise _unknown(path)


def _language_model(path: Path) -> Candidate:
    if _SPLIT.search(path.stem):
        raise ModelError(
            f"The file {path.name} is one of several parts of a model. Please choose a model that "
            "is one file."
        )
    head = require_whole_gguf(path)
    return Candidate(
        Kind.LLM,
        path.stem,
        {_safe(path.stem) + ".gguf": path},
        licence=head.text("general.license") or UNKNOWN_LICENCE,
    )


def _whisper(folder: Path) -> Candidate:
    cached = _CACHED.fullmatch(folder.parent.parent.name) if _is_snapshot(folder) else None
    sources = {name: folder / name for name in _WHISPER_FILES if (folder / name).exists()}
    for path in sources.values():
        _require_inside(path, folder)
    return Candidate(Kind.STT, cached[1] if cached else folder.name, sources)


def _voice(path: Path) -> Candidate:
    config = next(
        (c for c in (path.with_name(path.name + ".json"), path.with_suffix(".json")) if c.exists()),
        None,
    )
    if config is None:
        raise ModelError(
            f"The voice {path.name} has no description {path.name}.json beside it. "
            "Please get both files."
        )
    values = read_json(config)
    language = values.get("language")
    code = str(language.get("code", "")) if isinstance(language, dict) else ""
    safe = _safe(path.stem)
    return Candidate(
        Kind.TTS,
        path.stem,
        {f"{safe}.onnx": path, f"{safe}.onnx.json": config},
        languages=(code[:2],) if re.match("[a-z]{2}", code) else (),
    )


def _is_snapshot(folder: Path) -> bool:
    """Tell whether a folder is one of the Hugging Face cache, whose files are links by design."""
    return folder.parent.name == "snapshots"


def _require_inside(path: Path, folder: Path) -> None:
    """Refuse a link that leads out of the folder that the user chose."""
    root = folder.parent.parent if _is_snapshot(folder) else folder
    if not path.resolve().is_relative_to(root.resolve()):
        raise ModelError(
            f"The file {path.name} is a link that leads out of {folder}, which is not safe. "
            "Please choose the folder that holds the files themselves."
        )


def _starts_with_gguf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"GGUF"


def _safe(name: str) -> str:
    """Return a name that stays in its folder on every system."""
    return _UNSAFE.sub("_", name).lstrip(".-") or "model"


def _unknown(path: Path) -> ModelError:
    return ModelError(
        f"{path} is no model that can be used here. Please choose a GGUF file, a folder with a "
        "CTranslate2 Whisper model, or a Piper voice with its json."
    )

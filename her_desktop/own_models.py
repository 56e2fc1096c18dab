"""The models that the user brought: one own.json in the folder of each, in the catalogue's form.

Rule: standard library and the catalogue only. What cannot be read is left out, never an error: a
spoiled file beside one model must not hide the others.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from her_desktop.catalogue import Kind, Model, entry_of, model_from
from her_desktop.files import write_whole

OWN_FILE = "own.json"

_LARGEST = 1 << 20
_LONGEST_ID = 60


def read_own(models_dir: Path) -> dict[str, Model]:
    """Return the models that the user brought into `models_dir`, by id, in the order of names."""
    found: dict[str, Model] = {}
    for kind in (Kind.STT, Kind.LLM, Kind.TTS):
        for path in sorted((models_dir / kind).glob(f"*/{OWN_FILE}")):
            model = _read(path)
            # An entry that was moved or edited speaks for no other model than that of its folder.
            if model and model.own and (model.kind, model.id) == (kind, path.parent.name):
                found[model.id] = model
    return found


def write_own(model: Model, folder: Path) -> None:
    """Write a model's entry into its folder, whole or not at all. Raises OSError."""
    text = json.dumps(entry_of(model), ensure_ascii=False, indent=2)
    write_whole(folder / OWN_FILE, text.encode(), durable=True)


def own_id(name: str, taken: Collection[str]) -> str:
    """Return an id for a model of that name which is not `taken`, fit to be a folder's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9.]+", "-", plain.lower()).strip("-.")[:_LONGEST_ID] or "model"
    number, made = 1, f"own-{slug}"
    while made in taken:
        number += 1
        made = f"own-{slug}-{number}"
    return made


def _read(path: Path) -> Model | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        model = model_from(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return model if _is_sound(model) else None


def _is_sound(model: Model) -> bool:
    """Tell whether every value is of its kind: anybody may have edited the file."""
    words = (model.name, model.licence, *model.languages)
    numbers = (model.memory, *(file.size for file in model.files))
    return all(isinstance(word, str) for word in words) and all(
        isinstance(number, int) and number >= 0 for number in numbers
    )

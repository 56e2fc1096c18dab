"""`her-desktop models`: what is here, and whether it is what it should be."""

from __future__ import annotations

import json
import sys

from her_desktop import catalogue
from her_desktop.inference.protocols import ModelError
from her_desktop.paths import shipped_models_dir
from her_desktop.wiring import Models


def list_models(models: Models, *, as_json: bool) -> int:
    """Print every model of the catalogue with its place, or that it is not installed."""
    folders = (models.paths.models_dir, shipped_models_dir())
    rows = [(entry, catalogue.locate(entry, folders)) for entry in catalogue.entries()]
    if as_json:
        listed = [
            {
                "id": entry.id,
                "kind": str(entry.kind),
                "name": entry.name,
                "languages": list(entry.languages),
                "licence": entry.licence,
                "size": entry.size,
                "path": None if where is None else str(where),
            }
            for entry, where in rows
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    for entry, where in rows:
        place = "not installed" if where is None else str(where)
        size = f"{entry.size / 1e6:.0f} MB"
        print(f"{entry.kind:<5} {entry.id:<26} {size:>8}  {entry.licence:<14} {place}")
    return 0


def verify_models(models: Models, ids: list[str]) -> int:
    """Compare files with sizes and checksums; print one line a model, return 1 on any fault."""
    folders = (models.paths.models_dir, shipped_models_dir())
    for unknown in [name for name in ids if catalogue.find(name) is None]:
        raise ModelError(f"No model named {unknown} is known; `models list` shows them all.")
    broken = 0
    for entry in catalogue.entries():
        if ids and entry.id not in ids:
            continue
        where = catalogue.locate(entry, folders)
        if where is None:
            if entry.id in ids:
                broken += 1
                print(f"{entry.id}: not installed", file=sys.stderr)
            continue
        faults = catalogue.verify(entry, where)
        broken += bool(faults)
        for name, problem in faults:
            print(f"{entry.id}: {name}: {problem}", file=sys.stderr)
        if not faults:
            print(f"{entry.id}: ok")
    return 1 if broken else 0

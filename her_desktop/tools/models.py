"""`her-desktop models`: what is here, and whether it is what it should be."""

from __future__ import annotations

import json
import sys

from her_desktop.catalogue import verify
from her_desktop.inference.protocols import ModelError
from her_desktop.wiring import Models


def list_models(models: Models, *, as_json: bool) -> int:
    """Print every model of the catalogue with its place, or that it is not installed."""
    rows = [(model, models.locate(model)) for model in models.known.values()]
    if as_json:
        listed = [
            {
                "id": model.id,
                "kind": model.kind.value,
                "name": model.name,
                "languages": list(model.languages),
                "licence": model.licence,
                "size": model.size,
                "path": None if where is None else str(where),
            }
            for model, where in rows
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    for model, where in rows:
        place = "not installed" if where is None else str(where)
        size = f"{model.size / 1e6:.0f} MB"
        print(f"{model.kind.value:<5} {model.id:<26} {size:>8}  {model.licence:<14} {place}")
    return 0


def verify_models(models: Models, ids: list[str]) -> int:
    """Compare files with sizes and checksums; print one line a model, return 1 on any fault."""
    for unknown in [model_id for model_id in ids if model_id not in models.known]:
        raise ModelError(f"No model is named {unknown}; `models list` shows them all.")
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

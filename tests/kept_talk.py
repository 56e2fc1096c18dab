"""What was kept of the talk, read as another program would: JSON, a line for each answer."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from her_desktop.conversation_log import Exchange


def read_day(path: Path) -> list[Exchange]:
    """Return what was said on a day. Every line must be whole."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Exchange(datetime.fromisoformat(line["at"]), line["user"], line["assistant"])
        for line in lines
    ]

"""Ready-made texts of who the assistant is, read from the assets.

Rule: data; a file that cannot be read offers none. GUI thread only.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from her_desktop.paths import assets_dir
from her_desktop.ui.translation import language_of_window

_log = logging.getLogger(__name__)


def personas(spoken_language: str) -> list[tuple[str, str]]:
    """Return name and text of each: named in the window's language, written in the spoken one."""
    window_language = language_of_window()
    try:
        listed = json.loads(_file().read_text(encoding="utf-8"))["personas"]
        return [(each["name"][window_language], each["prompt"][spoken_language]) for each in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("no ready-made personas (%s)", type(error).__name__)
        return []


def own_persona(spoken_language: str) -> str:
    """Return the text that stands where the user wrote none, "" where it cannot be read."""
    try:
        path = assets_dir() / "prompts" / f"{spoken_language}.txt"
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        _log.warning("no persona (%s)", type(error).__name__)
        return ""


def _file() -> Path:
    return assets_dir() / "prompts" / "personas.json"

"""What the user chose, in one JSON file that a broken line cannot spoil.

Rule: `Settings` is a value; whoever changes it makes a new one and saves it. A field that cannot
be read falls back to its default alone, and keys that this version does not know are kept.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

_log = logging.getLogger(__name__)

VERSION = 1
"""The shape of the file; a later shape brings a migration from the raw data."""


@dataclass(frozen=True)
class Settings:
    """Every choice, with its default. An empty name means: follow the system."""

    input_device: str = ""
    output_device: str = ""
    muted: bool = False
    stt_model: str = "whisper-tiny.en"
    llm_model: str = "smollm2-135m-instruct"
    tts_model: str = "piper-en_US-joe-medium"
    language: str = "auto"
    """What is spoken to the assistant: "auto" or a two-letter code."""
    interface_language: str = "auto"
    """The language of the window: "auto" follows the system, else "en" or "fr"."""
    persona: str = ""
    """The system prompt; empty means the one that comes with the program."""
    answer_tokens: int = 160
    """The longest answer, in tokens."""
    context_tokens: int = 4096
    threads: int = 0
    """Threads a model may use; 0 means as many as the machine has cores, at most 8."""
    show_performance: bool = True
    listen_mode: str = "hold"
    """How the user talks, as it was last: a word of `--listen`."""
    keep_in_tray: bool = True
    """Closing the window leaves the program in the tray, where there is one."""
    tray_was_explained: bool = False
    """The user has been told once that a closed window is still there."""
    tray_colors: str = "auto"
    """What the tray's icon is drawn in: "auto" follows the system's panel."""
    talk_key: str = ""
    """The key that works outside the window; empty means none."""
    talk_key_problem: str = ""
    """Why the talk key did not work, as the user was last told; not said again until it changes."""
    talk_key_toggles: bool = False
    """The talk key is pressed to begin and again to end, rather than held."""
    window_width: int = 1000
    window_height: int = 720
    unknown: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Keys of the file that this version does not know, written back as they were."""

    def changed(self, **choices: Any) -> Settings:
        """Return a copy with some choices replaced."""
        return replace(self, **choices)


_LIMITS = {
    "answer_tokens": (8, 4096),
    "context_tokens": (512, 131_072),
    "threads": (0, 256),
    "window_width": (480, 20_000),
    "window_height": (400, 20_000),
}
_CHOICES = {
    "listen_mode": ("hold", "always", "wake"),
    "tray_colors": ("auto", "light", "dark", "colored"),
}
_LONGEST = {"talk_key": 64}
_KNOWN = {item.name: item for item in fields(Settings) if item.name != "unknown"}


def load_settings(path: Path) -> tuple[Settings, str]:
    """Read the settings and return them with one plain sentence for the user, or "".

    A missing file gives the defaults; a file that is no JSON object is set aside as `.broken`.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, ValueError) as error:
        return Settings(), _set_aside(path, error)
    if not isinstance(raw, dict):
        return Settings(), _set_aside(path, TypeError("not a JSON object"))
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in raw.items():
        if name not in _KNOWN:
            continue
        if _fits(name, value):
            kept[name] = value
        else:
            dropped.append(name)
    unknown = {k: v for k, v in raw.items() if k not in _KNOWN and k != "version"}
    settings = Settings(**kept, unknown=MappingProxyType(unknown))
    if not dropped:
        return settings, ""
    _log.warning("settings reset to their defaults: %s", ", ".join(dropped))
    return settings, (
        f"Some settings could not be read and are back at their defaults: {', '.join(dropped)}."
    )


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings so that a crash leaves either the old file or the new one."""
    values = {name: getattr(settings, name) for name in _KNOWN}
    save_json({**settings.unknown, **values, "version": VERSION}, path)


def save_json(values: Mapping[str, Any], path: Path, *, durable: bool = True) -> None:
    """Write a JSON object so that a crash leaves either the old file or the new one.

    What is not `durable` may be lost where the whole machine fails: it does not wait for the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, indent=2) + "\n"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _fits(name: str, value: object) -> bool:
    default = _KNOWN[name].default
    if type(value) is not type(default):
        return False
    if isinstance(value, int) and name in _LIMITS:
        low, high = _LIMITS[name]
        return low <= value <= high
    if isinstance(value, str):
        return value in _CHOICES.get(name, (value,)) and len(value) <= _LONGEST.get(
            name, len(value)
        )
    return True


def _set_aside(path: Path, error: Exception) -> str:
    aside = path.with_suffix(path.suffix + ".broken")
    _log.warning("settings unreadable (%s), kept as %s", type(error).__name__, aside.name)
    try:
        os.replace(path, aside)
    except OSError:
        return "The settings could not be read, so the defaults are in use."
    return f"The settings could not be read; defaults are in use, the old file is {aside}."

"""What the user chose, in one JSON file that a broken line cannot spoil.

Rule: `Settings` is a value; whoever changes it makes a new one and saves it. A field that cannot
be read falls back to its default alone, and keys that this version does not know are kept.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from her_desktop.files import write_whole
from her_desktop.salvage import is_shallow, is_text, readable_values

_log = logging.getLogger(__name__)

VERSION = 2
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
    cancel_echo: bool = True
    """Take the assistant's own voice out of what the microphone hears."""
    suppress_noise: bool = False
    automatic_gain: bool = False
    """Let the program raise and lower the microphone's level by itself."""
    listening_sounds: bool = False
    """A short sound when listening begins and ends."""
    release_models_after: int = 0
    """Minutes without a word after which the models leave the memory; 0 means never."""
    wake_phrase: str = "hey_jarvis"
    own_wake_phrase: str = ""
    """What is said to wake it where `wake_phrase` is "own"."""
    wake_threshold: float = 0.5
    """How sure the wake word must be, 0 to 1."""
    follow_up: float = 8.0
    """How long it goes on listening after an answer without the wake word, in seconds."""
    speaking_rate: float = 1.0
    """How fast the voice speaks: 2 is twice as fast."""
    voice_variation: float = 1.0
    """How lively the voice is: 0 says a sentence alike each time."""
    keep_history: bool = False
    """Write what was said to the disk; off unless the user asks for it."""
    history_days: int = 30
    """Days after which what was kept is deleted."""
    stt_device: str = "auto"
    llm_device: str = "auto"
    tts_device: str = "auto"
    gpu_layers: int = -1
    """Layers of the language model on the GPU; -1 means all that fit."""
    speculation: int = 3
    """How many guesses at an answer may be begun before the user has finished."""
    start_at_login: bool = False
    was_welcomed: bool = False
    """The first steps were shown, or skipped."""
    theme: str = "auto"
    """What the window is drawn in: "auto" follows the system."""
    window_width: int = 1000
    window_height: int = 720
    unknown: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Keys of the file that this version does not know, written back as they were."""

    def changed(self, **choices: Any) -> Settings:
        """Return a copy with some choices replaced."""
        return replace(self, **choices)


LIMITS: Mapping[str, tuple[float, float]] = {
    "answer_tokens": (8, 4096),
    "context_tokens": (512, 131_072),
    "threads": (0, 256),
    "release_models_after": (0, 1440),
    "wake_threshold": (0.0, 1.0),
    "follow_up": (0.0, 60.0),
    "speaking_rate": (0.5, 2.0),
    "voice_variation": (0.0, 1.5),
    "history_days": (1, 3650),
    "gpu_layers": (-1, 1000),
    "speculation": (0, 3),
    "window_width": (480, 20_000),
    "window_height": (400, 20_000),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "interface_language": ("auto", "en", "fr"),
    "listen_mode": ("hold", "always", "wake"),
    "tray_colors": ("auto", "light", "dark", "colored"),
    "wake_phrase": ("hey_jarvis", "okay_nabu", "hey_mycroft", "own"),
    "stt_device": ("auto", "cpu", "gpu"),
    "llm_device": ("auto", "cpu", "gpu"),
    "tts_device": ("auto", "cpu", "gpu"),
    "theme": ("auto", "light", "dark"),
}
_LONGEST = {"persona": 20_000, "own_wake_phrase": 60, "talk_key": 64}
_LONGEST_TEXT = 1000
"""Letters of every other text."""
_LANGUAGE = re.compile("auto|[a-z]{2,3}")

_KNOWN = {item.name: item for item in fields(Settings) if item.name != "unknown"}

_MOST_BYTES = 4_000_000
"""What is longer than this is no file of ours."""
_DEEPEST = 32
"""Levels of an unknown value that are carried along; what is deeper could not be written again."""


def _from_version_1(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever has settings of that time knows the program, and needs no first steps."""
    return {"was_welcomed": True, **raw}


_MIGRATIONS: Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]] = {1: _from_version_1}
"""How the raw data of a version becomes that of the next one. Raw data may hold anything."""


def load_settings(path: Path) -> tuple[Settings, str]:
    """Read the settings and return them with one plain sentence for the user, or "".

    A missing file gives the defaults. A value that does not fit falls back alone, and the file as
    it was stays as `.bak`; a file that is no JSON object is set aside as `.broken`, and whatever
    can still be read in it is kept.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), _set_aside(path, error)
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        return _salvaged(path, content, error)
    if not isinstance(raw, dict):
        return Settings(), _set_aside(path, TypeError("not a JSON object"))
    settings, dropped = _fitting(raw)
    if not dropped:
        return settings, ""
    _log.warning("settings reset to their defaults: %s", ", ".join(dropped))
    _keep_copy(path, content)
    return settings, (
        f"Some settings could not be read and are back at their defaults: {', '.join(dropped)}."
    )


def _fitting(raw: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """Return what is made of raw data of any version, and the names of what had to be left out."""
    version = raw.get("version")
    version = version if type(version) is int else VERSION
    for earlier in range(max(1, version), VERSION):
        raw = _MIGRATIONS[earlier](raw)
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    unknown: dict[str, Any] = {}
    for name, value in raw.items():
        if name in _KNOWN and _fits(name, value):
            kept[name] = _converted(name, value)
        elif name not in _KNOWN and name != "version" and is_shallow(value, _DEEPEST):
            unknown[name] = value
        elif name != "version":
            dropped.append(name)
    if version > VERSION:
        # The program that wrote it will read it again, and must not take it for an old one.
        unknown["version"] = version
    return Settings(**kept, unknown=MappingProxyType(unknown)), dropped


def _salvaged(path: Path, content: bytes, error: Exception) -> tuple[Settings, str]:
    """Return what can be read of a file that is no JSON, which is set aside."""
    settings, _ = _fitting(readable_values(content, [*_KNOWN, "version"]))
    sentence = _set_aside(path, error)
    if settings == Settings():
        return settings, sentence
    try:
        # Otherwise the next start would find no file at all.
        save_settings(settings, path)
    except OSError as problem:
        _log.warning("the settings that could be read cannot be saved: %s", problem.strerror)
    return settings, (
        "The settings file was damaged; what could be read of it is kept. "
        "Please look through the settings."
    )


def save_settings(settings: Settings, path: Path, *, durable: bool = True) -> None:
    """Write the settings so that a crash leaves either the old file or the new one."""
    values = {name: getattr(settings, name) for name in _KNOWN}
    save_json({**values, "version": VERSION, **settings.unknown}, path, durable=durable)


def save_json(values: Mapping[str, Any], path: Path, *, durable: bool = True) -> None:
    """Write a JSON object so that a crash leaves either the old file or the new one.

    What is not `durable` may be lost where the whole machine fails: it does not wait for the disk.
    """
    text = json.dumps(values, indent=2) + "\n"
    write_whole(path, text.encode(), durable=durable)


def _fits(name: str, value: object) -> bool:
    default = _KNOWN[name].default
    # A whole number may stand for one with a fraction, and a bool for neither.
    if type(value) is not type(default) and not (type(default) is float and type(value) is int):
        return False
    if name in LIMITS and isinstance(value, int | float):
        low, high = LIMITS[name]
        return low <= value <= high  # never so for what is not a number
    if isinstance(value, str):
        return (
            value in CHOICES.get(name, (value,))
            and len(value) <= _LONGEST.get(name, _LONGEST_TEXT)
            and (name != "language" or bool(_LANGUAGE.fullmatch(value)))
            and is_text(value)
        )
    return True


def _converted(name: str, value: Any) -> Any:
    return float(value) if type(_KNOWN[name].default) is float else value


def _keep_copy(path: Path, content: bytes) -> None:
    copy = path.with_suffix(path.suffix + ".bak")
    try:
        # It holds the user's own words, like the file itself.
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        _log.warning("%s could not be written: %s", copy.name, error.strerror)


def _set_aside(path: Path, error: Exception) -> str:
    aside = path.with_suffix(path.suffix + ".broken")
    _log.warning("settings unreadable (%s), kept as %s", type(error).__name__, aside.name)
    try:
        os.replace(path, aside)
    except OSError:
        return "The settings could not be read, so the defaults are in use."
    return f"The settings could not be read; defaults are in use, the old file is {aside}."

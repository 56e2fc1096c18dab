"""What the program is made of, with versions and licences, read from what is installed.

Rule: nothing is listed by hand that the packages or the catalogue say themselves. Read when
somebody looks, a package at a time.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from her_desktop import __version__
from her_desktop.catalogue import Model

PROGRAM = "her-desktop"
LICENCE = "GPL-3.0-or-later"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OF_AN_EXTRA = re.compile(r";.*\bextra\s*==")
_OWN_WORDS = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)

_INSIDE = (
    ("espeak-ng", "GPL-3.0-or-later", "piper-tts"),
    ("FFmpeg", "LGPL-2.1-or-later", "av"),
    ("llama.cpp and ggml", "MIT", "llama-cpp-python"),
    ("Qt", "LGPL-3.0-only", "PySide6-Essentials"),
    ("WebRTC audio processing", "BSD-3-Clause", "pywebrtc-audio"),
)
"""Native libraries that lie inside a package whose own licence does not name them."""


@dataclass(frozen=True)
class Piece:
    """One thing that the program is made of. `texts` are the files its licence is written in."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...] = ()


def main_versions() -> dict[str, str]:
    """Return the versions that a bug report begins with, in the order they are shown."""
    found = {"her_desktop": __version__, "Python": platform.python_version()}
    for title, package in (
        ("Qt for Python", "PySide6-Essentials"),
        ("faster-whisper", "faster-whisper"),
        ("CTranslate2", "ctranslate2"),
        ("llama-cpp-python", "llama-cpp-python"),
        ("Piper", "piper-tts"),
        ("ONNX Runtime", "onnxruntime"),
        ("ONNX Runtime (GPU)", "onnxruntime-gpu"),
        ("sounddevice", "sounddevice"),
    ):
        if version := _version(package):
            found[title] = version
    return found


def pieces() -> Iterator[Piece]:
    """Yield the program, then every package it uses and the libraries inside, as they are found.

    Each takes some milliseconds to read, and there are dozens: whoever must not wait takes one at a
    time.
    """
    seen: set[str] = set()
    waiting = [PROGRAM]
    while waiting:
        name = waiting.pop()
        key = _plain(name)
        if key in seen:
            continue
        seen.add(key)
        is_ours = key == _plain(PROGRAM)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            # For another system, or left out because its true needs are fewer; or run from a copy.
            if is_ours:
                yield Piece(PROGRAM, __version__, LICENCE)
            continue
        yield Piece(package.name, package.version, _licence(package), _texts(package))
        for native, licence, around in _INSIDE:
            if _plain(around) == key:
                yield Piece(native, "", licence)
        waiting += _needs(package.requires or (), with_extras=is_ours)


def model_pieces(
    models: Iterable[Model], locate: Callable[[Model], Path | None]
) -> tuple[Piece, ...]:
    """Return the models that are installed; `locate` tells where one lies, None where it is not."""
    return tuple(
        Piece(model.name, "", model.licence) for model in models if locate(model) is not None
    )


def _needs(requirements: Iterable[str], *, with_extras: bool) -> list[str]:
    names = []
    for requirement in requirements:
        if with_extras or not _OF_AN_EXTRA.search(requirement):
            found = _NAME.match(requirement)
            names += [found.group()] if found else []
    return names


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(package: metadata.Distribution) -> str:
    """Return a package's licence in few words: packages say it in three different places."""
    told = package.metadata
    if expressions := told.get_all("License-Expression"):
        return str(expressions[0])
    classes = [
        line.rpartition("::")[2].strip()
        for line in told.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    named = [name for name in classes if name != "OSI Approved"]
    if named:
        return ", ".join(named)
    # Some put the whole text here.
    first = str((told.get_all("License") or [""])[0]).strip().partition("\n")[0].strip()
    return first if 0 < len(first) <= 60 else "see its licence text"


def _texts(package: metadata.Distribution) -> tuple[Path, ...]:
    files = package.files or ()
    named = [
        file
        for file in files
        if ".dist-info" in str(file) and _OWN_WORDS.search(file.name) and file.suffix != ".py"
    ]
    return tuple(Path(str(package.locate_file(file))) for file in named)

"""The text of a desktop entry: what menus, docks and autostart folders of Linux desktops read.

Rule: pure; the format is that of freedesktop.org's Desktop Entry Specification 1.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_GROUP = "[Desktop Entry]"


def exec_line(words: Sequence[str]) -> str:
    """Return the value of `Exec` that runs `words`, whatever letters are in them.

    The specification asks for three rounds: quotes around what is not plain, a backslash before
    what a quoted word may not hold, and the escapes of every string value over the whole.
    """
    return " ".join(map(_quoted, words)).replace("\\", "\\\\")


def with_values(entry: str, values: dict[str, str]) -> str:
    """Return an entry with some of its values replaced, and those it lacked at its end."""
    left = dict(values)
    lines = []
    for line in entry.splitlines():
        key = line.partition("=")[0].strip()
        lines.append(f"{key}={left.pop(key)}" if key in left else line)
    lines += [f"{key}={value}" for key, value in left.items()]
    return "\n".join(lines) + "\n"


def value_of(entry: str, key: str) -> str:
    """Return a value of the entry's main group, "" where it has none."""
    inside = False
    for line in entry.splitlines():
        if line.startswith("["):
            inside = line.strip() == _GROUP
        elif inside and line.partition("=")[0].strip() == key:
            return line.partition("=")[2].strip()
    return ""


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if _PLAIN.fullmatch(word):
        return word
    return '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'

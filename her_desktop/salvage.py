"""What can still be read of a JSON file that somebody or something has broken.

Rule: pure; never raises, whatever the bytes are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_SCALAR = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null')
_AFTER = re.compile(r'\s*[,}"]')
"""What comes behind a value that is whole; a comma may have been lost."""


def readable_values(content: bytes, names: Sequence[str]) -> dict[str, Any]:
    """Return the values of the names that are still there, in files of one level.

    Texts, numbers, true, false and null are found; of a name that is there more than once, the
    last one that can be read counts. A number at the very end may have been cut, and is left out.
    """
    text = content.decode(json.detect_encoding(content), "replace")
    found: dict[str, Any] = {}
    for name in names:
        for match in re.finditer(rf'"{re.escape(name)}"\s*:\s*', text):
            scalar = _SCALAR.match(text, match.end())
            if scalar is None:
                continue
            is_whole = scalar[0][-1] in '"el' or _AFTER.match(text, scalar.end())
            try:
                value = json.loads(scalar[0])
            except ValueError:
                continue  # a number of more digits than Python reads, an escape that is none
            if is_whole:
                found[name] = value
    return found


def is_text(value: str) -> bool:
    """Tell whether a text can be written: JSON may hold halves of letters that nothing can."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_shallow(value: object, levels: int) -> bool:
    """Tell whether a value that came from JSON has at most so many levels inside it."""
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not layer:
            return True
    return False

"""Read the locked requirements where uv alone does not do: the engine that has wheels elsewhere.

Rule: pure functions of texts. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import re
from typing import Optional

from progress import SetupError


def wheel_index(system: str, machine: str) -> Optional[str]:
    """Return the index where the engine's author keeps built wheels for a platform.

    None on Linux, where the engine is built so that it uses all that the processor can do.
    """
    if system.startswith("linux"):
        return None
    kind = "metal" if system == "darwin" and machine == "arm64" else "cpu"
    return f"https://abetlen.github.io/llama-cpp-python/whl/{kind}"


def locked_version(requirements: str, name: str) -> str:
    """Return the version to which the text of a requirements file pins `name`."""
    found = re.search(rf"^{re.escape(name)}==([^\s;]+)", requirements, re.MULTILINE)
    if found is None:
        raise SetupError(f"The locked requirements do not name {name}: restore them.")
    return found.group(1)


def without(requirements: str, name: str) -> str:
    """Return the text of a requirements file less the entry for `name` and its hashes."""
    entry = rf"^{re.escape(name)}==[^\n]*\n(?:[ \t]+[^\n]*\n)*"
    return re.sub(entry, "", requirements, flags=re.MULTILINE)

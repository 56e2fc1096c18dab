"""Read the locked requirements where uv alone does not do: the engine that has wheels elsewhere.

Rule: pure functions of texts. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import re
from typing import Optional

from progress import SetupError

# The newest of CUDA 12 there, the major that everything else here is built for.
_CUDA_WHEELS = "cu125"


def wheel_index(system: str, machine: str, *, cuda: bool = False) -> Optional[str]:
    """Return the index where the engine's author keeps built wheels for a platform.

    None on Linux, where the engine is built so that it uses all that the processor can do; with
    `cuda` there is one, as a build takes NVIDIA's compiler, which few people have.
    """
    if cuda:
        kind = _CUDA_WHEELS
    elif system.startswith("linux"):
        return None
    else:
        kind = "metal" if system == "darwin" and machine == "arm64" else "cpu"
    return f"https://abetlen.github.io/llama-cpp-python/whl/{kind}"


def why_no_cuda(system: str, machine: str) -> str:
    """Return why the packages for CUDA cannot be had on a platform, "" where they can."""
    if system == "darwin":
        return "There is no CUDA on macOS; its own GPU is used without --cuda."
    if machine.lower() not in ("x86_64", "amd64"):
        return f"There are no CUDA packages for this processor ({machine}); leave --cuda out."
    return ""


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

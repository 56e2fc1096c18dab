"""Find what an engine for CUDA takes: NVIDIA's driver with a GPU, and the compiler for it.

Rule: looks and asks, and changes nothing. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Iterable, Mapping, Optional

from progress import said_by

# Another major would need libraries of its own beside those that come with the packages.
_RELEASE = "release 12."
_TOOLKITS = ("/usr/local", "/opt")
# As the driver counts: a thousand times the major, and ten times the minor.
_OLDEST_CUDA = 12000
_DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


def why_no_engine() -> str:
    """Return why an engine for CUDA is of no use on this machine, "" where it is of use.

    Without the driver, to which it is linked, it cannot even run on the processor; and without a
    GPU the compiler does not know what to build for, and builds for one of long ago.
    """
    try:
        driver = ctypes.CDLL(_DRIVER)
    except OSError:
        return f"NVIDIA's driver is not installed ({_DRIVER} is missing)"
    number = ctypes.c_int(0)
    if driver.cuDriverGetVersion(ctypes.byref(number)) != 0 or number.value < _OLDEST_CUDA:
        return "NVIDIA's driver is too old for CUDA 12"
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(number)) != 0:
        return "NVIDIA's driver cannot use its GPU"
    return "" if number.value else "NVIDIA's driver finds no GPU"


def find_nvcc(
    environment: Optional[Mapping[str, str]] = None, toolkits: Iterable[str] = _TOOLKITS
) -> Optional[str]:
    """Return NVIDIA's compiler for CUDA 12, None where it is not installed.

    Several toolkits may stand side by side, and the one that PATH leads to may be of another
    major. `environment` is looked at in place of the process's own, and `toolkits` are the folders
    in which toolkits are installed.
    """
    env = os.environ if environment is None else environment
    for folder in _places(env, toolkits):
        # A search of one folder knows the endings that Windows has for programs.
        found = shutil.which("nvcc", path=folder)
        if found is not None and _RELEASE in (said_by([found, "--version"]) or ""):
            return found
    return None


def settings_for(compiler: str) -> dict[str, str]:
    """Return what has the engine built with that compiler, for the GPUs of this machine."""
    return {
        "cmake.define.GGML_CUDA": "on",
        "cmake.define.CMAKE_CUDA_COMPILER": compiler,
        "cmake.define.CMAKE_CUDA_ARCHITECTURES": "native",
    }


def _places(env: Mapping[str, str], toolkits: Iterable[str]) -> list[str]:
    """Return the folders that may hold the compiler: a person's own choice first."""
    # On Windows every toolkit leaves a CUDA_PATH_V12_9 of its own.
    named = [env[name] for name in sorted(env, key=_digits, reverse=True) if _names_toolkit(name)]
    roots = [str(path) for folder in toolkits for path in Path(folder).glob("cuda*")]
    installed = sorted(roots, key=_digits, reverse=True)
    places = [place for place in env.get("PATH", "").split(os.pathsep) if place]
    return [*places, *(str(Path(root) / "bin") for root in (*named, *installed))]


def _names_toolkit(variable: str) -> bool:
    return variable in ("CUDA_HOME", "CUDA_PATH") or variable.startswith("CUDA_PATH_V")


def _digits(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]

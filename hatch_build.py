"""Compile the sound callbacks while the package is built; hatchling calls this.

Rule: without a working compiler the package is whole, costs more at rest, and its loudspeaker
waits for Python: nothing here fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FOLDER = Path("her_desktop", "audio")
_LIBRARY = "libnative.so"


class NativeCallbackHook(BuildHookInterface):  # type: ignore[misc]  # it publishes no types
    """Puts libnative.so beside native.c, in the tree and in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; `version` is that of the build's kind, `build_data` what the wheel becomes."""
        folder = Path(self.root, _FOLDER)
        if compile_library(folder / "native.c", folder / _LIBRARY):
            build_data["artifacts"].append(f"/{(_FOLDER / _LIBRARY).as_posix()}")
            build_data.update(pure_python=False, infer_tag=True)


def compile_library(source: Path, library: Path) -> bool:
    """Make a library of a C file, and say whether it could be made; an old one is taken away."""
    library.unlink(missing_ok=True)
    if sys.platform == "win32":
        return False
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return False
    unfinished = library.with_suffix(".part")
    command = [*compiler.split(), "-std=c99", "-O2", "-Wall", "-Wextra"]
    command += ["-pthread", "-shared", "-fPIC", "-o", str(unfinished), str(source)]
    try:
        made = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    if made.returncode == 0:
        os.replace(unfinished, library)
    return made.returncode == 0

"""How this very program is started again: by a login, by a menu, by a person.

Rule: standard library only, and nothing is started here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from her_desktop.paths import Paths


def own_command(paths: Paths, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the words that start this program on the same data, by absolute paths.

    An AppImage is named by its own file, since what is inside of it is gone after the run; a frozen
    program by its executable, an installed one by its script, a checkout by its interpreter.
    """
    environment = os.environ if environment is None else environment
    if image := environment.get("APPIMAGE"):
        words: tuple[str, ...] = (image,)
    elif getattr(sys, "frozen", False):
        words = (sys.executable,)
    else:
        suffix = ".exe" if sys.platform == "win32" else ""
        # Not resolved: a link to the interpreter is what makes an environment.
        script = Path(sys.executable).with_name(f"her-desktop{suffix}")
        words = (str(script),) if script.is_file() else (sys.executable, "-m", "her_desktop")
    if paths != Paths.standard():
        words += ("--data-dir", str(paths.data_dir))
    return words

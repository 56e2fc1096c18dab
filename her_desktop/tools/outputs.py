"""Whether a result can be written where it is wanted: asked before the work, not after it.

Rule: the command's own thread; nothing is left behind but the folder that was asked for.
"""

from __future__ import annotations

import os
from pathlib import Path

from her_desktop.inference.protocols import ModelError


def check_folder(folder: Path) -> None:
    """Make a folder that results go into; raises ModelError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ModelError(f"The folder {folder} cannot be made ({why}). Name another.") from error
    if not os.access(folder, os.W_OK):
        raise ModelError(f"The folder {folder} cannot be written to. Name another.")


def check_writable(file: Path) -> None:
    """Raise ModelError where a file cannot be written."""
    if file.is_dir():
        raise ModelError(f"{file} is a folder. Give the name of the file to write.")
    if not file.parent.is_dir():
        raise ModelError(f"There is no folder {file.parent}. Make it, or name another.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise ModelError(f"{file} cannot be written. Choose another place.")

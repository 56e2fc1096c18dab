"""Letting the desktop show a folder.

Rule: asks the desktop and waits for nothing. GUI thread only.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_folder(path: Path) -> bool:
    """Show a folder, or the nearest one above a file or above what is not there yet.

    Returns False where the desktop shows none.
    """
    folder = next(each for each in (path, *path.parents) if each.is_dir())
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

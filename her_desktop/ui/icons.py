"""Our own pictures, drawn once as SVG and coloured as the moment wants.

Rule: an icon file holds shapes in black; the colour is the palette's. A picture is rendered for
the exact pixels it will cover and kept. GUI thread only.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from her_desktop.paths import assets_dir

SIZE = 20
"""Pixels of an icon's side, where nothing else is asked for."""


@lru_cache(maxsize=256)
def icon_pixmap(name: str, tint: str, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """Return `assets/icons/<name>.svg` in the colour `tint` (`#rrggbb`).

    `size` is in logical pixels, `ratio` the screen's physical pixels to one of them. Raises
    FileNotFoundError where there is no such icon.
    """
    drawing = (assets_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("#000", tint).encode()))
    side = max(1, round(size * ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from her_desktop.paths import assets_dir
from her_desktop.ui.icons import icon_pixmap

NAMES = sorted(
    path.stem for path in (assets_dir() / "icons").glob("*.svg") if path.stem != "her-desktop"
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_icon_is_drawn_in_the_asked_colour(
    name: str, ratio: float, qapp: QApplication
) -> None:
    image = icon_pixmap(name, "#b4492f", 24, ratio).toImage()
    assert image.width() == round(24 * ratio)
    solid = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert solid
    wanted = QColor("#b4492f")
    assert all(abs(found.red() - wanted.red()) < 4 for found in solid)
    assert all(abs(found.blue() - wanted.blue()) < 4 for found in solid)


def test_every_icon_is_used_somewhere() -> None:
    import her_desktop.ui

    folder = Path(str(her_desktop.ui.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    assert [name for name in NAMES if f'"{name}"' not in source] == []


def test_an_icon_that_is_not_there_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("no-such-icon", "#000000")

"""Nothing is cut: every page at once and a half the size, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from ui.settings.conftest import World

from her_desktop.conversation.events import EchoMeasured, Reach, TalkKeyChanged
from her_desktop.ui.buttons import IconButton
from her_desktop.ui.settings.confirm import Confirm
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.dialog import SettingsDialog
from her_desktop.ui.settings.fields import Stepper

PAGES = ("general", "sound", "listening", "models", "assistant", "privacy", "advanced", "about")


@pytest.fixture(params=[1.0, 1.5], ids=["100 %", "150 %"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """Let everything be written larger, while the dialog stays as small as it may be."""
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(before.pointSizeF() * request.param)
    qapp.setFont(larger)
    yield request.param
    qapp.setFont(before)


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    if request.param == "fr":
        request.getfixturevalue("french")
    return str(request.param)


def cut(widget: QWidget) -> str:
    """Return how a widget's text does not fit into it, "" where it does."""
    metrics = QFontMetrics(widget.font())
    if isinstance(widget, QLabel):
        if not widget.text():
            return ""
        if widget.wordWrap():
            needed = widget.heightForWidth(widget.width())
            words = widget.text().replace("\u200b", " ").split()
            widest = max(map(metrics.horizontalAdvance, words), default=0)
            return "" if needed <= widget.height() and widest <= widget.width() else "too low"
        needed = widget.sizeHint().width()
        return "" if needed <= widget.width() else "too narrow"
    if isinstance(widget, Choice):
        texts = [widget.itemText(index) for index in range(widget.count())]
        widest = max(map(metrics.horizontalAdvance, texts), default=0)
        room = widget.width() - 44
        return "" if widest <= room and metrics.height() <= widget.height() else "too narrow"
    if isinstance(widget, Stepper):
        field = widget.number_field
        room = field.width() - 8
        texts = [field.text(), field.specialValueText()]
        widest = max(map(QFontMetrics(field.font()).horizontalAdvance, texts))
        return "" if widest <= room else "too narrow"
    if isinstance(widget, QAbstractButton) and not isinstance(widget, IconButton):
        hint = widget.sizeHint()
        fits = hint.width() <= widget.width() and hint.height() <= widget.height()
        return "" if fits else "too small"
    return ""


def beyond(widget: QWidget, ground: QWidget) -> bool:
    """Tell whether a widget reaches over the edge of the page it lies on."""
    left = widget.mapTo(ground, widget.rect().topLeft()).x()
    return left < 0 or left + widget.width() > ground.width()


def faults(dialog: SettingsDialog, page: str) -> list[str]:
    ground = dialog.page(page).widget()
    assert ground is not None
    found = []
    if ground.width() > dialog.page(page).viewport().width():
        found.append(f"the page is wider than its window: {ground.width()}")
    for widget in ground.findChildren(QWidget):
        if not widget.isVisibleTo(ground):
            continue
        what = cut(widget) or ("over the edge" if beyond(widget, ground) else "")
        if what:
            text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            found.append(f"{type(widget).__name__} {text or widget.accessibleName()!r}: {what}")
    return found


@pytest.mark.usefixtures("scale", "language")
def test_nothing_is_cut(world: World) -> None:
    world.change(talk_key="ctrl+alt+space", keep_history=True)
    sentence = (
        "There is no screen that a talk key could be taken from; bind her-desktop control "
        "talk-press and her-desktop control talk-release in the desktop's own settings."
    )
    world.door.handle(
        TalkKeyChanged(at=0.0, key="ctrl+alt+space", reach=Reach.UNAVAILABLE, sentence=sentence)
    )
    world.door.handle(
        EchoMeasured(at=0.0, delay=None, reduction_db=None, works=False, half_duplex=True)
    )
    dialog = world.dialog
    for page in PAGES:
        dialog.show_page(page)
        for question in dialog.page(page).findChildren(Confirm):
            question.button.click()
    for size in (dialog.minimumSize(), dialog.size()):
        dialog.resize(size)
        assert dialog.size() == size
        for page in PAGES:
            dialog.show_page(page)
            QApplication.processEvents()
            assert faults(dialog, page) == [], page


@pytest.mark.usefixtures("scale", "language")
def test_the_titles_of_the_pages_are_whole(world: World) -> None:
    pages = world.dialog.sidebar.list
    for row in range(pages.count()):
        item = pages.item(row)
        room = pages.visualItemRect(item).width() - 52
        assert QFontMetrics(pages.font()).horizontalAdvance(item.text()) <= room


def test_a_cut_text_would_be_found(qtbot: QtBot) -> None:
    label = QLabel("A sentence that needs more room than this.")
    qtbot.addWidget(label)
    label.setFixedWidth(40)
    label.show()
    assert cut(label)
    label.setWordWrap(True)
    label.setFixedHeight(8)
    assert cut(label)

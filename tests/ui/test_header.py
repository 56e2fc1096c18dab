from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from her_desktop.ui.header import Header
from her_desktop.ui.orb_face import Face
from her_desktop.ui.wording import face_words

DEVICE = "Built-in Audio Analog Stereo of the monitor on the desk"


@pytest.fixture
def header(qtbot: QtBot) -> Header:
    made = Header()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def cut(header: Header) -> list[str]:
    """Return the words that are not whole on screen; each of them is a tool tip then."""
    header.grab()
    return [label.text() for label in header.findChildren(QLabel) if label.toolTip()]


@pytest.mark.parametrize("face", [Face.LOADING, Face.LISTENING, Face.SPEAKING])
def test_in_a_narrow_window_the_device_gives_way_before_the_state(
    header: Header, face: Face
) -> None:
    header.show_state(face, DEVICE)
    header.resize(480, header.height())
    assert cut(header) == [DEVICE]
    assert header.state_text == face_words(face)
    header.resize(1200, header.height())
    assert cut(header) == []


def test_where_only_a_letter_or_two_would_fit_there_is_nothing(header: Header) -> None:
    header.resize(480, header.height())
    header.show_state(Face.LISTENING, "")
    empty = header.grab().toImage()
    header.show_state(Face.LISTENING, DEVICE)
    assert header.grab().toImage() == empty

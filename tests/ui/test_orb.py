from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import FollowUpOpened
from her_desktop.ui.orb import SLOW_FRAME, Orb
from her_desktop.ui.orb_face import POSES, Face, paint_orb
from her_desktop.ui.theme import colors_of


@pytest.fixture
def orb(qtbot: QtBot) -> Orb:
    made = Orb()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def holds(orb: Orb) -> list[str]:
    seen: list[str] = []
    orb.held.connect(lambda: seen.append("held"))
    orb.let_go.connect(lambda: seen.append("let go"))
    return seen


def picture(orb: Orb) -> QImage:
    return orb.grab().toImage()


def test_it_moves_while_it_is_seen_and_never_quicker_than_thirty_frames_a_second(
    orb: Orb, qtbot: QtBot
) -> None:
    orb.show_face(Face.SPEAKING, "Speaking")
    qtbot.waitUntil(lambda: orb.frames >= 5)
    assert orb.is_moving
    assert orb._timer.interval() >= 1000 / 30


def test_it_stands_still_while_it_is_hidden_and_goes_on_when_shown(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.SPEAKING, "Speaking")
    qtbot.waitUntil(lambda: orb.frames >= 2)
    orb.hide()
    qtbot.waitUntil(lambda: not orb.is_moving)
    frames = orb.frames
    orb.show_face(Face.THINKING, "Thinking")
    orb.show_face(Face.LISTENING, "Listening")
    orb.hear(-10.0)
    QApplication.processEvents()
    assert not orb.is_moving
    assert orb.frames == frames
    orb.show()
    qtbot.waitUntil(lambda: orb.frames > frames)


def test_it_stands_still_while_the_window_is_minimised(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.SPEAKING, "Speaking")
    qtbot.waitUntil(lambda: orb.is_moving)
    orb.showMinimized()
    qtbot.waitUntil(lambda: not orb.is_moving)


def test_at_ease_it_breathes_slowly_and_looks_as_it_did(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.IDLE, "Ready")
    qtbot.waitUntil(lambda: orb._timer.interval() == round(SLOW_FRAME * 1000))
    frames = orb.frames
    qtbot.waitUntil(lambda: orb.frames > frames + 2)
    shown = picture(orb)
    painted = QImage(shown.size(), shown.format())
    painted.fill(shown.pixelColor(0, 0))
    painter = QPainter(painted)
    room, colors = QRectF(orb.rect()), colors_of(orb)
    paint_orb(painter, room, Face.IDLE, POSES[Face.IDLE], orb._moment, 0.0, colors)
    painter.end()
    for at in (QPoint(112, 112), QPoint(90, 80), QPoint(112, 30), QPoint(60, 112)):
        mine, true = shown.pixelColor(at), painted.pixelColor(at)
        assert abs(mine.red() - true.red()) + abs(mine.blue() - true.blue()) < 12


def test_it_falls_asleep_where_nothing_happens_and_wakes_for_whoever_comes(
    orb: Orb, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("her_desktop.ui.orb.ASLEEP_AFTER", 0.3)
    orb.show_face(Face.IDLE, "Ready")
    qtbot.waitUntil(lambda: orb.frames > 2 and not orb.is_moving)
    frames, asleep = orb.frames, picture(orb)
    QApplication.processEvents()
    assert not orb.is_moving, "being painted is no reason to wake"
    assert orb.is_asleep
    middle = QPointF(orb.rect().center())
    QApplication.sendEvent(orb, QEnterEvent(middle, middle, middle))
    qtbot.waitUntil(lambda: not orb.is_asleep)
    qtbot.waitUntil(lambda: orb.frames > frames)
    qtbot.waitUntil(lambda: not orb.is_moving)
    frames = orb.frames
    orb.show_face(Face.THINKING, "Thinking")
    qtbot.waitUntil(lambda: orb.frames > frames)
    assert picture(orb) != asleep


@pytest.mark.parametrize("face", [Face.MUTED, Face.ERROR])
def test_a_face_at_rest_ends_its_movement(orb: Orb, face: Face, qtbot: QtBot) -> None:
    orb.show_face(face, face.value)
    qtbot.waitUntil(lambda: orb.frames > 2 and not orb.is_moving)


def test_with_less_motion_each_face_is_one_still_picture(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_DESKTOP_REDUCED_MOTION", "1")
    orb = Orb()
    qtbot.addWidget(orb)
    with qtbot.waitExposed(orb):
        orb.show()
    pictures: list[QImage] = []
    for face in Face:
        orb.show_face(face, face.value)
        shown = picture(orb)
        assert all(shown != other for other in pictures)
        assert picture(orb) == shown
        pictures.append(shown)
        assert not orb.is_moving
    assert orb.frames == 0


def test_it_swells_with_the_voice_and_sinks_back(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.LISTENING, "Listening")
    orb.hear(-90.0)
    qtbot.waitUntil(lambda: orb.frames > 12)
    quiet = orb.grab().toImage()
    orb.hear(-12.0)
    qtbot.waitUntil(lambda: orb.level > 0.95)
    loud = orb.grab().toImage()
    # A point just outside the quiet orb lies inside the loud one.
    above = QPoint(orb.width() // 2, round(orb.height() * 0.15))
    assert loud.pixelColor(above).saturation() > quiet.pixelColor(above).saturation() + 40
    orb.hear(-90.0)
    qtbot.waitUntil(lambda: orb.level < 0.05)


def test_only_listening_follows_the_level(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.IDLE, "Ready")
    orb.hear(-10.0)
    frames = orb.frames
    qtbot.waitUntil(lambda: orb.frames > frames + 3)
    assert orb.level < 0.01


def test_the_name_changes_with_the_state(orb: Orb) -> None:
    orb.show_face(Face.LISTENING, "Listening. Hold to talk.")
    assert orb.accessibleName() == "Listening. Hold to talk."


def test_the_mouse_holds_it_even_when_it_strays(orb: Orb) -> None:
    seen = holds(orb)
    QTest.mousePress(orb, Qt.MouseButton.LeftButton, pos=orb.rect().center())
    QTest.mouseMove(orb, QPoint(2, 2))
    assert seen == ["held"]
    QTest.mouseRelease(orb, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert seen == ["held", "let go"]


def test_its_corners_are_not_part_of_it(orb: Orb) -> None:
    seen = holds(orb)
    QTest.mousePress(orb, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    QTest.mouseRelease(orb, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert seen == []


def lose_mouse(orb: Orb) -> None:
    QApplication.sendEvent(orb, QEvent(QEvent.Type.UngrabMouse))


@pytest.mark.parametrize("lose", [QWidget.hide, QWidget.clearFocus, lose_mouse])
def test_it_lets_go_once_when_something_is_taken_away(
    orb: Orb, lose: Callable[[Orb], None], qtbot: QtBot
) -> None:
    orb.activateWindow()
    orb.setFocus()
    qtbot.waitUntil(orb.hasFocus)
    seen = holds(orb)
    QTest.mousePress(orb, Qt.MouseButton.LeftButton, pos=orb.rect().center())
    lose(orb)
    assert seen == ["held", "let go"]
    QTest.mouseRelease(orb, Qt.MouseButton.LeftButton, pos=orb.rect().center())
    assert seen == ["held", "let go"]


def test_a_screen_reader_begins_with_one_click_and_ends_with_the_next(orb: Orb) -> None:
    seen = holds(orb)
    orb.click()
    assert seen == ["held"]
    orb.click()
    assert seen == ["held", "let go"]


def follow_up(seconds: float) -> FollowUpOpened:
    now = time.monotonic()
    return FollowUpOpened(at=now, until=now + seconds, duration=8.0)


def test_a_time_that_runs_out_is_a_ring_that_shrinks(orb: Orb, qtbot: QtBot) -> None:
    orb.show_face(Face.IDLE, "Ready")
    assert orb.share_left == 0.0
    plain = picture(orb)
    edge = plain.width() - round(9 * plain.devicePixelRatio())
    middle = plain.height() // 2
    orb.count_down(follow_up(8.0))
    assert orb.share_left == pytest.approx(1.0, abs=0.1)
    assert picture(orb).pixel(edge, middle) != plain.pixel(edge, middle)
    orb.count_down(follow_up(2.0))
    assert orb.share_left == pytest.approx(0.25, abs=0.05)
    # The ring ends at the top: a quarter is left of it there.
    assert picture(orb).pixel(edge, middle) == plain.pixel(edge, middle)
    orb.count_down(None)
    assert orb.share_left == 0.0


def test_the_ring_is_seen_to_shrink_even_where_nothing_may_move(qtbot: QtBot) -> None:
    orb = Orb()
    orb.still = True
    qtbot.addWidget(orb)
    with qtbot.waitExposed(orb):
        orb.show()
    orb.show_face(Face.IDLE, "Ready")
    assert not orb.is_moving
    orb.count_down(follow_up(8.0))
    qtbot.waitUntil(lambda: orb.is_moving)
    assert orb._timer.interval() >= 500
    orb.count_down(None)
    qtbot.waitUntil(lambda: not orb.is_moving)

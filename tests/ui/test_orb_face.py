from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from her_desktop.ui.orb_face import POSES, STILL_AT, Face, paint_orb
from her_desktop.ui.theme import DARK, LIGHT, Colors


def painted(face: Face, moment: float, level: float, colors: Colors) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_ARGB32)
    image.fill(colors.paper)
    painter = QPainter(image)
    paint_orb(painter, QRectF(0, 0, 200, 200), face, POSES[face], moment, level, colors)
    painter.end()
    return image


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_faces_look_alike(qapp: QApplication, colors: Colors) -> None:
    pictures = [painted(face, STILL_AT, 0.0, colors) for face in Face]
    for index, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[index + 1 :])


@pytest.mark.parametrize("face", [Face.MUTED, Face.ERROR])
def test_what_is_at_rest_looks_the_same_at_every_moment(qapp: QApplication, face: Face) -> None:
    assert painted(face, 0.4, 0.0, LIGHT) == painted(face, 3.1, 0.0, LIGHT)


def test_muted_is_grey_and_idle_is_not(qapp: QApplication) -> None:
    def saturation(face: Face) -> int:
        return painted(face, STILL_AT, 0.0, LIGHT).pixelColor(100, 140).saturation()

    assert saturation(Face.MUTED) < 50 < 120 < saturation(Face.IDLE)


def test_it_stays_inside_its_room_however_loud_the_voice(qapp: QApplication) -> None:
    paper = QImage(200, 200, QImage.Format.Format_ARGB32)
    paper.fill(LIGHT.paper)
    for moment in range(20):
        image = painted(Face.LISTENING, moment * 0.37, 1.0, LIGHT)
        for corner in ((0, 0), (199, 0), (0, 199), (199, 199)):
            assert image.pixelColor(*corner) == paper.pixelColor(*corner)


def test_a_pose_glides_to_another_and_arrives() -> None:
    pose, target = POSES[Face.MUTED], POSES[Face.SPEAKING]
    assert not pose.is_near(target)
    sizes = [pose.life]
    for _ in range(40):
        pose = pose.toward(target, 0.25)
        sizes.append(pose.life)
    assert sizes == sorted(sizes)
    assert pose.is_near(target)

"""How the orb looks at a moment: a pose of a few numbers, and the painting of it.

Rule: no widget, no timer and no clock here. A face is a pose to move towards; between two faces
the numbers glide, so nothing ever jumps. GUI thread only, because it paints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QConicalGradient, QPainter, QPainterPath, QPen, QRadialGradient

from her_desktop.ui.icons import icon_pixmap
from her_desktop.ui.theme import Colors, blend, color

OUTLINE_POINTS = 72
"""Corners of the outline: few enough to be cheap, enough to look round at any size."""


class Face(StrEnum):
    """What the orb shows."""

    LOADING = "loading"
    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    MUTED = "muted"
    ERROR = "error"


@dataclass(frozen=True)
class Pose:
    """Everything that tells one face from another, each from 0 to 1 unless it says otherwise."""

    size: float
    """The body's radius as a share of the room there is."""
    breath: float
    """How far the body rises and falls by itself."""
    halo: float
    """How much light lies around it."""
    life: float
    """1 is the accent, 0 is grey."""
    swell: float
    """How far the voice moves the outline."""
    inward: float
    """How far the light has drawn together and circles inside."""
    rays: float
    """How strongly rings leave it."""
    sweep: float
    """How strongly an arc runs round it."""
    mark: float
    """How visible the sign in its middle is."""

    def toward(self, other: Pose, share: float) -> Pose:
        """Return the pose that lies the share 0..1 of the way to another one."""
        values = {}
        for item in fields(self):
            mine, theirs = getattr(self, item.name), getattr(other, item.name)
            values[item.name] = mine + (theirs - mine) * share
        return Pose(**values)

    def is_near(self, other: Pose) -> bool:
        """Tell whether an eye could see the difference."""
        return all(
            abs(getattr(self, item.name) - getattr(other, item.name)) < 0.004
            for item in fields(self)
        )


POSES = {
    Face.LOADING: Pose(0.50, 0.3, 0.25, 0.15, 0.0, 0.0, 0.0, 1.0, 0.0),
    Face.IDLE: Pose(0.56, 1.0, 0.55, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    Face.LISTENING: Pose(0.58, 0.2, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    Face.THINKING: Pose(0.48, 0.3, 0.35, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    Face.SPEAKING: Pose(0.54, 0.6, 0.6, 1.0, 0.12, 0.0, 1.0, 0.0, 0.0),
    Face.MUTED: Pose(0.52, 0.0, 0.12, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    Face.ERROR: Pose(0.52, 0.0, 0.20, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
}

STILL_AT = 1.3
"""The moment, in seconds of movement, that stands for a face where nothing may move."""


def breath(moment: float, pose: Pose) -> float:
    """Return by how much the body is larger than its pose, as a share of the room there is."""
    return math.sin(moment * 2 * math.pi / 5.0) * 0.028 * pose.breath


def paint_orb(
    painter: QPainter,
    room: QRectF,
    face: Face,
    pose: Pose,
    moment: float,
    level: float,
    colors: Colors,
    pixel_ratio: float = 1.0,
) -> None:
    """Paint the orb into the square of `room`.

    `moment` is seconds of movement, from any origin; `level` the voice from 0 (silent) to 1 (loud).
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    center = room.center()
    reach = min(room.width(), room.height()) / 2
    swell = level * 0.24 * pose.swell
    radius = reach * (pose.size + breath(moment, pose) + swell)
    _paint_halo(painter, center, reach, radius, pose, level, colors)
    _paint_rays(painter, center, reach, radius, pose, moment, colors)
    _paint_body(painter, center, radius, pose, moment, level, colors)
    _paint_inward(painter, center, radius, pose, moment, colors)
    _paint_sweep(painter, center, radius, reach, pose, moment, colors)
    if pose.mark > 0.02:
        icon = "microphone-off" if face is Face.MUTED else "notice"
        side = max(16, round(reach * 0.36))
        painter.setOpacity(min(1.0, pose.mark))
        pixmap = icon_pixmap(icon, colors.paper, side, pixel_ratio)
        painter.drawPixmap(QPointF(center.x() - side / 2, center.y() - side / 2), pixmap)
    painter.restore()


def _paint_halo(
    painter: QPainter,
    center: QPointF,
    reach: float,
    radius: float,
    pose: Pose,
    level: float,
    colors: Colors,
) -> None:
    strength = pose.halo * (0.26 + 0.30 * level * pose.swell)
    outer = min(reach, radius * 1.62)
    glow = QRadialGradient(center, outer)
    tint = blend(colors.grey, colors.accent, pose.life).name()
    inner = min(0.98, radius / outer)
    glow.setColorAt(0.0, color(tint, strength))
    glow.setColorAt(inner * 0.96, color(tint, strength))
    glow.setColorAt(inner + (1 - inner) * 0.45, color(tint, strength * 0.28))
    glow.setColorAt(1.0, color(tint, 0.0))
    painter.setBrush(glow)
    painter.drawEllipse(center, outer, outer)


def _paint_rays(
    painter: QPainter,
    center: QPointF,
    reach: float,
    radius: float,
    pose: Pose,
    moment: float,
    colors: Colors,
) -> None:
    if pose.rays < 0.02:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ring in range(3):
        way = (moment / 2.4 + ring / 3) % 1.0
        fade = math.sin(way * math.pi) ** 1.2 * (1 - way * 0.5)
        size = radius + (reach - radius - 2) * way
        painter.setPen(QPen(color(colors.accent, 0.60 * fade * pose.rays), 2.2 - way))
        painter.drawEllipse(center, size, size)
    painter.setPen(Qt.PenStyle.NoPen)


def _paint_body(
    painter: QPainter,
    center: QPointF,
    radius: float,
    pose: Pose,
    moment: float,
    level: float,
    colors: Colors,
) -> None:
    accent = blend(colors.grey, colors.accent, pose.life).name()
    # Light falls from the upper left, wide and soft, as on unglazed clay.
    lamp = QPointF(center.x() - radius * 0.42, center.y() - radius * 0.58)
    body = QRadialGradient(lamp, radius * 1.95)
    body.setColorAt(0.0, blend(accent, "#ffe6d4", 0.52 - 0.22 * pose.inward))
    body.setColorAt(0.34, blend(accent, "#ffd9c0", 0.22 - 0.12 * pose.inward))
    body.setColorAt(0.66, color(accent))
    body.setColorAt(1.0, blend(accent, "#2a0f08", 0.30 + 0.10 * pose.inward))
    painter.setBrush(body)
    ripple = radius * (0.010 * pose.life + 0.048 * level * pose.swell)
    painter.drawPath(_outline(center, radius, ripple, moment))


def _outline(center: QPointF, radius: float, ripple: float, moment: float) -> QPainterPath:
    """Return a circle that three slow waves run round, `ripple` pixels high."""
    path = QPainterPath()
    for point in range(OUTLINE_POINTS):
        angle = 2 * math.pi * point / OUTLINE_POINTS
        wave = (
            0.6 * math.sin(3 * angle + moment * 2.1)
            + 0.8 * math.sin(5 * angle - moment * 2.9)
            + 0.7 * math.sin(2 * angle + moment * 1.3)
        )
        distance = radius + ripple * wave / 2.1
        spot = QPointF(
            center.x() + distance * math.cos(angle), center.y() + distance * math.sin(angle)
        )
        if point:
            path.lineTo(spot)
        else:
            path.moveTo(spot)
    path.closeSubpath()
    return path


def _paint_inward(
    painter: QPainter, center: QPointF, radius: float, pose: Pose, moment: float, colors: Colors
) -> None:
    if pose.inward < 0.02:
        return
    hollow = QRadialGradient(center, radius * 0.94)
    shade = blend(colors.accent, "#2a0f08", 0.66).name()
    hollow.setColorAt(0.0, color(shade, 0.70 * pose.inward))
    hollow.setColorAt(0.7, color(shade, 0.30 * pose.inward))
    hollow.setColorAt(1.0, color(shade, 0.0))
    painter.setBrush(hollow)
    painter.drawEllipse(center, radius * 0.94, radius * 0.94)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # Two lights circle inside, each with a tail, the inner one the quicker.
    for orbit, width, speed in ((0.60, 0.085, -150.0), (0.32, 0.065, -240.0)):
        tail = QConicalGradient(center, moment * speed)
        tail.setColorAt(0.0, color("#fff1e6", 0.95 * pose.inward))
        tail.setColorAt(0.30, color("#ffd3bb", 0.32 * pose.inward))
        tail.setColorAt(0.62, color("#ffd3bb", 0.0))
        tail.setColorAt(1.0, color("#ffd3bb", 0.0))
        painter.setPen(QPen(QBrush(tail), radius * width))
        painter.drawEllipse(center, radius * orbit, radius * orbit)
    painter.setPen(Qt.PenStyle.NoPen)


def _paint_sweep(
    painter: QPainter,
    center: QPointF,
    radius: float,
    reach: float,
    pose: Pose,
    moment: float,
    colors: Colors,
) -> None:
    if pose.sweep < 0.02:
        return
    size = min(reach - 3, radius * 1.24)
    box = QRectF(center.x() - size, center.y() - size, 2 * size, 2 * size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(color(colors.accent, 0.9 * pose.sweep), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    # Qt counts angles in sixteenths of a degree, anticlockwise.
    painter.drawArc(box, round(-moment * 150 * 16), -90 * 16)
    painter.setPen(Qt.PenStyle.NoPen)

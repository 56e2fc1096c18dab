"""The orb: the face of the assistant, and the largest thing to hold while talking.

Rule: it moves at most 30 times a second, less when it only breathes, and not at all while nobody
can see it, has done anything for a while, or the system asks for less motion; then each face is a
still picture. GUI thread only.
"""

from __future__ import annotations

import math
import os
import time

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from her_desktop.conversation.events import FollowUpOpened
from her_desktop.ui.buttons import HoldButton
from her_desktop.ui.orb_face import POSES, STILL_AT, Face, breath, paint_orb
from her_desktop.ui.theme import Colors, color, colors_of

FRAME = 0.034
"""Seconds between two frames: just under 30 a second."""

SLOW_FRAME = 0.125
"""Seconds between two frames while it only breathes, which is most of the day: its edge moves by
half a pixel in that time."""

ASLEEP_AFTER = 30.0
"""Seconds of mere breathing after which it falls asleep, until somebody does something: pictures
that nobody looks at all day cost more than listening does."""

STEP = 1.0
"""Seconds between two pictures of a time that runs out, where nothing may move."""

QUIET_DB = -58.0
LOUD_DB = -14.0
"""The microphone's level, in dBFS, that leaves the orb at rest, and the one that fills it."""


def reduced_motion() -> bool:
    """Tell whether less motion is wanted: by HER_DESKTOP_REDUCED_MOTION=1 or by the system."""
    if os.environ.get("HER_DESKTOP_REDUCED_MOTION", "") not in ("", "0"):
        return True
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) == 0


class Orb(HoldButton):
    """Owns the pose of the face and the timer that moves it; the window tells it what to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with the face of loading."""
        super().__init__(parent)
        self.still = reduced_motion()
        """True where nothing may move."""
        self._face = Face.LOADING
        self._pose = POSES[Face.LOADING]
        self._level = 0.0
        self._heard_level = 0.0
        self._moment = STILL_AT
        self._breathed = 0.0
        self._frame_at = time.monotonic()
        self._frames = 0
        self._side = 224
        self._window: FollowUpOpened | None = None
        self._resting: QPixmap | None = None
        self._resting_for: tuple[QSize, float, Colors] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def is_asleep(self) -> bool:
        """Whether nothing has happened for so long that it has stopped to breathe."""
        return self._breathed >= ASLEEP_AFTER

    @property
    def face(self) -> Face:
        """What is shown."""
        return self._face

    @property
    def frames(self) -> int:
        """How many times it moved since it was made."""
        return self._frames

    @property
    def is_moving(self) -> bool:
        """Tell whether another frame is under way."""
        return self._timer.isActive()

    @property
    def level(self) -> float:
        """The voice it shows, from 0 to 1, as it was last drawn."""
        return self._level

    def show_face(self, face: Face, words: str) -> None:
        """Turn to a face; `words` say the same to a screen reader."""
        self.setAccessibleName(words)
        if face is self._face:
            return
        self._face = face
        self._breathed = 0.0
        if face is not Face.LISTENING:
            self._heard_level = 0.0
        if self.still:
            self._pose = POSES[face]
            self._level = 0.0
        self.update()
        self._wake()

    def hear(self, level_db: float) -> None:
        """Swell with the microphone's level, in dBFS."""
        if self._face is not Face.LISTENING:
            return
        share = (level_db - QUIET_DB) / (LOUD_DB - QUIET_DB) if math.isfinite(level_db) else 0.0
        self._heard_level = min(1.0, max(0.0, share))
        self._wake()

    def count_down(self, window: FollowUpOpened | None) -> None:
        """Show how much is left of the time in which no wake phrase is needed; None is no time."""
        if window is not self._window:
            self._window = window
            self.update()
            self._wake()

    @property
    def share_left(self) -> float:
        """The share that is left of that time, 0 where none runs."""
        if self._window is None or self._window.duration <= 0.0:
            return 0.0
        left = (self._window.until - time.monotonic()) / self._window.duration
        return min(1.0, max(0.0, left))

    def set_side(self, side: int) -> None:
        """Take a square of `side` pixels."""
        if side != self._side:
            self._side = side
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the square it fills."""
        return QSize(self._side, self._side)

    def hitButton(self, pos: QPoint) -> bool:
        """Be as round as it looks."""
        away = pos - self.rect().center()
        return math.hypot(away.x(), away.y()) <= self.width() * 0.42

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wake up for whoever comes near."""
        super().enterEvent(event)
        self._stir()

    def changeEvent(self, event: QEvent) -> None:
        """Wake up when the window is turned to."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self._stir()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pose of this moment."""
        colors = colors_of(self)
        painter = QPainter(self)
        room = QRectF(self.rect())
        if self._only_breathes:
            self._paint_resting(painter, room, colors)
        else:
            moment = STILL_AT if self.still else self._moment
            ratio = self.devicePixelRatioF()
            paint_orb(painter, room, self._face, self._pose, moment, self._level, colors, ratio)
        if left := self.share_left:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(color(colors.accent_ink), 3)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            # From the top, clockwise back to it; Qt counts in sixteenths of a degree.
            painter.drawArc(room.adjusted(8, 8, -8, -8), 90 * 16, round(left * 360 * 16))
        if self._ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color(colors.accent_ink), 2))
            painter.drawEllipse(room.adjusted(2, 2, -2, -2))
        painter.end()
        # Being painted is the one sure sign of being seen again.
        self._wake()

    @property
    def _only_breathes(self) -> bool:
        """Whether it is at ease and only its size changes, as it does most of the day."""
        if self.still or self._face is not Face.IDLE or self._level > 0.005:
            return False
        return self._pose.is_near(POSES[Face.IDLE])

    def _paint_resting(self, painter: QPainter, room: QRectF, colors: Colors) -> None:
        """Draw the picture of rest, kept from the last time, as large as this moment's breath."""
        ratio = self.devicePixelRatioF()
        kept_for = self.size(), ratio, colors
        if self._resting is None or kept_for != self._resting_for:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inside = QPainter(picture)
            pose = POSES[Face.IDLE]
            paint_orb(inside, room, Face.IDLE, pose, 0.0, 0.0, colors, ratio)
            inside.end()
            self._resting, self._resting_for = picture, kept_for
        size = POSES[Face.IDLE].size
        scale = (size + breath(self._moment, POSES[Face.IDLE])) / size
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-room.center())
        painter.drawPixmap(0, 0, self._resting)
        painter.restore()

    def _seen(self) -> bool:
        window = self.window()
        screen = window.windowHandle()
        return (
            self.isVisible()
            and not window.isMinimized()
            and screen is not None
            and screen.isExposed()
        )

    def _at_rest(self) -> bool:
        if self.share_left:
            return False
        target = POSES[self._face]
        return (target.breath == 0.0 or self.is_asleep) and self._pose.is_near(target)

    def _stir(self) -> None:
        """Breathe again, where it had fallen asleep."""
        self._breathed = 0.0
        self._wake()

    def _wake(self) -> None:
        if self.still and self.share_left and self._seen() and not self._timer.isActive():
            # The time must be seen to pass; once a second is no motion.
            self._timer.start(round(STEP * 1000))
        if self.still or self._timer.isActive() or not self._seen() or self._at_rest():
            return
        self._frame_at = time.monotonic()
        self._timer.start(round(FRAME * 1000))

    @Slot()
    def _advance(self) -> None:
        if not self._seen() or self._at_rest():
            self._timer.stop()
            self.update()
            return
        if self.still:
            if not self.share_left:
                self._timer.stop()
            self.update()
            return
        now = time.monotonic()
        passed = min(0.25, now - self._frame_at)
        self._frame_at = now
        self._moment += passed
        self._frames += 1
        self._breathed += passed if self._only_breathes else 0.0
        target = POSES[self._face]
        self._pose = self._pose.toward(target, 1 - math.exp(-passed / 0.11))
        # A voice is followed at once and let go of slowly, as the eye expects of something soft.
        slowness = 0.04 if self._heard_level > self._level else 0.16
        self._level += (self._heard_level - self._level) * (1 - math.exp(-passed / slowness))
        self._timer.setInterval(round((SLOW_FRAME if self._only_breathes else FRAME) * 1000))
        self.update()

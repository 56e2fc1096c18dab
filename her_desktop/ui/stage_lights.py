"""One light for each part of the assistant, green only because its last real work succeeded.

Rule: it shows what `metrics.health` folded out of the events; words stand beside every colour, and
the shape of a light differs as well. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from her_desktop.conversation.events import Device, Event, Stage
from her_desktop.metrics.health import PARTS, HealthFold, Light, Part, PartHealth
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import quiet
from her_desktop.ui.theme import GRID, color, colors_of, small_font, tabular
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import milliseconds, stage_words


class StageLights(QWidget):
    """Owns one row for each part; the window hands it every event."""

    examine_wanted = Signal()
    """The user wants every part to be tried now."""

    def __init__(self, health: HealthFold | None = None, parent: QWidget | None = None) -> None:
        """Show what is known, by default that nothing was tried, and from now on what changes."""
        super().__init__(parent)
        self._rows: dict[Part, _Row] = {}
        self.health = health or HealthFold()
        """What is known of every part since the program started."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        # No spacing between rows: a reason that is not there would leave its own behind.
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for number, part in enumerate(PARTS):
            row = self._rows[part] = _Row(part)
            grid.addWidget(row.light, 2 * number, 0)
            grid.addWidget(row.caption, 2 * number, 1)
            grid.addWidget(row.state, 2 * number, 2)
            grid.addWidget(row.reason, 2 * number + 1, 1, 1, 2)
        self.examine_button = TextButton(self.tr("Examine everything"), self)
        # The panel is sunken already.
        self.examine_button.is_raised = True
        self.examine_button.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(grid)
        column.addWidget(self.examine_button, 0, Qt.AlignmentFlag.AlignLeft)
        # Not before they have a parent: a reason would come up as a window of its own.
        for known in self.health.parts:
            self._show(known)
        self.health.changed = self._show

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        self.health.handle(event)

    def light(self, part: Part) -> Light:
        """Return the light that a part shows."""
        return self._rows[part].light.shown

    def text(self, part: Part) -> str:
        """Return the words beside a light, with the reason of a failure under them."""
        row = self._rows[part]
        reason = "" if row.reason.isHidden() else row.reason.text()
        return "\n".join(filter(None, [row.state.text(), reason]))

    def _show(self, health: PartHealth) -> None:
        self._rows[health.part].show_health(health)

    @Slot()
    def _ask(self) -> None:
        self.examine_wanted.emit()


class _Row:
    """Owns the widgets of one part; called on the GUI thread by the lights alone."""

    def __init__(self, part: Part) -> None:
        self.light = Dot()
        self.caption = quiet(part_words(part))
        self.state = QLabel()
        self.state.setFont(tabular(small_font()))
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.reason = QLabel()
        self.reason.setFont(small_font())
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        for label in (self.caption, self.state, self.reason):
            label.setContentsMargins(0, GRID // 4, 0, GRID // 4)
        self.reason.hide()

    def show_health(self, health: PartHealth) -> None:
        words, reason = health_words(health), translated(health.reason)
        self.light.show_light(health.light)
        self.state.setText(words)
        self.state.setAccessibleName(": ".join((self.caption.text(), words)))
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        for label in (self.caption, self.state):
            label.setToolTip(", ".join(filter(None, [health.name, translated(health.detail)])))


class Dot(QWidget):
    """A light: a ring while nothing is known, a disc for well, a triangle for failed."""

    def __init__(self) -> None:
        """Begin as a ring."""
        super().__init__()
        self.shown = Light.UNTRIED
        self.setFixedSize(QSize(10, 10))

    def show_light(self, light: Light) -> None:
        """Show another light."""
        if light is not self.shown:
            self.shown = light
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shape in its colour."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        match self.shown:
            case Light.WELL:
                painter.setBrush(color(colors.good))
                painter.drawEllipse(QPointF(5, 5), 4.5, 4.5)
            case Light.FAILED:
                painter.setBrush(color(colors.accent))
                painter.drawPolygon(QPolygonF([QPointF(5, 0.5), QPointF(10, 9.5), QPointF(0, 9.5)]))
            case Light.UNTRIED:
                painter.setPen(QPen(color(colors.grey), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(5, 5), 3.75, 3.75)
        painter.end()


def part_words(part: Part) -> str:
    """Return what a part is to a person."""
    match part:
        case Device.MICROPHONE:
            return QCoreApplication.translate("Words", "Microphone")
        case Device.SPEAKER:
            return QCoreApplication.translate("Words", "Loudspeaker")
        case Stage():
            return stage_words(part)


def health_words(health: PartHealth) -> str:
    """Return what a light says, in words: "works, 98 ms", "failed", "not tried yet"."""
    match health.light:
        case Light.UNTRIED:
            return QCoreApplication.translate("Words", "not tried yet")
        case Light.FAILED:
            return QCoreApplication.translate("Words", "failed")
        case Light.WELL:
            if health.duration is None:
                return QCoreApplication.translate("Words", "works")
            words = QCoreApplication.translate("Words", "works, {time}")
            return words.format(time=milliseconds(health.duration))

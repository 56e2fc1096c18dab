"""Which sound devices there are, for the two lists on the page Sound.

PortAudio lists what there was when it started, and renewing that would close the streams in use. So
a child process of ours is asked, which sees what there is now and touches nothing.

Rule: looks only while the page is on screen, and starts a child only where the system says that
something was plugged in or out. GUI thread only.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QProcess, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from her_desktop.audio.devices import Direction
from her_desktop.audio.plugged import Plugged, what_is_plugged
from her_desktop.ui.settings.outline import Option

LOOK_AGAIN = 1.5
"""Seconds between two looks at what is plugged in, which cost microseconds."""

SETTLED_AFTER = 0.5
"""Seconds that a device gets to appear in all its parts before the child is asked."""

_TIME_TO_END = 1000
"""Milliseconds that a child gets to end after it was killed."""


class DeviceLists(QObject):
    """Owns the newest lists and the child that is being asked."""

    renewed = Signal()
    """There are other lists now, or the same ones anew."""

    answered = Signal()
    """The child has ended, whether or not there was anything to learn from it."""

    def __init__(
        self,
        command: tuple[str, ...],
        parent: QObject | None = None,
        plugged: Callable[[], Plugged] = what_is_plugged,
    ) -> None:
        """Know of no device yet; `command` prints the devices as JSON."""
        super().__init__(parent)
        self._command = command
        self._plugged = plugged
        self._seen: Plugged | None = None
        self._names: dict[Direction, tuple[str, ...]] = dict.fromkeys(Direction, ())
        self._default: dict[Direction, str] = dict.fromkeys(Direction, "")
        self._child: QProcess | None = None
        self._on_screen: set[QObject] = set()
        self._looks = QTimer(self)
        self._looks.setInterval(round(LOOK_AGAIN * 1000))
        self._looks.timeout.connect(self.look)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(round(SETTLED_AFTER * 1000))
        self._settling.timeout.connect(self._ask)

    def names(self, direction: Direction) -> tuple[str, ...]:
        """Return the devices of one direction by name, as they were seen last."""
        return self._names[direction]

    def default(self, direction: Direction) -> str:
        """Return the name of the system's default, "" where it is unknown."""
        return self._default[direction]

    def options(self, direction: Direction, chosen: str) -> list[Option]:
        """Return what can be chosen: the default, what is there, and `chosen` where it is absent.

        The value of each is the device's name, "" for the system's default.
        """
        default, names = self._default[direction], self._names[direction]
        words = self.tr("As the system")
        options: list[Option] = [("", f"{words} ({default})" if default else words)]
        options += [(name, name) for name in names]
        if chosen and chosen not in names:
            # Before anything was listed nobody knows that it is absent.
            absent = self.tr("{device} (not there)") if names else "{device}"
            options.append((chosen, absent.format(device=chosen)))
        return options

    @property
    def child_id(self) -> int:
        """The process that is being asked, 0 while there is none."""
        return 0 if self._child is None else self._child.processId()

    def watch(self, widget: QWidget) -> None:
        """Look while `widget`, or another one that was named, is on screen."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin and end looking."""
        if event.type() == QEvent.Type.Show:
            self._on_screen.add(watched)
            self._looks.start()
            self._ask()
        elif event.type() == QEvent.Type.Hide:
            self._on_screen.discard(watched)
            if not self._on_screen:
                self.stop()
        return False

    @Slot()
    def look(self) -> None:
        """Ask again where something was plugged in or out."""
        now = self._plugged()
        if now != self._seen:
            self._seen = now
            self._settling.start()

    @Slot()
    def stop(self) -> None:
        """Look no more, and end the child."""
        self._looks.stop()
        self._settling.stop()
        child, self._child = self._child, None
        if child is not None:
            child.finished.disconnect(self._read)
            child.errorOccurred.disconnect(self._fail)
            child.kill()
            child.waitForFinished(_TIME_TO_END)
            child.deleteLater()

    @Slot()
    def _ask(self) -> None:
        if self._child is not None or not self._command:
            return
        self._seen = self._plugged()
        self._child = QProcess(self)
        self._child.finished.connect(self._read)
        self._child.errorOccurred.connect(self._fail)
        self._child.setStandardErrorFile(QProcess.nullDevice())
        self._child.start(self._command[0], list(self._command[1:]))

    @Slot()
    def _read(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        said = bytes(child.readAllStandardOutput().data())
        child.deleteLater()
        if self._learn(said):
            self.renewed.emit()
        self.answered.emit()

    def _learn(self, said: bytes) -> bool:
        """Take over what a child printed; one that failed leaves what was known."""
        try:
            listed = json.loads(said)
            found = {
                each: [
                    (str(entry["name"]), bool(entry["is_default"])) for entry in listed[each.value]
                ]
                for each in Direction
            }
        except (ValueError, TypeError, KeyError):
            return False
        for direction, entries in found.items():
            self._names[direction] = tuple(dict.fromkeys(name for name, _ in entries if name))
            self._default[direction] = next((name for name, is_it in entries if is_it), "")
        return True

    @Slot()
    def _fail(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.deleteLater()
            self.answered.emit()

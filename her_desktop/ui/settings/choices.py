"""The settings as the dialog sees them: read where they are kept, and changed at once.

Rule: nothing is kept here but what is still being dragged or typed, for as long as that lasts.
GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from her_desktop.settings import Settings
from her_desktop.ui.settings.outline import Value

NUMBER_SETTLES = 0.4
"""Seconds without a further move after which a number that is dragged or typed is meant."""

TEXT_SETTLES = 1.2
"""Seconds without a further letter after which a text is meant: people think while they write."""

_DEFAULTS = {item.name: item.default for item in fields(Settings)}


class Choices(QObject):
    """Owns what is chosen and not yet applied; the dialog's rows read and write through it."""

    changed = Signal()
    """Some setting is another one now, whoever changed it."""

    def __init__(
        self,
        current: Callable[[], Settings],
        apply: Callable[[Settings], None],
        parent: QObject | None = None,
    ) -> None:
        """Read with `current` the settings in force; `apply` puts others in their place at once."""
        super().__init__(parent)
        self._current = current
        self._apply = apply
        self._pending: dict[str, Value] = {}
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self.flush)

    @property
    def settings(self) -> Settings:
        """What is in force, with what is still being moved."""
        return self._current().changed(**self._pending)

    def value(self, field: str) -> Value:
        """Return a setting as it is shown."""
        found = self._pending.get(field, getattr(self._current(), field))
        assert isinstance(found, bool | int | float | str)
        return found

    @staticmethod
    def default(field: str) -> Value:
        """Return what a setting is where nobody chose."""
        found = _DEFAULTS[field]
        assert isinstance(found, bool | int | float | str)
        return found

    def choose(self, field: str, value: Value, *, after: float = 0.0) -> None:
        """Set a field: at once, or when nothing has moved for `after` seconds.

        What still moves is told nobody but whoever asks: a drag would have every row drawn anew.
        """
        # Qt's numbers come back as float; the file's own kind is kept.
        kind = type(self.default(field))
        self._pending[field] = value if isinstance(value, kind) else kind(value)
        if after:
            self._settled.start(round(after * 1000))
        else:
            self.flush()

    @Slot()
    def flush(self) -> None:
        """Apply what is still pending."""
        self._settled.stop()
        pending, self._pending = self._pending, {}
        if pending:
            self._apply(self._current().changed(**pending))
        self.changed.emit()

    @Slot()
    def refresh(self) -> None:
        """Show the settings in force again: somebody else has changed them."""
        self.changed.emit()

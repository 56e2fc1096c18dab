"""What the dialog has to know of before it was opened: the last word on devices, key and echo.

Rule: a fold over events that also hands each of them on; it decides nothing. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    EchoMeasured,
    Event,
    ListenMode,
    ListenModeChanged,
    Reach,
    TalkKeyChanged,
)


class Latest(QObject):
    """Owns the newest of each; parts of pages listen to `happened` while they exist."""

    happened = Signal(object)
    """Every event, after it was taken note of."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing known."""
        super().__init__(parent)
        self.devices: dict[Device, DeviceChanged] = {}
        self.echo: EchoMeasured | None = None
        self.mode: ListenMode | None = None
        self.key = TalkKeyChanged(at=0.0, key="", reach=Reach.OFF)

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Take note of an event, and hand it on."""
        match event:
            case DeviceChanged(device=device):
                self.devices[device] = event
            case EchoMeasured():
                self.echo = event
            case ListenModeChanged(mode=mode):
                self.mode = mode
            case TalkKeyChanged():
                self.key = event
        self.happened.emit(event)

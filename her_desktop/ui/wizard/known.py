"""What is known of the program when a step is opened: events of long ago still hold.

Rule: pure; fed with every event from the start of the program, on the GUI thread.
"""

from __future__ import annotations

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    Event,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    TalkKeyChanged,
)


class Known:
    """Owns the newest word on every stage, both devices and the talk key."""

    def __init__(self) -> None:
        """Begin before anything was heard."""
        self.ready: dict[Stage, str] = {}
        """The model of each stage that is loaded."""
        self.failed: dict[Stage, str] = {}
        """What is wrong with each stage that could not be loaded and has nothing else."""
        self.devices: dict[Device, DeviceChanged] = {}
        self.key: TalkKeyChanged | None = None

    def handle(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case StageLoading(stage=stage):
                self.ready.pop(stage, None)
                self.failed.pop(stage, None)
            case StageReady(stage=stage, model=model) | StageReleased(stage=stage, model=model):
                # A model that has left the memory comes back by itself.
                self.ready[stage] = model
                self.failed.pop(stage, None)
            case StageFailed(stage=stage, message=message, kept=kept):
                if not kept:
                    self.ready.pop(stage, None)
                    self.failed[stage] = message
            case DeviceChanged(device=device):
                self.devices[device] = event
            case TalkKeyChanged():
                self.key = event

    def are_ready(self, *stages: Stage) -> bool:
        """Tell whether all of these are loaded."""
        return all(stage in self.ready for stage in stages)

    def fault(self, *stages: Stage) -> str:
        """Return what is wrong with the first of these that failed, "" where none did."""
        return next((self.failed[stage] for stage in stages if stage in self.failed), "")

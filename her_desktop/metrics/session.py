"""What has to be known of the whole session beside its turns: losses, stalls, the machine's load.

Rule: pure, one thread at a time; it outlives the views that show it, so that a view made later says
the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    EchoMeasured,
    Event,
    SystemSampled,
    WindowStalled,
)
from her_desktop.metrics.gpu_load import GpuFold
from her_desktop.metrics.health import HealthFold


@dataclass
class SessionFold:
    """Owns the counts since the start and the last word of each source; fed with every event."""

    health: HealthFold = field(default_factory=HealthFold)
    """What is known of every part; fed by whoever shows it."""
    load: GpuFold = field(default_factory=GpuFold)
    """What the GPUs did; fed by whoever shows it."""
    dropped: dict[Device, int] = field(default_factory=lambda: dict.fromkeys(Device, 0))
    """Blocks of sound that were lost, by device."""
    stalls: int = 0
    """How often the window did not react."""
    worst_stall: float = 0.0
    """The longest of those, in seconds."""
    machine: SystemSampled | None = None
    echo: EchoMeasured | None = None

    def handle(self, event: Event) -> bool:
        """Take in an event; tell whether it changed anything but `health` and `load`."""
        match event:
            case SystemSampled():
                self.machine = event
            case AudioDropped(device=device, count=count):
                self.dropped[device] += count
            case EchoMeasured():
                self.echo = event
            case WindowStalled(duration=duration):
                self.stalls += 1
                self.worst_stall = max(self.worst_stall, duration)
            case _:
                return False
        return True

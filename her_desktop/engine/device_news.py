"""What the user is told about the sound devices, each thing once.

Rule: called by the `sound` thread alone. Every message is one plain sentence; states go to
`DeviceChanged`, and what is only worth knowing to `Noticed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from her_desktop.conversation.events import Device, DeviceChanged, DeviceState, Event, Noticed

TELEPHONE_RATE_HZ = 16_000
"""A microphone this slow is a wireless headset in its telephone mode."""

LOST = {
    Device.MICROPHONE: "The microphone stopped delivering sound. Looking for it again.",
    Device.SPEAKER: "The loudspeaker stopped playing. Looking for it again.",
}
STUCK = {
    Device.MICROPHONE: "The microphone does not answer. It is used again as soon as it does.",
    Device.SPEAKER: "The loudspeaker does not answer. It is used again as soon as it does.",
}
GIVEN_UP = "The sound system does not answer any more. Restart this program, or type instead."
MUTED = "The microphone is muted. Unmute it to talk, or type instead."
MUTED_UNRELEASED = "The microphone is muted, but the sound system has not let go of it yet."

_NOUN = {Device.MICROPHONE: "microphone", Device.SPEAKER: "loudspeaker"}


def telephone_quality(name: str) -> str:
    """Return what to say of a microphone that carries no more than a telephone."""
    return (
        f"The microphone {name} works at telephone quality, so words may be "
        "misunderstood; use another one if you can."
    )


class DeviceNews:
    """Owns what the user already knows. Called by the `sound` thread."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        """Begin with a user who knows nothing."""
        self._emit = emit
        self._told: dict[Device, tuple[DeviceState, str, str]] = {}
        self._stands_in: dict[Device, str] = {}
        self._warned: set[str] = set()

    def tell(self, device: Device, state: DeviceState, name: str, message: str = "") -> None:
        """Make a state known, unless it is the last that was told."""
        if self._told.get(device) == (state, name, message):
            return
        self._told[device] = (state, name, message)
        self._emit(
            DeviceChanged(
                at=time.monotonic(), device=device, state=state, name=name, message=message
            )
        )

    def leave_to_the_listener(self, device: Device) -> None:
        """Forget what was told: somebody else says the next state."""
        self._told.pop(device, None)

    def announce(self, device: Device, wanted: str, used: str, *, is_wanted: bool) -> None:
        """Say that `used` stands in for the absent `wanted`, or that the right one is back."""
        noun = _NOUN[device]
        if not is_wanted:
            if self._stands_in.get(device) != used:
                self._notice(f"The {noun} {wanted} is not there, so {used} is used until it is.")
            self._stands_in[device] = used
        elif self._stands_in.pop(device, ""):
            self._notice(f"The {noun} {used} is back and in use again.")

    def forget_the_stand_in(self, device: Device) -> None:
        """Take note that another device is wanted: nothing stands in for the one before."""
        self._stands_in.pop(device, None)

    def warn_of_telephone_quality(self, name: str, sample_rate_hz: int) -> None:
        """Say it of a microphone that cannot do better, once each."""
        if 0 < sample_rate_hz <= TELEPHONE_RATE_HZ and name not in self._warned:
            self._warned.add(name)
            self._notice(telephone_quality(name))

    def _notice(self, message: str) -> None:
        self._emit(Noticed(at=time.monotonic(), message=message))

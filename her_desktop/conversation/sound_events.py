"""What happens to the sound itself: its level, its echo, its devices, and their being chosen.

Rule: values only, as in `events`, from which others take them together with all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.vocabulary import Device, DeviceState, Event, Pcm

# --- what the user wants -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MicrophoneTestRequested(Event):
    """The user wants to know how the microphone sounds: `MicrophoneTested` answers."""


@dataclass(frozen=True, kw_only=True)
class CleaningChosen(Event):
    """The user chose what is done to the microphone's sound; it holds from the next block on.

    Without `cancel_echo` nothing is assumed to come back from the loudspeaker: headphones.
    """

    cancel_echo: bool
    suppress_noise: bool
    automatic_gain: bool


@dataclass(frozen=True, kw_only=True)
class DeviceChosen(Event):
    """The user chose a device by its name, "" for the system's default; it is opened at once."""

    device: Device
    name: str


# --- what is heard -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LevelMeasured(Event):
    """How loud the microphone is: `level_db` in dBFS (RMS of one frame), `speech` from the VAD.

    The frame ends at the instant `until`, 0 where that is not known.
    """

    level_db: float
    speech: bool
    until: float = 0.0


@dataclass(frozen=True, kw_only=True)
class EchoMeasured(Event):
    """What is known of the assistant's own voice in the microphone; told when it changes.

    `delay` is the time from the loudspeaker's claimed instant to the echo, `reduction_db` by how
    much the echo was made quieter of late; both None where unknown. `works` is a measured verdict,
    None while there is none. `half_duplex`: the microphone begins no utterance by itself while
    the assistant is audible. `is_warming_up`: the canceller still learns the room, and noise alone
    must not interrupt the assistant.
    """

    delay: float | None
    reduction_db: float | None
    works: bool | None
    half_duplex: bool
    is_warming_up: bool = False


@dataclass(frozen=True, kw_only=True)
class MicrophoneTested(Event):
    """What the microphone heard during a test: `pcm` at 16 kHz, as the recogniser would get it.

    `level_db` is the level of its loudest half second and `peak_db` its highest sample, in dBFS
    before anything was done to it; `speech` tells whether a voice was among it. A microphone that
    delivered nothing gives an empty `pcm` at -120 dBFS.
    """

    pcm: Pcm = field(repr=False, compare=False)
    level_db: float
    peak_db: float
    speech: bool


# --- the devices -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DeviceChanged(Event):
    """A device changed its state. `message` is one plain sentence, empty when all is well."""

    device: Device
    state: DeviceState
    name: str
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class AudioDropped(Event):
    """Sound was lost: `count` blocks since the last such event (overflow or underflow)."""

    device: Device
    count: int

"""Which sound devices there are, which of them a remembered name means, and what went wrong.

Rule: PortAudio's list is read afresh at each call and an index is never kept, since plugging a
device in or out renumbers them all. PortAudio is not thread-safe: these functions belong to the
thread that opens and closes the streams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Direction(Enum):
    """Which way the sound goes."""

    INPUT = "input"
    OUTPUT = "output"


class SoundError(Exception):
    """Sound cannot be heard, played, read or written; the message is one plain sentence."""


class NoDevice(SoundError):
    """There is no such device."""


class DeviceBusy(SoundError):
    """The device is there, and somebody else has it."""


class DeviceFailed(SoundError):
    """The device is there, and does not work."""


@dataclass(frozen=True)
class DeviceInfo:
    """A device as a person chooses it. `channels` and `sample_rate_hz` are what it prefers."""

    name: str
    host_api: str
    channels: int
    sample_rate_hz: int
    is_default: bool


@dataclass(frozen=True)
class Found:
    """The device to open now; `is_wanted` is False where it only stands in for an absent one."""

    index: int
    info: DeviceInfo
    is_wanted: bool


_PREFERRED_API = "Windows WASAPI"
"""Windows shows every device once for each of four systems; this one is quick and whole-named."""

_ALSA_PLUGIN = re.compile(
    r"(dmix|dsnoop|front|hdmi|iec958|jack|lavrate|null|oss|rear|samplerate|side|spdif|speex|"
    r"surround|sysdefault|upmix|usbstream|vdownmix)\w*"
)
"""Names in ALSA's list that are ways of reaching a device rather than devices."""

_NUMBER = re.compile(r"(?<=\(hw:)\d+|(?<=\()\d+- ")
"""What Linux ("(hw:1,0)") and Windows ("(2- USB Audio)") put into a name, and change at will."""

_MISSING = {
    Direction.INPUT: "No microphone was found. Plug one in, or type instead.",
    Direction.OUTPUT: "No loudspeaker was found. Plug one in to hear the answers, or read them.",
}
_BUSY = {
    Direction.INPUT: "Another program is using the microphone. Close it, or choose another one.",
    Direction.OUTPUT: "Another program is using the loudspeaker. Close it, or choose another one.",
}
_REFUSED = {
    Direction.INPUT: "The microphone accepts no format this program can use. Choose another one.",
    Direction.OUTPUT: "The loudspeaker accepts no format this program can use. Choose another one.",
}
_FAILED = {
    Direction.INPUT: (
        "The microphone could not be started. Check that this program is allowed to use it, "
        "or choose another one."
    ),
    Direction.OUTPUT: "The loudspeaker could not be started. Check it, or choose another one.",
}

# PaErrorCode, from portaudio.h.
DEVICE_UNAVAILABLE = -9985
SAMPLE_FORMAT_REFUSED = -9994
INVALID_DEVICE = -9996
SAMPLE_RATE_REFUSED = -9997
CHANNEL_COUNT_REFUSED = -9998
FORMAT_REFUSED = frozenset((SAMPLE_FORMAT_REFUSED, SAMPLE_RATE_REFUSED, CHANNEL_COUNT_REFUSED))


def portaudio() -> Any:
    """Return the `sounddevice` module, loaded at the first call; raises SoundError."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise SoundError(
            "The sound library PortAudio is missing. Install it "
            "(Debian and Ubuntu call it libportaudio2), or type instead."
        ) from error
    except Exception as error:
        # Importing also starts PortAudio, and its error class is lost with the failed import.
        raise SoundError(
            "The sound system of this computer could not be started. Check it, or type instead."
        ) from error
    return sounddevice


def explain(error: Exception, direction: Direction) -> SoundError:
    """Return what PortAudio's error means to the user."""
    code = portaudio_code(error)
    if code == INVALID_DEVICE:
        return NoDevice(_MISSING[direction])
    if code == DEVICE_UNAVAILABLE:
        return DeviceBusy(_BUSY[direction])
    if code in FORMAT_REFUSED:
        return DeviceFailed(_REFUSED[direction])
    return DeviceFailed(_FAILED[direction])


def portaudio_code(error: Exception) -> int:
    """Return the PaErrorCode of a PortAudioError, 0 where it carries none."""
    return error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0


def list_devices(direction: Direction) -> list[DeviceInfo]:
    """Return what a person can choose from, in PortAudio's order; raises SoundError.

    An empty list means that there is no such device. What PortAudio saw when it started (or at
    the last `rescan`) is what it lists.
    """
    return [info for _, info in _entries(direction) if not _is_plugin(info)]


def find_device(direction: Direction, name: str) -> Found:
    """Return the device of that name, or the system's default for "" and for an absent name.

    A device plugged into another socket is still the same, though its name holds another number.
    Raises NoDevice where there is none at all, SoundError where there is no PortAudio.
    """
    entries = _entries(direction)
    if not entries:
        raise NoDevice(_MISSING[direction])
    for same in (_exactly, _but_for_its_number):
        for index, info in entries:
            if name and same(info.name, name):
                return Found(index, info, is_wanted=True)
    index, info = next((entry for entry in entries if entry[1].is_default), entries[0])
    return Found(index, info, is_wanted=not name)


def rescan() -> None:
    """Have PortAudio look for devices again; raises SoundError.

    Every open stream would be torn down with it: legal only while there is none.
    """
    sounddevice = portaudio()
    try:
        # The only way to a fresh list; sounddevice names these two private and documents them.
        sounddevice._terminate()  # noqa: SLF001
        sounddevice._initialize()  # noqa: SLF001
    except sounddevice.PortAudioError as error:
        raise SoundError(
            "The sound system of this computer could not be started. Check it, or type instead."
        ) from error


def _entries(direction: Direction) -> list[tuple[int, DeviceInfo]]:
    """Return index and description of the devices of one direction, of one host API."""
    sounddevice = portaudio()
    try:
        devices = list(sounddevice.query_devices())
        apis = list(sounddevice.query_hostapis())
    except sounddevice.PortAudioError as error:
        raise explain(error, direction) from error
    channels_key = f"max_{direction.value}_channels"
    entries = []
    for index, device in enumerate(devices):
        if device[channels_key] < 1:
            continue
        api = apis[device["hostapi"]]
        info = DeviceInfo(
            name=device["name"],
            host_api=api["name"],
            channels=device[channels_key],
            sample_rate_hz=round(device["default_samplerate"]),
            is_default=index == api[f"default_{direction.value}_device"],
        )
        entries.append((index, info))
    # PortAudio's first API is its default; the others mostly show the same devices again.
    order = sorted(apis, key=lambda api: api["name"] != _PREFERRED_API)
    for api in order:
        if chosen := [entry for entry in entries if entry[1].host_api == api["name"]]:
            return chosen
    return []


def _exactly(name: str, wanted: str) -> bool:
    return name == wanted


def _but_for_its_number(name: str, wanted: str) -> bool:
    return _NUMBER.sub("", name) == _NUMBER.sub("", wanted)


def _is_plugin(info: DeviceInfo) -> bool:
    if info.host_api != "ALSA" or info.is_default:
        return False
    return _ALSA_PLUGIN.fullmatch(info.name) is not None

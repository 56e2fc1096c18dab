"""What the operating system says is plugged in, asked so cheaply that it can be asked all the time.

PortAudio lists devices as they were when it started, and finding out more costs every open stream.
So the system itself is asked whether anything changed at all, and PortAudio only where it did.

Rule: nothing here speaks to PortAudio or keeps a device open. Used by the `sound` thread.

Linux sound servers move a stream that follows the default to another device by themselves; there
only cards that come and go matter. On Windows and macOS a stream stays where it was opened.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SOUND_DEVICES = Path("/dev/snd")
_SOUND_CARDS = Path("/proc/asound/cards")


@dataclass(frozen=True)
class Plugged:
    """Two values that differ exactly when the devices, or the system's defaults, may differ."""

    devices: tuple[object, ...] = ()
    defaults: tuple[object, ...] = ()


def what_is_plugged() -> Plugged:
    """Return what is plugged in now; always the same where this system cannot be asked."""
    if sys.platform == "win32":
        return seen_by_windows(ctypes.WinDLL("winmm"))
    if sys.platform == "darwin":
        return seen_by_macos(ctypes.CDLL(ctypes.util.find_library("CoreAudio")))
    return seen_by_linux(_SOUND_DEVICES, _SOUND_CARDS)


def seen_by_linux(devices: Path, cards: Path) -> Plugged:
    """Return the kernel's list of cards and when its folder of devices last changed."""
    try:
        changed_at = devices.stat().st_mtime_ns
    except OSError:
        # No sound hardware at all is an answer too.
        changed_at = 0
    try:
        listed = cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        listed = ""
    return Plugged((changed_at, listed))


class _InputCaps(ctypes.Structure):
    """WAVEINCAPSW of mmeapi.h."""

    _fields_ = (
        ("wMid", ctypes.c_uint16),
        ("wPid", ctypes.c_uint16),
        ("vDriverVersion", ctypes.c_uint32),
        ("szPname", ctypes.c_uint16 * 32),
        ("dwFormats", ctypes.c_uint32),
        ("wChannels", ctypes.c_uint16),
        ("wReserved1", ctypes.c_uint16),
    )


class _OutputCaps(ctypes.Structure):
    """WAVEOUTCAPSW of mmeapi.h."""

    _fields_ = (*_InputCaps._fields_, ("dwSupport", ctypes.c_uint32))


def seen_by_windows(winmm: Any) -> Plugged:
    """Return the names that the `winmm` library lists; its first device is the preferred one."""
    inputs = _names(winmm.waveInGetNumDevs(), winmm.waveInGetDevCapsW, _InputCaps)
    outputs = _names(winmm.waveOutGetNumDevs(), winmm.waveOutGetDevCapsW, _OutputCaps)
    return Plugged(
        (tuple(sorted(inputs)), tuple(sorted(outputs))), (tuple(inputs[:1]), tuple(outputs[:1]))
    )


def _names(count: int, describe: Any, kind: type[_InputCaps] | type[_OutputCaps]) -> list[bytes]:
    names = []
    for index in range(count):
        caps = kind()
        # A device that went away since they were counted leaves its name empty.
        describe(ctypes.c_size_t(index), ctypes.byref(caps), ctypes.sizeof(caps))
        names.append(bytes(caps.szPname))
    return names


class _Address(ctypes.Structure):
    """AudioObjectPropertyAddress of AudioHardwareBase.h."""

    _fields_ = (
        ("mSelector", ctypes.c_uint32),
        ("mScope", ctypes.c_uint32),
        ("mElement", ctypes.c_uint32),
    )


_SYSTEM_OBJECT = 1
_MOST_DEVICES = 256


def seen_by_macos(core_audio: Any) -> Plugged:
    """Return the numbers that CoreAudio gave the devices and the two default ones."""
    return Plugged(
        _property(core_audio, b"dev#"),
        _property(core_audio, b"dIn ") + _property(core_audio, b"dOut"),
    )


def _property(core_audio: Any, selector: bytes) -> tuple[int, ...]:
    address = _Address(int.from_bytes(selector, "big"), int.from_bytes(b"glob", "big"), 0)
    values = (ctypes.c_uint32 * _MOST_DEVICES)()
    size = ctypes.c_uint32(ctypes.sizeof(values))
    status = core_audio.AudioObjectGetPropertyData(
        ctypes.c_uint32(_SYSTEM_OBJECT),
        ctypes.byref(address),
        ctypes.c_uint32(0),
        None,
        ctypes.byref(size),
        ctypes.byref(values),
    )
    if status != 0:
        return ()
    return tuple(values[: size.value // ctypes.sizeof(ctypes.c_uint32)])

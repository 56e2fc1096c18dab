from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any

from her_desktop.audio.plugged import (
    seen_by_linux,
    seen_by_macos,
    seen_by_windows,
    what_is_plugged,
)


def test_this_machine_can_be_asked_and_says_the_same_twice() -> None:
    assert what_is_plugged() == what_is_plugged()


def test_linux_shows_a_card_that_comes_or_goes(tmp_path: Path) -> None:
    devices, cards = tmp_path / "snd", tmp_path / "cards"
    nothing = seen_by_linux(devices, cards)
    devices.mkdir()
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    one = seen_by_linux(devices, cards)
    assert one != nothing
    assert one == seen_by_linux(devices, cards)
    (devices / "pcmC1D0c").touch()
    os.utime(devices, ns=(1, 1))
    two = seen_by_linux(devices, cards)
    assert two.devices != one.devices
    # A sound server moves streams to another default by itself.
    assert two.defaults == one.defaults


class WinMm:
    """The part of Windows' winmm library that is asked."""

    def __init__(self, inputs: list[str], outputs: list[str]) -> None:
        self._inputs, self._outputs = inputs, outputs

    def waveInGetNumDevs(self) -> int:  # noqa: N802 - Windows' own names
        return len(self._inputs)

    def waveOutGetNumDevs(self) -> int:  # noqa: N802
        return len(self._outputs)

    def waveInGetDevCapsW(self, index: Any, caps: Any, size: int) -> int:  # noqa: N802
        assert size == 80
        return self._fill(self._inputs[index.value], caps)

    def waveOutGetDevCapsW(self, index: Any, caps: Any, size: int) -> int:  # noqa: N802
        assert size == 84
        return self._fill(self._outputs[index.value], caps)

    def _fill(self, name: str, caps: Any) -> int:
        ctypes.memmove(ctypes.byref(caps._obj, 8), name.encode("utf-16-le"), 2 * len(name))
        return 0


def test_windows_shows_devices_and_which_is_preferred() -> None:
    before = seen_by_windows(WinMm(["Built-in", "Headset"], ["Built-in"]))
    assert before == seen_by_windows(WinMm(["Built-in", "Headset"], ["Built-in"]))
    preferred = seen_by_windows(WinMm(["Headset", "Built-in"], ["Built-in"]))
    assert preferred.devices == before.devices
    assert preferred.defaults != before.defaults
    plugged = seen_by_windows(WinMm(["Built-in", "Headset"], ["Built-in", "Headset"]))
    assert plugged.devices != before.devices
    assert plugged.defaults == before.defaults


class CoreAudio:
    """The one function of macOS's CoreAudio that is asked."""

    def __init__(self, **properties: list[int]) -> None:
        self._properties = {key.encode(): values for key, values in properties.items()}

    def AudioObjectGetPropertyData(  # noqa: N802 - its own name
        self, system: Any, address: Any, extra_size: Any, extra: None, size: Any, values: Any
    ) -> int:
        assert system.value == 1
        selector = address._obj.mSelector.to_bytes(4, "big").strip()
        if selector not in self._properties:
            return -1
        answer = self._properties[selector]
        values._obj[: len(answer)] = answer
        size._obj.value = 4 * len(answer)
        return 0


def test_macos_shows_devices_and_defaults() -> None:
    before = seen_by_macos(CoreAudio(**{"dev#": [41, 48], "dIn": [41], "dOut": [48]}))
    assert before.devices == (41, 48)
    assert before.defaults == (41, 48)
    plugged = seen_by_macos(CoreAudio(**{"dev#": [41, 48, 60], "dIn": [60], "dOut": [48]}))
    assert plugged.devices != before.devices
    assert plugged.defaults == (60, 48)
    assert seen_by_macos(CoreAudio()).devices == ()

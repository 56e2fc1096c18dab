from __future__ import annotations

import sys

import pytest
from fake_sounddevice import FakeSoundDevice, PortAudioError

from her_desktop.audio.devices import (
    DeviceBusy,
    DeviceFailed,
    Direction,
    NoDevice,
    SoundError,
    explain,
    find_device,
    list_devices,
    rescan,
)


def test_only_devices_of_the_wanted_direction_are_listed(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", inputs=1, outputs=2, rate=48000.0)
    sounddevice.plug("Television", outputs=8)
    assert [info.name for info in list_devices(Direction.INPUT)] == ["Headset"]
    outputs = list_devices(Direction.OUTPUT)
    assert [info.name for info in outputs] == ["Headset", "Television"]
    assert [info.is_default for info in outputs] == [True, False]
    assert (outputs[0].channels, outputs[0].sample_rate_hz) == (2, 48000)


def test_alsa_plugins_are_not_shown_as_devices(sounddevice: FakeSoundDevice) -> None:
    for name in ("default", "HDA Intel: ALC257 (hw:0,0)", "surround51", "sysdefault", "dmix"):
        sounddevice.plug(name, outputs=2)
    names = [info.name for info in list_devices(Direction.OUTPUT)]
    assert names == ["default", "HDA Intel: ALC257 (hw:0,0)"]


def test_windows_shows_each_device_once(sounddevice: FakeSoundDevice) -> None:
    sounddevice.apis = ["MME", "Windows DirectSound", "Windows WASAPI"]
    sounddevice.plug("Microphone (USB Audio Devi", inputs=1, api=0)
    sounddevice.plug("Microphone (USB Audio Device)", inputs=1, api=1)
    sounddevice.plug("Microphone (USB Audio Device)", inputs=1, api=2)
    assert [info.host_api for info in list_devices(Direction.INPUT)] == ["Windows WASAPI"]
    assert find_device(Direction.INPUT, "").index == 2


def test_a_remembered_name_is_found_at_its_present_place(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Built-in", inputs=2)
    sounddevice.plug("Headset", inputs=1)
    assert find_device(Direction.INPUT, "Headset").index == 1
    sounddevice.unplug("Built-in")
    rescan()
    found = find_device(Direction.INPUT, "Headset")
    assert (found.index, found.is_wanted) == (0, True)


@pytest.mark.parametrize(
    ("remembered", "now"),
    [
        ("USB Headset: Audio (hw:1,0)", "USB Headset: Audio (hw:3,0)"),
        ("Microphone (USB Audio)", "Microphone (2- USB Audio)"),
        ("Microphone (2- USB Audio)", "Microphone (11- USB Audio)"),
    ],
)
def test_a_device_in_another_socket_is_still_the_same(
    sounddevice: FakeSoundDevice, remembered: str, now: str
) -> None:
    sounddevice.plug("Built-in", inputs=2)
    sounddevice.plug(now, inputs=1)
    found = find_device(Direction.INPUT, remembered)
    assert (found.info.name, found.is_wanted) == (now, True)


def test_of_two_alike_the_one_with_the_same_number_is_taken(sounddevice: FakeSoundDevice) -> None:
    for card in (1, 2):
        sounddevice.plug(f"USB Headset: Audio (hw:{card},0)", inputs=1)
    assert find_device(Direction.INPUT, "USB Headset: Audio (hw:2,0)").index == 1
    assert find_device(Direction.INPUT, "USB Headset: Audio (hw:2,1)").is_wanted is False


def test_the_default_stands_in_for_an_absent_device(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Built-in", inputs=2)
    found = find_device(Direction.INPUT, "Headset")
    assert found.info.name == "Built-in"
    assert not found.is_wanted
    assert find_device(Direction.INPUT, "").is_wanted


def test_no_device_is_said_in_a_sentence(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Television", outputs=8)
    assert list_devices(Direction.INPUT) == []
    with pytest.raises(NoDevice, match="No microphone was found"):
        find_device(Direction.INPUT, "")


def test_a_device_plugged_in_later_is_seen_after_a_rescan(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Built-in", outputs=2)
    sounddevice.devices.append({**sounddevice.devices[0], "name": "Headset"})
    assert len(list_devices(Direction.OUTPUT)) == 1
    rescan()
    assert [info.name for info in list_devices(Direction.OUTPUT)] == ["Built-in", "Headset"]


def test_a_missing_portaudio_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(SoundError, match="PortAudio is missing"):
        list_devices(Direction.INPUT)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-9985, DeviceBusy),
        (-9996, NoDevice),
        (-9997, DeviceFailed),
        (-9998, DeviceFailed),
        (-9999, DeviceFailed),
        (-9986, DeviceFailed),
    ],
)
def test_every_portaudio_error_has_its_sentence(
    direction: Direction, code: int, kind: type[SoundError]
) -> None:
    explained = explain(PortAudioError("PaErrorCode", code), direction)
    assert type(explained) is kind
    noun = "microphone" if direction is Direction.INPUT else "loudspeaker"
    assert noun in str(explained)
    assert "PaError" not in str(explained)
    assert str(explained).endswith(".")

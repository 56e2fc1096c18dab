from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from her_desktop.audio.devices import DeviceBusy, NoDevice
from her_desktop.audio.microphone import BlockQueue
from her_desktop.audio.plugged import Plugged
from her_desktop.conversation.commands import ChooseDevice, EndCapture, SetMicrophone
from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
)
from her_desktop.engine.device_surroundings import Surroundings
from her_desktop.engine.sound import SoundDevices

LONG = 20.0


class Stream:
    """A stream that says what is done with it, and on which thread."""

    def __init__(self, log: queue.SimpleQueue[str], label: str) -> None:
        self._log = log
        self._label = label
        self.name = ""
        self.is_wanted = True
        self.sample_rate_hz = 48_000
        self.threads: set[str] = set()
        self.refusal: Exception | None = None
        self.let_go = threading.Event()
        self.let_go.set()
        self.is_resting = False
        self.used_at = -float("inf")
        self.on_needed: Callable[[], None] = lambda: None

    @property
    def is_open(self) -> bool:
        return bool(self.name)

    @property
    def last_block_at(self) -> float:
        return time.monotonic()

    def open(self, name: str) -> None:
        self.threads.add(threading.current_thread().name)
        self._log.put(f"open {self._label} {name}".strip())
        if self.refusal:
            raise self.refusal
        self.name = name or "Default"

    def close(self) -> None:
        self.release()

    def release(self) -> None:
        if self.name:
            self.threads.add(threading.current_thread().name)
            self.name = ""
            self._log.put(f"close {self._label}")
            self.let_go.wait(LONG)

    def give_up(self) -> None:
        return

    def rest(self) -> None:
        self.is_resting = True

    def rouse(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.is_resting = False
        self._log.put(f"rouse {self._label}")


class Rig:
    """Both streams, the thread that looks after them, and what it says."""

    def __init__(self) -> None:
        self.log: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.microphone = Stream(self.log, "microphone")
        self.speaker = Stream(self.log, "speaker")
        self.underflows = 0
        self.devices: SoundDevices | None = None

    def start(self, *, muted: bool = False, input_name: str = "", output_name: str = "") -> None:
        self.devices = SoundDevices(
            self.microphone,
            self.speaker,
            BlockQueue(),
            self.events.put,
            lambda: self.underflows,
            muted=muted,
            input_name=input_name,
            output_name=output_name,
            surroundings=Surroundings(lambda: None, Plugged),
        )
        self.devices.start()

    def happened(self, count: int) -> list[str]:
        return [self.log.get(timeout=LONG) for _ in range(count)]

    def changed(self, device: Device) -> DeviceChanged:
        while True:
            event = self.events.get(timeout=LONG)
            if isinstance(event, DeviceChanged) and event.device is device:
                return event

    def end(self) -> None:
        for stream in (self.microphone, self.speaker):
            stream.let_go.set()
        if self.devices is not None:
            self.devices.stop()
            self.devices.join(LONG)
            assert not self.devices.is_alive()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


def test_the_loudspeaker_is_opened_first_and_both_are_closed(rig: Rig) -> None:
    rig.start(input_name="Headset", output_name="Television")
    assert rig.happened(2) == ["open speaker Television", "open microphone Headset"]
    assert rig.changed(Device.SPEAKER).state is DeviceState.READY
    rig.end()
    assert rig.happened(2) == ["close speaker", "close microphone"]
    # All of PortAudio happens on one thread, which is not the one that waits for it.
    assert len(rig.microphone.threads | rig.speaker.threads) == 1
    assert "sound" not in rig.microphone.threads


def test_mute_closes_the_microphone_for_real(rig: Rig) -> None:
    rig.start()
    rig.happened(2)
    assert rig.devices is not None
    rig.devices.order(EndCapture())
    rig.devices.order(SetMicrophone(open=False))
    assert rig.happened(1) == ["close microphone"]
    assert rig.changed(Device.MICROPHONE).state is DeviceState.MUTED
    rig.devices.order(SetMicrophone(open=True))
    assert rig.happened(1) == ["open microphone"]


def test_a_resting_loudspeaker_is_roused_by_whoever_needs_it(rig: Rig) -> None:
    rig.start()
    rig.happened(2)
    rig.speaker.rest()
    rig.speaker.on_needed()
    assert rig.happened(1) == ["rouse speaker"]
    assert "sound" not in rig.speaker.threads, "PortAudio is called by its own thread"


def test_another_device_is_opened_when_it_is_chosen(rig: Rig) -> None:
    rig.start()
    rig.happened(2)
    assert rig.devices is not None
    rig.devices.order(ChooseDevice(Device.MICROPHONE, "Headset"))
    assert rig.happened(2) == ["close microphone", "open microphone Headset"]
    rig.devices.order(ChooseDevice(Device.SPEAKER, "Television"))
    assert rig.happened(2) == ["close speaker", "open speaker Television"]


def test_muted_from_the_start_it_is_never_opened(rig: Rig) -> None:
    rig.start(muted=True)
    assert rig.changed(Device.MICROPHONE).state is DeviceState.MUTED
    rig.end()
    assert rig.happened(2) == ["open speaker", "close speaker"]


@pytest.mark.parametrize(
    ("refusal", "state"),
    [(DeviceBusy("Busy."), DeviceState.BUSY), (NoDevice("None."), DeviceState.MISSING)],
)
def test_it_ends_from_a_device_that_is_not_there(
    rig: Rig, refusal: Exception, state: DeviceState
) -> None:
    rig.microphone.refusal = refusal
    rig.start()
    changed = rig.changed(Device.MICROPHONE)
    assert (changed.state, changed.message) == (state, str(refusal))


def test_a_loudspeaker_that_ran_dry_is_reported(rig: Rig) -> None:
    rig.underflows = 3
    rig.start()
    counts = []
    for expected in (3, 2):
        while True:
            event = rig.events.get(timeout=LONG)
            if isinstance(event, AudioDropped):
                counts.append((event.device, event.count))
                break
        rig.underflows += 2
        assert counts[-1] == (Device.SPEAKER, expected)


def test_orders_and_the_end_do_not_wait_for_a_stuck_device(rig: Rig) -> None:
    rig.start()
    rig.happened(2)
    rig.changed(Device.SPEAKER)
    assert rig.devices is not None
    rig.microphone.let_go.clear()
    rig.devices.order(SetMicrophone(open=False))
    told = rig.changed(Device.MICROPHONE)
    assert (told.state, told.message) == (
        DeviceState.MUTED,
        "The microphone is muted, but the sound system has not let go of it yet.",
    )
    # A new stream is opened beside the one that hangs.
    rig.devices.order(SetMicrophone(open=True))
    assert rig.happened(2) == ["close microphone", "open microphone"]
    rig.devices.stop()
    assert rig.happened(1) == ["close speaker"]
    assert rig.devices.is_alive()

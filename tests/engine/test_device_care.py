from __future__ import annotations

import itertools
import queue
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from fake_sounddevice import FakeSoundDevice

from her_desktop.audio.devices import DeviceBusy, DeviceFailed, NoDevice, SoundError, rescan
from her_desktop.audio.microphone import BlockQueue, Microphone
from her_desktop.audio.plugged import Plugged
from her_desktop.audio.speaker import Speaker
from her_desktop.conversation.events import Device, DeviceChanged, DeviceState, Event, Noticed
from her_desktop.engine.device_care import RESTS_AFTER, UNUSED_RESTS_AFTER, DeviceCare
from her_desktop.engine.device_surroundings import Surroundings
from her_desktop.engine.listener import StreamOpened
from her_desktop.engine.portaudio_calls import Call, NoAnswer
from her_desktop.engine.sound import CALM_LOOK_EVERY, LOOK_EVERY

MICROPHONE, SPEAKER = Device.MICROPHONE, Device.SPEAKER


class Stream:
    """A stream on a made-up machine; it delivers while the test lets it."""

    def __init__(self, machine: Machine, device: Device) -> None:
        self.machine = machine
        self.device = device
        self.name = ""
        self.is_wanted = True
        self.sample_rate_hz = 0
        self.last_block_at = 0.0
        self.queued = False
        self.waits_for_first_block = 0.0
        self.opened: list[float] = []
        self.on_needed: Callable[[], None] = lambda: None
        self.is_resting = False
        self.used_at = -float("inf")
        self.refuses_to_wake: SoundError | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.name)

    def open(self, name: str) -> None:
        assert not self.is_open
        self.opened.append(self.machine.time)
        if error := self.machine.refusals.get(self.device):
            self.queued = False
            raise error
        known = self.machine.listed[self.device]
        if not known:
            self.queued = False
            raise NoDevice("There is none.")
        found = name if name in known else next(iter(known))
        if found not in self.machine.there[self.device]:
            self.queued = False
            raise DeviceFailed("It could not be started.")
        self.name, self.is_wanted = found, name in ("", found)
        self.sample_rate_hz = known[found]

    def close(self) -> None:
        self.give_up()
        self.release()

    def release(self) -> None:
        self.name, self.sample_rate_hz, self.is_resting = "", 0, False

    def rest(self) -> None:
        self.is_resting = True

    def rouse(self) -> None:
        self.is_resting = False
        if self.refuses_to_wake:
            self.release()
            raise self.refuses_to_wake

    def give_up(self) -> None:
        self.queued = False


@dataclass
class Machine:
    """Devices with their rates, as they are and as PortAudio lists them, and a clock."""

    time: float = 100.0
    asleep: float = 7.0
    there: dict[Device, dict[str, int]] = field(
        default_factory=lambda: {MICROPHONE: {"Built-in": 48000}, SPEAKER: {"Built-in": 48000}}
    )
    refusals: dict[Device, SoundError] = field(default_factory=dict)
    mute_stop: set[Device] = field(default_factory=set)
    rescans: list[float] = field(default_factory=list)
    changes: int = 0
    default: str = "Built-in"
    names: dict[Device, str] = field(default_factory=lambda: {MICROPHONE: "", SPEAKER: ""})

    def __post_init__(self) -> None:
        self.listed = {device: dict(known) for device, known in self.there.items()}
        self.events: list[Event] = []
        self.blocks = BlockQueue()
        self.streams = {device: Stream(self, device) for device in Device}
        self.hanging: set[tuple[Device, str]] = set()
        self.under_way: list[Call] = []
        self.care = DeviceCare(
            self.streams[MICROPHONE],
            self.streams[SPEAKER],
            self.names,
            self.blocks,
            self.events.append,
            self,
            Surroundings(
                self.rescan,
                lambda: Plugged((self.changes,), (self.default,)),
                lambda: self.time,
                lambda: self.asleep,
            ),
        )

    # --- what the care of the devices is given ---------------------------------------------------

    @property
    def stuck(self) -> int:
        return sum(not call.is_over for call in self.under_way)

    def run(self, work: Callable[[], None], patience: float) -> None:
        asked = work.func if isinstance(work, partial) else work
        for device, what in self.hanging:
            stream = self.streams[device]
            named = {
                "open": (stream.open,),
                "close": (stream.close, stream.release),
                "rest": (stream.rest,),
                "rouse": (stream.rouse,),
            }
            if asked in named[what]:
                if what == "close":
                    # Our stream lets go of it before it asks PortAudio.
                    work()
                self.time += patience
                self.deliver()
                self.under_way.append(Call(work if what == "open" else lambda: None))
                raise NoAnswer(self.under_way[-1])
        work()

    def rescan(self) -> None:
        assert not any(stream.is_open for stream in self.streams.values())
        assert not self.stuck
        self.rescans.append(self.time)
        self.listed = {device: dict(known) for device, known in self.there.items()}

    # --- what the test does ----------------------------------------------------------------------

    def begin(self, *, muted: bool = False) -> None:
        self.care.begin(muted=muted)

    def run_for(self, seconds: float) -> None:
        """Let time pass, in which the devices that are there deliver and are looked at."""
        until = self.time + seconds
        while self.time < until:
            self.time += CALM_LOOK_EVERY if self.care.is_calm else LOOK_EVERY
            self.deliver()
            self.care.look()

    def deliver(self) -> None:
        """Have every device that is open and there call its stream."""
        for device, stream in self.streams.items():
            waited = self.time - (stream.opened[-1] if stream.opened else 0.0)
            is_moving = stream.name in self.there[device] and device not in self.mute_stop
            is_moving &= not stream.is_resting
            if is_moving and waited >= stream.waits_for_first_block:
                stream.last_block_at = self.time

    def let_go(self) -> None:
        """Let every call that hangs return."""
        self.hanging.clear()
        for call in self.under_way:
            if not call.is_over:
                call.carry_out()

    def plug(self, device: Device, name: str, rate: int = 48000) -> None:
        self.there[device][name] = rate
        self.changes += 1

    def pull(self, device: Device, name: str) -> None:
        del self.there[device][name]
        self.changes += 1

    def states(self, device: Device) -> list[DeviceState]:
        return [e.state for e in self.events if isinstance(e, DeviceChanged) and e.device is device]

    def said(self, device: Device) -> list[str]:
        told = [e for e in self.events if isinstance(e, DeviceChanged) and e.device is device]
        return [event.message for event in told if event.message]

    def noticed(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Noticed)]

    @property
    def in_use(self) -> tuple[str, str]:
        return self.streams[MICROPHONE].name, self.streams[SPEAKER].name


def started(**made: object) -> Machine:
    machine = Machine(**made)  # type: ignore[arg-type]
    machine.begin()
    # Until nothing is forgiven for being new.
    machine.run_for(4.0)
    machine.events.clear()
    return machine


def test_the_loudspeaker_is_ready_once_it_plays() -> None:
    machine = Machine()
    machine.begin()
    assert machine.in_use == ("Built-in", "Built-in")
    assert machine.states(SPEAKER) == []
    machine.run_for(0.5)
    assert machine.states(SPEAKER) == [DeviceState.READY]
    # That the microphone is, is for the listener to say.
    assert machine.states(MICROPHONE) == []
    assert isinstance(machine.blocks.get(timeout=0.0), StreamOpened)


def test_a_loudspeaker_that_nobody_needs_stands_still_until_it_is_needed() -> None:
    machine = started()
    speaker = machine.streams[SPEAKER]
    speaker.used_at = machine.time

    def rests_after(seconds: float) -> bool:
        machine.run_for(seconds)
        return speaker.is_resting

    assert [rests_after(RESTS_AFTER - 1.0), rests_after(2.0), rests_after(3600.0)] == [
        False,
        True,
        True,
    ]
    machine.care.rouse()
    machine.care.rouse()
    # It was roused because it would be needed.
    assert [rests_after(0.0), rests_after(RESTS_AFTER - 1.0), rests_after(2.0)] == [
        False,
        False,
        True,
    ]
    assert not machine.streams[MICROPHONE].is_resting
    assert machine.events == [], "and nothing of it is a trouble"
    assert len(speaker.opened) == 1


def test_a_loudspeaker_that_nobody_has_needed_yet_need_not_be_waited_for() -> None:
    machine = started()
    speaker = machine.streams[SPEAKER]
    machine.run_for(UNUSED_RESTS_AFTER - 6.0)
    assert not speaker.is_resting
    machine.run_for(2.0)
    assert speaker.is_resting


@pytest.mark.parametrize("muted", [True, False])
def test_a_loudspeaker_that_was_pulled_out_at_rest_is_missed_at_once(muted: bool) -> None:
    machine = started(there={MICROPHONE: {"Built-in": 48000}, SPEAKER: {"A": 48000, "B": 48000}})
    machine.care.set_muted(muted)
    machine.run_for(RESTS_AFTER + 10.0)
    assert machine.streams[SPEAKER].is_resting
    machine.events.clear()
    machine.pull(SPEAKER, "A")
    machine.run_for(2.5)
    assert machine.streams[SPEAKER].name == "B"
    assert machine.states(SPEAKER) == [DeviceState.LOST, DeviceState.READY]


def test_a_loudspeaker_that_does_not_wake_is_opened_anew_and_plays_what_was_queued() -> None:
    machine = started()
    machine.run_for(RESTS_AFTER + 10.0)
    speaker = machine.streams[SPEAKER]
    speaker.refuses_to_wake, speaker.queued = DeviceFailed("It does not start."), True
    machine.care.rouse()
    assert (machine.in_use, speaker.queued) == (("Built-in", "Built-in"), True)
    machine.run_for(1.0)
    assert machine.states(SPEAKER) == [DeviceState.LOST, DeviceState.READY]


@pytest.mark.parametrize("what", ["rest", "rouse"])
def test_a_loudspeaker_that_hangs_on_its_way_to_rest_or_back_is_opened_beside_it(what: str) -> None:
    machine = started()
    machine.hanging = {(SPEAKER, what)}
    machine.run_for(RESTS_AFTER + 10.0)
    machine.care.rouse()
    for _ in range(2):
        machine.run_for(2.0)
        assert machine.in_use == ("Built-in", "Built-in")
        assert machine.states(SPEAKER) == [DeviceState.LOST, DeviceState.READY]
        machine.let_go()


def test_muted_from_the_start_the_microphone_stays_closed() -> None:
    machine = Machine()
    machine.begin(muted=True)
    machine.run_for(10.0)
    assert machine.in_use == ("", "Built-in")
    assert machine.streams[MICROPHONE].opened == []
    assert machine.states(MICROPHONE) == [DeviceState.MUTED]
    machine.care.set_muted(False)
    assert machine.in_use == ("Built-in", "Built-in")
    assert [machine.blocks.get(timeout=0.0) for _ in range(2)] == [
        StreamOpened(SPEAKER),
        StreamOpened(MICROPHONE),
    ]
    with pytest.raises(queue.Empty):
        machine.blocks.get(timeout=0.0)
    machine.care.set_muted(True)
    assert machine.in_use == ("", "Built-in")


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (DeviceBusy("Somebody has it."), DeviceState.BUSY),
        (NoDevice("There is none."), DeviceState.MISSING),
        (DeviceFailed("It is broken."), DeviceState.LOST),
        (SoundError("PortAudio is missing."), DeviceState.LOST),
    ],
)
@pytest.mark.parametrize("device", Device)
def test_why_a_device_is_not_there_is_told_once(
    refusal: SoundError, state: DeviceState, device: Device
) -> None:
    machine = Machine(refusals={device: refusal})
    machine.begin()
    machine.run_for(20.0)
    assert machine.states(device)[:1] == [state]
    assert machine.said(device) == [str(refusal)]
    # It was tried again all the time, and the other device was left in peace.
    opened = machine.streams[device].opened
    assert len(opened) >= 8
    assert min(b - a for a, b in itertools.pairwise(opened)) >= 1.75
    other = SPEAKER if device is MICROPHONE else MICROPHONE
    assert len(machine.streams[other].opened) == 1
    machine.refusals.clear()
    machine.run_for(2.5)
    assert machine.in_use == ("Built-in", "Built-in")


@pytest.mark.parametrize("device", Device)
def test_a_stream_that_falls_silent_is_said_and_opened_again_within_two_seconds(
    device: Device,
) -> None:
    machine = started()
    machine.mute_stop = {device}
    machine.run_for(1.0)
    assert machine.states(device) == []
    machine.run_for(0.75)
    assert machine.states(device)[0] is DeviceState.LOST
    assert len(machine.streams[device].opened) == 2
    machine.mute_stop.clear()
    machine.run_for(0.5)
    assert machine.in_use == ("Built-in", "Built-in")
    if device is SPEAKER:
        assert machine.states(device) == [DeviceState.LOST, DeviceState.READY]


@pytest.mark.parametrize("device", Device)
def test_a_headset_pulled_out_is_replaced_and_returned_to(device: Device) -> None:
    noun = "microphone" if device is MICROPHONE else "loudspeaker"
    there = {MICROPHONE: {"Built-in": 48000}, SPEAKER: {"Built-in": 48000}}
    there[device]["Headset"] = 48000
    names = {MICROPHONE: "", SPEAKER: ""} | {device: "Headset"}
    machine = started(there=there, names=names)
    stream = machine.streams[device]
    assert stream.name == "Headset"
    machine.pull(device, "Headset")
    machine.run_for(2.0)
    assert stream.name == "Built-in"
    # That the first attempt failed is no news, since the second did not.
    assert len(machine.said(device)) == 1
    assert machine.states(device)[0] is DeviceState.LOST
    [stand_in] = machine.noticed()
    assert stand_in == f"The {noun} Headset is not there, so Built-in is used until it is."
    machine.changes += 1
    machine.run_for(20.0)
    assert len(machine.rescans) == 2
    assert machine.noticed() == [stand_in]
    machine.events.clear()
    machine.plug(device, "Headset")
    machine.run_for(1.0)
    assert stream.name == "Headset"
    assert machine.noticed() == [f"The {noun} Headset is back and in use again."]
    assert machine.in_use.count("") == 0


@pytest.mark.parametrize("device", Device)
def test_another_device_is_used_as_soon_as_it_is_chosen(device: Device) -> None:
    there = {each: {"Built-in": 48000, "Headset": 44100} for each in Device}
    machine = started(there=there)
    stream, other = machine.streams[device], machine.streams[_other(device)]
    stream.queued = True
    machine.care.choose(device, "Headset")
    assert (stream.name, other.name) == ("Headset", "Built-in")
    assert stream.queued, "what was being said goes on there"
    assert len(other.opened) == 1
    machine.care.choose(device, "Headset")
    assert len(stream.opened) == 2, "it was in use already"
    machine.run_for(5.0)
    assert machine.noticed() == []
    machine.care.choose(device, "")
    assert stream.name == "Built-in"


def test_a_device_that_is_chosen_and_absent_is_named_and_returned_to() -> None:
    machine = started()
    machine.care.choose(MICROPHONE, "Headset")
    assert machine.in_use == ("Built-in", "Built-in")
    assert machine.noticed() == [
        "The microphone Headset is not there, so Built-in is used until it is."
    ]
    machine.plug(MICROPHONE, "Headset")
    machine.run_for(2.0)
    assert machine.in_use == ("Headset", "Built-in")


def test_a_choice_while_muted_holds_once_it_is_opened() -> None:
    there = {each: {"Built-in": 48000, "Headset": 48000} for each in Device}
    machine = Machine(there=there)
    machine.begin(muted=True)
    machine.care.choose(MICROPHONE, "Headset")
    assert machine.in_use == ("", "Built-in")
    machine.care.set_muted(False)
    assert machine.in_use == ("Headset", "Built-in")


def _other(device: Device) -> Device:
    return SPEAKER if device is MICROPHONE else MICROPHONE


def test_a_stand_in_is_announced_at_the_start() -> None:
    machine = Machine(names={MICROPHONE: "Headset", SPEAKER: ""})
    machine.begin()
    assert machine.in_use == ("Built-in", "Built-in")
    assert len(machine.noticed()) == 1


def test_an_answer_is_heard_on_when_a_microphone_is_plugged_in() -> None:
    machine = started(names={MICROPHONE: "Headset", SPEAKER: ""})
    speaker = machine.streams[SPEAKER]
    speaker.queued = True
    machine.plug(MICROPHONE, "Headset")
    machine.run_for(1.0)
    assert machine.in_use == ("Headset", "Built-in")
    assert speaker.queued


def test_what_is_plugged_in_besides_disturbs_nothing() -> None:
    machine = started()
    machine.plug(MICROPHONE, "Webcam")
    machine.plug(SPEAKER, "Television")
    machine.run_for(10.0)
    assert machine.rescans == []
    assert [len(stream.opened) for stream in machine.streams.values()] == [1, 1]


def test_a_missing_microphone_that_is_plugged_in_is_found() -> None:
    machine = Machine(there={MICROPHONE: {}, SPEAKER: {"Built-in": 48000}})
    machine.begin()
    machine.run_for(20.0)
    assert machine.said(MICROPHONE) == ["There is none."]
    # Without a microphone, the loudspeaker plays on undisturbed.
    assert len(machine.streams[SPEAKER].opened) == 1
    machine.plug(MICROPHONE, "Headset")
    machine.run_for(1.0)
    assert machine.in_use == ("Headset", "Built-in")


def test_plugging_is_waited_for_until_it_is_over() -> None:
    machine = started(names={MICROPHONE: "Headset", SPEAKER: ""})
    for _ in range(8):
        machine.changes += 1
        machine.run_for(LOOK_EVERY)
    assert machine.rescans == []
    machine.there[MICROPHONE]["Headset"] = 48000
    machine.run_for(0.75)
    assert machine.in_use == ("Headset", "Built-in")
    assert len(machine.rescans) == 1


def test_another_default_is_followed_by_those_who_follow_the_system() -> None:
    machine = started(names={MICROPHONE: "", SPEAKER: "Built-in"})
    machine.there[MICROPHONE] = {"Headset": 48000, "Built-in": 48000}
    machine.default = "Headset"
    machine.run_for(1.0)
    assert machine.in_use == ("Headset", "Built-in")


def test_another_default_is_nothing_to_those_who_chose() -> None:
    machine = started(names={MICROPHONE: "Built-in", SPEAKER: "Built-in"})
    machine.default = "Headset"
    machine.run_for(5.0)
    assert machine.rescans == []


def test_a_changed_rate_is_found_on_a_fresh_list() -> None:
    machine = started()
    machine.mute_stop = {MICROPHONE}
    machine.there[MICROPHONE] = {"Built-in (stereo)": 44100}
    machine.run_for(1.5)
    machine.mute_stop.clear()
    machine.run_for(0.5)
    assert machine.streams[MICROPHONE].sample_rate_hz == 44100
    assert len(machine.rescans) == 1


@pytest.mark.parametrize("rate", [8000, 16000])
def test_telephone_quality_is_warned_of_once(rate: int) -> None:
    machine = Machine(there={MICROPHONE: {"Wireless": rate}, SPEAKER: {"Wireless": rate}})
    machine.begin()
    machine.care.set_muted(True)
    machine.care.set_muted(False)
    [warning] = machine.noticed()
    assert "Wireless works at telephone quality" in warning


@pytest.mark.parametrize("device", Device)
def test_a_slow_first_block_is_waited_for(device: Device) -> None:
    machine = Machine()
    machine.streams[device].waits_for_first_block = 7.0
    machine.begin()
    machine.run_for(20.0)
    # Three seconds were too short, five and nine follow.
    assert len(machine.streams[device].opened) == 3
    assert machine.states(device)[0] is DeviceState.LOST
    # Once it has delivered, it is held to the usual again.
    machine.mute_stop = {device}
    machine.run_for(1.5)
    assert len(machine.streams[device].opened) == 4
    machine.run_for(3.5)
    assert len(machine.streams[device].opened) == 5


def test_what_was_just_lost_is_tried_again_sooner() -> None:
    machine = started()
    machine.refusals = {device: DeviceFailed("It could not be started.") for device in Device}
    machine.mute_stop = set(Device)
    machine.run_for(4.0)
    machine.refusals.clear()
    machine.mute_stop.clear()
    machine.run_for(1.0)
    assert machine.in_use == ("Built-in", "Built-in")


def test_both_gone_and_back() -> None:
    machine = started()
    machine.refusals = {device: DeviceFailed("It could not be started.") for device in Device}
    machine.mute_stop = set(Device)
    machine.run_for(12.0)
    assert machine.in_use == ("", "")
    for device in Device:
        assert machine.said(device)[-1] == "It could not be started."
        assert len(machine.said(device)) <= 2
    machine.refusals.clear()
    machine.mute_stop.clear()
    machine.run_for(2.5)
    assert machine.in_use == ("Built-in", "Built-in")


@pytest.mark.parametrize("device", Device)
def test_a_stuck_close_is_left_behind(device: Device) -> None:
    machine = started()
    machine.mute_stop = {device}
    machine.hanging = {(device, "close")}
    machine.run_for(1.5)
    assert machine.states(device)[0] is DeviceState.LOST
    assert machine.stuck == 1
    machine.mute_stop.clear()
    machine.run_for(1.0)
    assert machine.in_use == ("Built-in", "Built-in")
    assert machine.rescans == []


@pytest.mark.parametrize("device", Device)
def test_a_stuck_open_is_said_and_waited_for(device: Device) -> None:
    machine = started()
    machine.streams[SPEAKER].queued = True
    machine.mute_stop = {device}
    machine.hanging = {(device, "open")}
    machine.run_for(30.0)
    assert machine.said(device)[-1].endswith(
        "does not answer. It is used again as soon as it does."
    )
    assert machine.stuck == 1, "it is not tried over and over"
    other = SPEAKER if device is MICROPHONE else MICROPHONE
    assert len(machine.streams[other].opened) == 1
    assert machine.streams[SPEAKER].queued is (device is MICROPHONE), "nobody waits for its sound"
    machine.mute_stop.clear()
    machine.let_go()
    machine.run_for(1.0)
    assert machine.in_use == ("Built-in", "Built-in")


def test_the_list_is_not_renewed_beside_a_stuck_call() -> None:
    machine = started()
    machine.mute_stop = {MICROPHONE}
    machine.hanging = {(MICROPHONE, "close")}
    machine.refusals = {MICROPHONE: DeviceFailed("It could not be started.")}
    machine.run_for(10.0)
    assert machine.said(MICROPHONE)[-1] == "It could not be started."
    assert machine.rescans == []
    machine.let_go()
    machine.refusals.clear()
    machine.mute_stop.clear()
    machine.run_for(2.5)
    assert machine.in_use == ("Built-in", "Built-in")


def test_nobody_waits_for_kept_sound_when_the_device_hangs() -> None:
    machine = started(names={MICROPHONE: "Headset", SPEAKER: ""})
    machine.streams[SPEAKER].queued = True
    machine.hanging = {(SPEAKER, "open")}
    machine.plug(MICROPHONE, "Headset")
    machine.run_for(1.0)
    assert not machine.streams[SPEAKER].queued
    machine.let_go()


def test_a_device_that_hangs_each_time_it_is_closed_is_given_up() -> None:
    machine = started()
    machine.hanging = {(SPEAKER, "close")}
    machine.mute_stop = {SPEAKER}
    machine.run_for(120.0)
    assert machine.stuck == 4
    assert machine.said(SPEAKER)[-1].startswith("The sound system does not answer any more.")


def test_each_loss_is_said() -> None:
    machine = started()
    for losses in (1, 2, 3):
        machine.mute_stop = {MICROPHONE}
        machine.run_for(1.5)
        machine.mute_stop.clear()
        machine.run_for(5.0)
        assert machine.states(MICROPHONE) == [DeviceState.LOST] * losses


def test_a_stuck_mute_is_told_truly() -> None:
    machine = started()
    machine.hanging = {(MICROPHONE, "close")}
    machine.care.set_muted(True)
    assert machine.states(MICROPHONE) == [DeviceState.MUTED]
    assert "has not let go" in machine.said(MICROPHONE)[0]


def test_muted_while_it_is_opened_it_is_closed_when_it_comes() -> None:
    machine = Machine()
    machine.hanging = {(MICROPHONE, "open")}
    machine.begin()
    machine.care.set_muted(True)
    machine.let_go()
    assert machine.streams[MICROPHONE].is_open
    machine.run_for(0.5)
    assert machine.in_use == ("", "Built-in")


def test_a_sound_system_that_never_answers_is_given_up_in_words() -> None:
    machine = started()
    machine.mute_stop = set(Device)
    machine.hanging = {(device, what) for device in Device for what in ("open", "close")}
    machine.run_for(60.0)
    assert machine.stuck <= 4
    for device in Device:
        assert machine.said(device)[-1].endswith(".")
    machine.mute_stop.clear()
    machine.let_go()
    machine.run_for(3.0)
    assert machine.in_use == ("Built-in", "Built-in")


def test_after_sleep_everything_is_opened_anew() -> None:
    machine = started(names={MICROPHONE: "Headset", SPEAKER: ""})
    machine.there[MICROPHONE]["Headset"] = 48000
    machine.streams[SPEAKER].queued = True
    machine.asleep += 3600.0
    machine.run_for(0.5)
    assert machine.in_use == ("Headset", "Built-in")
    assert not machine.streams[SPEAKER].queued, "an hour later nobody wants the rest"
    assert [len(stream.opened) for stream in machine.streams.values()] == [2, 2]
    machine.run_for(10.0)
    assert len(machine.rescans) == 1


def test_a_clock_that_counts_sleep_shows_it_too() -> None:
    machine = started()
    machine.time += 600.0
    machine.run_for(LOOK_EVERY)
    assert len(machine.rescans) == 1
    assert machine.states(MICROPHONE) == []


def test_a_machine_that_stood_still_for_a_moment_loses_no_device() -> None:
    machine = started()
    machine.time += 3.0
    machine.care.look()
    machine.run_for(5.0)
    assert machine.events == []
    assert machine.rescans == []


@pytest.mark.parametrize("muted", [False, True])
def test_the_end_closes_both(muted: bool) -> None:
    machine = Machine()
    machine.begin(muted=muted)
    machine.care.end()
    assert machine.in_use == ("", "")
    # And nothing is closed that was never opened.
    Machine().care.end()


class AtOnce:
    """Makes every call where it is asked for."""

    stuck = 0

    def run(self, work: Callable[[], None], _patience: float) -> None:
        work()


def test_the_real_streams_go_to_what_is_there_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    portaudio = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", portaudio)
    for name, rate in (("Headset", 16000.0), ("Built-in", 48000.0)):
        portaudio.plug(name, inputs=1, outputs=2, rate=rate)
    portaudio.apis = ["Core Audio"]
    microphone = Microphone(BlockQueue())
    speaker = Speaker(lambda _turn, _at: None, lambda _turn, _played: None)
    clock = [1.0]
    events: list[Event] = []
    care = DeviceCare(
        microphone,
        speaker,
        {MICROPHONE: "Headset", SPEAKER: "Headset"},
        BlockQueue(),
        events.append,
        AtOnce(),
        Surroundings(
            rescan, lambda: Plugged((len(portaudio.devices),)), lambda: clock[0], lambda: 0.0
        ),
    )

    def look_for(seconds: float) -> None:
        for _ in range(round(seconds / LOOK_EVERY)):
            clock[0] += LOOK_EVERY
            care.look()

    care.begin(muted=False)
    assert (microphone.name, microphone.sample_rate_hz) == ("Headset", 16000)
    assert (speaker.name, speaker.sample_rate_hz) == ("Headset", 16000)
    headset = portaudio.devices[0]
    portaudio.unplug("Headset")
    # Neither stream delivers any more, and PortAudio still lists the headset.
    look_for(3.5)
    assert (microphone.name, microphone.sample_rate_hz) == ("Built-in", 48000)
    assert (speaker.name, speaker.sample_rate_hz) == ("Built-in", 48000)
    portaudio.devices.insert(0, headset)
    look_for(1.0)
    assert (microphone.name, speaker.name) == ("Headset", "Headset")
    assert len([event for event in events if isinstance(event, Noticed)]) == 5
    care.end()
    assert all(stream.is_closed for stream in portaudio.streams)

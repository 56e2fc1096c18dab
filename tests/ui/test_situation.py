from __future__ import annotations

import pytest

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    Origin,
    Stage,
    StageFailed,
    StageReady,
    State,
    StateChanged,
    TurnStarted,
    WorkFailed,
)
from her_desktop.ui.orb_face import Face
from her_desktop.ui.situation import Situation


def told(*events: Event) -> Situation:
    situation = Situation()
    for event in events:
        situation.handle(event)
    return situation


def state(value: State) -> Event:
    return StateChanged(at=0.0, state=value)


def microphone(value: DeviceState) -> Event:
    return DeviceChanged(at=0.0, device=Device.MICROPHONE, state=value, name="Desk")


IDLE = state(State.IDLE)


def test_it_begins_with_loading() -> None:
    assert told().face is Face.LOADING


@pytest.mark.parametrize("value", list(State))
def test_every_state_has_its_face(value: State) -> None:
    assert told(state(value)).face is Face(value.value)


def test_muted_is_told_by_the_device_and_only_while_nothing_goes_on() -> None:
    muted = microphone(DeviceState.MUTED)
    assert told(IDLE, muted).face is Face.MUTED
    assert told(muted, state(State.SPEAKING)).face is Face.SPEAKING
    assert told(IDLE, muted, microphone(DeviceState.READY)).face is Face.IDLE


@pytest.mark.parametrize(
    "value", [DeviceState.MISSING, DeviceState.BUSY, DeviceState.SILENT, DeviceState.LOST]
)
def test_a_device_that_fails_is_an_error_until_it_is_back(value: DeviceState) -> None:
    assert told(IDLE, microphone(value)).face is Face.ERROR
    assert told(IDLE, microphone(value), microphone(DeviceState.READY)).face is Face.IDLE


def test_the_microphone_is_named_only_while_it_works() -> None:
    assert told(microphone(DeviceState.READY)).microphone == "Desk"
    assert told(microphone(DeviceState.SILENT)).microphone == ""


def test_a_model_that_failed_is_an_error_until_it_is_ready() -> None:
    failed = StageFailed(at=0.0, stage=Stage.TTS, model="Joe", message="Broken.")
    ready = StageReady(at=0.0, stage=Stage.TTS, model="Joe", detail="CPU")
    assert told(IDLE, failed).face is Face.ERROR
    assert told(IDLE, failed, ready).face is Face.IDLE


def test_a_turn_that_failed_is_an_error_until_the_next() -> None:
    failed = WorkFailed(at=0.0, turn=1, stage=Stage.LLM, message="Broken.")
    again = TurnStarted(at=0.0, turn=2, origin=Origin.TYPED, speech_ended_at=None)
    assert told(IDLE, failed).face is Face.ERROR
    assert told(IDLE, failed, again).face is Face.IDLE

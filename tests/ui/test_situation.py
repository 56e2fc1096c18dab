from __future__ import annotations

import pytest

from her_desktop.conversation.events import (
    AttentionChosen,
    AttentionOptions,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    FollowUpClosed,
    FollowUpOpened,
    ListenMode,
    ListenModeChanged,
    Origin,
    Stage,
    StageFailed,
    StageReady,
    State,
    StateChanged,
    TurnStarted,
    WakePhrase,
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


def test_in_the_mode_for_a_phrase_the_hint_says_which() -> None:
    called = AttentionOptions(wake_phrase=WakePhrase.OKAY_NABU)
    situation = told(
        IDLE,
        ListenModeChanged(at=0.0, mode=ListenMode.WAKE),
        AttentionChosen(at=0.0, options=called),
    )
    assert "Okay Nabu" in situation.hint
    situation.handle(FollowUpOpened(at=1.0, until=9.0, duration=8.0))
    assert situation.follow_up == FollowUpOpened(at=1.0, until=9.0, duration=8.0)
    assert "Nabu" not in situation.hint, "none is needed now"


def test_once_the_time_is_over_the_phrase_is_needed_again() -> None:
    situation = told(
        IDLE,
        ListenModeChanged(at=0.0, mode=ListenMode.WAKE),
        FollowUpOpened(at=1.0, until=9.0, duration=8.0),
        FollowUpClosed(at=9.0),
    )
    assert situation.follow_up is None
    assert "Hey Jarvis" in situation.hint


def test_a_phrase_of_ones_own_is_shown_as_it_was_written() -> None:
    mode = ListenModeChanged(at=0.0, mode=ListenMode.WAKE)
    own = AttentionOptions(wake_phrase=WakePhrase.OWN, own_phrase=" dis Eva ")
    assert "“dis Eva”" in told(IDLE, mode, AttentionChosen(at=0.0, options=own)).hint
    none = AttentionOptions(wake_phrase=WakePhrase.OWN)
    assert "settings" in told(IDLE, mode, AttentionChosen(at=0.0, options=none)).hint

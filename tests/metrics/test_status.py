"""What `control status` prints, folded from events."""

from __future__ import annotations

import json

from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    ListenMode,
    ListenModeChanged,
    Noticed,
    Origin,
    PlaybackStarted,
    Reach,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    State,
    StateChanged,
    TalkKeyChanged,
    TextStreamed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WindowStalled,
    WorkStarted,
)
from her_desktop.metrics.status import StatusFold


def told(*events: Event) -> StatusFold:
    status = StatusFold("hold")
    for event in events:
        status.handle(event)
    return status


def test_before_anything_happened() -> None:
    status = told().as_dict()
    assert (status["state"], status["mode"], status["last_turn"]) == ("loading", "hold", None)
    json.dumps(status)


def test_a_model_that_left_the_memory_is_shown_as_released() -> None:
    status = told(
        StageReady(at=1, stage=Stage.STT, model="ears", detail="CPU"),
        StageReleased(at=600, stage=Stage.STT, model="ears"),
    )
    assert status.as_dict()["models"]["stt"] == {"model": "ears", "state": "released"}


def test_models_and_devices_as_they_were_last_seen() -> None:
    status = told(
        StageLoading(at=0, stage=Stage.STT, model="ears"),
        StageLoading(at=0, stage=Stage.LLM, model="mind"),
        StageReady(at=1, stage=Stage.STT, model="ears", detail="CPU"),
        StageFailed(at=1, stage=Stage.LLM, model="mind", message="It is damaged."),
        DeviceChanged(
            at=1, device=Device.MICROPHONE, state=DeviceState.MUTED, name="a", message=""
        ),
        StateChanged(at=2, state=State.IDLE),
        AudioDropped(at=2, device=Device.SPEAKER, count=2),
        AudioDropped(at=3, device=Device.SPEAKER, count=1),
        WindowStalled(at=3, duration=0.06),
        WindowStalled(at=4, duration=0.05),
        Noticed(at=4, message="Look."),
    ).as_dict()
    assert status["state"] == "idle"
    assert status["muted"] is True
    assert status["models"]["stt"] == {"model": "ears", "state": "ready", "detail": "CPU"}
    assert status["models"]["llm"]["state"] == "failed"
    assert status["dropped_blocks"] == {"microphone": 0, "speaker": 3}
    assert status["worst_stall_ms"] == 60.0
    assert status["notice"] == "Look."


def test_the_last_turn_in_milliseconds() -> None:
    status = told(
        TurnStarted(at=1.0, turn=4, origin=Origin.PUSH_TO_TALK, speech_ended_at=0.9),
        TurnCommitted(at=1.05, turn=4),
        PlaybackStarted(at=1.2, turn=4, audible_at=1.2),
        TurnEnded(at=2.0, turn=4, reason=EndReason.FINISHED, heard="x"),
    ).as_dict()
    assert status["turns"] == 1
    assert status["last_turn"] == {
        "turn": 4,
        "origin": "push-to-talk",
        "reason": "finished",
        "instant": False,
        "gap_ms": 300.0,
        "endpoint_wait_ms": 150.0,
    }


def test_the_mode_is_the_one_that_was_announced_last() -> None:
    status = told(
        ListenModeChanged(at=1.0, mode=ListenMode.ALWAYS),
        ListenModeChanged(at=2.0, mode=ListenMode.WAKE),
    ).as_dict()
    assert status["mode"] == "wake"
    assert told(ListenModeChanged(at=1.0, mode=ListenMode.ALWAYS)).as_dict()["mode"] == "always"


def test_instant_replies_guesses_and_yields_are_told_apart() -> None:
    guess = TurnStarted(at=1.0, turn=1, origin=Origin.HANDS_FREE, speech_ended_at=0.9)
    status = told(
        guess,
        WorkStarted(at=1.05, turn=1, stage=Stage.LLM),
        TurnEnded(at=1.1, turn=1, reason=EndReason.RESUMED, heard=""),
        TurnStarted(at=2.0, turn=2, origin=Origin.HANDS_FREE, speech_ended_at=1.9),
        TurnCommitted(at=2.1, turn=2),
        PlaybackStarted(at=2.2, turn=2, audible_at=2.2),
        TurnEnded(at=2.3, turn=2, reason=EndReason.YIELDED, heard=""),
        TurnStarted(at=3.0, turn=3, origin=Origin.HANDS_FREE, speech_ended_at=2.9),
        AnsweredInstantly(at=3.05, turn=3, reply="greeting"),
        TurnCommitted(at=3.1, turn=3),
        PlaybackStarted(at=3.11, turn=3, audible_at=3.11),
        TurnEnded(at=4.0, turn=3, reason=EndReason.FINISHED, heard="Hi."),
    ).as_dict()
    assert (status["turns"], status["instant_turns"]) == (0, 1)
    assert (status["yields"], status["guesses_dropped"]) == (1, 1)
    assert status["last_turn"]["instant"] is True
    assert status["last_turn"]["gap_ms"] == 210.0
    json.dumps(status)


def test_the_talk_key_and_every_parts_health_are_told() -> None:
    status = told(
        TalkKeyChanged(at=1.0, key="f9", reach=Reach.UNAVAILABLE, sentence="It is taken."),
        StageReady(at=1.0, stage=Stage.LLM, model="mind", detail="CPU"),
        WorkStarted(at=2.0, turn=1, stage=Stage.LLM),
        TextStreamed(at=2.05, turn=1, text="A secret answer."),
        StageFailed(at=3.0, stage=Stage.TTS, model="mouth", message="It is damaged."),
    ).as_dict()
    assert status["talk_key"] == {"key": "f9", "reach": "unavailable", "detail": "It is taken."}
    assert status["health"]["llm"] == {
        "light": "well",
        "successes": 1,
        "failures": 0,
        "last_ms": 50.0,
        "detail": "",
    }
    assert status["health"]["tts"]["light"] == "failed"
    assert status["health"]["stt"]["light"] == "untried"
    assert "secret" not in json.dumps(status)


def test_what_was_only_played_again_is_no_answer() -> None:
    def turn(number: int, origin: Origin) -> list[Event]:
        return [
            TurnStarted(at=number, turn=number, origin=origin, speech_ended_at=None),
            TurnCommitted(at=number, turn=number),
            PlaybackStarted(at=number + 0.2, turn=number, audible_at=number + 0.2),
            TurnEnded(at=number + 0.5, turn=number, reason=EndReason.FINISHED, heard="Yes."),
        ]

    played = told(*turn(1, Origin.TYPED), *turn(2, Origin.REPEAT)).as_dict()
    assert played["last_turn"]["turn"] == 2
    assert played["last_answer"]["turn"] == 1
    assert told(*turn(2, Origin.REPEAT)).as_dict()["last_answer"] is None

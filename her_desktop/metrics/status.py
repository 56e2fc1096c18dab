"""What `her-desktop control status` prints, folded from the stream of events.

Rule: pure; fed and asked on the GUI thread.
"""

from __future__ import annotations

from typing import Any

from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    ListenModeChanged,
    Noticed,
    Origin,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    State,
    StateChanged,
    TalkKeyChanged,
    WindowStalled,
)
from her_desktop.metrics.health import HealthFold, PartHealth
from her_desktop.metrics.latency import LatencyFold, TurnTiming


class StatusFold:
    """Owns the newest word on everything. Fed with every event, in order."""

    def __init__(self, mode: str) -> None:
        """Begin before anything is known; `mode` is how the window listens until it is told."""
        self._mode = mode
        self._state = State.LOADING
        self._models: dict[str, dict[str, str]] = {}
        self._devices: dict[str, dict[str, str]] = {}
        self._dropped = dict.fromkeys(Device, 0)
        self._worst_stall = 0.0
        self._notice = ""
        self._talk_key: dict[str, str] = {}
        self._latency = LatencyFold()
        self._health = HealthFold()

    def handle(self, event: Event) -> None:
        """Take in an event."""
        self._latency.handle(event)
        self._health.handle(event)
        match event:
            case StateChanged(state=state):
                self._state = state
            case ListenModeChanged(mode=mode):
                self._mode = mode.value
            case StageLoading(stage=stage, model=model):
                self._models[stage.value] = {"model": model, "state": "loading"}
            case StageReady(stage=stage, model=model, detail=detail):
                self._models[stage.value] = {"model": model, "state": "ready", "detail": detail}
            case StageReleased(stage=stage, model=model):
                self._models[stage.value] = {"model": model, "state": "released"}
            case StageFailed(stage=stage, model=model, message=message):
                self._models[stage.value] = {"model": model, "state": "failed", "detail": message}
            case DeviceChanged(device=device, state=state, name=name, message=message):
                self._devices[device.value] = {
                    "name": name,
                    "state": state.value,
                    "detail": message,
                }
            case AudioDropped(device=device, count=count):
                self._dropped[device] += count
            case TalkKeyChanged(key=key, reach=reach, sentence=sentence):
                self._talk_key = {"key": key, "reach": reach.value, "detail": sentence}
            case WindowStalled(duration=duration):
                self._worst_stall = max(self._worst_stall, duration)
            case Noticed(message=message):
                self._notice = message

    def as_dict(self) -> dict[str, Any]:
        """Return the status as JSON can hold it; durations in milliseconds."""
        microphone = self._devices.get(Device.MICROPHONE.value, {})
        return {
            "state": self._state.value,
            "mode": self._mode,
            "muted": microphone.get("state") == DeviceState.MUTED.value,
            "models": self._models,
            "devices": self._devices,
            "dropped_blocks": {device.value: count for device, count in self._dropped.items()},
            "worst_stall_ms": round(self._worst_stall * 1000, 1),
            "turns": len(self._latency.finished),
            "instant_turns": len(self._latency.instants),
            "yields": self._latency.yields,
            "guesses_dropped": self._latency.guesses_dropped,
            "notice": self._notice,
            "talk_key": self._talk_key,
            "health": {health.part.value: health_as_dict(health) for health in self._health.parts},
            "last_answer": timing_as_dict(self._last_answer()),
            "last_turn": timing_as_dict(self._latency.last),
        }

    def _last_answer(self) -> TurnTiming | None:
        """Return the last turn that a model answered aloud; what was only played is none."""
        answers = (
            timing
            for timing in reversed(self._latency.finished)
            if timing.gap is not None and timing.origin is not Origin.REPEAT
        )
        return next(answers, None)


def health_as_dict(health: PartHealth) -> dict[str, Any]:
    """Return what a part last did, as it is printed: nothing that was said, and no clock's zero."""
    return {
        "light": health.light.value,
        "successes": health.successes,
        "failures": health.failures,
        "last_ms": None if health.duration is None else round(health.duration * 1000, 1),
        "detail": health.reason,
    }


def timing_as_dict(timing: TurnTiming | None) -> dict[str, Any] | None:
    """Return a turn's timing in milliseconds, as it is printed; None before there was a turn."""
    if timing is None:
        return None
    return {
        "turn": timing.turn,
        "origin": timing.origin.value,
        "reason": None if timing.reason is None else timing.reason.value,
        "instant": timing.instant,
        "gap_ms": None if timing.gap is None else round(timing.gap * 1000, 1),
        **{
            f"{bar.name.replace(' ', '_')}_ms": round(bar.duration * 1000, 1) for bar in timing.bars
        },
    }

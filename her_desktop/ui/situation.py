"""What the assistant's face should be, from everything the events have told so far.

Rule: pure folding, no widget; what is shown is what was seen to happen. GUI thread only.
"""

from __future__ import annotations

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
    SpeechStarted,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    State,
    StateChanged,
    TurnStarted,
    WorkFailed,
)
from her_desktop.ui.orb_face import Face
from her_desktop.ui.wording import call_words, hint_words, phrase_words

_BROKEN = (DeviceState.MISSING, DeviceState.BUSY, DeviceState.SILENT, DeviceState.LOST)


class Situation:
    """Owns the last known state of the conversation, the mode, the devices and the models."""

    def __init__(self) -> None:
        """Begin with everything still to come."""
        self._state = State.LOADING
        self._devices: dict[Device, DeviceState] = {}
        self._names: dict[Device, str] = {}
        self._failed: set[Stage] = set()
        self._turn_failed = False
        self.mode = ListenMode.HOLD
        """How the microphone's sound becomes an utterance now."""
        self._attention = AttentionOptions()
        self.follow_up: FollowUpOpened | None = None
        """The time in which no wake phrase is needed, while it runs."""

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case StateChanged(state=state):
                self._state = state
            case ListenModeChanged(mode=mode):
                self.mode = mode
            case AttentionChosen(options=options):
                self._attention = options
            case FollowUpOpened():
                self.follow_up = event
            case FollowUpClosed():
                self.follow_up = None
            case DeviceChanged(device=device, state=state, name=name):
                self._devices[device] = state
                self._names[device] = name
            case StageFailed(stage=stage):
                self._failed.add(stage)
            case StageLoading(stage=stage) | StageReady(stage=stage):
                self._failed.discard(stage)
            case WorkFailed():
                self._turn_failed = True
            case TurnStarted() | SpeechStarted():
                self._turn_failed = False

    @property
    def muted(self) -> bool:
        """Tell whether the microphone is closed because the user wanted it so."""
        return self._devices.get(Device.MICROPHONE) is DeviceState.MUTED

    @property
    def hint(self) -> str:
        """What the user may do now, in one short sentence."""
        if self.mode is ListenMode.WAKE and self.face is Face.IDLE:
            phrase = phrase_words(self._attention)
            return call_words(phrase, follows_up=self.follow_up is not None)
        return hint_words(self.face, self.mode)

    @property
    def microphone(self) -> str:
        """The microphone's name, while it works; else ""."""
        if self._devices.get(Device.MICROPHONE) is DeviceState.READY:
            return self._names[Device.MICROPHONE]
        return ""

    @property
    def face(self) -> Face:
        """What the orb shows: what goes on first, then what is wrong, then what is at rest."""
        match self._state:
            case State.LISTENING:
                return Face.LISTENING
            case State.THINKING:
                return Face.THINKING
            case State.SPEAKING:
                return Face.SPEAKING
        broken = any(state in _BROKEN for state in self._devices.values())
        if broken or self._failed or self._turn_failed:
            return Face.ERROR
        if self._state is State.LOADING:
            return Face.LOADING
        return Face.MUTED if self.muted else Face.IDLE

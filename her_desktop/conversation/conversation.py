"""The state machine that decides: events in, commands out.

Pure: no thread, no clock, no model, no device. The hub thread alone calls it, one event after
another, so there is nothing to lock and every run can be replayed from its events.

This part follows what the user does: keys, typed text, modes. What is being said and when it is
over is decided by `Hearing`; what is answered, and what becomes of the answer, by `Answering`.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import (
    Capture,
    Command,
    Publish,
    SetListenMode,
    SetMicrophone,
    SetTimer,
)
from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MuteRequested,
    Noticed,
    Origin,
    PartialTranscribed,
    PlaybackStopped,
    RepeatRequested,
    SoundPrepared,
    SpeechEnded,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    State,
    StopRequested,
    TalkPressed,
    TalkReleased,
    TextSubmitted,
    TimerFired,
    TurnEndEstimated,
    TurnEvent,
)
from her_desktop.conversation.hearing import TURN_END, YIELD, Hearing
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies
from her_desktop.conversation.push_to_talk import Gesture, Hold, PushToTalk
from her_desktop.conversation.turn_end import PauseHabit

PRE_ROLL = 0.5
"""Seconds of sound kept from before the talk key went down: people speak as they press."""

_REST = 0.5
"""Seconds of idleness before a reply is prepared: whoever has just finished may speak again."""

_PREPARE = "prepare"

_DEAF = {DeviceState.MISSING, DeviceState.BUSY, DeviceState.LOST, DeviceState.MUTED}
_MUTED_MESSAGE = "The microphone is muted. Unmute it to talk, or type instead."


class Conversation:
    """Owns the whole state of the dialogue. Called on the hub thread only."""

    def __init__(
        self,
        history: History,
        language: str = "en",
        instants: InstantReplies | None = None,
        habit: PauseHabit | None = None,
    ) -> None:
        """Begin idle; `language` is the one that the voice speaks and symbols are read out in."""
        self._answering = Answering(history, instants or InstantReplies(), language)
        self._now = 0.0
        self._talk_key = PushToTalk()
        self._mode = ListenMode.HOLD
        self._hearing = Hearing(self._answering, habit or PauseHabit())
        self._deferred: TextSubmitted | RepeatRequested | None = None
        self._is_preparing = False
        self._loading: set[Stage] = set()
        self._microphone = DeviceState.OPENING
        self._microphone_message = ""

    @property
    def state(self) -> State:
        """What the assistant is doing."""
        utterance, turn = self._hearing.utterance, self._answering.turn
        said = utterance is not None and not utterance.is_answered
        if utterance and said and utterance.tail_ends_at is None:
            return State.LISTENING
        if turn and turn.audible:
            return State.SPEAKING
        if turn or said:
            return State.THINKING
        return State.LOADING if self._loading else State.IDLE

    @property
    def history(self) -> History:
        """What the language model is told."""
        return self._answering.history

    def concerns(self, event: TurnEvent | PartialTranscribed) -> bool:
        """Tell whether an event belongs to what is living; the hub drops the others."""
        if isinstance(event, PartialTranscribed):
            utterance = self._hearing.utterance
            return utterance is not None and utterance.number == event.utterance
        return self._answering.concerns(event)

    def handle(self, event: Event) -> list[Command]:
        """Take note of an event and return what is to be done about it, in order."""
        self._now = self._answering.now = event.at
        was = self.state
        commands = self._handle(event)
        if self.state is not State.IDLE:
            return commands
        # A reply that was being prepared has given way to whatever is over now.
        self._is_preparing = self._is_preparing and was is State.IDLE
        if not self._is_preparing and self._answering.prepare():
            self._is_preparing = True
            commands.append(SetTimer(_PREPARE, self._now + _REST))
        return commands

    def _handle(self, event: Event) -> list[Command]:
        match event:
            case TimerFired(name=name) if name in (TURN_END, YIELD):
                return self._hearing.on_timer(name)
            case TimerFired(name=name) if name == _PREPARE:
                return self._answering.prepare() if self.state is State.IDLE else []
            case TalkPressed() | TalkReleased() | TimerFired():
                return self._on_talk_key(event)
            case SpeechStarted(origin=origin):
                return self._on_speech_started(origin)
            case (
                SpeechGrew()
                | PartialTranscribed()
                | SpeechPaused()
                | TurnEndEstimated()
                | SpeechResumed()
            ):
                return self._hearing.handle(event)
            case SpeechEnded():
                return self._hearing.end()
            case TextSubmitted() | RepeatRequested():
                return self._on_typed(event)
            case StopRequested():
                return self._drop_utterance() + self._answering.end(EndReason.STOPPED)
            case ListenModeRequested(mode=mode):
                return self._on_mode(mode)
            case MuteRequested(muted=muted):
                dropped = self._drop_utterance() if muted else []
                return [*dropped, SetMicrophone(open=not muted)]
            case DeviceChanged(device=Device.MICROPHONE, state=state, message=message):
                self._microphone, self._microphone_message = state, message
            case StageLoading(stage=stage):
                self._loading.add(stage)
            case StageReady(stage=stage) | StageFailed(stage=stage):
                self._loading.discard(stage)
            case SoundPrepared():
                self._answering.keep(event)
                self._is_preparing = False
            case TurnEvent():
                return self._on_turn_event(event)
        return []

    # --- what the user does --------------------------------------------------------------------

    def _on_talk_key(self, event: TalkPressed | TalkReleased | TimerFired) -> list[Command]:
        if isinstance(event, TalkPressed) and self._microphone in _DEAF:
            message = self._microphone_message or _MUTED_MESSAGE
            return [Publish(Noticed(at=self._now, message=message))]
        commands: list[Command] = []
        for step in self._talk_key.handle(event):
            commands += self._on_gesture(step) if isinstance(step, Gesture) else [step]
        return commands

    def _on_gesture(self, gesture: Gesture) -> list[Command]:
        turn = self._answering.turn
        match gesture.hold:
            case Hold.BEGAN:
                # What the loudspeaker said while the key went down is not the user's speech.
                since = gesture.at if turn and turn.audible else gesture.at - PRE_ROLL
                started = SpeechStarted(at=self._now, started_at=since, origin=Origin.PUSH_TO_TALK)
                return [
                    *self._on_speech_started(Origin.PUSH_TO_TALK),
                    Capture(since, Origin.PUSH_TO_TALK),
                    Publish(started),
                ]
            case Hold.RELEASED:
                return self._hearing.release(gesture.at)
            case Hold.RESUMED:
                return self._hearing.go_on()
            case Hold.ENDED:
                return self._hearing.end_by_key(gesture.at)

    def _on_typed(self, event: TextSubmitted | RepeatRequested) -> list[Command]:
        text = event.text.strip()
        if not text:
            return []
        answering = self._answering
        commands = self._drop_utterance() + answering.end(EndReason.STOPPED)
        if answering.is_stopping:
            # What was heard of the old answer belongs into this question's history.
            self._deferred = event
            return commands
        if isinstance(event, TextSubmitted):
            turn, begun = answering.begin(Origin.TYPED, None)
            commands += [*begun, *answering.ask(turn, text)]
        else:
            commands += answering.repeat(text)
        return commands + answering.commit()

    def _on_mode(self, mode: ListenMode) -> list[Command]:
        self._mode = mode
        utterance = self._hearing.utterance
        dropped = self._drop_utterance() if utterance and utterance.by_ear else []
        changed = ListenModeChanged(at=self._now, mode=mode)
        return [*dropped, SetListenMode(mode), Publish(changed)]

    def _on_speech_started(self, origin: Origin) -> list[Command]:
        if origin is Origin.HANDS_FREE and self._mode is ListenMode.HOLD:
            return []  # said before the listener knew of the new mode
        return self._hearing.begin(origin)

    def _drop_utterance(self) -> list[Command]:
        return [*self._talk_key.forget(), *self._hearing.drop()]

    # --- what the workers say ------------------------------------------------------------------

    def _on_turn_event(self, event: TurnEvent) -> list[Command]:
        turn = self._answering.turn
        commands = self._hearing.on_turn_event(turn, event) if turn else None
        if commands is None:
            commands = self._answering.handle(event)
        commands += self._hearing.after_answer()
        if isinstance(event, PlaybackStopped):
            deferred, self._deferred = self._deferred, None
            commands += self._on_typed(deferred) if deferred else []
        return commands

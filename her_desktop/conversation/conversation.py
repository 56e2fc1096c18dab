"""The state machine that decides: events in, commands out.

Pure: no thread, no clock, no model, no device. The hub thread alone calls it, one event after
another, so there is nothing to lock and every run can be replayed from its events.

This part follows what the user does: keys, typed text, modes. What is being said and when it is
over is decided by `Hearing`; what is answered, and what becomes of the answer, by `Answering`.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.attention import FOLLOW_UP, Attention
from her_desktop.conversation.commands import (
    Capture,
    ChooseDevice,
    CleanMicrophone,
    Command,
    EndCapture,
    Publish,
    SetMicrophone,
    SetTimer,
    StopPreparing,
    TestMicrophone,
    Try,
)
from her_desktop.conversation.events import (
    AssistantChosen,
    AttentionChosen,
    CleaningChosen,
    Device,
    DeviceChanged,
    DeviceChosen,
    DeviceState,
    EchoMeasured,
    EndReason,
    Event,
    LevelMeasured,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MicrophoneTestRequested,
    MuteRequested,
    Noticed,
    Origin,
    PartialTranscribed,
    PlaybackFinished,
    PlaybackStopped,
    PlayRequested,
    RepeatRequested,
    SoundPrepared,
    SpeechEnded,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    SpeechSuspected,
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
    TrialRequested,
    TurnEndEstimated,
    TurnEvent,
    WakePhraseHeard,
)
from her_desktop.conversation.hearing import TURN_END, YIELD, Hearing
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies
from her_desktop.conversation.overhearing import DOUBT, SUSPICION
from her_desktop.conversation.push_to_talk import Gesture, Hold, PushToTalk
from her_desktop.conversation.rest import NEEDED_SOON, REST, Rest
from her_desktop.conversation.turn_end import PauseHabit

PRE_ROLL = 0.5
"""Seconds of sound kept from before the talk key went down: people speak as they press."""

_REST = 0.5
"""Seconds of idleness before a reply is prepared: whoever has just finished may speak again."""

_UNHURRIED = 3.0
"""Seconds between two replies that are made: each keeps a processor busy for half of one."""

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
        self._instants = instants or InstantReplies()
        self._answering = Answering(history, self._instants, language)
        self._now = 0.0
        self._talk_key = PushToTalk()
        self._mode = ListenMode.HOLD
        self._hearing = Hearing(self._answering, habit or PauseHabit())
        self._attention = Attention()
        self._rest = Rest()
        self._was_called = False
        self._deferred: TextSubmitted | RepeatRequested | PlayRequested | None = None
        self._is_preparing = False
        self._loading: set[Stage] = set()
        self._microphone = DeviceState.OPENING
        self._microphone_message = ""

    @property
    def state(self) -> State:
        """What the assistant is doing."""
        utterance, turn = self._hearing.utterance, self._answering.turn
        said = self._hearing.is_heeded
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

    def is_private(self, event: Event) -> bool:
        """Tell whether nobody may learn of an event: the wake phrase has not been said."""
        utterance = self._hearing.utterance
        doubt = utterance.doubt if utterance else None
        return isinstance(event, PartialTranscribed) and doubt is not None and doubt.is_private

    def handle(self, event: Event) -> list[Command]:
        """Take note of an event and return what is to be done about it, in order."""
        self._now = self._answering.now = self._attention.now = event.at
        commands = [*self._rest.before(event), *self._handle(event), *self._settle(event)]
        commands += self._rest.settle(event.at, is_idle=self.state is State.IDLE)
        return [*commands, *self._prepare(event)]

    def _handle(self, event: Event) -> list[Command]:
        match event:
            case TimerFired(name=name) if name in (TURN_END, YIELD, DOUBT, SUSPICION):
                return self._hearing.on_timer(name)
            case TimerFired(name=name) if name == FOLLOW_UP:
                return self._attention.run_out()
            case TimerFired(name=name) if name == REST:
                return self._rest.run_out() if self.state is State.IDLE else []
            case TimerFired(name=name) if name == _PREPARE:
                # A timer that was set before the models were released would load the voice again.
                return self._answering.prepare() if self._is_preparing else []
            case TalkPressed() | TalkReleased() | TimerFired():
                return self._on_talk_key(event)
            case SpeechStarted():
                return self._on_speech_started(event)
            case SpeechSuspected():
                return self._on_suspicion()
            case WakePhraseHeard():
                self._was_called = True
                return self._attention.wake()
            case AttentionChosen(options=options):
                return [*self._rest.choose(options.release_after), *self._attention.choose(options)]
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
            case TextSubmitted() | RepeatRequested() | PlayRequested():
                return self._on_typed(event)
            case StopRequested():
                quiet = [*self._attention.forget(), *self._drop_utterance()]
                return quiet + self._answering.end(EndReason.STOPPED)
            case ListenModeRequested(mode=mode):
                return self._on_mode(mode)
            case MuteRequested(muted=muted):
                dropped = [*self._attention.forget(), *self._drop_utterance()] if muted else []
                return [*dropped, SetMicrophone(open=not muted)]
            case MicrophoneTestRequested():
                return [*self._drop_utterance(), TestMicrophone()]
            case CleaningChosen(cancel_echo=echo, suppress_noise=noise, automatic_gain=gain):
                return [CleanMicrophone(echo, noise, gain)]
            case DeviceChosen(device=device, name=name):
                return [ChooseDevice(device, name)]
            case DeviceChanged(device=Device.MICROPHONE, state=state, message=message):
                self._microphone, self._microphone_message = state, message
            case LevelMeasured(until=until):
                self._hearing.heard_until = until
            case EchoMeasured(is_warming_up=True):
                self._hearing.suspect_echo()
            case StageLoading(stage=stage):
                self._loading.add(stage)
            case StageReady(stage=stage):
                self._loading.discard(stage)
                return self._on_ready(stage)
            case StageFailed(stage=stage):
                self._loading.discard(stage)
            case AssistantChosen():
                return self._on_assistant(event)
            case TrialRequested(stage=stage, text=text, pcm=pcm):
                return [Try(stage, text, pcm, self.history.with_user(text))]
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
                    *self._on_speech_started(started),
                    Capture(since, Origin.PUSH_TO_TALK),
                    Publish(started),
                ]
            case Hold.RELEASED:
                return self._hearing.release(gesture.at)
            case Hold.RESUMED:
                return self._hearing.go_on()
            case Hold.ENDED:
                return self._hearing.end_by_key(gesture.at)

    def _on_typed(self, event: TextSubmitted | RepeatRequested | PlayRequested) -> list[Command]:
        text = "" if isinstance(event, PlayRequested) else event.text.strip()
        if not text and not (isinstance(event, PlayRequested) and event.pcm.size):
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
        elif isinstance(event, PlayRequested):
            commands += answering.sound(event.pcm, event.sample_rate_hz)
        else:
            commands += answering.repeat(text)
        return commands + answering.commit()

    def _on_mode(self, mode: ListenMode) -> list[Command]:
        self._mode = mode
        utterance = self._hearing.utterance
        dropped = self._drop_utterance() if utterance and utterance.by_ear else []
        changed = ListenModeChanged(at=self._now, mode=mode)
        return [*dropped, *self._attention.change_mode(mode), Publish(changed)]

    def _on_speech_started(self, event: SpeechStarted) -> list[Command]:
        by_ear, was_called = event.origin is Origin.HANDS_FREE, self._was_called
        if by_ear and self._mode is ListenMode.HOLD:
            return []  # said before the listener knew of the new mode
        if by_ear and self._attention.is_closed:
            return [EndCapture()]
        self._was_called = False
        attention, overhearing = self._attention, self._hearing.overhearing
        needed = attention.phrase_needed if by_ear else ""
        doubt = None
        if by_ear and not was_called:
            doubt = overhearing.doubt(event, needed, is_suspected=attention.is_waiting)
        heeded = [] if needed else attention.interrupt()
        phrase = attention.phrase if by_ear else ""
        return [*heeded, *self._hearing.begin(event.origin, doubt, phrase, was_called=was_called)]

    def _on_suspicion(self) -> list[Command]:
        """Fall silent for what may be somebody beginning to speak."""
        unheeded = self._mode is ListenMode.HOLD or self._attention.phrase_needed
        return [] if unheeded or self._hearing.utterance else self._hearing.overhearing.suspect()

    def _settle(self, event: Event) -> list[Command]:
        """Go on attending for a while once nothing is said or answered any more."""
        utterance = self._hearing.utterance
        if self._was_called:
            return []  # what was said with the phrase comes next
        if utterance and utterance.by_ear and not utterance.doubt and not utterance.is_answered:
            # What was found to be meant for the assistant has called it.
            return self._attention.wake() if self._attention.phrase_needed else []
        if utterance or self._answering.turn or self._answering.is_stopping:
            return []
        return self._attention.settle(answered=isinstance(event, PlaybackFinished))

    def _drop_utterance(self) -> list[Command]:
        return [*self._talk_key.forget(), *self._hearing.drop()]

    def _on_assistant(self, event: AssistantChosen) -> list[Command]:
        # A persona of the user's own says itself who it is.
        instants = self._instants.without_self() if event.is_own else self._instants
        self._answering.become(event.system, event.language, instants)
        self._hearing.most_guesses = event.guesses
        return [self._answering.prefill("")] if self.state is State.IDLE else []

    def _prepare(self, event: Event) -> list[Command]:
        """Make replies beforehand while nobody waits; stop as soon as somebody may speak."""
        commands: list[Command] = []
        is_idle = self.state is State.IDLE and not self._rest.is_released
        if self._is_preparing and (not is_idle or isinstance(event, NEEDED_SOON)):
            self._is_preparing = False
            commands.append(StopPreparing())
        if is_idle and not self._is_preparing and self._answering.prepare():
            self._is_preparing = True
            wait = _REST
            if isinstance(event, SoundPrepared):
                wait = 0.0 if event.was_kept else _UNHURRIED
            commands.append(SetTimer(_PREPARE, self._now + wait))
        return commands

    # --- what the workers say ------------------------------------------------------------------

    def _on_ready(self, stage: Stage) -> list[Command]:
        """Take note that a model is there, which may be another one than before."""
        if stage is Stage.TTS:
            self._answering.forget_prepared()
        if stage is Stage.LLM and self.history.messages and self.state is State.IDLE:
            return [self._answering.prefill("")]
        return []

    def _on_turn_event(self, event: TurnEvent) -> list[Command]:
        turn, event = self._answering.turn, self._hearing.without_phrase(event)
        commands = self._hearing.on_turn_event(turn, event) if turn else None
        if commands is None:
            commands = self._answering.handle(event)
        commands += self._hearing.after_answer()
        if isinstance(event, PlaybackStopped):
            deferred, self._deferred = self._deferred, None
            commands += self._on_typed(deferred) if deferred else []
        return commands

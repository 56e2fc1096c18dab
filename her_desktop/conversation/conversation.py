"""The state machine that decides: events in, commands out.

Pure: no thread, no clock, no model, no device. The hub thread alone calls it, one event after
another, so there is nothing to lock and every run can be replayed from its events.

This half follows the user: the talk key, what is being said, and when it is over. What is
answered, and what becomes of the answer, is decided by `Answering`.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import (
    Capture,
    ClearTimer,
    Command,
    CutCapture,
    EndCapture,
    Publish,
    SetListenMode,
    SetMicrophone,
    SetTimer,
    Transcribe,
    TranscribePartial,
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
    PausesLearned,
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
    Transcribed,
    TurnEndEstimated,
    TurnEvent,
)
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies
from her_desktop.conversation.push_to_talk import Gesture, Hold, PushToTalk
from her_desktop.conversation.turn_end import PauseHabit
from her_desktop.conversation.utterance import Utterance

PRE_ROLL = 0.5
"""Seconds of sound kept from before the talk key went down: people speak as they press."""

TAIL = 0.05
"""Seconds of sound kept from after it came up: people let go as they say the last syllable."""

YIELD_WINDOW = 1.0
"""Seconds after a turn was taken in which speech is the user going on, not interrupting."""

_REST = 0.5
"""Seconds of idleness before a reply is prepared: whoever has just finished may speak again."""

_TURN_END, _YIELD, _PREPARE = "turn-end", "yield", "prepare"

_DEAF = {DeviceState.MISSING, DeviceState.BUSY, DeviceState.LOST, DeviceState.MUTED}
_MUTED_MESSAGE = "The microphone is muted. Unmute it to talk, or type instead."


class Conversation:
    """Owns who is speaking and when they have finished. Called on the hub thread only."""

    def __init__(
        self,
        history: History,
        language: str = "en",
        instants: InstantReplies | None = None,
        habit: PauseHabit | None = None,
    ) -> None:
        """Begin idle; `language` is the one that the voice speaks and symbols are read out in."""
        self._answering = Answering(history, instants or InstantReplies(), language)
        self._habit = habit or PauseHabit()
        self._now = 0.0
        self._talk_key = PushToTalk()
        self._mode = ListenMode.HOLD
        self._utterance: Utterance | None = None
        self._utterances = 0
        self._deferred: TextSubmitted | RepeatRequested | None = None
        self._is_preparing = False
        self._loading: set[Stage] = set()
        self._microphone = DeviceState.OPENING
        self._microphone_message = ""

    @property
    def state(self) -> State:
        """What the assistant is doing."""
        utterance, turn = self._utterance, self._answering.turn
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
            return self._utterance is not None and self._utterance.number == event.utterance
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
            case TimerFired(name=name) if name in (_TURN_END, _YIELD, _PREPARE):
                return self._on_timer(name)
            case TalkPressed() | TalkReleased() | TimerFired():
                return self._on_talk_key(event)
            case SpeechStarted(origin=origin):
                return self._on_speech_started(origin)
            case SpeechGrew() | PartialTranscribed():
                return self._on_partial(event)
            case SpeechPaused():
                return self._on_speech_paused(event)
            case TurnEndEstimated():
                return self._on_estimate(event)
            case SpeechResumed(resumed_at=resumed_at):
                return self._on_speech_resumed(resumed_at)
            case SpeechEnded():
                return self._end_utterance()
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
        utterance, turn = self._utterance, self._answering.turn
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
            case Hold.RELEASED if utterance:
                utterance.released_at = gesture.at
                return [CutCapture(gesture.at)]
            case Hold.RESUMED:
                return self._go_on()
            case Hold.ENDED if utterance:
                utterance.tail_ends_at = gesture.at + TAIL
                return [*self._answer_if_quiet(utterance), CutCapture(gesture.at + TAIL)]
        return []

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
        utterance = self._utterance
        dropped = self._drop_utterance() if utterance and utterance.by_ear else []
        changed = ListenModeChanged(at=self._now, mode=mode)
        return [*dropped, SetListenMode(mode), Publish(changed)]

    # --- the utterance -------------------------------------------------------------------------

    def _on_speech_started(self, origin: Origin) -> list[Command]:
        if origin is Origin.HANDS_FREE and self._mode is ListenMode.HOLD:
            return []  # said before the listener knew of the new mode
        commands = [*self._clear_timers(), *self._answering.end(EndReason.STOPPED)]
        self._utterances += 1
        self._utterance = Utterance(self._utterances, origin)
        return commands

    def _on_partial(self, event: SpeechGrew | PartialTranscribed) -> list[Command]:
        utterance = self._utterance
        if utterance is None:
            return []
        if isinstance(event, PartialTranscribed):
            grew = utterance.note_partial(event.text)
            return [self._answering.prefill(utterance.agreed)] if grew else []
        if utterance.awaits_partial or utterance.pause or utterance.released_at:
            return []
        utterance.awaits_partial = True
        return [TranscribePartial(utterance.number, event.pcm)]

    def _on_speech_paused(self, event: SpeechPaused) -> list[Command]:
        utterance = self._utterance
        if utterance is None or not utterance.asked_for(event.until):
            return []  # the answer to a cut that was taken back
        if utterance.by_ear and event.speech_ended_at is None:
            return self._drop_utterance()
        commands: list[Command] = []
        worked_on = self._answering.turn is not None or utterance.is_answered
        if not (worked_on and utterance.is_covered(event.speech_ended_at)):
            reason = EndReason.YIELDED if utterance.is_answered else EndReason.RESUMED
            commands += self._guess(utterance, event, reason)
        utterance.begin_pause(event)
        if utterance.by_ear:
            return commands + self._await_turn_end(utterance)
        if event.until == utterance.tail_ends_at:
            return commands + self._end_utterance()
        return commands + self._answer_if_quiet(utterance)

    def _guess(self, utterance: Utterance, pause: SpeechPaused, before: EndReason) -> list[Command]:
        """Work on what was said so far, as if that were all; `before` ends the guess before."""
        commands = self._answering.end(before)
        utterance.is_answered = False
        utterance.awaits_partial = False  # it gives way to the guess
        utterance.guessed_until = pause.until
        turn, begun = self._answering.begin(utterance.origin, pause.speech_ended_at)
        commands += begun
        if pause.speech_ended_at is not None:
            turn.jobs += 1
            commands.append(Transcribe(turn.number, pause.pcm))
        return commands

    def _on_estimate(self, event: TurnEndEstimated) -> list[Command]:
        utterance = self._utterance
        if utterance is None or utterance.pause is None or utterance.pause.until != event.until:
            return []
        utterance.probability = event.probability
        return self._await_turn_end(utterance)

    def _await_turn_end(self, utterance: Utterance) -> list[Command]:
        """Wait as long as a pause must last, by what is known of it, to be the end."""
        due_at = utterance.turn_end_at(self._answering.language, self._habit)
        return [] if due_at is None else [SetTimer(_TURN_END, due_at)]

    def _on_speech_resumed(self, resumed_at: float) -> list[Command]:
        utterance = self._utterance
        if utterance is None or utterance.released_at:
            return []  # after a release only the key itself can say that it goes on
        habit, self._habit = self._habit, utterance.habit_after(self._habit, resumed_at)
        commands = self._go_on()
        if self._habit != habit:
            mean, deviation, count = self._habit.mean, self._habit.deviation, self._habit.count
            learned = PausesLearned(at=self._now, mean=mean, deviation=deviation, count=count)
            commands.append(Publish(learned))
        return commands

    def _go_on(self) -> list[Command]:
        """Take back what was made of a pause or a release: the utterance goes on."""
        utterance = self._utterance
        if utterance is None:
            return []
        reason = EndReason.YIELDED if utterance.is_answered else EndReason.RESUMED
        utterance.go_on()
        return [*self._clear_timers(), *self._answering.end(reason)]

    def _answer_if_quiet(self, utterance: Utterance) -> list[Command]:
        """After the key's grace: answer where silence says what the tail will only confirm."""
        quiet = utterance.is_quiet and utterance.is_covered(
            utterance.pause.speech_ended_at if utterance.pause else None
        )
        if utterance.tail_ends_at is None or utterance.is_answered or not quiet:
            return []
        utterance.is_answered = True
        return self._commit(utterance)

    def _on_timer(self, name: str) -> list[Command]:
        utterance = self._utterance
        if name == _PREPARE:
            return self._answering.prepare() if self.state is State.IDLE else []
        if utterance is None:
            return []
        if name == _YIELD:
            self._utterance = None
            return [EndCapture()]
        # The turn is ours; the capture goes on, in case that was a mistake.
        utterance.is_answered = True
        return [*self._commit(utterance), SetTimer(_YIELD, self._now + YIELD_WINDOW)]

    def _end_utterance(self) -> list[Command]:
        """Close the utterance as complete: the answer to it may be heard."""
        utterance, self._utterance = self._utterance, None
        return [*self._commit(utterance), EndCapture()] if utterance else []

    def _commit(self, utterance: Utterance) -> list[Command]:
        turn = self._answering.turn
        if turn is None:
            return []
        unasked, turn.unasked = turn.unasked, ""
        asked = self._answering.ask(turn, unasked) if unasked else []
        return [*asked, *self._answering.commit()]

    def _drop_utterance(self) -> list[Command]:
        forgotten: list[Command] = [*self._talk_key.forget(), *self._clear_timers()]
        if self._utterance is None:
            return forgotten
        self._utterance = None
        return [*forgotten, EndCapture()]

    def _clear_timers(self) -> list[Command]:
        if self._utterance is None or not self._utterance.by_ear:
            return []
        return [ClearTimer(_TURN_END), ClearTimer(_YIELD)]

    # --- the answer ----------------------------------------------------------------------------

    def _on_turn_event(self, event: TurnEvent) -> list[Command]:
        turn, utterance = self._answering.turn, self._utterance
        if isinstance(event, Transcribed) and turn and utterance and not turn.committed:
            utterance.text = event.text
            waiting = self._await_turn_end(utterance)
            if event.text and not utterance.may_guess:
                turn.unasked = event.text
                return waiting
            utterance.guesses += bool(event.text)
            return waiting + self._answering.handle(event)
        commands = self._answering.handle(event)
        if utterance and utterance.by_ear and utterance.is_answered and not self._answering.turn:
            # Answered to the end: whoever speaks now says something new.
            commands += self._drop_utterance()
        if isinstance(event, PlaybackStopped):
            deferred, self._deferred = self._deferred, None
            commands += self._on_typed(deferred) if deferred else []
        return commands

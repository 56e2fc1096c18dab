"""The state machine that decides: events in, commands out.

Pure: no thread, no clock, no model, no device. The hub thread alone calls it, one event after
another, so there is nothing to lock and every run can be replayed from its events.

At any moment there is at most one utterance being spoken, one turn being answered, and one turn
that is being silenced. A revised turn is a new turn: nothing is ever patched.
"""

from __future__ import annotations

from dataclasses import replace

from her_desktop.conversation.commands import (
    Cancel,
    Capture,
    Command,
    CutCapture,
    EndCapture,
    FinishPlayback,
    Play,
    Publish,
    SetMicrophone,
    Speak,
    StopPlayback,
    Think,
    Transcribe,
)
from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    MessageAccepted,
    MuteRequested,
    Noticed,
    Origin,
    PlaybackFinished,
    PlaybackStarted,
    PlaybackStopped,
    RepeatRequested,
    SentenceFormed,
    SpeechEnded,
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
    TurnCommitted,
    TurnEnded,
    TurnEvent,
    TurnStarted,
    WorkFailed,
    WorkFinished,
)
from her_desktop.conversation.history import History, Spoken, heard_text
from her_desktop.conversation.push_to_talk import Gesture, Hold, PushToTalk
from her_desktop.conversation.sentences import SentenceCutter
from her_desktop.conversation.speakable import speakable
from her_desktop.conversation.turn import Turn, Utterance

PRE_ROLL = 0.5
"""Seconds of sound kept from before the talk key went down: people speak as they press."""

TAIL = 0.05
"""Seconds of sound kept from after it came up: people let go as they say the last syllable."""

_SPOKEN = {Origin.PUSH_TO_TALK, Origin.HANDS_FREE}
_DEAF = {DeviceState.MISSING, DeviceState.BUSY, DeviceState.LOST, DeviceState.MUTED}
_MUTED_MESSAGE = "The microphone is muted. Unmute it to talk, or type instead."


class Conversation:
    """Owns who is speaking and what comes of it. Called on the hub thread only."""

    def __init__(self, history: History, language: str = "en") -> None:
        """Begin idle; `language` is the one that symbols are read out in."""
        self._history = history
        self._language = language
        self._now = 0.0
        self._talk_key = PushToTalk()
        self._utterance: Utterance | None = None
        self._turn: Turn | None = None
        self._stopping: tuple[Turn, EndReason] | None = None
        self._deferred: TextSubmitted | RepeatRequested | None = None
        self._turns_begun = 0
        self._loading: set[Stage] = set()
        self._microphone = DeviceState.OPENING
        self._microphone_message = ""

    @property
    def state(self) -> State:
        """What the assistant is doing."""
        if self._utterance and self._utterance.tail_ends_at is None:
            return State.LISTENING
        if self._turn and self._turn.audible:
            return State.SPEAKING
        if self._turn or self._utterance:
            return State.THINKING
        return State.LOADING if self._loading else State.IDLE

    @property
    def history(self) -> History:
        """What the language model is told."""
        return self._history

    def concerns(self, event: TurnEvent) -> bool:
        """Tell whether an event belongs to a living turn; the hub drops the others."""
        if self._turn and event.turn == self._turn.number:
            return True
        return (
            isinstance(event, PlaybackStopped)
            and self._stopping is not None
            and event.turn == self._stopping[0].number
        )

    def handle(self, event: Event) -> list[Command]:
        """Take note of an event and return what is to be done about it, in order."""
        self._now = event.at
        match event:
            case TalkPressed() | TalkReleased() | TimerFired():
                return self._on_talk_key(event)
            case SpeechStarted(origin=origin):
                return self._on_speech_started(origin)
            case SpeechPaused():
                return self._on_speech_paused(event)
            case SpeechResumed() if not (self._utterance and self._utterance.released_at):
                # After a release only the key itself can say that it goes on.
                return self._on_speech_resumed()
            case SpeechEnded():
                return self._end_utterance()
            case TextSubmitted() | RepeatRequested():
                return self._on_typed(event)
            case StopRequested():
                return self._drop_utterance() + self._end_turn(EndReason.STOPPED)
            case MuteRequested(muted=muted):
                dropped = self._drop_utterance() if muted else []
                return [*dropped, SetMicrophone(open=not muted)]
            case DeviceChanged(device=Device.MICROPHONE, state=state, message=message):
                self._microphone, self._microphone_message = state, message
            case StageLoading(stage=stage):
                self._loading.add(stage)
            case StageReady(stage=stage) | StageFailed(stage=stage):
                self._loading.discard(stage)
            case PlaybackStopped():
                return self._on_playback_stopped(event)
            case TurnEvent() if self._turn:
                return self._on_turn_event(self._turn, event)
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
        match gesture.hold:
            case Hold.BEGAN:
                # What the loudspeaker said while the key went down is not the user's speech.
                speaking = self._turn is not None and self._turn.audible
                since = gesture.at if speaking else gesture.at - PRE_ROLL
                started = SpeechStarted(at=self._now, started_at=since, origin=Origin.PUSH_TO_TALK)
                return [
                    *self._on_speech_started(Origin.PUSH_TO_TALK),
                    Capture(since, Origin.PUSH_TO_TALK),
                    Publish(started),
                ]
            case Hold.RELEASED if self._utterance:
                self._utterance.released_at = gesture.at
                return [CutCapture(gesture.at)]
            case Hold.RESUMED:
                return self._on_speech_resumed()
            case Hold.ENDED if self._utterance:
                self._utterance.tail_ends_at = gesture.at + TAIL
                return [CutCapture(gesture.at + TAIL)]
        return []

    def _on_typed(self, event: TextSubmitted | RepeatRequested) -> list[Command]:
        text = event.text.strip()
        if not text:
            return []
        commands = self._drop_utterance() + self._end_turn(EndReason.STOPPED)
        if self._stopping:
            # What was heard of the old answer belongs into this question's history.
            self._deferred = event
            return commands
        if isinstance(event, TextSubmitted):
            turn, begun = self._begin_turn(Origin.TYPED, None)
            commands += [*begun, *self._ask(turn, text)]
        else:
            turn, begun = self._begin_turn(Origin.REPEAT, None)
            commands += begun
            cutter = SentenceCutter()
            for index, sentence in enumerate([*cutter.feed(text), *cutter.finish()]):
                commands += self._speak_sentence(turn, index, sentence)
        return commands + self._commit(turn)

    # --- the utterance -------------------------------------------------------------------------

    def _on_speech_started(self, origin: Origin) -> list[Command]:
        commands = self._end_turn(EndReason.STOPPED)
        self._utterance = Utterance(origin)
        return commands

    def _on_speech_paused(self, event: SpeechPaused) -> list[Command]:
        utterance = self._utterance
        if utterance is None:
            return []
        if not utterance.asked_for(event.until):
            return []  # the answer to a cut that was taken back
        is_tail = event.until == utterance.tail_ends_at
        commands: list[Command] = []
        if not (self._turn and utterance.is_covered(event.speech_ended_at)):
            if not utterance.may_guess:
                return []
            commands += self._guess(utterance, event)
        return commands + (self._end_utterance() if is_tail else [])

    def _guess(self, utterance: Utterance, event: SpeechPaused) -> list[Command]:
        """Work on what was said so far, as if that were all."""
        commands = self._end_turn(EndReason.RESUMED)
        utterance.guessed_until = event.until
        utterance.guesses += 1
        turn, begun = self._begin_turn(utterance.origin, event.speech_ended_at)
        commands += begun
        if event.speech_ended_at is not None:
            turn.jobs += 1
            commands.append(Transcribe(turn.number, event.pcm))
        return commands

    def _on_speech_resumed(self) -> list[Command]:
        if self._utterance is None:
            return []
        self._utterance = Utterance(self._utterance.origin, guesses=self._utterance.guesses)
        return self._end_turn(EndReason.RESUMED)

    def _end_utterance(self) -> list[Command]:
        """Close the utterance as complete: the answer to it may be heard."""
        if self._utterance is None:
            return []
        self._utterance = None
        return [*(self._commit(self._turn) if self._turn else []), EndCapture()]

    def _drop_utterance(self) -> list[Command]:
        forgotten: list[Command] = [*self._talk_key.forget()]
        if self._utterance is None:
            return forgotten
        self._utterance = None
        return [*forgotten, EndCapture()]

    # --- the turn ------------------------------------------------------------------------------

    def _begin_turn(
        self, origin: Origin, speech_ended_at: float | None
    ) -> tuple[Turn, list[Command]]:
        self._turns_begun += 1
        self._turn = turn = Turn(self._turns_begun, origin)
        started = TurnStarted(
            at=self._now, turn=turn.number, origin=origin, speech_ended_at=speech_ended_at
        )
        return turn, [Publish(started)]

    def _commit(self, turn: Turn) -> list[Command]:
        turn.committed = True
        committed = Publish(TurnCommitted(at=self._now, turn=turn.number))
        held, turn.held = turn.held, []
        commands = [*held, committed, *self._accepted(turn), *self._tell_failures(turn)]
        return commands + self._finish_if_complete(turn)

    def _tell_failures(self, turn: Turn) -> list[Command]:
        """Say what failed, once it is no mere guess; without any answer the turn is over."""
        if not turn.committed:
            return []
        failures, turn.failures = turn.failures, []
        told: list[Command] = [
            Publish(Noticed(at=self._now, message=message)) for _, message in failures
        ]
        lost = any(stage is not Stage.TTS for stage, _ in failures) and not turn.sentences
        return told + (self._end_turn(EndReason.FAILED) if lost else [])

    def _accepted(self, turn: Turn) -> list[Command]:
        if not (turn.committed and turn.user_text):
            return []
        accepted = MessageAccepted(at=self._now, turn=turn.number, text=turn.user_text)
        return [Publish(accepted)]

    def _ask(self, turn: Turn, text: str) -> list[Command]:
        turn.user_text = text
        turn.jobs += 1
        return [Think(turn.number, self._history.with_user(text)), *self._accepted(turn)]

    def _on_turn_event(self, turn: Turn, event: TurnEvent) -> list[Command]:
        match event:
            case Transcribed(text=text, language=language) if text:
                self._language = language or self._language
                return self._ask(turn, text)
            case SentenceFormed(index=index, text=text):
                return self._speak_sentence(turn, index, text)
            case AudioMade():
                return self._on_audio(turn, event)
            case WorkFailed(stage=stage, message=message):
                turn.failures.append((stage, message))
                return self._tell_failures(turn)
            case WorkFinished():
                turn.jobs -= 1
                return self._finish_if_complete(turn)
            case PlaybackStarted():
                turn.audible = True
            case PlaybackFinished():
                self._turn = None
                heard = " ".join(spoken.text.strip() for spoken in turn.sentences)
                return self._close(turn, EndReason.FINISHED, heard)
        return []

    def _speak_sentence(self, turn: Turn, index: int, text: str) -> list[Command]:
        said = speakable(text, self._language)
        turn.sentences.append(Spoken(text, None if said else 0.0))
        if not said:
            return []
        turn.jobs += 1
        return [Speak(turn.number, index, said)]

    def _on_audio(self, turn: Turn, event: AudioMade) -> list[Command]:
        sentence = turn.sentences[event.index]
        seconds = (sentence.seconds or 0.0) + event.pcm.size / event.sample_rate_hz
        turn.sentences[event.index] = replace(sentence, seconds=seconds)
        play = Play(turn.number, event.pcm, event.sample_rate_hz)
        if turn.committed:
            return [play]
        turn.held.append(play)
        return []

    def _finish_if_complete(self, turn: Turn) -> list[Command]:
        if turn is not self._turn or not turn.committed or turn.jobs:
            return []
        if turn.origin in _SPOKEN and not turn.user_text:
            return self._end_turn(EndReason.NOTHING_SAID)
        return [FinishPlayback(turn.number)]

    def _end_turn(self, reason: EndReason) -> list[Command]:
        """Give up the turn under way; one that may be audible is closed once it is silent."""
        turn = self._turn
        if turn is None:
            return []
        self._turn = None
        if not turn.committed:
            return [Cancel(turn.number), *self._close(turn, reason, "")]
        self._stopping = (turn, reason)
        return [Cancel(turn.number), StopPlayback(turn.number)]

    def _on_playback_stopped(self, event: PlaybackStopped) -> list[Command]:
        if self._stopping is None:
            return []
        turn, reason = self._stopping
        self._stopping = None
        commands = self._close(turn, reason, heard_text(turn.sentences, event.played))
        deferred, self._deferred = self._deferred, None
        return commands + (self._on_typed(deferred) if deferred else [])

    def _close(self, turn: Turn, reason: EndReason, heard: str) -> list[Command]:
        if turn.committed and turn.user_text and reason is not EndReason.FAILED:
            self._history.remember(turn.user_text, heard)
        return [Publish(TurnEnded(at=self._now, turn=turn.number, reason=reason, heard=heard))]

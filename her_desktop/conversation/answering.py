"""One answer at a time: from what the user said to the last sample of the reply.

Pure, like the conversation that owns it and calls it on the hub thread. At any moment there is at
most one turn being answered and one that is being silenced. A revised turn is a new turn: nothing
is ever patched.
"""

from __future__ import annotations

from dataclasses import replace

from her_desktop.conversation.commands import (
    Cancel,
    Command,
    FinishPlayback,
    HoldPlayback,
    Play,
    Prefill,
    PrepareSound,
    Publish,
    ResumePlayback,
    Speak,
    StopPlayback,
    Think,
)
from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioMade,
    EndReason,
    MessageAccepted,
    Noticed,
    Origin,
    Pcm,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    SentenceFormed,
    SoundPrepared,
    Stage,
    TextStreamed,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnEvent,
    TurnStarted,
    WorkFailed,
    WorkFinished,
)
from her_desktop.conversation.history import History, Spoken, heard_text
from her_desktop.conversation.instant import Instant, InstantReplies
from her_desktop.conversation.sentences import SentenceCutter
from her_desktop.conversation.speakable import speakable
from her_desktop.conversation.turn import Turn

_SPOKEN = {Origin.PUSH_TO_TALK, Origin.HANDS_FREE}
_NEVER_SAID = {EndReason.FAILED, EndReason.YIELDED}
"""Turns that leave no trace in the history: nothing was answered, or it will be answered anew."""


class Answering:
    """Owns the turn on its way, the one being silenced, and the history."""

    def __init__(self, history: History, instants: InstantReplies, language: str) -> None:
        """Begin with nothing to answer; `language` is the one that symbols are read out in."""
        self.history = history
        self.now = 0.0
        """The instant of the event being handled."""
        self.turn: Turn | None = None
        self._instants = instants
        self._language = self._voice_language = language
        self._stopping: tuple[Turn, EndReason] | None = None
        self._begun = 0
        self._prepared: dict[str, SoundPrepared] = {}

    @property
    def language(self) -> str:
        """The language that was last understood, as a two-letter code."""
        return self._language

    @property
    def is_stopping(self) -> bool:
        """Whether a turn is being silenced: what was heard of it is not known yet."""
        return self._stopping is not None

    @property
    def awaits_words(self) -> bool:
        """Whether what was said is being recognised, for an answer that may be heard."""
        turn = self.turn
        return turn is not None and turn.committed and turn.jobs > 0 and not turn.user_text

    def concerns(self, event: TurnEvent) -> bool:
        """Tell whether an event belongs to a living turn."""
        if self.turn and event.turn == self.turn.number:
            return True
        return (
            isinstance(event, PlaybackStopped)
            and self._stopping is not None
            and event.turn == self._stopping[0].number
        )

    def become(self, system: str, language: str, instants: InstantReplies) -> None:
        """Answer as another assistant from the next turn on; what was said so far stays."""
        self.history.instruct(system)
        self._language = self._voice_language = language
        self._instants = instants

    def forget_prepared(self) -> None:
        """Forget the replies made beforehand: the voice has changed."""
        self._prepared.clear()

    # --- a turn's life -------------------------------------------------------------------------

    def begin(self, origin: Origin, speech_ended_at: float | None) -> tuple[Turn, list[Command]]:
        """Begin a turn, which nobody hears of before it is committed."""
        self._begun += 1
        self.turn = turn = Turn(self._begun, origin, speech_ended_at=speech_ended_at)
        started = TurnStarted(
            at=self.now, turn=turn.number, origin=origin, speech_ended_at=speech_ended_at
        )
        return turn, [Publish(started)]

    def ask(self, turn: Turn, text: str) -> list[Command]:
        """Have `text` answered: at once where that needs no thought."""
        turn.user_text = text
        instant = self._instants.find(text, self._language)
        if instant:
            return [*self._accepted(turn), *self._recite(turn, instant)]
        turn.jobs += 1
        messages = self.history.with_user(text)
        doubtful = turn.is_draft or turn.origin is Origin.HANDS_FREE
        turn.awaits_verdict = doubtful and not turn.committed
        think = Think(turn.number, messages, judges_end=turn.awaits_verdict)
        return [think, *self._accepted(turn)]

    def speak(self, turn: Turn, index: int, text: str) -> list[Command]:
        """Have a sentence of the answer made audible."""
        said = speakable(text, self._language)
        turn.sentences.append(Spoken(text, None if said else 0.0))
        if not said:
            return []
        turn.jobs += 1
        return [Speak(turn.number, index, said)]

    def repeat(self, text: str) -> list[Command]:
        """Begin a turn that says `text` again, as it was shown."""
        turn, commands = self.begin(Origin.REPEAT, None)
        cutter = SentenceCutter()
        for index, sentence in enumerate([*cutter.feed(text), *cutter.finish()]):
            commands += self.speak(turn, index, sentence)
        return commands

    def sound(self, pcm: Pcm, sample_rate_hz: int) -> list[Command]:
        """Begin a turn that is nothing but this sound."""
        turn, commands = self.begin(Origin.REPEAT, None)
        turn.held.append(Play(turn.number, pcm, sample_rate_hz))
        return commands

    def hold(self) -> list[Command]:
        """Let the turn under way be silent for a moment: nothing of it is lost."""
        turn = self.turn
        if turn is None or not turn.committed or turn.is_held:
            return []
        turn.is_held = True
        return [HoldPlayback(turn.number)]

    def resume(self) -> list[Command]:
        """Let a turn that was held go on."""
        turn = self.turn
        if turn is None or not turn.is_held:
            return []
        turn.is_held = False
        return [ResumePlayback(turn.number)]

    def commit(self) -> list[Command]:
        """Let the turn be heard: from here on it is no guess."""
        turn = self.turn
        if turn is None or turn.committed:
            return []
        turn.committed = True
        if turn.instant:
            self._instants.said(turn.instant)
        committed = Publish(TurnCommitted(at=self.now, turn=turn.number))
        held, turn.held = turn.held, []
        commands = [*held, committed, *self._accepted(turn), *self._tell_failures(turn)]
        return commands + self._finish_if_complete(turn)

    def end(self, reason: EndReason) -> list[Command]:
        """Give up the turn under way; one that may be audible is closed once it is silent."""
        turn = self.turn
        if turn is None:
            return []
        self.turn = None
        if not turn.committed:
            return [Cancel(turn.number), *self._close(turn, reason, "")]
        self._stopping = (turn, reason)
        return [Cancel(turn.number), StopPlayback(turn.number)]

    def handle(self, event: TurnEvent) -> list[Command]:
        """Take note of what happened to the turn, and say what follows."""
        if isinstance(event, PlaybackStopped):
            return self._on_playback_stopped(event)
        turn = self.turn
        if turn is None:
            return []
        match event:
            case Transcribed(text=text, language=language) if text:
                self._language = language or self._language
                return self.ask(turn, text)
            case SentenceFormed(index=index, text=text):
                return self.speak(turn, index, text)
            case AudioMade(index=index, pcm=pcm, sample_rate_hz=rate):
                return self._play(turn, index, pcm, rate)
            case WorkFailed(stage=stage, message=message):
                turn.failures.append((stage, message))
                return self._tell_failures(turn)
            case WorkFinished():
                turn.jobs -= 1
                return self._finish_if_complete(turn)
            case PlaybackStarted():
                turn.audible = True
            case PlaybackHeld(played=played):
                turn.held_at = played
            case PlaybackFinished():
                self.turn = None
                heard = "".join(spoken.text for spoken in turn.sentences).strip()
                return self._close(turn, EndReason.FINISHED, heard)
        return []

    # --- what is prepared while nobody waits ---------------------------------------------------

    def prefill(self, partial: str) -> Prefill:
        """Return the order to read what is known of the next question, `partial` its beginning."""
        return Prefill(self.history.with_user(partial))

    def prepare(self) -> list[Command]:
        """Return the order for the next reply to make beforehand; none once all are made."""
        for language, text in self._instants.answers():
            # A voice speaks one language; what it can be asked for in another waits until then.
            if language != self._voice_language or text in self._prepared:
                continue
            if said := speakable(text, language):
                return [PrepareSound(text, said)]
        return []

    def keep(self, sound: SoundPrepared) -> None:
        """Keep a reply that was made beforehand."""
        self._prepared[sound.text] = sound

    # --- inside --------------------------------------------------------------------------------

    def _recite(self, turn: Turn, instant: Instant) -> list[Command]:
        """Answer with a prepared reply; one that is not ready yet still needs no thought."""
        turn.instant = instant
        told: list[Command] = [
            Publish(AnsweredInstantly(at=self.now, turn=turn.number, reply=instant.name)),
            Publish(TextStreamed(at=self.now, turn=turn.number, text=instant.text)),
        ]
        sound = self._prepared.get(instant.text)
        if sound is None:
            return told + self.speak(turn, 0, instant.text)
        turn.sentences.append(Spoken(instant.text, 0.0))
        told += self._play(turn, 0, sound.pcm, sound.sample_rate_hz)
        return told + self._finish_if_complete(turn)

    def _tell_failures(self, turn: Turn) -> list[Command]:
        """Say what failed, once it is no mere guess; without any answer the turn is over."""
        if not turn.committed:
            return []
        failures, turn.failures = turn.failures, []
        told: list[Command] = [
            Publish(Noticed(at=self.now, message=message)) for _, message in failures
        ]
        lost = any(stage is not Stage.TTS for stage, _ in failures) and not turn.sentences
        return told + (self.end(EndReason.FAILED) if lost else [])

    def _accepted(self, turn: Turn) -> list[Command]:
        if not (turn.committed and turn.user_text):
            return []
        return [Publish(MessageAccepted(at=self.now, turn=turn.number, text=turn.user_text))]

    def _play(self, turn: Turn, index: int, pcm: Pcm, sample_rate_hz: int) -> list[Command]:
        sentence = turn.sentences[index]
        seconds = (sentence.seconds or 0.0) + pcm.size / sample_rate_hz
        turn.sentences[index] = replace(sentence, seconds=seconds)
        play = Play(turn.number, pcm, sample_rate_hz)
        if turn.committed:
            return [play]
        turn.held.append(play)
        return []

    def _finish_if_complete(self, turn: Turn) -> list[Command]:
        if turn is not self.turn or not turn.committed or turn.jobs:
            return []
        if turn.origin in _SPOKEN and not turn.user_text:
            return self.end(EndReason.NOTHING_SAID)
        return [FinishPlayback(turn.number)]

    def _on_playback_stopped(self, event: PlaybackStopped) -> list[Command]:
        if self._stopping is None:
            return []
        turn, reason = self._stopping
        self._stopping = None
        return self._close(turn, reason, heard_text(turn.sentences, event.played))

    def _close(self, turn: Turn, reason: EndReason, heard: str) -> list[Command]:
        commands: list[Command] = []
        if turn.committed and turn.user_text and reason not in _NEVER_SAID:
            self.history.remember(turn.user_text, heard)
            # What was said is read while nobody waits: the next answer then begins sooner.
            commands.append(self.prefill(""))
        ended = TurnEnded(at=self.now, turn=turn.number, reason=reason, heard=heard)
        return [Publish(ended), *commands]

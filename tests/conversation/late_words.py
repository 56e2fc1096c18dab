"""Somebody speaks while the recogniser is still being loaded, or the listener is held up.

Everything but the conversation is counted here: a clock in steps of 10 ms, a microphone whose
sound says by its samples when it was heard, and models that take as long as they are told to.
Rule: one thread, no time but the clock's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from her_desktop.conversation.commands import (
    Cancel,
    ClearTimer,
    Command,
    EndCapture,
    FinishPlayback,
    HoldPlayback,
    Play,
    Publish,
    SetTimer,
    Speak,
    StopPlayback,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    LevelMeasured,
    ListenMode,
    ListenModeRequested,
    MessageAccepted,
    MessageEndEstimated,
    Origin,
    PartialTranscribed,
    Pcm,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    SentenceFormed,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    TimerFired,
    Transcribed,
    TurnEvent,
    WorkFinished,
)
from her_desktop.conversation.history import History

RATE_HZ = 16_000
STEP, FRAME = 0.01, 0.032
RECOGNISING, THINKING, SPEAKING = 0.15, 0.1, 0.05


@dataclass(frozen=True)
class Word:
    """A word and when it is said."""

    text: str
    begins_at: float
    ends_at: float


def said_at(at: float, text: str, each: float = 0.25) -> list[Word]:
    """Return the words of a text as they follow each other from an instant on."""
    return [
        Word(word, at + each * number, at + each * (number + 1))
        for number, word in enumerate(text.split())
    ]


class LateTalk:
    """Owns the clock, the microphone and the models around one conversation."""

    def __init__(
        self, words: Sequence[Word], ready_at: float, stalled: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Prepare; the recogniser is there from `ready_at` on, the listener not while `stalled`."""
        self.conversation = Conversation(History("Be kind."))
        self.accepted: list[str] = []
        self._words = words
        self._now = 0.0
        self._stalled = stalled
        self._free_at = ready_at
        self._jobs: list[Transcribe | TranscribePartial] = []
        self._dead: set[int] = set()
        self._coming: list[tuple[float, int, Event]] = []
        self._order = itertools.count()
        self._timers: dict[str, float] = {}
        self._playing: dict[int, float] = {}
        self._frames = 0
        self._spoken = self._silent = self._grown = 0
        self._since: float | None = None
        self._is_paused = False
        self._tell(ListenModeRequested(at=0.0, mode=ListenMode.ALWAYS))

    @property
    def remembered(self) -> str:
        """All that the user has said, as the history has it."""
        messages = self.conversation.history.messages
        return " ".join(message.text for message in messages if message.role == "user")

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        until = self._now + seconds
        while self._now < until:
            self._now += STEP
            while due := [name for name, at in self._timers.items() if at <= self._now]:
                del self._timers[due[0]]
                self._tell(TimerFired(at=self._now, name=due[0]))
            self._recognise()
            while self._coming and min(self._coming)[0] <= self._now:
                first = min(self._coming)
                self._coming.remove(first)
                self._tell(replace(first[2], at=self._now))
            if not self._stalled[0] <= self._now < self._stalled[1]:
                self._listen()

    # --- the microphone ------------------------------------------------------------------------

    def _listen(self) -> None:
        while (end := (self._frames + 1) * FRAME) <= self._now:
            self._frames += 1
            begin = end - FRAME
            is_speech = any(w.begins_at < end and w.ends_at > begin + 0.01 for w in self._words)
            level = LevelMeasured(
                at=self._now, level_db=-30.0 if is_speech else -70.0, speech=is_speech, until=end
            )
            self._tell(level)
            self._spoken = self._spoken + 1 if is_speech else 0
            self._silent = 0 if is_speech else self._silent + 1
            self._judge(end)

    def _judge(self, end: float) -> None:
        now = self._now
        if self._since is None:
            if self._spoken == 3:
                self._since, self._is_paused, self._grown = max(0.0, end - 0.5), False, 0
                started = SpeechStarted(at=now, started_at=self._since, origin=Origin.HANDS_FREE)
                self._tell(started)
            return
        if self._is_paused:
            if self._spoken == 3:
                self._is_paused, self._grown = False, 0
                self._tell(SpeechResumed(at=now, resumed_at=end - 3 * FRAME))
        elif self._silent == 2:
            self._is_paused = True
            ended_at = max(word.ends_at for word in self._words if word.begins_at < end)
            pcm = self._heard(end)
            self._tell(SpeechPaused(at=now, pcm=pcm, until=end, speech_ended_at=ended_at))
        elif self._spoken:
            self._grown += 1
            if self._grown % 10 == 0:
                self._tell(SpeechGrew(at=now, pcm=self._heard(end)))

    def _heard(self, until: float) -> Pcm:
        """Return sound of which every sample is its own number."""
        return np.arange(round((self._since or 0.0) * RATE_HZ), round(until * RATE_HZ)).astype(
            np.float32
        )

    def _understood(self, pcm: Pcm) -> str:
        begin, end = float(pcm[0]) / RATE_HZ, float(pcm[-1]) / RATE_HZ
        inside = [w for w in self._words if w.begins_at > begin - 0.1 and w.ends_at < end + 0.05]
        return " ".join(word.text for word in inside)

    # --- the models and the loudspeaker --------------------------------------------------------

    def _recognise(self) -> None:
        while self._jobs and self._free_at <= self._now:
            job = self._jobs.pop(0)
            if isinstance(job, Transcribe) and job.turn in self._dead:
                continue
            self._free_at = self._now + RECOGNISING
            text = self._understood(job.pcm)
            if isinstance(job, TranscribePartial):
                partial = PartialTranscribed(
                    at=0.0, utterance=job.utterance, text=text, until=job.until
                )
                self._soon(RECOGNISING, partial)
                continue
            whole = Transcribed(at=0.0, turn=job.turn, text=text, language="en")
            self._soon(RECOGNISING, whole)
            self._soon(RECOGNISING, WorkFinished(at=0.0, turn=job.turn, stage=Stage.STT))

    def _soon(self, after: float, event: Event) -> None:
        self._coming.append((self._now + after, next(self._order), event))

    def _tell(self, event: Event) -> None:
        owned = event if isinstance(event, TurnEvent | PartialTranscribed) else None
        if owned is not None and not self.conversation.concerns(owned):
            return
        for command in self.conversation.handle(event):
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Publish(event=MessageAccepted(text=text)):
                self.accepted.append(text)
            case SetTimer(name=name, due_at=due_at):
                self._timers[name] = due_at
            case ClearTimer(name=name):
                self._timers.pop(name, None)
            case EndCapture():
                self._since, self._spoken = None, 0
            case Transcribe() | TranscribePartial():
                # What is newer makes older partial transcripts superfluous.
                self._jobs = [job for job in self._jobs if isinstance(job, Transcribe)]
                self._jobs.append(command)
            case Cancel(turn=turn):
                self._dead.add(turn)
            case Think(turn=turn, judges_end=judges_end):
                if judges_end:
                    likely = MessageEndEstimated(at=0.0, turn=turn, probability=0.5)
                    self._soon(THINKING / 2, likely)
                self._soon(THINKING, SentenceFormed(at=0.0, turn=turn, index=0, text="I see."))
                self._soon(THINKING, WorkFinished(at=0.0, turn=turn, stage=Stage.LLM))
            case Speak(turn=turn, index=index):
                pcm = np.ones(300, np.float32)
                made = AudioMade(at=0.0, turn=turn, index=index, pcm=pcm, sample_rate_hz=100)
                self._soon(SPEAKING, made)
                self._soon(SPEAKING, WorkFinished(at=0.0, turn=turn, stage=Stage.TTS))
            case Play(turn=turn):
                self._playing[turn] = self._now
                self._soon(0.02, PlaybackStarted(at=0.0, turn=turn, audible_at=self._now + 0.02))
            case FinishPlayback(turn=turn):
                self._soon(3.0, PlaybackFinished(at=0.0, turn=turn, played=3.0))
            case HoldPlayback(turn=turn):
                self._tell(PlaybackHeld(at=self._now, turn=turn, played=self._played(turn)))
            case StopPlayback(turn=turn):
                self._tell(PlaybackStopped(at=self._now, turn=turn, played=self._played(turn)))

    def _played(self, turn: int) -> float:
        return self._now - self._playing.get(turn, self._now)

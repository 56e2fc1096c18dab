"""Where the milliseconds of a turn went, folded from the stream of events.

The number that counts runs from the last spoken sample of the user to the first audible sample of
the answer. Guesses, answers given back, instant replies and turns without sound are counted apart,
never mixed in.

Rule: pure, one thread at a time; each watcher that wants timings holds a fold of its own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioMade,
    EndReason,
    Event,
    Origin,
    PlaybackStarted,
    SentenceFormed,
    SpeechEndFound,
    Stage,
    TextStreamed,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnEvent,
    TurnStarted,
    WorkStarted,
)

KEPT_TURNS = 200

ENDPOINT_WAIT = "endpoint wait"
STT = "stt"
LLM_FIRST_TOKEN = "llm first token"  # noqa: S105 - a name, not a secret
FIRST_SENTENCE = "first sentence"
TTS_FIRST_AUDIO = "tts first audio"
PLAYBACK = "playback"


@dataclass(frozen=True)
class Bar:
    """A stretch of a turn, in seconds from its zero."""

    name: str
    start: float
    end: float

    @property
    def duration(self) -> float:
        """Return its length in seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class TurnTiming:
    """One turn in time. `zero_at` is the last spoken sample, or the submission of a typed line.

    `gap` runs from there to the first audible sample; None while nothing was audible. A turn is
    `counted` in the percentiles when it is over and the user heard an answer to what they said,
    and it is no `instant` one, whose answer lay ready without any model.
    """

    turn: int
    origin: Origin
    zero_at: float
    gap: float | None
    bars: tuple[Bar, ...]
    reason: EndReason | None
    counted: bool
    instant: bool = False

    def duration(self, name: str) -> float | None:
        """Return the length of one bar in seconds, None where the turn has none of that name."""
        return next((bar.duration for bar in self.bars if bar.name == name), None)


@dataclass
class _Instants:
    """The first time that each thing happened in a turn."""

    turn: int
    origin: Origin
    started_at: float
    speech_ended_at: float | None
    committed_at: float | None = None
    stt_started_at: float | None = None
    transcribed_at: float | None = None
    llm_started_at: float | None = None
    first_token_at: float | None = None
    first_sentence_at: float | None = None
    tts_started_at: float | None = None
    first_audio_at: float | None = None
    audible_at: float | None = None
    reason: EndReason | None = None
    instant: bool = False

    def note(self, event: TurnEvent) -> bool:
        """Keep the instant of an event that matters; tell whether it was the first of its kind."""
        match event:
            case SpeechEndFound(ended_at=ended_at):
                # The turn was begun before its speech was over, and this may be told again.
                self.speech_ended_at = ended_at
                return True
            case TurnCommitted(at=at):
                name = "committed_at"
            case WorkStarted(stage=stage, at=at) if stage is not Stage.VAD:
                name = f"{stage}_started_at"
            case Transcribed(at=at):
                name = "transcribed_at"
            case TextStreamed(at=at):
                name = "first_token_at"
            case SentenceFormed(at=at):
                name = "first_sentence_at"
            case AudioMade(at=at):
                name = "first_audio_at"
            case PlaybackStarted(audible_at=at):
                name = "audible_at"
            case TurnEnded(reason=reason):
                self.reason = reason
                return True
            case AnsweredInstantly():
                self.instant = True
                return True
            case _:
                return False
        if getattr(self, name) is not None:
            return False
        setattr(self, name, at)
        return True

    def timing(self) -> TurnTiming:
        """Return what is known of the turn so far."""
        zero = self.started_at if self.speech_ended_at is None else self.speech_ended_at
        stretches = (
            # With a guess, work starts before the commit: the wait is what was truly waited.
            (ENDPOINT_WAIT, self.speech_ended_at, self.committed_at),
            (STT, self.stt_started_at, self.transcribed_at),
            (LLM_FIRST_TOKEN, self.llm_started_at, self.first_token_at),
            (FIRST_SENTENCE, self.first_token_at, self.first_sentence_at),
            (TTS_FIRST_AUDIO, self.tts_started_at, self.first_audio_at),
            (PLAYBACK, self._playable_at(), self.audible_at),
        )
        return TurnTiming(
            turn=self.turn,
            origin=self.origin,
            zero_at=zero,
            gap=None if self.audible_at is None else self.audible_at - zero,
            bars=tuple(
                Bar(name, start - zero, end - zero)
                for name, start, end in stretches
                if start is not None and end is not None
            ),
            reason=self.reason,
            counted=self.was_heard and not self.instant,
            instant=self.instant,
        )

    @property
    def was_heard(self) -> bool:
        """Tell whether the turn is over and the user heard an answer to what they said."""
        return (
            self.audible_at is not None
            and self.reason in (EndReason.FINISHED, EndReason.STOPPED)
            and self.origin is not Origin.REPEAT
        )

    def _playable_at(self) -> float | None:
        made_at = self.first_audio_at
        if made_at is None and self.instant:
            # Its sound was made before the turn began.
            made_at = self.started_at
        if made_at is None or self.committed_at is None:
            return None
        return max(made_at, self.committed_at)


@dataclass
class LatencyFold:
    """Owns the timings of the last turns. Fed with every event, in order."""

    last: TurnTiming | None = None
    finished: deque[TurnTiming] = field(default_factory=lambda: deque(maxlen=KEPT_TURNS))
    """The turns that count, oldest first."""
    instants: deque[TurnTiming] = field(default_factory=lambda: deque(maxlen=KEPT_TURNS))
    """The turns that were answered and heard without asking a model, oldest first."""
    guesses_dropped: int = 0
    """Answers begun in vain: the user went on before they could be heard."""
    yields: int = 0
    """Answers given back: the user went on when they might already be heard."""
    _turns: dict[int, _Instants] = field(default_factory=dict)

    def handle(self, event: Event) -> TurnTiming | None:
        """Take in an event; return the turn's timing when the event changed it."""
        if not isinstance(event, TurnEvent):
            return None
        if isinstance(event, TurnStarted):
            self._turns[event.turn] = _Instants(
                event.turn, event.origin, event.at, event.speech_ended_at
            )
            return None
        instants = self._turns.get(event.turn)
        if instants is None or not instants.note(event):
            return None
        timing = instants.timing()
        if timing.reason is not None:
            del self._turns[event.turn]
        if timing.reason is EndReason.RESUMED:
            # Recognising speech at a pause is no guess yet: that text is wanted in any case.
            self.guesses_dropped += instants.llm_started_at is not None
            return None
        if instants.committed_at is None and instants.reason is None:
            return None  # a guess is nobody's business until it is more than that
        self.last = timing
        if timing.reason is EndReason.YIELDED:
            self.yields += 1
        if timing.counted:
            self.finished.append(timing)
        elif instants.was_heard:
            self.instants.append(timing)
        return timing

    @property
    def gaps(self) -> tuple[float, ...]:
        """The latencies of the turns that count, oldest first, in seconds."""
        return tuple(timing.gap for timing in self.finished if timing.gap is not None)

    def percentile(self, percent: float) -> float | None:
        """Return a percentile of the gaps (nearest rank), None before there is one."""
        return percentile(self.gaps, percent)


def percentile(values: tuple[float, ...], percent: float) -> float | None:
    """Return the value that `percent` of the values do not exceed (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[min(len(ordered), int(rank)) - 1]

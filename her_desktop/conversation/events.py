"""Everything that happens, as frozen, time-stamped facts.

Rule: an event says what was seen, never what to do about it. Any thread may make one; only the
hub hands them on, in one order, to the conversation and then to everyone who watches.

Instants (`*_at`) are seconds on the clock of `time.monotonic`; other durations are seconds.
Sound is float32 mono in [-1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.attention_events import AttentionChosen as AttentionChosen
from her_desktop.conversation.attention_events import FollowUpClosed as FollowUpClosed
from her_desktop.conversation.attention_events import FollowUpOpened as FollowUpOpened
from her_desktop.conversation.attention_events import PlayRequested as PlayRequested
from her_desktop.conversation.attention_events import SpeechSuspected as SpeechSuspected
from her_desktop.conversation.attention_events import WakePhraseHeard as WakePhraseHeard
from her_desktop.conversation.attention_events import WakeScored as WakeScored
from her_desktop.conversation.load_events import AsideFinished as AsideFinished
from her_desktop.conversation.load_events import AsideStarted as AsideStarted
from her_desktop.conversation.load_events import GpuAbsent as GpuAbsent
from her_desktop.conversation.load_events import GpuBusy as GpuBusy
from her_desktop.conversation.load_events import GpuMemoryTaken as GpuMemoryTaken
from her_desktop.conversation.load_events import GpuSampled as GpuSampled
from her_desktop.conversation.load_events import SystemSampled as SystemSampled
from her_desktop.conversation.model_events import AssistantChosen as AssistantChosen
from her_desktop.conversation.model_events import StageFailed as StageFailed
from her_desktop.conversation.model_events import StageLoading as StageLoading
from her_desktop.conversation.model_events import StageReady as StageReady
from her_desktop.conversation.model_events import StageReleased as StageReleased
from her_desktop.conversation.sound_events import AudioDropped as AudioDropped
from her_desktop.conversation.sound_events import CleaningChosen as CleaningChosen
from her_desktop.conversation.sound_events import DeviceChanged as DeviceChanged
from her_desktop.conversation.sound_events import DeviceChosen as DeviceChosen
from her_desktop.conversation.sound_events import EchoMeasured as EchoMeasured
from her_desktop.conversation.sound_events import LevelMeasured as LevelMeasured
from her_desktop.conversation.sound_events import MicrophoneTested as MicrophoneTested
from her_desktop.conversation.sound_events import MicrophoneTestRequested as MicrophoneTestRequested
from her_desktop.conversation.trial_events import StageTried as StageTried
from her_desktop.conversation.trial_events import TrialRequested as TrialRequested
from her_desktop.conversation.vocabulary import AttentionOptions as AttentionOptions
from her_desktop.conversation.vocabulary import Chime as Chime
from her_desktop.conversation.vocabulary import Device as Device
from her_desktop.conversation.vocabulary import DeviceState as DeviceState
from her_desktop.conversation.vocabulary import EndReason as EndReason
from her_desktop.conversation.vocabulary import Event as Event
from her_desktop.conversation.vocabulary import ListenMode as ListenMode
from her_desktop.conversation.vocabulary import Origin as Origin
from her_desktop.conversation.vocabulary import Pcm as Pcm
from her_desktop.conversation.vocabulary import Reach as Reach
from her_desktop.conversation.vocabulary import Stage as Stage
from her_desktop.conversation.vocabulary import State as State
from her_desktop.conversation.vocabulary import WakePhrase as WakePhrase

# --- the user ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TalkPressed(Event):
    """The talk key, button or orb went down."""


@dataclass(frozen=True, kw_only=True)
class TalkReleased(Event):
    """The talk key, button or orb came up."""


@dataclass(frozen=True, kw_only=True)
class TextSubmitted(Event):
    """The user typed a message (or said it through the control socket)."""

    text: str


@dataclass(frozen=True, kw_only=True)
class RepeatRequested(Event):
    """The user asked to hear a reply again."""

    text: str


@dataclass(frozen=True, kw_only=True)
class StopRequested(Event):
    """The user pressed Esc or Stop."""


@dataclass(frozen=True, kw_only=True)
class MuteRequested(Event):
    """The user wants the microphone closed (`muted`) or opened again."""

    muted: bool


@dataclass(frozen=True, kw_only=True)
class ListenModeRequested(Event):
    """The user wants to talk in another way."""

    mode: ListenMode


@dataclass(frozen=True, kw_only=True)
class ListenModeChanged(Event):
    """From now on the microphone's sound becomes an utterance in this way."""

    mode: ListenMode


# --- the listener ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SpeechStarted(Event):
    """Somebody began to speak. `started_at` is the first sample kept, pre-roll included.

    `in_doubt`: the assistant is audible and its echo is not known to be cancelled, so this may be
    its own voice or a noise: it takes words to interrupt.
    """

    started_at: float
    origin: Origin
    in_doubt: bool = False


@dataclass(frozen=True, kw_only=True)
class SpeechPaused(Event):
    """A pause that may be the end.

    `pcm` is the whole utterance so far at 16 kHz and reaches to the instant `until`;
    `speech_ended_at` is the instant of its last spoken sample, None where nothing was spoken.
    """

    pcm: Pcm = field(repr=False, compare=False)
    until: float
    speech_ended_at: float | None


@dataclass(frozen=True, kw_only=True)
class SpeechGrew(Event):
    """Somebody is still speaking: `pcm` is the whole utterance so far at 16 kHz."""

    pcm: Pcm = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class TurnEndEstimated(Event):
    """How likely (0 to 1) the pause that `SpeechPaused` reported at `until` ends the utterance."""

    until: float
    probability: float


@dataclass(frozen=True, kw_only=True)
class SpeechResumed(Event):
    """The pause was not the end: the utterance goes on since `resumed_at`.

    `in_doubt`: it may be the assistant's own voice, as with `SpeechStarted`.
    """

    resumed_at: float
    in_doubt: bool = False


@dataclass(frozen=True, kw_only=True)
class SpeechEnded(Event):
    """The last `SpeechPaused` was the end: what was guessed from it holds."""


@dataclass(frozen=True, kw_only=True)
class PartialTranscribed(Event):
    """What an utterance that still goes on sounds like so far; its last words may yet change."""

    utterance: int
    text: str
    until: float = 0.0
    """The instant the sound reached to, where it ended in a pause."""
    guess: str = ""
    """Where `text` is empty though somebody spoke: what it may have been."""


@dataclass(frozen=True, kw_only=True)
class PausesLearned(Event):
    """How long this user pauses inside utterances, as it is known by now: worth keeping."""

    mean: float
    deviation: float
    count: int


@dataclass(frozen=True, kw_only=True)
class SoundPrepared(Event):
    """A reply was made audible beforehand: `text` as it is shown, `pcm` at `sample_rate_hz`."""

    text: str
    pcm: Pcm = field(repr=False, compare=False)
    sample_rate_hz: int
    was_kept: bool = False
    """Whether it was made in an earlier session, and cost nothing now."""


# --- the turn ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TurnEvent(Event):
    """An event that belongs to a turn and is dropped when that turn is dead."""

    turn: int


@dataclass(frozen=True, kw_only=True)
class TurnStarted(TurnEvent):
    """Work on an answer began; `speech_ended_at` is None where nothing was spoken."""

    origin: Origin
    speech_ended_at: float | None


@dataclass(frozen=True, kw_only=True)
class SpeechEndFound(TurnEvent):
    """The speech that a turn was begun for before it was over ended at the instant `ended_at`."""

    ended_at: float


@dataclass(frozen=True, kw_only=True)
class MessageEndEstimated(TurnEvent):
    """How likely (0 to 1) the language model finds it that the user's message ends here."""

    probability: float


@dataclass(frozen=True, kw_only=True)
class TurnCommitted(TurnEvent):
    """The answer may be heard: from here on it is no guess."""


@dataclass(frozen=True, kw_only=True)
class TurnEnded(TurnEvent):
    """The turn is over. `heard` is the part of the answer that reached the user."""

    reason: EndReason
    heard: str


@dataclass(frozen=True, kw_only=True)
class Transcribed(TurnEvent):
    """What the user said (`text` is empty where nothing was); `language` as a two-letter code."""

    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class MessageAccepted(TurnEvent):
    """The user's message, as it will stand in the conversation."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AnsweredInstantly(TurnEvent):
    """The answer is one prepared beforehand, `reply` by name: no model thought about it."""

    reply: str


@dataclass(frozen=True, kw_only=True)
class TextStreamed(TurnEvent):
    """The next piece of the answer, as it is shown."""

    text: str


@dataclass(frozen=True, kw_only=True)
class SentenceFormed(TurnEvent):
    """A sentence or first clause is complete. `text` is as shown, `index` counts from 0."""

    index: int
    text: str


@dataclass(frozen=True, kw_only=True)
class AudioMade(TurnEvent):
    """A piece of sentence `index` as sound, at `sample_rate_hz`, leading silence trimmed."""

    index: int
    pcm: Pcm = field(repr=False, compare=False)
    sample_rate_hz: int


@dataclass(frozen=True, kw_only=True)
class WorkStarted(TurnEvent):
    """A worker took up a job for this turn."""

    stage: Stage


@dataclass(frozen=True, kw_only=True)
class WorkFinished(TurnEvent):
    """A worker is done with a job for this turn, having said everything there is to say."""

    stage: Stage


@dataclass(frozen=True, kw_only=True)
class WorkFailed(TurnEvent):
    """A worker could not do a job. `message` is one plain sentence for the user."""

    stage: Stage
    message: str


# --- sound out ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PlaybackStarted(TurnEvent):
    """The turn became audible: `audible_at` is the DAC time of its first sample over -50 dBFS."""

    audible_at: float


@dataclass(frozen=True, kw_only=True)
class PlaybackFinished(TurnEvent):
    """Everything of the turn was played: `played` seconds of it."""

    played: float


@dataclass(frozen=True, kw_only=True)
class PlaybackHeld(TurnEvent):
    """The turn was silenced for a moment, `played` seconds into it."""

    played: float


@dataclass(frozen=True, kw_only=True)
class PlaybackStopped(TurnEvent):
    """The turn was silenced after `played` seconds."""

    played: float


# --- the machine -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TalkKeyChanged(Event):
    """What is known of the key that works outside the window; `sentence` is plain words, or ""."""

    key: str
    reach: Reach
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Noticed(Event):
    """Something a person should read once: `message` is one plain sentence."""

    message: str


@dataclass(frozen=True, kw_only=True)
class StateChanged(Event):
    """The assistant's state, made known whenever it changes."""

    state: State


@dataclass(frozen=True, kw_only=True)
class TimerFired(Event):
    """A timer that the conversation had asked for is due."""

    name: str


@dataclass(frozen=True, kw_only=True)
class WindowStalled(Event):
    """The window's event loop did not come round for `duration`."""

    duration: float

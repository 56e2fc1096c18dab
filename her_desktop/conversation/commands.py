"""What the conversation wants done.

Rule: a command is an order in the imperative, carried out by the hub and by nobody else. It holds
values only, so a test can compare a list of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.events import Event, ListenMode, Origin, Pcm
from her_desktop.conversation.history import Message


@dataclass(frozen=True)
class Capture:
    """Keep the microphone's sound from the instant `since` on as an utterance."""

    since: float
    origin: Origin


@dataclass(frozen=True)
class CutCapture:
    """Deliver the utterance as `SpeechPaused` once the sound up to `until` has arrived.

    The capture goes on until `EndCapture`, so that a pause can turn out not to be the end.
    """

    until: float


@dataclass(frozen=True)
class EndCapture:
    """The utterance is complete (or unwanted): forget its sound."""


@dataclass(frozen=True)
class Transcribe:
    """Recognise what was said in `pcm` (16 kHz)."""

    turn: int
    pcm: Pcm = field(repr=False, compare=False)


@dataclass(frozen=True)
class TranscribePartial:
    """Recognise what an utterance that still goes on sounds like so far.

    This, `Prefill` and `PrepareSound` belong to no turn: they are done while nobody waits, and
    give way to the first job that somebody does wait for.
    """

    utterance: int
    pcm: Pcm = field(repr=False, compare=False)
    turn: int = 0


@dataclass(frozen=True)
class Prefill:
    """Read `messages`, of which the last is only the beginning of the user's next one."""

    messages: tuple[Message, ...]
    turn: int = 0


@dataclass(frozen=True)
class PrepareSound:
    """Make a reply audible beforehand: `text` as it is shown, `said` as it is spoken."""

    text: str
    said: str
    turn: int = 0


@dataclass(frozen=True)
class Think:
    """Answer the last of `messages`; with `judges_end` say first how much it sounds like all."""

    turn: int
    messages: tuple[Message, ...]
    judges_end: bool = False


@dataclass(frozen=True)
class Speak:
    """Make sentence `index` audible; `text` is already sayable."""

    turn: int
    index: int
    text: str


@dataclass(frozen=True)
class Play:
    """Put sound behind what is already queued for the loudspeaker."""

    turn: int
    pcm: Pcm = field(repr=False, compare=False)
    sample_rate_hz: int


@dataclass(frozen=True)
class FinishPlayback:
    """No more sound will come for this turn: say `PlaybackFinished` once all of it was played."""

    turn: int


@dataclass(frozen=True)
class StopPlayback:
    """Silence this turn within one block and say `PlaybackStopped` with what was heard."""

    turn: int


@dataclass(frozen=True)
class Cancel:
    """Nothing more is wanted of this turn: its workers stop, its results are dropped."""

    turn: int


@dataclass(frozen=True)
class SetTimer:
    """Deliver `TimerFired(name)` at the instant `due_at`; a timer of that name is replaced."""

    name: str
    due_at: float


@dataclass(frozen=True)
class ClearTimer:
    """The timer of that name is no longer wanted."""

    name: str


@dataclass(frozen=True)
class Publish:
    """Make an event known to everyone who watches."""

    event: Event


@dataclass(frozen=True)
class SetListenMode:
    """From now on the microphone's sound becomes an utterance in this way."""

    mode: ListenMode


@dataclass(frozen=True)
class SetMicrophone:
    """Open the microphone, or close it for real."""

    open: bool


InputCommand = Capture | CutCapture | EndCapture | SetMicrophone | SetListenMode
"""What concerns the ears."""

Command = (
    Capture
    | CutCapture
    | EndCapture
    | Transcribe
    | TranscribePartial
    | Prefill
    | PrepareSound
    | Think
    | Speak
    | Play
    | FinishPlayback
    | StopPlayback
    | Cancel
    | SetTimer
    | ClearTimer
    | Publish
    | SetMicrophone
    | SetListenMode
)

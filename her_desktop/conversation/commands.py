"""What the conversation wants done.

Rule: a command is an order in the imperative, carried out by the hub and by nobody else. It holds
values only, so a test can compare a list of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.events import (
    Chime,
    Device,
    Event,
    ListenMode,
    Origin,
    Pcm,
    Stage,
    WakePhrase,
)
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
    until: float = 0.0
    """The instant the sound reaches to, where it ends in a pause."""
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
class StopPreparing:
    """Leave the reply that is being made beforehand: somebody may be about to speak."""


@dataclass(frozen=True)
class Think:
    """Answer the last of `messages`; with `judges_end` say first how much it sounds like all."""

    turn: int
    messages: tuple[Message, ...]
    judges_end: bool = False


@dataclass(frozen=True)
class Try:
    """Have a model speak `text`, answer `messages` or recognise `pcm` (16 kHz).

    `StageTried` tells what came of it. As no turn's work it gives way to the first job that
    somebody waits for. The messages begin as the conversation does, which a language model has
    read already and need not read again afterwards.
    """

    stage: Stage
    text: str = field(repr=False)
    pcm: Pcm = field(repr=False, compare=False)
    messages: tuple[Message, ...] = field(repr=False)
    turn: int = 0


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
class HoldPlayback:
    """Silence this turn within one block, for a moment; nothing of it is lost.

    `PlaybackHeld` says how much was heard. A turn that has no sound yet waits with its first.
    """

    turn: int


@dataclass(frozen=True)
class ResumePlayback:
    """Let a held turn go on from a little before where it was."""

    turn: int


@dataclass(frozen=True)
class PlayChime:
    """Make one of the two quiet sounds, behind what is queued."""

    chime: Chime


@dataclass(frozen=True)
class ReleaseModels:
    """Nobody needs the three large models for now: let them leave the memory."""


@dataclass(frozen=True)
class RecallModels:
    """Somebody is about to need the models: load what was released."""


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
class AwaitPhrase:
    """In the mode for it, listen for this phrase and take it as said from `threshold` on."""

    phrase: WakePhrase
    threshold: float


@dataclass(frozen=True)
class SetMicrophone:
    """Open the microphone, or close it for real."""

    open: bool


@dataclass(frozen=True)
class TestMicrophone:
    """Listen for `duration` and say `MicrophoneTested`; nothing heard meanwhile begins a turn."""

    __test__ = False  # pytest would take it for a test by its name

    duration: float = 3.0


@dataclass(frozen=True)
class CleanMicrophone:
    """Do this to the microphone's sound from now on; `CleaningChosen` asks for it."""

    cancel_echo: bool
    suppress_noise: bool
    automatic_gain: bool


@dataclass(frozen=True)
class ChooseDevice:
    """Open the device of that name ("" for the system's) in the other's place, at once.

    `DeviceChosen` asks for it. What is being played goes on there.
    """

    device: Device
    name: str


InputCommand = (
    Capture
    | CutCapture
    | EndCapture
    | SetMicrophone
    | SetListenMode
    | AwaitPhrase
    | TestMicrophone
    | CleanMicrophone
    | ChooseDevice
)
"""What concerns the ears."""

Command = (
    Capture
    | CutCapture
    | EndCapture
    | Transcribe
    | TranscribePartial
    | Prefill
    | PrepareSound
    | StopPreparing
    | Try
    | Think
    | Speak
    | Play
    | FinishPlayback
    | HoldPlayback
    | ResumePlayback
    | PlayChime
    | ReleaseModels
    | RecallModels
    | StopPlayback
    | Cancel
    | SetTimer
    | ClearTimer
    | Publish
    | SetMicrophone
    | SetListenMode
    | AwaitPhrase
    | TestMicrophone
    | CleanMicrophone
    | ChooseDevice
)

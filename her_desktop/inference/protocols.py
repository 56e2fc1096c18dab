"""The four models as the rest of the program sees them.

Rule: an adapter is used by one thread, the worker that loaded it (the detector: the listener).
Calls block; `cancelled` is asked often and ends the work early. Sound is float32 mono in [-1, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from her_desktop.audio.format import Pcm

Cancelled = Callable[[], bool]


class ModelError(Exception):
    """A model cannot be loaded or used; the message is one plain sentence for the user."""


@dataclass(frozen=True)
class Transcript:
    """What was understood: `text` is empty where nothing was said; `language` like "en"."""

    text: str
    language: str
    guess: str = ""
    """Where `text` is empty though somebody spoke: what it may have been, too unsure to answer."""


class VoiceDetector(Protocol):
    """Tells speech from everything else, one frame of 512 samples at 16 kHz after another."""

    def probability(self, frame: Pcm) -> float:
        """Return how likely the frame is speech, 0 to 1. Frames must follow one another."""
        ...

    def reset(self) -> None:
        """Forget what came before: the next frame starts a new stretch of sound."""
        ...


class WakeDetector(Protocol):
    """Listens for one phrase, in sound that follows on."""

    def score(self, pcm: Pcm) -> float:
        """Return how sure it is, 0 to 1, that the phrase has just been said.

        `pcm` is the next stretch at 16 kHz, of any length. 0.5 is what the phrase's makers advise
        to take for it.
        """
        ...

    def reset(self) -> None:
        """Forget what came before: the next stretch follows on nothing."""
        ...

    def close(self) -> None:
        """Free what the detector holds; it is not used after that."""
        ...


class TurnDetector(Protocol):
    """Tells from its melody whether an utterance is complete."""

    def probability(self, pcm: Pcm) -> float:
        """Return how likely the utterance (16 kHz, any length) is complete, 0 to 1."""
        ...


class Recognizer(Protocol):
    """Turns an utterance into text."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person: "CPU, int8, 2 threads"."""
        ...

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        """Recognise `pcm` (16 kHz, any length). Silence and noise give an empty text."""
        ...

    def close(self) -> None:
        """Free what the model holds; it is not used after that."""
        ...


class LanguageModel(Protocol):
    """Answers the last message of a conversation."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        ...

    def prepare(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> None:
        """Read what is known of the next prompt, so that its first token comes sooner.

        As for `reply`, but the last message is only the beginning of the user's next one.
        """
        ...

    def end_probability(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> float:
        """Return how likely (0 to 1) the last message ends where it does.

        That is the probability of a final mark or the message's end after its text without its own
        final mark. What was read for it is read for `reply` too.
        """
        ...

    def reply(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> Iterator[str]:
        """Yield the answer piece by piece.

        `messages` are (role, text) with the roles "system", "user" and "assistant", the last one
        the user's. Raises ModelError where the last message alone is longer than the context.
        """
        ...

    def close(self) -> None:
        """Free what the model holds; it is not used after that."""
        ...


class Voice(Protocol):
    """Makes text audible."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """The rate of everything `speak` yields."""
        ...

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        """Yield the sentence as sound, without leading silence; nothing for an unsayable text."""
        ...

    def close(self) -> None:
        """Free what the model holds; it is not used after that."""
        ...


@runtime_checkable
class KnownVoice(Voice, Protocol):
    """A voice that can be told from all others, so that what it said may be kept."""

    @property
    def identity(self) -> str:
        """What settles how it sounds, in words that another voice never has; "" for nobody."""
        ...

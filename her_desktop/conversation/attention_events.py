"""What happens around being listened to: interruptions, the wake phrase, and coming to rest.

Rule: as in `events`, which hands these on under its own name; take them from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.vocabulary import AttentionOptions, Event, Pcm


@dataclass(frozen=True, kw_only=True)
class PlayRequested(Event):
    """The user wants to hear a sound: a turn of its own, so that Stop stops it."""

    pcm: Pcm = field(repr=False, compare=False)
    sample_rate_hz: int


@dataclass(frozen=True, kw_only=True)
class SpeechSuspected(Event):
    """Somebody may be beginning to speak; `SpeechStarted` follows soon where it was so."""


@dataclass(frozen=True, kw_only=True)
class AttentionChosen(Event):
    """The user wants to be attended to like this from now on."""

    options: AttentionOptions


@dataclass(frozen=True, kw_only=True)
class WakePhraseHeard(Event):
    """The wake phrase was said; what follows it is captured as of `SpeechStarted`."""


@dataclass(frozen=True, kw_only=True)
class WakeScored(Event):
    """How sure the wake phrase's detector was of late, 0 to 1; told while it hears anything."""

    score: float


@dataclass(frozen=True, kw_only=True)
class FollowUpOpened(Event):
    """No wake phrase is needed until the instant `until`, `duration` seconds from now."""

    until: float
    duration: float


@dataclass(frozen=True, kw_only=True)
class FollowUpClosed(Event):
    """Nobody went on, or somebody did: the time without a wake phrase is over."""

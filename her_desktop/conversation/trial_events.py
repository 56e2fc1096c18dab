"""What is tried on purpose: each model once, on something whose outcome is known.

Rule: values only, as in `events`, from which others take them together with all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from her_desktop.conversation.vocabulary import Event, Pcm, Stage


def _no_sound() -> Pcm:
    return np.zeros(0, np.float32)


@dataclass(frozen=True, kw_only=True)
class TrialRequested(Event):
    """Somebody wants to see a model work: `StageTried` answers.

    `text` is to be spoken or answered, `pcm` (16 kHz) to be recognised. It is no part of the
    conversation, and gives way to a turn.
    """

    stage: Stage
    text: str = field(default="", repr=False)
    pcm: Pcm = field(default_factory=_no_sound, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class StageTried(Event):
    """What a model made of its trial, begun at `begun_at` and with its first result at `first_at`.

    `text` is what was recognised or answered, `pcm` what was spoken, at 16 kHz. Where it failed,
    `message` says why in one plain sentence; where it `gave_way` to a turn, nothing was found out.
    """

    stage: Stage
    begun_at: float
    first_at: float | None = None
    text: str = field(default="", repr=False)
    pcm: Pcm = field(default_factory=_no_sound, repr=False, compare=False)
    message: str = ""
    gave_way: bool = False

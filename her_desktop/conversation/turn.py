"""What is kept of an answer on its way.

Pure: plain values that the conversation alone changes, on the hub thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.commands import Play
from her_desktop.conversation.events import Origin, Stage
from her_desktop.conversation.history import Spoken
from her_desktop.conversation.instant import Instant


@dataclass
class Turn:
    """One answer on its way.

    `jobs` counts the work given out and not yet finished; `held` is sound, and `failures` are
    sentences, that nobody hears of before the turn is committed.
    """

    number: int
    origin: Origin
    committed: bool = False
    user_text: str = ""
    sentences: list[Spoken] = field(default_factory=list)
    held: list[Play] = field(default_factory=list)
    failures: list[tuple[Stage, str]] = field(default_factory=list)
    jobs: int = 0
    audible: bool = False
    instant: Instant | None = None
    """The prepared reply that it is answered with."""
    is_draft: bool = False
    """It answers a partial transcript: it is heard only if the whole says the same words."""
    is_due: bool = False
    """It is to be heard as soon as it is no draft any more."""
    checks: int = 0
    """So many transcripts are still to come that will tell whether the draft is right."""
    speech_ended_at: float | None = None
    stop_probability: float | None = None
    """How likely the language model finds it that the user's message ends where it does."""
    awaits_verdict: bool = False
    """The language model was asked that and has not answered yet."""
    is_held: bool = False
    """Its sound is silent for a moment: somebody speaks over it."""
    held_at: float = 0.0
    """Seconds of it that were heard when it fell silent."""
    unasked: str = ""
    """What the user said, where the last guess was spent: it is answered once it is no guess."""

"""Tell a transcript from what Whisper invents where nobody spoke.

Whisper was trained on subtitles: given silence it says "you" or "Thank you.", given a hiss it
repeats itself. Rule: pure, no thread, no model.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass
from enum import Enum

_SILENT = 0.85
"""Over this no-speech probability nothing is believed: with tiny.en noise and silence give 0.82
to 0.99, speech under 0.1."""
_WEAK = 0.5
"""Over this the words must be good ones."""
_GOOD_LOG_PROBABILITY = -0.5
_POOR_LOG_PROBABILITY = -1.0
_REPETITIVE = 2.4
"""OpenAI's own limit for length over compressed length (Radford et al. 2022, section 4.5)."""
_LEAST_REPEATED = 3
"""Words: what is shorter and comes again and again, such as "no", may be what was said."""
_FASTEST_SPEECH = 20.0
"""Characters a second, pauses included: quick speech has 18, a doubled sentence over 25."""

_PHANTOMS = frozenset(
    {
        "you",
        "thank you",
        "thank you very much",
        "thank you so much",
        "thank you for watching",
        "thanks for watching",
        "thanks",
        "bye",
        "bye bye",
        "okay",
        "oh",
        "so",
        "the",
        "please subscribe",
        "subtitles by the amara org community",
        "merci",
        "merci d avoir regarde cette video",
        "sous titrage societe radio canada",
        "sous titrage st 501",
        "sous titres realises par la communaute d amara org",
        "sous titres realises para la communaute d amara org",
    }
)
"""Said of silence so often that a doubt is enough to drop them."""


class Verdict(Enum):
    """What to do with a transcript."""

    SPEECH = "speech"
    DOUBTFUL = "doubtful"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Evidence:
    """What the model says of its own transcript."""

    no_speech: float
    """Probability that nobody speaks, 0 to 1."""
    log_probability: float
    """Mean natural logarithm of the tokens' probabilities, 0 at best."""
    reached_limit: bool
    """It was still talking when it was stopped."""


def judge(text: str, evidence: Evidence, *, full_context: bool) -> Verdict:
    """Decide whether `text` was said, was invented, or deserves a second look at full context.

    At full context Whisper repeats itself only without end, so there repetition that ends by
    itself is believed: people do say a thing over and over.
    """
    words = normalised(text)
    weak = evidence.no_speech > _WEAK
    if evidence.no_speech > _SILENT:
        return Verdict.NOTHING
    if weak and (not words or words in _PHANTOMS):
        return Verdict.NOTHING
    looping = repetitiveness(text) > _REPETITIVE and not full_context
    if evidence.reached_limit or looping or not words:
        return Verdict.DOUBTFUL
    least = _GOOD_LOG_PROBABILITY if weak else _POOR_LOG_PROBABILITY
    return Verdict.SPEECH if evidence.log_probability >= least else Verdict.DOUBTFUL


def said_once(text: str, evidence: Evidence, seconds: float) -> str | None:
    """Return what a transcript says, without the repetitions that `seconds` of sound cannot hold.

    On a short context Whisper may say a whole sentence and, instead of ending, say it again. Where
    nobody could say it twice in that time, what comes before the repetition is what was said. None
    where there is no such repetition, or where it may be a noise or a guess that is repeated.
    """
    if evidence.no_speech > _WEAK or evidence.log_probability < _GOOD_LOG_PROBABILITY:
        return None
    words = text.split()
    if evidence.reached_limit:
        words = words[:-1]  # the last may be cut in two
    plain = [normalised(word) for word in words]
    kept = twice = len(plain)
    # A loop may end in a smaller one, of some words of the sentence.
    while (unit := _repeated(plain[:kept])) is not None:
        if len(unit) < _LEAST_REPEATED:
            return None
        kept, twice = unit.stop, unit.stop + len(unit)
    if kept == twice or len(" ".join(words[:twice])) < _FASTEST_SPEECH * seconds:
        return None
    return " ".join(words[:kept])


def ends_in_repetition(text: str) -> bool:
    """Tell whether the last three words or more say once more what is said before them."""
    unit = _repeated(normalised(text).split())
    return unit is not None and len(unit) >= _LEAST_REPEATED


def _repeated(words: list[str]) -> range | None:
    """Return where the shortest passage stands first that the words end in repetitions of."""
    for length in range(1, len(words) // 2 + 1):
        end = len(words)
        while end > length and words[end - 1] == words[end - 1 - length]:
            end -= 1
        if len(words) - end >= length:
            return range(end - length, end)
    return None


def is_muttered(text: str, evidence: Evidence) -> bool:
    """Tell whether somebody spoke of whom `text` is a poor guess: no hiss, no silence, no loop."""
    if evidence.no_speech > _WEAK or evidence.reached_limit:
        return False
    return bool(normalised(text)) and repetitiveness(text) <= _REPETITIVE


def normalised(text: str) -> str:
    """Return the words alone: no accents, case or punctuation, one space between them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return " ".join(kept.split())


def repetitiveness(text: str) -> float:
    """Return length over zlib-compressed length: about 1 for prose, over 2.4 for a loop."""
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0

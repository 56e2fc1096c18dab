"""Whether what is being said, without a key, is meant for the assistant at all.

Somebody who speaks while an answer is heard may interrupt it, or say "mm-hm", cough or laugh; and
in the mode for a phrase of the user's own, whatever is said may be said to others. Both are told
from how long it lasts and from its words. Rule: pure values; the hub thread alone changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from her_desktop.conversation.backchannels import (
    calls,
    count_said,
    is_backchannel,
    may_be_hum,
    repeats,
)
from her_desktop.conversation.events import Pcm
from her_desktop.conversation.wake_phrase import after_phrase

LONGEST_DOUBT = 3.0
"""Seconds an answer is held for sound that goes on and in which no word is found."""

DECISION = 0.7
"""Seconds after the end of the sound in which the answer goes on where no words are known."""

LATEST = 3.0
"""Seconds more in which words that come late, on a busy machine, still count."""

SETTLED = 0.35
"""Seconds of silence after a "mm-hm" before the answer goes on: a sentence may follow it."""

_SHORT = 0.75
"""Seconds of speech below which unknown words are more likely a misheard "mm-hm" than a wish.

Measured with Whisper tiny: it writes "and the Mi-chan", "MMA Kim" or "The court" for one.
"""

_LONG = 1.2
"""Seconds of speech that are no "mm-hm", whatever was said in them."""

_MUTTERED = 1.0
"""Seconds of speech that are no "mm-hm" where the recogniser is unsure of every word.

Measured with Whisper base and synthetic French: it is unsure of one sentence in three, all of
0.7 to 2.3 s, and of "mm-hm", "exactement" and the like, of up to 0.98 s.
"""

_SAID = 2
"""So many words that say something are an interruption while it still goes on, once it is long."""

_PHRASE_ROOM = 2
"""Words beyond those of the phrase after which it will not come any more: its head is known."""


_SUSPECTED_ROOM = 4
"""The same where what was said before may be among them."""


class Verdict(Enum):
    """What is known of it."""

    OPEN = auto()
    MEANT = auto()
    NOT_MEANT = auto()


@dataclass
class Doubt:
    """What is known of an utterance that may not be meant for the assistant.

    `over` is the number of the turn that it is said over, None where none is; `phrase` must stand
    at its head, unless it is empty. Where `is_suspected` its detector has half heard that, and
    kept something from before. `began_at` is the instant of its first sound.
    """

    began_at: float
    over: int | None = None
    phrase: str = ""
    is_suspected: bool = False
    may_be_echo: bool = False
    """The assistant's own voice may come through: what it says itself is no interruption."""
    verdict: Verdict = Verdict.OPEN
    text: str = ""
    """What it sounds like so far."""
    grown_until: float = 0.0
    """Until when it had lasted as the newest transcript was asked for, while it still goes on."""
    is_late: bool = False
    """The words have not come in time: the answer goes on meanwhile."""
    goes_on: bool = False
    """It follows what is being answered: whoever says it may simply not have finished."""
    follows_whole: bool = False
    """What it follows lacks nothing."""
    skipped: int = 0
    """So many samples at the utterance's beginning are being answered and in no doubt."""

    def new_part(self, pcm: Pcm) -> Pcm:
        """Return what is in doubt of an utterance's sound."""
        return pcm[self.skipped :]

    @property
    def is_private(self) -> bool:
        """Whether nobody may learn what was said: the phrase has not been heard."""
        return bool(self.phrase)

    def judge(
        self,
        text: str,
        answer: str,
        ended_at: float | None,
        *,
        is_answer: bool,
        guess: str = "",
    ) -> Verdict:
        """Take in a transcript; `ended_at` is the end of its speech, None while it goes on.

        `answer` is what the assistant says meanwhile. With `is_answer` it has just asked
        something, so that a "yes" is not mere listening. `guess` is what may have been said where
        the text is empty though somebody spoke.
        """
        if not text and ended_at is not None and self._lasted(ended_at, _LONG):
            # Of the whole a recogniser may make nothing, having understood the half of it.
            text = self.text if count_said(self.text) >= _SAID else text
        self.text = text
        if self.verdict is not Verdict.NOT_MEANT or not self.phrase:
            if text or not self._is_muttered(guess, ended_at):
                self.verdict = self._judged(text, answer, ended_at, is_answer)
            else:
                self.verdict = Verdict.MEANT
        return self.verdict

    def judge_by_length(self, ended_at: float | None) -> Verdict:
        """Decide without words, because they do not come."""
        if self.verdict is Verdict.OPEN:
            long_enough = ended_at is not None and self._lasted(ended_at, _LONG)
            heard = long_enough and not (self.phrase or self.may_be_echo)
            self.verdict = Verdict.MEANT if heard else Verdict.NOT_MEANT
        return self.verdict

    def _judged(self, text: str, answer: str, ended_at: float | None, is_answer: bool) -> Verdict:
        if self.phrase:
            return self._judged_by_phrase(text, over=ended_at is not None)
        if self.may_be_echo and repeats(text, answer):
            return Verdict.OPEN if ended_at is None else Verdict.NOT_MEANT
        if is_answer and text.strip():
            return Verdict.OPEN if ended_at is None else Verdict.MEANT
        if is_backchannel(text):
            return Verdict.OPEN if ended_at is None else Verdict.NOT_MEANT
        # The last word may be cut through while it is said: "Oh, no" was "Oh, nice".
        if calls(text if ended_at is not None else text.rpartition(" ")[0]):
            return Verdict.MEANT
        until = self.grown_until if ended_at is None else ended_at
        is_long = self._lasted(until, _SHORT)
        is_hum = not is_long and self.follows_whole and may_be_hum(text)
        if self.goes_on and ended_at is not None and not is_hum:
            return Verdict.MEANT  # the rest of a question may be a short word
        if ended_at is None:
            return Verdict.MEANT if is_long and count_said(text) >= _SAID else Verdict.OPEN
        return Verdict.MEANT if is_long else Verdict.NOT_MEANT

    def _is_muttered(self, guess: str, ended_at: float | None) -> bool:
        """Tell whether somebody has spoken at length over an answer, whatever it was."""
        if ended_at is None or self.phrase or self.may_be_echo or is_backchannel(guess):
            return False
        return self._lasted(ended_at, _MUTTERED)

    def _lasted(self, until: float, duration: float) -> bool:
        return until - self.began_at >= duration

    def _judged_by_phrase(self, text: str, *, over: bool) -> Verdict:
        if after_phrase(text, self.phrase, is_among=self.is_suspected) is not None:
            return Verdict.MEANT
        room = _SUSPECTED_ROOM if self.is_suspected else _PHRASE_ROOM
        settled = len(text.split()) >= len(self.phrase.split()) + room
        return Verdict.NOT_MEANT if over or settled else Verdict.OPEN

"""How long a silence must last before the turn is taken.

Two judges who err in different ways are heard: the turn detector, which knows the melody, and the
transcript, which knows the words. Only where both call the utterance complete is the answer quick;
one alone never takes the turn fast. What this user's own pauses have been like raises the rest.
Rule: pure; values in, seconds out. The words of each language are in `turn_end_words`.
"""

# ruff: noqa: RUF001 - marks that look like others are told apart here.

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from her_desktop.conversation.turn_end_words import LANGUAGES, UnfinishedWords

SHORTEST_DELAY = 0.12
"""The pause detector itself needs about 0.1 s of quiet, and both judges some time to speak."""
LONGEST_DELAY = 1.2
"""After this nobody believes any more that the other one will go on."""

_DELAYS = (
    # completeness, and the delay at each of the probabilities below
    (0.0, (1.20, 1.20, 1.20, 1.05)),
    (0.35, (1.05, 1.00, 0.95, 0.85)),
    (0.8, (0.92, 0.72, 0.37, 0.20)),
    (1.0, (0.60, 0.45, 0.24, 0.13)),
)
"""Between these points the delay is interpolated.

A pause to think lasts 0.3 to 0.8 s, and that it is over is known 0.1 s later: words that break off
wait it out, whatever the melody was. The third row is a sentence with a full stop, which proves
little, as Whisper writes one at almost any pause: there the detector decides, and where it doubts
the whole pause is waited out as well. The fourth row is a question: its mark is rarely written in
vain, and the detector can be sure of the wrong thing (a complete "What's the weather like?" got
0.01), so it waits 0.6 s at most. Where both agree, 0.13 to 0.25 s are left: longer than most gaps
between words, of which the pause detector reports one in four at over 0.15 s.
"""
_PROBABILITIES = (0.0, 0.5, 0.8, 1.0)

_STOPS = (-3.0, -2.0, -1.0)
_ALLOWED = (0.2, 0.6, 1.0)
"""Logarithms of the language model's stop probability, and the completeness they allow.

A model knows "remind me to call" or "give me the recipe for apple" for unfinished (under 0.001),
whatever mark Whisper put there. Measured with SmolLM2 135M: under 0.01 lie 2 of 65 whole questions
and 37 of 48 beginnings of one, under 0.05 then 4 and 45, under 0.1 then 9 and 47.
"""

_UNHEARD_PROBABILITY = 0.3
_UNREAD_COMPLETENESS = 0.5
"""What stands for a judge who has not spoken: careful, yet not the longest delay, since in a
program without a turn detector, or past the last guess, nobody will ever speak."""

_UNFINISHED = 0.0
_OPENING = 0.3
_SUSPECT = 0.4
_TOLD = 0.45
_UNMARKED = 0.65
_ORDER = 0.8
_QUESTION = 0.95
_CLOSED = 1.0
"""Grades of completeness: words that must go on, that may have only begun, that could, a sentence
that tells something, a text without any mark, an order, a question, and a phrase known to be
complete. "My computer is very slow today." is a whole sentence by every judge, and yet whoever
says it to an assistant has not asked anything: what is wanted mostly follows.
"""
_SHORT_SENTENCE = 6

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W\d_]+)*")
_GOES_ON = re.compile(r"(?:\.{2,}|[…,;:\-–—、，；：])[\"'»”’)\s]*$")
_SENTENCE_MARK = re.compile(r"[.!?。！？]+(?=\s|$)|[。！？]")
_FULL_STOPS = frozenset(".!。！")
_QUESTION_MARKS = frozenset("?？")
_CLOSERS = "\"'»”’) \u00a0\u202f"


def completeness(text: str, language: str) -> float:
    """Return how complete the words of an utterance are, from 0 (breaks off) to 1 (rounded off).

    `text` is a transcript with its punctuation, `language` a two-letter code; words are judged in
    English and French, marks in every language. A text without a word gives 0.5: it says nothing.
    """
    sentence = _last_sentence(text)
    words = [match.replace("’", "'") for match in _WORD.findall(sentence.casefold())]
    if not words:
        return _UNREAD_COMPLETENESS
    if _GOES_ON.search(text):
        return _UNFINISHED
    mark = sentence.rstrip(_CLOSERS)[-1:]
    asked = mark in _QUESTION_MARKS
    known = LANGUAGES.get(language)
    judged = _judged_by_words(words, sentence, asked, known) if known else None
    if judged is not None:
        return judged
    if asked:
        return _QUESTION
    if mark not in _FULL_STOPS:
        return _UNMARKED
    return _TOLD if known and _only_tells(words, known) else _ORDER


def _judged_by_words(
    words: list[str], sentence: str, asked: bool, known: UnfinishedWords
) -> float | None:
    """Return what the words say of themselves, None where the marks may decide."""
    spoken = " ".join(words)
    if spoken in known.closed:
        return _CLOSED
    if spoken in known.answers:
        return _ORDER
    if spoken in known.openings:
        return _OPENING
    last, before = words[-1], words[:-1]
    # "what you are thinking of", "all I need": a relative word has already taken the object.
    # In "something by" it has not: there is no clause between.
    served = any(word in known.relatives for word in before[:-1])
    if last in known.never_last and not f" {spoken}".endswith(known.exceptions):
        return _UNFINISHED
    if f" {spoken}".endswith(known.requests):
        return _UNFINISHED
    opened = before and (before[-1] in known.questioners or before[-1] in known.subordinators)
    if opened and last in known.subjects and not asked:
        return _UNFINISHED
    if last in known.wants_object and not served:
        if asked:
            return _SUSPECT
        if last in known.auxiliaries and before and before[-1] in known.subjects:
            # "Yes, I can." is an answer, "I think it is" may be half of one.
            is_answer = len(before) == 1 or (len(before) == 2 and before[0] in known.answers)
            return _UNMARKED if is_answer else _SUSPECT
        return _UNFINISHED
    if asked:
        return None
    if f" {spoken}".endswith(known.hesitations):
        return _UNFINISHED
    if last in known.subjects_only:
        return _OPENING
    return _judged_by_beginning(words, sentence, known)


def _judged_by_beginning(words: list[str], sentence: str, known: UnfinishedWords) -> float | None:
    """Return a doubt where an utterance has only begun: "if it rains tomorrow", "my friend Peter".

    A comma inside means that the main clause has come.
    """
    if "," in sentence.strip(_CLOSERS + ",."):
        return None
    if f"{' '.join(words)} ".startswith(known.connectives) and len(words) <= _SHORT_SENTENCE:
        return _UNFINISHED
    if words[0] in known.subordinators:
        return _OPENING
    if words[0] in known.prepositions and len(words) <= known.longest_phrase:
        return _SUSPECT
    if words[0] in known.determiners and len(words) <= known.longest_phrase:
        verbs = known.auxiliaries | known.wants_object
        # The word after "my" is a noun; a later one in -s, -ed or the like may be the verb.
        if not any(word in verbs or "'" in word for word in words) and not any(
            word.endswith(known.verb_endings) for word in words[2:]
        ):
            return _SUSPECT
    return None


def _only_tells(words: list[str], known: UnfinishedWords) -> bool:
    """Tell whether a sentence says how things are, and nothing that it wants of the assistant."""
    spoken = f" {' '.join(words)} "
    return words[0] in known.tellers and not any(wish in spoken for wish in known.wishes)


def _last_sentence(text: str) -> str:
    """Return the last sentence with its mark: what came before it is complete."""
    stripped = text.strip()
    ends = [mark.end() for mark in _SENTENCE_MARK.finditer(stripped)]
    starts = [0, *(end for end in ends if _WORD.search(stripped, end))]
    return stripped[starts[-1] :]


_SHORTEST_PAUSE = 0.25
"""Shorter silences belong to speaking itself, as in front of a p: Goldman-Eisler 1968 draws the
line to pauses there."""
_LONGEST_PAUSE = 1.5
"""One telephone call in mid-sentence must not teach that pauses last a minute."""
_LEARNING = 0.1
_LEARNING_FROM_CUT_OFF = 0.3
_CUT_OFF_COUNTS = 3
_HALF_KNOWN = 4
"""After so many pauses a habit is believed half."""

_UNTOUCHED = 0.13
_FULLY_RAISED = 0.7
"""The habit moves delays the more the longer they are: none of the shortest, all from here on."""
_RESUMPTION = 0.1
"""Seconds that pass before a pause is known to be over."""


@dataclass(frozen=True)
class PauseHabit:
    """How long this user pauses inside utterances: seconds, learned from one pause to the next.

    A value that the hub thread replaces by a newer one; a fresh one knows nothing and raises
    nothing. Mean and deviation are exponential averages, as a TCP sender follows its round trip
    (Jacobson 1988): recent pauses count most.
    """

    mean: float = 0.0
    deviation: float = 0.0
    count: int = 0

    def after_pause(self, duration: float) -> PauseHabit:
        """Return the habit after the user paused for `duration` seconds and then went on."""
        if not duration >= _SHORTEST_PAUSE:
            return self
        return self._learned(duration, _LEARNING, 1)

    def after_cut_off(self, duration: float) -> PauseHabit:
        """Return the habit after the user, silent for `duration` seconds, went on as we answered.

        It weighs like three pauses, whatever its length: that was our mistake.
        """
        if not duration > 0.0:
            return self
        return self._learned(
            max(duration, _SHORTEST_PAUSE), _LEARNING_FROM_CUT_OFF, _CUT_OFF_COUNTS
        )

    def reach(self) -> float:
        """Return up to which length (seconds) this user's pauses are nothing unusual."""
        return self.mean + self.deviation

    def trust(self) -> float:
        """Return how far the habit is known, 0 to 1."""
        return self.count / (self.count + _HALF_KNOWN)

    def to_dict(self) -> dict[str, float | int]:
        """Return what a settings file may keep."""
        return {"mean": self.mean, "deviation": self.deviation, "count": self.count}

    @classmethod
    def from_dict(cls, values: object) -> PauseHabit:
        """Return the habit that `to_dict` gave; what cannot have come from there is a fresh one."""
        if not isinstance(values, Mapping):
            return cls()
        mean, deviation = _seconds(values.get("mean")), _seconds(values.get("deviation"))
        count = values.get("count")
        if mean is None or not isinstance(count, int) or isinstance(count, bool) or count < 1:
            return cls()
        return cls(mean, deviation or 0.0, count)

    def _learned(self, duration: float, rate: float, weight: int) -> PauseHabit:
        duration = min(duration, _LONGEST_PAUSE)
        # The first few are a plain average: nothing older deserves to weigh more.
        rate = max(rate, weight / (self.count + weight))
        off = duration - self.mean
        deviation = 0.0 if not self.count else self.deviation + rate * (abs(off) - self.deviation)
        return PauseHabit(self.mean + rate * off, deviation, self.count + weight)


def delay(
    probability: float | None,
    text: str | None,
    language: str,
    habit: PauseHabit,
    stop_probability: float | None = None,
) -> float:
    """Return after how many seconds of silence, from the last spoken sample, the turn is taken.

    `probability` is the turn detector's word (0 to 1) and `text` the transcript, each None until
    that judge has spoken. Ask again when it has: the answer may be shorter or longer. Between 0.12
    and 1.2 s. `stop_probability`, where it is known, is how likely (0 to 1) the language model
    finds it that the message `text`, without its final mark, goes on with a final mark or its end;
    it can only add doubt.
    """
    complete = _UNREAD_COMPLETENESS if text is None else completeness(text, language)
    complete = _doubted(complete, stop_probability)
    heard = _UNHEARD_PROBABILITY if probability is None else min(1.0, max(0.0, probability))
    points = [(row, _between(_PROBABILITIES, delays, heard)) for row, delays in _DELAYS]
    rows, delays = zip(*points, strict=True)
    return raised(_between(rows, delays, complete), habit)


def is_whole(text: str, language: str, stop_probability: float | None) -> bool:
    """Tell whether a message reads as if nothing were to follow; values as for `delay`."""
    return _doubted(completeness(text, language), stop_probability) >= _ORDER


def raised(seconds: float, habit: PauseHabit) -> float:
    """Return a delay as this user needs it, 0.12 to 1.2 s, never shorter than without the habit."""
    share = (seconds - _UNTOUCHED) / (_FULLY_RAISED - _UNTOUCHED)
    # The square keeps the sure range quick: a delay of 0.2 s is hardly moved, one of 0.5 s is.
    weight = min(1.0, max(0.0, share)) ** 2 * habit.trust()
    missing = max(0.0, habit.reach() + _RESUMPTION - seconds)
    return min(LONGEST_DELAY, max(SHORTEST_DELAY, seconds + weight * missing))


def _doubted(complete: float, stop_probability: float | None) -> float:
    if stop_probability is None or complete >= _CLOSED:
        return complete
    return min(complete, _expected(stop_probability))


def _expected(stop_probability: float) -> float:
    """Return the completeness that a language model's view of the words allows."""
    return _between(_STOPS, _ALLOWED, math.log10(max(stop_probability, 1e-9)))


def _between(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    """Interpolate between the points (`xs` rising, `ys`), flat outside."""
    if x <= xs[0]:
        return ys[0]
    for i in range(1, len(xs)):
        if x <= xs[i]:
            return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1])
    return ys[-1]


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= _LONGEST_PAUSE else None

"""Finding the phrase that calls the assistant at the beginning of a recognised text.

A recogniser writes an unknown name as it sounds: "Hey Jarvis" as "Hey, Travis", "Eva" as "Ava". So
sounds are compared rather than letters: words are brought into a rough spelling of their sound,
and a phrase fits where few of its letters differ (edit distance: Levenshtein 1966). Rule: pure.
"""

from __future__ import annotations

import re

from her_desktop.conversation.instant import Words, normalised

_TOLERANCE = 0.34
"""The share of a phrase's sounds that may be wrong. A third: one of the three of "Eva"."""

_SHORTEST_FUZZY = 3
"""A phrase of fewer sounds must fit exactly: everything is near to "Al"."""

_BEFORE = set(normalised("um uh er hm hmm ah oh so and ok okay well euh alors bon"))
"""What may be breathed before a phrase."""

_MOST_BEFORE = 3
"""Words of something said before that may precede a phrase which a detector has heard."""

_ALONE = 2
"""A text of so few words is the phrase misheard, one of more the question without it."""

_SPELLINGS = (
    (re.compile("ph"), "f"),
    (re.compile("[ckq]+h?|ck"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("[dt]?j|dg|g(?=[eiy])|tch|ch"), "j"),
    (re.compile("z|s+"), "s"),
    (re.compile("w|v|u(?=[aeio])"), "v"),
    (re.compile("h"), ""),
    (re.compile("ea|ee|ie|ei|ay|ey|ai|y|e|i"), "i"),
    (re.compile("au|ou|oo|aw|o|u"), "o"),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""Rough English and French spelling of a sound, in the order in which they are put right."""

_HEARD: dict[Words, tuple[Words, ...]] = {
    ("hey", "jarvis"): (("hey", "travis"), ("a", "jarvis"), ("he", "jarvis"), ("jarvis",),
                        ("hey", "jarv"), ("hay", "jervis")),
    ("okay", "nabu"): (("ok", "nabu"), ("okay", "nobu"), ("okay", "now", "boo"), ("nabu",)),
    ("hey", "mycroft"): (("hey", "microft"), ("a", "mycroft"), ("hey", "my", "croft"),
                         ("hey", "minecraft"), ("hey", "microsoft"), ("mycroft",)),
}  # fmt: skip
"""What else is often written for a phrase that a detector of its own has heard already."""


def after_phrase(
    text: str, phrase: str, *, was_heard: bool = False, is_among: bool = False
) -> str | None:
    """Return what `text` says after `phrase` at its head, None where it does not begin with it.

    "" where nothing follows. Case, punctuation, accents and small errors of hearing are ignored.
    Where `is_among` the end of what was said before may precede it; where a detector has heard it
    already (`was_heard`) it may as well, and a few words that a mark sets off are it, however they
    were written.
    """
    wanted = normalised(phrase)
    spans = [match.span() for match in _WORD.finditer(text)]
    words: Words = tuple("".join(normalised(text[a:b])) for a, b in spans)
    if not wanted or not words:
        return None
    for skipped in range(min(_MOST_BEFORE + 1, len(words))):
        if skipped and words[skipped - 1] not in _BEFORE and not (was_heard or is_among):
            break
        end = _end_of(words[skipped:], wanted)
        if end:
            return text[spans[skipped + end - 1][1] :].lstrip(_MARKS)
    return _after_mark(text) if was_heard else None


_WORD = re.compile(r"[^\W_]+")
_SET_OFF = re.compile(r"\W*(?:[\w'’-]+\s+){0,3}[\w'’-]+[,.!?;:](?=\s|$)")
_MARKS = " ,.!?;:…-–—\"'»”’"


def _after_mark(text: str) -> str | None:
    """Return what follows the first few words that a mark sets off; None where they may be all."""
    set_off = _SET_OFF.match(text)
    if set_off is None:
        return None
    rest = text[set_off.end() :].lstrip(_MARKS)
    return rest if rest or len(set_off.group().split()) <= _ALONE else None


def _end_of(words: Words, wanted: Words) -> int:
    """Return how many of the first words are the phrase; 0 where they are not."""
    best, end = _TOLERANCE, 0
    for known in (wanted, *_HEARD.get(wanted, ())):
        sound = _sound("".join(known))
        for count in range(max(1, len(known) - 1), min(len(words), len(known) + 1) + 1):
            heard = _sound("".join(words[:count]))
            wrong = _distance(heard, sound) / max(1, len(sound))
            exact = len(sound) < _SHORTEST_FUZZY
            # The nearest wins; where two are equally near, the one that leaves more to be asked.
            if wrong < best and not (exact and wrong):
                best, end = wrong, count
    return end


def _sound(word: str) -> str:
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return word


def _distance(one: str, other: str) -> int:
    """Return in how many places two short words differ."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], number
        for place, opposite in enumerate(other, 1):
            cost = min(row[place] + 1, row[place - 1] + 1, diagonal + (letter != opposite))
            diagonal, row[place] = row[place], cost
    return row[-1]

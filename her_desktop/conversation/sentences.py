"""Cut an answer into sentences while it is still being written.

The first piece may be a few words, because the user waits for it, and the second a clause, as the
first is short; what follows is made while something already sounds, so it may be whole sentences,
which a voice speaks better. Rule: pure;
the cuts depend on the text alone, never on the pieces in which it arrives.
"""

# ruff: noqa: RUF001 - marks that look like others are what this module is about.

from __future__ import annotations

import re

_FIRST_ALNUMS = 10
"""A first clause has at least so many letters and digits: less sounds clipped."""
_FIRST_LONGEST = 40
"""So many letters without punctuation, and the first words go out: the user waits for them."""
_FIRST_WORDS = 7
_JOINT_ALNUMS = 10
_JOINT_WORDS = 3
"""From so much on the first words go out before a word that begins a new group of them."""
_SECOND_ALNUMS = 24
_SECOND_LONGEST = 100
"""The second piece is made while the first few words sound: it may not take long either."""
_LATER_ALNUMS = 4
_LATER_LONGEST = 240

_JOINTS = frozenset(
    {
        *("and", "or", "but", "because", "since", "so", "although", "though", "unless", "whether"),
        *("that", "which", "who", "what", "how", "why", "where", "when", "while", "if", "as"),
        *("with", "without", "in", "into", "at", "on", "from", "for", "by", "to", "than", "over"),
        *("before", "after", "until", "during", "between", "around", "through", "across", "about"),
        *("et", "ou", "mais", "car", "donc", "parce", "puisque", "afin", "que", "qui", "dont"),
        *("où", "quand", "lorsque", "si", "comme", "comment", "pourquoi", "avec", "sans", "dans"),
        *("pour", "par", "sur", "sous", "chez", "vers", "entre", "contre", "selon"),
        *("avant", "après", "depuis", "pendant"),
    }
)
"""Words, English and French, in front of which a speaker may breathe."""

_VERBS = frozenset(
    {
        *("is", "are", "was", "were", "can", "could", "will", "would", "has", "have", "had"),
        *("est", "sont", "était", "étaient", "peut", "peuvent", "sera", "seront"),
    }
)
"""Likewise, where what they are said of takes several words and ends in a noun."""

_NO_NOUNS = frozenset(
    {
        *("this", "that", "these", "those", "they", "there", "here", "what", "which", "where"),
        *("when", "also", "really", "elle", "elles", "nous", "vous", "cela", "celle", "celui"),
    }
)
_NOUN_LETTERS = 4

_CLOSERS = "\"'»”’)]}*_`"
_FULL_STOP = re.compile(rf"[.!?…]+[{re.escape(_CLOSERS)}]*(?=\s)|[。！？]|\n")
_CLAUSE = re.compile(rf"[.!?…:;,]+[{re.escape(_CLOSERS)}]*(?=\s)|[。！？；，、：—]|\n")
_SOFT = re.compile(rf"[,;:]+[{re.escape(_CLOSERS)}]*(?=\s)|[；，、：—]")
_RULES = (
    (_CLAUSE, _FIRST_ALNUMS, _FIRST_LONGEST),
    (_CLAUSE, _SECOND_ALNUMS, _SECOND_LONGEST),
    (_FULL_STOP, _LATER_ALNUMS, _LATER_LONGEST),
)
"""For the first piece, the second and the others: what ends one, how short and long it may be."""
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"\S+")

_ABBREVIATION = re.compile(
    r"(?:^|[^\w.])(?:"
    r"dr|mr|mrs|ms|prof|st|jr|sr|vs|etc|no|vol|fig|approx|dept|est|inc|ltd|co|gen|col|sgt|capt|rev"
    r"|mme|mlle|mgr|me|av|bd|env|ex|cf|art|chap|p|pp|n°"
    r")\.$",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"(?:^|[^\w])(?:etc|no|me|co|inc|ltd|est|art|p|ex|av)\.$", re.IGNORECASE)
"""Abbreviations that are also words or often end a sentence: only a small letter tells."""
_INITIALS = re.compile(r"(?:^|[^\w])(?:[^\W\d_]\.)+$")
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,3}\.$")
_LOOK_BACK = 16
_LONGEST_BRACKETS = 200
_BRACKETS = re.compile(rf"\[\[(?:(?!\]\]).){{0,{_LONGEST_BRACKETS}}}(?:\]\])?", re.DOTALL)
"""Up to their end, or as far as they would reach: whether they are closed later changes nothing."""


class SentenceCutter:
    """Owns the text that has come and was not yet given out. Used by the thread that feeds it.

    The pieces given out, joined, are the text but for blank space at its end.
    """

    def __init__(self) -> None:
        """Begin before the first clause of an answer."""
        self._text = ""
        self._given = 0

    def feed(self, piece: str) -> list[str]:
        """Take the next piece of the answer; return the sentences that are certainly complete."""
        self._text += piece
        sentences: list[str] = []
        while (end := self._cut()) is not None:
            sentences.append(self._text[:end])
            self._text = self._text[end:]
            self._given += 1
        return sentences

    def finish(self) -> list[str]:
        """Return what is left, now that the answer is over, and be ready for the next answer."""
        # A blank after the text settles what would have waited for a next character.
        sentences = self.feed("\n")
        rest, self._text, self._given = self._text, "", 0
        sentences.append(rest)
        while sentences and not sentences[-1].strip():
            sentences.pop()
        if sentences:
            sentences[-1] = sentences[-1].rstrip()
        return sentences

    def _cut(self) -> int | None:
        """Return where the next sentence ends, None while that cannot be said."""
        pattern, least, longest = _RULES[min(self._given, len(_RULES) - 1)]
        text = self._text
        closed = _Protected(text)
        joint = None if self._given else _joint(text[: longest + 1])
        if joint and closed.covers(joint):
            joint = None
        for match in pattern.finditer(text, 0, joint or len(text)):
            end = match.end()
            if end > longest and not closed.fenced(longest):
                break
            if end == len(text) and match.group() != "\n":
                # A closing quote or another stop may still follow.
                break
            if closed.covers(end):
                continue
            within = _is_within(text, match)
            if within is None:
                return None
            if within:
                continue
            stops = self._given and _FULL_STOP.match(text, match.start())
            if _alnums(text[:end]) >= (_LATER_ALNUMS if stops else least):
                return _after_blank(text, end)
        if joint:
            return joint
        if len(text) <= longest + 1 or closed.fenced(longest):
            return None
        return self._forced(text, longest, closed)

    def _forced(self, text: str, longest: int, closed: _Protected) -> int | None:
        """Return a cut where no punctuation came in time: at a comma, else between words."""
        spaces = [m.end() for m in _SPACE.finditer(text, 0, longest) if not closed.covers(m.end())]
        if not self._given:
            spaces = [end for end in spaces if len(text[:end].split()) <= _FIRST_WORDS]
        else:
            soft = [m.end() + 1 for m in _SOFT.finditer(text, longest // 3, longest)]
            spaces = [end for end in soft if end in spaces] or spaces
        spaces = [end for end in spaces if _alnums(text[:end]) >= _LATER_ALNUMS]
        if spaces:
            return spaces[-1]
        # One word longer than all that, or a protected stretch: wait for the first space after it.
        later = (m.end() for m in _SPACE.finditer(text, longest))
        return next((end for end in later if not closed.covers(end)), None)


class _Protected:
    """The stretches of a text in which nothing may be cut: code fences and double brackets."""

    def __init__(self, text: str) -> None:
        fences = [match.start() for match in re.finditer("```", text)]
        self._fences: list[tuple[int, int]] = []
        for i in range(0, len(fences), 2):
            end = fences[i + 1] + 3 if i + 1 < len(fences) else len(text) + 1
            self._fences.append((fences[i], end))
        self._brackets: list[tuple[int, int]] = []
        for match in _BRACKETS.finditer(text):
            start, end = match.span()
            going_on = end == len(text) and end - start < _LONGEST_BRACKETS + 2
            closed = match.group().endswith("]]")
            self._brackets.append((start, end + (going_on and not closed)))

    def fenced(self, at: int) -> bool:
        """Tell whether position `at` lies in a code fence."""
        return any(start < at < end for start, end in self._fences)

    def covers(self, at: int) -> bool:
        """Tell whether a cut at `at` would lie inside a fence or brackets."""
        return self.fenced(at) or any(start < at < end for start, end in self._brackets)


def _is_within(text: str, match: re.Match[str]) -> bool | None:
    """Tell whether the stop belongs to an abbreviation, initials or the number of a list item.

    None where only the text that is still to come can tell.
    """
    stop = match.group().rstrip(_CLOSERS)
    if stop != ".":
        return False
    end = match.start() + 1
    before = text[max(0, end - _LOOK_BACK) : end]
    if end <= _LOOK_BACK:
        before = text[:end]
    if _LIST_NUMBER.search(before) or _INITIALS.search(before):
        return True
    if not _ABBREVIATION.search(before):
        return False
    if not _AMBIGUOUS.search(before):
        return True
    following = text[match.end() :].lstrip()
    return (following[0].islower() or following[0].isdigit()) if following else None


def _joint(text: str) -> int | None:
    """Return where the first group of words ends: before one that is whole and begins another."""
    before = ""
    for words, match in enumerate(_WORD.finditer(text)):
        word = match.group().casefold()
        enough = words >= _JOINT_WORDS and _alnums(text[: match.start()]) >= _JOINT_ALNUMS
        begins = word in _JOINTS or (word in _VERBS and _may_be_noun(before))
        if enough and begins and match.end() < len(text):
            return match.start()
        before = word
    return None


def _may_be_noun(word: str) -> bool:
    return len(word) >= _NOUN_LETTERS and word.isalpha() and word not in _NO_NOUNS


def _after_blank(text: str, end: int) -> int:
    """Return the cut behind the one blank that follows the stop."""
    if text[end - 1] == "\n":
        return end
    return end + 1 if end < len(text) and text[end].isspace() else end


def _alnums(text: str) -> int:
    return sum(map(str.isalnum, text))

"""The few things people say that need no thought, and what is answered to them at once.

"Hello", "thank you" and "can you hear me?" would take a model as long as anything else. Here they
are looked up, so that their answers can lie ready as sound. Only a whole utterance is ever
matched: one word more that nobody foresaw, and the language model is asked.

Rule: pure: no file, no clock, no thread of its own. Used on the hub thread; `answers` may also be
read by whoever makes sound of them beforehand. `assets/instant_replies.json` says how the data
looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Words = tuple[str, ...]

MOST_WORDS = 12
"""Words from which on an utterance is not even looked at: nobody greets that long."""

_HESITATIONS = "um|uh|uhm|umm|er|erm|hm|hmm|mm|mmm|ah|oh|eh"

_FILLERS = {
    "en": f"{_HESITATIONS}|well|so|okay|ok|alright|all right|please|right|now",
    "fr": f"{_HESITATIONS}|euh|heu|hein|ben|bah|bon|bien|alors|donc|voila|okay|ok|d accord"
    "|s il te plait|s il vous plait|stp|svp",
}
"""What may stand before or after a phrase without changing it, in the form of `normalised`."""

_CALLS = {"en": "hey her|her", "fr": "he her|hey her|eh her|dis her|her"}
"""How the assistant is called by name, before or after a phrase, in the same form."""

_WORD = re.compile(r"[^\W_]+")
_SET_OFF = re.compile(r"[^\w\s]\s*\w+\W*$")
"""A last word with a comma or the like before it."""


@dataclass(frozen=True)
class Instant:
    """An answer that needs no thought: the name of its entry, its words and their language."""

    name: str
    text: str
    language: str


@dataclass(frozen=True)
class _Entry:
    """One line of the file."""

    name: str
    answers: tuple[str, ...]
    opens: bool
    about_self: bool


@dataclass
class _Language:
    """What is known in one language. A phrase of `asked` fits only what ends in a question mark."""

    entries: list[_Entry] = field(default_factory=list)
    phrases: dict[Words, _Entry] = field(default_factory=dict)
    asked: dict[Words, _Entry] = field(default_factory=dict)
    fillers: tuple[Words, ...] = ()
    calls: tuple[Words, ...] = ()


def normalised(text: str) -> Words:
    """Return the words of a text as they are compared: folded, without accents or punctuation.

    An apostrophe or hyphen parts words, so that "What's", "m'entends-tu" and what a recogniser
    may write instead of them come out alike.
    """
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return tuple(_WORD.findall(plain))


class InstantReplies:
    """Owns the phrases and which of their answers was last used. Called on the hub thread.

    Finding an answer changes nothing, because most finds are guesses; `said` moves on to the next
    variant once an answer is really given.
    """

    def __init__(self) -> None:
        """Begin knowing nothing; `from_dict` is the way to one that knows something."""
        self._languages: dict[str, _Language] = {}
        self._times_said: dict[tuple[str, str], int] = {}
        self._last_said = ""

    @classmethod
    def from_dict(cls, data: object) -> tuple[InstantReplies, tuple[str, ...]]:
        """Read the parsed JSON file; return the replies and one plain sentence for each problem.

        What cannot be used is left out entry by entry; everything else works.
        """
        made = cls()
        if not isinstance(data, Mapping):
            return made, ("The instant replies could not be read, so none are given.",)
        problems: list[str] = []
        for language, entries in data.items():
            if str(language).startswith("_"):
                continue  # a remark to whoever reads the file
            if not isinstance(entries, Sequence) or isinstance(entries, str):
                problems.append(f"The instant replies for {language} are no list; they are unused.")
                continue
            known = made._languages[language] = _Language(
                fillers=_alternatives(_FILLERS.get(language, _HESITATIONS)),
                calls=_alternatives(_CALLS.get(language, "her")),
            )
            for number, raw in enumerate(entries, 1):
                problems += _take(known, language, number, raw)
        return made, tuple(problems)

    def find(self, text: str, language: str) -> Instant | None:
        """Return the answer to an utterance that needs no thought, None for any other.

        `language` is a code such as "en" or "fr-CA". The same answer is returned until `said`.
        """
        code = language.casefold()[:2]
        known = self._languages.get(code)
        words = normalised(text)
        if known is None or not 0 < len(words) <= MOST_WORDS:
            return None
        entry = (
            known.phrases.get(words)
            or _called(known, words, text)
            or _whole(known, words, asked=_is_question(text))
        )
        return None if entry is None else Instant(entry.name, self._variant(entry, code), code)

    def said(self, instant: Instant) -> None:
        """Note that an answer is being heard: the next time its entry has another one."""
        key = instant.language, instant.name
        self._times_said[key] = self._times_said.get(key, 0) + 1
        self._last_said = instant.text

    def answers(self) -> tuple[tuple[str, str], ...]:
        """Return every (language, text) that `find` may ever give, each once.

        First one answer of every entry: whoever prepares them has something for each soon.
        """
        numbered = sorted(
            (number, code, text)
            for code, known in self._languages.items()
            for entry in known.entries
            for number, text in enumerate(entry.answers)
        )
        return tuple(dict.fromkeys((code, text) for _, code, text in numbered))

    def without_self(self) -> InstantReplies:
        """Return the same without what she says of herself: a user's own persona says that."""
        made = InstantReplies()
        for code, known in self._languages.items():
            made._languages[code] = _Language(
                [entry for entry in known.entries if not entry.about_self],
                {words: entry for words, entry in known.phrases.items() if not entry.about_self},
                {words: entry for words, entry in known.asked.items() if not entry.about_self},
                known.fillers,
                known.calls,
            )
        return made

    def _variant(self, entry: _Entry, code: str) -> str:
        times = self._times_said.get((code, entry.name), 0)
        count = len(entry.answers)
        answer = entry.answers[times % count]
        if answer == self._last_said:
            # Another entry has just said the very same words.
            answer = entry.answers[(times + 1) % count]
        return answer


# --- matching ----------------------------------------------------------------------------------


def _whole(known: _Language, words: Words, *, asked: bool) -> _Entry | None:
    """Return the entry that `words` are, from the first to the last of them."""
    for shorter in _cores(words, known.fillers):
        entry = known.phrases.get(shorter) or (known.asked.get(shorter) if asked else None)
        if entry is not None:
            return entry
        # "Hello. Can you hear me?", "Thanks, bye", "Stop! Stop!": the last part is answered.
        for end in range(len(shorter) - 1, 0, -1):
            first = known.phrases.get(shorter[:end])
            if first is not None:
                rest = _whole(known, shorter[end:], asked=asked)
                if rest is not None and (first.opens or rest is first):
                    return rest
    return None


def _called(known: _Language, words: Words, text: str) -> _Entry | None:
    """Return the entry that an utterance is once the assistant's name is taken off it."""
    asked = _is_question(text)
    for bare in _cores(words, known.fillers):
        for call in known.calls:
            if bare[: len(call)] == call:
                entry = _whole(known, bare[len(call) :], asked=asked)
                if entry is not None:
                    return entry
            if bare[-len(call) :] == call:
                entry = _whole(known, bare[: -len(call)], asked=asked)
                # "Stop, her" is an address, "stop her" a wish; "hello her" can only be the one.
                if entry is not None and (entry.opens or _SET_OFF.search(text.strip())):
                    return entry
    return None


def _cores(words: Words, fillers: Sequence[Words]) -> Iterator[Words]:
    """Yield the words themselves, and then with fewer and fewer of the fillers at their edges.

    Not only the shortest: "bien" is a filler in "merci bien" and none in "alors, tu vas bien ?".
    """
    starts, ends = [0], [len(words)]
    for start in starts:
        starts += [start + len(f) for f in fillers if words[start : start + len(f)] == f]
    for end in ends:
        ends += [end - len(f) for f in fillers if words[max(0, end - len(f)) : end] == f]
    for start in dict.fromkeys(starts):
        for end in dict.fromkeys(ends):
            if start < end:
                yield words[start:end]


def _is_question(text: str) -> bool:
    return text.rstrip(" \t\n\"'\u00bb\u201d)").endswith("?")


def _alternatives(pattern: str) -> tuple[Words, ...]:
    return tuple(tuple(words.split()) for words in pattern.split("|"))


# --- reading -----------------------------------------------------------------------------------


def _take(known: _Language, language: str, number: int, raw: object) -> Iterator[str]:
    """Put one entry of the file into `known`; yield a sentence for whatever is wrong with it."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str) or not raw["name"]:
        yield f"Instant reply number {number} ({language}) has no name; it is left out."
        return
    name = raw["name"]
    answers = tuple(text.strip() for text in _texts(raw.get("answers")) if text.strip())
    phrases = [text for text in _texts(raw.get("phrases")) if normalised(text)]
    if not answers or not phrases:
        yield f"The instant reply {name} ({language}) needs phrases and answers; it is left out."
        return
    if any(entry.name == name for entry in known.entries):
        yield f"Two instant replies are named {name} ({language}); the second is left out."
        return
    if len(answers) + len(phrases) < _length(raw.get("answers")) + _length(raw.get("phrases")):
        yield f"The instant reply {name} ({language}) holds what is no text; that is left out."
    entry = _Entry(name, answers, raw.get("opens") is True, raw.get("about_self") is True)
    known.entries.append(entry)
    for text in phrases:
        words = normalised(text)
        other = known.phrases.get(words) or known.asked.get(words)
        if other is not None and other is not entry:
            yield f"The phrase {text} ({language}) is already answered by {other.name}."
            continue
        if len(words) > MOST_WORDS:
            yield f"The phrase {text} ({language}) is too long for an instant reply."
            continue
        (known.asked if _is_question(text) else known.phrases)[words] = entry


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0

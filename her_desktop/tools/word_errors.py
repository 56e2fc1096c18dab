"""How many words were misunderstood: the word error rate of speech recognition.

Pure: texts in, counts out. The rate is the usual one: the fewest words to insert, delete or
replace that turn what was understood into what was said, over the number of words said
(Levenshtein, 1966, on words).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NO_WORD = re.compile(r"[^\w']+|_+")


def words_of(text: str) -> list[str]:
    """Return the words that are compared: case, punctuation and kinds of apostrophe do not count.

    Numbers are left as they are written: "2" and "two" differ, so test sentences spell no numbers.
    """
    plain = (
        unicodedata.normalize("NFKC", text)
        .casefold()
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    return [word for part in _NO_WORD.split(plain) if (word := part.strip("'"))]


def word_errors(said: str, understood: str) -> tuple[int, int]:
    """Return how many words were wrong, missing or too many, and how many were said."""
    meant, heard = words_of(said), words_of(understood)
    costs = list(range(len(heard) + 1))
    for row, word in enumerate(meant, 1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(heard, 1):
            replaced = diagonal + (word != other)
            diagonal = costs[column]
            costs[column] = min(replaced, costs[column] + 1, costs[column - 1] + 1)
    return costs[-1], len(meant)


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return the errors over the words of all (said, understood) pairs, None without any word."""
    wrong = total = 0
    for said, understood in pairs:
        errors, words = word_errors(said, understood)
        wrong, total = wrong + errors, total + words
    return wrong / total if total else None

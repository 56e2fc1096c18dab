"""Misunderstood words, counted."""

from __future__ import annotations

import pytest

from her_desktop.tools.word_errors import word_error_rate, word_errors, words_of


@pytest.mark.parametrize(
    ("said", "understood", "errors"),
    [
        ("the cat sat", "the cat sat", 0),
        ("The cat, sat!", "the cat sat", 0),
        ("the cat sat", "the bat sat", 1),
        ("the cat sat", "the sat", 1),
        ("the cat sat", "the big cat sat", 1),
        ("the cat sat", "", 3),
        ("the cat sat", "sat the cat", 2),
        ("it\u2019s a well-known place", "it's a well known place", 0),
    ],
)
def test_errors_are_the_fewest_changes_of_words(said: str, understood: str, errors: int) -> None:
    assert word_errors(said, understood)[0] == errors
    assert word_errors(said, understood)[1] == len(words_of(said))


def test_the_rate_is_over_all_words_and_may_exceed_one() -> None:
    assert word_error_rate([("one two three", "one two"), ("four", "four")]) == pytest.approx(0.25)
    assert word_error_rate([("yes", "oh no no")]) == pytest.approx(3.0)
    assert word_error_rate([("", "")]) is None


def test_quotes_around_a_word_are_no_part_of_it() -> None:
    assert words_of("'Hello' said o'Brien, _twice_") == ["hello", "said", "o'brien", "twice"]

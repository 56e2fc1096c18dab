# ruff: noqa: RUF001 - marks that look like others belong to the texts.
from __future__ import annotations

import random

import pytest

from her_desktop.conversation.sentences import SentenceCutter


def cut(text: str, size: int = 1) -> list[str]:
    cutter = SentenceCutter()
    found = [
        sentence for i in range(0, len(text), size) for sentence in cutter.feed(text[i : i + size])
    ]
    return [*found, *cutter.finish()]


def stripped(text: str) -> list[str]:
    return [piece.strip() for piece in cut(text)]


def test_the_first_clause_comes_early_then_whole_sentences() -> None:
    assert stripped("Of course I can, with pleasure, if you like. First, take two eggs. Done.") == [
        "Of course I can,",
        "with pleasure, if you like.",
        "First, take two eggs.",
        "Done.",
    ]


def test_a_first_clause_is_given_out_as_soon_as_it_is_certain() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("Of course I can,") == []
    assert cutter.feed(" with") == ["Of course I can, "]


def test_a_very_short_beginning_waits_for_company() -> None:
    assert stripped("Yes, I can. Then we go.") == ["Yes, I can. Then we go."]
    assert stripped("Hi! How are you doing today? Fine.") == [
        "Hi! How are you doing today?",
        "Fine.",
    ]


def test_without_punctuation_the_first_words_are_given_out() -> None:
    first, *_ = cut("The most interesting big old wooden ships ever built sailed perhaps too deep")
    assert first == "The most interesting big old wooden "


def test_a_long_sentence_is_cut_at_a_comma_else_at_a_space() -> None:
    start = "Here it is. And this is so. "
    with_comma = "word " * 40 + "word, " + "word " * 30 + "end."
    assert cut(start + with_comma)[2].endswith("word, ")
    pieces = cut(start + "word " * 200)
    assert all(len(piece) <= 240 for piece in pieces)
    assert all(piece.endswith("word ") for piece in pieces[2:-1])


def test_the_second_piece_may_be_a_clause_as_the_first_is_over_soon() -> None:
    text = "Of course I can. With the greatest pleasure of all, my friend, and soon."
    assert stripped(text)[1] == "With the greatest pleasure of all,"
    assert len(cut("Of course I can. " + "word " * 60)[1]) <= 100


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs about 3.5 euros or 1,000 yen.",
        "Please ask Dr. Smith or Mrs. Jones about it.",
        "Bring some fruit, e.g. apples, i.e. what you like.",
        "Monsieur M. Dupont et Mme. Durand sont là.",
        "It was written by J. R. R. Tolkien long ago.",
        "We meet at 10 a.m. in the U.S. embassy there.",
        "Look at www.example.com/a.b and https://x.org/?q=a,b today.",
        "Use the version 2.0.1 of it now please.",
        "See room No. 5 on the first floor please.",
        "He said wait...and then he left us.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    opening = "That is well known. "
    assert stripped(f"{opening}{sentence} Then it rained.") == [
        opening.strip(),
        sentence,
        "Then it rained.",
    ]


def test_a_word_that_is_also_an_abbreviation_may_end_a_sentence() -> None:
    assert stripped("Is it really true? I say no. They say yes.") == [
        "Is it really true?",
        "I say no.",
        "They say yes.",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert stripped('He said "Stop it now." Then he left. (It was late.) Good.') == [
        'He said "Stop it now."',
        "Then he left.",
        "(It was late.)",
        "Good.",
    ]


def test_list_items_are_not_cut_behind_their_number() -> None:
    text = "Here is your list:\n1. Milk and honey\n2. Brown bread\n3. Eggs for the cake\n"
    assert stripped(text) == [
        "Here is your list:",
        "1. Milk and honey",
        "2. Brown bread",
        "3. Eggs for the cake",
    ]


def test_a_code_fence_is_never_cut() -> None:
    fence = "```python\nx = 1. \nprint('a. b')\n\n# and. so. on\n" + "y = 2\n" * 60 + "```\n"
    assert cut(f"Here is the code:\n{fence}That was it. Bye now.") == [
        "Here is the code:\n",
        fence,
        "That was it. ",
        "Bye now.",
    ]


def test_an_unclosed_fence_is_kept_whole_to_the_end() -> None:
    assert cut("```\na. b\nc. d") == ["```\na. b\nc. d"]


def test_double_brackets_are_never_cut() -> None:
    assert cut("Say [[h@. loU, wor]] please. And so on.")[0] == ("Say [[h@. loU, wor]] please. ")


def test_sentences_of_other_scripts_end_without_a_space() -> None:
    assert cut("你好，今天天气很好啊我们走吧。明天也会很好的。再见了朋友") == [
        "你好，今天天气很好啊我们走吧。",
        "明天也会很好的。",
        "再见了朋友",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_gives_no_sentence(text: str) -> None:
    assert cut(text) == []


def test_it_begins_anew_after_the_end() -> None:
    cutter = SentenceCutter()
    cutter.feed("One two three four. Five")
    cutter.finish()
    assert cutter.finish() == []
    assert cutter.feed("Of course I can, with pleasure") == ["Of course I can, "]


def test_nothing_is_lost_or_doubled_whatever_the_pieces() -> None:
    choose = random.Random(11)
    parts = [
        "a", "Bc", " ", ". ", ", ", "\n", "```", "[[", "]]", "...", "3.5", "Dr.", "e.g. ", '"',
        "—", "é", "!", "?", ": ", "word ", "no. ", "。", "1. ", "http://a.b/c ", "*", "\t", "  ",
        " and ", " is ", "mountain",
    ]  # fmt: skip
    for _ in range(600):
        text = "".join(choose.choice(parts) for _ in range(choose.randint(0, 120)))
        whole = cut(text, max(1, len(text)))
        assert "".join(whole).rstrip() == text.rstrip()
        assert all(piece.strip() for piece in whole)
        assert cut(text, 1) == whole
        assert cut(text, choose.randint(2, 9)) == whole


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The sky is blue in the morning because of the air.", "The sky is blue "),
        ("I can help you with many things such as planning.", "I can help you "),
        ("Le ciel est bleu parce que la lumière se disperse.", "Le ciel est bleu "),
        ("Go to bed early and read a book.", "Go to bed early "),
        ("It is interesting indeed, my friend.", "It is interesting indeed, "),
        ("The weather in the mountains can vary a lot.", "The weather in the mountains "),
        ("The best book on a rainy day is a long one.", "The best book "),
        ("La capitale de la France est Paris, bien sûr.", "La capitale de la France "),
        # A short word before a verb is what it is said of, and stays with it.
        ("Most people say that they are quite happy there.", "Most people say "),
        ("It seems today it is colder than ever outside.", "It seems today it is colder "),
        ("Right now those are the oldest trees of all.", "Right now those are the oldest trees "),
    ],
)
def test_the_first_words_end_where_a_speaker_may_breathe(text: str, first: str) -> None:
    for size in (1, 3, 50):
        cutter = SentenceCutter()
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        cut = [sentence for piece in pieces for sentence in cutter.feed(piece)]
        assert [*cut, *cutter.finish()][0] == first

from __future__ import annotations

import random
import time

import pytest

from her_desktop.conversation.speakable import speakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # plain speech stays as it is
        ("It's 10:30, and 3.5 km to go.", "It's 10:30, and 3.5 km to go."),
        ("Ça va très bien, l'été arrive !", "Ça va très bien, l'été arrive!"),
        # emphasis, headings, lists, quotes, rules
        ("**Bold**, *it*, __b__, _i_ and ~~gone~~.", "Bold, it, b, i and gone."),
        ("***Very*** important.", "Very important."),
        ("# A title\n\nThe text.", "A title. The text."),
        ("- one\n- two\n* three", "one. two. three"),
        ("1. First\n2) Second", "1, First. 2, Second"),
        ("- [ ] open\n- [x] done", "open. done"),
        ("> quoted\n> words", "quoted. words"),
        ("Above\n\n---\n\nBelow", "Above. Below"),
        ("A question?\nAn answer", "A question? An answer"),
        # code
        ("Here:\n```python\nx = 1\n```\nDone.", "Here: Code shown on screen. Done."),
        ("```\nnever closed", "Code shown on screen."),
        ("Use `snake_case` here.", "Use snake case here."),
        # tables
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a, b. 1, 2"),
        # links and addresses
        ("See [the docs](https://a.example.com/x_(y)?z) now.", "See the docs now."),
        ("![a cat](cat.png)", "a cat"),
        ("See https://www.example.com/x/y?z=1.", "See example dot com."),
        ("Or <https://my-site.org>, www.other.net!", "Or my site dot org, other dot net!"),
        ("Write to joe.b@example.co.uk.", "Write to joe dot b at example dot co dot uk."),
        # markup of other worlds
        ("Say [[h@loU]] hello", "Say hello"),
        ("<b>Bold</b><br/>text &amp; more", "Bold text and more"),
        # emoji
        ("Hi 😀👍🏽 there ❤️!", "Hi there!"),
        ("Family 👨‍👩‍👧 time 🇫🇷 1️⃣", "Family time 1"),
        # symbols
        ("AT&T & Co", "AT and T and Co"),
        ("50% + 3 = 53", "50 percent plus 3 equals 53"),
        ("20°C, 70 °F, 90°", "20 degrees Celsius, 70 degrees Fahrenheit, 90 degrees"),
        ("€5, 5 €, $5.50, £1,000", "5 euros, 5 euros, 5.50 dollars, 1,000 pounds"),
        ("$3 million", "3 million dollars"),
        ("5 * 3 × 2", "5 times 3 times 2"),
        ("from 3–5 of them", "from 3 to 5 of them"),
        ("it is -5 outside", "it is minus 5 outside"),
        ("A → B", "A to B"),
        ("number #5, C# and me @ home", "number number 5, C sharp and me at home"),
        ("about ~90 km/h", "about about 90 kilometres per hour"),
        ("2 < 3 and 3 > 2", "2 less than 3 and 3 greater than 2"),
        # punctuation
        ("What??!! No!!!!", "What? No!"),
        ("Well..... ok", "Well... ok"),
        ("Wait -- now — yes", "Wait, now, yes"),
    ],
)
def test_what_is_written_becomes_what_is_said(text: str, said: str) -> None:
    assert speakable(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20°C & 5 €", "20 degrés Celsius et 5 euros"),
        ("50 % + 3", "50 pour cent plus 3"),
        ("Voir www.le-monde.fr.", "Voir le monde point fr."),
        ("```x```", "Le code est affiché à l'écran."),
        ("a@b.fr", "a arobase b point fr"),
        ("3 millions de £", "3 millions de livres"),
    ],
)
def test_the_words_are_french_where_french_is_spoken(text: str, said: str) -> None:
    assert speakable(text, "fr") == said


def test_another_language_gets_english_words() -> None:
    assert speakable("5 %", "de") == "5 percent"


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "...", "?!", "---", "**", "[[x]]", "<br>", "|---|---|", "\u200b"]
)
def test_what_cannot_be_said_gives_nothing(text: str) -> None:
    assert speakable(text) == ""


def test_nothing_of_the_markup_is_ever_left() -> None:
    choose = random.Random(2)
    parts = [
        "word", " ", "\n", "**", "`", "```", "[", "](", ")", "[[", "]]", "<", ">", "|", "#", "- ",
        "😀", "https://a.b ", "@", "&", "€5", "1.", "~", "\\", "{", "}", "_", "é", "?", "!",
    ]  # fmt: skip
    for _ in range(1000):
        said = speakable("".join(choose.choice(parts) for _ in range(40)))
        assert not set(said) & set("*`[]<>|#~\\{}_@&€😀\n")
        assert said == said.strip()
        assert "  " not in said


@pytest.mark.parametrize(
    "unit",
    ["*", "[", "<", "a@", "|", "- ", "a.", "_a", "`", "!?", ", ", "[a](", "https://", "a-", "<a ",
     "#", "\n", " ", "1. ", "--", "<!--", "(", "=-", "[](", "$1,", "\t\n", "&lt;", "[[", "~~~"],
)  # fmt: skip
def test_no_text_takes_long(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.process_time()
    speakable(text)
    # Far from what it takes, and further from what a pattern that runs away would take.
    assert time.process_time() - begun < 2.0

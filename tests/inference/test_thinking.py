from __future__ import annotations

import random

import pytest

from her_desktop.inference.thinking import ThoughtFilter


def answer(text: str, size: int, *, inside: bool = False) -> str:
    thoughts = ThoughtFilter(inside=inside)
    fed = [thoughts.feed(text[i : i + size]) for i in range(0, len(text), size)]
    return "".join([*fed, thoughts.finish()])


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello.", "Hello."),
        ("<think>Hm, what now?</think>\n\nHello.", "Hello."),
        ("<think></think>Hello.", "Hello."),
        ("Well, <think>hm</think> hello.", "Well, hello."),
        ("<think>never closed, and so on", ""),
        ("<think>a</think><think>b</think>c", "c"),
        ("1 < 2 and <thin ice", "1 < 2 and <thin ice"),
        ("so <thin", "so <thin"),
        ("  \n Hello.", "Hello."),
        ("<think>a < b </thin </think>c", "c"),
        ("", ""),
    ],
)
def test_thoughts_are_taken_out_whatever_the_pieces(text: str, expected: str, size: int) -> None:
    assert answer(text, size) == expected


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_thought_that_the_prompt_opened_is_taken_out(size: int) -> None:
    assert answer("hm, let me see</think>\nHello.", size, inside=True) == "Hello."
    assert answer("hm, let me see", size, inside=True) == ""


def test_nothing_that_cannot_become_a_tag_is_held_back() -> None:
    thoughts = ThoughtFilter()
    assert thoughts.feed("Hello <b") == "Hello <b"
    assert thoughts.feed(" <th") == " "
    assert thoughts.feed("e") == "<the"


def test_random_pieces_give_the_same_answer() -> None:
    choose = random.Random(3)
    parts = ["<think>", "</think>", "word ", "<", "th", "ink>", "\n", "é"]
    for _ in range(300):
        text = "".join(choose.choice(parts) for _ in range(12))
        assert len({answer(text, size) for size in (1, 2, 3, 7, 1000)}) == 1

from __future__ import annotations

from collections.abc import Sequence

import pytest

from her_desktop.inference.prompt import (
    Ledger,
    Message,
    Window,
    aligned,
    chatml,
    common_prefix,
    is_looping,
    merged,
)

SYSTEM = ("system", "Be brief.")


def words(messages: Sequence[Message]) -> int:
    return sum(len(text.split()) for _, text in messages)


def exchange(number: int) -> list[Message]:
    return [("user", f"question {number} of ten words in all so far, yes"), ("assistant", "yes")]


def test_the_common_prefix_is_counted_in_bytes() -> None:
    assert common_prefix(b"", b"abc") == 0
    assert common_prefix(b"abc", b"abc") == 3
    assert common_prefix(b"abcd", b"abxd") == 2
    assert common_prefix(b"x" * 10_000 + b"a", b"x" * 10_000 + b"b") == 10_000


def test_the_ledger_keeps_the_tokens_that_lie_in_the_common_part() -> None:
    ledger = Ledger()
    ledger.append([b"Hel", b"lo", b" wor", b"ld"])
    assert len(ledger) == 4
    assert ledger.shared_with(b"Hello world, again") == 4
    assert ledger.shared_with(b"Hello wonder") == 2
    assert ledger.shared_with(b"He") == 0
    ledger.cut(2)
    assert (ledger.text, len(ledger), ledger.end_of(1)) == (b"Hello", 2, 3)
    ledger.append([" é".encode()])
    assert ledger.text.decode() == "Hello é"


def test_tokens_line_up_with_the_text() -> None:
    assert aligned([b"Hel", b"lo"], b"Hello") == [b"Hel", b"lo"]
    assert aligned([b" Hel", b"lo"], b"Hello") == [b"Hel", b"lo"]
    assert aligned([b" ", b"Hello"], b"Hello") == [b"", b"Hello"]
    assert aligned([b"a", b"?", b"c"], b"abc") == [b"a", b"bc", b""]
    assert aligned([b"a"], b"abc") == [b"abc"]
    assert aligned([], b"") == []


def test_chatml_ends_where_the_answer_begins() -> None:
    assert chatml([SYSTEM, ("user", "Hi")]) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_a_strict_template_gets_strictly_alternating_roles() -> None:
    messages = [SYSTEM, ("user", "a"), ("user", "b"), ("assistant", "c"), ("user", "d")]
    assert merged(messages) == [("user", "Be brief.\n\na\n\nb"), ("assistant", "c"), ("user", "d")]


def test_everything_is_told_while_it_fits() -> None:
    messages = [SYSTEM, *exchange(1), ("user", "now")]
    assert Window().fit(messages, words, limit=100, target=50) == messages


def test_the_oldest_exchanges_go_and_stay_away() -> None:
    window = Window()
    body: list[Message] = []
    told: list[int] = []
    shifts = 0
    front: Message | None = None
    for number in range(60):
        kept = window.fit([SYSTEM, *body, ("user", "now")], words, limit=100, target=60)
        assert kept is not None
        assert kept[0] == SYSTEM
        assert kept[1][0] == "user"
        assert kept[-1] == ("user", "now")
        told.append(words(kept))
        shifts += kept[1] != front and front is not None
        front = kept[1]
        body += exchange(number)
    assert max(told) <= 100
    assert min(told[20:]) > 40
    # The first line changes with the first exchange, then once every few turns.
    assert shifts < 20


def test_a_new_conversation_is_told_whole() -> None:
    window = Window()
    old = [message for number in range(20) for message in exchange(number)]
    assert window.fit([SYSTEM, *old, ("user", "now")], words, limit=100, target=60) is not None
    fresh = [SYSTEM, ("user", "hello"), ("assistant", "hi"), ("user", "now")]
    assert window.fit(fresh, words, limit=100, target=60) == fresh


def test_a_last_message_that_is_too_long_alone_is_refused() -> None:
    long = ("user", "word " * 101)
    assert Window().fit([SYSTEM, *exchange(1), long], words, limit=100, target=60) is None
    assert Window().fit([long], words, limit=100, target=60) is None


def test_a_last_message_between_target_and_limit_is_told() -> None:
    long = ("user", "word " * 80)
    kept = Window().fit([SYSTEM, *exchange(1), *exchange(2), long], words, limit=100, target=60)
    assert kept == [SYSTEM, long]


@pytest.mark.parametrize("period", [1, 2, 3, 7, 25, 40])
def test_a_loop_is_found_after_four_rounds(period: int) -> None:
    start, unit = list(range(1000, 1050)), list(range(period))
    assert is_looping(start + unit * max(4, -(-12 // period)))
    assert not is_looping(start + unit * 2)


def test_ordinary_text_is_no_loop() -> None:
    assert not is_looping([])
    assert not is_looping([1, 1, 1, 1])
    assert not is_looping(list(range(200)))

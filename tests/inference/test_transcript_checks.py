from __future__ import annotations

import pytest

from her_desktop.inference.transcript_checks import (
    Evidence,
    Verdict,
    ends_in_repetition,
    is_muttered,
    judge,
    normalised,
    repetitiveness,
    said_once,
)

CLEAR = Evidence(no_speech=0.03, log_probability=-0.1, reached_limit=False)


def test_clear_speech_is_believed() -> None:
    assert judge("What's the weather like?", CLEAR, full_context=False) is Verdict.SPEECH
    assert judge("Thank you.", CLEAR, full_context=False) is Verdict.SPEECH


@pytest.mark.parametrize("text", ["you", "Thank you.", "Thanks for watching!", "I'm going to go."])
def test_nothing_is_believed_of_silence(text: str) -> None:
    evidence = Evidence(no_speech=0.95, log_probability=-0.3, reached_limit=False)
    assert judge(text, evidence, full_context=False) is Verdict.NOTHING


@pytest.mark.parametrize(
    "text",
    ["Thank you.", "You", "Bye-bye.", "Sous-titrage Société Radio-Canada", "...", ""],
)
def test_phantoms_are_dropped_on_weak_evidence(text: str) -> None:
    evidence = Evidence(no_speech=0.6, log_probability=-0.2, reached_limit=False)
    assert judge(text, evidence, full_context=False) is Verdict.NOTHING


def test_good_words_are_kept_on_weak_evidence() -> None:
    evidence = Evidence(no_speech=0.6, log_probability=-0.3, reached_limit=False)
    assert judge("Turn on the light.", evidence, full_context=False) is Verdict.SPEECH


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(no_speech=0.6, log_probability=-0.8, reached_limit=False),
        Evidence(no_speech=0.1, log_probability=-1.2, reached_limit=False),
        Evidence(no_speech=0.1, log_probability=-0.1, reached_limit=True),
    ],
)
def test_poor_words_deserve_a_second_look(evidence: Evidence) -> None:
    assert judge("Turn on the light.", evidence, full_context=False) is Verdict.DOUBTFUL


@pytest.mark.parametrize("text", ["a little bit of " * 12, ". " * 40, "", "..."])
def test_loops_and_marks_alone_deserve_a_second_look(text: str) -> None:
    assert judge(text, CLEAR, full_context=False) is Verdict.DOUBTFUL


def test_at_full_context_only_a_loop_without_end_is_doubted() -> None:
    said_often = "No, no, no. " * 12
    endless = Evidence(no_speech=0.03, log_probability=-0.1, reached_limit=True)
    assert judge(said_often, CLEAR, full_context=True) is Verdict.SPEECH
    assert judge(said_often, endless, full_context=True) is Verdict.DOUBTFUL
    assert judge(". " * 40, CLEAR, full_context=True) is Verdict.DOUBTFUL


def test_words_that_are_too_unsure_still_tell_that_somebody_spoke() -> None:
    unsure = Evidence(no_speech=0.2, log_probability=-1.6, reached_limit=False)
    assert is_muttered("Fan houve au son.", unsure)
    assert not is_muttered("...", unsure)
    assert not is_muttered("la " * 100, unsure)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(no_speech=0.6, log_probability=-1.6, reached_limit=False),
        Evidence(no_speech=0.2, log_probability=-1.6, reached_limit=True),
    ],
)
def test_a_cough_and_what_never_ends_are_nobodys_words(evidence: Evidence) -> None:
    assert not is_muttered("Fan houve au son.", evidence)


def test_words_are_compared_without_case_accents_and_marks() -> None:
    assert normalised("  Sous-titres réalisés, PAR…") == "sous titres realises par"
    assert normalised("?!") == ""


def test_repetition_shows_in_the_compression() -> None:
    assert repetitiveness("") == 0.0
    prose = "And so my fellow Americans ask not what your country can do for you."
    assert repetitiveness(prose) < 1.5
    assert repetitiveness("la " * 100) > 5.0


STOPPED = Evidence(no_speech=0.03, log_probability=-0.1, reached_limit=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Where are my keys? Where are my keys? Where are my keys? Where", "Where are my keys?"),
        # The limit cuts words in two, and the loop may leave the beginning out.
        (
            "If it rains, take the old road. Take the old road. Take the old road. Take the o",
            "If it rains, take the old road.",
        ),
        # Marks and case may change on the way.
        ("It is late, then. it is late then! It is late, then. It is", "It is late, then."),
        # A loop within the loop.
        (
            "The shop closes early. The shop closes early. The shop closes the shop closes "
            "the shop closes the shop closes the",
            "The shop closes early.",
        ),
    ],
)
def test_of_a_sentence_that_is_repeated_until_it_is_stopped_one_is_kept(
    text: str, said: str
) -> None:
    assert said_once(text, STOPPED, 1.5) == said


@pytest.mark.parametrize(
    "text",
    [
        "no no no no no no no no no no no no",
        "A thing that takes long to say, and of which no word comes a second time",
        "Again and again and again and again and again and again and",
        "keys",
        "",
    ],
)
def test_what_may_have_been_said_so_is_not_shortened(text: str) -> None:
    assert said_once(text, STOPPED, 1.5) is None


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(Evidence(0.7, -0.1, reached_limit=True), id="a-hiss"),
        pytest.param(Evidence(0.1, -0.7, reached_limit=True), id="a-guess"),
    ],
)
def test_the_repetitions_of_a_noise_or_of_a_guess_are_not_shortened(evidence: Evidence) -> None:
    assert said_once("Where are my keys? " * 4, evidence, 1.5) is None


def test_a_sentence_said_twice_is_kept_where_there_was_time_for_it() -> None:
    text = "Can you hear me? Can you hear me?"
    assert said_once(text, CLEAR, 3.0) is None
    assert said_once(f"{text} " * 5, STOPPED, 3.0) is None
    assert said_once(text, CLEAR, 1.2) == "Can you hear me?"


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("Can you hear me? Can you hear me?", True),
        ("Well, can you hear me? can you hear me", True),
        ("Can you hear me?", False),
        ("No, no, no, no.", False),
        ("Stop it! Stop it! Stop it!", False),
        ("", False),
    ],
)
def test_a_sentence_that_comes_again_at_the_end_is_noticed(text: str, repeats: bool) -> None:
    assert ends_in_repetition(text) is repeats

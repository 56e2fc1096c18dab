from __future__ import annotations

import pytest

from her_desktop.inference.transcript_checks import (
    Evidence,
    Verdict,
    is_muttered,
    judge,
    normalised,
    repetitiveness,
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

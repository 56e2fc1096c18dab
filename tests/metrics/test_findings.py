from __future__ import annotations

import json

import pytest

from her_desktop.metrics.findings import Finding, Verdict, broken, note, well


def test_only_what_is_broken_is_not_ok() -> None:
    assert [made("x", "Words.").ok for made in (well, note, broken)] == [True, True, False]


def test_durations_are_told_in_milliseconds() -> None:
    assert well("stt", "Words.", 0.01234).milliseconds == 12.3
    assert well("stt", "Words.").milliseconds is None


@pytest.mark.parametrize("finding", [well("a", "b", 0.5), note("a", "b"), broken("c", "d")])
def test_a_finding_survives_json(finding: Finding) -> None:
    assert Finding.from_dict(json.loads(json.dumps(finding.as_dict()))) == finding


@pytest.mark.parametrize(
    "value",
    [{}, {"name": "a"}, {"name": "a", "verdict": "fine", "detail": "", "milliseconds": None}],
)
def test_anything_else_is_no_finding(value: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Finding.from_dict(value)


def test_verdicts_are_the_words_of_the_report() -> None:
    assert [verdict.value for verdict in Verdict] == ["ok", "note", "broken"]

"""What is said when."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.cli import _BENCH_KINDS
from her_desktop.tools import questions
from her_desktop.tools.bench_script import (
    DISTURBANCES,
    LONGEST_LAG,
    OVER_ANSWER,
    WHILE_ANSWERED,
    Mode,
    Repertoire,
    Trial,
    amounts,
    by_window,
    needed,
    script,
    with_lags,
)
from her_desktop.tools.bench_speech import Kind, Utterance


def utterance(name: str, *, of_person: bool = False) -> Utterance:
    return Utterance(name, name, Path(f"{name}.wav"), 0.3, 1.3, (), of_person)


def repertoire() -> Repertoire:
    some = {kind: [utterance(f"{kind}-{n}") for n in range(30)] for kind in Kind}
    del some[Kind.ECHO], some[Kind.RECORDED]
    return Repertoire(some, [utterance(f"story-{n}") for n in range(45)])


def test_the_clear_questions_come_first_and_in_a_row() -> None:
    trials = script(Mode.HANDS_FREE, repertoire(), 12, quick=False)
    assert [trial.kind for trial in trials[:12]] == [Kind.CLEAR] * 12
    assert Kind.CLEAR not in {trial.kind for trial in trials[12:]}


@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_is_said_twice_in_a_window(mode: Mode) -> None:
    trials = script(mode, repertoire(), 20, quick=False)
    said = [one.name for trial in trials for one in (trial.said, trial.over) if one]
    assert len(said) == len(set(said))


def test_something_sounds_over_the_answers_that_it_is_meant_for() -> None:
    for trial in script(Mode.HANDS_FREE, repertoire(), 4, quick=True):
        assert (trial.over is not None) == (trial.kind in OVER_ANSWER)
        if trial.kind in DISTURBANCES:
            assert trial.said.name.startswith("story")


def test_without_a_listener_nothing_can_disturb() -> None:
    trials = script(Mode.PUSH_TO_TALK, repertoire(), 4, quick=False)
    assert not {trial.kind for trial in trials} & set(DISTURBANCES)
    assert needed(4, [Mode.PUSH_TO_TALK], quick=False)[Kind.COUGH] == 0
    assert needed(4, list(Mode), quick=False)[Kind.COUGH] > 0


def test_what_people_said_is_all_said() -> None:
    voices = {Kind.HESITANT: [utterance("voice"), utterance("jfk", of_person=True)]}
    trials = script(Mode.HANDS_FREE, Repertoire(voices), 1, quick=True)
    assert [trial.said.name for trial in trials] == ["jfk", "voice"]


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_the_key_is_let_go_evenly_and_in_mixed_order(count: int) -> None:
    plain = [Trial(Kind.CLEAR, utterance(str(number))) for number in range(count)]
    lags = [trial.lag for trial in with_lags(plain)]
    even = [LONGEST_LAG * number / max(1, count - 1) for number in range(count)]
    assert sorted(lags) == pytest.approx(even)
    assert lags == [trial.lag for trial in with_lags(plain)]
    if count > 2:
        assert lags != sorted(lags)


def test_over_open_loudspeakers_only_answers_matter() -> None:
    trials = script(Mode.OPEN_SPEAKERS, repertoire(), 20, quick=False)
    assert {trial.kind for trial in trials} == set(WHILE_ANSWERED)
    assert sum(trial.kind is Kind.INTERRUPTION for trial in trials) == 20
    assert sum(trial.kind in (Kind.BACKCHANNEL, Kind.COUGH) for trial in trials) == 20
    assert needed(20, [Mode.OPEN_SPEAKERS], quick=False)[Kind.CLEAR] == 0
    people = {kind: [utterance("jfk", of_person=True)] for kind in (Kind.HESITANT, Kind.RECORDED)}
    assert script(Mode.OPEN_SPEAKERS, Repertoire(people), 1, quick=True) == []


@pytest.mark.parametrize("mode", list(Mode))
def test_every_trial_has_its_window(mode: Mode) -> None:
    trials = script(mode, repertoire(), 20, quick=False)
    windows = by_window(mode, trials)
    assert [trial for window in windows for trial in window] == trials
    assert len(windows) == 1 or max(map(len, windows)) == 3
    assert (len(windows) > 1) == (mode is Mode.OPEN_SPEAKERS)


@pytest.mark.parametrize("mode", list(Mode))
def test_there_is_enough_to_say_for_the_longest_bench(mode: Mode) -> None:
    counts = amounts(len(questions.QUESTIONS), mode, quick=False)
    assert len(questions.SHORT) >= counts[Kind.SHORT]
    assert len(questions.LONG) >= counts[Kind.LONG]
    assert len(questions.HESITANT) >= counts[Kind.HESITANT]
    assert mode is Mode.OPEN_SPEAKERS or counts[Kind.HESITANT] >= 10
    assert len(questions.INSTANT) >= counts[Kind.INSTANT]
    assert len(questions.INTERRUPTIONS) >= counts[Kind.INTERRUPTION]
    assert len(questions.BACKCHANNELS) >= counts[Kind.BACKCHANNEL]
    stories = sum(counts[kind] for kind in (*OVER_ANSWER, Kind.ECHO))
    assert len(questions.STORIES) >= stories
    texts = [*questions.QUESTIONS, *questions.SHORT, *questions.LONG, *questions.STORIES]
    texts += [" ".join(pieces) for pieces in questions.HESITANT]
    assert len(texts) == len(set(texts))


def test_the_command_line_knows_every_kind() -> None:
    assert set(_BENCH_KINDS) == {*Kind, "dictation"}

"""A user's pauses are known again the next time."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.conversation.events import PausesLearned
from her_desktop.conversation.turn_end import PauseHabit
from her_desktop.habits import EVERY, HabitKeeper, load_habit


def learned(at: float, mean: float) -> PausesLearned:
    return PausesLearned(at=at, mean=mean, deviation=0.1, count=4)


def test_what_was_learned_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pauses.json"
    keeper = HabitKeeper(path)
    keeper.handle(learned(5.0, 0.5))
    assert load_habit(path) == PauseHabit(0.5, 0.1, 4)
    keeper.handle(learned(6.0, 0.6))
    assert load_habit(path).mean == 0.5, "not at every pause"
    keeper.handle(learned(5.0 + EVERY, 0.7))
    assert load_habit(path).mean == 0.7
    keeper.handle(learned(6.0 + EVERY, 0.8))
    keeper.save()
    assert load_habit(path).mean == 0.8, "and at the end"


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"mean": "x"}'])
def test_a_file_of_no_use_is_a_fresh_habit(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "pauses.json"
    if content is not None:
        path.write_text(content)
    assert load_habit(path) == PauseHabit()


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keeper = HabitKeeper(tmp_path / "file" / "pauses.json")
    keeper.handle(learned(5.0, 0.5))
    assert (tmp_path / "file").read_text() == ""

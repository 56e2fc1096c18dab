"""What was said, on the disk: only where it is wanted, only what was heard, only so long."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kept_talk import read_day

from her_desktop.conversation.events import (
    EndReason,
    MessageAccepted,
    State,
    StateChanged,
    TextStreamed,
    TurnEnded,
)
from her_desktop.conversation_log import ConversationLog, Exchange, day_files

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Keeper:
    """A log in a folder with a clock of its own."""

    def __init__(self, folder: Path, *, keep: bool = True, days: int = 30) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.now = NOON
        self.log = ConversationLog(
            folder, self.told.append, keep=keep, days=days, now=lambda: self.now
        )
        self.turn = 0

    def talk(self, user: str, heard: str, reason: EndReason = EndReason.FINISHED) -> None:
        self.turn += 1
        self.log.handle(MessageAccepted(at=1.0, turn=self.turn, text=user))
        self.log.handle(TextStreamed(at=1.0, turn=self.turn, text="all that was thought"))
        self.log.handle(TurnEnded(at=1.0, turn=self.turn, reason=reason, heard=heard))

    def kept(self) -> list[Exchange]:
        return [exchange for path in day_files(self.folder) for exchange in read_day(path)]


def test_what_was_said_and_heard_can_be_read_again(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history")
    keeper.talk("What is a lighthouse?", "A tower\nwith a light.")
    keeper.talk("\u00c9t\u00e9 ?", "Oui \u2028 bien.", EndReason.STOPPED)
    assert keeper.kept() == [
        Exchange(NOON, "What is a lighthouse?", "A tower\nwith a light."),
        Exchange(NOON, "\u00c9t\u00e9 ?", "Oui \u2028 bien."),
    ]
    assert [path.name for path in day_files(keeper.folder)] == ["2026-03-04.jsonl"]


def test_nothing_is_kept_unless_it_is_wanted(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history", keep=False)
    keeper.talk("A secret.", "Yes.")
    assert not keeper.folder.exists()
    keeper.log.use(keep=True, days=30)
    keeper.talk("No secret.", "No.")
    keeper.log.use(keep=False, days=30)
    keeper.talk("A secret.", "Yes.")
    assert [exchange.user for exchange in keeper.kept()] == ["No secret."]


def test_what_was_asked_before_it_was_turned_off_is_not_kept_after(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history")
    keeper.log.handle(MessageAccepted(at=1.0, turn=9, text="A secret."))
    keeper.log.use(keep=False, days=30)
    keeper.log.handle(TurnEnded(at=2.0, turn=9, reason=EndReason.FINISHED, heard="Yes."))
    assert keeper.kept() == []


@pytest.mark.parametrize("reason", [EndReason.FAILED, EndReason.YIELDED])
def test_what_was_not_answered_leaves_no_trace(tmp_path: Path, reason: EndReason) -> None:
    keeper = Keeper(tmp_path / "history")
    keeper.talk("What?", "", reason)
    assert keeper.kept() == []


def test_a_turn_without_words_leaves_no_trace(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history")
    ended = TurnEnded(at=1.0, turn=1, reason=EndReason.NOTHING_SAID, heard="")
    keeper.log.handle(ended)
    assert keeper.kept() == []


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history")
    keeper.folder.mkdir()
    there = keeper.folder / "2026-03-04.jsonl"
    there.write_text("")
    there.chmod(0o644)
    keeper.talk("A secret.", "Yes.")
    assert there.stat().st_mode & 0o777 == 0o600
    keeper.log.delete_all()
    keeper.folder.rmdir()
    keeper.talk("A secret.", "Yes.")
    assert keeper.folder.stat().st_mode & 0o777 == 0o700


def test_days_that_are_too_old_are_deleted_at_the_start_and_at_midnight(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    for age in (0, 1, 2, 3, 400):
        day = (NOON - timedelta(days=age)).date()
        (folder / f"{day.isoformat()}.jsonl").write_text("")
    (folder / "notes.jsonl").write_text("mine")
    keeper = Keeper(folder, keep=False, days=2)
    names = [path.name for path in day_files(folder)]
    assert names == ["2026-03-02.jsonl", "2026-03-03.jsonl", "2026-03-04.jsonl"]
    keeper.now += timedelta(days=1)
    keeper.log.handle(StateChanged(at=1.0, state=State.IDLE))
    names = [path.name for path in day_files(folder)]
    assert names == ["2026-03-03.jsonl", "2026-03-04.jsonl"]
    keeper.log.use(keep=False, days=1)
    assert [path.name for path in day_files(folder)] == ["2026-03-04.jsonl"]
    assert (folder / "notes.jsonl").read_text() == "mine", "what is not ours stays"


def test_everything_is_deleted_where_that_is_asked_for(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "history")
    keeper.talk("One.", "Yes.")
    keeper.now += timedelta(days=1)
    keeper.talk("Two.", "Yes.")
    assert len(day_files(keeper.folder)) == 2
    assert keeper.log.delete_all()
    assert day_files(keeper.folder) == []
    keeper.talk("Three.", "Yes.")
    assert [exchange.user for exchange in keeper.kept()] == ["Three."]


def test_a_folder_that_cannot_be_written_is_told_once_and_without_what_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "history").write_text("a file in the folder's place")
    keeper = Keeper(tmp_path / "history")
    with caplog.at_level(logging.DEBUG):
        keeper.talk("marmalade", "canary")
        keeper.talk("marmalade", "canary")
    assert len(keeper.told) == 1
    for word in ("marmalade", "canary"):
        assert word not in caplog.text + keeper.told[0]
    (tmp_path / "history").unlink()
    keeper.talk("marmalade", "canary")
    assert len(keeper.kept()) == 1

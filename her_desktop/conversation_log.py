"""What was said, kept on the disk where the user asked for it: a file of JSON lines for each day.

Rule: called on the thread that watches, and only there. An exchange is kept once it is over, and of
an answer only what was heard. Only the user can read the files. Nothing of what was said goes into
a log, and a disk that cannot be written costs a sentence and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from her_desktop.conversation.events import (
    EndReason,
    Event,
    MessageAccepted,
    StateChanged,
    TurnEnded,
)

_log = logging.getLogger(__name__)

_NOT_KEPT = (EndReason.FAILED, EndReason.YIELDED)
"""Turns that nobody was answered by: they leave no trace here either."""

_CANNOT_KEEP = (
    "What is said cannot be kept: the folder {folder} cannot be written. Free some space or make "
    "it writable, or turn the history off in the settings."
)


@dataclass(frozen=True)
class Exchange:
    """What the user said at an instant of the calendar, and what they heard of the answer."""

    at: datetime
    user: str
    assistant: str


class ConversationLog:
    """Owns the folder of what was said. Called on the thread that watches."""

    def __init__(
        self,
        folder: Path,
        tell: Callable[[str], None],
        *,
        keep: bool,
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """Delete what is too old, as `use` does; `tell` says a sentence, `now` is the time."""
        self._folder = folder
        self._tell = tell
        self._now = now
        self._asked: dict[int, str] = {}
        self.use(keep=keep, days=days)

    def use(self, *, keep: bool, days: int) -> None:
        """Keep what is said from now on, or no longer; what is older than `days` is deleted.

        What was kept before stays until then, unless `delete_all` is called.
        """
        self._keeps = keep
        self._days = days
        self._failed = False
        self._asked.clear()
        self._tidy()

    def handle(self, event: Event) -> None:
        """Take note of an event, and write an exchange down once it is over."""
        match event:
            case MessageAccepted(turn=turn, text=text) if self._keeps:
                self._asked[turn] = text
            case TurnEnded(turn=turn, reason=reason, heard=heard):
                asked = self._asked.pop(turn, None)
                if asked is not None and reason not in _NOT_KEPT:
                    self._keep(Exchange(self._now(), asked, heard))
            case StateChanged() if self._tidied_on != self._now().date():
                self._tidy()

    def delete_all(self) -> bool:
        """Delete everything that was kept; return False where something could not be."""
        gone = [self._delete(path) for path in day_files(self._folder)]
        return all(gone)

    def _keep(self, exchange: Exchange) -> None:
        line = {
            "at": exchange.at.isoformat(timespec="seconds"),
            "user": exchange.user,
            "assistant": exchange.assistant,
        }
        path = self._folder / f"{exchange.at.date().isoformat()}.jsonl"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(path, "ab", opener=_open_for_the_user_alone) as file:
                # One write, so that a crash leaves whole lines.
                file.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            _log.warning("an exchange could not be kept: %s", error.strerror)
            if not self._failed:
                self._tell(_CANNOT_KEEP.format(folder=self._folder))
            self._failed = True
        else:
            self._failed = False

    def _tidy(self) -> None:
        """Delete the days that are older than the user wants."""
        today = self._tidied_on = self._now().date()
        oldest = today - timedelta(days=self._days)
        for path in day_files(self._folder):
            if _day_of(path) < oldest:
                self._delete(path)

    def _delete(self, path: Path) -> bool:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("a day of the history could not be deleted: %s", error.strerror)
            return False
        return True


def day_files(folder: Path) -> list[Path]:
    """Return the files of the days that were kept, oldest first; others are none of ours."""
    try:
        return sorted(path for path in folder.iterdir() if _is_day(path))
    except OSError:
        return []


def _open_for_the_user_alone(path: str, flags: int) -> int:
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
    if hasattr(os, "fchmod"):
        # A file that was there already may be open to others.
        os.fchmod(handle, 0o600)
    return handle


def _is_day(path: Path) -> bool:
    try:
        date.fromisoformat(path.stem)
    except ValueError:
        return False
    return path.suffix == ".jsonl"


def _day_of(path: Path) -> date:
    return date.fromisoformat(path.stem)

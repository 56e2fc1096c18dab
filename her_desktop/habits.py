"""How long this user pauses, kept from one session to the next.

Rule: read when an engine is put together; written by the thread that watches, and only there. A
habit is a mean, a deviation and a count of pauses: nothing of what was said.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from her_desktop.conversation.events import Event, PausesLearned
from her_desktop.conversation.turn_end import PauseHabit
from her_desktop.settings import save_json

_log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two writings, at least: what a crash may cost is a minute of learning."""


def load_habit(path: Path) -> PauseHabit:
    """Return the habit kept in a file, a fresh one where there is none or nothing of use."""
    try:
        return PauseHabit.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return PauseHabit()


class HabitKeeper:
    """Owns what was learned and not yet written. Called on the thread that watches."""

    def __init__(self, path: Path) -> None:
        """Prepare; `path` is the file that `load_habit` reads."""
        self._path = path
        self._newest: PauseHabit | None = None
        self._written_at = float("-inf")

    def handle(self, event: Event) -> None:
        """Take note of what was learned, and write it down now and then."""
        if isinstance(event, PausesLearned):
            self._newest = PauseHabit(event.mean, event.deviation, event.count)
            if event.at - self._written_at >= EVERY:
                self._written_at = event.at
                self.save()

    def save(self) -> None:
        """Write down what was learned since the last time."""
        habit, self._newest = self._newest, None
        if habit is None:
            return
        try:
            save_json(habit.to_dict(), self._path, durable=False)
        except OSError as error:
            # Without it the next session learns afresh; the settings' own sentence tells the user
            # when the folder cannot be written.
            _log.warning("the pause habit could not be saved: %s", error.strerror)

"""One after the other, where one of them may never come back.

A lock that a lost thread holds is held for ever. Here the place can be taken from it: what must not
happen at once with others has then ended, though not well.
Rule: any thread, `give_up` the lost one itself among them.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class OneByOne:
    """Owns whose turn it is. Called by whoever wants one, and by whoever is lost in his."""

    def __init__(self) -> None:
        """Begin with nobody's."""
        self._changed = threading.Condition()
        self._holder: tuple[Hashable, object] | None = None

    @contextmanager
    def turn_of(self, who: Hashable) -> Iterator[None]:
        """Wait until it is the turn of `who`, who has it for as long as the block."""
        mine = (who, object())
        with self._changed:
            self._changed.wait_for(lambda: self._holder is None)
            self._holder = mine
        try:
            yield
        finally:
            with self._changed:
                # It may have been given up, and be another's by now.
                if self._holder is mine:
                    self._holder = None
                    self._changed.notify_all()

    def give_up(self, who: Hashable) -> None:
        """Take the turn from `who`, if it is theirs."""
        with self._changed:
            if self._holder is not None and self._holder[0] == who:
                self._holder = None
                self._changed.notify_all()

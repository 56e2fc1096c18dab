"""What is spared while nobody speaks, so that listening costs next to nothing.

Rule: used by the listener thread alone. Nothing is noticed later for it: an utterance begins only
with sound well above the room, and from there on every frame is looked at.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.inference.protocols import VoiceDetector

REST_FRAMES = 16
"""Frames that may be looked at together while nothing stands out from the room: half a
second, after which a device that has gone silent is still told of in time."""

_ABOVE_ROOM_DB = 4.0
"""Less than the onset of speech must stand out from the room."""

_ROOM_RISES_DB = 0.02
"""A frame: some 0.6 dB a second, as the room of the onset detector does."""

_LOUDEST_ROOM_DB = -35.0

_QUIETEST_ROOM_DB = -75.0
"""Below lies what devices deliver where they deliver nothing: zeros are no room to stand out of."""

_STAYS = 15
"""Frames (half a second) for which the detector goes on after the last that stood out: it must
hear a word die away as it does a word begin."""

_CAUGHT_UP = 16
"""Frames of the past that it is shown first when it is wanted again: with half a second of the
room it judged as it does when it hears everything, with a tenth it was up to seven frames off."""

_NOBODY = 0.15
_SURE_FRAMES = 31
"""A second in which the detector finds nobody, frame by frame, is a second of the room."""

_LOUD_DB = -45.0
_EVERY = 4
_EVERY_AT_REST = 30
_JUMPED_DB = 6.0


class Attention:
    """Owns the level of the room and how long ago anything stood out from it."""

    def __init__(self) -> None:
        """Begin attentively, in a room of which nothing is known."""
        self._room_db = _LOUDEST_ROOM_DB
        self._stays = _STAYS
        self._skipped: deque[Pcm] = deque(maxlen=_CAUGHT_UP)
        self._denied = 0
        self._quietest_db = np.inf
        self._untold = 0
        self._told_db = 0.0
        self._told_speech = False

    @property
    def is_resting(self) -> bool:
        """Whether nothing has stood out from the room of late."""
        return self._stays < 0

    @property
    def noticed_db(self) -> float:
        """The level, in dBFS, over which a frame stands out from the room."""
        return self._room_db + _ABOVE_ROOM_DB

    def probability(
        self, detector: VoiceDetector | None, frame: Pcm, level_db: float, *, may_rest: bool
    ) -> float:
        """Return how likely a frame of 32 ms is speech; 0 for one that is no louder than the room.

        Only where it `may_rest` is the detector spared. Without one, loud enough has to do: better
        a wasted guess than a deaf assistant.
        """
        risen = min(self._room_db + _ROOM_RISES_DB, _LOUDEST_ROOM_DB)
        self._room_db = max(min(level_db, risen), _QUIETEST_ROOM_DB)
        if detector is None:
            return float(level_db > _LOUD_DB)
        stands_out = level_db > self.noticed_db
        self._stays = _STAYS if stands_out or not may_rest else self._stays - 1
        if self._stays < 0:
            self._skipped.append(frame)
            self._denied, self._quietest_db = 0, np.inf
            return 0.0
        while self._skipped:
            detector.probability(self._skipped.popleft())
        probability = detector.probability(frame)
        self._learn_room(level_db, probability)
        return probability

    def is_news(self, level_db: float, *, is_speech: bool, may_rest: bool) -> bool:
        """Tell whether a level is worth showing: all of them, or some where nothing happens."""
        self._untold += 1
        if (
            may_rest
            and is_speech is self._told_speech
            and self._untold < (_EVERY_AT_REST if self.is_resting else _EVERY)
            and abs(level_db - self._told_db) < _JUMPED_DB
        ):
            return False
        self._untold, self._told_db, self._told_speech = 0, level_db, is_speech
        return True

    def _learn_room(self, level_db: float, probability: float) -> None:
        """Believe the detector that it is the room: a fan starts faster than the room rises.

        The quietest frame of that second is taken, so that nothing stands out the less for it.
        """
        if probability >= _NOBODY:
            self._denied, self._quietest_db = 0, np.inf
            return
        self._denied += 1
        self._quietest_db = min(self._quietest_db, level_db)
        if self._denied == _SURE_FRAMES:
            self._room_db = min(max(self._room_db, self._quietest_db), _LOUDEST_ROOM_DB)
            self._denied, self._quietest_db = 0, np.inf

"""What follows from how well the echo is cancelled, and what is told of it.

Rule: used by the listener thread alone. A verdict is measured, never assumed: as long as there is
none, it takes more than a noise to interrupt the assistant; where it is bad, the microphone begins
nothing by itself while the assistant is audible, and the user is told so, once.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from her_desktop.audio.echo import EchoCanceller, EchoOptions
from her_desktop.audio.echo_check import WORKS_DB
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import Pcm, level_db
from her_desktop.conversation.events import EchoMeasured, Event, Noticed

TAIL = 0.5
"""Seconds for which the assistant counts as audible after its last sound: rooms and devices take
their time, and so does the pause between two of its sentences."""

LONGEST_TAIL = 3.0
"""Where the echo is not cancelled, perhaps because it comes too late for that, the assistant also
counts as audible until what comes back has died away, and so long at the most."""

_DIED_AWAY = 0.4
_AUDIBLE_ROOM_DB = -50.0

RELEARNING = 1.5
"""Seconds after the loudspeaker ran dry in which its echo is not believed to be cancelled: it was
seen to move a whole second later. A busy machine was seen to run dry three times a second."""

_RINGS = 0.2
"""Seconds after the last sound's echo in which that may still ring, while it is not believed in."""

_SHOWN_AGAIN = 0.75
"""So many seconds of loud playback since, with nothing left behind, end the deafness sooner; what
is left of that time still takes words. Measured in simulated rooms: an echo that moves by 30 ms
or less is removed again before anything of it sounds like speech, one that moves by 100 ms not."""

_HARMLESS = 3.0
"""So many seconds of loud playback that leave nothing behind, while it runs dry again and again,
prove that it does no harm: it would otherwise never be listened to."""

_UNSTEADY_SLIPS, UNSTEADY = 3, 10.0
"""Running dry so often within so many seconds, the loudspeaker is expected to do so again: seen on
a machine whose processors were all busy: the echo moved every second, and stopped an answer."""

LOOK_EVERY = 0.25
"""Seconds between two looks at the measurements, which are renewed as often."""

_TELL_EVERY = 1.0
"""Seconds between two reports of figures that merely moved."""

_MOVED_DB = 1.0
_MOVED = 0.002

NOT_CANCELLED = (
    "The assistant hears itself and cannot remove its voice from the microphone's sound, so it "
    "does not listen while it speaks; headphones help."
)


class EchoWatch:
    """Owns what is concluded from one echo canceller's measurements."""

    def __init__(self, far_end: FarEnd, emit: Callable[[Event], None]) -> None:
        """Prepare; `begin` says which canceller."""
        self._far_end = far_end
        self._emit = emit
        self._canceller: EchoCanceller | None = None
        self._is_cancelling = True
        self._is_missing = False
        self._is_speaking = False
        self._is_audible = self._is_sounding = False
        self._is_relearning = self._is_shown_again = False
        self._dry_loud = 0.0
        self._ran_dry_at = -float("inf")
        self._dry_since = 0.0
        self._slips: deque[float] = deque(maxlen=_UNSTEADY_SLIPS)
        self._is_unsteady = False
        self._loud_at = -float("inf")
        self._looked_at = self._told_at = -float("inf")
        self._told: EchoMeasured | None = None
        self._was_noticed = False

    def begin(self, canceller: EchoCanceller, options: EchoOptions) -> None:
        """Look at this canceller from now on, which was meant to have these options."""
        self._canceller = canceller
        self._is_cancelling = options.cancel_echo
        self._is_missing = options.cancel_echo and not canceller.cancels
        self._was_noticed = False
        self._report()

    def look(self, at: float, pcm: Pcm) -> None:
        """Draw conclusions at the instant `at` from the sound that has just been heard."""
        if self._is_cancelling:
            quiet = self._far_end.quiet_for(at)
            comes_back = self._comes_back_late(at, quiet, pcm)
            # What never comes back, as with headphones, is not audible to the microphone.
            hears_none = self._canceller is not None and self._canceller.hears_none
            self._is_speaking = quiet < TAIL
            self._is_audible = not hears_none and (quiet < TAIL or comes_back)
            delay = self._canceller.delay if self._canceller else None
            self._is_sounding = self._is_audible and quiet < min(TAIL, _RINGS + (delay or 0.0))
            self._is_relearning = self._relearns(at)
            oldest = self._slips[0] if len(self._slips) == _UNSTEADY_SLIPS else -float("inf")
            self._is_unsteady = at - oldest < UNSTEADY
        if not 0.0 <= at - self._looked_at < LOOK_EVERY:
            self._looked_at = at
            self._report()

    @property
    def is_half_duplex(self) -> bool:
        """Whether listening and speaking exclude each other."""
        return self._is_missing or (
            self._canceller is not None and self._canceller.is_working is False
        )

    @property
    def is_deaf(self) -> bool:
        """Whether nothing that is heard now may begin an utterance."""
        is_unsure = self._is_relearning and not self._is_shown_again
        return (self._is_sounding and is_unsure) or (self._is_audible and self.is_half_duplex)

    @property
    def is_in_doubt(self) -> bool:
        """Whether the assistant speaks and what is heard may yet be its echo: it takes words."""
        canceller = self._canceller
        if not self._is_cancelling or canceller is None:
            return False
        may_be_late = canceller.hears_none and not canceller.surely_hears_none
        return self.may_hear_itself or (may_be_late and self._is_speaking)

    @property
    def may_hear_itself(self) -> bool:
        """Whether its echo comes back and is not yet known to be cancelled.

        Then a noise is no reason even to fall silent for a moment.
        """
        canceller = self._canceller
        if not self._is_cancelling or not self._is_audible or canceller is None:
            return False
        is_proven = canceller.is_as_before or canceller.clean_for >= _HARMLESS
        is_unsteady = self._is_unsteady and not is_proven
        if self._is_relearning or self._is_untried or is_unsteady:
            return True
        reduction_db = canceller.reduction_db
        is_left = reduction_db is not None and reduction_db < WORKS_DB
        return canceller.is_warming_up or (is_left and not canceller.is_working)

    @property
    def _is_untried(self) -> bool:
        """Whether too little was played since the loudspeaker ran dry to tell what it did.

        Between two answers that may be long ago.
        """
        canceller = self._canceller
        has_run_dry = self._ran_dry_at > -float("inf")
        return (
            has_run_dry
            and canceller is not None
            and not canceller.is_as_before
            and canceller.loud_for - self._dry_loud < _SHOWN_AGAIN
        )

    def _relearns(self, at: float) -> bool:
        """Tell whether the loudspeaker ran dry and nothing proves yet that it did no harm."""
        canceller, slipped_at = self._canceller, self._far_end.slipped_at
        if canceller is None or at - slipped_at >= RELEARNING:
            return False
        if canceller.is_as_before and slipped_at <= self._ran_dry_at:
            return False
        if slipped_at - self._ran_dry_at >= RELEARNING:
            self._dry_since = canceller.loud_for
        if slipped_at > self._ran_dry_at:
            self._slips.append(slipped_at)
            self._dry_loud, self._is_shown_again = canceller.loud_for, False
        self._ran_dry_at = slipped_at
        clean_for = canceller.clean_for
        if min(canceller.loud_for - self._dry_loud, clean_for) >= _SHOWN_AGAIN:
            # Once: whoever speaks from now on is not clean either.
            self._is_shown_again = True
        return min(canceller.loud_for - self._dry_since, clean_for) < _HARMLESS

    def _comes_back_late(self, at: float, quiet: float, pcm: Pcm) -> bool:
        """Tell whether what cannot be cancelled has not died away since the last sound."""
        if not self.is_half_duplex or quiet > LONGEST_TAIL:
            return False
        if level_db(pcm) > _AUDIBLE_ROOM_DB:
            self._loud_at = at
        return self._is_audible and at - self._loud_at < _DIED_AWAY

    def _report(self) -> None:
        canceller = self._canceller
        if canceller is None:
            return
        now = EchoMeasured(
            at=time.monotonic(),
            delay=canceller.delay,
            reduction_db=canceller.reduction_db,
            works=canceller.is_working,
            half_duplex=self.is_half_duplex,
            is_warming_up=canceller.is_warming_up,
        )
        if now.works is False and not self._was_noticed:
            self._was_noticed = True
            self._emit(Noticed(at=now.at, message=NOT_CANCELLED))
        if self._is_news(now):
            self._told, self._told_at = now, now.at
            self._emit(now)

    def _is_news(self, now: EchoMeasured) -> bool:
        told = self._told
        if told is None or (told.works, told.half_duplex, told.is_warming_up) != (
            now.works,
            now.half_duplex,
            now.is_warming_up,
        ):
            return True
        if now.at - self._told_at < _TELL_EVERY:
            return False
        return _has_moved(told.delay, now.delay, _MOVED) or _has_moved(
            told.reduction_db, now.reduction_db, _MOVED_DB
        )


def _has_moved(before: float | None, now: float | None, enough: float) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) >= enough

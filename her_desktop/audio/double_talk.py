"""Somebody speaks while the assistant does: let him through whole.

The library's canceller mutes what it cannot tell from an echo, and with it every second syllable
of whoever speaks over one. Measured in simulated rooms (echo of -6 to -16 dB, three voices, 108
times): the first frame that the voice detector was sure of came 90 ms after the voice began at the
median and 421 at the 95th percentile, and half of what was said meanwhile was misunderstood. The
linear prediction alone leaves the voice as it is, and an echo behind that is 20 to 30 dB quieter
but can be heard. So the canceller's sound is passed on while only the assistant speaks, and what
the prediction leaves while somebody else does: 66 and 134 ms, and a fifth of the words.

Rule: used by the listener thread alone, through `EchoCanceller`; frames of 10 ms at 16 kHz.
"""

from __future__ import annotations

import math

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.audio.linear_echo import EchoPredictor

_TRUSTED_DB = 15.0
"""The prediction is believed where it has lately made the echo quieter by this much."""

_TRUST_RISES, _TRUST_FALLS = 0.01, 0.03
"""Shares of a frame's figure in that: won in two thirds of a second, lost in a third."""

_BEST_DB, _WORST_DB = 30.0, -5.0

_STANDS_OUT = 10.0**-0.6
"""What is left and has more than this share of the predicted echo's power is no echo."""

_AUDIBLE = 1e-5
"""Mean square (-50 dBFS) below which nothing is worth a judgement."""

_RELATED = 0.2
_RELATED_RENEWED = 0.25
"""A right prediction and what it leaves have nothing in common; a wrong one is found in both. What
is left is no voice where they correlate more than this, over the newest 40 ms."""

_LETS_THROUGH_DB = 8.0
_FLOOR_RISES_DB = 0.01
_QUIETEST_FLOOR_DB = -75.0
"""The canceller must notice something as well: it lets more through than where there is nothing."""

_STAYS = 10
"""Frames for which somebody counts as speaking after the last that showed it."""

_FADES = 0.25
"""Share of the sound given back in a frame, once nobody speaks."""


_ARRIVES = 15
_TELLING = 25
"""Frames until it can be heard what a loudspeaker that ran dry did to its echo, and how many of
audible echo tell."""

_AS_BEFORE = (0.88, 1.15)
"""How much of the prediction is found in what is heard where the echo comes as before. Measured in
simulated rooms, half of the time with a voice as loud as the echo: 0.92 to 1.14, and -0.7 to 0.84
where the echo had moved by 1 to 30 ms."""


class DoubleTalk:
    """Owns the prediction, how far it is trusted, and whether somebody speaks just now."""

    def __init__(self, canceller_delay: int) -> None:
        """Begin without trust; the canceller's frames come so many samples late."""
        self._delay = canceller_delay
        self._predictor = EchoPredictor()
        self._gain_db = 0.0
        self._floor_db = -60.0
        self._is_questioned = self._is_as_before = False
        self._asked_for = self._telling = 0
        self._agreed = self._expected = 0.0
        self.forget_sound()

    def forget_sound(self) -> None:
        """Take it that nothing has been played or heard of late."""
        self._predictor.forget_sound()
        self._late: Pcm = np.zeros((3, self._delay), np.float32)
        self._left_power = self._echo_power = self._common = 0.0
        self._speaks_for = 0
        self._share = 0.0

    def doubt(self) -> None:
        """Trust the prediction no more until it has proved itself: the echo may have moved."""
        self._predictor.doubt()
        self._gain_db = 0.0
        self._is_questioned = self._is_as_before = False

    def question(self) -> None:
        """Find out whether the echo has moved: the loudspeaker has run dry just now."""
        if not (self.is_trusted or self._is_questioned):
            self.doubt()
            return
        self._is_questioned, self._is_as_before = True, False
        self._asked_for = self._telling = 0
        self._agreed = self._expected = 0.0

    @property
    def is_trusted(self) -> bool:
        """Whether the prediction would be passed on, if somebody spoke."""
        return self._gain_db >= _TRUSTED_DB and not self._is_questioned

    @property
    def is_as_before(self) -> bool:
        """Whether it was found since the last `question` that the echo has not moved."""
        return self._is_as_before

    def clearer(self, clean: Pcm, near: Pcm, far: Pcm) -> Pcm:
        """Return a frame without the echo, with whoever speaks over it.

        `clean` is what the canceller returned for `near`, the frame of the microphone; `far` is
        the reference it was given.
        """
        late = np.concatenate((self._late, (near, *self._predictor.process(near, far))), axis=1)
        self._late = late[:, near.size :]
        heard, left, echo = late[:, : near.size]
        self._weigh(heard, left, echo, clean)
        if self._is_questioned:
            self._answer(heard, echo)
        share = 1.0 if self._speaks_for and self.is_trusted else 0.0
        before, self._share = self._share, max(share, self._share - _FADES)
        if not (before or self._share):
            return clean
        shares = np.linspace(before, self._share, near.size, endpoint=False, dtype=np.float32)
        return np.asarray(clean + shares * (left - clean), np.float32)

    def _weigh(self, heard: Pcm, left: Pcm, echo: Pcm, clean: Pcm) -> None:
        """Judge by a frame whether somebody speaks, and whether the prediction is right."""
        size = heard.size
        left_power, echo_power = float(left @ left) / size, float(echo @ echo) / size
        self._left_power += _RELATED_RENEWED * (left_power - self._left_power)
        self._echo_power += _RELATED_RENEWED * (echo_power - self._echo_power)
        self._common += _RELATED_RENEWED * (float(left @ echo) / size - self._common)
        is_related = self._common**2 > _RELATED**2 * self._left_power * self._echo_power
        is_more = left_power > max(_AUDIBLE, _STANDS_OUT * echo_power)
        clean_db = _db(float(clean @ clean) / size)
        floor_db = min(clean_db, self._floor_db + _FLOOR_RISES_DB)
        self._floor_db = max(floor_db, _QUIETEST_FLOOR_DB)
        lets_through = clean_db > self._floor_db + _LETS_THROUGH_DB
        self._speaks_for = max(0, self._speaks_for - 1)
        is_voice = is_more and not is_related and (lets_through or self._speaks_for > 0)
        if is_voice:
            self._speaks_for = _STAYS
        elif echo_power > _AUDIBLE:
            gain_db = _db(float(heard @ heard) / size) - _db(left_power)
            change = min(max(gain_db, _WORST_DB), _BEST_DB) - self._gain_db
            self._gain_db += (_TRUST_RISES if change > 0.0 else _TRUST_FALLS) * change

    def _answer(self, heard: Pcm, echo: Pcm) -> None:
        """Look for the prediction in what is heard: a voice beside it makes no difference."""
        self._asked_for += 1
        power = float(echo @ echo)
        if self._asked_for <= _ARRIVES or power <= _AUDIBLE * echo.size:
            return
        self._agreed += float(heard @ echo)
        self._expected += power
        self._telling += 1
        if self._telling < _TELLING:
            return
        least, most = _AS_BEFORE
        if least * self._expected <= self._agreed <= most * self._expected:
            self._is_questioned, self._is_as_before = False, True
        else:
            self.doubt()


def _db(power: float) -> float:
    return 10.0 * math.log10(power + 1e-9)

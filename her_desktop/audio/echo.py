"""The microphone without the loudspeaker in it, so that the assistant can listen while it speaks.

Rule: an `EchoCanceller` belongs to the listener thread; the library (WebRTC's AEC3, noise
suppression and AGC2 in pywebrtc-audio) is imported when one is made.

AEC3 finds an echo up to 0.4 s behind its reference, and cannot find one before it. The reference
is therefore asked for by instants, a little early, and where the devices' own stamps are wrong by
more than that (as wireless loudspeakers' are) the delay that was measured shifts it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from her_desktop.audio.double_talk import DoubleTalk
from her_desktop.audio.echo_check import WARM_UP, DelayFinder, EchoMeter
from her_desktop.audio.far_end import SILENT, FarEnd, Timeline
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.webrtc import open_stages

if TYPE_CHECKING:
    import pywebrtc_audio

FRAME = SAMPLE_RATE_HZ // 100
"""Samples the library works on at a time: 10 ms."""

_CANCELLER_DELAY = 128
_SUPPRESSOR_DELAY = 96
"""Samples by which the library's stages hold sound back, measured."""

_ADVANCE = 0.02
"""Seconds by which the reference runs ahead of the microphone, so that a stamp that is a little
wrong does not put the echo before it."""

_EARLIEST_ECHO, _LATEST_ECHO = 0.002, 0.3
"""Outside of these delays behind its reference the echo is brought back to `_ADVANCE`."""

_SAME_DELAY = 0.005
"""Two searches that agree within this mean it."""

_AWAKE_FRAMES = 150
"""Frames after the last sound played in which an echo may still be under way."""

_WATCHED_FRAMES = 100
_CREDIBLE_LACK = 0.15
"""How long it is watched whether the reference comes in time, and how much may be missing: in
its first second a stream's stamps may be wrong by more than a second.

A loudspeaker's callback that is late for once is waited for as long: without it there is a hole in
the reference, and what was played there comes back whole. Measured: 50 ms of it pass for speech."""

_LEARNING_FRAMES = 4
"""Frames of the past shown to the canceller when it wakes: they flush what it holds back."""

_HUSH = np.random.default_rng(1).uniform(-1e-7, 1e-7, (2, FRAME)).astype(np.float32)
"""Noise at -140 dBFS for both inputs. After exact silence the library's filters decay into
denormal numbers, and a frame was measured to cost 1.2 ms instead of 0.06."""

_NOTHING: Pcm = np.zeros(1, np.float32)


@dataclass(frozen=True)
class EchoOptions:
    """What is done to the microphone's sound; all False leaves it alone (headphones)."""

    cancel_echo: bool = True
    suppress_noise: bool = False
    automatic_gain: bool = False


class EchoCanceller:
    """Owns the library's state, the alignment of both streams and the measurements.

    Everything is called by the listener. While nothing has been played for 1.5 s the library
    rests and the sound is passed on untouched and at once: nobody waits for an echo canceller
    where there is no echo.
    """

    def __init__(self, far_end: FarEnd, options: EchoOptions | None = None) -> None:
        """Load the library; `far_end` is what the loudspeaker's callback writes to.

        Raises SoundError with a sentence for the user where the library cannot be loaded.
        """
        self._far_end = far_end
        self._options = EchoOptions() if options is None else options
        self._aec, self._polish = open_stages(self._options)
        # What cleans behind it wants whole frames, always as late.
        self._hurries = self._polish is None
        self._finder: DelayFinder
        self._meter: EchoMeter
        self._double_talk: DoubleTalk
        self._trail: float | None
        self._moved: float | None
        self.reset()

    def reset(self) -> None:
        """Forget everything heard: the next sound is of a new stream, in or out."""
        self._near = Timeline(SAMPLE_RATE_HZ)
        self._pending: Pcm = np.zeros(0, np.float32)
        self._tail: Pcm = np.zeros(_CANCELLER_DELAY, np.float32)
        self._past: deque[Pcm] = deque(maxlen=_LEARNING_FRAMES)
        self._awake_frames = 0
        self._share = 0.0
        self._far_until = -np.inf
        self._missing: list[float] = []
        self._watched_until = 0
        self._is_watched = False
        if self._polish is not None:
            self._polish.reset()
        self._meter = EchoMeter()
        self._realigned = False
        self._slipped_at = self._far_end.slipped_at
        self._align(_ADVANCE)

    def process(self, pcm: Pcm, at: float) -> Pcm:
        """Return the next of the sound (16 kHz, blocks of any size) without the echo.

        `at` is the instant of the first sample given. What is returned joins what was returned
        before without a seam, and ends `delay_added` before the end of what was given: it is not
        always as much as that, since sound is held back only while there may be an echo.
        """
        if self._aec is None and self._polish is None:
            return pcm
        # A stream's first block is filled up to a frame from the front, where nothing was heard:
        # a resampler's first output is short, and everything after it would wait for that.
        fill = 0 if self._near.end else -pcm.size % FRAME
        self._pending = np.concatenate(
            (self._pending, np.zeros(fill), pcm), dtype=np.float32, casting="same_kind"
        )
        if self._near.append(self._far_end.time_at(at), pcm.size):
            self._missing.clear()
            self._learn()
        if self._slipped_at != self._far_end.slipped_at:
            self._slipped_at = self._far_end.slipped_at
            self._double_talk.question()
        frames = self._pending.size // FRAME
        first = self._near.end - self._pending.size
        if frames > 1 and self._may_sleep_through(first):
            return self._asleep(frames)[fill:]
        frames = self._told(first, frames)
        pieces = [
            self._frame(self._pending[start : start + FRAME], first + start)
            for start in range(0, frames * FRAME, FRAME)
        ]
        self._pending = self._pending[frames * FRAME :]
        return np.concatenate(pieces)[fill:] if pieces else self._pending[:0]

    @property
    def is_resting(self) -> bool:
        """Whether nothing has been played of late: sound may come in larger blocks meanwhile."""
        return self._polish is None and (
            self._aec is None or (self._is_watched and not self._awake_frames)
        )

    @property
    def delay_added(self) -> float:
        """Seconds by which the end of what came out trails the end of what went in."""
        samples = self._pending.size
        if self._aec is not None and not (self._hurries and not self._awake_frames):
            samples += _CANCELLER_DELAY
        samples += _SUPPRESSOR_DELAY if self._options.suppress_noise else 0
        return samples / SAMPLE_RATE_HZ

    @property
    def cancels(self) -> bool:
        """Whether an echo is removed at all."""
        return self._aec is not None

    @property
    def delay(self) -> float | None:
        """Seconds from the instant the device claimed for a sound to its echo, None if unknown.

        The way through the air is in it, and whatever the devices do not own up to.
        """
        return None if self._trail is None else self._trail - self._advance + self._near.offset

    @property
    def reduction_db(self) -> float | None:
        """By how much the echo was made quieter of late; None where none was heard."""
        return self._meter.reduction_db

    @property
    def is_working(self) -> bool | None:
        """Whether the echo is cancelled, by `EchoMeter`'s rule; None while that is unknown."""
        return self._meter.is_working

    @property
    def hears_none(self) -> bool:
        """Whether it seems that nothing of what is played comes back, as with headphones."""
        return self._meter.hears_none

    @property
    def surely_hears_none(self) -> bool:
        """Whether that has lasted for so long that it is beyond doubt."""
        return self._meter.surely_hears_none

    @property
    def loud_for(self) -> float:
        """Seconds of loud playback so far."""
        return self._meter.far_loud

    @property
    def clean_for(self) -> float:
        """Seconds of loud playback, the newest, that left nothing behind that could be heard."""
        return self._meter.clean_for

    @property
    def is_as_before(self) -> bool:
        """Whether it is known that the echo has not moved since the loudspeaker last ran dry."""
        return self._double_talk.is_as_before

    @property
    def is_warming_up(self) -> bool:
        """Whether the canceller learns the room, and some echo may come through.

        So it is in a new stream, and after the echo has moved, until the echo is known
        to have been removed (`EchoMeter.is_proven`), for two seconds of loud playback at most.
        """
        if self._aec is None or self._meter.is_proven:
            return False
        return self._meter.far_loud < self._learning_since + WARM_UP

    # --- one frame -----------------------------------------------------------------------------

    def _may_sleep_through(self, first: int) -> bool:
        """Tell whether nothing was played that the sound from that sample on could hold."""
        return self.is_resting and self._far_end.is_silent_since(
            self._near.at(first) + self._advance
        )

    def _told(self, first: int, frames: int) -> int:
        """Return how many of the frames from a sample on need not wait for their reference."""
        if self._aec is None:
            return frames
        last, known_until = first + frames * FRAME, self._far_end.until
        newest = max(first, self._watched_until) + FRAME
        if newest <= last:
            self._watched_until = last
            self._watch(self._near.at(newest) + self._advance - known_until, known_until)
        lack = self._near.at(last) + self._advance - known_until
        if not (self._is_watched and self._awake_frames):
            return frames
        if not 0.0 < lack < _CREDIBLE_LACK:
            return frames
        return max(0, frames - math.ceil(lack * SAMPLE_RATE_HZ / FRAME))

    def _asleep(self, frames: int) -> Pcm:
        """Pass so many whole frames on at once; what was heard last is kept in mind."""
        late = np.concatenate((self._tail, self._pending[: frames * FRAME]))
        passed, self._pending = late[_CANCELLER_DELAY:], self._pending[frames * FRAME :]
        if self._aec is not None:
            self._tail = late[-_CANCELLER_DELAY:]
            self._past.extend(passed[-_LEARNING_FRAMES * FRAME :].reshape(-1, FRAME))
            if self._meter.add(passed, passed, _NOTHING):
                self._meter.judge(None)
        return passed

    def _frame(self, near: Pcm, first: int) -> Pcm:
        if not np.isfinite(near).all():
            # One such sample would stay in the library's filters for ever.
            near = np.zeros(FRAME, np.float32)
        clean = near if self._aec is None else self._without_echo(self._aec, near, first)
        return clean if self._polish is None else self._polish.process(clean)

    def _without_echo(self, aec: pywebrtc_audio.EchoCanceller, near: Pcm, first: int) -> Pcm:
        far = self._reference(first)
        late = np.concatenate((self._tail, near))
        plain = late[:FRAME]
        self._tail = late[FRAME:]
        was_awake = self._awake_frames > 0
        if far.any() and float(np.abs(far).max()) > SILENT:
            self._awake_frames = _AWAKE_FRAMES
        else:
            self._awake_frames = max(0, self._awake_frames - 1)
        is_awake = self._awake_frames > 0
        if not (was_awake or is_awake):
            self._past.append(near)
            self._measure(plain, plain, far)
            return near if self._hurries else plain
        if not was_awake:
            for past in self._past:
                aec.process(past + _HUSH[0], _HUSH[1])
            self._double_talk.forget_sound()
            self._share = 0.0
        self._past.append(near)
        clean = aec.process(near + _HUSH[0], far + _HUSH[1])
        clean = self._double_talk.clearer(clean, near, far)
        self._measure(plain, clean, far)
        return self._joined(late, clean, was_awake=was_awake, is_awake=is_awake)

    def _joined(self, late: Pcm, clean: Pcm, *, was_awake: bool, is_awake: bool) -> Pcm:
        """Return the frame without a seam or a gap where the library wakes or comes to rest.

        `late` is the sound as it is from where `clean` begins, and goes on beyond that. Waking,
        its first samples are those that were passed on already, in no time; coming to rest, what
        was held back is passed on at once.
        """
        plain = late[:FRAME]
        if not was_awake:
            # Nothing can be heard of what is only now being played.
            return plain[_CANCELLER_DELAY:] if self._hurries else plain
        # Where nothing comes back there is nothing to remove, and the library would quieten
        # whoever speaks meanwhile: measured, by so much that a second passed before he was heard.
        share, self._share = self._share, 1.0 if is_awake and not self.hears_none else 0.0
        if share != 1.0 or self._share != 1.0:
            shares = np.linspace(share, self._share, FRAME, endpoint=False, dtype=np.float32)
            clean = plain + shares * (clean - plain)
        if is_awake or not self._hurries:
            return clean
        return np.concatenate((clean, late[FRAME:]))

    def _reference(self, first: int) -> Pcm:
        """Return what was played when the frame beginning at that sample was heard, or sooner."""
        begin, end = self._near.at(first), self._near.at(first + FRAME)
        return self._far_end.between(begin + self._advance, end + self._advance, FRAME)

    def _watch(self, missing: float, known_until: float) -> None:
        """Take note of how much of a frame's reference was missing as the frame came."""
        if known_until > self._far_until and abs(missing) < _CREDIBLE_LACK:
            self._missing.append(missing)
        self._far_until = known_until
        if len(self._missing) == _WATCHED_FRAMES:
            self._hold_back()

    def _hold_back(self) -> None:
        """Ask for the reference later, where the loudspeaker is told late what it will play."""
        # Three quarters: a loudspeaker that stood still for a moment is no reason.
        lack = sorted(self._missing)[3 * _WATCHED_FRAMES // 4]
        self._missing.clear()
        self._is_watched = True
        if lack > 0.0:
            self._advance -= lack
            self._double_talk.doubt()
            self._trail = None if self._trail is None else self._trail - lack
            # What it holds of both sides lies otherwise to each other from now on.
            self._moved, self._finder = None, DelayFinder()

    # --- alignment and measurement -------------------------------------------------------------

    def _measure(self, near: Pcm, clean: Pcm, far: Pcm) -> None:
        if self._awake_frames:
            self._finder.add(near, clean, far)
        if not self._meter.add(near, clean, far):
            return
        found = self._finder.search() if self._awake_frames else None
        self._meter.judge(found, was_searched=self._finder.is_ready)
        if found is None:
            return
        trail, before = found.trail - _CANCELLER_DELAY / SAMPLE_RATE_HZ, self._trail
        is_sure = before is not None and abs(trail - before) <= _SAME_DELAY
        if before is not None and not is_sure:
            is_moved = self._moved is not None and abs(trail - self._moved) <= _SAME_DELAY
            self._moved = trail
            if not is_moved:
                return  # once is by chance
            # Sound was lost on its way, and the canceller has to find its echo again.
            self._learn()
        self._trail, self._moved = trail, None
        is_reachable = _EARLIEST_ECHO <= trail <= _LATEST_ECHO
        # Not over and over, where what would be needed is not there yet when it is asked for.
        may_realign = not (self._realigned and self.is_warming_up)
        if is_sure and not is_reachable and may_realign:
            self._realigned = True
            self._align(self._advance - trail + _ADVANCE)

    def _learn(self) -> None:
        """Believe in nothing that was measured before: the echo comes another way."""
        self._learning_since = self._meter.far_loud
        self._meter.forget_proof()
        self._double_talk.doubt()

    def _align(self, advance: float) -> None:
        """Let the reference run ahead by `advance`, and learn the room anew."""
        self._advance = advance
        self._trail = self._moved = None
        self._finder = DelayFinder()
        self._double_talk = DoubleTalk(_CANCELLER_DELAY)
        self._learn()
        if self._aec is not None:
            self._aec.stream_delay_ms = round(1000.0 * _ADVANCE)
            self._aec.reset()

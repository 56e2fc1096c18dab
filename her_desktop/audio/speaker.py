"""The loudspeaker: a PortAudio output stream that plays what its buffer holds, else silence.

Rule: the callback copies and returns. Opening and closing belong to one thread (PortAudio may take
its time) and playing to another, the hub; neither waits for the other. Without a device
everything goes on, unheard.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from her_desktop.audio.devices import Direction
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import Pcm
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.resample import Resampler, warm_up
from her_desktop.audio.stream import (
    BLOCK,
    OpenStream,
    close_stream,
    open_stream,
    samples,
    start_stream,
)

_UNOPENED_RATE_HZ = 48_000

_RESTS_AFTER = round(3.0 / BLOCK)
"""Silent blocks after which the callback may rest: nobody waits for an echo by then."""


class Speaker:
    """Owns the one output stream, the buffer behind it, and a resampler for each turn that sounds.

    `open` and `close` are called by one thread, `play`, `finish` and `stop` by the hub.
    """

    def __init__(
        self,
        on_started: Callable[[int, float], None],
        on_finished: Callable[[int, float], None],
        far_end: FarEnd | None = None,
    ) -> None:
        """Prepare; the callables are told (turn, audible_at) and (turn, seconds played).

        They are called by the device's callback or by the caller of `finish` and `close`, and
        must only put something into a queue. `far_end` is given a copy of all that is played.
        """
        self._far_end = far_end or FarEnd()
        self._buffer = PlaybackBuffer(_UNOPENED_RATE_HZ, on_started, on_finished)
        self._resamplers: dict[int, tuple[int, Resampler]] = {}
        self._opened: OpenStream | None = None
        self._opening = 0
        self._is_playing = False
        self._lock = threading.Lock()
        self._last_block_at = 0.0
        self._underflows = 0
        self._silent_blocks = 0

    def open(self, name: str) -> None:
        """Open the device of that name, "" for the system's default, and keep it fed.

        A stream that was open is closed first. What was queued when the last one was released is
        played on, unless the new one runs at another rate. Raises SoundError (NoDevice,
        DeviceBusy, DeviceFailed) with a sentence for the user; then nothing is queued any more.
        """
        if self._opened is not None:
            self.close()
        self._opening += 1
        try:
            opened = open_stream(Direction.OUTPUT, name, partial(self._on_block, self._opening))
            with self._lock:
                if not self._is_playing or opened.sample_rate_hz != self._buffer.sample_rate_hz:
                    self._resamplers.clear()
                    self._is_playing = False
            if not self._is_playing:
                self._buffer.abandon(opened.sample_rate_hz)
            self._silent_blocks = 0
            # Before the first callback, which needs the clock.
            self._opened = opened
            start_stream(opened, Direction.OUTPUT)
            warm_up()
        except BaseException:
            self._opened = None
            self.close()
            raise
        with self._lock:
            self._is_playing = True

    def close(self) -> None:
        """Release the device; what was queued is lost, and nobody waits for it any more."""
        # Before PortAudio is asked, which may hang on a device that is gone.
        self.give_up()
        self.release()

    def give_up(self) -> None:
        """Drop what is queued, and let nobody wait for it; any thread, and without PortAudio."""
        with self._lock:
            self._is_playing = False
            self._resamplers.clear()
        self._buffer.abandon()

    def release(self) -> None:
        """Release the device for a moment: what is queued waits for the next `open`.

        It is `close` that must follow where no device is to be opened soon.
        """
        opened, self._opened = self._opened, None
        if opened is not None:
            close_stream(opened)

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        """Put sound behind what is queued for this turn; it is dropped where no device is open."""
        with self._lock:
            if self._is_playing:
                self._convert(turn, pcm, sample_rate_hz)
        self._wake()

    def finish(self, turn: int) -> None:
        """No more sound comes for this turn: `on_finished` follows once all of it was played."""
        with self._lock:
            is_playing = self._is_playing
            self._flush(turn)
            self._buffer.finish(turn)
        if not is_playing:
            self._buffer.abandon()
        self._wake()

    def hold(self, turn: int) -> float:
        """Silence this turn within one block, for a moment; return the seconds of it played."""
        played = self._buffer.hold(turn)
        self._wake()
        return played

    def resume(self, turn: int) -> None:
        """Let a held turn go on from a little before where it was."""
        self._buffer.resume(turn)
        self._wake()

    def stop(self, turn: int) -> float:
        """Silence this turn within one block; return how many seconds of it were played."""
        with self._lock:
            self._resamplers.pop(turn, None)
            return self._buffer.stop(turn)

    @property
    def is_open(self) -> bool:
        """Whether a device is open; whether it plays is told by `last_block_at`."""
        return self._opened is not None

    @property
    def name(self) -> str:
        """The device in use, "" where none is."""
        opened = self._opened
        return opened.device.name if opened else ""

    @property
    def is_wanted(self) -> bool:
        """Whether the device in use is the one asked for; False where it only stands in."""
        opened = self._opened
        return opened is None or opened.is_wanted

    @property
    def sample_rate_hz(self) -> int:
        """The rate the device is fed at, 0 where none is open."""
        opened = self._opened
        return opened.sample_rate_hz if opened else 0

    @property
    def latency(self) -> float:
        """What PortAudio promised for the way from the callback to the device."""
        opened = self._opened
        return opened.latency if opened else 0.0

    @property
    def last_block_at(self) -> float:
        """When the device last asked for sound, on time.monotonic; 0 before it ever did."""
        return self._last_block_at

    @property
    def underflows(self) -> int:
        """How often the device has run dry because the callback came too late."""
        return self._underflows

    @property
    def starved(self) -> int:
        """How often a turn ran out of sound in its middle."""
        return self._buffer.starved

    def _convert(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        rate, resampler = self._resamplers.get(turn, (0, None))
        if resampler is None or rate != sample_rate_hz:
            self._flush(turn)
            resampler = Resampler(sample_rate_hz, self._buffer.sample_rate_hz)
            self._resamplers[turn] = sample_rate_hz, resampler
        self._buffer.play(turn, resampler.process(pcm))

    def _flush(self, turn: int) -> None:
        _, resampler = self._resamplers.pop(turn, (0, None))
        if resampler is not None:
            self._buffer.play(turn, resampler.process(np.zeros(0, np.float32), last=True))

    # --- the device's callback -----------------------------------------------------------------

    def _on_block(self, opening: int, out: Any, frames: int, times: Any, status: Any) -> None:
        now = time.monotonic()
        opened = self._opened
        # A stream that hangs while it is closed may still call, next to the one after it.
        if opened is None or opening != self._opening:
            out[:] = bytes(len(out))
            return
        self._last_block_at = now
        # Silence that was played without this being called, while there was nothing to play.
        before = opened.callback.take_untold()
        opened.clock.skip(before)
        at = opened.clock.stamp(frames, now, times.currentTime, times.outputBufferDacTime)
        ran_dry = bool(status and status.output_underflow)
        self._underflows += ran_dry
        rate = opened.sample_rate_hz
        # The stream runs all day, and is silent for nearly all of it.
        is_silent = self._buffer.is_silent
        self._silent_blocks = self._silent_blocks + 1 if is_silent else 0
        silent = before + frames * is_silent
        if silent:
            self._far_end.write_silence(silent, at - before / rate, rate)
        if is_silent:
            out[:] = bytes(len(out))
        else:
            channels = samples(out, frames)
            # Where the device has just run dry, its clock may be behind: what is handed over now
            # is not heard before.
            self._buffer.render(channels[:, 0], max(at, now))
            channels[:, 1:] = channels[:, :1]
            self._far_end.write(channels[:, 0], at, rate)
        if ran_dry:
            self._far_end.slip(now)
        if self._silent_blocks > _RESTS_AFTER:
            opened.callback.rest()
            # Between that question and this rest something may have been queued.
            if not self._buffer.is_silent:
                opened.callback.wake()

    def _wake(self) -> None:
        """Have the callback asked for the next block, as there is something to play or to end."""
        if opened := self._opened:
            opened.callback.wake()

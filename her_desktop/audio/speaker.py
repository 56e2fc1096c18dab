"""The loudspeaker: a PortAudio output stream that plays what its buffer holds, else silence.

Rule: opening, resting and closing belong to one thread (PortAudio may take its time), playing to
another, the hub, and looking after what was played to a third; none waits for another. Without a
device everything goes on, unheard.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from her_desktop.audio.devices import Direction
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import Pcm
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.player import PlayedBlock, Player, open_playing
from her_desktop.audio.resample import Resampler, warm_up
from her_desktop.audio.stream import OpenStream, close_stream, open_stream, start_stream

_LOOK_EVERY = 0.02
"""Seconds between two looks at what was played: a turn's start is told before it is heard."""


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

        They are called by any thread and must only put something into a queue. `far_end` is
        given a copy of all that is played, as soon as it asks.
        """
        self._far_end = far_end or FarEnd()
        self._buffer = PlaybackBuffer(on_started, on_finished)
        self._far_end.ask = self._buffer.catch_up
        self._resamplers: dict[int, tuple[int, Resampler]] = {}
        self._opened: OpenStream[Player] | None = None
        self._is_playing = False
        self._lock = threading.Lock()
        self._underflows = 0
        self._woken = threading.Event()
        self._is_resting = False
        self._used_at = -float("inf")
        self.on_needed: Callable[[], None] = lambda: None
        """Has a device that rests roused soon; called by any thread."""

    def open(self, name: str) -> None:
        """Open the device of that name, "" for the system's default, and keep it fed.

        A stream that was open is closed first. What was queued when the last one was released is
        played on, unless the new one runs at another rate. Raises SoundError (NoDevice,
        DeviceBusy, DeviceFailed) with a sentence for the user; then nothing is queued any more.
        """
        if self._opened is not None:
            self.close()
        try:
            opened = open_stream(Direction.OUTPUT, name, open_playing)
            with self._lock:
                is_kept = self._is_playing and opened.sample_rate_hz == self._buffer.sample_rate_hz
                if not is_kept:
                    self._resamplers.clear()
                    self._is_playing = False
            if not is_kept:
                self._buffer.abandon()
            self._opened = opened
            self._buffer.attach(opened.side, opened.sample_rate_hz, partial(self._note, opened))
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
        self._is_resting = False
        self._buffer.detach()
        if opened is not None:
            close_stream(opened)

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        """Put sound behind what is queued for this turn; it is dropped where no device is open."""
        with self._lock:
            if self._is_playing:
                self._convert(turn, pcm, sample_rate_hz)
        self.wake()
        self.need()

    def finish(self, turn: int) -> None:
        """No more sound comes for this turn: `on_finished` follows once all of it was played."""
        with self._lock:
            is_playing = self._is_playing
            self._flush(turn)
            self._buffer.finish(turn)
        if not is_playing:
            self._buffer.abandon()
        self.wake()
        self.need()

    def hold(self, turn: int) -> float:
        """Silence this turn within one block, for a moment; return the seconds of it played."""
        return self._buffer.hold(turn)

    def resume(self, turn: int) -> None:
        """Let a held turn go on from a little before where it was."""
        self._buffer.resume(turn)
        self.wake()

    def stop(self, turn: int) -> float:
        """Silence this turn within one block; return how many seconds of it were played."""
        with self._lock:
            self._resamplers.pop(turn, None)
            return self._buffer.stop(turn)

    def rest(self) -> None:
        """Let the device stand still until `rouse`, unless there is something to play.

        A stream that plays silence costs a hundredth of a core, keeps the sound card awake and a
        wireless headset's battery busy.
        """
        opened = self._opened
        if opened is None or self._is_resting:
            return
        # In this order: what is queued from here on finds it resting, and has it roused.
        self._is_resting = True
        if self._buffer.is_empty:
            opened.stream.abort()
        else:
            self._is_resting = False

    def rouse(self) -> None:
        """Have a device that rests take sound again; nothing where it does not.

        Raises SoundError with a sentence for the user; then it is closed, and what is queued waits
        for the next `open`.
        """
        opened = self._opened
        if opened is None or not self._is_resting:
            return
        self._buffer.catch_up()
        opened.clock.restart()
        # Where its echo is now remains to be heard.
        self._far_end.slip(time.monotonic())
        self._is_resting = False
        try:
            start_stream(opened, Direction.OUTPUT)
        except BaseException:
            # Unless it hung for so long that another has been opened beside it.
            if self._opened is opened:
                self._opened = None
                self.release()
            raise

    def need(self) -> None:
        """Tell that there is, or soon will be, something to play. Any thread."""
        self._used_at = time.monotonic()
        if self._is_resting:
            self.on_needed()

    def attend(self) -> None:
        """Take account of what was played, and hand over more; one thread, over and over.

        Waits beforehand: for something to play, and while there is, for a fiftieth of a second.
        """
        self._woken.wait(None if self._buffer.is_empty else _LOOK_EVERY)
        self._woken.clear()
        self._buffer.catch_up()

    def wake(self) -> None:
        """End the waiting of `attend`; any thread."""
        self._woken.set()

    @property
    def is_open(self) -> bool:
        """Whether a device is open; whether it plays is told by `last_block_at`."""
        return self._opened is not None

    @property
    def is_resting(self) -> bool:
        """Whether the device is open and stands still."""
        return self._is_resting

    @property
    def used_at(self) -> float:
        """When there was last something to play, or soon to be, on time.monotonic."""
        return self._used_at if self._buffer.is_empty else time.monotonic()

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
        opened = self._opened
        return opened.side.asked_at if opened else 0.0

    @property
    def underflows(self) -> int:
        """How often the device has run dry because the callback came too late."""
        self._buffer.catch_up()
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

    # --- what was played -----------------------------------------------------------------------

    def _note(self, opened: OpenStream[Player], block: PlayedBlock) -> float:
        """Take note of a block and return its instant; under the buffer's lock."""
        rate = opened.sample_rate_hz
        opened.clock.skip(block.silence)
        at = opened.clock.stamp(block.frames, block.now, block.stream_now, block.dac_at)
        is_silent = not block.pcm.size
        if silent := block.silence + block.frames * is_silent:
            self._far_end.write_silence(silent, at - block.silence / rate, rate)
        if not is_silent:
            self._far_end.write(block.pcm, at, rate)
        if block.ran_dry:
            self._underflows += 1
            self._far_end.slip(block.now)
        # Where the device has just run dry, its clock may be behind: what is handed over now is
        # not heard before.
        return max(at, block.now)

"""How a PortAudio stream is opened, and how its instants are brought onto our clock.

Rule: opening and closing happen on one thread, which is not the window's: PortAudio may take its
time or hang. A `StreamClock` belongs to whoever takes that stream's blocks, one thread at a time.

Blocks are 10 ms. Measured through PulseAudio on two cores: 5 ms would answer 20 ms sooner and
stands moderate load, but ran dry 42 times in 8 s under heavy load, against once for 10 ms;
PortAudio's own choice (2 ms there) starved even at rest. The latency asked for is 'low';
sounddevice's default is 'high'.

Callbacks are called a hundred times a second all day long, and each finds the processor's caches
cold: they are native, and call Python only where there is something to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from her_desktop.audio.devices import (
    FORMAT_REFUSED,
    DeviceInfo,
    Direction,
    explain,
    find_device,
    portaudio,
    portaudio_code,
)
from her_desktop.audio.format import Pcm

BLOCK = 0.01
"""Seconds of sound in a block."""

_SERVER_RATE_HZ = 48_000

_SETTLING = 1.5
"""Seconds of a stream in which its stamps are not believed: a sound server that is still finding
its pace was seen to be wrong by anything up to 1.6 s for the first second."""

_CREDIBLE_LATENCY = 0.3
"""Longer delays are not believed later either; wireless headphones stay below."""

_JITTER = 0.04
"""A stamp within this of the expected one is the same clock, seen unsteadily."""

_SLIPPED_AFTER, _SLIPPED_STAMPS = 0.2, 3
"""Seconds of stamps that all disagree, and how many at least, before the clock moves to them: sound
was lost."""

_AVERAGED_BLOCKS = 32
"""How many blocks' deviations are averaged: a third of a second."""

_OFFSET_CREEP = 1e-3
"""Seconds a second by which the offset may rise again, so that clocks may drift apart slowly."""


class StreamClock:
    """Owns the place of one stream's samples on `time.monotonic`.

    A device's own stamps jump by milliseconds from block to block, its samples do not: instants
    are counted in samples, and only steered by the stamps.
    """

    def __init__(self, sample_rate_hz: int, latency: float) -> None:
        """Begin unanchored; `latency` (negative for input) stands in for a senseless stamp."""
        self._rate = sample_rate_hz
        self._latency = self._distance = latency
        self._begin()

    def restart(self) -> None:
        """Begin anew: the stream stood still. What its latency was stands in for it at first."""
        self._latency = self._distance
        self._begin()

    def _begin(self) -> None:
        self._offset: float | None = None
        self._next_at: float | None = None
        self._disagreed = 0.0
        self._disagreeing = 0
        self._averaged = 1
        self._elapsed = 0.0
        self._stamped_at = 0.0
        self._skipped = 0.0

    def stamp(self, frames: int, now: float, stream_now: float, stream_at: float) -> float:
        """Return the instant of the block's first sample at the device.

        `now` is time.monotonic in the callback; `stream_now` and `stream_at` are PortAudio's
        `currentTime` and `inputBufferAdcTime` or `outputBufferDacTime`, on a clock of its own.
        """
        seen_at = self._seen_at(now, stream_now, stream_at)
        duration = frames / self._rate
        self._elapsed += duration
        expected = self._next_at
        if expected is None:
            at = self._move_to(seen_at)
        elif abs(seen_at - expected) <= _JITTER:
            self._disagreed, self._disagreeing = 0.0, 0
            self._averaged = min(self._averaged + 1, _AVERAGED_BLOCKS)
            at = expected + (seen_at - expected) / self._averaged
        else:
            self._disagreed += duration + self._skipped
            self._disagreeing += 1
            has_slipped = self._disagreed >= _SLIPPED_AFTER and self._disagreeing >= _SLIPPED_STAMPS
            at = self._move_to(seen_at) if has_slipped else expected
        self._skipped = 0.0
        self._next_at = at + duration
        return at

    def skip(self, frames: int) -> None:
        """Count samples for which no stamp is looked at; the next is that of the block after."""
        duration = frames / self._rate
        self._elapsed += duration
        self._skipped += duration
        if self._next_at is not None:
            self._next_at += duration

    def _move_to(self, seen_at: float) -> float:
        self._disagreed, self._disagreeing = 0.0, 0
        self._averaged = 1
        return seen_at

    def _seen_at(self, now: float, stream_now: float, stream_at: float) -> float:
        # A callback may have waited for the interpreter between the two readings of the clock:
        # the least difference seen is the true one.
        offset = now - stream_now
        if self._offset is not None:
            creep = _OFFSET_CREEP * (self._elapsed - self._stamped_at)
            offset = min(offset, self._offset + creep)
        self._offset = offset
        self._stamped_at = self._elapsed
        ahead = stream_at - stream_now
        # What is heard has happened, what is played is to come.
        distance = -ahead if self._latency < 0.0 else ahead
        settled = self._elapsed > _SETTLING
        if not settled or stream_at <= 0.0 or not 0.0 <= distance <= _CREDIBLE_LATENCY:
            ahead = self._latency
        else:
            self._distance += (ahead - self._distance) / _AVERAGED_BLOCKS
        return stream_now + offset + ahead


Side = TypeVar("Side")
"""Our end of a stream: what PortAudio calls, and what can be asked of it."""


@dataclass(frozen=True)
class OpenStream(Generic[Side]):
    """A PortAudio stream that is open and not yet started; `latency` is what it promised.

    `is_wanted` is False where the device only stands in for an absent one. `block` is how many
    frames PortAudio has each time it calls.
    """

    stream: Any
    side: Side
    block: int
    device: DeviceInfo
    is_wanted: bool
    sample_rate_hz: int
    latency: float
    clock: StreamClock


def open_stream(
    direction: Direction, name: str, make: Callable[..., tuple[Any, Side]]
) -> OpenStream[Side]:
    """Open the device of that name ("" for the system's default) at a rate and layout it accepts.

    `make(sounddevice, **options)` returns a raw stream and our end of it.
    Raises SoundError with a sentence for the user.
    """
    sounddevice = portaudio()
    found = find_device(direction, name)
    is_input = direction is Direction.INPUT
    refusal: Exception | None = None
    for channels, rate in _layouts(found.info, direction):
        block = round(rate * BLOCK)
        try:
            stream, side = make(
                sounddevice,
                samplerate=rate,
                blocksize=block,
                device=found.index,
                channels=channels,
                dtype="float32",
                latency="low",
            )
        except sounddevice.PortAudioError as error:
            if portaudio_code(error) not in FORMAT_REFUSED:
                raise explain(error, direction) from error
            refusal = error
            continue
        latency = float(stream.latency)
        clock = StreamClock(rate, -latency if is_input else latency)
        return OpenStream(stream, side, block, found.info, found.is_wanted, rate, latency, clock)
    raise explain(refusal or ValueError("no layout"), direction) from refusal


def samples(data: Any, frames: int) -> Pcm:
    """Return a callback's buffer as an array of shape (frames, channels), without copying it."""
    return np.frombuffer(data, np.float32).reshape(frames, -1)


def start_stream(opened: OpenStream[Side], direction: Direction) -> None:
    """Let the callbacks begin; raises SoundError and closes the stream where they cannot."""
    try:
        opened.stream.start()
    except portaudio().PortAudioError as error:
        opened.stream.close()
        raise explain(error, direction) from error


def close_stream(opened: OpenStream[Side]) -> None:
    """End the callbacks and close, whatever state the device is in. May take its time."""
    # Aborting first: closing alone waits for what is still buffered, and for ever on some systems.
    opened.stream.abort()
    opened.stream.close()


def _layouts(info: DeviceInfo, direction: Direction) -> list[tuple[int, int]]:
    """Return the pairs of channel count and rate to try, the likeliest first."""
    counts: tuple[int, ...]
    rates: tuple[int, ...]
    if direction is Direction.INPUT:
        # The one channel a voice needs; where only all of them can be had, the first is it.
        counts = (1, info.channels)
    else:
        counts = (min(2, info.channels), info.channels, 1)
    rates = (info.sample_rate_hz,)
    if info.host_api == "ALSA":
        # There PortAudio says 44,100 of whatever accepts it. Sound servers run at 48,000, and
        # would convert, which costs latency and starves under load.
        rates = (_SERVER_RATE_HZ, info.sample_rate_hz)
    return [(count, rate) for count in dict.fromkeys(counts) for rate in dict.fromkeys(rates)]

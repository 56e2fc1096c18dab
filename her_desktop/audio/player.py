"""What the device plays next, and what it has played: the loudspeaker's end of the buffer.

PortAudio's callback takes its sound from here. Native, it waits for no interpreter: a Python
callback was measured to be 20 to 70 ms late while models load or speak, and the device ran dry.
Where nothing could be compiled the same is done in Python.

Rule: the callback plays; `append`, `cut` and `take` are called by whoever holds the buffer's lock,
`asked_at` and `has_news` by any thread.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.audio.native import native_library

FADE = 0.005
"""Seconds in which sound that is cut dies away: long enough not to click, too short to hear."""

_AHEAD = 2.0
"""Seconds of sound handed over at most."""

_BLOCKS = 512
"""Blocks that are remembered until somebody takes them: five seconds; silence is only one."""


@dataclass(frozen=True)
class PlayedBlock:
    """What the device was given when it asked, and when that was.

    `now` is time.monotonic; `stream_now` and `dac_at` are PortAudio's two times. `silence` frames
    went before it unsaid. Its own `frames` begin with `tail` of something that dies away, then
    come `played` samples of those handed over, of which `position` had gone before, then silence.
    `pcm` is all of it, empty where it is silent.
    """

    now: float
    stream_now: float
    dac_at: float
    ran_dry: bool
    silence: int
    frames: int
    position: int
    tail: int
    played: int
    pcm: Pcm = field(repr=False)


class Player(Protocol):
    """Plays the samples handed over, in their order, and silence where there are none."""

    @property
    def has_news(self) -> bool:
        """Whether `take` would return anything."""
        ...

    @property
    def asked_at(self) -> float:
        """When the device last asked for sound, on time.monotonic; 0 before it ever did."""
        ...

    def append(self, pcm: Pcm) -> int:
        """Put samples behind those that are coming; return how many there was room for."""
        ...

    def cut(self, position: int) -> None:
        """Drop what is coming from that sample on, counted from the first handed over.

        Where that has begun to sound it is dropped from the next block on, and dies away.
        """
        ...

    def take(self) -> list[PlayedBlock]:
        """Return what was played since the last call, oldest first."""
        ...


class PlainPlayer:
    """Owns the samples that are coming; the callback is Python, and waits for the interpreter."""

    def __init__(self, channels: int, sample_rate_hz: int) -> None:
        """Begin with silence, for a device of so many channels."""
        self._channels = channels
        self._room = round(_AHEAD * sample_rate_hz)
        self._lock = threading.Lock()
        self._coming: Pcm = np.zeros(0, np.float32)
        self._read = 0
        count = max(1, round(FADE * sample_rate_hz))
        self._ramp: Pcm = np.linspace(1.0, 0.0, count + 1, dtype=np.float32)[1:]
        self._tail = self._ramp[:0]
        self._last = 0.0
        self._asked_at = 0.0
        self._blocks: deque[PlayedBlock] = deque(maxlen=_BLOCKS)

    @property
    def has_news(self) -> bool:
        """Whether `take` would return anything."""
        return bool(self._blocks)

    @property
    def asked_at(self) -> float:
        """When the device last asked for sound, on time.monotonic; 0 before it ever did."""
        return self._asked_at

    def append(self, pcm: Pcm) -> int:
        """Put samples behind those that are coming; return how many there was room for."""
        with self._lock:
            fitting = pcm[: self._room - self._coming.size]
            self._coming = np.concatenate((self._coming, fitting))
        return fitting.size

    def cut(self, position: int) -> None:
        """Drop what is coming from that sample on; what has begun to sound dies away."""
        with self._lock:
            kept = max(0, position - self._read)
            dropped, self._coming = self._coming[kept:], self._coming[:kept]
            if dropped.size and not kept and self._read:
                missing = self._ramp.size - dropped.size
                dying = np.pad(dropped[: self._ramp.size], (0, max(0, missing)), "edge")
                self._tail = dying * self._ramp

    def take(self) -> list[PlayedBlock]:
        """Return what was played since the last call, oldest first."""
        with self._lock:
            taken = list(self._blocks)
            self._blocks.clear()
        return taken

    def told(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """Fill a block; this is what PortAudio calls, with a buffer of float32."""
        now = time.monotonic()
        sound = np.frombuffer(out, np.float32).reshape(frames, self._channels)
        ran_dry = bool(status and status.output_underflow)
        with self._lock:
            self._asked_at = now
            mono, tail, played = self._rendered(frames)
            block = PlayedBlock(
                now=now,
                stream_now=times.currentTime,
                dac_at=times.outputBufferDacTime,
                ran_dry=ran_dry,
                silence=0,
                frames=frames,
                position=self._read - played,
                tail=tail,
                played=played,
                pcm=mono,
            )
            before = self._blocks[-1] if self._blocks else None
            if before and not (before.pcm.size or mono.size or before.ran_dry or ran_dry):
                block = replace(block, silence=before.silence + before.frames)
                self._blocks.pop()
            self._blocks.append(block)
        sound[:] = mono[:, None] if mono.size else 0.0

    def _rendered(self, frames: int) -> tuple[Pcm, int, int]:
        """Return the next block (empty for silence), and how much of it is what."""
        begun, self._tail = self._tail[:frames], self._tail[frames:]
        played, self._coming = np.split(self._coming, [frames - begun.size])
        self._read += played.size
        sound = np.concatenate((begun, played))
        missing = frames - sound.size
        if missing:
            last = float(sound[-1]) if sound.size else self._last
            if not self._tail.size and last != 0.0:
                self._tail = last * self._ramp
            ending, self._tail = self._tail[:missing], self._tail[missing:]
            is_silent = not sound.size and not ending.size
            sound = np.concatenate((sound, ending))
            sound = sound[:0] if is_silent else np.pad(sound, (0, frames - sound.size))
        self._last = float(sound[-1]) if sound.size else 0.0
        return sound, begun.size, played.size


class NativePlayer:
    """Owns the native player of one stream; the callback never waits for the interpreter."""

    def __init__(self, library: Any, channels: int, sample_rate_hz: int) -> None:
        """Begin with silence, for a device of so many channels."""
        self._ffi, self._native = library
        room = round(_AHEAD * sample_rate_hz)
        made = self._native.her_player_new(channels, room, max(1, round(FADE * sample_rate_hz)))
        if made == self._ffi.NULL:
            raise MemoryError
        self.native = self._ffi.gc(made, self._native.her_player_free)
        self._block = self._ffi.new("Block *")
        self._sound: Pcm = np.zeros(room, np.float32)
        self._sound_at = self._ffi.from_buffer("float[]", self._sound)

    @property
    def function(self) -> Any:
        """What PortAudio is to call, with `native` for its user data."""
        return self._native.her_play

    @property
    def has_news(self) -> bool:
        """Whether `take` would return anything."""
        return bool(self._native.her_has_news(self.native))

    @property
    def asked_at(self) -> float:
        """When the device last asked for sound, on time.monotonic; 0 before it ever did."""
        return float(self._native.her_asked_at(self.native))

    def append(self, pcm: Pcm) -> int:
        """Put samples behind those that are coming; return how many there was room for."""
        sound = self._ffi.from_buffer("float[]", np.ascontiguousarray(pcm, np.float32))
        return int(self._native.her_append(self.native, sound, pcm.size))

    def cut(self, position: int) -> None:
        """Drop what is coming from that sample on; what has begun to sound dies away."""
        self._native.her_cut(self.native, position)

    def take(self) -> list[PlayedBlock]:
        """Return what was played since the last call, oldest first."""
        taken: list[PlayedBlock] = []
        block = self._block
        while self._native.her_told(self.native, block, self._sound_at):
            taken.append(
                PlayedBlock(
                    now=block.now,
                    stream_now=block.currentTime,
                    dac_at=block.outputBufferDacTime,
                    ran_dry=bool(block.flags & _UNDERFLOW),
                    silence=block.silence,
                    frames=block.frames,
                    position=block.position,
                    tail=block.tail,
                    played=block.played,
                    pcm=self._sound[: 0 if block.is_silent else block.frames].copy(),
                )
            )
        return taken


_UNDERFLOW = 4
"""paOutputUnderflow."""


def open_playing(sounddevice: Any, **options: Any) -> tuple[Any, Player]:
    """Return an output stream and what it plays; `options` are sounddevice's."""
    channels, rate = options["channels"], options["samplerate"]
    library = native_library(sounddevice)
    if library is None:
        plain = PlainPlayer(channels, rate)
        return sounddevice.RawOutputStream(callback=plain.told, **options), plain
    player = NativePlayer(library, channels, rate)
    # The class is private in name only: it is documented for callbacks that are no Python.
    stream = sounddevice._StreamBase(  # noqa: SLF001
        kind="output", callback=player.function, userdata=player.native, **options
    )
    return stream, player

"""The microphone: a PortAudio input stream that does nothing but fill a queue.

Rule: the callback copies and returns. Opening and closing belong to one thread (PortAudio may
take its time); the queue is read by the listener and given orders by the hub.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from her_desktop.audio.devices import Direction
from her_desktop.audio.format import Block
from her_desktop.audio.native import PlainCallback, open_hearing
from her_desktop.audio.stream import (
    BLOCK,
    OpenStream,
    close_stream,
    open_stream,
    samples,
    start_stream,
)

_LIMIT_BLOCKS = round(10.0 / BLOCK)

_SEAM = 0.005
"""Blocks whose instants fit to within this are one piece of sound; a stamp is never so wrong."""


@dataclass(frozen=True)
class Doze:
    """How long the listener may sleep: until 10 ms are louder than `power`, or so many wait.

    `power` is the mean square of their samples as the device delivered them.
    """

    power: float
    most_blocks: int


class BlockQueue:
    """Owns the sound on its way to the listener, and the orders that overtake it.

    `put` is called by the microphone's callback, `send` by any thread, the rest by the listener.
    Sound is bounded: a listener that cannot follow loses the oldest of it, and memory stays.
    It is counted in blocks of 10 ms, in whatever pieces it comes.
    """

    def __init__(self, limit_blocks: int = _LIMIT_BLOCKS) -> None:
        """Begin empty; the limit holds for sound alone, its default is 10 s."""
        self._blocks: deque[Block] = deque()
        self._waiting = 0
        self._limit = limit_blocks
        self._orders: deque[object] = deque()
        self._dropped = 0
        self._enough = 1
        self._doze: Doze | None = None
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    def put(self, block: Block) -> None:
        """Add sound; a full queue loses its oldest, which is counted."""
        with self._lock:
            self._blocks.append(block)
            self._waiting += _count(block)
            while self._waiting > self._limit:
                self._dropped += _count(self._take_oldest())
            if self._doze and _is_loud(block, self._doze):
                self._doze = None
            if self._is_due:
                self._changed.notify()

    def send(self, order: object) -> None:
        """Add an order, which is read before any sound and never dropped."""
        with self._changed:
            self._orders.append(order)
            self._changed.notify()

    def get(
        self, timeout: float | None = None, at_least: int = 1, doze: Doze | None = None
    ) -> Block | object:
        """Return the next order, else the next sound; raises queue.Empty after `timeout`.

        Sound is waited for until there are `at_least` so many blocks of it, and these are returned
        as one, up to where something is missing between them: waking up costs more than listening.
        With `doze` there are more of them, none louder than it says but for the last.
        """
        with self._changed:
            self._enough = at_least
            waiting = islice(self._blocks, doze.most_blocks) if doze else ()
            is_disturbed = doze and any(_is_loud(block, doze) for block in waiting)
            self._doze = None if is_disturbed else doze
            is_served = self._changed.wait_for(self._holds_something, timeout)
            self._doze = None
            if not is_served:
                raise queue.Empty
            if self._orders:
                return self._orders.popleft()
            taken: list[Block] = []
            wanted = max(at_least, doze.most_blocks) if doze else at_least
            count = 0
            while count < wanted and self._goes_on(taken):
                taken.append(self._take_oldest())
                count += _count(taken[-1])
                if doze and _is_loud(taken[-1], doze):
                    wanted = at_least
        if len(taken) == 1:
            return taken[0]
        pcm = np.concatenate([block.pcm for block in taken])
        return Block(taken[0].at, pcm, taken[0].sample_rate_hz)

    @property
    def doze(self) -> Doze | None:
        """How the listener sleeps, None where it is awake or waits for each block."""
        return self._doze

    def take_dropped(self) -> int:
        """Return how many blocks were lost since the last call."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
            return dropped

    def _holds_something(self) -> bool:
        return bool(self._orders) or self._is_due

    @property
    def _is_due(self) -> bool:
        """Whether there is as much sound as is waited for."""
        wanted = max(self._enough, self._doze.most_blocks) if self._doze else self._enough
        return self._waiting >= wanted

    def _take_oldest(self) -> Block:
        block = self._blocks.popleft()
        self._waiting -= _count(block)
        return block

    def _goes_on(self, taken: list[Block]) -> bool:
        """Tell whether the next block there is goes on where those taken end."""
        return bool(self._blocks) and (not taken or _follows(self._blocks[0], taken[-1]))


def _count(block: Block) -> int:
    """Return how many blocks of 10 ms a piece of sound is."""
    return max(1, round(block.pcm.size / (BLOCK * block.sample_rate_hz)))


def _is_loud(block: Block, doze: Doze) -> bool:
    """Tell whether any 10 ms of it are louder than whoever dozes sleeps through."""
    count = _count(block)
    size = block.pcm.size // count
    pieces = block.pcm[: count * size].reshape(count, size)
    sums = np.einsum("ij,ij->i", pieces, pieces)
    return float(sums.max()) > doze.power * size


def _follows(block: Block, before: Block) -> bool:
    """Tell whether a block goes on where another ends."""
    if block.sample_rate_hz != before.sample_rate_hz:
        return False
    return abs(block.at - before.at - before.pcm.size / before.sample_rate_hz) < _SEAM


class Microphone:
    """Owns the one input stream. Opened and closed by one thread; its properties are for all."""

    def __init__(self, blocks: BlockQueue) -> None:
        """Prepare; `blocks` receives what is heard, at the device's own rate."""
        self._blocks = blocks
        self._opened: OpenStream[PlainCallback] | None = None
        self._opening = 0
        self._last_block_at = 0.0
        self._overflows = 0

    def open(self, name: str) -> None:
        """Open the device of that name, "" for the system's default, and start hearing.

        A stream that was open is closed first. Raises SoundError (NoDevice, DeviceBusy,
        DeviceFailed) with a sentence for the user.
        """
        self.close()
        self._opening += 1
        told = partial(self._on_block, self._opening)
        opened = open_stream(Direction.INPUT, name, partial(open_hearing, told))
        # Before the first callback, which needs the clock.
        self._opened = opened
        try:
            start_stream(opened, Direction.INPUT)
        except BaseException:
            self._opened = None
            raise

    def close(self) -> None:
        """Stop hearing and release the device; nothing where none is open."""
        opened, self._opened = self._opened, None
        if opened is not None:
            close_stream(opened)

    def release(self) -> None:
        """Close for a moment; for a microphone there is nothing to keep until it opens again."""
        self.close()

    def give_up(self) -> None:
        """Do nothing: nobody waits for what a microphone will not deliver."""

    @property
    def is_open(self) -> bool:
        """Whether a device is open; whether it delivers is told by `last_block_at`."""
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
        """The rate of the blocks, 0 where no device is open."""
        opened = self._opened
        return opened.sample_rate_hz if opened else 0

    @property
    def latency(self) -> float:
        """What PortAudio promised for the way from the device to the callback."""
        opened = self._opened
        return opened.latency if opened else 0.0

    @property
    def last_block_at(self) -> float:
        """When the device last delivered, on time.monotonic; 0 before it ever did."""
        return self._last_block_at

    @property
    def overflows(self) -> int:
        """How often the device has lost sound because the callback came too late."""
        return self._overflows

    def _on_block(self, opening: int, heard: Any, frames: int, times: Any, status: Any) -> None:
        now = time.monotonic()
        opened = self._opened
        # A stream that hangs while it is closed may still call, next to the one after it.
        if opened is None or opening != self._opening:
            return
        self._last_block_at = now
        self._overflows += bool(status and status.input_overflow)
        # Several blocks where the listener dozed; the times are those of the last.
        before = frames - opened.block
        opened.clock.skip(before)
        at = opened.clock.stamp(opened.block, now, times.currentTime, times.inputBufferAdcTime)
        pcm = samples(heard, frames)[:, 0].copy()
        self._blocks.put(Block(at - before / opened.sample_rate_hz, pcm, opened.sample_rate_hz))
        # Read behind `put`: what was just heard may have woken the listener.
        if doze := self._blocks.doze:
            opened.side.rest(doze.power)
        else:
            opened.side.wake()

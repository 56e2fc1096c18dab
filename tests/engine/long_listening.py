"""Hours of a room in which somebody talks now and then, as fast as the listener can take them.

The microphone's clock and the loudspeaker's run apart. What is measured: the memory, the threads,
how true the instants of what is heard still are, and whether the echo is still removed.
"""

from __future__ import annotations

import gc
import queue
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import psutil
from simulated_room import hiss, impulse_response, sent_through

from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.audio.microphone import BlockQueue, Doze
from her_desktop.audio.resample import resample
from her_desktop.conversation.commands import EndCapture, SetListenMode
from her_desktop.conversation.events import (
    EchoMeasured,
    Event,
    ListenMode,
    SpeechPaused,
    SpeechStarted,
)
from her_desktop.engine.listener import Listener
from her_desktop.inference.protocols import TurnDetector, VoiceDetector

MINUTE = 60.0
DELAY = 0.06
_BLOCK = 160
_RATE_HZ = 48_000
_AHEAD = 0.02
"""Seconds by which the loudspeaker is told what it will play."""
_PATIENCE = 60.0
_BACKLOG = 100


class Paced(BlockQueue):
    """Lets whoever fills it wait until most has been taken."""

    def wait_for_room(self) -> None:
        with self._changed:
            while len(self._blocks) > _BACKLOG:
                assert self._changed.wait(_PATIENCE), "the listener does not follow"

    def get(
        self, timeout: float | None = None, at_least: int = 1, doze: Doze | None = None
    ) -> Block | object:
        item = super().get(timeout, at_least, doze)
        with self._changed:
            self._changed.notify_all()
        return item


@dataclass
class Report:
    """What a stretch of listening came to."""

    hours: float
    took: float
    memory_mb: list[float] = field(default_factory=list)
    """Resident memory at each tenth of the time."""
    threads: list[int] = field(default_factory=list)
    spoken: int = 0
    heard_late: list[float] = field(default_factory=list)
    """For each time the user spoke, by how much the instant of the last sample was wrong."""
    own_voice: int = 0
    """Utterances that nobody but the assistant can have begun."""
    echo: EchoMeasured | None = None
    dropped: int = 0

    @property
    def slope_mb_per_hour(self) -> float:
        """Growth of the memory over the later nine tenths, by least squares."""
        at = np.linspace(0.0, self.hours, len(self.memory_mb))[1:]
        return float(np.polyfit(at, self.memory_mb[1:], 1)[0])


class Room:
    """The hours themselves, minute after minute alike: the assistant speaks, then the user."""

    ASSISTANT_AT, USER_AT = 5.0, 40.0

    def __init__(self, detector: VoiceDetector, user: Pcm, assistant: Pcm, ppm: float) -> None:
        self._far_end = FarEnd()
        self._blocks = Paced()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._listener = Listener(
            self._blocks,
            lambda: detector,
            _no_turn_detector,
            self._events.put,
            lambda: "a microphone",
            self._far_end,
        )
        self._paused: SpeechPaused | None = None
        self._mic_hz = SAMPLE_RATE_HZ * (1.0 + 1e-6 * ppm)
        size = round(MINUTE * SAMPLE_RATE_HZ)
        self._user_size = user.size
        quiet = hiss(size, -65.0)
        played = np.zeros(size, np.float32)
        begin = round(self.ASSISTANT_AT * SAMPLE_RATE_HZ)
        played[begin : begin + assistant.size] = assistant
        self._minute = quiet + sent_through(played, impulse_response(DELAY, -10.0))
        begin = round(self.USER_AT * SAMPLE_RATE_HZ)
        self._minute[begin : begin + user.size] += user
        self._played = resample(assistant, SAMPLE_RATE_HZ, _RATE_HZ)

    def listen(self, minutes: int) -> Report:
        """Listen, and report."""
        report = Report(minutes / 60.0, 0.0)
        self._listener.start()
        self._listener.order(SetListenMode(ListenMode.ALWAYS))
        began_at = time.monotonic()
        process = psutil.Process()
        for minute in range(minutes):
            if minute * 10 % max(minutes, 10) < 10:
                gc.collect()
                report.memory_mb.append(process.memory_info().rss / 1e6)
                report.threads.append(threading.active_count())
            self._pass_a_minute(minute, report)
        gc.collect()
        report.memory_mb.append(process.memory_info().rss / 1e6)
        report.took = time.monotonic() - began_at
        report.dropped = self._blocks.take_dropped()
        self._listener.stop()
        self._listener.join(_PATIENCE)
        return report

    def _pass_a_minute(self, minute: int, report: Report) -> None:
        # What the microphone hears at the loudspeaker's second s is its sample s times its rate.
        start_at = 1000.0 + minute * self._minute.size / self._mic_hz
        spoke_until = start_at + (self.USER_AT * SAMPLE_RATE_HZ + self._user_size) / self._mic_hz
        written = 0
        far_from = start_at + self.ASSISTANT_AT * SAMPLE_RATE_HZ / self._mic_hz
        report.spoken += 1
        for first in range(0, self._minute.size, _BLOCK):
            at = start_at + first / self._mic_hz
            while written < self._played.size and far_from + written / _RATE_HZ < at + _AHEAD:
                piece = self._played[written : written + _RATE_HZ // 100]
                self._far_end.write(piece, far_from + written / _RATE_HZ, _RATE_HZ)
                written += piece.size
            self._blocks.put(Block(at, self._minute[first : first + _BLOCK], SAMPLE_RATE_HZ))
            if first % (_BLOCK * 50) == 0:
                self._blocks.wait_for_room()
                self._take_note(at, spoke_until, report)

    def _take_note(self, now: float, spoke_until: float, report: Report) -> None:
        while not self._events.empty():
            event = self._events.get()
            match event:
                case SpeechStarted(started_at=at):
                    report.own_voice += at < spoke_until - 20.0
                case SpeechPaused():
                    self._paused = event
                case EchoMeasured():
                    report.echo = event
        if self._paused and now > spoke_until + 2.0:
            report.heard_late.append((self._paused.speech_ended_at or 0.0) - spoke_until)
            self._paused = None
            self._listener.order(EndCapture())


def _no_turn_detector() -> TurnDetector:
    return _Half()


class _Half:
    """Finds everything half over."""

    def probability(self, pcm: Pcm) -> float:
        return 0.5

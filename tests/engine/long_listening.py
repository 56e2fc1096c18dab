"""Hours of a room in which somebody talks now and then, as fast as the listener can take them.

Run as a program (`python tests/engine/long_listening.py 8`, from the tree) it lets eight hours
pass in some minutes and prints what they came to. The microphone's clock and the loudspeaker's run
apart; what is played goes through the program's own player. What is measured: the memory, the
threads, the files, how true the instants of what is heard still are, and whether the echo is still
removed.
"""

from __future__ import annotations

import gc
import queue
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from asked_player import asked, native
from simulated_room import hiss, impulse_response, sent_through

from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.audio.microphone import BlockQueue, Doze
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.player import PlayedBlock
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
from her_desktop.inference.protocols import TurnDetector, Voice, VoiceDetector
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

STORY = "Once upon a time there was a fox. It lived in a lighthouse by the sea, with an old man."
QUESTION = "I would like to know what time it is."

MINUTE = 60.0
DELAY = 0.06
_BLOCK = 160
_RATE_HZ = 48_000
_BEGINS_AT = 1000.0
_PERIOD = 0.01
"""Seconds for which the loudspeaker asks at a time."""
_AHEAD = 0.02
"""Seconds by which the loudspeaker is told what it will play."""
_PATIENCE = 60.0
_BACKLOG = 100


class Paced(BlockQueue):
    """Lets whoever fills it wait until most has been taken."""

    @property
    def waiting(self) -> int:
        """Blocks that nobody has taken yet."""
        with self._changed:
            return len(self._blocks)

    def wait_for_room(self, backlog: int = _BACKLOG) -> None:
        with self._changed:
            while len(self._blocks) > backlog:
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
    files: list[int] = field(default_factory=list)
    waiting: int = 0
    """The most blocks and events that anybody had not taken yet at one of those moments."""
    played: list[float] = field(default_factory=list)
    """Seconds of each answer that the loudspeaker says it has played."""
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
        self._answer = resample(assistant, SAMPLE_RATE_HZ, _RATE_HZ)
        self._played: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._player = native(_RATE_HZ)
        self._buffer = PlaybackBuffer(
            lambda turn, at: None, lambda _, count: self._played.put(count)
        )
        self._buffer.attach(self._player, _RATE_HZ, self._stamped)
        self._far_end.ask = self._buffer.catch_up
        self._dac_at = _BEGINS_AT

    def listen(self, minutes: int) -> Report:
        """Listen, and report."""
        report = Report(minutes / 60.0, 0.0)
        self._listener.start()
        self._listener.order(SetListenMode(ListenMode.ALWAYS))
        began_at = time.monotonic()
        process = psutil.Process()
        for minute in range(minutes):
            if minute * 10 % max(minutes, 10) < 10:
                self._look(process, report)
            self._pass_a_minute(minute, report)
        self._look(process, report)
        report.took = time.monotonic() - began_at
        report.dropped = self._blocks.take_dropped()
        self._listener.stop()
        self._listener.join(_PATIENCE)
        return report

    def _look(self, process: psutil.Process, report: Report) -> None:
        gc.collect()
        report.memory_mb.append(process.memory_info().rss / 1e6)
        report.threads.append(threading.active_count())
        report.files.append(process.num_fds())
        waiting = self._blocks.waiting + self._events.qsize() + self._played.qsize()
        report.waiting = max(report.waiting, waiting)

    def _stamped(self, block: PlayedBlock) -> float:
        """Give the canceller what was played, as the loudspeaker does, by the room's own time."""
        if block.silence:
            before = block.dac_at - block.silence / _RATE_HZ
            self._far_end.write_silence(block.silence, before, _RATE_HZ)
        if block.pcm.size:
            self._far_end.write(block.pcm, block.dac_at, _RATE_HZ)
        else:
            self._far_end.write_silence(block.frames, block.dac_at, _RATE_HZ)
        return block.dac_at

    def _pass_a_minute(self, minute: int, report: Report) -> None:
        # What the microphone hears at the loudspeaker's second s is its sample s times its rate.
        start_at = _BEGINS_AT + minute * self._minute.size / self._mic_hz
        spoke_until = start_at + (self.USER_AT * SAMPLE_RATE_HZ + self._user_size) / self._mic_hz
        far_from = start_at + self.ASSISTANT_AT * SAMPLE_RATE_HZ / self._mic_hz
        is_queued = False
        report.spoken += 1
        for first in range(0, self._minute.size, _BLOCK):
            at = start_at + first / self._mic_hz
            while self._dac_at < at + _AHEAD:
                if not is_queued and self._dac_at + _PERIOD > far_from:
                    is_queued = True
                    # It begins within a block of the device, which no user would notice.
                    late = np.zeros(round((far_from - self._dac_at) * _RATE_HZ), np.float32)
                    self._buffer.play(minute, np.concatenate((late, self._answer)))
                    self._buffer.finish(minute)
                asked(self._player, round(_PERIOD * _RATE_HZ), self._dac_at)
                self._dac_at += _PERIOD
            self._blocks.put(Block(at, self._minute[first : first + _BLOCK], SAMPLE_RATE_HZ))
            if first % (_BLOCK * 50) == 0:
                self._buffer.catch_up()
                self._blocks.wait_for_room()
                self._take_note(at, spoke_until, report)

        while not self._played.empty():
            report.played.append(self._played.get() - late.size / _RATE_HZ)

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


def said(voice: Voice, text: str) -> Pcm:
    """Return a sentence at 16 kHz, without the silence around it."""
    spoken = np.concatenate(list(voice.speak(text, lambda: False)))
    pcm = resample(spoken, voice.sample_rate_hz, SAMPLE_RATE_HZ)
    loud = np.flatnonzero(np.abs(pcm) > 0.02)
    return pcm[loud[0] : loud[-1] + 1]


def listened(models: Models, minutes: int, ppm: float) -> Report:
    """Listen for so long with the real voice detector; return what it came to."""
    voice = models.load_voice(variation=0.0)
    question, story = 0.5 * said(voice, QUESTION), said(voice, STORY)
    voice.close()
    return Room(models.load_detector(), question, story, ppm).listen(minutes)


def main(hours: str = "8") -> None:
    """Print what so many hours come to."""
    with tempfile.TemporaryDirectory() as folder:
        models = Models(Settings(), Paths.under(Path(folder)))
        report = listened(models, round(60 * float(hours)), ppm=100.0)
    late = [1000.0 * seconds for seconds in report.heard_late]
    lines = (
        f"{report.hours:.1f} hours in {report.took:.0f} s",
        f"memory (MB): {', '.join(f'{size:.1f}' for size in report.memory_mb)}; "
        f"{report.slope_mb_per_hour:+.2f} an hour",
        f"threads: {report.threads}, files: {report.files}, most waiting: {report.waiting}",
        f"the user was heard {len(late)} of {report.spoken} times, "
        f"{min(late):.0f} to {max(late):.0f} ms late; its own voice {report.own_voice} times",
        f"answers played: {len(report.played)}, {min(report.played):.3f} to "
        f"{max(report.played):.3f} s; blocks dropped: {report.dropped}",
        f"echo: {report.echo}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A talk in a simulated room whose time is counted in samples: no block is ever late or lost.

Everything between the microphone and the loudspeaker is the program's own (the listener, the echo
canceller, the voice detector, the conversation, the buffer that plays); the models are those that
are given. Rule: one thread. The listener asks for its next block, and asking lets 10 ms pass.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest
from asked_player import asked
from simulated_room import hiss

from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import AUDIBLE, SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.audio.microphone import BlockQueue
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.player import PlainPlayer
from her_desktop.conversation.commands import (
    Cancel,
    ClearTimer,
    Command,
    FinishPlayback,
    HoldPlayback,
    Play,
    Publish,
    ResumePlayback,
    SetTimer,
    Speak,
    StopPlayback,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    ListenMode,
    ListenModeRequested,
    MessageEndEstimated,
    PartialTranscribed,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackStarted,
    PlaybackStopped,
    SentenceFormed,
    Stage,
    TextStreamed,
    TextSubmitted,
    TimerFired,
    Transcribed,
    TurnEvent,
    WorkFinished,
)
from her_desktop.conversation.history import History
from her_desktop.engine.listener import Listener
from her_desktop.engine.wake_watch import LoadWake
from her_desktop.inference.protocols import Recognizer, TurnDetector, VoiceDetector

BLOCK = SAMPLE_RATE_HZ // 100
START_AT = 1000.0

_TO_LOUDSPEAKER = 0.02
"""Seconds from the callback to the loudspeaker."""

_RECOGNISING, _THINKING, _SPEAKING = 0.12, 0.1, 0.05
"""Seconds that the stages take."""

_CLOCKS = ("listener", "ear", "echo_watch", "take")


@dataclass
class Ears:
    """The models that listen."""

    detector: VoiceDetector
    turn_detector: TurnDetector
    recognizer: Recognizer


@dataclass
class Said:
    """A sound that the user makes, at seconds of the talk."""

    at: float
    pcm: Pcm = field(repr=False)


class VirtualTalk(BlockQueue):
    """Owns the room, the clock and the hub; stands where the listener expects its queue."""

    def __init__(
        self,
        ears: Ears,
        answer: Sequence[tuple[str, Pcm]],
        *,
        response: Pcm | None = None,
        room_db: float = -65.0,
        drive: float = 0.0,
        wake: LoadWake | None = None,
        patch: pytest.MonkeyPatch,
    ) -> None:
        """Prepare; every question is answered with `answer`, sentences and their sound at 16 kHz.

        `response` is the way from the loudspeaker to the microphone, None for headphones; with
        a `drive` the loudspeaker also distorts, the more the higher it is. With `wake` it has to
        be called: by "Hey Jarvis".
        """
        super().__init__()
        self.events: list[Event] = []
        self.slips: set[int] = set()
        """Blocks of 10 ms that the loudspeaker loses."""
        self._ears, self._answer = ears, answer
        self._response = response
        self._drive = drive
        self._ticks = 0
        self._until = 0.0
        self._said: list[Said] = []
        self._over: deque[tuple[float, Pcm]] = deque()
        self.onsets: list[float] = []
        """Seconds at which what the user said over answers began."""
        self._pending: deque[object] = deque()
        self._results: list[tuple[float, int, Event]] = []
        self._order = itertools.count()
        self._timers: dict[str, float] = {}
        self._cancelled: set[int] = set()
        # What sounds now was asked for that long ago.
        self._played: list[Pcm] = [np.zeros(BLOCK, np.float32)] * round(_TO_LOUDSPEAKER * 100)
        self._heard: list[Pcm] = []
        size = 0 if response is None else 1 << (response.size + BLOCK - 1).bit_length()
        self._spectrum = np.fft.rfft(response, size) if response is not None else None
        self._ringing = np.zeros(size)
        self._noise = hiss(SAMPLE_RATE_HZ * 7, room_db)
        self._far_end = FarEnd()
        self._conversation = Conversation(History("Be kind."))
        self._buffer = PlaybackBuffer(self._started, self._finished)
        self._player = PlainPlayer(1, SAMPLE_RATE_HZ)
        self._buffer.attach(self._player, SAMPLE_RATE_HZ, lambda block: block.dac_at)
        self.listener = Listener(
            self,
            lambda: ears.detector,
            lambda: ears.turn_detector,
            self._tell,
            lambda: "a microphone",
            self._far_end,
            load_wake=wake,
        )
        clock = SimpleNamespace(monotonic=lambda: self.now)
        for name in _CLOCKS:
            patch.setattr(f"her_desktop.engine.{name}.time", clock)
        ears.detector.reset()
        mode = ListenMode.WAKE if wake else ListenMode.ALWAYS
        self._tell(ListenModeRequested(at=self.now, mode=mode))

    @property
    def now(self) -> float:
        """The instant, as `time.monotonic` would tell it."""
        return START_AT + self._ticks * 0.01

    def instant(self, second: float) -> float:
        """Return the instant of a second of the talk."""
        return START_AT + second

    def ask(self, at: float, text: str = "Tell me all about it.") -> None:
        """Have something asked by typing, at a second of the talk."""
        self._soon(START_AT + at - self.now, TextSubmitted(at=START_AT + at, text=text))

    def say(self, at: float, pcm: Pcm) -> None:
        """Have the user make a sound at a second of the talk."""
        self._said.append(Said(at, pcm))

    def over_answer(self, after: float, pcm: Pcm) -> None:
        """Have the user make a sound so many seconds into the next answer that begins."""
        self._over.append((after, pcm))

    def run(self, seconds: float) -> None:
        """Let all of it happen, once: the listener ends when the time is over."""
        self._until = START_AT + seconds
        self.listener._run()

    @property
    def spoken(self) -> Pcm:
        """What the loudspeaker has played so far, from the first second on."""
        return np.concatenate(self._played)

    @property
    def captured(self) -> Pcm:
        """What the microphone has heard so far."""
        return np.concatenate(self._heard)

    # --- what the listener sees ----------------------------------------------------------------

    def send(self, order: object) -> None:
        """Take an order for the listener."""
        self._pending.append(order)

    def get(
        self, timeout: float | None = None, at_least: int = 1, doze: object = None
    ) -> Block | object:
        """Let 10 ms pass, unless there are orders."""
        if self._pending:
            return self._pending.popleft()
        if self.now >= self._until:
            return None
        return self._tick()

    def take_dropped(self) -> int:
        """Tell that nothing was lost."""
        return 0

    def _tick(self) -> Block:
        began_at = self.now
        self._ticks += 1
        while due := [name for name, at in self._timers.items() if at <= self.now]:
            del self._timers[due[0]]
            self._tell(TimerFired(at=self.now, name=due[0]))
        while self._results and self._results[0][0] <= self.now:
            event = heapq.heappop(self._results)[2]
            self._tell(replace(event, at=self.now))
        coming = asked(self._player, BLOCK, self.now + _TO_LOUDSPEAKER)
        self._buffer.catch_up()
        if self._ticks in self.slips:
            coming[:] = 0.0
            self._far_end.slip(self.now)
        self._far_end.write(coming, self.now + _TO_LOUDSPEAKER, SAMPLE_RATE_HZ)
        self._played.append(coming)
        # What sounds while this block is heard: it was asked for two blocks ago.
        sounding = self._played[self._ticks - 1]
        first = (self._ticks * BLOCK) % (self._noise.size - BLOCK)
        heard = self._noise[first : first + BLOCK] + self._reflected(sounding)
        for said in self._said:
            start = (self._ticks - 1) * BLOCK - round(said.at * SAMPLE_RATE_HZ)
            part = said.pcm[max(0, start) : max(0, start + BLOCK)]
            offset = max(0, -start)
            heard[offset : offset + part.size] += part
        heard = heard.astype(np.float32)
        self._heard.append(heard)
        return Block(began_at, heard, SAMPLE_RATE_HZ)

    def _reflected(self, sounding: Pcm) -> Pcm:
        """Return what of all that was played arrives while `sounding` is played."""
        if self._spectrum is None:
            return np.zeros(BLOCK, np.float32)
        size = self._ringing.size
        if self._drive:
            sounding = np.tanh(self._drive * sounding) / self._drive
        self._ringing += np.fft.irfft(np.fft.rfft(sounding, size) * self._spectrum, size)
        arrived = self._ringing[:BLOCK].astype(np.float32)
        self._ringing = np.concatenate((self._ringing[BLOCK:], np.zeros(BLOCK)))
        return arrived

    # --- what the hub does ---------------------------------------------------------------------

    def _started(self, turn: int, audible_at: float) -> None:
        if self._over:
            after, pcm = self._over.popleft()
            self.onsets.append(audible_at - START_AT + after)
            self._said.append(Said(self.onsets[-1], pcm))
        self._soon(0.0, PlaybackStarted(at=self.now, turn=turn, audible_at=audible_at))

    def _finished(self, turn: int, played: float) -> None:
        self._soon(0.0, PlaybackFinished(at=self.now, turn=turn, played=played))

    def _soon(self, after: float, event: Event) -> None:
        heapq.heappush(self._results, (self.now + after, next(self._order), event))

    def _tell(self, event: Event) -> None:
        owned = event if isinstance(event, TurnEvent | PartialTranscribed) else None
        if owned is not None and not self._conversation.concerns(owned):
            return
        self.events.append(event)
        for command in self._conversation.handle(event):
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Publish(event=event):
                self.events.append(event)
            case Play(turn=turn, pcm=pcm):
                self._buffer.play(turn, pcm)
            case FinishPlayback(turn=turn):
                self._buffer.finish(turn)
            case HoldPlayback(turn=turn):
                played = self._buffer.hold(turn)
                self._tell(PlaybackHeld(at=self.now, turn=turn, played=played))
            case ResumePlayback(turn=turn):
                self._buffer.resume(turn)
            case StopPlayback(turn=turn):
                played = self._buffer.stop(turn)
                self._tell(PlaybackStopped(at=self.now, turn=turn, played=played))
            case Cancel(turn=turn):
                self._cancelled.add(turn)
            case Transcribe() | TranscribePartial():
                self._recognise(command)
            case Think(turn=turn, judges_end=judges_end):
                self._think(turn, judges_end=judges_end)
            case Speak(turn=turn, index=index):
                pcm = self._answer[index][1]
                made = AudioMade(
                    at=self.now, turn=turn, index=index, pcm=pcm, sample_rate_hz=SAMPLE_RATE_HZ
                )
                self._soon(_SPEAKING, made)
                self._soon(_SPEAKING, WorkFinished(at=0.0, turn=turn, stage=Stage.TTS))
            case SetTimer(name=name, due_at=due_at):
                self._timers[name] = due_at
            case ClearTimer(name=name):
                self._timers.pop(name, None)
            case _:
                if type(command).__name__ in _ORDERS:
                    self.send(command)

    def _recognise(self, command: Transcribe | TranscribePartial) -> None:
        # A newer one makes older ones superfluous, as in the hub.
        self._results = [
            item for item in self._results if not isinstance(item[2], PartialTranscribed)
        ]
        heapq.heapify(self._results)
        heard = self._ears.recognizer.transcribe(command.pcm, lambda: False)
        if isinstance(command, TranscribePartial):
            partial = PartialTranscribed(
                at=self.now + _RECOGNISING,
                utterance=command.utterance,
                text=heard.text,
                until=command.until,
                guess=heard.guess,
            )
            self._soon(_RECOGNISING, partial)
            return
        whole = Transcribed(
            at=self.now + _RECOGNISING,
            turn=command.turn,
            text=heard.text,
            language=heard.language,
        )
        self._soon(_RECOGNISING, whole)
        done = WorkFinished(at=0.0, turn=command.turn, stage=Stage.STT)
        self._soon(_RECOGNISING, done)

    def _think(self, turn: int, *, judges_end: bool) -> None:
        if judges_end:
            self._soon(
                _THINKING / 2,
                MessageEndEstimated(at=self.now + _THINKING / 2, turn=turn, probability=0.5),
            )
        for index, (text, _) in enumerate(self._answer):
            at = self.now + _THINKING
            self._soon(_THINKING, TextStreamed(at=at, turn=turn, text=text))
            self._soon(_THINKING, SentenceFormed(at=at, turn=turn, index=index, text=text))
        self._soon(_THINKING, WorkFinished(at=0.0, turn=turn, stage=Stage.LLM))


_ORDERS = (
    "Capture",
    "CutCapture",
    "EndCapture",
    "SetListenMode",
    "AwaitPhrase",
    "CleanMicrophone",
)


def spoken_at(pcm: Pcm, level_db: float) -> Pcm:
    """Return a voice without silence around it, its loud parts at so many dBFS (RMS)."""
    size = np.abs(pcm)
    sounding = np.flatnonzero(size > 0.01 * size.max())
    voice = pcm[sounding[0] : sounding[-1] + 1]
    loud = voice[np.abs(voice) > 0.05 * size.max()]
    gain = 10.0 ** (level_db / 20.0) / np.sqrt(np.mean(loud.astype(np.float64) ** 2))
    return np.asarray(voice * gain, np.float32)


def silent_after(played: Pcm, onset: float, lasting: float = 0.25) -> float | None:
    """Return the seconds from `onset` until the loudspeaker is silent, None where it never is."""
    hop = SAMPLE_RATE_HZ // 100
    levels = np.sqrt(np.square(played[: played.size // hop * hop]).reshape(-1, hop).mean(axis=1))
    needed, silent = round(lasting * 100), 0
    for number in range(int(onset * 100), levels.size):
        silent = silent + 1 if levels[number] < AUDIBLE else 0
        if silent == needed:
            return (number + 1 - needed) / 100 - onset
    return None

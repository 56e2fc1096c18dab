"""The ear: follows the microphone's sound, tells speech from the rest, and cuts utterances.

Rule: runs on the `listener` thread, which owns the voice detector and the turn detector. It never
decides whose turn it is: it delivers what it was told to capture or, in the mode for that, what
begins by itself, and reports pauses, levels and the state of the sound.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Block, Pcm, level_db
from her_desktop.audio.microphone import BlockQueue
from her_desktop.audio.resample import Resampler
from her_desktop.audio.tape import Tape
from her_desktop.conversation.commands import (
    Capture,
    CutCapture,
    EndCapture,
    InputCommand,
    SetListenMode,
    SetMicrophone,
)
from her_desktop.conversation.endpointing import (
    HOP_SAMPLES,
    OnsetDetector,
    Pause,
    PauseDetector,
    last_speech_sample,
)
from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    LevelMeasured,
    ListenMode,
    Noticed,
    Origin,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    TurnEndEstimated,
)
from her_desktop.inference.protocols import ModelError, TurnDetector, VoiceDetector

KEPT = 2.0
"""Seconds of sound kept while nothing is captured: pre-roll, and a late start of the capture."""

LONGEST_UTTERANCE = 600.0
"""Seconds after which an utterance is cut at its beginning: memory has an end."""

_STALLED = 0.5
"""Seconds without sound after which a cut is answered with what there is."""

_ALL_ZERO = 2.0
"""Seconds of nothing but zeros after which a microphone counts as silent."""

_SPEECH = 0.5

_PRE_ROLL = 0.5
"""Seconds kept from before speech was noticed by itself: the first syllable is among them."""

_GROWN = 0.3
"""Seconds of speech after which what was said so far is worth recognising again."""


@dataclass(frozen=True)
class StreamOpened:
    """Told to the listener ahead of a stream's first block: what comes next is a new stream."""


@dataclass
class _Verdict:
    """The voice detector's word on one frame that begins at sample `first`."""

    first: int
    probability: float


class Listener:
    """Owns the tape and the voice detector. `order` and `stop` are called by the hub."""

    def __init__(
        self,
        blocks: BlockQueue,
        load_detector: Callable[[], VoiceDetector],
        load_turn_detector: Callable[[], TurnDetector],
        emit: Callable[[Event], None],
        microphone_name: Callable[[], str],
    ) -> None:
        """Prepare; `blocks` is what the microphone's callback fills.

        The turn detector is loaded when speech is first to be noticed by itself.
        """
        self._blocks = blocks
        self._load_detector = load_detector
        self._load_turn_detector: Callable[[], TurnDetector] | None = load_turn_detector
        self._turn_detector: TurnDetector | None = None
        self._emit = emit
        self._microphone_name = microphone_name
        self._thread = threading.Thread(target=self._run, name="listener")
        self._detector: VoiceDetector | None = None
        self._resampler = Resampler(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
        self._sample_rate_hz = SAMPLE_RATE_HZ
        self._tape = Tape()
        self._verdicts: deque[_Verdict] = deque()
        self._heard = 0
        self._judged = 0
        self._zeros = 0.0
        self._shown: DeviceState | None = None
        self._mode = ListenMode.HOLD
        self._capture_since: float | None = None
        self._by_ear = False
        self._free_from = -np.inf
        self._grown_from = 0
        self._cuts: deque[CutCapture] = deque()
        self._pauses = PauseDetector()
        self._onset = OnsetDetector()

    def start(self) -> None:
        """Start the thread, which loads the voice detector first."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Begin, cut or end a capture, or listen in another way; returns at once."""
        if not isinstance(command, SetMicrophone):
            self._blocks.send(command)

    def stop(self) -> None:
        """End the thread soon; returns at once."""
        self._blocks.send(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    # --- the listener thread -------------------------------------------------------------------

    def _run(self) -> None:
        self._detector = self._load()
        while True:
            try:
                item = self._blocks.get(timeout=_STALLED if self._cuts else None)
            except queue.Empty:
                self._deliver(self._cuts.popleft())
                continue
            match item:
                case Block():
                    self._hear(item)
                case Capture(since=since):
                    self._begin_capture(since, by_ear=False)
                case CutCapture():
                    self._cuts.append(item)
                case EndCapture():
                    self._end_capture()
                case SetListenMode(mode=mode):
                    self._listen(mode)
                case StreamOpened():
                    self._begin_stream(self._sample_rate_hz)
                case None:
                    return
            while self._cuts and self._tape.end_at >= self._cuts[0].until:
                self._deliver(self._cuts.popleft())

    def _load(self) -> VoiceDetector | None:
        name = "Silero VAD"
        self._emit(StageLoading(at=time.monotonic(), stage=Stage.VAD, model=name))
        try:
            detector = self._load_detector()
        except ModelError as error:
            failed = StageFailed(
                at=time.monotonic(), stage=Stage.VAD, model=name, message=str(error)
            )
            self._emit(failed)
            return None
        self._emit(
            StageReady(at=time.monotonic(), stage=Stage.VAD, model=name, detail="CPU, 1 thread")
        )
        return detector

    def _listen(self, mode: ListenMode) -> None:
        """Wait for speech, or for orders only."""
        self._mode = mode
        if mode is ListenMode.HOLD or self._load_turn_detector is None:
            return
        load, self._load_turn_detector = self._load_turn_detector, None
        try:
            self._turn_detector = load()
        except ModelError as error:
            # The words and the length of a pause still tell when a turn is over, later.
            self._emit(Noticed(at=time.monotonic(), message=str(error)))

    def _begin_capture(self, since: float, *, by_ear: bool) -> None:
        self._capture_since, self._by_ear = since, by_ear
        self._grown_from = self._judged
        self._cuts.clear()
        self._pauses = PauseDetector(OnsetDetector.NEEDED if by_ear else 0)

    def _end_capture(self) -> None:
        self._capture_since = None
        self._cuts.clear()
        self._onset = OnsetDetector()
        # What belonged to one utterance is no pre-roll of the next.
        self._free_from = self._tape.end_at

    def _begin_stream(self, sample_rate_hz: int) -> None:
        """Start on a new stream; an utterance under way keeps what it has."""
        self._resampler = Resampler(sample_rate_hz, SAMPLE_RATE_HZ)
        self._sample_rate_hz = sample_rate_hz
        self._zeros = 0.0
        self._shown = None
        if self._detector:
            self._detector.reset()

    def _hear(self, block: Block) -> None:
        if block.sample_rate_hz != self._sample_rate_hz:
            self._begin_stream(block.sample_rate_hz)
        pcm = self._resampler.process(block.pcm)
        self._tape.append(block.at - self._resampler.delay, pcm)
        self._watch_for_silence(block)
        while self._heard + HOP_SAMPLES <= self._tape.end:
            first, self._heard = self._heard, self._heard + HOP_SAMPLES
            if self._is_following:
                self._follow(self._pauses.hear(level_db(self._tape.between(first, self._heard))))
            if self._heard - self._judged == FRAME_SAMPLES:
                frame = self._tape.between(self._judged, self._heard)
                self._judged = self._heard
                self._judge(frame)
        self._forget()
        if dropped := self._blocks.take_dropped():
            self._emit(AudioDropped(at=time.monotonic(), device=Device.MICROPHONE, count=dropped))

    @property
    def _is_following(self) -> bool:
        """Whether pauses matter: something is said, and where it ends is not known yet."""
        return self._capture_since is not None and not self._cuts

    def _judge(self, frame: Pcm) -> None:
        level = level_db(frame)
        # Without a detector, loud enough has to do: better a wasted guess than a deaf assistant.
        probability = self._detector.probability(frame) if self._detector else float(level > -45.0)
        self._verdicts.append(_Verdict(self._judged - FRAME_SAMPLES, probability))
        self._emit(
            LevelMeasured(at=time.monotonic(), level_db=level, speech=probability >= _SPEECH)
        )
        if self._is_following:
            self._follow(self._pauses.judge(level, probability))
            self._report_growth(probability)
        elif self._capture_since is None and self._mode is not ListenMode.HOLD:
            self._await_onset(level, probability)

    def _await_onset(self, level: float, probability: float) -> None:
        """Begin an utterance where somebody begins to speak."""
        if self._onset.judge(level, probability):
            since = max(self._tape.at(self._judged) - _PRE_ROLL, self._free_from)
            self._begin_capture(since, by_ear=True)
            self._emit(
                SpeechStarted(at=time.monotonic(), started_at=since, origin=Origin.HANDS_FREE)
            )

    def _follow(self, pause: Pause | None) -> None:
        """Report what a pause that begins or ends means for the utterance."""
        if pause is Pause.BEGAN:
            # What a guess is made of: everything up to here.
            paused = self._deliver(CutCapture(self._tape.at(self._heard)))
            if self._by_ear and self._turn_detector and paused and paused.speech_ended_at:
                probability = self._turn_detector.probability(paused.pcm)
                self._emit(
                    TurnEndEstimated(
                        at=time.monotonic(), until=paused.until, probability=probability
                    )
                )
        elif pause is Pause.ENDED:
            self._grown_from = self._judged
            resumed_at = self._tape.at(self._judged - PauseDetector.RESUMED_FRAMES * FRAME_SAMPLES)
            self._emit(SpeechResumed(at=time.monotonic(), resumed_at=resumed_at))

    def _report_growth(self, probability: float) -> None:
        """Hand out what was said so far, now and then, while the voice is heard."""
        grown = (self._judged - self._grown_from) / SAMPLE_RATE_HZ
        if self._pauses.is_paused or probability < _SPEECH or grown < _GROWN:
            return
        self._grown_from = self._judged
        if self._capture_since is not None:
            first = self._tape.sample(self._capture_since)
            self._emit(SpeechGrew(at=time.monotonic(), pcm=self._tape.between(first, self._judged)))

    def _watch_for_silence(self, block: Block) -> None:
        """Report the microphone from the samples it delivers: ready, or nothing but zeros."""
        silent = not block.pcm.any()
        self._zeros = self._zeros + block.pcm.size / block.sample_rate_hz if silent else 0.0
        if self._zeros >= _ALL_ZERO:
            self._show(
                DeviceState.SILENT,
                "The microphone delivers only silence. Check that it is switched on and allowed.",
            )
        elif not silent or self._shown is None:
            self._show(DeviceState.READY, "")

    def _show(self, state: DeviceState, message: str) -> None:
        if state is self._shown:
            return
        self._shown = state
        self._emit(
            DeviceChanged(
                at=time.monotonic(),
                device=Device.MICROPHONE,
                state=state,
                name=self._microphone_name(),
                message=message,
            )
        )

    def _forget(self) -> None:
        kept, since = KEPT, self._capture_since
        if since is not None:
            # Not before its beginning, and a little earlier: anchors of time still move.
            kept = min(LONGEST_UTTERANCE, self._tape.end_at - since + KEPT)
        oldest = self._tape.end - int(kept * SAMPLE_RATE_HZ)
        self._tape.forget_before(oldest)
        while self._verdicts and self._verdicts[0].first + FRAME_SAMPLES <= oldest:
            self._verdicts.popleft()

    def _deliver(self, cut: CutCapture) -> SpeechPaused | None:
        """Answer a cut with the sound from the capture's beginning to the cut's instant."""
        if self._capture_since is None:
            return None
        first, last = self._tape.sample(self._capture_since), self._tape.sample(cut.until)
        pcm = self._tape.between(first, last)
        verdicts = [v for v in self._verdicts if first <= v.first < last]
        # The detector's frames do not begin where the capture does: shift the sound to theirs.
        offset = verdicts[0].first - first if verdicts else 0
        probabilities = np.array([v.probability for v in verdicts], np.float32)
        ended = last_speech_sample(pcm[offset:], probabilities)
        paused = SpeechPaused(
            at=time.monotonic(),
            pcm=pcm,
            until=cut.until,
            speech_ended_at=None if ended is None else self._tape.at(first + offset + ended),
        )
        self._emit(paused)
        return paused

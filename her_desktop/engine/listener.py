"""Listening: follows the microphone's sound, tells speech from the rest, and cuts utterances.

Rule: runs on the `listener` thread, which owns the voice detector and the turn detector. It never
decides whose turn it is: it delivers what it was told to capture or, in the mode for that, what
begins by itself, and reports pauses, levels and the state of the sound.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from her_desktop.audio.echo import EchoOptions
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Block, Pcm, level_db
from her_desktop.audio.microphone import BlockQueue, Doze
from her_desktop.audio.stream import BLOCK
from her_desktop.conversation.commands import (
    AwaitPhrase,
    Capture,
    ChooseDevice,
    CleanMicrophone,
    CutCapture,
    EndCapture,
    InputCommand,
    SetListenMode,
    SetMicrophone,
    TestMicrophone,
)
from her_desktop.conversation.endpointing import (
    HOP_SAMPLES,
    OnsetDetector,
    Pause,
    PauseDetector,
)
from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    Event,
    LevelMeasured,
    ListenMode,
    Noticed,
    Origin,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    SpeechSuspected,
    TurnEndEstimated,
    WakePhraseHeard,
)
from her_desktop.engine.attention import REST_FRAMES, Attention
from her_desktop.engine.detectors import turn_detector, voice_detector
from her_desktop.engine.ear import Ear
from her_desktop.engine.microphone_test import MicrophoneTest
from her_desktop.engine.take import Take
from her_desktop.engine.wake_watch import Call, LoadWake, WakeWatch
from her_desktop.engine.work_failures import UNFORESEEN, log_fault
from her_desktop.inference.protocols import TurnDetector, VoiceDetector

_STALLED = 0.5
"""Seconds without sound after which a cut is answered with what there is."""

_SPEECH = 0.5

_NOTHING_DB = -120.0

_PRE_ROLL = 0.5
"""Seconds kept from before speech was noticed by itself: the first syllable is among them."""

_PHRASE = {Call.SURE: 1.3, Call.SUSPECTED: 1.6}
"""Seconds kept from before the wake phrase was noticed: it is among them."""

_GROWN = 0.3
"""Seconds of speech after which what was said so far is worth recognising again."""


@dataclass(frozen=True)
class StreamOpened:
    """Told to the listener ahead of a stream's first block: what comes next is a new stream."""

    device: Device = Device.MICROPHONE


class Listener:
    """Owns the ear and the voice detector. `order` and `stop` are called by the hub."""

    def __init__(
        self,
        blocks: BlockQueue,
        load_detector: Callable[[], VoiceDetector],
        load_turn_detector: Callable[[], TurnDetector],
        emit: Callable[[Event], None],
        microphone_name: Callable[[], str],
        far_end: FarEnd | None = None,
        echo: EchoOptions | None = None,
        load_wake: LoadWake | None = None,
    ) -> None:
        """Prepare; `blocks` is what the microphone's callback fills, `far_end` the loudspeaker's.

        The turn detector is loaded when speech is first to be noticed by itself.
        """
        self._blocks = blocks
        self._load_detector = load_detector
        self._load_turn_detector: Callable[[], TurnDetector] | None = load_turn_detector
        self._turn_detector: TurnDetector | None = None
        self._emit = emit
        self._ear = Ear(emit, microphone_name, far_end or FarEnd(), echo or EchoOptions())
        self._thread = threading.Thread(target=self._run, name="listener")
        self._detector: VoiceDetector | None = None
        self._tape = self._ear.tape
        self._take = Take(self._tape)
        self._heard = 0
        self._judged = 0
        self._has_stumbled = False
        self._mode = ListenMode.HOLD
        self._by_ear = False
        self._free_from = -np.inf
        self._grown_from = 0
        self._cuts: deque[CutCapture] = deque()
        self._test: MicrophoneTest | None = None
        self._attention = Attention()
        self._pauses = PauseDetector()
        self._onset = OnsetDetector()
        self._wake = WakeWatch(load_wake, emit) if load_wake else None

    def start(self) -> None:
        """Start the thread, which loads the voice detector first."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Begin, cut or end a capture, or listen in another way; returns at once."""
        if not isinstance(command, SetMicrophone | ChooseDevice):
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
        self._ear.begin()
        self._detector = voice_detector(self._load_detector, self._emit)
        while True:
            try:
                timeout = _STALLED if self._cuts or self._test else None
                item = self._blocks.get(timeout, self._wanted_blocks, self._doze)
            except queue.Empty:
                if self._cuts:
                    self._deliver(self._cuts.popleft())
                self._end_test_in_time()
                continue
            if item is None:
                self._ear.close()
                return
            try:
                self._take_up(item)
            except Exception as error:
                self._stumble(error)
            while self._cuts and self._tape.end_at >= self._cuts[0].until:
                self._deliver(self._cuts.popleft())

    def _take_up(self, item: object) -> None:
        """Hear sound, or carry out an order."""
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
            case AwaitPhrase(phrase=phrase, threshold=threshold) if self._wake:
                self._wake.await_phrase(phrase, threshold)
            case CleanMicrophone(cancel_echo=echo, suppress_noise=noise, automatic_gain=gain):
                self._ear.clean(EchoOptions(echo, noise, gain))
            case TestMicrophone(duration=duration):
                self._test = MicrophoneTest(time.monotonic(), duration)
            case StreamOpened(device=Device.MICROPHONE):
                self._begin_stream()
            case StreamOpened():
                self._ear.begin_playback_stream()

    def _stumble(self, error: Exception) -> None:
        """Go on with the next sound: what a library does once must not leave nobody listening."""
        self._heard = self._judged = self._tape.end
        if not self._has_stumbled:
            # Once a stream: it may go wrong with every block, a hundred times a second.
            self._has_stumbled = True
            log_fault("the listener failed on a sound or an order", error)
            self._emit(Noticed(at=time.monotonic(), message=UNFORESEEN))

    def _listen(self, mode: ListenMode) -> None:
        """Wait for speech, or for orders only."""
        self._mode = mode
        if mode is ListenMode.HOLD or self._load_turn_detector is None:
            return
        load, self._load_turn_detector = self._load_turn_detector, None
        self._turn_detector = turn_detector(load, self._emit)

    def _begin_capture(self, since: float, *, by_ear: bool) -> None:
        self._take.since, self._by_ear = since, by_ear
        self._grown_from = self._judged
        self._cuts.clear()
        self._pauses = PauseDetector(OnsetDetector.NEEDED if by_ear else 0)

    def _end_capture(self) -> None:
        self._take.since = None
        self._cuts.clear()
        self._onset = OnsetDetector()
        # What belonged to one utterance is no pre-roll of the next.
        self._free_from = self._tape.end_at

    def _begin_stream(self, sample_rate_hz: int | None = None) -> None:
        """Start on a new stream; an utterance under way keeps what it has."""
        self._ear.begin_stream(sample_rate_hz)
        self._has_stumbled = False
        if self._detector:
            self._detector.reset()

    def _hear(self, block: Block) -> None:
        if self._ear.is_new_rate(block):
            self._begin_stream(block.sample_rate_hz)
        raw = self._ear.hear(block)
        if self._test:
            self._test.hear(raw)
        while self._heard + HOP_SAMPLES <= self._tape.end:
            first, self._heard = self._heard, self._heard + HOP_SAMPLES
            if self._is_following:
                level = level_db(self._tape.between(first, self._heard))
                self._follow(self._pauses.hear(_NOTHING_DB if self._is_deaf else level))
            if self._heard - self._judged == FRAME_SAMPLES:
                frame = self._tape.between(self._judged, self._heard)
                self._judged = self._heard
                self._judge(frame)
        self._end_test_in_time()
        self._take.forget()
        if dropped := self._blocks.take_dropped():
            self._emit(AudioDropped(at=time.monotonic(), device=Device.MICROPHONE, count=dropped))

    @property
    def _may_rest(self) -> bool:
        """Whether nobody waits for anything that is heard."""
        return self._take.since is None and self._test is None

    @property
    def _wanted_blocks(self) -> int:
        """How many blocks are worth waking up for: at rest, those that complete a frame."""
        if not (self._may_rest and self._ear.is_at_rest):
            return 1
        return self._blocks_until(self._judged + FRAME_SAMPLES)

    @property
    def _doze(self) -> Doze | None:
        """How long to sleep where nothing stands out: what does is looked at no later for it."""
        if not (self._may_rest and self._ear.is_at_rest and self._attention.is_resting):
            return None
        frames_end = self._judged + REST_FRAMES * FRAME_SAMPLES
        power = self._ear.power_at_most(self._attention.noticed_db)
        return Doze(power, self._blocks_until(frames_end))

    def _blocks_until(self, sample: int) -> int:
        """Return how many blocks bring the tape's end to a sample, at least one."""
        return max(1, math.ceil((sample - self._tape.end) / (BLOCK * SAMPLE_RATE_HZ)))

    @property
    def _is_following(self) -> bool:
        """Whether pauses matter: something is said, and where it ends is not known yet."""
        return self._take.since is not None and not self._cuts

    @property
    def _is_deaf(self) -> bool:
        """Whether what is heard is the assistant. Whoever holds the key is believed even so."""
        return self._ear.is_deaf and (self._by_ear or self._take.since is None)

    def _judge(self, frame: Pcm) -> None:
        level = level_db(frame)
        may_rest = self._may_rest
        probability = self._attention.probability(self._detector, frame, level, may_rest=may_rest)
        is_deaf = self._is_deaf
        probability = 0.0 if is_deaf else probability
        is_speech = probability >= _SPEECH
        self._take.note(self._judged - FRAME_SAMPLES, probability)
        if self._attention.is_news(level, is_speech=is_speech, may_rest=may_rest):
            now, until = time.monotonic(), self._tape.at(self._judged)
            self._emit(LevelMeasured(at=now, level_db=level, speech=is_speech, until=until))
        if is_speech:
            self._ear.hear_speech(frame, level)
        if self._test:
            self._test.judge(frame, is_speech=is_speech)
            return
        if self._is_following:
            self._follow(self._pauses.judge(_NOTHING_DB if is_deaf else level, probability))
            self._report_growth(probability)
        elif self._take.since is None and self._mode is ListenMode.ALWAYS:
            self._await_onset(level, probability)
        elif self._take.since is None and self._mode is ListenMode.WAKE:
            self._await_phrase(frame)

    def _await_phrase(self, frame: Pcm) -> None:
        """Begin an utterance with the wake phrase, where that is said, or may have been."""
        call = self._wake.hear(frame) if self._wake else Call.NONE
        if call is not Call.NONE:
            since = max(self._tape.at(self._judged) - _PHRASE[call], self._free_from)
            self._begin_capture(since, by_ear=True)
            now = time.monotonic()
            if call is Call.SURE:
                self._emit(WakePhraseHeard(at=now))
            self._emit(SpeechStarted(at=now, started_at=since, origin=Origin.HANDS_FREE))

    def _await_onset(self, level: float, probability: float) -> None:
        """Begin an utterance where somebody begins to speak."""
        has_begun = self._onset.judge(level, probability)
        if self._onset.is_suspicious and not self._ear.may_hear_itself:
            self._emit(SpeechSuspected(at=time.monotonic()))
        if has_begun:
            since = max(self._tape.at(self._judged) - _PRE_ROLL, self._free_from)
            self._begin_capture(since, by_ear=True)
            self._emit(
                SpeechStarted(
                    at=time.monotonic(),
                    started_at=since,
                    origin=Origin.HANDS_FREE,
                    in_doubt=self._ear.is_in_doubt,
                )
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
            now, in_doubt = time.monotonic(), self._ear.is_in_doubt
            self._emit(SpeechResumed(at=now, resumed_at=resumed_at, in_doubt=in_doubt))

    def _report_growth(self, probability: float) -> None:
        """Hand out what was said so far, now and then, while the voice is heard."""
        grown = (self._judged - self._grown_from) / SAMPLE_RATE_HZ
        if self._pauses.is_paused or probability < _SPEECH or grown < _GROWN:
            return
        self._grown_from = self._judged
        self._emit(SpeechGrew(at=time.monotonic(), pcm=self._take.until(self._judged)))

    def _end_test_in_time(self) -> None:
        """Say what a test of the microphone has heard, once it is over."""
        now = time.monotonic()
        if self._test and self._test.is_over(self._tape.end_at, now):
            tested, self._test = self._test.result(now), None
            self._emit(tested)

    def _deliver(self, cut: CutCapture) -> SpeechPaused | None:
        """Answer a cut with the sound from the capture's beginning to the cut's instant."""
        paused = self._take.cut(cut.until)
        if paused is not None:
            self._emit(paused)
        return paused

"""The ear, fed block by block: what it delivers, and what it says of the sound."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from simulated_room import speech

from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import Block, Pcm
from her_desktop.audio.microphone import BlockQueue, Doze
from her_desktop.audio.resample import resample
from her_desktop.conversation.commands import (
    Capture,
    CleanMicrophone,
    CutCapture,
    EndCapture,
    SetListenMode,
    TestMicrophone,
)
from her_desktop.conversation.events import (
    AudioDropped,
    DeviceChanged,
    DeviceState,
    Event,
    LevelMeasured,
    ListenMode,
    MicrophoneTested,
    Noticed,
    Origin,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    StageFailed,
    StageReady,
    TurnEndEstimated,
)
from her_desktop.engine.listener import Listener, StreamOpened
from her_desktop.inference.protocols import ModelError, VoiceDetector

PATIENCE = 10.0
PTT = Origin.PUSH_TO_TALK


class LoudIsSpeech:
    """A detector for which every loud frame is speech."""

    def __init__(self) -> None:
        self.resets = 0
        self.judged = 0

    def probability(self, frame: Pcm) -> float:
        self.judged += 1
        return float(np.abs(frame).max() > 0.05)

    def reset(self) -> None:
        self.resets += 1


class WatchedBlocks(BlockQueue):
    """Knows when the listener asks for more sound and finds less than a frame of it."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = threading.Condition()
        self._is_asking = False

    def get(
        self, timeout: float | None = None, at_least: int = 1, doze: Doze | None = None
    ) -> Block | object:
        with self._asked:
            self._is_asking = True
            self._asked.notify()
        try:
            return super().get(timeout, at_least, doze)
        finally:
            with self._asked:
                self._is_asking = False

    def wait_until_heard(self) -> None:
        with self._asked:
            heard = self._asked.wait_for(self._is_all_heard, PATIENCE)
        assert heard, "the listener does not follow"

    def _is_all_heard(self) -> bool:
        dozes = self._doze is not None and not self._is_due
        return self._is_asking and (dozes or len(self._blocks) < 4)


class Ear:
    """A listener with a tape measure: feeds sound at known instants and collects events."""

    def __init__(self, detector: VoiceDetector | None = None, rate: int = 16_000) -> None:
        self.blocks = WatchedBlocks()
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.detector = detector
        self.rate = rate
        self.now = 100.0
        self.asked: list[Pcm] = []
        self.far_end = FarEnd()
        self.listener = Listener(
            self.blocks,
            self._load,
            lambda: self,
            self.events.put,
            lambda: "a microphone",
            self.far_end,
        )
        self.listener.start()

    def _load(self) -> VoiceDetector:
        if self.detector is None:
            raise ModelError("The voice detector is damaged.")
        return self.detector

    def probability(self, pcm: Pcm) -> float:
        """Judge, as a turn detector, everything to be half over."""
        self.asked.append(pcm)
        return 0.5

    def feed(self, seconds: float, amplitude: float = 0.0) -> None:
        """Give sound in blocks of 10 ms: a tone, or zeros."""
        size = self.rate // 100
        times = np.arange(size) / self.rate
        tone = (amplitude * np.sin(2 * np.pi * 200 * times)).astype(np.float32)
        for _ in range(round(seconds * 100)):
            self.blocks.put(Block(self.now, tone.copy(), self.rate))
            self.now += 0.01

    def play(self, seconds: float, amplitude: float) -> None:
        """Let the loudspeaker play, from now on, what `feed` will not bring back."""
        times = np.arange(480) / 48_000
        tone = (amplitude * np.sin(2 * np.pi * 330 * times)).astype(np.float32)
        for number in range(round(seconds * 100)):
            self.far_end.write(tone, self.now + 0.01 * number, 48_000)

    def settle(self) -> None:
        """Wait until the sound fed so far was judged, but for the last frame."""
        self.blocks.wait_until_heard()

    def wait_for(self, kind: type[Event]) -> Event:
        while True:
            event = self.events.get(timeout=PATIENCE)
            if isinstance(event, kind):
                return event

    def paused(self, until: float | None = None) -> SpeechPaused:
        """Return the next pause; where `until` is given the answer to that cut."""
        while True:
            event = self.wait_for(SpeechPaused)
            assert isinstance(event, SpeechPaused)
            if until in (None, event.until):
                return event

    def changed(self) -> DeviceChanged:
        event = self.wait_for(DeviceChanged)
        assert isinstance(event, DeviceChanged)
        return event


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear(LoudIsSpeech())
    ear.wait_for(StageReady)
    yield ear
    ear.listener.stop()
    ear.listener.join(PATIENCE)
    assert "listener" not in {thread.name for thread in threading.enumerate()}


def test_a_capture_reaches_back_before_it_was_asked_for(ear: Ear) -> None:
    ear.feed(1.0, 0.001)
    ear.feed(0.5, 0.5)
    ear.settle()
    ear.listener.order(Capture(100.6, PTT))
    ear.feed(0.5, 0.5)
    ear.feed(0.4, 0.001)
    ear.listener.order(CutCapture(102.2))
    paused = ear.paused(102.2)
    assert paused.until == 102.2
    assert paused.pcm.size == pytest.approx(1.6 * 16_000, abs=200)
    assert paused.speech_ended_at == pytest.approx(102.0, abs=0.02)
    loud = np.abs(paused.pcm) > 0.05
    assert loud[int(0.4 * 16_000) + 200 : int(1.4 * 16_000) - 200].any()
    assert not loud[: int(0.39 * 16_000)].any(), "what came before the speech is there, and quiet"


def test_a_cut_waits_until_its_sound_has_arrived(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.5, 0.5)
    ear.listener.order(CutCapture(101.0))
    ear.feed(0.4, 0.5)
    ear.feed(0.2, 0.001)
    paused = ear.paused(101.0)
    assert paused.pcm.size == pytest.approx(16_000, abs=200)


def test_two_cuts_are_answered_one_after_the_other(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.3, 0.5)
    ear.listener.order(CutCapture(100.5))
    ear.listener.order(CutCapture(100.6))
    ear.feed(0.4, 0.5)
    assert [ear.paused().until, ear.paused().until] == [100.5, 100.6]


def test_a_pause_while_capturing_is_delivered_and_its_end_told(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.6, 0.5)
    ear.feed(0.3, 0.0005)
    paused = ear.paused()
    assert paused.speech_ended_at == pytest.approx(100.6, abs=0.03)
    assert paused.until == pytest.approx(100.6 + 0.064, abs=0.02), "sooner than three frames"
    ear.feed(0.3, 0.5)
    resumed = ear.wait_for(SpeechResumed)
    assert isinstance(resumed, SpeechResumed)
    assert resumed.resumed_at == pytest.approx(100.9, abs=0.04)


def test_speech_that_goes_on_is_handed_out_while_it_grows(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(1.7, 0.5)
    sizes = []
    for _ in range(3):
        grew = ear.wait_for(SpeechGrew)
        assert isinstance(grew, SpeechGrew)
        sizes.append(grew.pcm.size / 16_000)
    assert sizes == pytest.approx([0.3, 0.6, 0.9], abs=0.1)


def test_without_a_key_speech_begins_by_itself_with_what_came_before_it(ear: Ear) -> None:
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(1.0, 0.001)
    ear.feed(0.6, 0.5)
    ear.feed(0.3, 0.0005)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert started.origin is Origin.HANDS_FREE
    assert started.started_at == pytest.approx(101.1 - 0.5, abs=0.07)
    paused = ear.paused()
    assert paused.speech_ended_at == pytest.approx(101.6, abs=0.03)
    loud = np.flatnonzero(np.abs(paused.pcm) > 0.05) / 16_000
    assert started.started_at + loud[0] == pytest.approx(101.0, abs=0.02), "the first syllable"
    estimated = ear.wait_for(TurnEndEstimated)
    assert isinstance(estimated, TurnEndEstimated)
    assert (estimated.until, estimated.probability) == (paused.until, 0.5)
    assert np.array_equal(ear.asked[0], paused.pcm)


def test_levels_are_told_seldom_in_a_quiet_room_and_at_once_when_it_is_not(ear: Ear) -> None:
    ear.feed(4.0, 0.001)
    ear.settle()
    quiet = [ear.events.get() for _ in range(ear.events.qsize())]
    assert 5 <= sum(isinstance(event, LevelMeasured) for event in quiet) <= 15, "of 125 frames"
    ear.feed(0.1, 0.5)
    level = ear.wait_for(LevelMeasured)
    while isinstance(level, LevelMeasured) and not level.speech:
        level = ear.wait_for(LevelMeasured)
    assert isinstance(level, LevelMeasured)
    assert level.level_db > -15.0
    assert level.until == pytest.approx(104.03, abs=0.04), "to where it has listened"


def test_the_detector_is_spared_in_a_quiet_room_and_misses_nothing(ear: Ear) -> None:
    assert isinstance(ear.detector, LoudIsSpeech)
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(10.0, 0.001)
    ear.settle()
    assert ear.detector.judged < 40, "312 frames, of which the first half second counts"
    before = ear.detector.judged
    ear.feed(0.6, 0.5)
    ear.feed(0.3, 0.0005)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert started.started_at == pytest.approx(110.1 - 0.5, abs=0.07)
    assert ear.paused().speech_ended_at == pytest.approx(110.6, abs=0.03)
    assert ear.detector.judged > before + 20


@pytest.fixture
def deprived_ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """An ear whose echo canceller could not be loaded."""
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    ear = Ear(LoudIsSpeech())
    noticed = ear.wait_for(Noticed)
    yield ear
    ear.listener.stop()
    ear.listener.join(PATIENCE)
    assert isinstance(noticed, Noticed)
    assert noticed.message.endswith("headphones.")


def test_what_cannot_be_told_from_the_assistant_begins_nothing(deprived_ear: Ear) -> None:
    ear = deprived_ear
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(1.0, 0.001)
    ear.settle()
    ear.play(1.0, 0.3)
    ear.feed(1.3, 0.5)
    ear.settle()
    ear.feed(0.7, 0.001)
    ear.feed(0.5, 0.5)
    ear.feed(0.3, 0.001)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    # 103.0: the voice after the assistant's, not the assistant's own from 101 on.
    assert started.started_at > 102.0


def test_who_holds_the_key_is_heard_over_the_assistant(deprived_ear: Ear) -> None:
    ear = deprived_ear
    ear.play(1.0, 0.3)
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.6, 0.5)
    ear.feed(0.3, 0.0005)
    assert ear.paused().speech_ended_at == pytest.approx(100.6, abs=0.03)


def test_the_pause_goes_on_while_the_assistant_answers(deprived_ear: Ear) -> None:
    ear = deprived_ear
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(1.0, 0.001)
    ear.feed(0.6, 0.5)
    ear.feed(0.3, 0.0005)
    ear.paused()
    ear.settle()
    ear.play(1.0, 0.3)
    ear.feed(1.2, 0.5)
    ear.settle()
    rest = [ear.events.get() for _ in range(ear.events.qsize())]
    assert not any(isinstance(event, SpeechResumed) for event in rest), "its own voice is no user"


def test_what_is_done_to_the_sound_can_be_changed(ear: Ear) -> None:
    ear.listener.order(CleanMicrophone(True, True, False))
    ear.feed(2.0, 0.2)
    ear.listener.order(Capture(102.0, PTT))
    ear.listener.order(CutCapture(102.9))
    ear.feed(1.2, 0.2)
    suppressed = ear.paused(102.9).pcm
    ear.listener.order(EndCapture())
    ear.listener.order(CleanMicrophone(False, False, False))
    ear.feed(1.0, 0.2)
    ear.listener.order(Capture(104.0, PTT))
    ear.listener.order(CutCapture(104.9))
    ear.feed(1.0, 0.2)
    plain = ear.paused(104.9).pcm
    # A steady tone is noise to whoever suppresses it.
    assert np.sqrt(np.mean(plain**2)) == pytest.approx(0.2 / np.sqrt(2), rel=0.02)
    assert np.sqrt(np.mean(suppressed**2)) < 0.5 * np.sqrt(np.mean(plain**2))


def test_a_test_of_the_microphone_returns_what_was_heard_and_begins_no_turn(ear: Ear) -> None:
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.now = time.monotonic()
    ear.listener.order(TestMicrophone(1.0))
    ear.feed(0.3, 0.001)
    ear.feed(0.6, 0.5)
    ear.feed(0.4, 0.001)
    seen: list[Event] = []
    while not seen or not isinstance(seen[-1], MicrophoneTested):
        seen.append(ear.events.get(timeout=PATIENCE))
    tested = seen[-1]
    assert isinstance(tested, MicrophoneTested)
    assert tested.speech
    assert tested.pcm.size == pytest.approx(16_000, abs=3_000)
    assert np.abs(tested.pcm).max() == pytest.approx(0.5, abs=0.01)
    assert tested.peak_db == pytest.approx(-6.0, abs=0.2)
    assert tested.level_db == pytest.approx(-9.0, abs=0.5)
    assert not any(isinstance(event, SpeechStarted) for event in seen)
    # Afterwards it listens as before.
    ear.feed(0.5, 0.001)
    ear.feed(0.6, 0.5)
    ear.wait_for(SpeechStarted)


def test_a_test_of_a_microphone_that_delivers_nothing_ends_as_well(ear: Ear) -> None:
    ear.listener.order(TestMicrophone(0.1))
    tested = ear.wait_for(MicrophoneTested)
    assert isinstance(tested, MicrophoneTested)
    assert (tested.pcm.size, tested.level_db, tested.peak_db) == (0, -120.0, -120.0)
    assert not tested.speech


def test_a_click_begins_nothing(ear: Ear) -> None:
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    for _ in range(5):
        ear.feed(0.4, 0.001)
        ear.feed(0.03, 0.5)
    ear.feed(0.4, 0.001)
    ear.settle()
    ear.listener.order(SetListenMode(ListenMode.HOLD))
    ear.listener.order(Capture(ear.now, PTT))
    ear.listener.order(CutCapture(ear.now + 0.1))
    ear.feed(0.3, 0.001)
    seen: list[Event] = []
    while not any(isinstance(event, SpeechPaused) for event in seen):
        seen.append(ear.events.get(timeout=PATIENCE))
    assert not any(isinstance(event, SpeechStarted) for event in seen)


def test_the_next_utterance_holds_nothing_of_the_one_before(ear: Ear) -> None:
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(0.6, 0.5)
    ear.feed(0.2, 0.001)
    paused = ear.paused()
    ear.listener.order(EndCapture())
    ear.feed(0.1, 0.001)
    ear.feed(0.5, 0.5)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert started.started_at >= paused.until


def test_nothing_is_delivered_while_nobody_captures(ear: Ear) -> None:
    ear.feed(0.6, 0.5)
    ear.feed(0.6, 0.0005)
    ear.listener.order(Capture(101.2, PTT))
    ear.feed(0.2, 0.0005)
    ear.listener.order(CutCapture(101.3))
    assert ear.paused(101.3).until == 101.3


def test_a_cut_whose_sound_never_comes_is_answered_with_what_there_is(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.6, 0.5)
    ear.listener.order(CutCapture(105.0))
    paused = ear.paused(105.0)
    assert paused.pcm.size == pytest.approx(0.6 * 16_000, abs=400)
    assert paused.speech_ended_at is not None


def test_silence_holds_no_speech(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(1.0, 0.001)
    ear.listener.order(CutCapture(100.9))
    assert ear.paused(100.9).speech_ended_at is None


def test_after_the_end_a_cut_delivers_nothing(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    ear.listener.order(EndCapture())
    ear.listener.order(CutCapture(100.2))
    ear.feed(0.5, 0.5)
    ear.listener.order(Capture(100.3, PTT))
    ear.listener.order(CutCapture(100.4))
    assert ear.paused(100.4).pcm.size == pytest.approx(1600, abs=200)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_any_rate_becomes_sixteen_kilohertz(rate: int) -> None:
    ear = Ear(LoudIsSpeech(), rate)
    ear.wait_for(StageReady)
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(1.0, 0.5)
    ear.feed(0.5, 0.0005)
    ear.listener.order(CutCapture(101.4))
    paused = ear.paused(101.4)
    ear.listener.stop()
    ear.listener.join(PATIENCE)
    assert paused.pcm.size == pytest.approx(1.4 * 16_000, abs=400)
    # The end of a tone rings for some milliseconds in any resampler.
    assert paused.speech_ended_at == pytest.approx(101.0, abs=0.03)


@pytest.mark.parametrize("rates", [(48_000, 8_000), (8_000, 44_100), (44_100, 48_000)])
@pytest.mark.parametrize("mode", [ListenMode.HOLD, ListenMode.ALWAYS])
def test_an_utterance_goes_on_at_another_rate(
    ear: Ear, rates: tuple[int, int], mode: ListenMode
) -> None:
    ear.rate = rates[0]
    ear.listener.order(SetListenMode(mode))
    if mode is ListenMode.HOLD:
        ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.5, 0.001)
    ear.feed(0.6, 0.5)
    ear.settle()
    ear.rate = rates[1]
    ear.blocks.send(StreamOpened())
    ear.feed(0.6, 0.5)
    ear.feed(0.4, 0.0005)
    paused = ear.paused()
    while paused.speech_ended_at is None or paused.speech_ended_at < 101.5:
        paused = ear.paused()
    assert paused.speech_ended_at == pytest.approx(101.7, abs=0.04)
    loud = np.abs(paused.pcm) > 0.05
    assert loud.sum() > 0.8 * 1.2 * 16_000 * 0.9, "both halves are in it"


def test_a_voice_by_telephone_is_warned_of_once(ear: Ear) -> None:
    voice = resample(resample(speech(16.0, seed=3), 16_000, 8_000), 8_000, 48_000)
    for _ in range(2):
        ear.blocks.send(StreamOpened())
        for first in range(0, voice.size - 480, 480):
            ear.blocks.put(Block(ear.now, voice[first : first + 480], 48_000))
            ear.now += 0.01
            if first % 48_000 == 0:
                ear.settle()
        ear.settle()
    events = [ear.events.get() for _ in range(ear.events.qsize())]
    warned = [event.message for event in events if isinstance(event, Noticed)]
    assert len(warned) == 1
    assert "a microphone works at telephone quality" in warned[0]


def test_a_microphone_is_ready_once_samples_have_come(ear: Ear) -> None:
    ear.feed(0.1, 0.01)
    changed = ear.changed()
    assert (changed.state, changed.name) == (DeviceState.READY, "a microphone")


def test_nothing_but_zeros_is_a_silent_microphone_until_it_speaks(ear: Ear) -> None:
    ear.feed(2.1)
    assert [ear.changed().state for _ in range(2)] == [DeviceState.READY, DeviceState.SILENT]
    ear.feed(0.1, 0.01)
    assert ear.changed().state is DeviceState.READY


def test_a_new_stream_is_shown_anew_and_resets_the_detector(ear: Ear) -> None:
    assert isinstance(ear.detector, LoudIsSpeech)
    ear.feed(0.1, 0.01)
    ear.changed()
    ear.blocks.send(StreamOpened())
    ear.feed(0.1, 0.01)
    assert ear.changed().state is DeviceState.READY
    assert ear.detector.resets == 1


def test_blocks_that_were_dropped_are_counted() -> None:
    ear = Ear(LoudIsSpeech())
    ear.listener.stop()
    ear.listener.join(PATIENCE)
    limit = 0
    while not ear.blocks.take_dropped():
        ear.feed(0.01, 0.1)
        limit += 1
    ear.feed(0.05, 0.1)
    late = Listener(ear.blocks, LoudIsSpeech, lambda: ear, ear.events.put, lambda: "")
    late.start()
    event = ear.wait_for(AudioDropped)
    assert isinstance(event, AudioDropped)
    assert event.count == 5
    late.stop()
    late.join(PATIENCE)


def test_without_its_detector_it_still_hears() -> None:
    ear = Ear(None)
    failed = ear.wait_for(StageFailed)
    assert isinstance(failed, StageFailed)
    assert (failed.stage, failed.message) == (Stage.VAD, "The voice detector is damaged.")
    ear.listener.order(Capture(100.0, PTT))
    ear.feed(0.5, 0.5)
    ear.feed(0.3, 0.0005)
    ear.listener.order(CutCapture(100.7))
    assert ear.paused(100.7).speech_ended_at == pytest.approx(100.5, abs=0.02)
    ear.listener.stop()
    ear.listener.join(PATIENCE)


class Stumbling(LoudIsSpeech):
    """A detector that fails for as long as it is told to."""

    is_broken = False

    def probability(self, frame: Pcm) -> float:
        if self.is_broken:
            raise RuntimeError("out of memory")
        return super().probability(frame)


def test_a_library_that_fails_for_a_moment_does_not_end_the_listening() -> None:
    detector = Stumbling()
    ear = Ear(detector)
    ear.wait_for(StageReady)
    detector.is_broken = True
    ear.feed(1.0, 0.5)
    assert isinstance(ear.wait_for(Noticed), Noticed)
    ear.settle()
    detector.is_broken = False
    ear.listener.order(Capture(101.0, PTT))
    ear.feed(0.5, 0.5)
    ear.feed(0.3, 0.0005)
    ear.listener.order(CutCapture(101.7))
    told: list[Event] = []
    while not (told and isinstance(told[-1], SpeechPaused) and told[-1].until == 101.7):
        told.append(ear.events.get(timeout=PATIENCE))
    assert told[-1].speech_ended_at == pytest.approx(101.5, abs=0.04)
    assert not [event for event in told if isinstance(event, Noticed)], "once is enough"
    ear.listener.stop()
    ear.listener.join(PATIENCE)


def test_a_minute_of_speech_is_delivered_whole(ear: Ear) -> None:
    ear.listener.order(Capture(100.0, PTT))
    for _ in range(60):
        ear.feed(1.0, 0.5)
        ear.settle()
    ear.feed(0.5, 0.0005)
    ear.listener.order(CutCapture(160.2))
    assert ear.paused(160.2).pcm.size >= 59 * 16_000

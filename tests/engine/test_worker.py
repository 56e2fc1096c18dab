"""One model on one thread: changed, told, released and recalled while jobs come and go."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from fakes import PATIENCE, FakeVoice, Watch

from her_desktop.conversation.commands import PrepareSound, Speak, Try
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    StageTried,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.engine import stages
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import ModelError

NOTHING = np.zeros(0, np.float32)
BROKEN = ModelError("The model file is damaged. Please install the model again.")


class NamedVoice(FakeVoice):
    """A voice that says what it is."""

    def __init__(self, rate: int) -> None:
        super().__init__()
        self.sample_rate_hz = rate
        self.pace = 1.0


class Rig:
    """A worker with a voice, and every voice it ever loaded."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.voices: dict[str, NamedVoice] = {}
        self.broken: set[str] = set()
        self.loads: list[str] = []
        self.together: list[int] = []
        self.worker: Worker[NamedVoice, Speak | PrepareSound] = Worker(
            Stage.TTS, self.loader("old"), stages.speak, self.watch
        )
        self.worker.start()
        self.watch.wait_for(StageReady)

    def loader(
        self, name: str, *, key: object = None, pace: float | None = None, fits: bool = True
    ) -> ModelLoader[NamedVoice]:
        def load() -> NamedVoice:
            self.loads.append(name)
            if name in self.broken:
                raise BROKEN
            self.together.append(sum(not voice.closed for voice in self.voices.values()))
            # A name is a rate too, so that what was made tells who made it.
            voice = self.voices[name] = NamedVoice(1000 + len(self.loads))
            return voice

        def tell(voice: NamedVoice) -> None:
            voice.pace = pace or 1.0

        tune: Callable[[NamedVoice], None] | None = tell if pace else None
        return ModelLoader(name, load, key, tune, lambda: fits)

    def say(self, turn: int) -> None:
        self.worker.submit(Speak(turn, 0, "one two three"), threading.Event())

    def heard(self, turn: int) -> AudioMade:
        return self.watch.wait_for(AudioMade, lambda made: made.turn == turn)

    def stop(self) -> None:
        for voice in self.voices.values():
            voice.gate.open()
        self.worker.stop()
        self.worker.join(PATIENCE)
        assert not self.worker.is_alive()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.stop()


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_jobs_before_a_change_are_done_by_the_old_model_and_those_after_by_the_new(
    rig: Rig,
) -> None:
    old = rig.voices["old"]
    old.gate.close()
    rig.say(1)
    assert old.gate.reached.wait(PATIENCE)
    rig.say(2)
    rig.worker.change(rig.loader("new"))
    rig.say(3)
    assert rig.loads == ["old"], "nothing is loaded while a job is under way"
    old.gate.open()
    rates = [rig.heard(turn).sample_rate_hz for turn in (1, 2, 3)]
    assert rates == [old.sample_rate_hz, old.sample_rate_hz, rig.voices["new"].sample_rate_hz]
    assert old.closed
    assert not rig.voices["new"].closed


def test_the_old_model_leaves_the_memory(rig: Rig) -> None:
    old = weakref.ref(rig.voices.pop("old"))
    rig.worker.change(rig.loader("new"))
    assert rig.watch.wait_for(StageReady).model == "new"
    rig.say(1)
    rig.heard(1)
    assert old() is None


def test_a_model_that_cannot_be_loaded_leaves_the_old_one_at_work(rig: Rig) -> None:
    rig.broken.add("new")
    rig.worker.change(rig.loader("new"))
    failed = rig.watch.wait_for(StageFailed)
    assert (failed.model, failed.message, failed.kept) == ("new", str(BROKEN), "old")
    assert rig.watch.wait_for(StageReady).model == "old", "everyone who watches knows it again"
    rig.say(1)
    assert rig.heard(1).sample_rate_hz == rig.voices["old"].sample_rate_hz
    assert rig.loads == ["old", "new"]
    assert not rig.watch.all(WorkFailed)


def test_an_error_nobody_foresaw_keeps_the_old_one_too(rig: Rig) -> None:
    def fail() -> NamedVoice:
        raise ZeroDivisionError

    rig.worker.change(replace(rig.loader("new"), load=fail))
    failed = rig.watch.wait_for(StageFailed)
    assert "ZeroDivisionError" in failed.message
    assert failed.kept == "old"


def test_a_first_model_that_failed_is_replaced_by_one_that_works() -> None:
    watch = Watch()
    rig = Rig()
    rig.broken.add("bad")
    worker = Worker(Stage.TTS, rig.loader("bad"), stages.speak, watch)
    worker.start()
    try:
        assert watch.wait_for(StageFailed).kept == ""
        worker.change(rig.loader("good"))
        assert watch.wait_for(StageReady).model == "good"
        worker.submit(Speak(1, 0, "one"), threading.Event())
        assert watch.wait_for(AudioMade)
        assert not watch.all(WorkFailed)
    finally:
        worker.stop()
        worker.join(PATIENCE)
        rig.stop()


def test_of_several_wishes_the_last_is_carried_out(rig: Rig) -> None:
    old = rig.voices["old"]
    old.gate.close()
    rig.say(1)
    assert old.gate.reached.wait(PATIENCE)
    for name in ("second", "third", "fourth"):
        rig.worker.change(rig.loader(name))
    old.gate.open()
    assert rig.watch.wait_for(StageReady).model == "fourth"
    assert rig.loads == ["old", "fourth"]


def test_two_models_are_there_at_once_only_where_both_fit(rig: Rig) -> None:
    rig.worker.change(rig.loader("second"))
    rig.watch.wait_for(StageReady)
    rig.worker.change(rig.loader("third", fits=False))
    rig.watch.wait_for(StageReady)
    assert rig.together == [0, 1, 0]


def test_where_both_do_not_fit_the_old_one_comes_back_after_a_failure(rig: Rig) -> None:
    rig.broken.add("new")
    rig.worker.change(rig.loader("new", fits=False))
    rig.say(1)
    assert rig.watch.wait_for(StageFailed).kept == "old"
    assert rig.heard(1).sample_rate_hz == rig.voices["old"].sample_rate_hz
    assert rig.loads == ["old", "new", "old"]


def test_what_a_model_can_be_told_needs_no_loading(rig: Rig) -> None:
    rig.worker.change(rig.loader("same", key="a", pace=1.0))
    rig.watch.wait_for(StageReady)
    voice = rig.voices["same"]
    rig.worker.change(rig.loader("same", key="a", pace=1.5))
    assert rig.watch.wait_for(StageReady).model == "same"
    assert voice.pace == 1.5
    assert rig.voices["same"] is voice
    rig.worker.change(rig.loader("same", key="b", pace=2.0))
    rig.watch.wait_for(StageReady)
    assert rig.voices["same"] is not voice, "what only loading brings about is loaded"


def test_a_model_that_cannot_be_told_does_not_end_its_thread(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.worker.change(rig.loader("same", key="a", pace=1.0))
    rig.watch.wait_for(StageReady)

    said = "what somebody said"

    def deaf(voice: NamedVoice) -> None:
        raise RuntimeError(said)

    rig.worker.change(replace(rig.loader("same", key="a"), tune=deaf))
    failed = rig.watch.wait_for(StageFailed)
    assert failed.kept == "same"
    assert "(RuntimeError)" in failed.message
    rig.say(1)
    rig.heard(1)
    assert said not in failed.message + caplog.text


def test_where_nobody_knows_whether_a_model_fits_the_jobs_are_told(rig: Rig) -> None:
    def unknown() -> bool:
        raise OSError("the driver is gone")

    rig.worker.change(replace(rig.loader("new"), fits_beside=unknown))
    assert rig.watch.wait_for(StageFailed).kept == "old"
    rig.say(1)
    assert rig.heard(1).sample_rate_hz == rig.voices["old"].sample_rate_hz


def test_a_model_that_cannot_be_closed_makes_room_for_another_all_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise RuntimeError("the card is lost")

    monkeypatch.setattr(rig.voices["old"], "close", refuse)
    rig.worker.release()
    assert rig.watch.wait_for(StageReleased).model == "old"
    rig.worker.change(rig.loader("new"))
    assert rig.watch.wait_for(StageReady).model == "new"
    rig.say(1)
    assert rig.heard(1).sample_rate_hz == rig.voices["new"].sample_rate_hz


def test_a_trial_that_was_called_off_before_it_began_says_so(rig: Rig) -> None:
    called_off = threading.Event()
    called_off.set()
    worker: Worker[NamedVoice, Speak | PrepareSound | Try] = Worker(
        Stage.TTS, rig.loader("other"), stages.speak, rig.watch
    )
    worker.start()
    worker.submit(Try(Stage.TTS, "one two", NOTHING, ()), called_off)
    tried = rig.watch.wait_for(StageTried)
    worker.stop()
    worker.join(PATIENCE)
    assert tried.gave_way
    assert not tried.message


def test_a_released_model_is_loaded_again_for_a_job(rig: Rig) -> None:
    old = rig.voices["old"]
    rig.worker.release()
    assert rig.watch.wait_for(StageReleased).model == "old"
    assert old.closed
    rig.worker.release()
    rig.say(1)
    assert rig.heard(1).sample_rate_hz == rig.voices["old"].sample_rate_hz
    assert len(rig.watch.all(StageReleased)) == 1
    assert kinds(rig.watch.events).count("StageLoading") == 2


def test_a_released_model_is_recalled_before_anybody_asks(rig: Rig) -> None:
    rig.worker.release()
    rig.worker.recall()
    rig.worker.recall()
    rig.watch.wait_for(StageReleased)
    rig.watch.wait_for(StageReady)
    rig.say(1)
    rig.heard(1)
    assert rig.loads == ["old", "old"]


def test_a_change_while_released_keeps_the_old_choice_where_it_fails(rig: Rig) -> None:
    rig.broken.add("new")
    rig.worker.release()
    rig.worker.change(rig.loader("new"))
    assert rig.watch.wait_for(StageFailed).kept == "old"
    rig.say(1)
    rig.heard(1)
    assert not rig.watch.all(WorkFailed)


def test_a_worker_that_ends_while_it_changes_leaves_nothing_open(rig: Rig) -> None:
    entered, may_go = threading.Event(), threading.Event()
    loader = rig.loader("new")

    def slow() -> NamedVoice:
        entered.set()
        assert may_go.wait(PATIENCE)
        return loader.load()

    rig.worker.change(replace(loader, load=slow))
    assert entered.wait(PATIENCE)
    assert rig.worker.idle.is_set(), "nobody waits for a model that is being loaded"
    rig.say(1)
    rig.worker.stop()
    may_go.set()
    rig.worker.join(PATIENCE)
    assert all(voice.closed for voice in rig.voices.values())
    assert not rig.watch.all(WorkStarted)


def test_a_change_tells_what_happens_in_order(rig: Rig) -> None:
    rig.worker.change(rig.loader("new"))
    rig.say(1)
    rig.watch.wait_for(WorkFinished)
    assert kinds(rig.watch.events) == [
        *("StageLoading", "StageReady"),
        *("StageLoading", "StageReady"),
        *("WorkStarted", "AudioMade", "WorkFinished"),
    ]
    loading = rig.watch.all(StageLoading)
    assert [event.model for event in loading] == ["old", "new"]


class Stuck:
    """A worker whose voice is at work on turn 1 and will not come back, as in a lost library."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.voice = rig.voices["old"]
        self.voice.gate.close()
        rig.say(1)
        assert self.voice.gate.reached.wait(PATIENCE)
        (self.thread,) = (each for each in threading.enumerate() if each.name == "tts")

    def comes_back(self) -> None:
        """Let the library give the thread back after all."""
        self.voice.gate.open()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    rig = Rig()
    stuck = Stuck(rig)
    yield stuck
    rig.worker.stop()
    rig.worker.join(PATIENCE)
    stuck.comes_back()


LOST = "The engine broke down. Please ask again in a moment."


def test_a_lost_thread_costs_its_job_and_no_other(stuck: Stuck) -> None:
    rig = stuck.rig
    rig.say(2)
    rig.worker.change(rig.loader("new"))
    rig.say(3)
    rig.worker.replace_thread(LOST)
    failed = rig.watch.wait_for(WorkFailed)
    assert (failed.turn, failed.message) == (1, LOST)
    assert rig.watch.wait_for(WorkFinished).turn == 1
    assert rig.watch.wait_for(StageLoading).model == "old", "whoever watches sees it load again"
    assert rig.heard(2).sample_rate_hz == 1002, "by a model of its own"
    assert rig.heard(3).sample_rate_hz == rig.voices["new"].sample_rate_hz
    assert rig.watch.wait_for(WorkFinished).turn == 3
    assert rig.worker.idle.wait(PATIENCE)
    assert not stuck.voice.closed, "nobody touches what the library still has"


def test_a_lost_thread_holds_nobody_up_at_the_end(stuck: Stuck) -> None:
    rig = stuck.rig
    rig.worker.replace_thread(LOST)
    rig.watch.wait_for(StageReady)
    rig.worker.stop()
    rig.worker.join(PATIENCE)
    assert [thread for thread in threading.enumerate() if thread.name == "tts"] == [stuck.thread]
    assert stuck.thread.daemon, "the process can end without it"
    assert rig.worker.is_alive(), "and whoever ends it knows that there is one"


def test_a_thread_that_is_lost_while_it_should_end_is_not_replaced(stuck: Stuck) -> None:
    rig = stuck.rig
    rig.worker.stop()
    rig.worker.replace_thread(LOST)
    rig.worker.join(PATIENCE)
    assert rig.loads == ["old"]
    assert rig.worker.idle.is_set()


def test_a_thread_that_comes_back_after_all_has_nothing_more_to_say(stuck: Stuck) -> None:
    rig = stuck.rig
    rig.worker.replace_thread(LOST)
    rig.watch.wait_for(StageReady)
    told = len(rig.watch.events)
    stuck.comes_back()
    assert rig.watch.events[told:] == []
    rig.say(2)
    assert rig.heard(2).sample_rate_hz == 1002


def test_a_thread_lost_while_it_loads_another_model_loads_that_one() -> None:
    rig = Rig()
    gate = threading.Event()

    def lose() -> NamedVoice:
        assert gate.wait(PATIENCE)
        raise BROKEN

    loader = rig.loader("new")
    ways = iter([lose, loader.load])
    rig.worker.change(replace(loader, load=lambda: next(ways)()))
    rig.watch.wait_for(StageLoading)
    rig.worker.replace_thread(LOST)
    try:
        assert rig.watch.wait_for(StageReady).model == "new"
        rig.say(1)
        assert rig.heard(1).sample_rate_hz == rig.voices["new"].sample_rate_hz
        assert not rig.watch.all(WorkFailed), "no turn was at work"
    finally:
        gate.set()
        rig.worker.stop()
        rig.worker.join(PATIENCE)


def test_a_model_that_breaks_its_engine_again_and_again_is_left_alone(stuck: Stuck) -> None:
    rig = stuck.rig
    for _ in range(2):
        rig.worker.replace_thread(LOST)
        rig.watch.wait_for(StageReady)
    rig.worker.replace_thread(LOST)
    failed = rig.watch.wait_for(StageFailed)
    assert (failed.model, failed.kept) == ("old", "")
    assert "3 times" in failed.message
    assert rig.loads == ["old"] * 3
    rig.say(2)
    assert rig.watch.wait_for(WorkFailed, lambda each: each.turn == 2).message == failed.message
    rig.worker.change(rig.loader("new"))
    rig.say(3)
    assert rig.heard(3).sample_rate_hz == rig.voices["new"].sample_rate_hz

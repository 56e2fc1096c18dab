"""One model on one thread: changed, told, released and recalled while jobs come and go."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fakes import PATIENCE, FakeVoice, Watch

from her_desktop.conversation.commands import PrepareSound, Speak
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StageReleased,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.engine import stages
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import ModelError

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

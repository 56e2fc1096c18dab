"""How models come back: the one that is needed first goes first, and none is warmed again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fakes import PATIENCE, FakeVoice, Watch

from her_desktop.conversation.commands import PrepareSound, Speak
from her_desktop.conversation.events import AudioMade, Stage, StageReady, StageReleased, WorkFailed
from her_desktop.engine import stages, worker
from her_desktop.engine.loader import ModelLoader
from her_desktop.engine.worker import Worker


class Rig:
    """Two workers, of which the first one's model can be kept from coming back."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.loads: list[str] = []
        self.may_return = threading.Event()
        self.first = self.started(Stage.STT)
        self.second = self.started(Stage.TTS)

    def started(self, stage: Stage) -> Worker[FakeVoice, Speak | PrepareSound]:
        def load() -> FakeVoice:
            self.loads.append(f"{stage.value} loaded")
            return FakeVoice()

        def again() -> FakeVoice:
            if stage is Stage.STT:
                assert self.may_return.wait(PATIENCE)
            self.loads.append(f"{stage.value} back")
            return FakeVoice()

        loader = ModelLoader(stage.value, load, again=again)
        made: Worker[FakeVoice, Speak | PrepareSound] = Worker(
            stage, loader, stages.speak, self.watch
        )
        made.start()
        self.watch.wait_for(StageReady, lambda ready: ready.stage is stage)
        return made

    def release(self) -> None:
        self.first.release()
        self.second.release()
        told = {self.watch.wait_for(StageReleased).stage for _ in range(2)}
        assert told == {Stage.STT, Stage.TTS}
        self.loads.clear()

    def say(self, mouth: Worker[FakeVoice, Speak | PrepareSound], turn: int) -> None:
        mouth.submit(Speak(turn, 0, "one two three"), threading.Event())
        self.watch.wait_for(AudioMade, lambda made: made.turn == turn)

    def stop(self) -> None:
        self.may_return.set()
        for each in (self.first, self.second):
            each.stop()
        for each in (self.first, self.second):
            each.join(PATIENCE)
            assert not each.is_alive()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.stop()


def test_a_model_that_was_there_before_is_brought_back_the_short_way(rig: Rig) -> None:
    rig.release()
    rig.say(rig.second, 1)
    assert rig.loads == ["tts back"]


def test_without_a_short_way_it_is_loaded_as_at_first() -> None:
    voice = FakeVoice()
    assert ModelLoader("voice", lambda: voice).bring_back() is voice


def test_what_is_needed_first_is_back_first(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LONGEST_PRECEDENCE", PATIENCE)
    rig.release()
    rig.first.recall()
    rig.second.recall(after=rig.first.at_hand)
    assert not rig.first.at_hand.is_set()
    rig.may_return.set()
    assert rig.second.at_hand.wait(PATIENCE)
    assert rig.loads == ["stt back", "tts back"]
    assert rig.first.at_hand.is_set()


def test_what_is_needed_first_is_not_waited_for_without_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LONGEST_PRECEDENCE", 0.01)
    rig.release()
    rig.first.recall()
    rig.second.recall(after=rig.first.at_hand)
    assert rig.second.at_hand.wait(PATIENCE)
    assert rig.loads == ["tts back"]


def test_nobody_waits_for_one_that_was_never_away(rig: Rig) -> None:
    rig.loads.clear()
    rig.first.recall()
    assert rig.first.at_hand.wait(PATIENCE)
    rig.second.recall(after=rig.first.at_hand)
    assert rig.second.at_hand.wait(PATIENCE)
    assert rig.loads == []
    assert not rig.watch.all(WorkFailed)


def test_nobody_waits_for_one_that_has_ended(rig: Rig) -> None:
    rig.release()
    rig.first.recall()
    rig.first.stop()
    rig.may_return.set()
    rig.first.join(PATIENCE)
    assert rig.first.at_hand.is_set()

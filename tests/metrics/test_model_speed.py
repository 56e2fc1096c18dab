from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her_desktop.conversation.events import (
    AudioMade,
    Event,
    Stage,
    StageReady,
    TextStreamed,
    Transcribed,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.metrics.model_speed import SpeedKeeper


def ready(stage: Stage, model: str, detail: str = "CPU") -> Event:
    return StageReady(at=0.0, stage=stage, model=model, detail=detail)


def job(stage: Stage, start: float, *given: Event, end: float, turn: int = 1) -> list[Event]:
    return [
        WorkStarted(at=start, turn=turn, stage=stage),
        *given,
        WorkFinished(at=end, turn=turn, stage=stage),
    ]


@pytest.fixture
def keeper(tmp_path: Path) -> SpeedKeeper:
    made = SpeedKeeper(tmp_path / "data" / "speeds.json")
    for stage, name in ((Stage.STT, "ear"), (Stage.LLM, "mind"), (Stage.TTS, "voice")):
        made.handle(ready(stage, name))
    return made


def feed(keeper: SpeedKeeper, *events: Event) -> None:
    for event in events:
        keeper.handle(event)


def text(at: float, words: str) -> Event:
    return TextStreamed(at=at, turn=1, text=words)


def test_nothing_is_known_before_the_first_turn(keeper: SpeedKeeper) -> None:
    assert keeper.speed("ear") is None
    assert keeper.speed("nobody") is None


def test_a_recogniser_is_known_by_its_wait(keeper: SpeedKeeper) -> None:
    for start, wait in ((0.0, 0.1), (1.0, 0.3), (2.0, 0.2)):
        done = Transcribed(at=start + wait, turn=1, text="x", language="en")
        feed(keeper, *job(Stage.STT, start, done, end=start + wait))
    speed = keeper.speed("ear")
    assert speed is not None
    assert speed.first == pytest.approx(0.2)
    assert speed.rate is None


def test_a_language_model_by_its_first_word_and_its_words_a_second(keeper: SpeedKeeper) -> None:
    given = (text(5.1, "one"), text(5.5, " two three"), text(6.9, " four"))
    feed(keeper, *job(Stage.LLM, 5.0, *given, end=7.0))
    speed = keeper.speed("mind")
    assert speed is not None
    assert speed.first == pytest.approx(0.1)
    assert speed.rate == pytest.approx(2.0)


def test_a_voice_by_its_first_sound_and_how_much_faster_it_is_than_speech(
    keeper: SpeedKeeper,
) -> None:
    pcm = np.zeros(22_050, np.float32)
    given = [AudioMade(at=at, turn=1, index=0, pcm=pcm, sample_rate_hz=22_050) for at in (1.1, 1.2)]
    feed(keeper, *job(Stage.TTS, 1.0, *given, end=1.5))
    speed = keeper.speed("voice")
    assert speed is not None
    assert speed.first == pytest.approx(0.1)
    assert speed.rate == pytest.approx(4.0)


def test_work_aside_and_work_that_failed_count_for_nothing(keeper: SpeedKeeper) -> None:
    feed(keeper, *job(Stage.LLM, 0.0, text(0.1, "x"), end=1.0, turn=0))
    failed = WorkFailed(at=0.2, turn=1, stage=Stage.LLM, message="It failed.")
    feed(keeper, *job(Stage.LLM, 0.0, text(0.1, "x"), failed, end=1.0))
    feed(keeper, *job(Stage.LLM, 0.0, end=1.0))
    assert keeper.speed("mind") is None


def test_another_model_has_its_own_figures(keeper: SpeedKeeper) -> None:
    feed(keeper, *job(Stage.LLM, 0.0, text(0.5, "x"), end=1.0))
    keeper.handle(ready(Stage.LLM, "other"))
    feed(keeper, *job(Stage.LLM, 0.0, text(0.1, "x"), end=1.0))
    speeds = keeper.speed("mind"), keeper.speed("other")
    assert [speed and speed.first for speed in speeds] == [0.5, 0.1]


def test_on_another_device_the_old_figures_are_dropped(keeper: SpeedKeeper) -> None:
    feed(keeper, *job(Stage.LLM, 0.0, text(0.5, "x"), end=1.0))
    keeper.handle(ready(Stage.LLM, "mind", "GPU"))
    assert keeper.speed("mind") is None


def test_what_was_learned_is_there_next_time(keeper: SpeedKeeper, tmp_path: Path) -> None:
    feed(keeper, *job(Stage.LLM, 0.0, text(0.5, "a secret word"), end=1.0))
    keeper.save()
    path = tmp_path / "data" / "speeds.json"
    assert SpeedKeeper(path).speed("mind") == keeper.speed("mind")
    assert "secret" not in path.read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"models": 7}', '{"models": {"a": {}}}'])
def test_a_spoiled_file_costs_only_what_was_in_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "speeds.json"
    path.write_text(content)
    keeper = SpeedKeeper(path)
    keeper.handle(ready(Stage.LLM, "mind"))
    feed(keeper, *job(Stage.LLM, 0.0, text(0.5, "x"), end=1.0))
    keeper.save()
    assert SpeedKeeper(path).speed("mind") is not None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keeper = SpeedKeeper(tmp_path / "file" / "speeds.json")
    keeper.handle(ready(Stage.LLM, "mind"))
    feed(keeper, *job(Stage.LLM, 0.0, text(0.5, "x"), end=1.0))
    keeper.save()
    assert keeper.speed("mind") is not None


def test_a_file_that_cannot_be_replaced_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "speed.json"
    (path / "a folder in its place").mkdir(parents=True)
    SpeedKeeper(path).save()
    assert list(tmp_path.iterdir()) == [path]

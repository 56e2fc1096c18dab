"""The models' keeper with the real starter models, and what it keeps from those that are not sound.

The old model answers while, and after, a bad one is refused.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from broken_models import LOOPS, gguf, starter, with_template
from fakes import PATIENCE
from library.conftest import Told
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.catalogue import Kind, Model, ModelFile
from her_desktop.conversation.commands import Speak, Think
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    PlayRequested,
    Stage,
    StageFailed,
    StageReady,
    TextStreamed,
    WorkFinished,
)
from her_desktop.conversation.history import Message
from her_desktop.engine import stages
from her_desktop.engine.worker import Worker
from her_desktop.inference.opening import Opened
from her_desktop.library.news import Phase, TrialMoved
from her_desktop.model_care import ModelCare
from her_desktop.models import Models, model_loader
from her_desktop.own_models import write_own
from her_desktop.paths import Paths
from her_desktop.placement.placement import Placement
from her_desktop.settings import Settings

pytestmark = pytest.mark.models

SLOW = 60.0


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


def shelve(paths: Paths, kind: Kind, model_id: str, *files: Path, own: bool = True) -> Path:
    """Put files on the shelf as a model of the user's own, without having looked at them."""
    folder = paths.models_dir / kind / model_id
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)
    described = tuple(ModelFile(each.name, each.stat().st_size, "0" * 64) for each in files)
    if own:
        write_own(Model(model_id, kind, model_id, (), "unknown", described, own=True), folder)
    return folder


def answer(worker: Worker[Any, Any], told: Told, turn: int) -> str:
    told.events.clear()
    worker.submit(Think(turn, (Message("user", "Say hello."),)), threading.Event())
    told.wait(lambda e: isinstance(e, WorkFinished) and e.turn == turn, SLOW)
    return "".join(e.text for e in told.events if isinstance(e, TextStreamed))


@pytest.fixture
def minds(paths: Paths) -> Iterator[tuple[Worker[Any, Any], Told]]:
    told = Told()
    loader = model_loader(Models(Settings(), paths), Stage.LLM)
    worker: Worker[Any, Any] = Worker(Stage.LLM, loader, stages.think, told)
    worker.start()
    told.wait(lambda e: isinstance(e, StageReady), SLOW)
    yield worker, told
    worker.stop()
    worker.join(SLOW)
    assert not worker.is_alive()


REASONS = {
    "truncated": "incomplete",
    "wrong-magic": "no GGUF",
    "absurd-count": "makes no sense",
    "hollow": "cannot be opened",
    "pickle": "pickle",
    "looping-template": "does not come to an end",
    "larger-than-memory": "GB of memory",
}


def bad_models(folder: Path) -> dict[str, Path]:
    """Write one of each kind of file that nobody should open."""
    whole = starter("smollm2-135m-instruct")[0].read_bytes()
    contents = {
        "truncated": whole[:40_000_000],
        "wrong-magic": b"JUNK" + whole[4:1000],
        "absurd-count": gguf(tensors=2**60),
        "hollow": gguf(),
        "pickle": b"\x80\x04.",
    }
    folder.mkdir()
    made = {}
    for name, content in contents.items():
        made[name] = folder / f"{name}.gguf"
        made[name].write_bytes(content)
    made["looping-template"] = with_template(LOOPS, folder / "looping-template.gguf")
    huge = folder / "larger-than-memory.gguf"
    huge.write_bytes(gguf(shape=(1 << 20, 1 << 16), data=0))
    made["larger-than-memory"] = huge
    return made


def test_every_bad_model_is_refused_in_words_and_the_old_one_still_answers(
    minds: tuple[Worker[Any, Any], Told], paths: Paths, tmp_path: Path
) -> None:
    worker, told = minds
    for turn, (name, file) in enumerate(bad_models(tmp_path / "bad").items(), 1):
        folder = shelve(paths, Kind.LLM, f"own-{name}", file)
        if name == "larger-than-memory":
            with (folder / file.name).open("r+b") as stream:
                stream.truncate((1 << 38) + 4096)
        told.events.clear()
        changed = Models(Settings(llm_model=f"own-{name}"), paths)
        worker.change(model_loader(changed, Stage.LLM))
        failed = told.wait(lambda e: isinstance(e, StageFailed), SLOW)
        assert isinstance(failed, StageFailed)
        assert failed.kept == "SmolLM2 135M Instruct", name
        assert failed.message.endswith("."), name
        assert REASONS[name] in failed.message
        assert "the log has the details" not in failed.message, name
        assert answer(worker, told, turn), name


def test_a_sound_model_of_the_users_own_takes_over(
    minds: tuple[Worker[Any, Any], Told], paths: Paths
) -> None:
    worker, told = minds
    shelve(paths, Kind.LLM, "own-mine", starter("smollm2-135m-instruct")[0])
    told.events.clear()
    worker.change(model_loader(Models(Settings(llm_model="own-mine"), paths), Stage.LLM))
    ready = told.wait(lambda e: isinstance(e, StageReady), SLOW)
    assert isinstance(ready, StageReady)
    assert ready.model == "own-mine"
    assert answer(worker, told, 1)
    # Once opened without harm it is not tried again.
    models = Models(Settings(llm_model="own-mine"), paths)
    _, files = models.files("own-mine")
    assert Opened(paths.opened_dir).knows(files)


def test_a_voice_whose_json_disagrees_leaves_the_old_one_speaking(
    paths: Paths, tmp_path: Path
) -> None:
    model, config = starter("piper-en_US-joe-medium")
    values = json.loads(config.read_text())
    values["phoneme_id_map"] = {
        symbol: [number + 5000 for number in ids]
        for symbol, ids in values["phoneme_id_map"].items()
    }
    wrong = tmp_path / config.name
    wrong.write_text(json.dumps(values))
    shelve(paths, Kind.TTS, "own-voice", model, wrong)
    told = Told()
    loader = model_loader(Models(Settings(), paths), Stage.TTS)
    worker: Worker[Any, Any] = Worker(Stage.TTS, loader, stages.speak, told)
    worker.start()
    try:
        told.wait(lambda e: isinstance(e, StageReady), SLOW)
        worker.change(model_loader(Models(Settings(tts_model="own-voice"), paths), Stage.TTS))
        failed = told.wait(lambda e: isinstance(e, StageFailed), SLOW)
        assert isinstance(failed, StageFailed)
        assert "do not belong together" in failed.message
        worker.submit(Speak(1, 0, "I am still here."), threading.Event())
        told.wait(lambda e: isinstance(e, WorkFinished) and e.turn == 1, SLOW)
        sound = [event.pcm for event in told.events if isinstance(event, AudioMade)]
        assert np.abs(np.concatenate(sound)).max() > 0.1
    finally:
        worker.stop()
        worker.join(SLOW)


def test_a_file_laid_down_by_hand_is_looked_at_even_under_a_catalogued_name(paths: Paths) -> None:
    folder = shelve(paths, Kind.LLM, "qwen3-1.7b", own=False)
    (folder / "Qwen3-1.7B-Q4_K_M.gguf").write_bytes(b"GGUF" + bytes(100))
    models = Models(Settings(llm_model="qwen3-1.7b"), paths)
    with pytest.raises(Exception, match="makes no sense"):
        models.load_language_model()


def test_the_memory_of_a_card_counts_as_room(paths: Paths) -> None:
    card = ScriptedCard("NVIDIA RTX")
    with_card = Models(Settings(), paths, Placement(nvml=ScriptedNvml([card]))).room()
    without = Models(Settings(), paths, Placement(nvml=ScriptedNvml([]))).room()
    assert with_card.gpu > 1_000_000_000
    assert without.gpu == 0
    assert without.memory > 0


class Care:
    """A keeper with what it told and what it had played."""

    def __init__(self, paths: Paths) -> None:
        self.told = Told()
        self.sent: list[Event] = []
        self.settings = Settings()
        self.care = ModelCare(paths, lambda: self.settings, self.told, self.sent.append)

    def ended(self) -> TrialMoved:
        event = self.told.wait(
            lambda e: isinstance(e, TrialMoved) and e.phase in (Phase.DONE, Phase.FAILED), SLOW
        )
        assert isinstance(event, TrialMoved)
        assert event.phase is Phase.DONE, event.message
        return event


@pytest.fixture
def care(paths: Paths) -> Iterator[Care]:
    made = Care(paths)
    yield made
    assert made.care.stop(PATIENCE)
    assert not {"downloads", "models", "trial"} & {each.name for each in threading.enumerate()}


def test_each_kind_of_model_can_be_tried(care: Care) -> None:
    care.care.trials.speak("piper-en_US-joe-medium", "The weather is nice today.")
    care.ended()
    (played,) = care.sent
    assert isinstance(played, PlayRequested)
    assert played.pcm.size > played.sample_rate_hz
    care.told.events.clear()

    import soxr

    heard = soxr.resample(played.pcm, played.sample_rate_hz, 16_000)
    care.care.trials.understand("whisper-tiny.en", heard)
    assert "weather" in care.ended().text.lower()
    care.told.events.clear()
    care.care.trials.answer("smollm2-135m-instruct", care.care.persona(), "Who are you?")
    assert care.ended().text


def test_a_model_that_is_not_here_is_said(care: Care) -> None:
    care.care.trials.speak("piper-fr_FR-siwis-medium", "Bonjour.")
    event = care.told.wait(lambda e: isinstance(e, TrialMoved) and e.phase is Phase.FAILED, SLOW)
    assert isinstance(event, TrialMoved)
    assert "not installed" in event.message


def test_what_is_in_use_follows_the_settings(care: Care) -> None:
    library = care.care.library
    assert library.place(library.known()["smollm2-135m-instruct"]) is not None
    assert not library.can_remove(library.known()["smollm2-135m-instruct"])
    assert care.care.machine().memory_total > 0

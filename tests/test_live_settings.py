"""Settings changed while the program runs: kept, set off, told and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.conversation.events import (
    AssistantChosen,
    AttentionChosen,
    CleaningChosen,
    Device,
    DeviceChosen,
    Stage,
    StageFailed,
    StageReady,
    WakePhrase,
)
from her_desktop.live_settings import LiveSettings, wishes
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings, load_settings


class Desk:
    """Live settings in a folder, and everything they set off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.set_off: list[tuple[Settings, Settings]] = []
        self.told: list[str] = []
        self.live = LiveSettings(
            Settings(),
            path,
            lambda old, new: self.set_off.append((old, new)),
            lambda model_id: f"Model {model_id}",
            self.told.append,
        )

    def choose(self, **choices: object) -> None:
        self.live.apply(self.live.settings.changed(**choices))

    def ready(self, stage: Stage, model_id: str) -> None:
        name = f"Model {model_id}"
        self.live.handle(StageReady(at=1.0, stage=stage, model=name, detail="CPU"))

    def failed(self, stage: Stage, model_id: str, kept: str = "Model old") -> None:
        name = f"Model {model_id}"
        self.live.handle(
            StageFailed(at=1.0, stage=stage, model=name, message="It is damaged.", kept=kept)
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "settings.json")


def test_a_choice_is_kept_set_off_and_told(desk: Desk) -> None:
    followed: list[Settings] = []
    desk.live.follow(lambda _, new: followed.append(new))
    desk.choose(persona="Be brief.")
    chosen = Settings(persona="Be brief.")
    assert desk.live.settings == chosen
    assert load_settings(desk.path)[0] == chosen
    assert desk.set_off == [(Settings(), chosen)]
    assert followed == [chosen]


def test_what_is_as_it_was_sets_nothing_off(desk: Desk) -> None:
    desk.choose(persona="")
    assert desk.set_off == []
    assert not desk.path.exists()


def test_a_model_that_fails_is_taken_back_and_nothing_else(desk: Desk) -> None:
    desk.choose(tts_model="broken", persona="Be brief.")
    desk.choose(theme="dark")
    desk.failed(Stage.TTS, "broken")
    assert desk.live.settings == Settings(persona="Be brief.", theme="dark")
    assert load_settings(desk.path)[0] == desk.live.settings
    assert desk.set_off[-1][1] == desk.live.settings


def test_a_model_that_was_loaded_is_what_a_later_failure_falls_back_to(desk: Desk) -> None:
    desk.choose(llm_model="good")
    desk.ready(Stage.LLM, "good")
    desk.choose(llm_model="broken")
    desk.failed(Stage.LLM, "broken")
    assert desk.live.settings.llm_model == "good"


def test_a_choice_made_while_another_is_on_its_way_stands(desk: Desk) -> None:
    desk.choose(llm_model="broken")
    desk.choose(llm_model="good")
    desk.failed(Stage.LLM, "broken")
    assert desk.live.settings.llm_model == "good"
    desk.ready(Stage.LLM, "good")
    desk.choose(llm_model="broken")
    desk.failed(Stage.LLM, "broken", kept="Model good")
    assert desk.live.settings.llm_model == "good"


def test_the_middle_one_of_three_is_fallen_back_to(desk: Desk) -> None:
    desk.choose(llm_model="good")
    desk.choose(llm_model="broken")
    desk.ready(Stage.LLM, "good")
    desk.failed(Stage.LLM, "broken", kept="Model good")
    assert desk.live.settings.llm_model == "good"


def test_where_nothing_is_kept_the_choice_stays(desk: Desk) -> None:
    desk.failed(Stage.STT, "whisper-tiny.en", kept="")
    desk.choose(stt_model="broken")
    desk.failed(Stage.STT, "broken", kept="")
    assert desk.live.settings.stt_model == "broken", "there is nothing better to go back to"


def test_a_failure_takes_back_what_came_with_the_model(desk: Desk) -> None:
    desk.choose(gpu_layers=20, llm_device="gpu")
    desk.failed(Stage.LLM, Settings().llm_model, kept="Model same")
    assert desk.live.settings == Settings()


def test_a_folder_that_cannot_be_written_is_told_once_until_it_can(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk = Desk(tmp_path / "file" / "settings.json")
    for threads in (1, 2, 3):
        desk.choose(threads=threads)
    assert len(desk.told) == 1
    assert str(tmp_path / "file") in desk.told[0]
    assert desk.live.settings.threads == 3, "it holds for this session"
    (tmp_path / "file").unlink()
    desk.choose(threads=4)
    assert load_settings(desk.path)[0].threads == 4


def models(tmp_path: Path, **choices: object) -> Models:
    return Models(Settings().changed(**choices), Paths.under(tmp_path))


def test_what_concerns_the_conversation_becomes_wishes(tmp_path: Path) -> None:
    old = models(tmp_path)
    new = models(
        tmp_path,
        persona="Be brief.",
        speculation=1,
        wake_phrase="own",
        own_wake_phrase="Eva",
        release_models_after=2,
        cancel_echo=False,
        input_device="Headset",
        output_device="Headset",
    )
    assistant, attention, cleaning, *devices = wishes(old, new)
    assert isinstance(assistant, AssistantChosen)
    assert (assistant.system, assistant.is_own) == ("Be brief.", True)
    assert (assistant.language, assistant.guesses) == ("en", 1)
    assert isinstance(attention, AttentionChosen)
    assert attention.options.wake_phrase is WakePhrase.OWN
    assert (attention.options.own_phrase, attention.options.release_after) == ("Eva", 120.0)
    assert isinstance(cleaning, CleaningChosen)
    assert not cleaning.cancel_echo
    chosen = [(e.device, e.name) for e in devices if isinstance(e, DeviceChosen)]
    assert chosen == [(Device.MICROPHONE, "Headset"), (Device.SPEAKER, "Headset")]


def test_a_persona_taken_back_is_the_one_that_came_with_the_program(tmp_path: Path) -> None:
    [assistant] = wishes(models(tmp_path, persona="Be brief."), models(tmp_path))
    assert isinstance(assistant, AssistantChosen)
    assert not assistant.is_own
    assert len(assistant.system) > 20


def test_models_and_windows_are_none_of_the_conversation(tmp_path: Path) -> None:
    assert wishes(models(tmp_path), models(tmp_path, llm_model="x", theme="dark")) == []

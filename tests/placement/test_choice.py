"""The user's settings and files, in the terms in which devices are shared out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes import FakeVoice
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.catalogue import locate, read_catalogue
from her_desktop.conversation.events import Stage
from her_desktop.inference.device_trial import Trials
from her_desktop.inference.gpu_llama import LlamaDevice
from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.protocols import ModelError
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.placement.choice import DeviceChoice, wishes_of
from her_desktop.placement.placement import Placement
from her_desktop.placement.places import Place, Wishes
from her_desktop.settings import Settings, save_json


def files_of(model: str) -> tuple[Path, list[Path]]:
    known = read_catalogue()[model]
    folder = locate(known, [])
    assert folder is not None
    return folder, known.paths(folder)


def wished(**choices: Any) -> Wishes:
    return wishes_of(Settings().changed(**choices), lambda model: f"the {model}", files_of)


def test_the_users_choices_reach_every_stage() -> None:
    wishes = wished(stt_device="gpu", tts_device="cpu")
    assert wishes.devices == {Stage.STT: "gpu", Stage.LLM: "auto", Stage.TTS: "cpu"}
    assert wishes.names[Stage.STT] == "the whisper-tiny.en"


def test_no_layer_on_the_gpu_is_the_processor() -> None:
    assert wished(gpu_layers=0, llm_device="gpu").devices[Stage.LLM] == "cpu"
    wishes = wished(gpu_layers=5)
    assert wishes.llm is not None
    assert (wishes.llm.layers, wishes.devices[Stage.LLM]) == (5, "auto")


def test_what_each_model_needs_comes_from_its_files() -> None:
    wishes = wished(context_tokens=100_000)
    assert wishes.stt is not None
    assert wishes.llm is not None
    assert wishes.tts is not None
    assert wishes.stt.weights == 75_537_502
    assert wishes.llm.layers == 31
    assert wishes.llm.context_tokens == 8192, "more than it was trained on it cannot use"
    assert wishes.tts.weights > 60_000_000


def test_a_model_that_is_not_there_needs_nothing() -> None:
    def none_of(model: str) -> tuple[Path, list[Path]]:
        raise ModelError("not installed")

    wishes = wishes_of(Settings(), str, none_of)
    assert (wishes.stt, wishes.llm, wishes.tts) == (None, None, None)


def choice(tmp_path: Path, wishes: Wishes, clock: Any = None) -> DeviceChoice:
    nvml = ScriptedNvml(broken=ScriptedNvml.NVML_ERROR_LIBRARY_NOT_FOUND)
    trials = Trials(tmp_path / "trials.json", save_json, *([clock] if clock else []))
    return DeviceChoice(Placement(Probes(), nvml), wishes, trials)


def test_the_first_sound_of_a_voice_decides_and_is_kept(tmp_path: Path) -> None:
    now = [0.0]

    class Timed(FakeVoice):
        def __init__(self, takes: float) -> None:
            super().__init__()
            self.takes = takes

        def speak(self, text: str, cancelled: Any) -> Any:
            now[0] += self.takes
            yield from super().speak(text, cancelled)
            now[0] += 100.0  # what comes after the first sound counts for nothing

    made = choice(tmp_path, wished(), lambda: now[0])
    trial = made._trial(Path(__file__), 2)
    assert trial.known is None
    verdict = trial.measure(Timed(0.03), Timed(0.01))
    assert (verdict.device, verdict.told("x")) == ("gpu", "x, measured: GPU 10 ms, CPU 30 ms")

    again = made._trial(Path(__file__), 2).known
    assert again is not None
    assert again.device == "gpu"
    assert made._trial(Path(__file__), 4).known is None, "other threads, another trial"


class _Recorded(Placement):
    """Loads nothing, and keeps what would be made in some place."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def load(self, stage: Stage, wishes: Wishes, make: Any, hold: Any, trial_of: Any = None) -> Any:
        return make(self.place)


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        (Place(), {"gpu_layers": 0, "context_tokens": 4096}),
        (Place(1, layers=20, tokens=2048), {"gpu_layers": 20, "main_gpu": 1}),
        (Place(0, layers=0, tokens=0), {"gpu_layers": -1, "context_tokens": 4096}),
    ],
)
def test_a_language_model_is_told_of_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Place, asked: dict[str, int]
) -> None:
    told: dict[str, Any] = {}

    class Mind:
        def __init__(self, file: Path, **options: Any) -> None:
            told.update(options)

        def read(self, messages: Any) -> None:
            told["read"] = messages

    monkeypatch.setattr("her_desktop.inference.llm.LlamaLanguageModel", Mind)
    made = DeviceChoice(_Recorded(place), wished(), Trials(tmp_path / "t", save_json))
    made.language_model(
        Path("x.gguf"),
        [("system", "s")],
        context_tokens=4096,
        answer_tokens=10,
        threads=1,
        confine_template=False,
    )
    assert {name: told[name] for name in asked} == asked
    assert told["read"] == [("system", "s")]
    if place.tokens:
        assert told["context_tokens"] == 2048


def test_a_recognizer_is_told_of_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "her_desktop.inference.stt.WhisperRecognizer",
        lambda folder, **options: told.append(options),
    )
    for place in (Place(), Place(1, "int8_float16")):
        made = DeviceChoice(_Recorded(place), wished(), Trials(tmp_path / "t", save_json))
        made.recognizer(tmp_path, language="en", threads=2)
    assert told == [
        {"language": "en", "threads": 2, "warm": True},
        {
            "language": "en",
            "threads": 2,
            "device": "cuda",
            "device_index": 1,
            "compute_type": "int8_float16",
        },
    ]


def test_another_choice_of_models_is_on_the_same_gpus(tmp_path: Path) -> None:
    models = Models(Settings(), Paths.under(tmp_path))
    other = models.with_settings(Settings(stt_device="cpu"))
    assert other.placement is models.placement
    assert other.devices.wishes.devices[Stage.STT] == "cpu"


@pytest.mark.models
def test_the_real_models_load_on_a_machine_with_a_card_that_nothing_is_installed_for(
    tmp_path: Path,
) -> None:
    class NotInstalled(Probes):
        def llama_devices(self) -> list[LlamaDevice]:
            return []

        def is_set_up(self) -> bool:
            return False

    placement = Placement(NotInstalled(), ScriptedNvml([ScriptedCard("NVIDIA RTX")]))
    models = Models(Settings(), Paths.under(tmp_path), placement)
    told: list[Any] = []
    placement.connect(told.append)
    voice, recognizer = models.load_voice(0.0), models.load_recognizer()
    try:
        assert voice.detail.startswith("CPU")
        assert recognizer.detail.startswith("CPU")
        sentences = {event.message for event in told if hasattr(event, "message")}
        # Where this machine has CUDA's libraries, the library itself says that there is no driver.
        assert len(sentences) <= 2
        assert any("GPU" in sentence or "driver" in sentence for sentence in sentences)
    finally:
        voice.close()
        recognizer.close()

"""Where each model runs, where it should, and why not: on a scripted machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.conversation.events import Stage
from her_desktop.inference.gpu_trouble import Cause, Trouble
from her_desktop.metrics.findings import Verdict
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools import doctor_gpu
from her_desktop.tools.doctor_gpu import GpuFacts, explained, gpu_findings

NONE = GpuFacts((), "There is no NVIDIA GPU, or its driver is not installed.")
CARD = GpuFacts(("NVIDIA RTX 4090",), "")
CPU = "CPU, int8, 1 thread"


def test_without_a_gpu_every_model_is_well_on_the_processor() -> None:
    for choice in ("auto", "cpu"):
        finding = explained(Stage.STT, "Whisper", choice, CPU, NONE, [])
        assert finding.verdict is Verdict.OK
        assert finding.detail == f"Whisper runs on the processor ({CPU}), because there is no GPU."


def test_who_asked_for_a_gpu_that_is_not_there_learns_what_to_look_at() -> None:
    finding = explained(Stage.STT, "Whisper", "gpu", CPU, NONE, [])
    assert finding.verdict is Verdict.NOTE
    assert finding.detail == Trouble(Cause.NO_GPU).sentence("Whisper")


def test_a_gpu_of_another_make_is_no_reason_to_install_cuda() -> None:
    amd = GpuFacts(("AMD GPU",), "", {Stage.STT: Trouble(Cause.LIBRARY, "l")}, is_nvidia=False)
    found = [explained(stage, "It", "auto", CPU, amd, []) for stage in Stage if stage != "vad"]
    assert [each.verdict for each in found] == [Verdict.OK, Verdict.NOTE, Verdict.OK]
    assert "Vulkan or ROCm" in found[1].detail
    assert not any("--cuda" in each.detail for each in found)
    assert all("no GPU but one of NVIDIA's" in found[index].detail for index in (0, 2))


@pytest.mark.parametrize("beside", [(), ("Intel GPU",)])
def test_an_nvidia_gpu_without_its_driver_is_a_gap_of_every_stage(beside: tuple[str, ...]) -> None:
    idle = dataclasses.replace(NONE, cards=beside, is_nvidia=False, idle="Install its driver.")
    for stage in (Stage.STT, Stage.LLM, Stage.TTS):
        finding = explained(stage, "It", "auto", CPU, idle, [])
        assert finding.verdict is Verdict.NOTE
        assert finding.detail == f"It runs on the processor ({CPU}). Install its driver."


def test_gpus_that_the_environment_hides_are_not_said_to_be_slow() -> None:
    hidden = dataclasses.replace(CARD, is_hidden=True)
    finding = explained(Stage.STT, "Whisper", "auto", CPU, hidden, [])
    assert finding.verdict is Verdict.NOTE
    assert "CUDA_VISIBLE_DEVICES hides" in finding.detail


def test_the_facts_come_from_the_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    card = ScriptedCard("RTX")
    old = doctor_gpu.facts(ScriptedNvml([card], version="470.82"), tmp_path)
    assert set(old.troubles.values()) == {Trouble(Cause.OLD_DRIVER)}
    assert set(old.troubles) == {Stage.STT, Stage.LLM, Stage.TTS}
    found = doctor_gpu.facts(ScriptedNvml([card]), tmp_path)
    assert (found.cards, found.is_nvidia, found.is_hidden) == (("RTX",), True, False)
    assert Trouble(Cause.OLD_DRIVER) not in found.troubles.values()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert doctor_gpu.facts(ScriptedNvml([card]), tmp_path).is_hidden
    nothing = ScriptedNvml(broken=ScriptedNvml.NVML_ERROR_LIBRARY_NOT_FOUND)
    (tmp_path / "card0" / "device").mkdir(parents=True)
    (tmp_path / "card0" / "device" / "vendor").write_text("0x10de", "ascii")
    alone = doctor_gpu.facts(nothing, tmp_path)
    assert (alone.cards, alone.is_nvidia, alone.is_hidden) == ((), False, False)
    assert "NVIDIA's own driver" in alone.idle


def test_no_layers_on_the_gpu_were_the_users_choice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor_gpu, "facts", lambda: CARD)
    models = Models(Settings(gpu_layers=0), Paths.under(tmp_path))
    _, finding = gpu_findings(models, {Stage.LLM: "CPU, 2 threads"}, [])
    assert finding.verdict is Verdict.NOTE
    assert "because you chose so. Set gpu_layers to -1" in finding.detail


def test_a_model_on_the_gpu_is_well() -> None:
    finding = explained(Stage.LLM, "Qwen", "auto", "GPU (CUDA), all layers", CARD, [])
    assert (finding.name, finding.verdict) == ("gpu llm", Verdict.OK)
    assert "GPU (CUDA), all layers" in finding.detail


def test_a_model_that_got_less_of_the_gpu_says_so() -> None:
    sentence = "Qwen has only 20 of 37 layers on the GPU."
    detail = "GPU (CUDA), 20 of 37 layers"
    finding = explained(Stage.LLM, "Qwen", "auto", detail, CARD, ["News of another.", sentence])
    assert (finding.verdict, finding.detail) == (Verdict.NOTE, sentence)


@pytest.mark.parametrize(
    ("choice", "notices", "trouble", "words"),
    [
        ("cpu", [], None, "you chose so. Set stt_device to auto"),
        ("auto", ["Other news.", "Whisper does not fit."], None, "Whisper does not fit."),
        ("auto", [], Trouble(Cause.LIBRARY, "libcublas.so.12"), "libcublas.so.12 is missing. Run"),
        (
            "auto",
            [],
            Trouble(Cause.OTHER_VERSION, "libcublas.so.12", "libcublas.so.13"),
            "libcublas.so.12 is needed and only libcublas.so.13 is there. Run",
        ),
        ("auto", [], Trouble(Cause.OLD_DRIVER), "too old for CUDA 12. Install a newer driver"),
        ("auto", [], Trouble(Cause.NO_SUPPORT), "knows no GPU. Run"),
        ("auto", [], None, "measured to be faster there. Set stt_device to gpu"),
    ],
)
def test_a_gap_has_its_reason_and_its_remedy(
    choice: str, notices: list[str], trouble: Trouble | None, words: str
) -> None:
    found = dataclasses.replace(CARD, troubles={Stage.STT: trouble} if trouble else {})
    finding = explained(Stage.STT, "Whisper", choice, CPU, found, notices)
    assert finding.verdict is Verdict.NOTE, "a slow model is no broken one"
    assert words in finding.detail


def test_the_card_comes_first_and_only_what_is_loaded_follows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor_gpu, "facts", lambda: NONE)
    models = Models(Settings(), Paths.under(tmp_path))
    found = list(gpu_findings(models, {Stage.STT: CPU, Stage.TTS: "CPU, 2 threads"}, []))
    assert [finding.name for finding in found] == ["gpu", "gpu stt", "gpu tts"]
    assert found[0].detail.startswith("No GPU was found.")


def test_the_facts_of_this_machine_are_in_words() -> None:
    found = doctor_gpu.facts()
    assert bool(found.cards) != found.reason.endswith(".")

"""Where each model runs, where it should, and why not: on a scripted machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

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
    for choice in ("auto", "cpu", "gpu"):
        finding = explained(Stage.STT, "Whisper", choice, CPU, NONE, [])
        assert finding.verdict is Verdict.OK
        assert finding.detail == f"Whisper runs on the processor ({CPU}), because there is no GPU."


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

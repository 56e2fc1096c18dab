"""The doctor's look at the graphics card: where each model should run, where it does, and why not.

Rule: what is asked of libraries is asked in `facts`; the verdicts are pure. A processor that does
the work is never a fault by itself, so nothing here is called broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from her_desktop.conversation.events import Stage
from her_desktop.inference.gpu_libraries import RECOGNITION, VOICE, open_cuda_libraries
from her_desktop.inference.gpu_llama import engine
from her_desktop.inference.gpu_trouble import Cause, Trouble
from her_desktop.metrics.findings import Finding, note, well
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.models import Models

_ON_GPU = "GPU"


@dataclass(frozen=True)
class GpuFacts:
    """What there is: cards by name, why none is watched, and what keeps a stage from using one."""

    cards: tuple[str, ...]
    reason: str
    troubles: Mapping[Stage, Trouble] = field(default_factory=dict)


def gpu_findings(
    models: Models, runs_on: Mapping[Stage, str], notices: Sequence[str]
) -> Iterator[Finding]:
    """Say of each model that was loaded whether it uses the GPU, and else why and what to do.

    `runs_on` has what each says of itself; `notices` is what was told while they were loaded.
    """
    settings = models.settings
    chosen = {
        Stage.STT: (settings.stt_device, models.name(settings.stt_model)),
        Stage.LLM: (settings.llm_device, models.name(settings.llm_model)),
        Stage.TTS: (settings.tts_device, models.name(settings.tts_model)),
    }
    found = facts()
    yield _card(found)
    for stage, (choice, name) in chosen.items():
        if stage in runs_on:
            yield explained(stage, name, choice, runs_on[stage], found, notices)


def facts() -> GpuFacts:
    """Ask the driver for cards and each engine whether it could use one."""
    meter = LoadMeter()
    try:
        cards, reason = tuple(meter.names), meter.reason
    finally:
        meter.close()
    return GpuFacts(cards, reason, _troubles() if cards else {})


def explained(
    stage: Stage, name: str, choice: str, detail: str, found: GpuFacts, notices: Sequence[str]
) -> Finding:
    """Return whether a model is where it should be; `choice` is its setting: auto, cpu or gpu."""
    finding = f"gpu {stage.value}"
    told = next((sentence for sentence in notices if name in sentence), "")
    if detail.startswith(_ON_GPU):
        # Something was told where it got less of the card than it wanted.
        return note(finding, told) if told else well(finding, f"{name} uses the GPU ({detail}).")
    if not found.cards:
        return well(finding, f"{name} runs on the processor ({detail}), because there is no GPU.")
    if choice == "cpu":
        return note(
            finding,
            f"{name} runs on the processor ({detail}), because you chose so. "
            f"Set {stage.value}_device to auto for the GPU.",
        )
    if told:
        return note(finding, told)
    if trouble := found.troubles.get(stage):
        return note(finding, trouble.sentence(name))
    return note(
        finding,
        f"{name} runs on the processor ({detail}), because it was measured to be faster there. "
        f"Set {stage.value}_device to gpu to have it on the GPU all the same.",
    )


def _card(found: GpuFacts) -> Finding:
    if found.cards:
        return well("gpu", f"There is a GPU: {', '.join(found.cards)}.")
    return well("gpu", f"No GPU was found. {found.reason}")


def _troubles() -> dict[Stage, Trouble]:
    """Ask the engines what keeps them from the GPU; those that could use it are left out."""
    import onnxruntime

    troubles = {
        Stage.STT: open_cuda_libraries(RECOGNITION).trouble,
        Stage.LLM: None,
        Stage.TTS: open_cuda_libraries(VOICE).trouble,
    }
    if not engine().llama_supports_gpu_offload():
        troubles[Stage.LLM] = Trouble(Cause.NO_SUPPORT)
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        troubles[Stage.TTS] = Trouble(Cause.NO_SUPPORT)
    return {stage: trouble for stage, trouble in troubles.items() if trouble}

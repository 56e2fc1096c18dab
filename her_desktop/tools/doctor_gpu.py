"""The doctor's look at the graphics card: where each model should run, where it does, and why not.

Rule: what is asked of libraries is asked in `facts`; the verdicts are pure. A processor that does
the work is never a fault by itself, so nothing here is called broken.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from her_desktop.conversation.events import Stage
from her_desktop.inference.gpu_libraries import RECOGNITION, VOICE, open_cuda_libraries
from her_desktop.inference.gpu_llama import engine
from her_desktop.inference.gpu_trouble import Cause, Trouble
from her_desktop.metrics.findings import Finding, note, well
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.metrics.gpu_driver import OLDEST_DRIVER, is_older, open_driver, visible_cards
from her_desktop.metrics.gpu_sysfs import SYSFS
from her_desktop.models import Models

_ON_GPU = "GPU"


@dataclass(frozen=True)
class GpuFacts:
    """What there is: cards by name, why none is watched, and what keeps a stage from using one."""

    cards: tuple[str, ...]
    reason: str
    troubles: Mapping[Stage, Trouble] = field(default_factory=dict)
    is_nvidia: bool = True
    """Whether one of the cards is NVIDIA's: recognition and voices can use no other."""
    is_hidden: bool = False
    """Whether a variable of the environment hides all of NVIDIA's cards from programs."""
    idle: str = ""
    """That there is an NVIDIA card which lacks its driver, "" otherwise."""


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
        if stage not in runs_on:
            continue
        if stage is Stage.LLM and not settings.gpu_layers and not _is_on_gpu(runs_on[stage]):
            yield _note_that(
                stage,
                f"{name} runs on the processor ({runs_on[stage]}), because you chose so. "
                "Set gpu_layers to -1 for the GPU.",
            )
        else:
            yield explained(stage, name, choice, runs_on[stage], found, notices)


def facts(nvml: Any = None, sysfs: Path = SYSFS) -> GpuFacts:
    """Ask the drivers for cards and each engine whether it could use one.

    `nvml` and `sysfs` are asked in place of the machine's own.
    """
    meter = LoadMeter(nvml, sysfs)
    try:
        names, nvidia, reason, idle = meter.names, meter.nvidia_names, meter.reason, meter.idle
    finally:
        meter.close()
    is_old, is_hidden = _kept_from_cuda(nvml)
    if is_old:
        troubles = dict.fromkeys((Stage.STT, Stage.LLM, Stage.TTS), Trouble(Cause.OLD_DRIVER))
    else:
        troubles = _troubles() if names else {}
    return GpuFacts(names, reason, troubles, bool(nvidia), is_hidden=is_hidden, idle=idle)


def _kept_from_cuda(nvml: Any) -> tuple[bool, bool]:
    """Tell whether NVIDIA's driver is too old for CUDA, and whether all its cards are hidden."""
    driver, _ = open_driver(nvml)
    if driver is None:
        return False, False
    try:
        is_old = is_older(driver.version, OLDEST_DRIVER)
        chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
        return is_old, not visible_cards(driver.cards(), chosen)
    finally:
        driver.close()


def explained(
    stage: Stage, name: str, choice: str, detail: str, found: GpuFacts, notices: Sequence[str]
) -> Finding:
    """Return whether a model is where it should be; `choice` is its setting: auto, cpu or gpu."""
    told = next((sentence for sentence in notices if name in sentence), "")
    on_processor = f"{name} runs on the processor ({detail})"
    if _is_on_gpu(detail):
        # Something was told where it got less of the card than it wanted.
        well_there = well(f"gpu {stage.value}", f"{name} uses the GPU ({detail}).")
        return _note_that(stage, told) if told else well_there
    if choice == "cpu" and (found.cards or found.idle):
        return _note_that(
            stage,
            f"{on_processor}, because you chose so. Set {stage.value}_device to auto for the GPU.",
        )
    if found.idle and not found.is_nvidia:
        return _note_that(stage, f"{name} runs on the processor ({detail}). {found.idle}")
    if not found.cards and choice == "gpu":
        return _note_that(stage, told or Trouble(Cause.NO_GPU).sentence(name))
    if not found.cards:
        return well(f"gpu {stage.value}", f"{on_processor}, because there is no GPU.")
    if told:
        return _note_that(stage, told)
    if not found.is_nvidia:
        return _beside_another_make(stage, on_processor)
    if found.is_hidden:
        return _note_that(
            stage,
            f"{on_processor}, because the variable CUDA_VISIBLE_DEVICES hides every NVIDIA GPU. "
            "Remove it from the environment, or name a GPU in it.",
        )
    if trouble := found.troubles.get(stage):
        return _note_that(stage, trouble.sentence(name))
    return _note_that(
        stage,
        f"{on_processor}, because it was measured to be faster there. "
        f"Set {stage.value}_device to gpu to have it on the GPU all the same.",
    )


def _beside_another_make(stage: Stage, on_processor: str) -> Finding:
    """Return why a model leaves a GPU alone that is not NVIDIA's."""
    if stage is Stage.LLM:
        return _note_that(
            stage,
            f"{on_processor}, because its engine is not built for this GPU. To use it, install a "
            "llama-cpp-python that is built for Vulkan or ROCm.",
        )
    return well(
        f"gpu {stage.value}", f"{on_processor}, because it can use no GPU but one of NVIDIA's."
    )


def _is_on_gpu(detail: str) -> bool:
    return detail.startswith(_ON_GPU)


def _note_that(stage: Stage, words: str) -> Finding:
    return note(f"gpu {stage.value}", words)


def _card(found: GpuFacts) -> Finding:
    if found.cards and found.idle:
        return note("gpu", f"There is a GPU: {', '.join(found.cards)}. {found.idle}")
    if found.cards:
        return well("gpu", f"There is a GPU: {', '.join(found.cards)}.")
    none = f"No GPU was found. {found.reason}"
    return note("gpu", found.idle) if found.idle else well("gpu", none)


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

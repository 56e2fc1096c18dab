"""What of the catalogue suits a machine: which models fit, and which three belong together.

The figures behind it are estimates, and err on the careful side: a model that is called fitting
must not make the machine swap. Rule: pure; whoever asks brings the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from her_desktop.catalogue import Kind, Model

GIB = 1 << 30

FIELDS = {Kind.STT: "stt_model", Kind.LLM: "llm_model", Kind.TTS: "tts_model"}
"""The setting that names the model in use, by kind."""

_CLOSE = 0.85
"""The share of a budget from which on it is called tight."""
_DISK_MARGIN = 256 << 20
_QUICK_ON_PROCESSOR = {Kind.STT: 1_100_000_000, Kind.LLM: 2_000_000_000}
"""Bytes of a model up to which a processor answers as fast as people expect in a conversation."""
_TIERS = (3.5, 7.5, 15.0, 22.5)
"""Gigabytes of graphics memory at which a card counts as one of 4, 8, 16 and 24 GB."""


class Fit(StrEnum):
    """Whether a machine can run a model."""

    FITS = "fits"
    TIGHT = "tight"
    WONT_FIT = "wont-fit"


class Reason(StrEnum):
    """What makes it tight, or impossible."""

    NONE = ""
    SPEED = "speed"  # it would run on the processor, and answer slowly there
    MEMORY = "memory"
    DISK = "disk"


class Place(StrEnum):
    """Where a model would run."""

    PROCESSOR = "processor"
    GPU = "gpu"


class Size(StrEnum):
    """The three profiles."""

    LIGHT = "light"
    BALANCED = "balanced"
    QUALITY = "quality"


@dataclass(frozen=True)
class Machine:
    """What there is: bytes of memory, of disk where models are kept, of the GPU; cores.

    `gpu` is the card's name, "" where there is none that models can use.
    """

    memory_total: int
    memory_free: int
    disk_free: int
    cores: int
    gpu: str = ""
    vram_total: int = 0
    vram_free: int = 0

    @property
    def memory_budget(self) -> int:
        """Bytes that models may take: what is free, less what the system keeps for itself."""
        kept = max(2 * GIB, self.memory_total // 4)
        return max(0, min(self.memory_free, self.memory_total - kept))

    @property
    def vram_budget(self) -> int:
        """Bytes of the GPU that models may take: the screen needs some too."""
        kept = max(GIB, self.vram_total // 10)
        return max(0, min(self.vram_free, self.vram_total - kept))

    @property
    def tier(self) -> int:
        """0 for a machine without a usable card, 1 to 4 for one of 4, 8, 16 and 24 GB."""
        return sum(self.vram_total >= limit * 1e9 for limit in _TIERS)


@dataclass(frozen=True)
class Verdict:
    """Whether a model fits: `needed` bytes against `free` ones at the `place` it would run."""

    fit: Fit
    reason: Reason
    place: Place
    needed: int
    free: int


@dataclass(frozen=True)
class Profile:
    """Three models that belong together: `models` is the recogniser, the language model, the voice.

    `download` counts the bytes that are not here yet, `memory` all that the three need.
    """

    size: Size
    models: tuple[Model, ...]
    fit: Fit
    reason: Reason
    download: int
    memory: int
    recommended: bool = False

    @property
    def licences(self) -> tuple[str, ...]:
        """The licences of the three, each once."""
        return tuple(dict.fromkeys(model.licence for model in self.models))

    @property
    def non_commercial(self) -> bool:
        """Whether one of them may not be used commercially."""
        return any(model.non_commercial for model in self.models)


def memory_needed(model: Model) -> int:
    """Return the bytes a model needs while it runs; from its size where nobody measured it."""
    return model.memory or model.size * 5 // 4 + 100_000_000


def judge(model: Model, machine: Machine, *, is_here: bool = False) -> Verdict:
    """Return whether `machine` can run one model beside what it does now.

    A model that `is_here` needs no room on the disk.
    """
    needed = memory_needed(model)
    on_gpu = model.kind in (Kind.STT, Kind.LLM) and 0 < needed <= machine.vram_budget
    place = Place.GPU if on_gpu else Place.PROCESSOR
    free = machine.vram_budget if on_gpu else machine.memory_budget
    if not is_here and model.size + _DISK_MARGIN > machine.disk_free:
        return Verdict(Fit.WONT_FIT, Reason.DISK, place, model.size, machine.disk_free)
    fit, reason = _room(needed, free, machine.vram_free if on_gpu else machine.memory_free)
    if fit is Fit.FITS and _is_slow(model, place):
        fit, reason = Fit.TIGHT, Reason.SPEED
    return Verdict(fit, reason, place, needed, free)


def propose(
    known: Mapping[str, Model], machine: Machine, language: str, here: Collection[str] = ()
) -> tuple[Profile, ...]:
    """Return the profiles Light, Balanced and Quality for a machine, at most one recommended.

    `language` is the one that will be spoken ("fr", or anything else for English); `here` holds
    the ids of the models that are installed. A model that cannot be had is left out for the next
    smaller one, so two profiles may be alike.
    """
    profiles = [
        _profile(size, _chosen(known, machine, size, language), machine, here) for size in Size
    ]
    order = (Size.BALANCED, Size.LIGHT, Size.QUALITY)
    by_size = {profile.size: profile for profile in profiles}
    best = next(
        (size for fit in (Fit.FITS, Fit.TIGHT) for size in order if by_size[size].fit is fit), None
    )
    return tuple(replace(each, recommended=each.size is best) for each in profiles)


_HEARING = ("whisper-base", "whisper-small", "whisper-large-v3-turbo")
_THINKING = (
    "llama-3.2-1b-instruct",
    "qwen3-1.7b",
    "smollm3-3b",
    "qwen3-4b-instruct-2507",
    "qwen3.5-9b",
    "gemma-4-12b-it",
    "gemma-4-26b-a4b-it",
)
"""From small to large. Up to 4 GB they are models that keep what they have read: on small machines
those answer sooner than others of their size."""

_VOICES = {"fr": "piper-fr_FR-siwis-medium"}
_ENGLISH_VOICE = "piper-en_US-ljspeech-medium"

_RUNGS: dict[Size, tuple[tuple[int, int], ...]] = {
    Size.LIGHT: ((0, 0), (0, 0), (1, 1), (1, 1), (2, 3)),
    Size.BALANCED: ((1, 1), (1, 1), (2, 2), (2, 3), (2, 4)),
    Size.QUALITY: ((1, 2), (1, 2), (2, 3), (2, 5), (2, 6)),
}
"""By profile and tier: how far up each ladder (hearing, thinking) to begin."""


def _chosen(
    known: Mapping[str, Model], machine: Machine, size: Size, language: str
) -> tuple[Model, ...]:
    hearing, thinking = _RUNGS[size][machine.tier]
    voice = known.get(_VOICES.get(language, _ENGLISH_VOICE))
    while True:
        models = [
            _rung(known, _HEARING, hearing),
            _rung(known, _THINKING, thinking),
            voice,
        ]
        chosen = tuple(model for model in models if model is not None)
        fit, _ = _together(chosen, machine)
        if fit is not Fit.WONT_FIT or not (hearing or thinking):
            return chosen
        # The language model is what takes the room; hearing follows it down.
        thinking, hearing = max(0, thinking - 1), hearing if thinking > 1 else max(0, hearing - 1)


def _rung(known: Mapping[str, Model], ladder: Sequence[str], rung: int) -> Model | None:
    return next((known[name] for name in reversed(ladder[: rung + 1]) if name in known), None)


def _profile(
    size: Size, models: tuple[Model, ...], machine: Machine, here: Collection[str]
) -> Profile:
    download = sum(model.size for model in models if model.id not in here)
    fit, reason = _together(models, machine)
    if download and download + _DISK_MARGIN > machine.disk_free:
        fit, reason = Fit.WONT_FIT, Reason.DISK
    memory = sum(map(memory_needed, models))
    return Profile(size, models, fit, reason, download, memory)


def _together(models: Sequence[Model], machine: Machine) -> tuple[Fit, Reason]:
    """Return whether the models fit at once: the card takes what it can, the larger one first."""
    card, memory = machine.vram_budget, 0
    used = 0
    slow = False
    for model in sorted(models, key=memory_needed, reverse=True):
        needed = memory_needed(model)
        if model.kind is not Kind.TTS and used + needed <= card:
            used += needed
            continue
        memory += needed
        slow = slow or _is_slow(model, Place.PROCESSOR)
    in_memory = _room(memory, machine.memory_budget, machine.memory_free)
    if in_memory[0] is not Fit.FITS:
        return in_memory
    if slow:
        return Fit.TIGHT, Reason.SPEED
    if used > _CLOSE * card:
        return Fit.TIGHT, Reason.MEMORY
    return Fit.FITS, Reason.NONE


def _room(needed: int, budget: int, free: int) -> tuple[Fit, Reason]:
    if needed <= _CLOSE * budget:
        return Fit.FITS, Reason.NONE
    if needed <= max(budget, _CLOSE * free):
        return Fit.TIGHT, Reason.MEMORY
    return Fit.WONT_FIT, Reason.MEMORY


def _is_slow(model: Model, place: Place) -> bool:
    limit = _QUICK_ON_PROCESSOR.get(model.kind)
    return place is Place.PROCESSOR and limit is not None and memory_needed(model) > limit

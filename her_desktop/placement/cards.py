"""The GPUs of this machine: which one a model goes to, and how much of its memory is whose.

Rule: the workers call it. The driver is asked for its cards once; what is free of them, each time.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field

from her_desktop.conversation.events import Stage
from her_desktop.inference.gpu_llama import LlamaDevice
from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble
from her_desktop.metrics.gpu_driver import (
    OLDEST_DRIVER,
    Card,
    is_older,
    open_driver,
    visible_cards,
)

AnyCard = Card | LlamaDevice


@dataclass
class GpuCards:
    """Owns what the drivers told of the cards. Called by any worker."""

    probes: Probes
    nvml: object = None
    """Used in place of the machine's own NVML."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cards: list[Card] = field(default_factory=list)
    _best: Card | None = None
    _looked: bool = False
    _driver_version: str = ""

    def for_stage(self, stage: Stage) -> tuple[AnyCard | None, int | None]:
        """Return the card for a stage and its number there, (None, None) where there is none.

        Raises GpuError where there is one that this stage's library cannot use.
        """
        card, index = self.nvidia()
        devices: list[LlamaDevice] = []
        if stage is Stage.LLM:
            devices = self.probes.llama_devices()
            foreign = [device for device in devices if device.family != "CUDA"]
            if foreign:
                return foreign[0], 0
        if card is None:
            return None, None
        # First of all: to a build for CUDA, a card whose driver is too old is no card.
        if is_older(self._driver_version, OLDEST_DRIVER):
            raise GpuError(Trouble(Cause.OLD_DRIVER))
        if stage is Stage.LLM and not devices:
            raise GpuError(Trouble(Cause.NO_SUPPORT))
        if stage is Stage.TTS:
            self.probes.require_voice()
        return card, index

    def nvidia(self) -> tuple[Card | None, int]:
        """Return the NVIDIA card that had the most free memory, and its number for CUDA."""
        with self._lock:
            if not self._looked:
                self._looked = True
                driver, _ = open_driver(self.nvml)
                if driver is not None:
                    self._driver_version = driver.version
                    self._cards = visible_cards(
                        driver.cards(), os.environ.get("CUDA_VISIBLE_DEVICES")
                    )
                    self._best = max(self._cards, key=_free, default=None)
            return self._best, self._cards.index(self._best) if self._best else 0

    @property
    def name(self) -> str:
        """The NVIDIA card that models are put onto, "" where there is none or none was asked."""
        return self._best.name if self._best else ""


def memory_of(card: AnyCard | None) -> tuple[int, int]:
    """Return the bytes of a card that are free and those that it has, zeros where it is untold."""
    if isinstance(card, LlamaDevice):
        return card.free, card.total
    memory = card.memory() if card else None
    return (memory.free, memory.total) if memory else (0, 0)


def _free(card: Card) -> int:
    return memory_of(card)[0]


Used = tuple[int | None, int | None]


def used_of(card: AnyCard | None) -> Used:
    """Return the bytes of a card that this process has, and that all have; None for untold."""
    if not isinstance(card, Card):
        return None, None
    memory = card.memory()
    return card.own_memory(), memory.used if memory else None


def taken_since(card: AnyCard | None, before: Used) -> int:
    """Return by how much what is used of a card has grown: by this process, else by all."""
    pairs = zip(used_of(card), before, strict=True)
    grown = [now - then for now, then in pairs if now is not None and then is not None]
    return max(0, next((each for each in grown if each), 0))

"""Which device each model is loaded on, and what the user is told of it.

Here meet what the user chose, what the machine has, what is installed and what fits: every way from
the GPU to the processor ends in a sentence, and none in silence.

Rule: a worker calls it on its own thread. What they share is behind one lock, and models are put
onto a GPU one after the other, so that what each one takes of its memory can be told.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from her_desktop.conversation.events import Event, GpuMemoryTaken, Noticed, Stage, StageReady
from her_desktop.inference.device_change import (
    Attempt,
    Closable,
    close_what_is_left,
    first_that_loads,
)
from her_desktop.inference.device_trial import Verdict
from her_desktop.inference.gpu_abort import AbortNote
from her_desktop.inference.gpu_llama import LlamaDevice
from her_desktop.inference.gpu_plan import Share, budget, plan
from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.gpu_trouble import INSTALL_CUDA, Cause, GpuError, Trouble
from her_desktop.metrics.gpu_driver import Card, is_older, open_driver, visible_cards
from her_desktop.places import (
    AUTO,
    CPU,
    GPU,
    Outcome,
    Place,
    Trial,
    Wishes,
    planned,
    smaller,
)

_OLDEST_DRIVER = 525
"""The first NVIDIA driver that runs CUDA 12, on every system."""

Model = TypeVar("Model", bound=Closable)

Make = Callable[[Place], Model]
Hold = Callable[
    [
        str,
        Model,
        Callable[[], Model] | None,
        Callable[[str, str], None],
        Callable[[str], str] | None,
    ],
    Model,
]
"""Puts a model into what moves it to the processor: (name, model, on processor, changed, told)."""


@dataclass
class Placement:
    """Owns what is known of the GPUs and who has how much of them. Called by the workers."""

    probes: Probes = field(default_factory=Probes)
    nvml: object = None
    """Used in place of the machine's own NVML."""
    outcomes: dict[Stage, Outcome] = field(default_factory=dict)
    _send: Callable[[Event], None] | None = None
    _said: set[str] = field(default_factory=set)
    _unheard: list[Event] = field(default_factory=list)
    _planned: dict[Stage, Share] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _cards: list[Card] = field(default_factory=list)
    _card: Card | None = None
    _looked: bool = False
    _driver_version: str = ""
    _abort: AbortNote | None = None

    def connect(self, send: Callable[[Event], None], abort_file: Path | None = None) -> None:
        """Tell everything from now on, and what was kept so far, through `send`.

        In `abort_file` is, or will be, what the engine says when a GPU makes it end the program.
        """
        self._send = send
        self._abort = AbortNote(abort_file) if abort_file else None
        unheard, self._unheard = self._unheard, []
        for event in unheard:
            send(event)

    def load(
        self,
        stage: Stage,
        wishes: Wishes,
        make: Make[Model],
        hold: Hold[Model],
        trial_of: Callable[[], Trial[Model]] | None = None,
    ) -> Model:
        """Load a stage's model where it should be, else where it can be. Raises ModelError.

        `make` loads it in a place; `hold` gives it the means to move. With `trial_of` the choice
        is the quicker device, unless the user made it.
        """
        wish = wishes.devices[stage]
        if wish == CPU:
            return self._on_processor(stage, make, Outcome(expected=False, on_gpu=False))
        try:
            card, index = self._gpu_for(stage)
            if stage is Stage.STT and index is not None and wishes.stt is not None:
                formats = self.probes.recognizer_formats(index)
                wishes = replace(wishes, stt=replace(wishes.stt, formats=formats))
        except GpuError as error:
            return self._without(stage, wishes, make, hold, error.trouble)
        if index is None:
            if wish == AUTO:
                return self._on_processor(stage, make, Outcome(expected=False, on_gpu=False))
            return self._without(stage, wishes, make, hold, Trouble(Cause.NO_GPU))
        if stage is Stage.LLM and self._abort is not None:
            before = self._abort.taken()
            if before is not None:
                return self._without(stage, wishes, make, hold, before)
            self.probes.listen_for_aborts(self._abort)
        with self._lock:
            share = self._share(stage, wishes, card)
            return self._loaded(stage, wishes, make, hold, trial_of, index, share, card)

    def fits_beside(self, stage: Stage, wishes: Wishes) -> bool:
        """Tell whether a stage's model fits onto the GPU while the one before is still there."""
        outcome = self.outcomes.get(stage)
        if outcome is None or not outcome.on_gpu or self._card is None:
            return True
        memory = self._card.memory()
        share = planned(stage, wishes, 1 << 62)
        return memory is None or share is None or share.memory <= budget(memory.free, memory.total)

    @property
    def free(self) -> int:
        """Bytes that are free on the NVIDIA card with the most of them, 0 where there is none."""
        return _memory(self._nvidia()[0])[0]

    @property
    def card_name(self) -> str:
        """The NVIDIA card that models are put onto, "" where there is none."""
        return self._card.name if self._card else ""

    # --- what there is -------------------------------------------------------------------------

    def _gpu_for(self, stage: Stage) -> tuple[Card | LlamaDevice | None, int | None]:
        """Return the card for a stage and its number there, (None, None) where there is none.

        Raises GpuError where there is one that this stage's library cannot use.
        """
        card, index = self._nvidia()
        if stage is Stage.LLM:
            devices = self.probes.llama_devices()
            foreign = [device for device in devices if device.family != "CUDA"]
            if foreign:
                return foreign[0], 0
            if card is not None and not devices:
                raise GpuError(Trouble(Cause.NO_SUPPORT))
        if card is None:
            return None, None
        if is_older(self._driver_version, _OLDEST_DRIVER):
            raise GpuError(Trouble(Cause.OLD_DRIVER))
        if stage is Stage.TTS:
            self.probes.require_voice()
        return card, index

    def _nvidia(self) -> tuple[Card | None, int]:
        """Return the NVIDIA card with the most free memory, and its number for CUDA."""
        with self._lock:
            if not self._looked:
                self._looked = True
                driver, _ = open_driver(self.nvml)
                if driver is not None:
                    self._driver_version = driver.version
                    self._cards = visible_cards(
                        driver.cards(), os.environ.get("CUDA_VISIBLE_DEVICES")
                    )
                    self._card = max(self._cards, key=_free, default=None)
            return self._card, self._cards.index(self._card) if self._card else 0

    # --- what fits -----------------------------------------------------------------------------

    def _share(self, stage: Stage, wishes: Wishes, card: Card | LlamaDevice | None) -> Share:
        """Return what a stage gets of a card: by one plan for all when the first one asks."""
        free, total = _memory(card)
        if not total:
            # A driver that does not tell: try, and see.
            return planned(stage, wishes, 1 << 62) or Share()
        room = budget(free, total)
        if self._planned is None:
            wanted = {each for each in Stage if wishes.devices.get(each, CPU) != CPU}
            made = plan(
                room,
                stt=wishes.stt if Stage.STT in wanted else None,
                llm=wishes.llm if Stage.LLM in wanted else None,
                tts=wishes.tts if Stage.TTS in wanted else None,
            )
            shares = {Stage.STT: made.stt, Stage.LLM: made.llm, Stage.TTS: made.tts}
            self._planned = {each: share for each, share in shares.items() if share is not None}
        share = self._planned.pop(stage, None)
        if share is None:
            reserved = sum(each.memory for each in self._planned.values())
            share = planned(stage, wishes, max(0, room - reserved))
        return share or Share()

    # --- how it is loaded ----------------------------------------------------------------------

    def _loaded(
        self,
        stage: Stage,
        wishes: Wishes,
        make: Make[Model],
        hold: Hold[Model],
        trial_of: Callable[[], Trial[Model]] | None,
        index: int,
        share: Share,
        card: Card | LlamaDevice | None,
    ) -> Model:
        """Load a model in its share of the GPU, or less of it, or on the processor."""
        name = wishes.names[stage]
        trial = trial_of() if trial_of and wishes.devices[stage] == AUTO else None
        verdict = trial.known if trial else None
        if verdict is not None and verdict.device == CPU:
            share = Share()
        attempts = [
            Attempt(_load(make, _place(index, each)), each.sentences, on_gpu=True)
            for each in (share, *smaller(stage, wishes, share))
            if each.on_gpu
        ]
        aside = () if attempts else share.sentences
        attempts.append(Attempt(_load(make, Place()), aside))
        told: list[str] = []
        before = _used(card)
        model, number = first_that_loads(name, attempts, told.append)
        taken = _taken(card, before)
        on_gpu = attempts[number].on_gpu
        if on_gpu and trial is not None and verdict is None:
            try:
                model, verdict = _quicker(model, make, trial)
                on_gpu = verdict.device == GPU
            except GpuError as error:
                close_what_is_left(model)
                model, on_gpu = make(Place()), False
                told.append(error.trouble.sentence(name))
        why = told or ([verdict.sentence(name)] if verdict else [])
        self.outcomes[stage] = Outcome(
            expected=True, on_gpu=on_gpu, reason="" if on_gpu else "".join(why[:1])
        )
        for sentence in told:
            self._notice(sentence)
        held = (taken or share.memory) if on_gpu else 0
        self._tell(GpuMemoryTaken(at=time.monotonic(), stage=stage, held=held))
        on_processor = _load(make, Place()) if on_gpu else None
        told_of = verdict.told if verdict else None
        return hold(name, model, on_processor, self._changed(stage, name), told_of)

    def _without(
        self, stage: Stage, wishes: Wishes, make: Make[Model], hold: Hold[Model], trouble: Trouble
    ) -> Model:
        """Load a model on the processor although there is a GPU, and say why."""
        name = wishes.names[stage]
        reason = trouble.sentence(name)
        model = make(Place())
        self.outcomes[stage] = Outcome(expected=True, on_gpu=False, reason=reason)
        self._tell(GpuMemoryTaken(at=time.monotonic(), stage=stage, held=0))
        untouched = trouble.cause in (Cause.LIBRARY, Cause.NO_SUPPORT)
        if wishes.devices[stage] == AUTO and untouched and not self.probes.is_set_up():
            # One sentence for all three says it better than three.
            self._notice(
                f"The GPU {self.card_name} is not used, because the parts for it are not "
                f"installed. Run {INSTALL_CUDA} once."
            )
        else:
            self._notice(reason)
        return hold(name, model, None, self._changed(stage, name), None)

    def _on_processor(self, stage: Stage, make: Make[Model], outcome: Outcome) -> Model:
        model = make(Place())
        before = self.outcomes.get(stage)
        self.outcomes[stage] = outcome
        if before is not None and before.on_gpu:
            self._tell(GpuMemoryTaken(at=time.monotonic(), stage=stage, held=0))
        return model

    def _changed(self, stage: Stage, name: str) -> Callable[[str, str], None]:
        """Return what to call when a model moved to the processor while it worked."""

        def tell(detail: str, sentence: str) -> None:
            now = time.monotonic()
            self.outcomes[stage] = Outcome(expected=True, on_gpu=False, reason=sentence)
            self._tell(GpuMemoryTaken(at=now, stage=stage, held=0))
            self._tell(StageReady(at=now, stage=stage, model=name, detail=detail))
            self._notice(sentence)

        return tell

    def _notice(self, sentence: str) -> None:
        with self._lock:
            if sentence in self._said:
                return
            self._said.add(sentence)
        self._tell(Noticed(at=time.monotonic(), message=sentence))

    def _tell(self, event: Event) -> None:
        if self._send is None:
            self._unheard.append(event)
        else:
            self._send(event)


def _place(index: int, share: Share) -> Place:
    return Place(index, share.number_format, share.layers, share.tokens)


def _load(make: Make[Model], place: Place) -> Callable[[], Model]:
    return lambda: make(place)


def _quicker(model: Model, make: Make[Model], trial: Trial[Model]) -> tuple[Model, Verdict]:
    """Return the quicker one of a model on the GPU and the same on the processor."""
    other = make(Place())
    try:
        verdict = trial.measure(other, model)
    except GpuError:
        other.close()
        raise
    kept, dropped = (model, other) if verdict.device == GPU else (other, model)
    dropped.close()
    return kept, verdict


def _memory(card: Card | LlamaDevice | None) -> tuple[int, int]:
    if isinstance(card, LlamaDevice):
        return card.free, card.total
    memory = card.memory() if card else None
    return (memory.free, memory.total) if memory else (0, 0)


def _free(card: Card) -> int:
    return _memory(card)[0]


def _used(card: Card | LlamaDevice | None) -> tuple[int | None, int | None]:
    """Return the bytes of a card that this process has, and that all have; None for untold."""
    if not isinstance(card, Card):
        return None, None
    memory = card.memory()
    return card.own_memory(), memory.used if memory else None


def _taken(card: Card | LlamaDevice | None, before: tuple[int | None, int | None]) -> int:
    """Return by how much what is used of a card has grown: by this process, else by all."""
    pairs = zip(_used(card), before, strict=True)
    grown = [now - then for now, then in pairs if now is not None and then is not None]
    return max(0, next((each for each in grown if each), 0))

"""Which device each model is loaded on, and what the user is told of it.

Here meet what the user chose, what the machine has, what is installed and what fits: every way from
the GPU to the processor ends in a sentence, and none in silence.

Rule: a worker calls it on its own thread. Models are put onto a GPU one after the other, so that
what each one takes of its memory can be told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from her_desktop.conversation.events import Event, Stage, StageReady
from her_desktop.inference.device_change import Attempt, Closable, first_that_loads, let_go
from her_desktop.inference.device_trial import Verdict
from her_desktop.inference.gpu_plan import Share, budget, plan
from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.gpu_trouble import INSTALL_CUDA, Cause, GpuError, Trouble
from her_desktop.placement.breakdowns import Breakdowns
from her_desktop.placement.cards import AnyCard, GpuCards, memory_of, taken_since, used_of
from her_desktop.placement.news import PlacementNews
from her_desktop.placement.one_by_one import OneByOne
from her_desktop.placement.places import (
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


class Placement:
    """Owns who has how much of the GPUs, and what was said of it. Called by the workers."""

    def __init__(self, probes: Probes | None = None, nvml: object = None) -> None:
        """`nvml` is used in place of the machine's own NVML."""
        self.outcomes: dict[Stage, Outcome] = {}
        self._probes = probes or Probes()
        self._cards = GpuCards(self._probes, nvml)
        self._news = PlacementNews()
        self._planned: dict[Stage, Share] | None = None
        self._onto_gpu = OneByOne()
        self._breakdowns: Breakdowns | None = None

    def connect(
        self,
        send: Callable[[Event], None],
        abort_file: Path | None = None,
        lose: Callable[[Stage, str], bool] = lambda _stage, _message: False,
    ) -> None:
        """Tell everything from now on, and what was kept so far, through `send`.

        In `abort_file` is, or will be, what the engine says when a GPU makes it end the program.
        `lose` goes on without a stage's thread, and tells whether it can.
        """
        self._news.connect(send)
        if abort_file is not None:
            self._breakdowns = Breakdowns(abort_file, lambda words: self._lost(lose, words))

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
        breakdowns = self._breakdowns
        if stage is not Stage.LLM or breakdowns is None:
            return self._placed(stage, wishes, make, hold, trial_of)
        name = wishes.names[stage]

        def noted(place: Place) -> Model:
            breakdowns.at(name, on_gpu=place.gpu is not None)
            return make(place)

        breakdowns.expect(self._probes)
        # Before anybody looks at the cards: where one is gone, even that look fails.
        against = None if wishes.devices[stage] == CPU else breakdowns.against_gpu(name)
        if against is not None:
            model = self._without(stage, wishes, noted, hold, against)
        else:
            model = self._placed(stage, wishes, noted, hold, trial_of)
        if told := breakdowns.survived():
            self._news.say_again(told)
        return model

    def fits_beside(self, stage: Stage, wishes: Wishes) -> bool:
        """Tell whether a stage's model fits onto the GPU while the one before is still there."""
        outcome = self.outcomes.get(stage)
        if outcome is None or not outcome.on_gpu:
            return True
        free, total = memory_of(self._cards.nvidia()[0])
        share = planned(stage, wishes, 1 << 62)
        return not total or share is None or share.memory <= budget(free, total)

    @property
    def free(self) -> int:
        """Bytes that are free on the NVIDIA card with the most of them, 0 where there is none."""
        return memory_of(self._cards.nvidia()[0])[0]

    @property
    def card_name(self) -> str:
        """The NVIDIA card that models are put onto, "" where there is none."""
        return self._cards.name

    def _placed(
        self,
        stage: Stage,
        wishes: Wishes,
        make: Make[Model],
        hold: Hold[Model],
        trial_of: Callable[[], Trial[Model]] | None,
    ) -> Model:
        """Load a model where the user, the machine and the libraries let it be."""
        wish = wishes.devices[stage]
        if wish == CPU:
            return self._on_processor(stage, make, Outcome(expected=False, on_gpu=False))
        try:
            card, index = self._cards.for_stage(stage)
            if stage is Stage.STT and index is not None and wishes.stt is not None:
                formats = self._probes.recognizer_formats(index)
                wishes = replace(wishes, stt=replace(wishes.stt, formats=formats))
        except GpuError as error:
            return self._without(stage, wishes, make, hold, error.trouble)
        if index is None:
            if wish == AUTO:
                return self._on_processor(stage, make, Outcome(expected=False, on_gpu=False))
            return self._without(stage, wishes, make, hold, Trouble(Cause.NO_GPU))
        with self._onto_gpu.turn_of(stage):
            share = self._share(stage, wishes, card)
            return self._loaded(stage, wishes, make, hold, trial_of, index, share, card)

    # --- what fits -----------------------------------------------------------------------------

    def _share(self, stage: Stage, wishes: Wishes, card: AnyCard | None) -> Share:
        """Return what a stage gets of a card: by one plan for all when the first one asks."""
        free, total = memory_of(card)
        if not total:
            # A driver that does not tell: try, and see.
            return planned(stage, wishes, 1 << 62) or Share()
        room = budget(free, total)
        if self._planned is None:
            wanted = {each for each in Stage if each is stage or self._may_want_room(each, wishes)}
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
            # A copy: another stage may just have found that it cannot use the card at all.
            reserved = sum(each.memory for each in tuple(self._planned.values()))
            share = planned(stage, wishes, max(0, room - reserved))
        return share or Share()

    def _may_want_room(self, stage: Stage, wishes: Wishes) -> bool:
        """Tell whether a stage is yet to be loaded onto a card, or is there already."""
        outcome = self.outcomes.get(stage)
        return wishes.devices.get(stage, CPU) != CPU and (outcome is None or outcome.on_gpu)

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
        card: AnyCard | None,
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
        before = used_of(card)
        model, number = first_that_loads(name, attempts, told.append)
        taken = taken_since(card, before)
        on_gpu = attempts[number].on_gpu
        if on_gpu and trial is not None and verdict is None:
            try:
                model, verdict = _quicker(model, make, trial)
                on_gpu = verdict.device == GPU
            except GpuError as error:
                let_go(model, error)
                model, on_gpu = make(Place()), False
                told.append(error.trouble.sentence(name))
            except BaseException:
                model.close()
                raise
        why = told or ([verdict.sentence(name)] if verdict else [])
        self.outcomes[stage] = Outcome(
            expected=True, on_gpu=on_gpu, reason="" if on_gpu else "".join(why[:1])
        )
        for sentence in told:
            self._news.notice(sentence)
        held = (taken or share.memory) if on_gpu else 0
        self._news.memory_taken(stage, held)
        on_processor = _load(make, Place()) if on_gpu else None
        told_of = verdict.told if verdict else None
        return hold(name, model, on_processor, self._changed(stage, name), told_of)

    def _without(
        self, stage: Stage, wishes: Wishes, make: Make[Model], hold: Hold[Model], trouble: Trouble
    ) -> Model:
        """Load a model on the processor although there is a GPU, and say why."""
        if self._planned is not None:
            self._planned.pop(stage, None)
        name = wishes.names[stage]
        reason = trouble.sentence(name)
        model = make(Place())
        self.outcomes[stage] = Outcome(expected=True, on_gpu=False, reason=reason)
        self._news.memory_taken(stage, 0)
        untouched = trouble.cause in (Cause.LIBRARY, Cause.NO_SUPPORT)
        if wishes.devices[stage] == AUTO and untouched and not self._probes.is_set_up():
            # One sentence for all three says it better than three.
            self._news.notice(
                f"The GPU {self.card_name} is not used, because the parts for it are not "
                f"installed. Run {INSTALL_CUDA} once."
            )
        else:
            self._news.notice(reason)
        return hold(name, model, None, self._changed(stage, name), None)

    def _on_processor(self, stage: Stage, make: Make[Model], outcome: Outcome) -> Model:
        model = make(Place())
        before = self.outcomes.get(stage)
        self.outcomes[stage] = outcome
        if before is not None and before.on_gpu:
            self._news.memory_taken(stage, 0)
        return model

    def _lost(self, lose: Callable[[Stage, str], bool], message: str) -> bool:
        """Go on without the language model's thread; called on it, whatever it was about."""
        self._onto_gpu.give_up(Stage.LLM)
        return lose(Stage.LLM, message)

    def _changed(self, stage: Stage, name: str) -> Callable[[str, str], None]:
        """Return what to call when a model moved to the processor while it worked."""

        def tell(detail: str, sentence: str) -> None:
            self.outcomes[stage] = Outcome(expected=True, on_gpu=False, reason=sentence)
            self._news.memory_taken(stage, 0)
            ready = StageReady(at=time.monotonic(), stage=stage, model=name, detail=detail)
            self._news.tell(ready)
            self._news.notice(sentence)

        return tell


def _place(index: int, share: Share) -> Place:
    return Place(index, share.number_format, share.layers, share.tokens)


def _load(make: Make[Model], place: Place) -> Callable[[], Model]:
    return lambda: make(place)


def _quicker(model: Model, make: Make[Model], trial: Trial[Model]) -> tuple[Model, Verdict]:
    """Return the quicker one of a model on the GPU and the same on the processor."""
    other = make(Place())
    try:
        verdict = trial.measure(other, model)
    except BaseException:
        other.close()
        raise
    kept, dropped = (model, other) if verdict.device == GPU else (other, model)
    dropped.close()
    return kept, verdict

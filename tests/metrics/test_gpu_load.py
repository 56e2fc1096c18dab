from __future__ import annotations

from dataclasses import replace

import pytest

from her_desktop.conversation.events import (
    AsideFinished,
    AsideStarted,
    Event,
    GpuAbsent,
    GpuBusy,
    GpuMemoryTaken,
    GpuSampled,
    Stage,
    StageReleased,
    WorkFinished,
    WorkStarted,
)
from her_desktop.metrics.gpu_load import GpuFold, Slice

STT, LLM, TTS = Stage.STT, Stage.LLM, Stage.TTS


def worked(stage: Stage, start: float, end: float) -> list[Event]:
    return [
        WorkStarted(at=start, turn=1, stage=stage),
        WorkFinished(at=end, turn=1, stage=stage),
    ]


def sampled(*busy: tuple[float, float, float], at: float = 1.0) -> GpuSampled:
    return GpuSampled(
        at=at,
        name="card",
        load_percent=1.0,
        memory_used=1,
        memory_total=2,
        busy=tuple(GpuBusy(*each) for each in busy),
    )


def fold_of(*events: Event, on_gpu: tuple[Stage, ...] = (STT, LLM, TTS)) -> GpuFold:
    fold = GpuFold()
    for stage in on_gpu:
        fold.handle(GpuMemoryTaken(at=0.0, stage=stage, held=1000))
    for event in events:
        fold.handle(event)
    return fold


def test_a_short_burst_in_a_long_sample_is_drawn_where_its_stage_worked() -> None:
    # 24 % of 167 ms is what 40 ms of full work look like to a driver that samples six times a
    # second.
    fold = fold_of(*worked(STT, 0.10, 0.14), sampled((0.0, 0.167, 24.0)))
    (burst,) = fold.slices(0.0, 0.2)
    assert (burst.start_at, burst.end_at, burst.stage) == (0.10, 0.14, STT)
    assert burst.percent == pytest.approx(100.0, abs=0.5)
    assert fold.busy(0.0, 0.2)[STT] == pytest.approx(0.040, abs=0.0005)


def test_short_samples_keep_their_own_shape() -> None:
    fold = fold_of(
        *worked(STT, 0.02, 0.06), sampled((0.0, 0.02, 0.0), (0.02, 0.04, 90.0), (0.04, 0.06, 50.0))
    )
    assert [(piece.start_at, round(piece.percent)) for piece in fold.slices(0, 1)] == [
        (0.02, 90),
        (0.04, 50),
    ]


def test_what_no_stage_accounts_for_is_somebody_elses() -> None:
    fold = fold_of(*worked(STT, 0.0, 0.05), sampled((0.0, 0.1, 80.0), (0.5, 0.6, 30.0)))
    times = fold.busy(0.0, 1.0)
    # More than the stage's own time cannot be the stage's.
    assert times[STT] == pytest.approx(0.05)
    assert times[None] == pytest.approx(0.03 + 0.03)


def test_stages_that_work_at_once_share_the_time() -> None:
    fold = fold_of(*worked(LLM, 0.0, 0.1), *worked(TTS, 0.05, 0.1), sampled((0.0, 0.1, 60.0)))
    times = fold.busy(0.0, 1.0)
    assert sum(times.values()) == pytest.approx(0.06)
    assert times[LLM] == pytest.approx(0.045)
    assert times[TTS] == pytest.approx(0.015)
    together = [piece for piece in fold.slices(0.0, 1.0) if piece.start_at == 0.05]
    assert {piece.stage for piece in together} == {LLM, TTS}


def test_a_stage_on_the_processor_gets_nothing_of_the_gpu() -> None:
    fold = fold_of(
        *worked(STT, 0.0, 0.1), *worked(LLM, 0.0, 0.1), sampled((0.0, 0.1, 50.0)), on_gpu=(LLM,)
    )
    assert set(fold.busy(0.0, 1.0)) == {LLM}
    fold.handle(StageReleased(at=2.0, stage=LLM, model="m"))
    assert fold.memory[LLM] == 0
    assert set(fold.busy(0.0, 1.0)) == {None}


def test_work_that_still_goes_on_counts() -> None:
    fold = fold_of(WorkStarted(at=0.0, turn=1, stage=LLM), sampled((0.0, 0.1, 50.0)))
    assert fold.busy(0.0, 1.0) == {LLM: pytest.approx(0.05)}


def test_only_what_was_asked_for_is_given() -> None:
    fold = fold_of(*worked(LLM, 0.0, 1.0), sampled((0.0, 1.0, 100.0)))
    assert fold.slices(0.25, 0.5) == (Slice(0.25, 0.5, 100.0, LLM),)
    assert fold.busy(0.25, 0.5) == {LLM: pytest.approx(0.25)}


def test_samples_may_come_before_the_end_of_the_work_is_told() -> None:
    started, finished = worked(STT, 0.0, 0.1)
    fold = fold_of(started, sampled((0.0, 0.2, 50.0)), finished)
    assert fold.busy(0.0, 1.0) == {STT: pytest.approx(0.1)}


def test_what_a_gpu_did_on_which_no_model_lies_is_somebody_elses() -> None:
    def on_card(index: int, own_memory: int | None) -> GpuSampled:
        return replace(sampled((0.0, 0.1, 50.0)), index=index, own_memory=own_memory)

    work = worked(LLM, 0.0, 0.1)
    both = fold_of(*work, on_card(0, 1000), on_card(1, 0)).busy(0.0, 1.0)
    assert both == {LLM: pytest.approx(0.05), None: pytest.approx(0.05)}
    shared = fold_of(*work, on_card(0, 1000), on_card(1, 1000)).busy(0.0, 1.0)
    assert set(shared) == {LLM}
    # In a container no driver knows which memory is this program's.
    unknown = fold_of(*work, on_card(0, 0), on_card(1, 0)).busy(0.0, 1.0)
    assert set(unknown) == {LLM}


def test_work_for_no_living_turn_is_work_and_ends() -> None:
    interrupted = (WorkStarted(at=0.0, turn=1, stage=LLM), AsideFinished(at=0.1, stage=LLM))
    ahead = (AsideStarted(at=0.3, stage=LLM), AsideFinished(at=0.4, stage=LLM))
    fold = fold_of(*interrupted, *ahead, sampled((0.0, 0.1, 50.0), (0.1, 0.3, 50.0)))
    fold.handle(sampled((0.3, 0.4, 50.0)))
    assert fold.busy(0.0, 1.0) == {LLM: pytest.approx(0.1), None: pytest.approx(0.1)}


def test_the_past_is_forgotten() -> None:
    fold = fold_of(*worked(STT, 0.0, 0.1), sampled((0.0, 0.1, 50.0)))
    fold.handle(sampled(at=500.0))
    assert fold.slices(0.0, 1.0) == ()
    assert not fold._work


def test_it_tells_what_changed_and_what_there_is() -> None:
    fold, stranger = GpuFold(), WorkStarted(at=0.0, turn=1, stage=STT)
    assert fold.handle(GpuAbsent(at=0.0, message="None here."))
    assert fold.absence == "None here."
    assert not fold.handle(stranger)
    before = fold.has_samples
    assert fold.handle(sampled((0.0, 0.3, 1.0)))
    assert (before, fold.has_samples) == (False, True)
    assert fold.sampled_until == 0.3
    coarse = GpuSampled(
        at=0.0, name="x", load_percent=1, memory_used=1, memory_total=1, withheld=("busy",)
    )
    assert fold_of(coarse).has_samples is False


def test_hours_without_a_gpu_leave_nothing_behind() -> None:
    fold = GpuFold()
    for turn in range(1000):
        for event in worked(LLM, 60.0 * turn, 60.0 * turn + 1.0):
            fold.handle(event)
    assert len(fold._work) < 5

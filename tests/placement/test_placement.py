"""Every way from the GPU to the processor, against scripted drivers and libraries."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import PATIENCE
from scripted_machine import LLM, STT, TTS, Machine, wishes
from scripted_nvml import ScriptedCard

from her_desktop.conversation.events import Stage, StageReady
from her_desktop.inference.device_change import (
    MovableRecognizer,
)
from her_desktop.inference.device_trial import Verdict
from her_desktop.inference.gpu_llama import LlamaDevice
from her_desktop.inference.gpu_plan import GIB
from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble
from her_desktop.inference.protocols import ModelError, Voice
from her_desktop.placement.places import Place, Trial


def test_without_a_gpu_all_is_on_the_processor_and_nothing_is_said() -> None:
    machine = Machine()
    machine.probes.devices = []
    details = [machine.recognizer().detail, machine.mind().detail, machine.voice().detail]
    assert details == ["CPU"] * 3
    assert machine.told == []
    assert not any(each.expected for each in machine.placement.outcomes.values())


def test_who_wants_a_gpu_that_is_not_there_is_told() -> None:
    machine = Machine()
    assert machine.recognizer(wishes(stt="gpu")).detail == "CPU"
    assert machine.sentences == [Trouble(Cause.NO_GPU).sentence("Whisper turbo")]


def test_a_large_card_takes_all_three() -> None:
    machine = Machine(ScriptedCard())
    details = [machine.recognizer().detail, machine.mind().detail, machine.voice().detail]
    assert details == ["GPU, float16", "GPU, 33 layers", "GPU (CUDA)"]
    assert machine.sentences == []
    assert machine.placement.card_name == "Card"
    # What each one took is what the driver says that this process has more than before.
    assert [machine.held(stage) for stage in (STT, LLM, TTS)] == [2 * GIB, 5 * GIB, GIB // 4]
    outcomes = machine.placement.outcomes
    assert all(outcomes[stage].on_gpu and not outcomes[stage].reason for stage in (STT, LLM, TTS))


def test_the_processor_is_taken_where_the_user_chose_it() -> None:
    machine = Machine(ScriptedCard())
    assert machine.mind(wishes(llm="cpu")).detail == "CPU"
    assert machine.sentences == []
    assert not machine.placement.outcomes[LLM].expected


@pytest.mark.parametrize("order", [(STT, LLM, TTS), (TTS, LLM, STT)], ids=["forward", "back"])
def test_a_small_card_is_shared_out_whoever_comes_first(order: tuple[Stage, ...]) -> None:
    machine = Machine(ScriptedCard(total=8 * GIB, free=8 * GIB))
    load: dict[Stage, Callable[[], Any]] = {
        STT: machine.recognizer,
        LLM: machine.mind,
        TTS: machine.voice,
    }
    details = {stage: load[stage]().detail for stage in order}
    assert details[STT] == "GPU, int8_float16"
    assert details[LLM] not in ("CPU", "GPU, 33 layers")
    assert details[TTS] == "CPU"
    assert len(machine.sentences) == 3
    assert any("of 33 layers of Llama 8B" in sentence for sentence in machine.sentences)
    assert "memory is full" in machine.placement.outcomes[TTS].reason


def test_what_one_does_not_take_is_not_kept_for_it_a_second_time() -> None:
    machine = Machine(ScriptedCard(total=12 * GIB, free=12 * GIB))
    machine.recognizer()
    machine.mind()
    machine.voice()
    # The user changes the language model: it is planned for alone, with what is free by now.
    machine.nvml.script[0].free = 8 * GIB
    machine.mind()
    assert machine.places[-1].layers == 33


def test_memory_that_is_gone_by_then_leads_to_less_and_then_to_the_processor() -> None:
    full = GpuError(Trouble(Cause.MEMORY))
    machine = Machine(ScriptedCard())
    machine.fails = lambda place: full if place.layers == 33 else None
    assert machine.mind().detail not in ("CPU", "GPU, 33 layers")
    assert "of 33 layers of Llama 8B" in machine.sentences[0]

    machine = Machine(ScriptedCard())
    machine.fails = lambda place: full if place.gpu is not None else None
    assert machine.mind().detail == "CPU"
    assert machine.sentences == [Trouble(Cause.MEMORY).sentence("Llama 8B")]
    assert machine.held(LLM) == 0


@pytest.mark.parametrize("cause", [Cause.LOST, Cause.UNKNOWN, Cause.OLD_DRIVER])
def test_whatever_fails_at_loading_names_itself(cause: Cause) -> None:
    machine = Machine(ScriptedCard())
    machine.fails = lambda place: GpuError(Trouble(cause)) if place.gpu is not None else None
    assert machine.recognizer().detail == "CPU"
    assert machine.sentences == [Trouble(cause).sentence("Whisper turbo")]
    assert machine.placement.outcomes[STT].reason == machine.sentences[0]


def test_a_damaged_file_fails_as_one() -> None:
    machine = Machine(ScriptedCard())
    machine.fails = lambda place: ModelError("Damaged.")
    with pytest.raises(ModelError, match="Damaged"):
        machine.recognizer()
    assert machine.sentences == []


def test_a_missing_or_wrong_library_names_itself() -> None:
    machine = Machine(ScriptedCard())
    machine.probes.recognizer_trouble = Trouble(Cause.LIBRARY, "libcublas.so.12")
    machine.probes.voice_trouble = Trouble(Cause.OTHER_VERSION, "libcudnn.so.9", "libcudnn.so.8")
    assert machine.recognizer().detail == "CPU"
    assert machine.voice().detail == "CPU"
    assert "libcublas.so.12" in machine.sentences[0]
    assert "libcudnn.so.8" in machine.sentences[1]


def test_a_gpu_that_nothing_was_installed_for_is_told_of_once() -> None:
    machine = Machine(ScriptedCard("NVIDIA RTX"))
    machine.probes.set_up = False
    machine.probes.devices = []
    machine.probes.recognizer_trouble = Trouble(Cause.LIBRARY, "libcublas.so.12")
    machine.probes.voice_trouble = Trouble(Cause.NO_SUPPORT)
    for load in (machine.recognizer, machine.mind, machine.voice):
        assert load().detail == "CPU"
    (sentence,) = machine.sentences
    assert "NVIDIA RTX" in sentence
    assert "start.py --cuda" in sentence
    reasons = [machine.placement.outcomes[stage].reason for stage in (STT, LLM, TTS)]
    assert "libcublas.so.12" in reasons[0]
    assert all("knows no GPU" in reason for reason in reasons[1:])


def test_a_language_model_that_alone_lacks_cuda_says_so() -> None:
    machine = Machine(ScriptedCard())
    machine.probes.devices = []
    machine.recognizer()
    assert machine.mind().detail == "CPU"
    assert machine.sentences == [Trouble(Cause.NO_SUPPORT).sentence("Llama 8B")]


def test_an_engine_that_cannot_start_fails_with_its_own_sentence() -> None:
    machine = Machine(ScriptedCard())
    machine.probes.engine_error = ModelError("Its library is missing.")
    with pytest.raises(ModelError, match="Its library"):
        machine.mind()


def test_an_old_driver_is_told_before_anything_is_tried() -> None:
    machine = Machine(ScriptedCard(), version="470.223.02")
    assert machine.recognizer().detail == "CPU"
    assert [place.gpu for place in machine.places] == [None]
    assert "525" in machine.sentences[0]
    # With such a driver a build of llama.cpp for CUDA sees no card at all.
    machine.probes.devices = []
    assert machine.mind().detail == "CPU"
    assert machine.sentences[-1] == Trouble(Cause.OLD_DRIVER).sentence("Llama 8B")


@pytest.mark.parametrize("name", ["Metal", "Vulkan0", "ROCm0"])
def test_another_gpu_runs_the_language_model_alone(name: str) -> None:
    machine = Machine()
    machine.probes.devices = [LlamaDevice(name, "Some GPU", 15 * GIB, 16 * GIB)]
    details = [machine.recognizer().detail, machine.mind().detail, machine.voice().detail]
    assert details == ["CPU", "GPU, 33 layers", "CPU"]
    assert machine.sentences == []


def test_a_gpu_that_does_not_tell_its_memory_is_tried() -> None:
    machine = Machine()
    machine.probes.devices = [LlamaDevice("Vulkan0", "Some GPU", 0, 0)]
    assert machine.mind().detail == "GPU, 33 layers"
    assert machine.held(LLM) > 4 * GIB, "then the plan's own figure stands for it"


def test_of_several_cards_the_emptiest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = ScriptedCard("a", free=2 * GIB), ScriptedCard("b"), ScriptedCard("c", free=3 * GIB)
    machine = Machine(*cards)
    machine.recognizer()
    assert machine.places[-1].gpu == 1
    assert machine.placement.card_name == "b"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,0")
    machine = Machine(*cards)
    machine.recognizer()
    assert (machine.placement.card_name, machine.places[-1].gpu) == ("c", 0)


def found(cpu: float, gpu: float) -> Verdict:
    return Verdict(cpu, gpu)


def test_the_voice_goes_where_it_was_measured_to_be_quicker() -> None:
    for verdict, detail in (
        (found(0.031, 0.009), "GPU (CUDA), measured: GPU 9 ms, CPU 31 ms"),
        (found(0.012, 0.040), "CPU, measured: GPU 40 ms, CPU 12 ms"),
    ):
        machine = Machine(ScriptedCard())
        voice = machine.voice(trial=Trial(None, lambda cpu, gpu, found=verdict: found))  # type: ignore[misc]
        assert voice.detail == detail
        assert [place.gpu for place in machine.places] == [0, None]
        kept, dropped = machine.voices if "GPU (CUDA)" in detail else machine.voices[::-1]
        assert dropped.closed
        assert not kept.closed
        assert machine.sentences == []
        assert (machine.held(TTS) > 0) == (verdict.device == "gpu")
        reason = machine.placement.outcomes[TTS].reason
        assert ("was measured" in reason) == (verdict.device == "cpu")


def test_what_was_measured_before_is_not_loaded_twice() -> None:
    def never(cpu: Voice, gpu: Voice) -> Verdict:
        raise AssertionError

    machine = Machine(ScriptedCard())
    assert machine.voice(trial=Trial(found(0.01, 0.04), never)).detail.startswith("CPU, measured")
    assert [place.gpu for place in machine.places] == [None]
    machine = Machine(ScriptedCard())
    assert machine.voice(trial=Trial(found(0.04, 0.01), never)).detail.startswith("GPU")
    assert [place.gpu for place in machine.places] == [0]


def test_the_users_own_choice_is_not_measured() -> None:
    def never(cpu: Voice, gpu: Voice) -> Verdict:
        raise AssertionError

    machine = Machine(ScriptedCard())
    assert machine.voice(wishes(tts="gpu"), Trial(None, never)).detail == "GPU (CUDA)"


def test_a_gpu_that_fails_while_it_is_measured_costs_the_voice_nothing() -> None:
    def fail(cpu: Voice, gpu: Voice) -> Verdict:
        raise GpuError(Trouble(Cause.LOST))

    machine = Machine(ScriptedCard())
    assert machine.voice(trial=Trial(None, fail)).detail == "CPU"
    assert machine.sentences == [Trouble(Cause.LOST).sentence("Joe")]


def test_a_card_that_is_lost_in_the_middle_is_told_with_the_new_place() -> None:
    machine = Machine(ScriptedCard())
    model = machine.recognizer()
    assert isinstance(model, MovableRecognizer)
    inner = model._model
    assert inner is not None

    def lose(pcm: object, cancelled: object) -> None:
        raise GpuError(Trouble(Cause.LOST))

    inner.transcribe = lose  # type: ignore[method-assign, assignment]
    machine.told.clear()
    assert model.transcribe(np.ones(100, np.float32), lambda: False).text
    assert model.detail == "CPU"
    ready = [event for event in machine.told if isinstance(event, StageReady)]
    assert [(event.stage, event.detail) for event in ready] == [(STT, "CPU")]
    assert machine.held(STT) == 0
    assert machine.sentences == [Trouble(Cause.LOST).sentence("Whisper turbo")]
    assert machine.placement.outcomes[STT].reason == machine.sentences[0]


def test_whether_a_new_model_fits_beside_the_old_one() -> None:
    machine = Machine(ScriptedCard(total=12 * GIB, free=12 * GIB))
    assert machine.placement.fits_beside(LLM, wishes())
    machine.mind()
    assert machine.placement.fits_beside(LLM, wishes())
    machine.nvml.script[0].free = 5 * GIB
    assert not machine.placement.fits_beside(LLM, wishes())
    assert machine.placement.fits_beside(STT, wishes()), "it is not on the GPU yet"


def test_what_happened_before_anybody_listened_is_told_then() -> None:
    machine = Machine(listens=False)
    machine.recognizer(wishes(stt="gpu"))
    assert machine.told == []
    machine.placement.connect(machine.told.append)
    assert len(machine.sentences) == 1


def test_a_stage_that_is_not_on_the_gpu_has_nothing_kept_for_it() -> None:
    for trouble_first in (True, False):
        machine = Machine(ScriptedCard(total=8 * GIB, free=8 * GIB))
        machine.probes.devices = []
        order = (machine.mind, machine.recognizer)
        for load in order if trouble_first else order[::-1]:
            load()
        # With the language model beside it, it would have to calculate less exactly.
        machine.recognizer()
        assert machine.places[-1].number_format == "float16"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "gpu_abort.txt"


def test_a_gpu_that_ended_the_last_run_is_left_alone_once(note: Path) -> None:
    machine = Machine(ScriptedCard())
    note.write_text("ggml-cuda.cu:88: CUDA error: unspecified launch failure")
    machine.placement.connect(machine.told.append, note)
    assert machine.mind().detail == "CPU"
    assert machine.sentences == [Trouble(Cause.LOST).sentence("Llama 8B")]
    assert machine.mind().detail == "GPU, 33 layers"


class Breaking:
    """A machine whose language model's engine breaks down; its lost thread stays until the end."""

    def __init__(self, note: Path, *cards: ScriptedCard) -> None:
        self.machine = Machine(*cards)
        self.note = note
        self.asked: list[tuple[Stage, str]] = []
        self.may_go = threading.Event()
        self.lost = threading.Event()
        self.machine.placement.connect(self.machine.told.append, note, self._lose)
        self.threads: list[threading.Thread] = []

    def _lose(self, stage: Stage, message: str) -> bool:
        self.asked.append((stage, message))
        return True

    def breaks(self, words: bytes) -> None:
        """Break down on this thread, as llama.cpp does."""
        watch = self.machine.probes.watches[-1]
        watch._stay = self._stay
        watch.aborting(words)

    def _stay(self) -> None:
        self.lost.set()
        assert self.may_go.wait(PATIENCE)

    def on_a_thread(self, work: Callable[[], object]) -> None:
        """Do it on a thread that is lost in it."""
        self.lost.clear()
        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()
        assert self.lost.wait(PATIENCE)

    def end(self) -> None:
        self.may_go.set()
        for thread in self.threads:
            thread.join(PATIENCE)


@pytest.fixture
def breaking(note: Path) -> Iterator[Breaking]:
    rig = Breaking(note, ScriptedCard())
    yield rig
    rig.end()


def test_an_engine_that_loses_its_gpu_goes_on_on_the_processor(breaking: Breaking) -> None:
    machine = breaking.machine
    assert machine.mind().detail == "GPU, 33 layers"
    breaking.on_a_thread(lambda: breaking.breaks(b"CUDA error: unspecified launch failure"))
    ((stage, message),) = breaking.asked
    assert stage is LLM
    assert "GPU stopped" in message
    assert "ask again" in message
    assert breaking.note.exists(), "should the program end of it after all"

    # Whoever takes over does not even ask the library about the card.
    machine.probes.engine_error = ModelError("The card was looked at.")
    assert machine.mind().detail == "CPU"
    assert machine.sentences == [Trouble(Cause.LOST).sentence("Llama 8B")]
    assert machine.held(LLM) == 0
    assert not breaking.note.exists(), "the program lives: the next start may try again"
    assert machine.mind().detail == "CPU", "this one does not"
    assert machine.recognizer().detail == "GPU, float16", "others may be luckier"


def test_a_gpu_whose_memory_runs_out_while_it_loads_blocks_nobody(breaking: Breaking) -> None:
    machine = breaking.machine

    def fail(place: Place) -> Exception | None:
        if place.layers:
            breaking.breaks(b"CUDA error: out of memory")
            # Only reached at the end of the test, when the thread is let go.
            return ModelError("It came back.")
        return None

    def lost() -> None:
        with pytest.raises(ModelError, match="came back"):
            machine.mind()

    machine.fails = fail
    breaking.on_a_thread(lost)
    # The others wait for their turn on the card, which the lost thread had.
    assert machine.recognizer().detail == "GPU, float16"
    assert machine.mind().detail == "CPU"
    assert machine.sentences == [Trouble(Cause.MEMORY).sentence("Llama 8B")]

    machine.fails = lambda place: None
    small = replace(wishes(), names={**wishes().names, LLM: "Llama 1B"})
    assert machine.mind(small).detail == "GPU, 33 layers", "another one may fit"
    assert machine.mind().detail == "CPU"


def test_an_engine_that_breaks_down_on_the_processor_is_started_anew(note: Path) -> None:
    breaking = Breaking(note)
    machine = breaking.machine
    machine.probes.devices = []
    try:
        machine.mind()
        for count in (1, 2):
            breaking.on_a_thread(lambda: breaking.breaks(b"GGML_ASSERT(x) failed"))
            assert "engine broke down" in breaking.asked[-1][1]
            assert machine.mind().detail == "CPU"
            assert len(machine.sentences) == count
            assert "started anew" in machine.sentences[-1]
        assert not note.exists(), "no GPU is to blame"
        machine.mind()
        assert len(machine.sentences) == 2
    finally:
        breaking.end()


def test_a_second_breakdown_at_once_is_known_at_the_next_start(breaking: Breaking) -> None:
    machine = breaking.machine
    machine.mind()
    breaking.on_a_thread(lambda: breaking.breaks(b"CUDA error: device is lost"))
    machine.fails = lambda place: ModelError("Not on the processor either.")
    with pytest.raises(ModelError, match="either"):
        machine.mind()
    again = Machine(ScriptedCard())
    again.placement.connect(again.told.append, breaking.note)
    assert again.mind().detail == "CPU"
    assert again.sentences == [Trouble(Cause.LOST).sentence("Llama 8B")]

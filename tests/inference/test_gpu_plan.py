from __future__ import annotations

import pytest

from her_desktop.inference.gpu_plan import (
    GIB,
    MIB,
    LanguageNeeds,
    Plan,
    RecognizerNeeds,
    Share,
    VoiceNeeds,
    budget,
    plan,
)
from her_desktop.inference.model_shape import ModelShape

EIGHT_B = ModelShape(32, 4096, 14336, 1024, 1024, 128256, 131072)
TURBO = RecognizerNeeds("Whisper turbo", 1_620_000_000)
LLAMA = LanguageNeeds("Llama 8B", 4_920_000_000, EIGHT_B, 8192, 256)
JOE = VoiceNeeds("Joe", 63_000_000)


def planned(gibibytes: float) -> Plan:
    total = int(gibibytes * GIB)
    return plan(budget(total - 200 * MIB, total), stt=TURBO, llm=LLAMA, tts=JOE)


def shares(made: Plan) -> tuple[Share, Share, Share]:
    assert made.stt is not None
    assert made.llm is not None
    assert made.tts is not None
    return made.stt, made.llm, made.tts


def sentences(made: Plan) -> list[str]:
    return [sentence for share in shares(made) for sentence in share.sentences]


def test_a_large_card_takes_all_of_it_and_nothing_is_said() -> None:
    stt, llm, tts = shares(planned(24))
    assert (stt.number_format, llm.layers, llm.tokens) == ("float16", 33, 8192)
    assert tts.on_gpu
    assert sentences(planned(24)) == []


def test_every_step_down_is_said_once_and_in_order() -> None:
    steps: list[tuple[bool, str, int, int]] = []
    for tenth in range(160, 0, -1):
        stt, llm, tts = shares(planned(tenth / 10))
        step = (tts.on_gpu, stt.number_format, llm.layers, llm.tokens)
        if not steps or steps[-1] != step:
            steps.append(step)

    def told(*wanted: object) -> int:
        return next(
            number
            for number, step in enumerate(steps)
            if all(each in (None, value) for each, value in zip(wanted, step, strict=True))
        )

    order = [
        told(True, "float16", 33, 8192),
        told(False, "float16", 33, 8192),
        told(False, "int8_float16", 33, 8192),
        told(False, "int8_float16", 20, 8192),
        told(False, "int8_float16", None, 4096),
        told(True, "float16", 0, 0),
        told(None, "", 0, 0),
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)


@pytest.mark.parametrize("gibibytes", [12, 8, 7, 6, 5, 4, 3, 2, 1, 0.5])
def test_it_never_promises_more_than_there_is(gibibytes: float) -> None:
    total = int(gibibytes * GIB)
    room = budget(total - 200 * MIB, total)
    made = plan(room, stt=TURBO, llm=LLAMA, tts=JOE)
    assert made.memory <= room
    whole = plan(1 << 50, stt=TURBO, llm=LLAMA, tts=JOE)
    for share, most in zip(shares(made), shares(whole), strict=True):
        # Whoever got less than it could use has a sentence for it.
        assert (share.memory < most.memory) == bool(share.sentences)
        assert all(each.endswith(".") for each in share.sentences)


def test_fewer_layers_are_told_with_their_number() -> None:
    _, llm, _ = shares(planned(7))
    assert 16 <= llm.layers < 33
    assert any(f"{llm.layers} of 33 layers of Llama 8B" in each for each in llm.sentences)


def test_a_model_that_does_not_fit_makes_room_for_the_others() -> None:
    stt, llm, tts = shares(planned(4))
    assert not llm.on_gpu
    assert (stt.number_format, tts.on_gpu) == ("float16", True)


def test_the_users_own_number_of_layers_is_a_limit_not_a_lack() -> None:
    few = LanguageNeeds("Llama 8B", 4_920_000_000, EIGHT_B, 8192, 256, most_layers=10)
    share = plan(20 * GIB, llm=few).llm
    assert share is not None
    assert (share.layers, share.sentences) == (10, ())
    assert few.memory(10, 8192) < LLAMA.memory(33, 8192)


def test_an_old_card_keeps_to_the_formats_it_knows() -> None:
    old = RecognizerNeeds("Whisper turbo", 1_620_000_000, ("float32",))
    share = plan(20 * GIB, stt=old).stt
    assert share is not None
    assert share.number_format == "float32"
    # On disk the weights are half as wide.
    assert old.memory("float32") > 2 * 1_620_000_000


def test_what_is_not_asked_for_is_not_planned() -> None:
    assert plan(GIB) == Plan()
    assert plan(0, tts=JOE).stt is None


def test_the_cache_and_the_weights_count() -> None:
    # 8,192 tokens of 32 layers with 2 x 1,024 numbers of 2 bytes are one gibibyte.
    assert LLAMA.memory(33, 8192) - LLAMA.memory(33, 0) == GIB
    assert LLAMA.memory(33, 0) > 4_920_000_000
    assert LLAMA.memory(0, 8192) == 0


def test_the_budget_leaves_room_for_the_screen_and_the_driver() -> None:
    assert budget(24 * GIB, 24 * GIB) < 22 * GIB
    assert budget(3 * GIB, 24 * GIB) < 3 * GIB
    assert budget(0, 24 * GIB) == 0
    assert budget(GIB, GIB) == 0

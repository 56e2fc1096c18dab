from __future__ import annotations

import ctypes
import sys

import pytest
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.conversation.events import GpuBusy
from her_desktop.metrics.gpu_driver import Card, is_older, open_driver, present, visible_cards

MONOTONIC, WALL, BOOT = 5_000.0, 1_790_000_000.0, 9_000.0


def card_of(script: ScriptedCard) -> Card:
    driver, _ = open_driver(ScriptedNvml([script]), lambda: (MONOTONIC, WALL, BOOT))
    assert driver is not None
    return driver.cards()[0]


@pytest.mark.parametrize("clock", [MONOTONIC, WALL, BOOT], ids=["monotonic", "wall", "boot"])
def test_the_drivers_microseconds_become_instants_whatever_they_count_from(clock: float) -> None:
    script = ScriptedCard(samples=[(round((clock - 0.5) * 1e6), 0)])
    card = card_of(script)
    assert card.busy() == (), "the first sample of all has no beginning"
    assert script.samples is not None
    script.samples += [(round((clock - 0.06) * 1e6), 0), (round((clock - 0.02) * 1e6), 90)]

    first, second = card.busy() or ()

    assert first.end_at == pytest.approx(MONOTONIC - 0.06, abs=1e-5)
    assert second == pytest.approx(GpuBusy(MONOTONIC - 0.06, MONOTONIC - 0.02, 90.0), abs=1e-5)


def test_a_sample_is_given_once_and_stands_for_a_second_at_most() -> None:
    script = ScriptedCard(samples=[(round((MONOTONIC - 30) * 1e6), 50)])
    card = card_of(script)
    card.busy()
    assert script.samples is not None
    script.samples.append((round(MONOTONIC * 1e6), 50))

    (only,) = card.busy() or ()
    assert only.end_at - only.start_at == pytest.approx(1.0)
    assert card.busy() == ()


def test_only_this_process_share_counts_as_its_own() -> None:
    script = ScriptedCard(own_samples=[(1_000_000, 5)], own_memory=700)
    card = card_of(script)
    card.own_busy()
    assert script.own_samples is not None
    script.own_samples.append((1_500_000, 40))

    (span,) = card.own_busy() or ()

    assert span.percent == 40.0
    assert card.own_memory() == 700


def test_what_a_driver_does_not_tell_is_none() -> None:
    silent = ScriptedCard(
        load=None,
        samples=None,
        own_samples=None,
        own_memory=None,
        temperature=None,
        power=None,
        clock=None,
        memory_is_told=False,
    )
    card = card_of(silent)
    told = (card.load(), card.busy(), card.own_busy(), card.own_memory(), card.temperature())
    assert told == (None,) * 5
    assert (card.power(), card.clock(), card.memory()) == (None, None, None)
    assert card.name == "Card"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (ScriptedNvml.NVML_ERROR_LIBRARY_NOT_FOUND, "its driver is not installed"),
        (ScriptedNvml.NVML_ERROR_DRIVER_NOT_LOADED, "does not run"),
        (ScriptedNvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH, "was updated"),
        (ScriptedNvml.NVML_ERROR_NO_PERMISSION, "may not use"),
        (999, "number 999"),
    ],
)
def test_why_no_driver_answers_is_said(number: int, words: str) -> None:
    driver, reason = open_driver(ScriptedNvml([ScriptedCard()], broken=number))
    assert driver is None
    assert words in reason


@pytest.mark.skipif(sys.platform == "win32", reason="there the binding itself looks")
def test_without_the_driver_its_binding_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", nowhere)
    monkeypatch.setitem(sys.modules, "pynvml", None)  # who reads it fails
    driver, reason = open_driver()
    assert driver is None
    assert "no NVIDIA GPU" in reason


def test_a_driver_without_a_card_is_let_go_of() -> None:
    nvml = ScriptedNvml()
    driver, reason = open_driver(nvml)
    assert driver is None
    assert "no GPU answers" in reason
    assert nvml.open == 0


def test_a_lost_card_is_left_out_and_the_others_keep_their_numbers() -> None:
    nvml = ScriptedNvml([ScriptedCard("a"), ScriptedCard("b")])
    nvml.lost.add(0)
    driver, _ = open_driver(nvml)
    assert driver is not None
    assert [(card.index, card.name) for card in driver.cards()] == [(1, "b")]
    driver.close()
    assert nvml.open == 0


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (None, ["a", "b", "c"]),
        ("", []),
        ("2,0", ["c", "a"]),
        ("1", ["b"]),
        ("0,-1,2", ["a"]),
        ("GPU-c", ["c"]),
        ("NoDevFiles", []),
    ],
)
def test_cuda_counts_the_cards_that_it_may_see(chosen: str | None, names: list[str]) -> None:
    driver, _ = open_driver(ScriptedNvml([ScriptedCard(n, uuid=f"GPU-{n}") for n in "abc"]))
    assert driver is not None
    assert [card.name for card in visible_cards(driver.cards(), chosen)] == names


def test_versions() -> None:
    assert is_older("470.223.02", 525)
    assert not is_older("525.60.13", 525)
    assert not is_older("", 525)


def test_the_real_clocks_begin_with_the_monotonic_one() -> None:
    first, second = present()[0], present()[0]
    assert 0.0 <= second - first < 1.0

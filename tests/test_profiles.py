from __future__ import annotations

from dataclasses import replace

import pytest

from her_desktop.catalogue import Kind, read_catalogue
from her_desktop.profiles import (
    Fit,
    Machine,
    Place,
    Reason,
    Size,
    judge,
    memory_needed,
    propose,
)

GB = 1_000_000_000
KNOWN = read_catalogue()
LAPTOP = Machine(memory_total=16 * GB, memory_free=10 * GB, disk_free=100 * GB, cores=8)
OLD = Machine(memory_total=4 * GB, memory_free=1 * GB, disk_free=100 * GB, cores=2)


def card(gigabytes: float) -> Machine:
    total = int(gigabytes * 1.07 * GB)
    return replace(LAPTOP, gpu="A card", vram_total=total, vram_free=total - GB // 4)


def test_a_small_model_fits_a_laptop_without_a_card() -> None:
    verdict = judge(KNOWN["qwen3-1.7b"], LAPTOP)
    assert (verdict.fit, verdict.place) == (Fit.FITS, Place.PROCESSOR)
    assert verdict.needed == KNOWN["qwen3-1.7b"].memory < verdict.free == LAPTOP.memory_budget


def test_a_large_one_would_answer_slowly_there() -> None:
    verdict = judge(KNOWN["qwen3.5-9b"], LAPTOP)
    assert (verdict.fit, verdict.reason) == (Fit.TIGHT, Reason.SPEED)


def test_what_is_larger_than_the_memory_wont_fit() -> None:
    verdict = judge(KNOWN["gemma-4-26b-a4b-it"], LAPTOP)
    assert (verdict.fit, verdict.reason) == (Fit.WONT_FIT, Reason.MEMORY)
    assert verdict.needed > verdict.free


def test_a_card_takes_what_fits_into_it() -> None:
    verdict = judge(KNOWN["qwen3-4b-instruct-2507"], card(8))
    assert (verdict.fit, verdict.place) == (Fit.FITS, Place.GPU)
    assert verdict.free == card(8).vram_budget


def test_a_voice_stays_on_the_processor() -> None:
    assert judge(KNOWN["piper-fr_FR-siwis-medium"], card(24)).place is Place.PROCESSOR


def test_a_full_disk_stops_a_download_but_not_what_is_here() -> None:
    full = replace(LAPTOP, disk_free=GB // 4)
    model = KNOWN["qwen3-1.7b"]
    assert judge(model, full).reason is Reason.DISK
    assert judge(model, full, is_here=True).fit is Fit.FITS


def test_memory_that_others_use_makes_it_tight_before_impossible() -> None:
    model = KNOWN["qwen3-1.7b"]
    fits = [
        judge(model, replace(LAPTOP, memory_free=free)).fit for free in (4 * GB, int(1.95 * GB), GB)
    ]
    assert fits == [Fit.FITS, Fit.TIGHT, Fit.WONT_FIT]


def test_a_model_that_nobody_measured_is_taken_by_its_size() -> None:
    starter = KNOWN["smollm2-135m-instruct"]
    assert starter.memory == 0
    assert memory_needed(starter) > starter.size


@pytest.mark.parametrize("language", ["en", "fr", "auto"])
@pytest.mark.parametrize(
    "machine", [LAPTOP, card(4), card(8), card(16), card(24)], ids=["cpu", "4", "8", "16", "24"]
)
def test_every_machine_is_offered_three_whole_profiles(machine: Machine, language: str) -> None:
    profiles = propose(KNOWN, machine, language)
    assert [profile.size for profile in profiles] == list(Size)
    for profile in profiles:
        assert [model.kind for model in profile.models] == [Kind.STT, Kind.LLM, Kind.TTS]
        assert profile.fit is not Fit.WONT_FIT
        assert profile.download == sum(model.size for model in profile.models)
        assert profile.licences
        spoken = "fr" if language == "fr" else "en"
        assert all(spoken in model.languages for model in profile.models)
    assert [profile.recommended for profile in profiles].count(True) == 1


def test_a_larger_card_gets_larger_models() -> None:
    sizes = [
        sum(profile.memory for profile in propose(KNOWN, machine, "fr"))
        for machine in (LAPTOP, card(4), card(8), card(16), card(24))
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 3 * sizes[0]


def test_what_is_recommended_fits_best() -> None:
    recommended = next(p for p in propose(KNOWN, LAPTOP, "en") if p.recommended)
    assert (recommended.size, recommended.fit) == (Size.BALANCED, Fit.FITS)


def test_what_is_here_is_not_downloaded_again() -> None:
    light = propose(KNOWN, LAPTOP, "en")[0]
    ids = [model.id for model in light.models]
    assert propose(KNOWN, LAPTOP, "en", here=ids)[0].download == 0


def test_a_machine_that_is_too_small_is_not_talked_into_anything() -> None:
    profiles = propose(KNOWN, OLD, "en")
    assert {profile.fit for profile in profiles} == {Fit.WONT_FIT}
    assert not any(profile.recommended for profile in profiles)


def test_a_full_disk_is_said_of_every_profile() -> None:
    profiles = propose(KNOWN, replace(LAPTOP, disk_free=GB // 2), "fr")
    assert {profile.reason for profile in profiles} == {Reason.DISK}


def test_a_catalogue_with_gaps_still_gives_profiles() -> None:
    few = {name: KNOWN[name] for name in ("whisper-base", "smollm2-135m-instruct")}
    assert [model.id for model in propose(few, LAPTOP, "en")[2].models] == ["whisper-base"]


def test_licences_are_named_once_and_restrictions_are_known() -> None:
    light = propose(KNOWN, LAPTOP, "en")[0]
    assert len(set(light.licences)) == len(light.licences)
    marked = replace(light, models=(replace(light.models[0], non_commercial=True),))
    assert (light.non_commercial, marked.non_commercial) == (False, True)

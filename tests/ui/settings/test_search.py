from __future__ import annotations

import pytest
from ui.settings.conftest import World

from her_desktop.ui.settings.search import find, folded


def names(world: World, query: str) -> list[str]:
    return [hit.name for hit in find(world.dialog.outlines, query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("speaking", "speaking_rate"),
        ("SPEAKING   rate", "speaking_rate"),
        ("rate speaking", "speaking_rate"),
        ("microphone", "input_device"),
        ("hotkey", "talk_key"),
        ("telemetry", "promise"),
        ("okay nabu", "wake_phrase"),
        ("fan", "suppress_noise"),
        ("vram", "gpu_layers"),
    ],
)
def test_a_setting_is_found_by_any_of_its_words(world: World, query: str, first: str) -> None:
    assert names(world, query)[0] == first


def test_every_entry_is_found_by_its_own_name(world: World) -> None:
    for outline in world.dialog.outlines:
        for section in outline.sections():
            for entry in section.entries:
                if entry.label:
                    found = find(world.dialog.outlines, entry.label)
                    assert entry.label in [hit.label for hit in found]


def test_nothing_is_found_by_nothing(world: World) -> None:
    assert names(world, "") == []
    assert names(world, "   ") == []
    assert names(world, "zzz") == []


@pytest.mark.usefixtures("french")
def test_accents_may_be_left_out(world: World) -> None:
    assert names(world, "debit")[0] == "speaking_rate"
    assert folded("Écoute À") == "ecoute a"

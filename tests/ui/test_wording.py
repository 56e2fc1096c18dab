from __future__ import annotations

import pytest

from her_desktop.conversation.events import Device, DeviceState, Stage
from her_desktop.ui.charts import BAR_NAMES
from her_desktop.ui.orb_face import Face
from her_desktop.ui.wording import (
    MISSING,
    bar_words,
    device_words,
    face_words,
    gigabytes,
    hint_words,
    milliseconds,
    percent,
    stage_words,
)

WELL = {DeviceState.READY, DeviceState.OPENING, DeviceState.MUTED}


def test_every_state_stage_and_row_has_words_of_its_own() -> None:
    for words in (
        [face_words(face) for face in Face],
        [hint_words(face) for face in Face],
        [stage_words(stage) for stage in Stage],
        [bar_words(name) for name in BAR_NAMES],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("device", list(Device))
@pytest.mark.parametrize("state", list(DeviceState))
def test_a_device_that_is_not_well_has_a_sentence_that_says_what_to_do(
    device: Device, state: DeviceState
) -> None:
    sentence = device_words(device, state, "Desk {1}")
    if state in WELL:
        assert sentence == ""
    else:
        assert sentence.endswith(".")
        assert len(sentence.split(". ")) >= 2 or ";" in sentence
        assert "{name}" not in sentence


@pytest.mark.parametrize(
    ("duration", "text"),
    [(None, MISSING), (0.3124, "312 ms"), (-0.02, "-20 ms"), (1.9994, "1999 ms"), (2.5, "2.50 s")],
)
def test_durations_have_units(duration: float | None, text: str) -> None:
    assert milliseconds(duration).replace("\u202f", " ") == text


def test_loads_and_sizes_have_units() -> None:
    assert percent(99.6).replace("\u202f", " ") == "100 %"
    assert gigabytes(340_000_000).replace("\u202f", " ") == "340 MB"
    assert gigabytes(1_230_000_000).replace("\u202f", " ") == "1.2 GB"

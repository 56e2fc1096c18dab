from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    LevelMeasured,
    Stage,
    StageReady,
    TextStreamed,
    WorkFailed,
    WorkStarted,
)
from her_desktop.metrics.health import PARTS, Light
from her_desktop.settings import Settings
from her_desktop.ui.stage_lights import StageLights, health_words, part_words
from her_desktop.ui.theme import colors_of
from her_desktop.ui.window import MainWindow


@pytest.fixture
def lights(qtbot: QtBot) -> StageLights:
    made = StageLights()
    qtbot.addWidget(made)
    return made


def colour_of(lights: StageLights, part: Stage | Device) -> QColor:
    row = lights._rows[part]
    return row.light.grab().toImage().pixelColor(5, 6)


SHAPES = (Stage.STT, Stage.LLM, Stage.TTS)


def corner_and_middle(lights: StageLights, part: Stage | Device) -> tuple[bool, bool]:
    """Tell whether a light's lower corner and its middle are painted."""
    picture = lights._rows[part].light.grab().toImage()
    ground = picture.pixelColor(0, 0).lightness()
    corner, middle = (picture.pixelColor(*at).lightness() for at in ((1, 8), (5, 5)))
    return abs(corner - ground) > 40, abs(middle - ground) > 40


def test_loaded_lights_nothing_and_work_lights_it_with_its_time(lights: StageLights) -> None:
    lights.handle(StageReady(at=0.0, stage=Stage.LLM, model="Small", detail="CPU, 1 thread"))
    assert lights.light(Stage.LLM) is Light.UNTRIED
    assert lights.text(Stage.LLM) == "not tried yet"
    lights.handle(WorkStarted(at=1.0, turn=1, stage=Stage.LLM))
    lights.handle(TextStreamed(at=1.098, turn=1, text="Noon."))
    assert lights.light(Stage.LLM) is Light.WELL
    assert lights.text(Stage.LLM) == "works, 98\u202fms"
    assert colour_of(lights, Stage.LLM) == QColor(colors_of(lights).good)


def test_a_failure_is_told_with_its_reason_and_touches_no_other(lights: StageLights) -> None:
    tone = np.ones(10, np.float32)
    lights.handle(AudioMade(at=1.0, turn=1, index=0, pcm=tone, sample_rate_hz=1000))
    lights.handle(WorkFailed(at=2.0, turn=1, stage=Stage.STT, message="The model is damaged."))
    assert lights.text(Stage.STT) == "failed\nThe model is damaged."
    assert colour_of(lights, Stage.STT) == QColor(colors_of(lights).accent)
    shown = {part: lights.light(part) for part in PARTS}
    assert shown.pop(Stage.STT) is Light.FAILED
    assert shown.pop(Stage.TTS) is Light.WELL
    assert set(shown.values()) == {Light.UNTRIED}


def test_every_light_has_words_for_who_cannot_see_it(lights: StageLights) -> None:
    lights.handle(WorkFailed(at=2.0, turn=1, stage=Stage.STT, message="Damaged."))
    names = {label.accessibleName() for label in lights.findChildren(QLabel)}
    assert "Understanding speech: failed" in names
    assert {f"{part_words(part)}: not tried yet" for part in PARTS if part is not Stage.STT} < names
    assert lights.examine_button.text()


def test_the_shape_differs_as_well_as_the_colour(lights: StageLights) -> None:
    lights.handle(WorkFailed(at=2.0, turn=1, stage=Stage.STT, message="Damaged."))
    lights.handle(TextStreamed(at=1.098, turn=1, text="Noon."))
    failed, well, untried = (corner_and_middle(lights, part) for part in SHAPES)
    assert (failed, well, untried) == ((True, True), (False, True), (False, False))


def test_the_window_lights_them_from_the_same_stream(
    make_window: Callable[[Settings], MainWindow],
) -> None:
    window = make_window(Settings(window_width=1000))
    window.handle(LevelMeasured(at=1.0, level_db=-40.0, speech=True))
    silent = DeviceChanged(
        at=2.0, device=Device.SPEAKER, state=DeviceState.MISSING, name="", message="None is there."
    )
    window.handle(silent)
    lights = window.room.panel.lights
    assert lights.light(Device.MICROPHONE) is lights.light(Stage.VAD) is Light.WELL
    assert lights.light(Device.SPEAKER) is Light.FAILED
    assert lights.light(Stage.TTS) is Light.UNTRIED
    assert lights.isVisible()


def test_examine_is_asked_for_by_button(qtbot: QtBot, lights: StageLights) -> None:
    with qtbot.waitSignal(lights.examine_wanted):
        lights.examine_button.click()


@pytest.mark.usefixtures("french")
def test_the_words_are_french(qtbot: QtBot) -> None:
    lights = StageLights()
    qtbot.addWidget(lights)
    assert part_words(Device.SPEAKER) == "Haut-parleur"
    assert lights.examine_button.text() == "Tout examiner"
    assert health_words(lights.health.of(Stage.STT)) == "pas encore essay\u00e9"

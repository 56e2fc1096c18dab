from __future__ import annotations

from itertools import count

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from her_desktop.ui.level_meter import FLOOR_DB, LevelMeter, Zone
from her_desktop.ui.theme import LIGHT


@pytest.fixture
def meter(qtbot: QtBot) -> LevelMeter:
    """A meter on whose clock 50 ms pass between two measurements."""
    made = LevelMeter(clock=count(0.0, 0.05).__next__)
    qtbot.addWidget(made)
    made.resize(220, 16)
    return made


def green_pixels(meter: LevelMeter) -> int:
    """Count the pixels of full green: the bar where it lies in its zone, or the lamp."""
    image = meter.grab().toImage()
    good = QColor(LIGHT.good)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(pixel == good for pixel in pixels)


@pytest.mark.parametrize(
    ("level_db", "zone", "words"),
    [
        (-120.0, Zone.NONE, "No sound"),
        (-50.0, Zone.LOW, "Quiet"),
        (-25.0, Zone.GOOD, "A good level"),
        (-5.0, Zone.HIGH, "Too loud"),
        (3.0, Zone.HIGH, "Too loud"),
    ],
)
def test_a_level_is_told_in_words(
    meter: LevelMeter, level_db: float, zone: Zone, words: str
) -> None:
    meter.hear(level_db)
    assert meter.zone is zone
    assert meter.words == words
    assert meter.accessibleDescription() == words


def test_the_bar_is_green_only_in_the_zone(meter: LevelMeter) -> None:
    meter.hear(-50.0)
    assert green_pixels(meter) == 0
    meter.rest()
    meter.hear(-20.0)
    assert green_pixels(meter) > 200


def test_speech_lights_the_lamp_and_is_said(meter: LevelMeter) -> None:
    meter.hear(-50.0)
    dark = green_pixels(meter)
    meter.hear(-50.0, speech=True)
    assert green_pixels(meter) > dark
    assert meter.words == "Quiet, speech is heard"


def test_the_loudest_of_late_stays_for_a_while(meter: LevelMeter) -> None:
    meter.hear(-20.0)
    meter.hear(FLOOR_DB)
    zones = [meter.zone]
    for _ in range(200):
        meter.hear(FLOOR_DB)
        zones.append(meter.zone)
    assert zones[0] is Zone.GOOD
    assert zones[-1] is Zone.NONE


def test_it_falls_as_fast_however_seldom_it_is_told(qtbot: QtBot) -> None:
    zones = []
    for step, told in ((0.03, 33), (0.33, 3)):
        meter = LevelMeter(clock=count(0.0, step).__next__)
        qtbot.addWidget(meter)
        meter.hear(-40.0)
        for _ in range(4 * told):
            meter.hear(FLOOR_DB)
        zones.append(meter.zone)
    assert zones == [Zone.NONE, Zone.NONE]


def test_without_sound_it_is_at_rest(meter: LevelMeter) -> None:
    meter.hear(-20.0, speech=True)
    meter.rest()
    assert meter.words == "No sound"
    assert green_pixels(meter) == 0

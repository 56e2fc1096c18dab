from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Stage
from her_desktop.metrics.gpu_load import Slice
from her_desktop.ui.charts import LANES, axis_of, row_height
from her_desktop.ui.gpu_lanes import GpuLanes, lane_color
from her_desktop.ui.theme import DARK, LIGHT, palette_of
from her_desktop.ui.wording import MISSING

STT, LLM, TTS = Stage.STT, Stage.LLM, Stage.TTS


@pytest.fixture
def lanes(qtbot: QtBot) -> GpuLanes:
    made = GpuLanes()
    made.setPalette(palette_of(LIGHT))
    qtbot.addWidget(made)
    made.resize(272, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    return made


def painted(lanes: GpuLanes, stage: Stage | None) -> list[int]:
    """Return where on the axis, in pixels from its beginning, a stage's colour stands."""
    image: QImage = lanes.grab().toImage()
    left, right = axis_of(lanes.fontMetrics(), lanes.width())
    row = row_height(lanes.fontMetrics())
    # The lowest pixels of a lane but its line: everything that was busy reaches them.
    y = round(LANES.index(stage) * row + row / 2 + 4)
    wanted = QColor(lane_color(LIGHT, stage))
    return [x - left for x in range(left, right) if image.pixelColor(x, y) == wanted]


def test_a_burst_of_40_ms_is_seen_where_it_was(lanes: GpuLanes) -> None:
    lanes.show_load([Slice(100.06, 100.10, 95.0, STT)], 100.0, 0.2, was_sampled=True)
    found = painted(lanes, STT)
    left, right = axis_of(lanes.fontMetrics(), lanes.width())
    length = right - left
    assert len(found) == pytest.approx(0.2 * length, abs=2), "40 of 200 ms"
    assert found[0] == pytest.approx(0.3 * length, abs=2)
    assert painted(lanes, LLM) == painted(lanes, TTS) == painted(lanes, None) == []


def test_the_first_sound_is_marked_as_it_is_above(lanes: GpuLanes) -> None:
    def line(gap: float | None) -> int:
        lanes.show_load([], 0.0, 0.4, was_sampled=True, gap=gap)
        image: QImage = lanes.grab().toImage()
        left, right = axis_of(lanes.fontMetrics(), lanes.width())
        x = left + (right - left) * 3 // 4
        column = [image.pixelColor(each, y) for each in (x, x - 1) for y in range(image.height())]
        # The lanes' own lines are grey.
        return sum(each.red() > each.blue() + 40 for each in column)

    assert line(None) == line(0.1) == 0
    assert line(0.3) > len(LANES)


def test_a_moment_too_short_for_a_pixel_is_seen(lanes: GpuLanes) -> None:
    lanes.show_load([Slice(0.4999, 0.5, 100.0, TTS)], 0.0, 2.0, was_sampled=True)
    assert len(painted(lanes, TTS)) >= 1


def test_every_stage_has_a_lane_and_a_colour_of_its_own(lanes: GpuLanes) -> None:
    lanes.show_load(
        [
            Slice(0.0, 0.1, 100.0, STT),
            Slice(0.1, 0.3, 100.0, LLM),
            Slice(0.2, 0.3, 100.0, TTS),
            Slice(0.3, 0.4, 100.0, None),
        ],
        0.0,
        0.4,
        was_sampled=True,
    )
    assert all(painted(lanes, stage) for stage in LANES)
    assert painted(lanes, STT)[0] < painted(lanes, LLM)[0] < painted(lanes, TTS)[0]
    for colors in (LIGHT, DARK):
        assert len({lane_color(colors, stage) for stage in LANES}) == 4


def test_a_screen_reader_hears_how_long_each_was_busy(lanes: GpuLanes) -> None:
    lanes.show_load([Slice(0.0, 0.1, 50.0, LLM)], 0.0, 0.4, was_sampled=True)
    assert lanes.accessibleDescription() == (
        "GPU, stt 0\u202fms, GPU, llm 50\u202fms, GPU, tts 0\u202fms, GPU, others 0\u202fms"
    )
    assert lanes.busy(LLM) == pytest.approx(0.05)


def test_before_the_driver_was_asked_nothing_is_claimed(lanes: GpuLanes) -> None:
    lanes.show_load([], 0.0, 0.4, was_sampled=False)
    assert lanes.accessibleDescription().count(MISSING) == 4
    assert lanes.busy(STT) is None


def test_colours_are_seen_on_the_panel(qapp: QApplication) -> None:
    def lightness(name: str) -> float:
        color = QColor(name)
        parts = [part / 255 for part in (color.red(), color.green(), color.blue())]
        linear = [
            part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
            for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colors in (LIGHT, DARK):
        for stage in (STT, LLM, TTS):
            pair = sorted((lightness(lane_color(colors, stage)), lightness(colors.sunken)))
            # What is drawn, not read, needs three to one.
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3.0

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from ui.scripts import spoken_turn

from her_desktop.conversation.events import (
    AnsweredInstantly,
    AudioDropped,
    Device,
    EchoMeasured,
    EndReason,
    Event,
    GpuAbsent,
    GpuBusy,
    GpuMemoryTaken,
    GpuSampled,
    Origin,
    PlaybackStarted,
    Stage,
    StopRequested,
    SystemSampled,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WindowStalled,
    WorkFinished,
    WorkStarted,
)
from her_desktop.metrics.latency import Bar, LatencyFold, TurnTiming
from her_desktop.ui.performance_panel import PerformancePanel
from her_desktop.ui.wording import MISSING, milliseconds

BARS = (
    Bar("endpoint wait", 0.0, 0.08),
    Bar("stt", 0.08, 0.14),
    Bar("llm first token", 0.15, 0.19),
    Bar("first sentence", 0.19, 0.24),
    Bar("tts first audio", 0.24, 0.28),
    Bar("playback", 0.28, 0.31),
)


@dataclass(frozen=True, kw_only=True)
class Timed(Event):
    """Stands for whatever makes a new timing."""

    timing: TurnTiming


class ScriptedTimings:
    """Timings as told."""

    def __init__(self) -> None:
        self.last: TurnTiming | None = None
        self.gaps: tuple[float, ...] = ()
        self.instants: tuple[TurnTiming, ...] = ()
        self.guesses_dropped = 0
        self.yields = 0

    def handle(self, event: Event) -> TurnTiming | None:
        if not isinstance(event, Timed):
            return None
        self.last = event.timing
        if event.timing.gap is not None and event.timing.counted:
            self.gaps = (*self.gaps, event.timing.gap)
        return self.last

    def percentile(self, p: float) -> float | None:
        return sorted(self.gaps)[round((len(self.gaps) - 1) * p / 100)] if self.gaps else None


def timed(
    gap: float | None,
    *,
    origin: Origin = Origin.PUSH_TO_TALK,
    reason: EndReason | None = EndReason.FINISHED,
    counted: bool = True,
    bars: tuple[Bar, ...] = BARS,
) -> Timed:
    timing = TurnTiming(
        turn=1, origin=origin, zero_at=0.0, gap=gap, bars=bars, reason=reason, counted=counted
    )
    return Timed(at=0.0, timing=timing)


@pytest.fixture
def panel(qtbot: QtBot) -> PerformancePanel:
    made = PerformancePanel(ScriptedTimings())
    qtbot.addWidget(made)
    made.resize(made.width(), 640)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_begins_with_words_and_dashes(panel: PerformancePanel) -> None:
    assert panel.gap_text == MISSING
    assert panel.figure("gpu") == "no GPU"
    assert panel.figure("drops") == "none"
    assert panel.figure("stalls") == "none"


def test_the_large_number_and_the_waterfall_show_the_last_turn(panel: PerformancePanel) -> None:
    panel.handle(timed(0.312))
    assert panel.gap_text == "312\u202fms"
    rows = panel.waterfall.accessibleDescription()
    assert rows == (
        "end of speech 80\u202fms, stt 60\u202fms, llm first token 40\u202fms, "
        "first sentence 50\u202fms, tts first audio 40\u202fms, playback 30\u202fms"
    )


def test_a_row_without_a_value_is_a_dash(panel: PerformancePanel) -> None:
    panel.handle(timed(0.2, origin=Origin.TYPED, bars=BARS[2:]))
    assert panel.waterfall.accessibleDescription().startswith(
        f"end of speech {MISSING}, stt {MISSING}, llm"
    )


def test_percentiles_of_the_last_turns(panel: PerformancePanel) -> None:
    for gap in (0.3, 0.2, 0.9):
        panel.handle(timed(gap))
    assert panel.percentiles_text == "p50 300\u202fms   p95 900\u202fms   turns 3"
    assert "900\u202fms" in panel.sparkline.accessibleDescription()


def test_what_is_not_counted_says_so_once_it_is_over(panel: PerformancePanel) -> None:
    panel.handle(timed(0.3, reason=None, counted=False))
    assert "not counted" not in panel.remark_text
    panel.handle(timed(0.3, reason=EndReason.STOPPED, counted=False))
    assert "not counted" in panel.remark_text


def test_the_machine_is_shown_with_units(panel: PerformancePanel) -> None:
    panel.handle(SystemSampled(at=0.0, cpu_percent=14.2, memory_used=812_000_000))
    panel.handle(
        GpuSampled(
            at=0.0,
            name="A card",
            load_percent=37.0,
            memory_used=3_100_000_000,
            memory_total=24_000_000_000,
        )
    )
    panel.handle(AudioDropped(at=0.0, device=Device.MICROPHONE, count=3))
    panel.handle(AudioDropped(at=0.0, device=Device.SPEAKER, count=2))
    panel.handle(WindowStalled(at=0.0, duration=0.12))
    panel.handle(WindowStalled(at=0.0, duration=0.06))
    assert panel.figure("cpu") == "14\u202f%"
    assert panel.figure("memory") == "812\u202fMB"
    assert panel.gpus.text("gpu") == "37\u202f%"
    assert panel.gpus.text("gpu memory") == "3.1\u202fGB / 24.0\u202fGB"
    assert panel.figure("gpu") == "", "what says that there is none has made room"
    assert panel.figure("drops") == ""
    assert panel.figure("microphone drops") == "3"
    assert panel.figure("speaker drops") == "2"
    assert panel.figure("stalls") == "2, worst 120\u202fms"


def test_folded_away_it_keeps_counting_and_shows_it_when_it_returns(
    panel: PerformancePanel,
) -> None:
    panel.hide()
    panel.handle(timed(0.25))
    assert panel.gap_text == MISSING
    panel.show()
    assert panel.gap_text == "250\u202fms"


def accented(image: QImage, left: int, right: int, y: int) -> list[int]:
    """Return where a row of pixels carries the accent."""
    return [
        x
        for x in range(left, right)
        if image.pixelColor(x, y).saturation() > 110 and image.pixelColor(x, y).red() > 150
    ]


def test_the_bars_lie_one_after_the_other_on_one_axis(panel: PerformancePanel) -> None:
    panel.handle(timed(0.31))
    image = panel.waterfall.grab().toImage()
    row = panel.waterfall.height() // 6
    spans = [accented(image, 0, image.width(), index * row + row // 2) for index in range(6)]
    starts = [span[0] for span in spans]
    assert starts == sorted(starts)
    first, second = spans[0], spans[1]
    # 80 ms against 60 ms.
    assert (len(first) - 1) / (len(second) - 1) == pytest.approx(80 / 60, rel=0.12)


@pytest.mark.parametrize("gaps", [(-0.05,), (0.3,) * 200, (0.0, 5.0)])
def test_any_gap_can_be_drawn(
    panel: PerformancePanel, gaps: tuple[float, ...], qtbot: QtBot
) -> None:
    before = panel.sparkline.grab().toImage()
    panel.sparkline.show_gaps(gaps, gaps[0])
    assert panel.sparkline.grab().toImage() != before


def test_it_reads_the_real_fold(qtbot: QtBot) -> None:
    panel = PerformancePanel(LatencyFold())
    qtbot.addWidget(panel)
    panel.show()
    for event in spoken_turn(1, 10.0):
        panel.handle(event)
    panel.handle(StopRequested(at=9.0))
    assert panel.gap_text == "310\u202fms"
    assert panel.percentiles_text.endswith("turns 1")


def real_panel(qtbot: QtBot) -> PerformancePanel:
    panel = PerformancePanel(LatencyFold())
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def instant_turn(turn: int, zero: float, reason: EndReason = EndReason.FINISHED) -> list[Event]:
    return [
        TurnStarted(at=zero, turn=turn, origin=Origin.PUSH_TO_TALK, speech_ended_at=zero),
        AnsweredInstantly(at=zero + 0.05, turn=turn, reply="greeting"),
        TurnCommitted(at=zero + 0.06, turn=turn),
        PlaybackStarted(at=zero + 0.09, turn=turn, audible_at=zero + 0.09),
        TurnEnded(at=zero + 1.0, turn=turn, reason=reason, heard="Hi."),
    ]


def test_an_instant_reply_is_marked_in_words_and_changes_no_figure(qtbot: QtBot) -> None:
    panel = real_panel(qtbot)
    for event in [*spoken_turn(1, 10.0), *instant_turn(2, 20.0)]:
        panel.handle(event)
    assert panel.gap_text == "90\u202fms"
    assert panel.remark_text == "instant reply, no model asked"
    assert panel._gap.accessibleName().endswith("first sound, instant reply, no model asked")
    assert panel.percentiles_text == "p50 310\u202fms   p95 310\u202fms   turns 1"
    assert panel.figure("instants") == "1, p50 90\u202fms"
    for event in spoken_turn(3, 30.0):
        panel.handle(event)
    assert panel.remark_text == ""
    assert panel.percentiles_text.endswith("turns 2")


def test_guesses_in_vain_and_answers_given_back_are_counted(qtbot: QtBot) -> None:
    panel = real_panel(qtbot)
    for name in ("instants", "guesses", "yields", "microphone drops", "speaker drops"):
        assert panel.figure(name) == ""
    *guess, _, _ = [event for event in spoken_turn(1, 10.0) if not isinstance(event, TurnCommitted)]
    for event in [*guess, TurnEnded(at=11.0, turn=1, reason=EndReason.RESUMED, heard="")]:
        panel.handle(event)
    assert panel.figure("guesses") == "1"
    assert panel.gap_text == MISSING
    *given, _ = spoken_turn(2, 20.0)
    for event in [*given, TurnEnded(at=21.0, turn=2, reason=EndReason.YIELDED, heard="")]:
        panel.handle(event)
    assert panel.figure("yields") == "1"
    assert "you went on" in panel.remark_text
    assert panel.percentiles_text.endswith("turns 0")


def test_a_remark_moves_nothing(qtbot: QtBot) -> None:
    panel = real_panel(qtbot)
    for event in spoken_turn(1, 10.0):
        panel.handle(event)
    place = panel.waterfall.y()
    for event in instant_turn(2, 20.0):
        panel.handle(event)
    panel.grab()
    assert panel.remark_text != ""
    assert panel.waterfall.y() == place


def test_rows_without_a_value_take_no_room(panel: PerformancePanel) -> None:
    def height() -> int:
        return panel._session.heightForWidth(panel._session.width())

    heights = [height()]
    panel.handle(AudioDropped(at=0.0, device=Device.MICROPHONE, count=3))
    # The row that said "none" has made room for it.
    heights.append(height())
    panel.handle(AudioDropped(at=0.0, device=Device.SPEAKER, count=3))
    heights.append(height())
    assert heights[0] == heights[1]
    assert heights[2] > heights[1]


def gpu_sampled(*busy: tuple[float, float, float], **changes: Any) -> GpuSampled:
    values: dict[str, Any] = {
        "name": "A card",
        "load_percent": 4.0,
        "memory_used": 3_100_000_000,
        "memory_total": 24_000_000_000,
        **changes,
    }
    return GpuSampled(at=11.5, busy=tuple(GpuBusy(*each) for each in busy), **values)


def turn_on_the_gpu(panel: PerformancePanel) -> None:
    for stage in (Stage.STT, Stage.LLM, Stage.TTS):
        panel.handle(GpuMemoryTaken(at=0.0, stage=stage, held=1_900_000_000))
    for event in spoken_turn(1, 10.0):
        panel.handle(event)
        if isinstance(event, WorkStarted):
            done = WorkFinished(at=event.at + 0.04, turn=1, stage=event.stage)
            panel.handle(done)


def test_what_the_gpu_did_lies_on_the_axis_of_the_turn(qtbot: QtBot) -> None:
    panel = real_panel(qtbot)
    turn_on_the_gpu(panel)
    assert not panel.lanes.isVisible(), "no driver has told of short samples yet"
    panel.handle(gpu_sampled((9.9, 10.08, 0.0), (10.08, 10.12, 95.0), (10.12, 11.5, 0.0)))
    assert panel.lanes.isVisible()
    assert panel.lanes.busy(Stage.STT) == pytest.approx(0.038)
    assert panel.lanes.busy(Stage.LLM) == 0.0
    # Both drawings begin and end their axis in the same places.
    assert panel.lanes.width() == panel.waterfall.width()
    assert panel.lanes._longest == panel.waterfall.longest
    assert panel.lanes._zero_at == 10.0


def test_a_new_turn_waits_for_its_own_samples(qtbot: QtBot) -> None:
    panel = real_panel(qtbot)
    turn_on_the_gpu(panel)
    panel.handle(gpu_sampled((9.9, 10.5, 50.0)))
    assert panel.lanes.busy(Stage.LLM) is not None
    for event in spoken_turn(2, 20.0):
        panel.handle(event)
    assert panel.lanes.busy(Stage.LLM) is None


def test_no_gpu_is_said_with_its_reason(panel: PerformancePanel) -> None:
    panel.handle(GpuAbsent(at=0.0, message="There is no NVIDIA GPU, or its driver is missing."))
    assert panel.figure("gpu") == "no GPU"
    assert panel.gpus.remark == "There is no NVIDIA GPU, or its driver is missing."
    assert not panel.lanes.isVisible()


def test_what_a_driver_does_not_tell_is_said(panel: PerformancePanel) -> None:
    panel.handle(
        gpu_sampled(load_percent=None, memory_used=None, withheld=("load_percent", "busy"))
    )
    assert panel.gpus.text("gpu") == ""
    assert panel.gpus.remark == "Its driver does not tell: its load, short bursts of work."
    assert not panel.lanes.isVisible()


def test_every_gpu_has_its_figures(panel: PerformancePanel) -> None:
    panel.handle(GpuMemoryTaken(at=0.0, stage=Stage.LLM, held=5_600_000_000))
    for index, name in enumerate(("First", "Second")):
        told = {"own_memory": 6_000_000_000, "temperature_c": 54.4, "power_w": 131.5}
        panel.handle(gpu_sampled(index=index, name=name, clock_mhz=2520.0 + index, **told))
    gpus = panel.gpus
    assert gpus.count == 2
    assert gpus.text("own memory") == "6.0\u202fGB"
    assert gpus.text("llm") == "5.6\u202fGB"
    assert gpus.text("stt") == ""
    assert gpus.text("temperature") == "54\u202f°C"
    assert gpus.text("power") == "132\u202fW"
    assert [gpus.text("clock", index) for index in (0, 1)] == [
        "2520\u202fMHz",
        "2521\u202fMHz",
    ]
    assert gpus.remark == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_cards_with_long_names_leave_every_figure_on_the_page(
    qtbot: QtBot, request: pytest.FixtureRequest, language: str
) -> None:
    if language == "fr":
        request.getfixturevalue("french")
    panel = real_panel(qtbot)
    turn_on_the_gpu(panel)
    for index in range(2):
        panel.handle(
            gpu_sampled(
                (9.9, 11.5, 5.0),
                index=index,
                name="NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition",
                memory_used=100_100_000_000,
                memory_total=102_600_000_000,
                own_memory=100_000_000_000,
                power_w=300.0,
            )
        )
    assert panel.gpus.name(1).endswith("Workstation Edition")
    # There is no bar to scroll sideways with: what is wider is cut off.
    page = panel.widget()
    assert page is not None
    assert page.minimumSizeHint().width() <= panel.viewport().width()


def test_the_echo_is_shown_with_its_delay_or_that_it_stays(qtbot: QtBot) -> None:
    panel = PerformancePanel(ScriptedTimings())
    qtbot.addWidget(panel)
    assert (panel.figure("echo"), panel.figure("echo delay")) == ("", "")
    panel.handle(
        EchoMeasured(at=1.0, delay=0.082, reduction_db=27.6, works=True, half_duplex=False)
    )
    assert panel.figure("echo") == "28 dB quieter"
    assert panel.figure("echo delay") == milliseconds(0.082)
    panel.handle(EchoMeasured(at=2.0, delay=None, reduction_db=1.0, works=False, half_duplex=True))
    assert (panel.figure("echo"), panel.figure("echo delay")) == ("not removed", "")
    panel.handle(EchoMeasured(at=3.0, delay=None, reduction_db=None, works=None, half_duplex=False))
    assert panel.figure("echo") == ""

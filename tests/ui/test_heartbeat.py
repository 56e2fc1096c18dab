from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event, WindowStalled
from her_desktop.ui.heartbeat import BEAT, RESTING_BEAT, UNSEEN_BEAT, Heartbeat, pace_of


def clock(steps: list[float]) -> Iterator[float]:
    now = 0.0
    yield now
    for step in steps:
        now += step
        yield now
    while True:
        now += BEAT
        yield now


def test_a_frozen_window_is_reported_and_a_late_beat_is_not(qtbot: QtBot) -> None:
    stalls: list[Event] = []
    ticks = clock([BEAT, BEAT + 0.3, BEAT + 0.04, BEAT + 0.1])
    heartbeat = Heartbeat(stalls.append, clock=lambda: next(ticks))
    heartbeat.start()
    qtbot.waitUntil(lambda: len(stalls) == 2)
    heartbeat.stop()
    durations = [event.duration for event in stalls if isinstance(event, WindowStalled)]
    assert [round(duration, 3) for duration in durations] == [0.3, 0.1]


def test_it_beats_less_often_where_nobody_would_feel_a_stall(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    asleep: list[bool] = []
    pace = pace_of(window, lambda: "at ease" in window.windowTitle(), lambda: bool(asleep))
    assert pace() == UNSEEN_BEAT, "hidden"
    with qtbot.waitExposed(window):
        window.show()
    assert pace() == BEAT
    window.setWindowTitle("at ease")
    assert pace() == RESTING_BEAT
    asleep.append(True)
    assert pace() == UNSEEN_BEAT
    window.setWindowTitle("busy")
    assert pace() == BEAT, "whoever is busy does not sleep"
    window.showMinimized()
    assert pace() == UNSEEN_BEAT


def test_a_slower_beat_is_no_stall(qtbot: QtBot) -> None:
    stalls: list[Event] = []
    paces = iter([RESTING_BEAT, UNSEEN_BEAT, BEAT])
    # What the clock shows at the start, and at each beat that was asked for by then.
    ticks = iter([0.0, 0.02, 0.12, 0.37, 0.49])
    last = [0.0]

    def clock() -> float:
        last[0] = next(ticks, last[0] + BEAT)
        return last[0]

    heartbeat = Heartbeat(stalls.append, clock=clock, pace=lambda: next(paces, BEAT))
    heartbeat.start()
    qtbot.waitUntil(lambda: bool(stalls))
    heartbeat.stop()
    (stall,) = (event for event in stalls if isinstance(event, WindowStalled))
    assert round(stall.duration, 3) == 0.1

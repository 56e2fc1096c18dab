from __future__ import annotations

from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event, WindowStalled
from her_desktop.ui.heartbeat import BEAT, Heartbeat


def clock(steps: list[float]) -> Iterator[float]:
    now = 0.0
    yield now
    for step in steps:
        now += step
        yield now
    while True:
        now += BEAT
        yield now


def test_a_frozen_window_is_reported_and_the_worst_is_kept(qtbot: QtBot) -> None:
    stalls: list[Event] = []
    ticks = clock([BEAT, BEAT + 0.3, BEAT + 0.04, BEAT + 0.1])
    heartbeat = Heartbeat(stalls.append, clock=lambda: next(ticks))
    heartbeat.start()
    qtbot.waitUntil(lambda: len(stalls) == 2)
    heartbeat.stop()
    durations = [event.duration for event in stalls if isinstance(event, WindowStalled)]
    assert [round(duration, 3) for duration in durations] == [0.3, 0.1]
    assert round(heartbeat.worst, 3) == 0.3

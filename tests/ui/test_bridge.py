from __future__ import annotations

import gc
import sys
import threading
from functools import partial

from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event, LevelMeasured, Noticed
from her_desktop.ui.bridge import Bridge


def test_two_thousand_events_of_four_threads_arrive_in_each_threads_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[tuple[str, threading.Thread]] = []

    def note(event: Event) -> None:
        assert isinstance(event, Noticed)
        seen.append((event.message, threading.current_thread()))

    bridge.happened.connect(note)

    def publish(writer: int) -> None:
        for number in range(500):
            bridge.publish(Noticed(at=0.0, message=f"{writer} {number}"))

    threads = [threading.Thread(target=publish, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(seen) == 2000)
    for thread in threads:
        thread.join()
    for writer in range(4):
        mine = [int(text.split()[1]) for text, _ in seen if text.startswith(f"{writer} ")]
        assert mine == list(range(500))
    assert {thread for _, thread in seen} == {threading.main_thread()}


def test_two_thousand_events_cost_no_reference_to_true(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[Event] = []
    bridge.happened.connect(seen.append)

    def arrived(count: int) -> bool:
        return len(seen) == count

    # What earlier tests left behind may be collected on the way, and refers to True as well.
    gc.collect()
    before = sys.getrefcount(True)
    for number in range(2000):
        bridge.publish(Noticed(at=0.0, message=str(number)))
        if number % 100 == 0:
            expected = number + 1
            qtbot.waitUntil(partial(arrived, expected))
    qtbot.waitUntil(lambda: len(seen) == 2000)
    # The fault this guards against costs a reference an event; half of them is beyond any noise.
    assert sys.getrefcount(True) > before - 1000


def test_only_the_newest_level_is_shown(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[Event] = []
    bridge.happened.connect(seen.append)
    for level in range(100):
        bridge.publish(LevelMeasured(at=0.0, level_db=-float(level), speech=False))
    bridge.publish(Noticed(at=0.0, message="after"))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0] == LevelMeasured(at=0.0, level_db=-99.0, speech=False)


def test_what_is_published_after_closing_is_dropped(qtbot: QtBot) -> None:
    bridge, other = Bridge(), Bridge()
    seen: list[Event] = []
    later: list[Event] = []
    bridge.happened.connect(seen.append)
    other.happened.connect(later.append)
    bridge.publish(Noticed(at=0.0, message="on its way"))
    bridge.close()
    bridge.publish(Noticed(at=0.0, message="too late"))
    other.publish(Noticed(at=0.0, message="a later wake-up"))
    qtbot.waitUntil(lambda: len(later) == 1)
    assert seen == []

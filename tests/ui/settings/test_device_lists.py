from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from her_desktop.audio.devices import Direction
from her_desktop.audio.plugged import Plugged
from her_desktop.ui.settings import device_lists
from her_desktop.ui.settings.device_lists import DeviceLists

DESK = {"name": "Desk microphone", "is_default": True}
HEADSET = {"name": "Headset", "is_default": False}
SPEAKER = {"name": "Speaker", "is_default": True}


class Devices:
    """What is plugged in, for a child that prints a file, and for the system that is asked."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "devices.json"
        self.state = Plugged()
        self.plug([DESK], [SPEAKER])
        # It counts how often it is asked.
        self.asked = folder / "asked"
        program = (
            "import pathlib, sys; "
            f"open({str(self.asked)!r}, 'a').write('x'); "
            f"sys.stdout.write(pathlib.Path({str(self.file)!r}).read_text())"
        )
        self.command = (sys.executable, "-c", program)

    def plug(self, inputs: list[object], outputs: list[object]) -> None:
        self.file.write_text(json.dumps({"input": inputs, "output": outputs}), encoding="utf-8")
        self.state = Plugged(devices=(str(inputs), str(outputs)))

    @property
    def times_asked(self) -> int:
        return len(self.asked.read_text()) if self.asked.exists() else 0


@pytest.fixture
def devices(tmp_path: Path) -> Devices:
    return Devices(tmp_path)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often than a desk needs it, and let nothing settle."""
    monkeypatch.setattr(device_lists, "LOOK_AGAIN", 0.05)
    monkeypatch.setattr(device_lists, "SETTLED_AFTER", 0.01)


@pytest.fixture
def lists(devices: Devices) -> Iterator[DeviceLists]:
    made = DeviceLists(devices.command, plugged=lambda: devices.state)
    yield made
    made.stop()


def watched(lists: DeviceLists, qtbot: QtBot) -> QWidget:
    """Show a widget that the lists are for, and wait for the first of them."""
    widget = QWidget()
    qtbot.addWidget(widget)
    lists.watch(widget)
    with qtbot.waitSignal(lists.renewed):
        widget.show()
    return widget


def test_devices_are_listed_while_the_page_is_on_screen(lists: DeviceLists, qtbot: QtBot) -> None:
    assert lists.names(Direction.INPUT) == ()
    watched(lists, qtbot)
    assert lists.names(Direction.INPUT) == ("Desk microphone",)
    assert lists.default(Direction.OUTPUT) == "Speaker"


def test_what_is_plugged_in_or_out_appears_and_goes(
    lists: DeviceLists, devices: Devices, qtbot: QtBot
) -> None:
    watched(lists, qtbot)
    devices.plug([DESK, HEADSET], [SPEAKER])
    with qtbot.waitSignal(lists.renewed):
        lists.look()
    assert lists.names(Direction.INPUT) == ("Desk microphone", "Headset")
    devices.plug([], [SPEAKER])
    with qtbot.waitSignal(lists.renewed):
        lists.look()
    assert lists.names(Direction.INPUT) == ()
    assert lists.default(Direction.INPUT) == ""


def test_nobody_is_asked_while_nothing_changes(
    lists: DeviceLists, devices: Devices, qtbot: QtBot
) -> None:
    widget = watched(lists, qtbot)
    assert devices.times_asked == 1
    for _ in range(3):
        lists.look()
    # Were a child due, it would be started before this one, which a change asks for.
    devices.plug([DESK, HEADSET], [SPEAKER])
    with qtbot.waitSignal(lists.renewed):
        lists.look()
    assert devices.times_asked == 2
    widget.hide()


def test_two_pages_share_the_lists(lists: DeviceLists, devices: Devices, qtbot: QtBot) -> None:
    first, second = watched(lists, qtbot), watched(lists, qtbot)
    second.hide()
    devices.plug([HEADSET], [SPEAKER])
    with qtbot.waitSignal(lists.renewed):
        assert first.isVisible()
    assert lists.names(Direction.INPUT) == ("Headset",)


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "raise SystemExit(1)"),
        (sys.executable, "-c", "print('no JSON at all')"),
        (sys.executable, "-c", "print('[]')"),
        (sys.executable, "-c", 'print(\'{"input": 3, "output": [4, {}]}\')'),
    ],
)
def test_a_child_that_fails_leaves_what_was_known(
    command: tuple[str, ...], devices: Devices, qtbot: QtBot
) -> None:
    # The second time it is asked, it fails in that way.
    good = devices.command[2]
    devices.asked.write_text("")
    quoted = list(command)
    program = (
        f"import os; first = not open({str(devices.asked)!r}).read()\n"
        f"if first:\n    exec({good!r})\nelse:\n    os.execv({quoted[0]!r}, {quoted!r})"
    )
    lists = DeviceLists((sys.executable, "-c", program), plugged=lambda: devices.state)
    widget = watched(lists, qtbot)
    widget.hide()
    with qtbot.assertNotEmitted(lists.renewed), qtbot.waitSignal(lists.answered):
        widget.show()
    assert lists.names(Direction.INPUT) == ("Desk microphone",)
    lists.stop()


def test_a_program_that_is_not_there_lists_nothing(qtbot: QtBot) -> None:
    lists = DeviceLists(("/nonexistent/program",))
    widget = QWidget()
    qtbot.addWidget(widget)
    lists.watch(widget)
    with qtbot.waitSignal(lists.answered):
        widget.show()
    assert lists.names(Direction.INPUT) == ()
    lists.stop()


def test_a_child_that_hangs_is_ended_with_the_page(
    devices: Devices, qtbot: QtBot, tmp_path: Path
) -> None:
    began = tmp_path / "began"
    program = f"import time; open({str(began)!r}, 'w').close(); time.sleep(600)"
    lists = DeviceLists((sys.executable, "-c", program), plugged=lambda: devices.state)
    widget = QWidget()
    qtbot.addWidget(widget)
    lists.watch(widget)
    widget.show()
    qtbot.waitUntil(began.exists)
    child = lists.child_id
    assert child
    widget.hide()
    assert not lists.child_id
    assert not Path(f"/proc/{child}").exists() or sys.platform != "linux"

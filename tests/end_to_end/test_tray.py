"""The real window behind a real tray, with the mouse and the keyboard of a virtual screen."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from end_to_end.conftest import OpenWindow
from hands import Hands

from her_desktop.settings import Settings, save_settings

pytestmark = [pytest.mark.sound, pytest.mark.models]

ICON_AT_MOST = 64
"""Pixels: what is wider is no icon."""

MENU_AT_LEAST = 120
"""Pixels: what is lower is a hint or a notification."""

WINDOW_AT_LEAST = 600
"""Pixels: what is narrower is a menu or a notification."""


class Screen:
    """Looks at the windows of our program; waits by the server's own events."""

    def __init__(self, display: str) -> None:
        from Xlib import X  # type: ignore[import-untyped]
        from Xlib import display as xlib

        self._x = X
        self._hands = Hands(display)
        self.server: Any = xlib.Display(display)
        self._root = self.server.screen().root
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask | X.PropertyChangeMask)

    def do(self, *words: str) -> None:
        self._hands.do(*words)

    def until(self, found: Callable[[], Any]) -> Any:
        """Return what `found` returns, once that is something."""
        deadline = time.monotonic() + 60
        while True:
            while self.server.pending_events():
                self.server.next_event()
            value = found()
            if value:
                return value
            assert time.monotonic() < deadline, "it did not happen"
            # What happens inside of other windows is told to nobody: look again now and then.
            select.select([self.server], [], [], 0.2)

    def ours(self) -> list[tuple[int, int, int]]:
        """Return (id, width, height) of every window of ours that can be seen."""
        return list(self._under(self._root))

    def icon(self) -> int:
        return next((number for number, width, _ in self.ours() if width <= ICON_AT_MOST), 0)

    def menu(self) -> bool:
        return any(
            ICON_AT_MOST < width < WINDOW_AT_LEAST and height >= MENU_AT_LEAST
            for _, width, height in self.ours()
        )

    def window(self) -> bool:
        return any(width >= WINDOW_AT_LEAST for _, width, _ in self.ours())

    def listed(self) -> bool:
        """Tell whether the window manager has a window of ours, minimised ones among them."""
        name = self.server.intern_atom("_NET_CLIENT_LIST")
        listed = self._root.get_full_property(name, self._x.AnyPropertyType)
        windows = [self.server.create_resource_object("window", n) for n in listed.value]
        return any((each.get_wm_class() or ("", ""))[1] == "her-desktop" for each in windows)

    def _under(self, parent: Any) -> Iterator[tuple[int, int, int]]:
        from Xlib import error

        try:
            children = parent.query_tree().children
        except error.BadWindow:
            return
        for child in children:
            try:
                seen = child.get_attributes().map_state == self._x.IsViewable
                if seen and (child.get_wm_class() or ("", ""))[1] == "her-desktop":
                    size = child.get_geometry()
                    yield child.id, size.width, size.height
            except error.BadWindow:
                continue  # it went while we looked
            if seen:
                yield from self._under(child)


@pytest.fixture
def desk(screen: str) -> Iterator[Screen]:
    made = Screen(screen)
    yield made
    made.server.close()


@pytest.fixture
def panel(screen: str) -> Iterator[None]:
    """A tray at the edge of the screen."""
    with a_tray(screen):
        yield


@contextmanager
def a_tray(screen: str) -> Iterator[None]:
    """Put a tray at the edge of the screen."""
    if shutil.which("trayer") is None:
        pytest.fail("trayer is not installed; packaging/test.py brings it")
    env = os.environ | {"DISPLAY": screen}
    words = ["trayer", "--edge", "top", "--widthtype", "request", "--height", "32"]
    process = subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(60)


def choice(data: Path, name: str) -> Any:
    return json.loads((data / "settings.json").read_text(encoding="utf-8"))[name]


@pytest.mark.usefixtures("panel")
def test_the_icon_docks_and_a_click_shows_and_hides(
    desk: Screen, open_window: OpenWindow, tmp_path: Path
) -> None:
    chosen = Settings(answer_tokens=24, talk_key="ctrl+alt+space")
    save_settings(chosen, tmp_path / "data" / "settings.json")
    with open_window("--hidden") as window:
        window.wait_until_ready()
        icon = desk.until(desk.icon)
        assert not desk.window()

        # The corner: a notification points at the middle.
        click = ("mousemove", "--window", str(icon), "3", "5", "click")
        # Two clicks in quick succession are a double click, which asks for nothing, with either
        # button.
        for _ in range(2):
            desk.do("sleep", "0.6", *click, "3")
            desk.until(desk.menu)
            desk.do("key", "Escape")
            desk.until(lambda: not desk.menu())
        desk.do("sleep", "0.6", *click, "1")
        desk.until(desk.window)
        desk.do("sleep", "0.6", *click, "1")
        desk.until(lambda: not desk.window())

        desk.do("sleep", "0.6", *click, "1")
        desk.until(desk.window)

        # Closing the window leaves the program where it is.
        desk.do("key", "alt+F4")
        desk.until(lambda: not desk.window())
        assert window.control("status")["ok"]
        assert choice(tmp_path / "data", "tray_was_explained") is True

        # The talk key, while no window of ours is on screen.
        for name in ("ctrl", "alt", "space"):
            desk.do("keydown", name)
        window.wait_for("TalkPressed")
        for name in ("space", "alt", "ctrl"):
            desk.do("keyup", name)
        window.wait_for("TalkReleased")

        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0


def test_a_tray_that_comes_late_takes_in_what_should_be_hidden(
    desk: Screen, screen: str, open_window: OpenWindow
) -> None:
    with open_window("--hidden") as window:
        window.wait_for("StageReady")
        with a_tray(screen):
            desk.until(desk.icon)
            click = ("mousemove", "--window", str(desk.icon()), "3", "5", "click", "1")
            # One click shows what is hidden; what was only minimised it would bring as well, so
            # the window must first be gone from the list of the window manager.
            desk.until(lambda: not desk.listed())
            desk.do(*click)
            desk.until(desk.window)
            window.control("quit")
            assert window.process is not None
            assert window.process.wait(60) == 0


def test_without_a_tray_nothing_is_out_of_reach(desk: Screen, open_window: OpenWindow) -> None:
    with open_window("--hidden") as window:
        window.wait_until_ready()
        window.control("show")
        desk.until(desk.window)
        desk.do("key", "alt+F4")
        assert window.process is not None
        assert window.process.wait(60) == 0


@pytest.mark.usefixtures("panel")
def test_the_mode_is_the_one_of_last_time(open_window: OpenWindow) -> None:
    with open_window() as window:
        window.wait_for("ListenModeChanged")
        window.control("listen-always")
        window.wait_for("ListenModeChanged", lambda line: line["mode"] == "always")
        window.control("quit")
        assert window.process is not None
        assert window.process.wait(60) == 0
    with open_window() as window:
        assert window.wait_for("ListenModeChanged")["mode"] == "always"

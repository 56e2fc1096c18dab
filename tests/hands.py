"""A user's keyboard and mouse on a virtual screen, and the windows that they see there."""

from __future__ import annotations

import os
import subprocess
import threading
import time

_PATIENCE = 60.0


class Hands:
    """Works the screen `display` by xdotool."""

    def __init__(self, display: str) -> None:
        self._env = os.environ | {"DISPLAY": display}

    def do(self, *words: str) -> str:
        """Run one xdotool command to its end; return what it printed."""
        command = ["xdotool", *words]
        return subprocess.run(
            command, env=self._env, check=True, timeout=_PATIENCE, stdout=subprocess.PIPE, text=True
        ).stdout.strip()

    def press(self, *keys: str) -> None:
        """Press and release each of the keys, one after the other."""
        self.do("key", "--clearmodifiers", *keys)

    def seen(self, title: str) -> str:
        """Return the number of a visible window whose title fits the pattern, "" for none."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        found = subprocess.run(
            command, env=self._env, check=False, timeout=_PATIENCE, capture_output=True, text=True
        )
        # It fails where there is none, and also where any window goes while it looks.
        return (found.stdout.split() or [""])[0] if found.returncode == 0 else ""

    def find(self, title: str) -> str:
        """Wait until such a window can be seen; return its number."""
        pause = threading.Event()
        deadline = time.monotonic() + _PATIENCE
        while not (number := self.seen(title)):
            assert time.monotonic() < deadline, f"no window {title} was seen"
            pause.wait(0.05)
        return number

    def focus(self, title: str) -> str:
        """Give the keyboard to a window once it can be seen; return its number."""
        number = self.find(title)
        self.do("windowfocus", "--sync", number)
        return number

    def click_inside(self, window: str, from_right: int, from_bottom: int) -> None:
        """Click so many pixels from the lower right corner of a window."""
        shape = dict(
            line.split("=") for line in self.do("getwindowgeometry", "--shell", window).splitlines()
        )
        place = (str(int(shape["WIDTH"]) - from_right), str(int(shape["HEIGHT"]) - from_bottom))
        self.do("mousemove", "--window", window, *place, "click", "1")

"""The whole program on a screen and a sound system of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from end_to_end.ears_and_mouth import ROOT as ROOT
from end_to_end.ears_and_mouth import Client

from her_desktop.settings import Settings, save_settings
from her_desktop.tools.live import LiveWindow
from her_desktop.tools.sound_loop import SoundLoop, missing_programs

PROGRAM = ("-m", "her_desktop")
"""What Python is to run."""

OpenWindow = Callable[..., AbstractContextManager[LiveWindow]]


def alike(first: str, second: str) -> float:
    """How alike two texts sound: by letters, without punctuation or case."""
    plain = [re.sub(r"[^a-z0-9 ]", "", text.lower()) for text in (first, second)]
    return SequenceMatcher(None, plain[0], plain[1], autojunk=False).ratio()


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A virtual screen with a small window manager; returns its DISPLAY."""
    for program in ("Xvfb", "openbox"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed; packaging/test.py brings it")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as numbers:
        display = f":{numbers.readline().strip()}"
    env = os.environ | {"DISPLAY": display}
    manager = subprocess.Popen(["openbox"], env=env, stderr=subprocess.DEVNULL)
    await_manager(display)
    yield display
    for process in (manager, server):
        process.terminate()
        process.wait(60)


def await_manager(display: str) -> None:
    """Wait until the window manager is at work: it hands out the keyboard as it begins."""
    from Xlib import display as xlib  # type: ignore[import-untyped]

    server = xlib.Display(display)
    try:
        root = server.screen().root
        at_work = server.intern_atom("_NET_SUPPORTING_WM_CHECK")
        pause = threading.Event()
        deadline = time.monotonic() + 60
        while root.get_full_property(at_work, 0) is None:
            assert time.monotonic() < deadline, "the window manager did not start"
            pause.wait(0.02)
    finally:
        server.close()


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundLoop]:
    """A private sound server that all tests of the session share."""
    if missing := missing_programs():
        pytest.fail(f"{', '.join(missing)} not installed; packaging/test.py brings them")
    with SoundLoop(tmp_path_factory.mktemp("sound")) as loop:
        yield loop


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[SoundLoop]:
    """A sound server that one test alone may break."""
    if missing := missing_programs():
        pytest.fail(f"{', '.join(missing)} not installed; packaging/test.py brings them")
    with SoundLoop(tmp_path / "own-sound") as loop:
        yield loop


@pytest.fixture
def client(loop: SoundLoop) -> Iterator[Client]:
    """The ears and the mouth on that sound server."""
    client = Client(loop)
    yield client
    client.kill()


@pytest.fixture
def open_window(screen: str, sound: SoundLoop, tmp_path: Path) -> OpenWindow:
    """Return a function that opens the real window on the screen and the sound loop."""

    def open_it(
        *arguments: str,
        data: str = "data",
        program: Sequence[str] = PROGRAM,
        log: Path | None = None,
        **extra: str,
    ) -> LiveWindow:
        # Short answers: a test of ten turns should not last ten minutes.
        settings = tmp_path / data / "settings.json"
        if not settings.exists():
            save_settings(Settings(answer_tokens=24), settings)
        env = {k: v for k, v in sound.env.items() if not k.startswith("QT_")}
        env |= {"DISPLAY": screen, "PYTHONPATH": str(ROOT)} | extra
        return LiveWindow(tmp_path / data, env, arguments, log=log, program=program)

    return open_it


@pytest.fixture
def clipboard(screen: str) -> Callable[[], str]:
    """Return a function that reads what is on the screen's clipboard, as any program would."""
    script = (
        "from PySide6.QtGui import QGuiApplication; a = QGuiApplication([]);"
        "a.processEvents(); print(a.clipboard().text())"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith("QT_")} | {"DISPLAY": screen}

    def read() -> str:
        command = [sys.executable, "-c", script]
        asked = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    return read

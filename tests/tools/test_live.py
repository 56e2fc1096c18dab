"""A program under test that ends, hangs or fails is told at once, and leaves nothing."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from her_desktop.tools.live import GaveUp, LiveWindow


def window(folder: Path, script: str, patience: float = 60.0) -> LiveWindow:
    """A window whose program is a script; it is told where to write its events."""
    own = folder / "program.py"
    own.write_text(f"import sys\npath = sys.argv[sys.argv.index('--record') + 1]\n{script}")
    return LiveWindow(folder / "data", os.environ, patience=patience, program=[str(own)])


def test_events_come_in_their_order_until_the_program_ends(tmp_path: Path) -> None:
    # It dies over its third line, as a program that is killed may.
    script = """with open(path, "w") as pipe:
    pipe.write('{"event": "One"}\\n{"event": "Two"}\\n{"event": "Thr')
"""
    with window(tmp_path, script) as live:
        assert live.wait_for("Two")["event"] == "Two"
        with pytest.raises(GaveUp, match="ended"):
            live.next_event(time.monotonic() + 60.0)
        assert [line["event"] for line in live.events] == ["One", "Two"]
    assert not list((tmp_path / "data").iterdir())


def test_a_program_that_dies_before_its_first_event_is_not_waited_for(tmp_path: Path) -> None:
    with window(tmp_path, "raise SystemExit(3)") as live:
        with pytest.raises(GaveUp, match="ended"):
            live.wait_until_ready()
        assert live.process is not None
        assert live.process.returncode == 3


def test_a_program_that_cannot_be_started_leaves_nothing_behind(tmp_path: Path) -> None:
    live = LiveWindow(tmp_path / "data", {"BAD\0NAME": ""})
    before = set(threading.enumerate())
    with pytest.raises((ValueError, subprocess.SubprocessError)):
        live.__enter__()
    assert set(threading.enumerate()) == before


_FAILS = '{"event": "StageFailed", "stage": "llm", "kept": "", "message": "No such model."}'
_DEAF = '{"event": "DeviceChanged", "device": "microphone", "state": "missing", "message": "None."}'


@pytest.mark.parametrize(
    ("line", "patience", "words"), [(_FAILS, 60.0, "llm.*No such model"), (_DEAF, 0.5, "micro")]
)
def test_a_window_that_will_not_be_ready_says_why(
    tmp_path: Path, line: str, patience: float, words: str
) -> None:
    script = f"""import signal
with open(path, "w") as pipe:
    pipe.write({line!r} + "\\n")
    pipe.flush()
    signal.pause()
"""
    with window(tmp_path, script, patience) as live, pytest.raises(GaveUp, match=words):
        live.wait_until_ready()

"""What a measurement started ends with it, however it is broken off."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from her_desktop.tools.children import end
from her_desktop.tools.sound_loop import missing_programs

_STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""

_MEASURING = """
import signal, sys, threading
from contextlib import ExitStack
from pathlib import Path
from her_desktop.tools.children import ended_by_signals
from her_desktop.tools.sound_loop import SoundLoop

signal.signal(signal.SIGINT, signal.default_int_handler)
folder = Path(sys.argv[1])
with ended_by_signals(), ExitStack() as stack:
    loop = stack.enter_context(SoundLoop(folder))
    stack.enter_context(loop.room(-60.0))
    stack.enter_context(loop.record(folder / "both.wav"))
    stack.enter_context(loop.echo(-20.0))
    print(loop.env["XDG_RUNTIME_DIR"], flush=True)
    threading.Event().wait()
"""


def test_a_program_that_does_not_want_to_end_is_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", _STUBBORN], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        end(process, patience=0.05)
        assert process.returncode == -signal.SIGKILL


_CALLED_BACK = """
import ctypes, os, signal, threading
from her_desktop.tools.children import ended_by_signals

def called(left, right):
    os.kill(os.getpid(), signal.SIGTERM)
    return left[0] - right[0]

kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
with ended_by_signals():
    numbers = (ctypes.c_int * 2)(2, 1)
    ctypes.CDLL(None).qsort(numbers, 2, 4, kind(called))
    threading.Event().wait(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
def test_a_signal_that_a_library_swallows_is_not_lost() -> None:
    code = subprocess.run([sys.executable, "-c", _CALLED_BACK], check=False).returncode
    assert code == 128 + signal.SIGTERM


def test_a_program_that_has_ended_is_left_alone() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    assert process.wait() == 3
    end(process)
    assert process.returncode == 3


@pytest.mark.sound
@pytest.mark.skipif(bool(missing_programs()), reason="PulseAudio is not installed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_a_measurement_that_is_broken_off(
    number: signal.Signals, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", _MEASURING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as measuring:
        assert measuring.stdout is not None
        runtime = measuring.stdout.readline().decode().strip()
        assert Path(runtime).is_dir()
        children = psutil.Process(measuring.pid).children(recursive=True)
        assert {child.name() for child in children} >= {"pulseaudio", "parec", "pacat"}
        measuring.send_signal(number)
        code = measuring.wait()
    assert code in (-number, 128 + number)
    assert [child for child in children if child.is_running()] == []
    assert not Path(runtime).exists()

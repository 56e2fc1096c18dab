from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from her_desktop.desktop.crashes import CrashNotes, FaultLog

RUN = """
import ctypes, os, signal, sys
from pathlib import Path
from her_desktop.desktop.crashes import CrashNotes
notes = CrashNotes(Path(sys.argv[1]))
print(notes.begin())
how = sys.argv[2]
if how == "well":
    notes.end()
elif how == "crash":
    ctypes.string_at(0)
elif how == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(log_dir: Path, how: str) -> str:
    """Run once and end in some way; return what it had to say of the run before."""
    told = subprocess.run(
        [sys.executable, "-c", RUN, str(log_dir), how], capture_output=True, text=True, check=False
    )
    assert told.returncode == {"well": 0, "crash": -signal.SIGSEGV, "kill": -signal.SIGKILL}[how]
    return told.stdout.strip()


@pytest.mark.skipif(os.name != "posix", reason="signals end the process")
def test_a_crash_is_caught_and_told_once(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    assert run(logs, "well") == ""
    assert run(logs, "crash") == ""
    stacks = (logs / "crashes.txt").read_text(encoding="utf-8")
    assert "Segmentation fault" in stacks
    assert "string_at" in stacks

    told = run(logs, "well")
    assert told.startswith("The last run ended unexpectedly.")
    assert str(logs) in told
    assert run(logs, "well") == "", "told once"
    assert (logs / "crashes.txt").read_text(encoding="utf-8") == stacks, "and kept to be sent"


@pytest.mark.skipif(os.name != "posix", reason="signals end the process")
def test_being_killed_is_told(tmp_path: Path) -> None:
    run(tmp_path, "kill")
    assert run(tmp_path, "well") != ""


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path / "logs", "well") == ""
    assert list((tmp_path / "logs").iterdir()) == []


def test_a_machine_that_went_down_is_not_our_fault(tmp_path: Path) -> None:
    # In the year 2001 the machine had not been started for the last time.
    (tmp_path / "running").write_text("123 1000000000 0")
    assert run(tmp_path, "well") == ""
    # A crash that was written down is one all the same.
    (tmp_path / "running").write_text("123 1000000000 0")
    (tmp_path / "crashes.txt").write_text("Fatal Python error: Segmentation fault\n")
    assert run(tmp_path, "well") != ""


def test_a_mark_that_was_cut_off_counts(tmp_path: Path) -> None:
    (tmp_path / "running").write_text("12")
    assert run(tmp_path, "well") != ""


def test_old_crashes_do_not_pile_up(tmp_path: Path) -> None:
    (tmp_path / "crashes.txt").write_bytes(b"x" * 1_000_001)
    (tmp_path / "running").write_text("123 1000000000 0")
    run(tmp_path, "well")
    assert not (tmp_path / "crashes.txt").exists()


def test_where_nothing_can_be_written_the_program_runs_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    notes = CrashNotes(tmp_path / "file" / "logs")
    assert notes.begin() == ""
    notes.end()


def failing(words: str) -> None:
    raise ValueError(words)


def caught(words: str) -> ValueError:
    try:
        failing(words)
    except ValueError as error:
        return error
    raise AssertionError


def test_a_fault_is_told_and_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    faults = FaultLog(told.append)
    error = caught("canary")
    with caplog.at_level(logging.ERROR):
        faults.note(type(error), error.__traceback__)
    assert len(told) == 1
    assert "failing" in caplog.text
    assert "canary" not in caplog.text + told[0]


def test_a_fault_that_repeats_is_told_once_and_another_by_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[str] = []
    faults = FaultLog(told.append)
    error = caught("again")
    with caplog.at_level(logging.ERROR):
        threads = [
            threading.Thread(target=faults.note, args=(type(error), error.__traceback__))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        faults.note(KeyError, None)
    assert len(told) == 2
    assert len(caplog.records) == 2
    assert faults.count == 21

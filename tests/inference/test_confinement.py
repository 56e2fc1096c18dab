from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import PATIENCE

from her_desktop.inference.confinement import (
    CHILD_OPTION,
    child_command,
    child_environment,
    run_as_child,
)

TEMPLATE_CHILD = "her_desktop.inference.template_child"
FIRST_LINES = (
    '{"source": "{{ messages[0][\'content\'] }}!", "eos": "", "bos": ""}\n[["user", "x"]]\n'
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="as only Linux can do it")


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env=child_environment(),
        check=False,
    )


def test_a_child_is_this_interpreter_with_a_module_of_ours() -> None:
    command = child_command(TEMPLATE_CHILD, ["a"])
    assert command == [sys.executable, "-P", "-m", TEMPLATE_CHILD, "a"]


def test_a_frozen_program_calls_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command(TEMPLATE_CHILD, ["a"]) == [
        sys.executable,
        CHILD_OPTION,
        TEMPLATE_CHILD,
        "a",
    ]


def test_the_command_line_runs_what_a_frozen_parent_names() -> None:
    command = [sys.executable, "-m", "her_desktop", CHILD_OPTION, TEMPLATE_CHILD]
    done = subprocess.run(
        command,
        input=FIRST_LINES,
        capture_output=True,
        text=True,
        timeout=60,
        env=child_environment(),
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, '{"prompt": "x!"}\n')


@pytest.mark.parametrize("arguments", [[], ["ask"], [CHILD_OPTION], [CHILD_OPTION, "antigravity"]])
def test_nothing_but_our_own_children_is_run(arguments: list[str]) -> None:
    assert run_as_child(arguments) is None


def test_a_child_finds_the_package_from_anywhere_and_nothing_else_there(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    done = subprocess.run(
        child_command(TEMPLATE_CHILD, []),
        input=FIRST_LINES,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=child_environment(),
        check=False,
    )
    assert done.stdout == '{"prompt": "x!"}\n'


def test_no_gpu_and_no_network_are_shown_to_a_child() -> None:
    environment = child_environment()
    assert environment["CUDA_VISIBLE_DEVICES"] == ""
    assert environment["HF_HUB_OFFLINE"] == "1"


CONFINED = "from her_desktop.inference.confinement import confine, deadline\n"


@linux
def test_more_memory_than_allowed_is_not_to_be_had() -> None:
    done = python(CONFINED + "confine(400_000_000)\nbytearray(100)\nbytearray(600_000_000)")
    assert "MemoryError" in done.stderr


@linux
def test_more_computing_than_allowed_ends_it_and_waiting_does_not() -> None:
    program = CONFINED + (
        "import threading, time\nconfine(1 << 30, 1.0)\n"
        "threading.Event().wait(1.2)\nprint('waited', flush=True)\n"
        "while True: pass"
    )
    done = python(program)
    assert (done.returncode, done.stdout) == (-signal.SIGXCPU, "waited\n")


@linux
def test_a_large_file_that_is_only_mapped_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    program = (
        "import mmap\nconfine(400_000_000)\n"
        f"file = open({str(path)!r}, 'rb')\n"
        "print(len(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))"
    )
    assert python(CONFINED + program).stdout == f"{1 << 30}\n"


@pytest.mark.parametrize(
    "busy", ["while True: pass", "pow(3, 10**9)", "import time; time.sleep(60)"]
)
def test_a_deadline_ends_even_what_never_comes_back_to_python(busy: str) -> None:
    program = CONFINED + f"with deadline(0.3, open('/dev/null', 'w')):\n    {busy}"
    done = python(program)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_deadline_that_is_met_leaves_no_trace() -> None:
    program = CONFINED + (
        "import time\n"
        "with deadline(0.2, open('/dev/null', 'w')):\n    pass\n"
        "time.sleep(0.5)\nprint('alive')"
    )
    assert python(program).stdout == "alive\n"


@linux
def test_a_child_does_not_outlive_its_parent() -> None:
    child = (
        CONFINED
        + "confine(1 << 30)\nimport os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)"
    )
    parent = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\n"
        "print(child.stdout.readline().decode().strip(), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = python(parent)
    assert done.returncode == -9
    status = Path(f"/proc/{int(done.stdout)}/status")
    until = time.monotonic() + PATIENCE
    # A child that nobody has buried yet is a zombie, which runs no more.
    while status.exists() and "State:\tZ" not in status.read_text():
        assert time.monotonic() < until, "the child lives on"

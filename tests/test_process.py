from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from her_desktop.paths import Paths

RUN = """
import gc, logging, sys, threading
from pathlib import Path
from her_desktop.desktop.crashes import FaultLog
from her_desktop.paths import Paths
from her_desktop.process import log_unforeseen_errors, prepare_process

prepare_process(Paths.under(Path(sys.argv[1])))
log_unforeseen_errors(FaultLog(print))

def fail():
    raise ValueError("canary")

class Falling:
    def __del__(self):
        raise KeyError("canary")

logging.warning("a line for the log")
print(f"keeps the others waiting for {1000 * sys.getswitchinterval():.1f} ms")
where = sys.argv[2]
if where == "thread":
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
elif where == "destructor":
    Falling()
else:
    fail()
"""


def run(folder: Path, where: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, str(folder), where]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("where", "kind", "is_told"),
    [
        ("main", "ValueError", True),
        ("thread", "ValueError", True),
        ("destructor", "KeyError", False),
    ],
)
def test_what_nobody_caught_is_logged_without_its_words(
    tmp_path: Path, where: str, kind: str, is_told: bool
) -> None:
    ended = run(tmp_path, where)
    log = Paths.under(tmp_path).log_file.read_text(encoding="utf-8")
    assert f"unforeseen {kind}" in log
    assert ("Something went wrong inside" in ended.stdout) is is_told
    assert "waiting for 0.2 ms" in ended.stdout, "the window waits for every busy thread in turn"
    assert "canary" not in log + ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_folder_for_the_log_nothing_is_said_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = run(tmp_path / "file", "none of these")
    assert "Traceback" not in ended.stderr
    assert "a line for the log" not in ended.stderr


def test_no_library_numbers_this_machine_or_reports_on_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from her_desktop.paths import Paths;"
        "from her_desktop.process import prepare_process;"
        "prepare_process(Paths.under(Path(sys.argv[1]))); import onnxruntime"
    )
    home = tmp_path / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    env = {k: v for k, v in kept.items() if not k.startswith("XDG_")} | {"HOME": str(home)}
    command = [sys.executable, "-c", script, str(tmp_path / "data")]
    subprocess.run(command, env=env, check=True, timeout=120)
    assert list(home.iterdir()) == []


def test_numpy_starts_no_thread_of_its_own(tmp_path: Path) -> None:
    """Its threads would spin after each product, on a core that recognition wants."""
    code = (
        "import sys; from pathlib import Path; import psutil\n"
        "from her_desktop.paths import Paths; from her_desktop.process import prepare_process\n"
        "prepare_process(Paths.under(Path(sys.argv[1])))\n"
        "assert 'numpy' not in sys.modules\n"
        "before = psutil.Process().num_threads(); import numpy\n"
        "print(psutil.Process().num_threads() - before)\n"
    )
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    command = [sys.executable, "-c", code, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert ended.stdout.strip() == "0"

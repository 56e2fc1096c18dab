"""The set-up from end to end, in a copy of the checkout, with a small script in uv's place.

The stand-in makes a real environment and a her-desktop that prints; what it was asked goes into a
journal. Nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from setup_environment import is_suitable
from system_needs import APP_LIBRARIES, COMPILERS, missing_libraries, missing_programs

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or bool(missing_libraries(APP_LIBRARIES) or missing_programs(COMPILERS)),
    reason="the system's own packages are not all here",
)

ROOT = Path(__file__).resolve().parents[2]

STAND_IN = """#!/bin/sh
case "$*" in
--version) echo uv 0.13.8; exit 0 ;;
esac
echo "$*" >> "$JOURNAL"
case "$*" in
venv*)
    for last; do :; done
    "{python}" -I -m venv --without-pip "$last" || exit 1 ;;
"pip sync"*)
    if [ -p "$BROKEN" ]; then
        echo > "$BROKEN"
        exec sleep 100
    elif [ -e "$BROKEN" ]; then
        echo "first line of a long story"
        echo "the compiler says no"
        exit 3
    fi ;;
"pip install"*--only-binary*)
    # The index of built engines has one if a file says so.
    [ -e "$WHEEL" ] || exit 1 ;;
"pip install"*)
    for last; do :; done
    cat > "$last/.venv/bin/her-desktop" <<'END'
#!/bin/sh
echo "$#:$*"
exit 7
END
    chmod +x "$last/.venv/bin/her-desktop" ;;
esac
"""


class Checkout:
    """A copy of what set-up reads, and the ways to run it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "un dossier à moi"
        shutil.copytree(
            ROOT / "packaging",
            self.root / "packaging",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copy(ROOT / "pyproject.toml", self.root)
        self.journal = folder / "journal"
        self.broken = folder / "broken"
        self.wheel = folder / "wheel"
        self.tools = tools = folder / "tools"
        tools.mkdir()
        uv = tools / "uv"
        uv.write_text(STAND_IN.replace("{python}", sys.executable), encoding="utf-8")
        uv.chmod(0o755)
        self.env = {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "JOURNAL": str(self.journal),
            "BROKEN": str(self.broken),
            "WHEEL": str(self.wheel),
        }

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start start.py from a folder that has nothing to do with it."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "packaging" / "start.py"), *arguments],
            cwd=tempfile.gettempdir(),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def start(self, *arguments: str) -> tuple[int, str, str]:
        """Run start.py to its end; return its status and what it printed on both ways out."""
        with self.begin(*arguments) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def asked(self) -> list[str]:
        """Return what uv has been asked since this was last called, by its first two words."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        self.journal.unlink()
        words = [line.split() for line in lines]
        return [each[0] if each[0] == "venv" else " ".join(each[:2]) for each in words]


FROM_NOTHING = ["venv", "pip sync", "pip install"]
REFRESH = ["pip sync", "pip install"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_run_makes_everything_and_hands_over(checkout: Checkout) -> None:
    status, out, err = checkout.start("ask", "--text", "two words")

    assert status == 7
    assert out == "3:ask --text two words\n"
    assert "Set-up finished" in err
    assert checkout.asked() == FROM_NOTHING


def test_packages_come_with_hashes_and_the_project_without_network(checkout: Checkout) -> None:
    checkout.start()

    _, sync, project = checkout.journal.read_text(encoding="utf-8").splitlines()
    assert "--require-hashes --require-build-hashes" in sync
    assert ("llama-cpp-python:cmake.define.CMAKE_CXX_FLAGS=-fno-dse" in sync) == (
        sys.platform == "linux"
    ), "without it, processors with AMX are several times slower or worse"
    assert ("llama-cpp-python:cmake.define.LLAMA_BUILD_COMMON=OFF" in sync) == (
        sys.platform == "linux"
    ), "with it, the engine takes more than twice as long to build"
    assert sync.endswith(f"{checkout.root}/packaging/requirements.txt")
    assert "--offline --no-deps --no-build-isolation" in project


def test_the_second_run_does_nothing_but_hand_over(checkout: Checkout) -> None:
    checkout.start()
    checkout.asked()

    status, out, err = checkout.start("--version")

    assert (status, out, err) == (7, "1:--version\n", "")
    assert checkout.asked() == []


def test_changed_requirements_are_installed(checkout: Checkout) -> None:
    checkout.start()
    checkout.asked()
    with (checkout.root / "packaging" / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")

    checkout.start()

    assert checkout.asked() == REFRESH


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout, tmp_path: Path) -> None:
    checkout.start()
    checkout.asked()
    checkout.root = checkout.root.rename(tmp_path / "elsewhere")

    status, _, _ = checkout.start()

    assert status == 7
    assert checkout.asked() == FROM_NOTHING


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.start()
    checkout.asked()
    python = checkout.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")

    status, _, _ = checkout.start()

    assert status == 7
    assert checkout.asked() == FROM_NOTHING


def test_a_failure_shows_the_end_of_the_log_and_the_next_run_goes_on(checkout: Checkout) -> None:
    checkout.broken.touch()
    status, out, err = checkout.start()
    log = checkout.root / "build" / "set-up" / "log.txt"

    assert (status, out) == (1, "")
    assert "The Python packages could not be installed." in err
    assert "the compiler says no" in err
    assert err.rstrip().endswith(str(log))
    assert "first line of a long story" in log.read_text(encoding="utf-8")
    assert "Traceback" not in err
    checkout.asked()

    checkout.broken.unlink()
    status, _, _ = checkout.start()

    assert status == 7
    assert checkout.asked() == REFRESH


def test_an_update_that_fails_leaves_no_environment_that_passes_for_whole(
    checkout: Checkout,
) -> None:
    checkout.start()
    lock = checkout.root / "packaging" / "requirements.txt"
    before = lock.read_text(encoding="utf-8")
    lock.write_text(f"{before}# changed\n", encoding="utf-8")
    checkout.broken.touch()
    checkout.start()
    checkout.asked()

    lock.write_text(before, encoding="utf-8")
    status, _, _ = checkout.start()

    assert status == 1
    assert checkout.asked() == ["pip sync"]


def test_ctrl_c_ends_it_at_once_and_the_next_run_goes_on(checkout: Checkout) -> None:
    os.mkfifo(checkout.broken)
    with checkout.begin() as process:
        checkout.broken.read_bytes()  # returns when the installation is under way
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert "Traceback" not in err

    checkout.asked()
    checkout.broken.unlink()
    status, _, _ = checkout.start()

    assert status == 7
    assert checkout.asked() == REFRESH


def test_two_at_once_set_up_once(checkout: Checkout) -> None:
    with checkout.begin("one") as first, checkout.begin("two") as second:
        outs = [each.communicate(timeout=120)[0] for each in (first, second)]

    assert outs == ["1:one\n", "1:two\n"]
    assert checkout.asked() == FROM_NOTHING


def test_an_environment_for_the_tests_serves_the_program_and_stays(checkout: Checkout) -> None:
    checkout.start()
    stamp = checkout.root / ".venv" / "her-desktop-set-up.json"
    stamp.write_text(stamp.read_text().replace('"app"', '"tests"'), encoding="utf-8")
    checkout.asked()

    checkout.start()
    assert checkout.asked() == []

    with (checkout.root / "packaging" / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")
    checkout.start()
    journal = checkout.journal.read_text(encoding="utf-8")
    assert f"{checkout.root}/packaging/requirements-test.txt" in journal


def test_a_folder_that_cannot_be_written_to_is_named(checkout: Checkout) -> None:
    # A file in the folder's place stops even root.
    (checkout.root / "build").touch()

    status, out, err = checkout.start()

    assert (status, out) == (1, "")
    assert str(checkout.root / "build") in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("version", "implementation", "free_threaded", "suitable"),
    [
        ((3, 10), "cpython", False, False),
        ((3, 11), "cpython", False, True),
        ((3, 14), "cpython", False, True),
        ((3, 14), "cpython", True, False),
        ((3, 15), "cpython", False, False),
        ((3, 11), "pypy", False, False),
    ],
)
def test_which_python_will_do(
    version: tuple[int, int], implementation: str, free_threaded: bool, suitable: bool
) -> None:
    assert is_suitable(version, implementation, free_threaded=free_threaded) is suitable


WITH_A_WHEEL = ["venv", "pip sync", "pip install", "pip install"]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="there is no CUDA for this processor")
class TestCuda:
    """The GPU's packages: asked for by name, and kept."""

    def test_the_wheel_of_the_engine_comes_from_its_author(self, checkout: Checkout) -> None:
        checkout.wheel.touch()

        status, out, err = checkout.start("--cuda", "ask", "--cuda")
        asked = checkout.journal.read_text(encoding="utf-8")

        # Only the first word is set-up's own.
        assert (status, out) == (7, "2:ask --cuda\n")
        assert "processor" not in err
        assert checkout.asked() == WITH_A_WHEEL
        _, sync, engine, _ = asked.splitlines()
        assert sync.endswith("/build/set-up/requirements.txt")
        assert "/llama-cpp-python/whl/cu12" in engine
        locked = (checkout.root / "build" / "set-up" / "requirements.txt").read_text("utf-8")
        assert "onnxruntime-gpu==" in locked
        assert "\nonnxruntime==" not in locked
        assert "llama-cpp-python==" not in locked

    def test_it_stays_until_it_is_taken_back(self, checkout: Checkout) -> None:
        checkout.wheel.touch()
        checkout.start("--cuda")
        checkout.asked()

        checkout.start()
        checkout.start("--cuda")
        assert checkout.asked() == []

        checkout.start("--cpu")
        assert checkout.asked() == FROM_NOTHING
        checkout.start("--cpu")
        checkout.start()
        assert checkout.asked() == []

    def test_one_runtime_is_never_put_over_the_other(self, checkout: Checkout) -> None:
        checkout.start()
        left = checkout.root / ".venv" / "left over"
        left.touch()
        checkout.asked()
        checkout.wheel.touch()

        checkout.start("--cuda")

        assert checkout.asked() == WITH_A_WHEEL
        assert not left.exists()

    def test_without_a_wheel_nvidias_compiler_builds_it(self, checkout: Checkout) -> None:
        compiler = checkout.tools / "nvcc"
        compiler.write_text("#!/bin/sh\necho release 12.9, V12.9.86\n", encoding="utf-8")
        compiler.chmod(0o755)

        status, _, err = checkout.start("--cuda")
        sync = checkout.journal.read_text(encoding="utf-8").splitlines()[-2]

        assert status == 7
        assert "built for the processor" not in err
        assert "llama-cpp-python:cmake.define.GGML_CUDA=on" in sync
        assert f"CMAKE_CUDA_COMPILER={compiler}" in sync
        assert sync.endswith("packaging/requirements-cuda.txt")

    def test_without_either_it_says_what_is_missing_and_tries_again_when_asked(
        self, checkout: Checkout
    ) -> None:
        # One of another major does not count.
        compiler = checkout.tools / "nvcc"
        compiler.write_text("#!/bin/sh\necho release 13.0, V13.0.48\n", encoding="utf-8")
        compiler.chmod(0o755)

        status, _, err = checkout.start("--cuda")

        assert status == 7
        assert "nvcc for CUDA 12 is not here" in err
        assert "CUDA toolkit 12" in err
        checkout.asked()

        checkout.start()
        assert checkout.asked() == []
        checkout.wheel.touch()
        checkout.start("--cuda")
        assert checkout.asked() == ["pip sync", "pip install", "pip install"]
        checkout.start("--cuda")
        assert checkout.asked() == []

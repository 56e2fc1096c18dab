"""The set-up from end to end, in a copy of the checkout, with a small script in uv's place."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from set_up_checkout import FROM_NOTHING, REFRESH, Checkout
from setup_environment import is_suitable
from system_needs import APP_LIBRARIES, COMPILERS, missing_libraries, missing_programs

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or bool(missing_libraries(APP_LIBRARIES) or missing_programs(COMPILERS)),
    reason="the system's own packages are not all here",
)


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

"""The set-up for a GPU from end to end: what is fetched, built and said, and what stays."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from set_up_checkout import FROM_NOTHING, REFRESH, Checkout
from system_needs import APP_LIBRARIES, COMPILERS, missing_libraries, missing_programs

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or os.uname().machine != "x86_64"
    or bool(missing_libraries(APP_LIBRARIES) or missing_programs(COMPILERS)),
    reason="there is no CUDA for this processor, or the system's own packages are not all here",
)

WITH_A_WHEEL = ["venv", "pip sync", "pip install", "pip install"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path)
    checkout.install_driver()
    return checkout


def test_the_wheel_of_the_engine_comes_from_its_author(checkout: Checkout) -> None:
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


def test_it_stays_until_it_is_taken_back(checkout: Checkout) -> None:
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


def test_one_runtime_is_never_put_over_the_other(checkout: Checkout) -> None:
    checkout.start()
    left = checkout.root / ".venv" / "left over"
    left.touch()
    checkout.asked()
    checkout.wheel.touch()

    checkout.start("--cuda")

    assert checkout.asked() == WITH_A_WHEEL
    assert not left.exists()


def test_without_a_wheel_nvidias_compiler_builds_it(checkout: Checkout) -> None:
    compiler = checkout.install_nvcc("12.9")

    status, _, err = checkout.start("--cuda")
    sync = checkout.journal.read_text(encoding="utf-8").splitlines()[-2]

    assert status == 7
    assert "built for the processor" not in err
    assert "llama-cpp-python:cmake.define.GGML_CUDA=on" in sync
    assert f"CMAKE_CUDA_COMPILER={compiler}" in sync
    assert sync.endswith("packaging/requirements-cuda.txt")


def test_without_either_it_says_what_is_missing_and_tries_again_when_asked(
    checkout: Checkout,
) -> None:
    # One of another major does not count.
    checkout.install_nvcc("13.0")

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


def test_a_compiler_that_does_not_suit_keeps_nobody_from_talking(checkout: Checkout) -> None:
    compiler = checkout.install_nvcc("12.9")
    checkout.unsuitable.touch()

    status, _, err = checkout.start("--cuda")

    assert status == 7
    assert f"could not be built with {compiler}, so it is built for the processor" in err
    assert f"{checkout.root / 'build' / 'set-up' / 'log.txt'} says why" in err
    assert checkout.asked() == ["venv", "pip sync", "pip install", *REFRESH[:1], *REFRESH]
    checkout.unsuitable.unlink()
    assert "processor" not in checkout.start("--cuda")[2]


def test_without_the_driver_the_engine_is_one_that_starts(checkout: Checkout) -> None:
    # Found before one that the system may have, and no library.
    (checkout.tools / "libcuda.so.1").write_bytes(b"")
    checkout.wheel.touch()
    checkout.install_nvcc("12.9")

    status, _, err = checkout.start("--cuda")
    sync = checkout.journal.read_text(encoding="utf-8").splitlines()[-2]

    assert status == 7
    assert "NVIDIA's driver is not installed (libcuda.so.1 is missing), so" in err
    assert "GGML_CUDA" not in sync
    assert sync.endswith("packaging/requirements-cuda.txt"), "all the rest is for the GPU"
    assert checkout.asked() == FROM_NOTHING

    checkout.install_driver()
    checkout.start("--cuda")
    assert checkout.asked() == ["pip sync", "pip install", "pip install"]


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ({"version": 11_040}, "is too old for CUDA 12"),
        ({"gpus": 0}, "finds no GPU"),
        ({"trouble": 999}, "cannot use its GPU"),
    ],
)
def test_a_driver_that_is_of_no_use_is_told_apart(
    checkout: Checkout, driver: dict[str, int], words: str
) -> None:
    checkout.install_driver(**driver)
    checkout.wheel.touch()

    status, _, err = checkout.start("--cuda")

    assert status == 7
    assert f"NVIDIA's driver {words}, so llama-cpp-python will be one for the processor" in err
    assert checkout.asked() == FROM_NOTHING

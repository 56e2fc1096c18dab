from __future__ import annotations

import os
import sys
from pathlib import Path

import cuda_compiler
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

NOWHERE = {"PATH": ""}


def toolkit(folder: Path, release: str) -> Path:
    """Make a toolkit whose compiler tells that it is of a release; return the compiler."""
    compiler = folder / "bin" / "nvcc"
    compiler.parent.mkdir(parents=True)
    compiler.write_text(f"#!/bin/sh\necho 'tools, release {release}, V{release}.1'\n", "utf-8")
    compiler.chmod(0o755)
    return compiler


def test_of_several_toolkits_the_newest_of_cuda_12_is_taken(tmp_path: Path) -> None:
    toolkit(tmp_path / "cuda", "13.0")
    toolkit(tmp_path / "cuda-13.0", "13.0")
    toolkit(tmp_path / "cuda-12.9", "12.9")
    wanted = toolkit(tmp_path / "cuda-12.10", "12.10")
    assert cuda_compiler.find_nvcc(NOWHERE, [str(tmp_path)]) == str(wanted)


def test_one_on_the_path_comes_first_unless_it_is_of_another_major(tmp_path: Path) -> None:
    other = toolkit(tmp_path / "a", "13.0")
    own = toolkit(tmp_path / "b", "12.4")
    installed = toolkit(tmp_path / "installed" / "cuda-12.9", "12.9")
    places = [str(tmp_path / "installed")]

    path = os.pathsep.join((str(other.parent), "", str(own.parent)))
    assert cuda_compiler.find_nvcc({"PATH": path}, places) == str(own)
    path = str(other.parent)
    assert cuda_compiler.find_nvcc({"PATH": path}, places) == str(installed)


@pytest.mark.parametrize("variable", ["CUDA_HOME", "CUDA_PATH", "CUDA_PATH_V12_9"])
def test_a_toolkit_may_be_named_by_the_environment(tmp_path: Path, variable: str) -> None:
    compiler = toolkit(tmp_path / "somewhere", "12.9")
    env = {variable: str(tmp_path / "somewhere")}
    assert cuda_compiler.find_nvcc(env, []) == str(compiler)


def test_without_one_of_cuda_12_there_is_none(tmp_path: Path) -> None:
    assert cuda_compiler.find_nvcc(NOWHERE, [str(tmp_path)]) is None
    toolkit(tmp_path / "cuda-11.8", "11.8")
    broken = toolkit(tmp_path / "cuda-12.0", "12.0")
    broken.write_bytes(b"\x7fELF broken")
    assert cuda_compiler.find_nvcc(NOWHERE, [str(tmp_path)]) is None


def test_a_driver_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_compiler, "_DRIVER", "libno-such-driver.so.1")
    assert "libno-such-driver.so.1 is missing" in cuda_compiler.why_no_engine()

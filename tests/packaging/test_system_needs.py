"""What is missing from this very machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from progress import SetupError
from system_needs import Need, missing_files, missing_libraries, missing_pip, missing_programs

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")


def need(name: str) -> Need:
    return Need(name, "a", "b", "c", "d")


def test_a_library_counts_as_missing_only_if_the_loader_does_not_find_it() -> None:
    here, absent = need("libc.so.6"), need("libnobody-has-this.so.7")

    assert missing_libraries([here, absent]) == [absent]


def test_a_python_that_does_not_run_is_named() -> None:
    with pytest.raises(SetupError, match="/bin/false"):
        missing_libraries([need("libc.so.6")], "/bin/false")


def test_one_of_several_programs_will_do() -> None:
    assert missing_programs([need("nobody-has-this|sh")]) == []
    assert missing_programs([need("nobody-has-this|nor-this")]) != []


def test_a_file_is_found_by_its_pattern(tmp_path: Path) -> None:
    (tmp_path / "x86_64").mkdir()
    (tmp_path / "x86_64" / "plugin.so").touch()

    assert missing_files([need(f"{tmp_path}/plugin.so|{tmp_path}/*/plugin.so")]) == []
    assert missing_files([need(f"{tmp_path}/*/other.so")]) != []


def test_this_python_can_fetch_uv_when_it_has_pip_or_can_make_it() -> None:
    assert missing_pip() == []

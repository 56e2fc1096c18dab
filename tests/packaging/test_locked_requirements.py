"""The committed locks are whole, fit pyproject.toml, and name nobody's index."""

from __future__ import annotations

import ast
import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from locked_requirements import locked_version, wheel_index, why_no_cuda, without
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from progress import SetupError
from uv_tool import OLDEST_UV

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(PACKAGING.glob("requirements*.txt"))
SCRIPTS = sorted(PACKAGING.glob("*.py"))

# In two parts, so that this file does not name them either.
INDEX_HOSTS = [
    first + "." + last
    for first, last in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("deb.debian", "org"),
        ("archive.ubuntu", "com"),
        ("fedoraproject", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
    ]
]

PLATFORMS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.1",
        "sys_platform": platform,
        "platform_machine": machine,
    }
    for version, (platform, machine) in itertools.product(
        ("3.11", "3.12", "3.13", "3.14"),
        (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")),
    )
]


def entries(lock: Path) -> list[tuple[Requirement, list[str]]]:
    """Return each pinned requirement of a lock with its hashes."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement, *hashes = re.split(r"\s+--hash=", line)
            found.append((Requirement(requirement), [each.strip() for each in hashes]))
    return found


def versions(lock: Path, platform: dict[str, str]) -> dict[str, set[str]]:
    """Return the versions that `lock` installs on a platform, by package."""
    result: defaultdict[str, set[str]] = defaultdict(set)
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate(platform):
            (pin,) = requirement.specifier
            result[canonicalize_name(requirement.name)].add(pin.version)
    return result


def direct_requirements(name: str) -> list[Requirement]:
    project = PROJECT["project"]
    extras, groups = project["optional-dependencies"], PROJECT["dependency-groups"]
    runtime = extras["cuda" if "cuda" in name else "cpu"]
    lines = project["dependencies"] + runtime + extras["starter"] + groups["build"]
    if name.endswith("test.txt"):
        lines += groups["test"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_entry_is_one_version_with_hashes(lock: Path) -> None:
    assert entries(lock)
    for requirement, hashes in entries(lock):
        assert [pin.operator for pin in requirement.specifier] == ["=="], requirement
        assert requirement.url is None, requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-test.txt",
        "requirements-cuda.txt",
        "requirements-cuda-test.txt",
    ],
)
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: " ".join(p.values()))
def test_what_the_project_asks_for_is_locked(name: str, platform: dict[str, str]) -> None:
    locked = versions(PACKAGING / name, platform)

    for requirement in direct_requirements(name):
        if requirement.marker is None or requirement.marker.evaluate(platform):
            (version,) = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("variant", ["", "-cuda"])
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: " ".join(p.values()))
def test_the_tests_run_on_what_the_program_runs_on(platform: dict[str, str], variant: str) -> None:
    program = versions(PACKAGING / f"requirements{variant}.txt", platform)
    tests = versions(PACKAGING / f"requirements{variant}-test.txt", platform)

    assert {name: tests.get(name) for name in program} == program


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_nothing_brings_torch_or_a_second_onnxruntime(lock: Path) -> None:
    names = {canonicalize_name(requirement.name) for requirement, _ in entries(lock)}

    cuda = "cuda" in lock.name
    runtime = "onnxruntime-gpu" if cuda else "onnxruntime"
    assert not {name for name in names if name.startswith("torch")}
    assert {name for name in names if name.startswith("onnxruntime")} <= {runtime}
    assert any(name.startswith("nvidia-cu") for name in names) == cuda


@pytest.mark.parametrize("lock", [each for each in LOCKS if "cuda" in each.name], ids=str)
def test_cuda_is_of_one_major(lock: Path) -> None:
    names = {canonicalize_name(requirement.name) for requirement, _ in entries(lock)}
    of_nvidia = {name for name in names if name.startswith("nvidia-")} - {"nvidia-ml-py"}

    assert {name for name in of_nvidia if not name.endswith("-cu12")} == set()
    # What recognition, voice and language model open by name.
    assert {f"nvidia-{each}-cu12" for each in ("cublas", "cuda-runtime", "cudnn", "cufft")} <= names
    # The last build of onnxruntime for that major.
    (version,) = versions(lock, PLATFORMS[0])["onnxruntime-gpu"]
    assert tuple(map(int, version.split(".")[:2])) <= (1, 26)


def test_the_stated_needs_are_those_of_the_locked_versions() -> None:
    # For another version uv would go back to what the package asks for, torch included.
    text = (PACKAGING / "requirements.txt").read_text(encoding="utf-8")

    for stated in PROJECT["tool"]["uv"]["dependency-metadata"]:
        assert locked_version(text, stated["name"]) == stated["version"]


def test_what_builds_the_engine_is_locked() -> None:
    names = {requirement.name for requirement, _ in entries(PACKAGING / "requirements-build.txt")}

    assert {"scikit-build-core", "cmake", "ninja"} <= names


def test_the_pinned_uv_can_do_what_is_asked_of_it() -> None:
    pinned = locked_version((PACKAGING / "requirements-uv.txt").read_text(encoding="utf-8"), "uv")

    assert tuple(map(int, pinned.split("."))) >= OLDEST_UV


def committed_files() -> list[Path]:
    """Return what git has or would take; in an unpacked archive, all but what is made here."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    made = {"build", "dist", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(p.startswith(".") or p in made for p in path.relative_to(ROOT).parts)
    ]


def test_no_committed_file_names_the_host_of_an_index() -> None:
    named = [
        (path.relative_to(ROOT), host)
        for path in committed_files()
        for host in INDEX_HOSTS
        if host.encode() in path.read_bytes()
    ]

    assert named == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_python_3_9_without_packages(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 9))

    own = {path.stem for path in SCRIPTS}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert {name.split(".")[0] for name in names} <= own | sys.stdlib_module_names


@pytest.mark.parametrize("name", ["start.py", "test.py"])
def test_an_older_python_still_reads_the_line_that_turns_it_away(name: str) -> None:
    ast.parse((PACKAGING / name).read_text(encoding="utf-8"), feature_version=(3, 6))


LOCK = """\
llama-cpp==1.0 \\
    --hash=sha256:00
llama-cpp-python==0.3.36 ; sys_platform != 'x' \\
    --hash=sha256:01 \\
    --hash=sha256:02
    # via her-desktop (pyproject.toml)
numpy==2.4.6
    # via llama-cpp-python
"""


def test_one_entry_is_left_out_whole() -> None:
    assert without(LOCK, "llama-cpp-python") == (
        "llama-cpp==1.0 \\\n    --hash=sha256:00\nnumpy==2.4.6\n    # via llama-cpp-python\n"
    )


def test_the_real_lock_loses_one_entry_only() -> None:
    text = (PACKAGING / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==", text, re.MULTILINE)

    left = re.findall(r"^[\w.-]+==", without(text, "llama-cpp-python"), re.MULTILINE)

    assert sorted([*left, "llama-cpp-python=="]) == sorted(pins)


def test_a_version_is_read_from_a_lock() -> None:
    assert locked_version(LOCK, "llama-cpp-python") == "0.3.36"
    assert locked_version(LOCK, "llama-cpp") == "1.0"
    with pytest.raises(SetupError, match="cpp-python-x"):
        locked_version(LOCK, "cpp-python-x")


def test_the_engine_is_built_on_linux_and_fetched_elsewhere() -> None:
    assert wheel_index("linux", "x86_64") is None
    assert wheel_index("linux", "aarch64") is None
    assert (wheel_index("win32", "AMD64") or "").endswith("/whl/cpu")
    assert (wheel_index("darwin", "x86_64") or "").endswith("/whl/cpu")
    assert (wheel_index("darwin", "arm64") or "").endswith("/whl/metal")


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_the_engine_for_cuda_12_is_fetched(system: str) -> None:
    assert re.search(r"/whl/cu12\d$", wheel_index(system, "x86_64", cuda=True) or "")


def test_where_there_is_no_cuda_it_says_so() -> None:
    assert why_no_cuda("linux", "x86_64") == ""
    assert why_no_cuda("win32", "AMD64") == ""
    assert "macOS" in why_no_cuda("darwin", "arm64")
    assert "aarch64" in why_no_cuda("linux", "aarch64")

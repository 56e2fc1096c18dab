"""Make the Python environment that the program, or its tests, run in.

Rule: whatever state an earlier run, finished or not, left behind, `prepare` ends with an
environment that matches the locked requirements, or with a `SetupError` that says what to do;
and where nothing is amiss it changes nothing. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import sysconfig
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Mapping, Optional

import cuda_compiler
import system_needs
import system_packages
import uv_tool
from folder_lock import one_at_a_time
from locked_requirements import locked_version, wheel_index, why_no_cuda, without
from progress import CommandFailedError, CommandLog, SetupError, said_by, say, spoken_duration

Purpose = Literal["app", "tests"]
Variant = Literal["cpu", "cuda"]

OLDEST_PYTHON = (3, 11)
FIRST_UNTRIED_PYTHON = (3, 15)
# Asked of uv where the machine has no Python in that range.
DOWNLOADED_PYTHON = "3.12"

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
_REQUIREMENTS: dict[tuple[Purpose, Variant], Path] = {
    ("app", "cpu"): PACKAGING / "requirements.txt",
    ("tests", "cpu"): PACKAGING / "requirements-test.txt",
    ("app", "cuda"): PACKAGING / "requirements-cuda.txt",
    ("tests", "cuda"): PACKAGING / "requirements-cuda-test.txt",
}
_BUILD_REQUIREMENTS = PACKAGING / "requirements-build.txt"
_UV_REQUIREMENTS = PACKAGING / "requirements-uv.txt"

# What the package itself is compiled from when it is put into the environment.
_COMPILED = (ROOT / "hatch_build.py", ROOT / "her_desktop" / "audio" / "native.c")

_WINDOWS = sys.platform == "win32"
_VENV = ROOT / ".venv"
_BIN = _VENV / ("Scripts" if _WINDOWS else "bin")
_PYTHON = _BIN / ("python.exe" if _WINDOWS else "python")
_STAMP = _VENV / "her-desktop-set-up.json"
# Beside the environment rather than in it, so that they outlive a replaced one.
_WORK = ROOT / "build" / "set-up"

_ENGINE = "llama-cpp-python"

# GCC before 11.5, 12.4 and 13.3 drops AMX's tile configuration as dead stores (its bug 114098),
# and llama.cpp then ends the process at its first product of matrices. With the stores kept, AMX
# answers several times sooner. The library records the switches, by which the program knows.
_KEEP_STORES = "-fno-dse -fno-tree-dse -fno-tree-dce -frecord-gcc-switches"
# llama.cpp's own CMake file is asked for its library alone. That of the Python package insists on
# the code of llama.cpp's tools and of models for pictures too: three fifths of the time, for what
# nothing here opens.
_ENGINE_SETTINGS = {
    "cmake.source-dir": "vendor/llama.cpp",
    "wheel.install-dir": "llama_cpp",
    "cmake.define.CMAKE_INSTALL_LIBDIR": "lib",
    "cmake.define.CMAKE_INSTALL_RPATH": "$ORIGIN",
    "cmake.define.CMAKE_C_FLAGS": _KEEP_STORES,
    "cmake.define.CMAKE_CXX_FLAGS": _KEEP_STORES,
    **{
        f"cmake.define.LLAMA_BUILD_{part}": "OFF"
        for part in ("APP", "COMMON", "EXAMPLES", "SERVER", "TESTS", "TOOLS")
    },
}


@dataclass(frozen=True)
class Stamp:
    """What an environment was made from; two that are equal need no work."""

    inputs: str
    """SHA-256 over the locked requirements, pyproject.toml and what is compiled."""
    python: str
    machine: str
    folder: str
    """Scripts name their interpreter by its full path: a moved checkout needs new ones."""
    purpose: Purpose
    """An environment for the tests serves the program as well."""
    variant: Variant = "cpu"
    """What is installed: onnxruntime for the processor or for CUDA, never both."""
    engine: Variant = "cpu"
    """What the language model's engine was built for; it is not always to be had for CUDA."""


def program(name: str) -> Path:
    """Return where the environment has the program `name`."""
    return _BIN / (f"{name}.exe" if _WINDOWS else name)


def prepare(purpose: Purpose, variant: Optional[Variant] = None) -> None:
    """Bring the system's packages and the Python environment to what `purpose` needs.

    Without a `variant`, an environment stays what it is. Takes minutes on a fresh machine, a
    fraction of a second where all is there. Two at a time wait for each other. Raises `SetupError`.
    """
    if variant == "cuda":
        reason = why_no_cuda(sys.platform, platform.machine())
        if reason:
            raise SetupError(reason)
    if _is_current(purpose, variant):
        return
    began_at = time.monotonic()
    try:
        _WORK.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(_WORK / "lock"):
            if _is_current(purpose, variant):
                return
            _make(purpose, variant)
    except OSError as error:
        raise SetupError(
            f"{error.filename or ROOT} could not be written ({error.strerror}). Check the free "
            f"space, and that the folder {ROOT} is yours to change."
        ) from error
    say(f"Set-up finished in {spoken_duration(time.monotonic() - began_at)}")


def _make(purpose: Purpose, variant: Optional[Variant]) -> None:
    log = CommandLog(_WORK / "log.txt")
    say(f"Setting up in {ROOT}")
    system_packages.install(_missing_from_system(purpose), log)

    uv = uv_tool.installed_uv() or uv_tool.fetched_uv(_WORK, _UV_REQUIREMENTS)
    if uv is None:
        uv = uv_tool.fetch_uv(_WORK, _UV_REQUIREMENTS, log)
    env = uv_tool.environment_for_uv(_WORK)

    stamp = _read_stamp()
    # The program never takes away what the tests have brought.
    contents: Purpose = "tests" if stamp is not None and stamp.purpose == "tests" else purpose
    kept: Variant = "cpu" if stamp is None else stamp.variant
    variant = variant or kept
    _STAMP.unlink(missing_ok=True)
    # The two onnxruntimes overwrite each other's files: one is never put over the other.
    if variant != kept or not _is_usable(stamp):
        _replace_venv(uv, env, log)
    engine = _install_packages(uv, env, contents, variant, log)
    log.run(
        [
            *(str(uv), "pip", "install", "--python", str(_PYTHON)),
            *("--offline", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)),
        ],
        "The program itself could not be put into its environment.",
        env=env,
        cwd=ROOT,
    )
    _write_stamp(contents, variant, engine)


def _missing_from_system(purpose: Purpose) -> list[system_needs.Need]:
    """Return what the operating system must bring before the environment can be made."""
    missing = system_needs.missing_libraries(system_needs.APP_LIBRARIES)
    missing += system_needs.missing_programs(system_needs.COMPILERS)
    if not (uv_tool.installed_uv() or uv_tool.fetched_uv(_WORK, _UV_REQUIREMENTS)):
        missing += system_needs.missing_pip()
    if purpose == "tests":
        missing += _missing_for_tests()
    return missing


def _missing_for_tests() -> list[system_needs.Need]:
    programs = system_needs.missing_programs(system_needs.TEST_PROGRAMS)
    return programs + system_needs.missing_files(system_needs.TEST_FILES)


def _replace_venv(uv: Path, env: dict[str, str], log: CommandLog) -> None:
    """Make an empty environment where a broken one, or none, was."""
    if _VENV.is_symlink():
        _VENV.unlink()
    elif _VENV.exists():
        say("Replacing the environment")
        shutil.rmtree(_VENV)
    say("Making the Python environment")
    log.run(
        [str(uv), "venv", "--no-project", "--python", _base_python(uv, env), str(_VENV)],
        "No Python from 3.11 to 3.14 is here, and none could be downloaded. Install one and run "
        "this file with it.",
        env=env,
        cwd=ROOT,
    )


def is_suitable(version: tuple[int, int], implementation: str, *, free_threaded: bool) -> bool:
    """Tell whether the program's packages exist for such a Python."""
    in_range = OLDEST_PYTHON <= version < FIRST_UNTRIED_PYTHON
    return in_range and implementation == "cpython" and not free_threaded


def _base_python(uv: Path, env: dict[str, str]) -> str:
    """Return what uv shall make the environment from: this Python, another, or a download."""
    if is_suitable(
        sys.version_info[:2],
        sys.implementation.name,
        free_threaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    ):
        return sys.executable
    wanted = ",".join(
        (f">={OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]}", "<{}.{}".format(*FIRST_UNTRIED_PYTHON))
    )
    found = said_by([str(uv), "python", "find", "--no-project", "--system", wanted], env)
    return (found or "").strip() or DOWNLOADED_PYTHON


def _install_packages(
    uv: Path, env: dict[str, str], purpose: Purpose, variant: Variant, log: CommandLog
) -> Variant:
    """Make the environment hold exactly what is locked; return what the engine was built for."""
    requirements = _REQUIREMENTS[purpose, variant]
    engine = _engine_to_have(variant)
    index = wheel_index(sys.platform, platform.machine(), cuda=engine == "cuda")
    if index is not None:
        text = requirements.read_text(encoding="utf-8")
        shortened = _WORK / "requirements.txt"
        shortened.write_text(without(text, _ENGINE), encoding="utf-8")
        say("Installing the Python packages")
        _sync(uv, env, shortened, log)
        try:
            log.run(
                [
                    *(str(uv), "pip", "install", "--python", str(_PYTHON), "--no-deps"),
                    *("--only-binary", _ENGINE, "--default-index", index),
                    f"{_ENGINE}=={locked_version(text, _ENGINE)}",
                ],
                f"There is no ready-made {_ENGINE} for this machine.",
                env=env,
                cwd=ROOT,
            )
        except CommandFailedError as error:
            say(f"{str(error).splitlines()[0]} Trying to build it, which takes a C++ compiler.")
        else:
            return engine
    else:
        say(
            "Installing the Python packages; building the language model engine takes minutes, once"
        )
    if engine == "cuda" and _is_built_for_cuda(uv, env, requirements, log):
        return "cuda"
    _sync(uv, env, requirements, log)
    return "cpu"


def _engine_to_have(variant: Variant) -> Variant:
    """Return what the engine is to be for: one for CUDA may not even start without a driver."""
    reason = cuda_compiler.why_no_engine() if variant == "cuda" else ""
    if reason:
        say(
            f"{reason}, so {_ENGINE} will be one for the processor. With a driver of version 525 "
            "or newer that sees the GPU, run this again with --cuda."
        )
    return "cpu" if reason else variant


def _is_built_for_cuda(uv: Path, env: dict[str, str], requirements: Path, log: CommandLog) -> bool:
    """Install everything, the engine built for CUDA; False, and said why, where that cannot be."""
    compiler = cuda_compiler.find_nvcc()
    if compiler is None:
        say(
            f"{_ENGINE} is built for the processor, as NVIDIA's compiler nvcc for CUDA 12 is not "
            "here. Install the CUDA toolkit 12 and run this again with --cuda, and the language "
            "model uses the GPU as well."
        )
        return False
    try:
        _sync(uv, env, requirements, log, cuda_compiler.settings_for(compiler))
    except CommandFailedError:
        # A toolkit that does not suit the C++ compiler must not keep anybody from talking.
        say(
            f"{_ENGINE} could not be built with {compiler}, so it is built for the processor. "
            f"{log.path} says why; once that is mended, run this again with --cuda."
        )
        return False
    return True


def _sync(
    uv: Path,
    env: dict[str, str],
    requirements: Path,
    log: CommandLog,
    settings: Optional[Mapping[str, str]] = None,
) -> None:
    chosen = {**(_ENGINE_SETTINGS if sys.platform == "linux" else {}), **(settings or {})}
    log.run(
        [
            *(str(uv), "pip", "sync", "--python", str(_PYTHON)),
            *("--require-hashes", "--require-build-hashes"),
            *("--build-constraint", str(_BUILD_REQUIREMENTS)),
            *(f"--config-settings-package={_ENGINE}:{each}={chosen[each]}" for each in chosen),
            str(requirements),
        ],
        "The Python packages could not be installed.",
        env=env,
        cwd=ROOT,
    )


def _is_usable(stamp: Optional[Stamp]) -> bool:
    """Tell whether the environment can be brought up to date rather than made anew.

    `stamp` is what was written about it, None where it is not known to have been finished.
    """
    version = _python_version()
    if version is None:
        return False
    major, minor = map(int, version.split(".")[:2])
    moved = stamp is not None and stamp.folder != str(ROOT)
    return not moved and OLDEST_PYTHON <= (major, minor) < FIRST_UNTRIED_PYTHON


def _python_version() -> Optional[str]:
    """Return the version of the environment's Python, None if it does not run."""
    if not _PYTHON.exists():
        return None
    asked = "import platform; print(platform.python_version())"
    version = said_by([str(_PYTHON), "-I", "-S", "-c", asked])
    return None if version is None else version.strip()


def _is_current(purpose: Purpose, variant: Optional[Variant]) -> bool:
    """Tell whether everything that `purpose` needs is in place.

    Who asks for CUDA by name wants the engine for it too, even where it was not to be had before.
    """
    stamp = _read_stamp()
    if stamp is None or not program("her-desktop").exists():
        return False
    if purpose == "tests" and (stamp.purpose != "tests" or _missing_for_tests()):
        return False
    if variant is not None and (stamp.variant, stamp.engine) != (variant, variant):
        return False
    version = _python_version()
    if version is None or stamp != _stamp(version, stamp.purpose, stamp.variant, stamp.engine):
        return False
    # A checkout that is kept while the machine is made anew lacks the libraries only.
    return not system_needs.missing_libraries(system_needs.APP_LIBRARIES, str(_PYTHON))


def _stamp(python: str, purpose: Purpose, variant: Variant, engine: Variant) -> Stamp:
    digest = hashlib.sha256()
    locks = [path for (_, kind), path in _REQUIREMENTS.items() if kind == variant]
    # A change to one of these calls for a new look at the environment.
    for path in (*locks, _BUILD_REQUIREMENTS, ROOT / "pyproject.toml", *_COMPILED):
        digest.update(path.read_bytes())
    machine = f"{sys.platform} {platform.machine()}"
    return Stamp(digest.hexdigest(), python, machine, str(ROOT), purpose, variant, engine)


def _read_stamp() -> Optional[Stamp]:
    """Return what was last written about the environment, None if that is nothing sensible."""
    try:
        return Stamp(**json.loads(_STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write_stamp(purpose: Purpose, variant: Variant, engine: Variant) -> None:
    version = _python_version()
    if version is None:
        raise SetupError(f"The environment's Python does not run: remove {_VENV} and start again.")
    unfinished = _STAMP.with_suffix(".part")
    stamp = _stamp(version, purpose, variant, engine)
    unfinished.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    os.replace(unfinished, _STAMP)

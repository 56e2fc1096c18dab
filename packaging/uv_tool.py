"""Find uv, or fetch the pinned one, and carry a person's own index and certificates over to it.

Rule: the one file fetched without uv is uv itself, through the pip that every Python can make,
against a locked hash. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Iterable, Mapping, Optional

from locked_requirements import locked_version
from progress import CommandLog, say

# The first that can demand hashes of what a build needs, too.
OLDEST_UV = (0, 13)

_SUFFIX = ".exe" if sys.platform == "win32" else ""
# Where Linux distributions keep the certificates their owners trust.
_SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
# These would send the packages somewhere else than into the environment that is being made.
_MISLEADING = ("UV_SYSTEM_PYTHON", "UV_PYTHON", "UV_TARGET", "UV_PREFIX", "UV_CONSTRAINT")


def version_of(text: str) -> tuple[int, ...]:
    """Return the version in what `uv --version` prints, () where there is none."""
    found = re.search(r"\b(\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, found.groups())) if found else ()


def installed_uv() -> Optional[Path]:
    """Return a uv from PATH that runs and is new enough, else None."""
    found = shutil.which("uv")
    if found is None:
        return None
    try:
        answer = subprocess.run(
            [found, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return None
    version = version_of(answer.stdout.decode("utf-8", "replace"))
    return Path(found) if answer.returncode == 0 and version >= OLDEST_UV else None


def fetched_uv(folder: Path, lock: Path) -> Optional[Path]:
    """Return the uv that `fetch_uv` put under `folder` for the version in `lock`, else None."""
    program = _place_of_uv(folder, lock)
    return program if program.is_file() else None


def fetch_uv(folder: Path, lock: Path, log: CommandLog) -> Path:
    """Download the uv whose hashes are in `lock` to a place under `folder`, and return it.

    Needs pip or ensurepip in the running Python. Raises `SetupError`.
    """
    program = _place_of_uv(folder, lock)
    say(f"Fetching uv {program.parent.name.partition('-')[2]}, which installs the rest")
    wheels = folder / "uv-wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    pip = [_python_with_pip(folder, log), "-m", "pip", "--disable-pip-version-check"]
    log.run(
        [
            *(*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:"),
            *("--require-hashes", "--requirement", str(lock), "--dest", str(wheels)),
        ],
        "uv could not be downloaded. Check the connection, or install uv yourself and start again.",
    )
    with zipfile.ZipFile(next(wheels.glob("uv-*.whl"))) as wheel:
        inside = f"/scripts/uv{_SUFFIX}"
        content = wheel.read(next(name for name in wheel.namelist() if name.endswith(inside)))
    program.parent.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.chmod(0o755)
    # A set-up that is interrupted here leaves no half of a program under the final name.
    os.replace(unfinished, program)
    shutil.rmtree(wheels, ignore_errors=True)
    shutil.rmtree(folder / "pip", ignore_errors=True)
    return program


def _place_of_uv(folder: Path, lock: Path) -> Path:
    version = locked_version(lock.read_text(encoding="utf-8"), "uv")
    return folder / f"uv-{version}" / f"uv{_SUFFIX}"


def _python_with_pip(folder: Path, log: CommandLog) -> str:
    """Return an interpreter that has pip, made under `folder` if need be."""
    has_pip = subprocess.run(
        [sys.executable, "-m", "pip", "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if has_pip.returncode == 0:
        return sys.executable
    home = folder / "pip"
    log.run(
        [sys.executable, "-m", "venv", "--clear", str(home)],
        "Python could not make an environment to fetch uv with. Install pip, or uv itself.",
    )
    return str(home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def pip_settings(files: Iterable[Path], environ: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings from its configuration `files` and PIP_ variables; later ones win.

    Read here rather than asked of pip, because a machine with uv may have no pip. A file that
    is missing or that is no configuration counts for nothing.
    """
    settings: dict[str, str] = {}
    for path in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError) as error:
            say(f"Leaving {path} aside: {type(error).__name__}")
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update({k.replace("_", "-"): v for k, v in parser.items(section)})
    for name, value in environ.items():
        if name.startswith("PIP_"):
            settings[name[4:].lower().replace("_", "-")] = value
    return settings


def pip_configuration_files(environ: Mapping[str, str]) -> list[Path]:
    """Return the places where pip looks for its configuration, the strongest last.

    Source: pip's documentation, "Configuration files".
    """
    home = Path.home()
    if sys.platform == "win32":
        roaming = Path(environ.get("APPDATA", home / "AppData/Roaming"))
        everyone = Path(environ.get("PROGRAMDATA", "C:/ProgramData"))
        files = [everyone / "pip/pip.ini", home / "pip/pip.ini", roaming / "pip/pip.ini"]
    else:
        configuration = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf"]
        if sys.platform == "darwin":
            shared = "Library/Application Support/pip/pip.conf"
            files += [Path("/") / shared, home / shared]
        files.append(configuration / "pip/pip.conf")
    if environ.get("PIP_CONFIG_FILE"):
        files.append(Path(environ["PIP_CONFIG_FILE"]))
    return files


def uv_settings(
    pip: Mapping[str, str], environ: Mapping[str, str], *, uv_is_configured: bool
) -> dict[str, str]:
    """Return the variables that make uv use the index and certificates that pip is told to use.

    Nothing is overruled that the person told uv itself, by a variable in `environ` or, where
    `uv_is_configured`, in its own file. pip's extra indexes are left out: every locked file is
    on the main one, and uv would stop at the first index that knows a package's name.
    """
    wanted: dict[str, str] = {}
    index_is_chosen = uv_is_configured or any(
        name in environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_NO_INDEX")
    )
    if not index_is_chosen:
        if pip.get("index-url"):
            wanted["UV_DEFAULT_INDEX"] = pip["index-url"]
        if pip.get("no-index", "").lower() in ("1", "true", "yes", "on"):
            wanted["UV_NO_INDEX"] = "1"
        places = [
            place
            for place in pip.get("find-links", "").split()
            if "://" in place or Path(place).is_dir()
        ]
        if places:
            wanted["UV_FIND_LINKS"] = " ".join(places)
    for theirs, ours in (
        ("cert", "SSL_CERT_FILE"),
        ("client-cert", "SSL_CLIENT_CERT"),
        ("trusted-host", "UV_INSECURE_HOST"),
        ("timeout", "UV_HTTP_TIMEOUT"),
        ("proxy", "ALL_PROXY"),
    ):
        if pip.get(theirs):
            wanted[ours] = " ".join(pip[theirs].split())
    if sys.platform != "linux" or any(map(os.path.isfile, _SYSTEM_CERTIFICATES)):
        # A company's own certificate is where the browser and git find it, too.
        wanted["UV_SYSTEM_CERTS"] = "1"
    return {name: value for name, value in wanted.items() if name not in environ}


def environment_for_uv(folder: Path) -> dict[str, str]:
    """Return the whole environment for uv's commands; what uv keeps falls back to `folder`.

    uv's cache and the interpreters it downloads normally live in the home folder and serve
    other projects too; a home that cannot be written to must not stop the set-up.
    """
    environ = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    configuration = environ.get("APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME")
    mine = Path(configuration or Path.home() / ".config") / "uv/uv.toml"
    files = (mine, Path("/etc/uv/uv.toml"))
    is_configured = "UV_CONFIG_FILE" in environ or any(path.is_file() for path in files)
    pip = pip_settings(pip_configuration_files(environ), environ)
    environ.update(uv_settings(pip, environ, uv_is_configured=is_configured))
    environ["NO_COLOR"] = "1"
    if sys.platform != "win32":
        home = Path.home()
        for variable, standard, own, leaf in (
            ("UV_CACHE_DIR", "XDG_CACHE_HOME", ".cache", "uv"),
            ("UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME", ".local/share", "uv/python"),
        ):
            usual = Path(environ.get(standard) or home / own) / leaf
            if variable not in environ and not _is_writable(usual):
                environ[variable] = str(folder / Path(leaf).name)
    return environ


def _is_writable(folder: Path) -> bool:
    """Tell whether `folder` can be written to, or made by its nearest parent that exists."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)

"""Decide how the operating system's missing packages are installed, and install them.

Rule: `plan_installation` only decides; `this_system` looks, `install` acts. Runs on Python 3.9
with the standard library alone.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from progress import CommandLog, SetupError, say
from system_needs import Need


@dataclass(frozen=True)
class System:
    """What decides how packages get onto a machine."""

    platform: str
    """As `sys.platform` has it."""
    os_ids: tuple[str, ...] = ()
    """ID and ID_LIKE of os-release, nearest first."""
    is_root: bool = False
    has_sudo: bool = False
    sudo_is_free: bool = False
    """sudo asks for no password."""
    has_terminal: bool = False
    """sudo can ask a person."""
    is_image: bool = False
    """The system is an ostree image, to which only rpm-ostree adds packages."""


@dataclass(frozen=True)
class Plan:
    """How the missing packages are to be installed, decided and not yet done."""

    packages: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    """What to run, in order, when `may_run`."""
    may_run: bool
    instruction: str
    """The exact line a person can type, or what to do where there is no such line."""


_MANAGER_OF_OS = {
    "debian": "apt",
    "ubuntu": "apt",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "arch": "pacman",
    "suse": "zypper",
    "opensuse": "zypper",
}

# --no-remove and the other managers' own defaults: what a person has installed is never taken
# away for us.
_INSTALL = {
    "apt": "apt-get install --no-install-recommends --no-remove",
    "dnf": "dnf install --setopt=install_weak_deps=False",
    "pacman": "pacman -S --needed",
    "zypper": "zypper install --no-recommends",
    "rpm-ostree": "rpm-ostree install --apply-live",
}
_UNATTENDED = {
    # Another program may be at the package database: wait for it.
    "apt": ("-y", "-o", "DPkg::Lock::Timeout=300"),
    "dnf": ("-y",),
    "pacman": ("--noconfirm",),
    "zypper": ("-y",),
}


def manager_for(system: System) -> Optional[str]:
    """Return 'apt', 'dnf', 'pacman', 'zypper' or 'rpm-ostree', or None for an unknown system."""
    if system.is_image:
        return "rpm-ostree"
    return next((_MANAGER_OF_OS[name] for name in system.os_ids if name in _MANAGER_OF_OS), None)


def plan_installation(system: System, missing: Sequence[Need]) -> Plan:
    """Decide how to bring `missing` onto `system`. Looks at nothing and changes nothing.

    `may_run` is true for root, and for others where sudo needs no password or has a terminal
    to ask for it. Without anything missing the plan is empty and may run.
    """
    if not missing:
        return Plan((), (), may_run=True, instruction="")
    manager = manager_for(system)
    if manager is None:
        names = ", ".join(need.name.replace("|", " or ") for need in missing)
        return Plan(
            (), (), may_run=False, instruction=f"install what brings these, your own way: {names}"
        )
    column = "dnf" if manager == "rpm-ostree" else manager
    packages = tuple(dict.fromkeys(getattr(need, column) for need in missing))
    lines = [[*_INSTALL[manager].split(), *packages]]
    if manager == "apt":
        lines.insert(0, ["apt-get", "update"])
    instruction = _typed(lines, system)
    if manager == "rpm-ostree":
        # It changes the image that the machine starts from: that is its owner's to do.
        return Plan(packages, (), may_run=False, instruction=instruction)

    prefix: tuple[str, ...] = ()
    if not system.is_root:
        prefix = ("sudo", "-n") if system.sudo_is_free else ("sudo",)
    if manager == "apt":
        prefix += ("env", "DEBIAN_FRONTEND=noninteractive")
    commands = tuple((*prefix, *line, *_UNATTENDED[manager]) for line in lines)
    may_ask = system.has_sudo and (system.sudo_is_free or system.has_terminal)
    return Plan(packages, commands, may_run=system.is_root or may_ask, instruction=instruction)


def _typed(lines: Sequence[Sequence[str]], system: System) -> str:
    """Return `lines` as a person on `system` would type them."""
    if system.is_root:
        return " && ".join(shlex.join(line) for line in lines)
    if system.has_sudo:
        return " && ".join(shlex.join(["sudo", *line]) for line in lines)
    return f"su -c {shlex.quote(' && '.join(shlex.join(line) for line in lines))}"


def os_ids_of(os_release: str) -> tuple[str, ...]:
    """Return the distribution's id and those it is like, from the text of os-release."""
    fields = {}
    for line in os_release.splitlines():
        key, separator, value = line.partition("=")
        if separator:
            fields[key.strip()] = value.strip().strip("\"'")
    ids = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    # openSUSE's ids carry the edition: opensuse-leap, opensuse-tumbleweed.
    return tuple(name.lower().split("-")[0] for name in ids if name)


def this_system() -> System:
    """Look at the machine this runs on; asks sudo once whether it needs a password."""
    if not sys.platform.startswith("linux"):
        return System(sys.platform)
    release = next(
        (p for p in (Path("/etc/os-release"), Path("/usr/lib/os-release")) if p.is_file()), None
    )
    has_sudo = shutil.which("sudo") is not None
    is_root = os.geteuid() == 0
    free = False
    if has_sudo and not is_root:
        asked = subprocess.run(
            ["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        free = asked.returncode == 0
    return System(
        platform=sys.platform,
        os_ids=os_ids_of(release.read_text(encoding="utf-8")) if release else (),
        is_root=is_root,
        has_sudo=has_sudo,
        sudo_is_free=free,
        has_terminal=sys.stdin is not None and sys.stdin.isatty(),
        is_image=Path("/run/ostree-booted").exists(),
    )


def install(missing: Sequence[Need], log: CommandLog) -> None:
    """Bring `missing` onto this machine, or raise `SetupError` with the line to type."""
    if not missing:
        return
    plan = plan_installation(this_system(), missing)
    if not plan.may_run:
        raise SetupError(
            "Your system lacks packages that this program needs, and this set-up may not "
            f"install them.\nRun this, then start again:\n\n  {plan.instruction}\n"
        )
    say(f"Installing from your system's packages: {' '.join(plan.packages)}")
    say(f"  {plan.instruction}")
    failure = f"The system's packages could not be installed. The line was:\n  {plan.instruction}"
    *before, last = plan.commands
    for command in before:
        try:
            log.run(command, "The lists of packages could not be renewed.")
        except SetupError as error:
            # One dead third-party source fails the whole update; what is needed may be there.
            say(f"  {str(error).splitlines()[0]} Going on with the lists that are there.")
    log.run(last, failure)

"""What would be done on machines that this one is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from system_needs import APP_LIBRARIES, COMPILERS, PIP, TEST_FILES, TEST_PROGRAMS, Need
from system_packages import System, manager_for, os_ids_of, plan_installation

EGL = next(need for need in APP_LIBRARIES if need.name.startswith("libEGL"))
PORTAUDIO = next(need for need in APP_LIBRARIES if need.name.startswith("libportaudio"))
CXX = COMPILERS[1]
MISSING = [PORTAUDIO, EGL, CXX]

DEBIAN = System("linux", ("debian",), is_root=True)
UBUNTU = System("linux", ("ubuntu", "debian"), has_sudo=True, has_terminal=True)
FEDORA = System("linux", ("fedora",), has_sudo=True, sudo_is_free=True)
ARCH = System("linux", ("arch",), is_root=True)
SUSE = System("linux", ("opensuse", "suse"), is_root=True)


def test_root_on_debian_installs_without_questions() -> None:
    plan = plan_installation(DEBIAN, MISSING)

    assert plan.may_run
    assert plan.packages == ("libportaudio2", "libegl1", "g++")
    update, install = plan.commands
    assert update[:4] == ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update")
    assert install[2:4] == ("apt-get", "install")
    assert {"-y", "--no-remove", "--no-install-recommends", *plan.packages} <= set(install)
    assert plan.instruction.endswith("--no-remove libportaudio2 libegl1 g++")
    assert "sudo" not in plan.instruction


def test_a_terminal_on_ubuntu_lets_sudo_ask() -> None:
    plan = plan_installation(UBUNTU, MISSING)

    assert plan.may_run
    assert all(command[:2] == ("sudo", "env") for command in plan.commands)
    assert plan.instruction.startswith("sudo apt-get update && sudo apt-get install ")


def test_without_a_terminal_sudo_that_asks_is_not_called() -> None:
    plan = plan_installation(replace(UBUNTU, has_terminal=False), MISSING)

    assert not plan.may_run
    assert plan.instruction.startswith("sudo apt-get update && sudo apt-get install ")


def test_sudo_without_a_password_needs_no_terminal() -> None:
    plan = plan_installation(FEDORA, MISSING)

    assert plan.may_run
    assert plan.commands == (
        (
            *("sudo", "-n", "dnf", "install", "--setopt=install_weak_deps=False"),
            *("portaudio", "libglvnd-egl", "gcc-c++", "-y"),
        ),
    )


def test_without_sudo_the_line_to_type_becomes_root_by_itself() -> None:
    plan = plan_installation(replace(DEBIAN, is_root=False, has_terminal=True), MISSING)

    assert not plan.may_run
    assert plan.instruction == (
        "su -c 'apt-get update && apt-get install --no-install-recommends --no-remove "
        "libportaudio2 libegl1 g++'"
    )


@pytest.mark.parametrize(
    ("system", "command"),
    [
        (ARCH, ("pacman", "-S", "--needed", "portaudio", "libglvnd", "gcc", "--noconfirm")),
        (
            SUSE,
            (
                *("zypper", "install", "--no-recommends"),
                *("libportaudio2", "Mesa-libEGL1", "gcc-c++", "-y"),
            ),
        ),
    ],
)
def test_the_other_managers(system: System, command: tuple[str, ...]) -> None:
    assert plan_installation(system, MISSING).commands == (command,)


def test_a_system_image_is_left_to_its_owner() -> None:
    silverblue = replace(FEDORA, is_image=True)

    plan = plan_installation(silverblue, MISSING)

    assert not plan.may_run
    assert plan.commands == ()
    assert plan.instruction.startswith("sudo rpm-ostree install --apply-live portaudio ")


def test_an_unknown_system_is_told_what_is_missing() -> None:
    plan = plan_installation(System("linux", ("nixos",), is_root=True), MISSING)

    assert not plan.may_run
    assert "libportaudio.so.2, libEGL.so.1, c++ or g++ or clang++" in plan.instruction


@pytest.mark.parametrize("system", [DEBIAN, UBUNTU, FEDORA, System("darwin"), System("win32")])
def test_nothing_is_run_where_nothing_is_missing(system: System) -> None:
    plan = plan_installation(system, [])

    assert plan.may_run
    assert plan.commands == ()


def test_a_package_that_brings_two_libraries_is_named_once() -> None:
    plan = plan_installation(FEDORA, [need for need in APP_LIBRARIES if "xcb-" in need.name])

    assert plan.packages.count("libxcb") == 1


@pytest.mark.parametrize("manager", ["apt", "dnf", "pacman", "zypper"])
@pytest.mark.parametrize("need", [*APP_LIBRARIES, *COMPILERS, *TEST_PROGRAMS, *TEST_FILES, PIP])
def test_every_need_has_a_package_everywhere(need: Need, manager: str) -> None:
    name = getattr(need, manager)

    assert name
    assert " " not in name


@pytest.mark.parametrize(
    ("text", "ids", "manager"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', ("debian",), "apt"),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n', ("ubuntu", "debian"), "apt"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', ("linuxmint", "ubuntu", "debian"), "apt"),
        ("ID=fedora\nVARIANT_ID=workstation\n", ("fedora",), "dnf"),
        (
            'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
            ("rocky", "rhel", "centos", "fedora"),
            "dnf",
        ),
        ("ID=endeavouros\nID_LIKE=arch\n", ("endeavouros", "arch"), "pacman"),
        (
            'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
            ("opensuse", "opensuse", "suse"),
            "zypper",
        ),
        ("ID=nixos\n", ("nixos",), None),
        ("# nothing\n", (), None),
    ],
)
def test_the_distribution_decides_the_manager(
    text: str, ids: tuple[str, ...], manager: str | None
) -> None:
    assert os_ids_of(text) == ids
    assert manager_for(System("linux", ids)) == manager

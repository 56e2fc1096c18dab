"""What the program and its tests leave to the operating system, and what of it is missing.

Rule: this module looks and changes nothing. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import glob
import importlib.util
import shutil
import sys
from dataclasses import dataclass
from typing import Sequence

from progress import SetupError, said_by

# Run by whichever interpreter is at hand: a library that breaks on loading, or a graphics
# driver that starts threads, then does so in a process that ends at once.
_PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


@dataclass(frozen=True)
class Need:
    """One thing that must be there, and the package that brings it under each manager."""

    name: str
    """A library's file name, or programs or file patterns of which one will do, parted by '|'."""
    apt: str
    dnf: str
    pacman: str
    zypper: str


def _xcb(extension: str, number: str) -> Need:
    """Return the need for a library that all but Debian and SUSE keep in one package."""
    debian = f"libxcb-{extension}0" if extension != "xkb" else "libxcb-xkb1"
    if extension == "sync":
        debian = "libxcb-sync1"
    return Need(f"libxcb-{extension}.so.{number}", debian, "libxcb", "libxcb", debian)


# What the wheels of PySide6 and sounddevice leave to the system, read from their ELF headers.
APP_LIBRARIES = (
    Need("libportaudio.so.2", "libportaudio2", "portaudio", "portaudio", "libportaudio2"),
    Need("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    Need("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    Need("libX11.so.6", "libx11-6", "libX11", "libx11", "libX11-6"),
    Need("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    Need("libxcb.so.1", "libxcb1", "libxcb", "libxcb", "libxcb1"),
    _xcb("glx", "0"),
    _xcb("randr", "0"),
    _xcb("render", "0"),
    _xcb("shape", "0"),
    _xcb("shm", "0"),
    _xcb("sync", "1"),
    _xcb("xfixes", "0"),
    _xcb("xkb", "1"),
    Need("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    Need(
        "libxcb-cursor.so.0",
        "libxcb-cursor0",
        "xcb-util-cursor",
        "xcb-util-cursor",
        "libxcb-cursor0",
    ),
    Need("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    Need("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    Need(
        "libxcb-keysyms.so.1",
        "libxcb-keysyms1",
        "xcb-util-keysyms",
        "xcb-util-keysyms",
        "libxcb-keysyms1",
    ),
    Need(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    Need("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    Need(
        "libxkbcommon-x11.so.0",
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
    ),
    Need(
        "libwayland-client.so.0",
        "libwayland-client0",
        "libwayland-client",
        "wayland",
        "libwayland-client0",
    ),
    Need(
        "libwayland-cursor.so.0",
        "libwayland-cursor0",
        "libwayland-cursor",
        "wayland",
        "libwayland-cursor0",
    ),
    Need("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    Need("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    Need("libfreetype.so.6", "libfreetype6", "freetype", "freetype2", "libfreetype6"),
    Need("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    Need("libgthread-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    Need("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5", "krb5"),
)

# cmake and ninja come as wheels.
COMPILERS = (
    Need("cc|gcc|clang", "gcc", "gcc", "gcc", "gcc"),
    Need("c++|g++|clang++", "g++", "gcc-c++", "gcc", "gcc-c++"),
)

TEST_PROGRAMS = (
    Need("pulseaudio", "pulseaudio", "pulseaudio", "pulseaudio", "pulseaudio"),
    Need("pactl", "pulseaudio-utils", "pulseaudio-utils", "libpulse", "pulseaudio-utils"),
    Need("Xvfb", "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "xorg-x11-server-Xvfb"),
    Need("xdotool", "xdotool", "xdotool", "xdotool", "xdotool"),
    Need("openbox", "openbox", "openbox", "openbox", "openbox"),
    Need("trayer", "trayer", "trayer", "trayer", "trayer"),
    # Four voices that are none of the program's own.
    Need("flite", "flite", "flite", "flite", "flite"),
)
# Through it PortAudio reaches the tests' private sound server.
TEST_FILES = (
    Need(
        "/usr/lib*/alsa-lib/libasound_module_pcm_pulse.so"
        "|/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so",
        "libasound2-plugins",
        "alsa-plugins-pulseaudio",
        "alsa-plugins",
        "alsa-plugins-pulse",
    ),
)

# Debian leaves both pip and ensurepip out of its python3.
PIP = Need("pip", "python3-venv", "python3-pip", "python-pip", "python3-pip")


def missing_libraries(needs: Sequence[Need], python: str = sys.executable) -> list[Need]:
    """Return those of `needs` that the loader does not find for `python`'s architecture."""
    if not sys.platform.startswith("linux"):
        return []
    found = said_by([python, "-I", "-S", "-c", _PROBE, *(need.name for need in needs)])
    if found is None:
        raise SetupError(f"Python could not look for the system's libraries: check {python}.")
    absent = set(found.split())
    return [need for need in needs if need.name in absent]


def missing_programs(needs: Sequence[Need]) -> list[Need]:
    """Return those of `needs` that are on no folder of PATH."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in needs if not any(map(shutil.which, need.name.split("|")))]


def missing_files(needs: Sequence[Need]) -> list[Need]:
    """Return those of `needs` whose patterns match no file."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in needs if not any(map(glob.glob, need.name.split("|")))]


def missing_pip() -> list[Need]:
    """Return `PIP` where this Python has neither pip nor the means to make one."""
    found = any(importlib.util.find_spec(name) for name in ("pip", "ensurepip"))
    return [] if found else [PIP]

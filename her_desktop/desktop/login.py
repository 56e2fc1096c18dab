"""Starting with the user's session, hidden in the tray.

Rule: the system's own list is the truth: it is asked whether the program is on it, never a setting
alone, since people also take programs off that list with their desktop's tools. Linux is tried;
Windows and macOS are written to their documentation and were never run.
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from her_desktop.desktop.entry_file import exec_line, value_of
from her_desktop.files import write_whole

_NAME = "her-desktop"
_LABEL = "org.her-desktop.her-desktop"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


class LoginProblem(Exception):
    """The system's list could not be changed; the text is one plain sentence for the user."""


class StartAtLogin(Protocol):
    """The system's list of what starts with the session. Called on the GUI thread."""

    def is_on(self) -> bool:
        """Tell whether the program is on the list."""

    def turn_on(self, command: Sequence[str]) -> None:
        """Put `command` on the list, in place of what stood there. Raises LoginProblem."""

    def turn_off(self) -> None:
        """Take the program off the list; nothing happens where it is not there.

        Raises LoginProblem.
        """


def start_at_login_of(
    platform: str, environment: Mapping[str, str], home: Path
) -> StartAtLogin | None:
    """Return the list of a platform (`sys.platform`), None where the program knows of none."""
    if platform == "win32":
        return RunKey(WindowsRegistry())
    if platform == "darwin":
        return LaunchAgent(home / "Library" / "LaunchAgents" / f"{_LABEL}.plist")
    if platform.startswith(("linux", "freebsd")):
        folder = environment.get("XDG_CONFIG_HOME", "")
        config = Path(folder) if Path(folder).is_absolute() else home / ".config"
        return AutostartEntry(config / "autostart" / f"{_NAME}.desktop")
    return None


class AutostartEntry:
    """Owns one file of the autostart folder of the XDG specification."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is touched yet."""
        self._path = path

    def is_on(self) -> bool:
        """Tell whether the entry is there and no desktop has switched it off."""
        try:
            entry = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        off = (value_of(entry, "Hidden"), value_of(entry, "X-GNOME-Autostart-enabled"))
        return off[0] != "true" and off[1] != "false"

    def turn_on(self, command: Sequence[str]) -> None:
        """Write the entry. Raises LoginProblem."""
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Version=1.5",
            "Name=her",
            f"Exec={exec_line(command)}",
            f"Icon={_NAME}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        )
        _write(self._path, ("\n".join(lines) + "\n").encode())

    def turn_off(self) -> None:
        """Remove the entry. Raises LoginProblem."""
        _remove(self._path)


class LaunchAgent:
    """Owns one property list in the user's folder of launch agents, on macOS. Untried."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is touched yet."""
        self._path = path

    def is_on(self) -> bool:
        """Tell whether the agent is there."""
        return self._path.is_file()

    def turn_on(self, command: Sequence[str]) -> None:
        """Write the agent; it is read at the next login. Raises LoginProblem."""
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _write(self._path, plistlib.dumps(agent))

    def turn_off(self) -> None:
        """Remove the agent. Raises LoginProblem."""
        _remove(self._path)


class Registry(Protocol):
    """The part of the Windows registry that belongs to the user: names and values of one key."""

    def value(self, key: str, name: str) -> str | None:
        """Return a value, None where there is none. Raises OSError."""

    def put(self, key: str, name: str, value: str) -> None:
        """Write a value. Raises OSError."""

    def drop(self, key: str, name: str) -> None:
        """Delete a value if it is there. Raises OSError."""


class RunKey:
    """Owns one value of the key that Windows runs at login. Untried."""

    def __init__(self, registry: Registry) -> None:
        """Name the registry; nothing is touched yet."""
        self._registry = registry

    def is_on(self) -> bool:
        """Tell whether the value is there."""
        try:
            return bool(self._registry.value(_RUN_KEY, _NAME))
        except OSError:
            return False

    def turn_on(self, command: Sequence[str]) -> None:
        """Write the value. Raises LoginProblem."""
        try:
            self._registry.put(_RUN_KEY, _NAME, subprocess.list2cmdline(command))
        except OSError as error:
            raise _problem("the registry", error) from error

    def turn_off(self) -> None:
        """Delete the value. Raises LoginProblem."""
        try:
            self._registry.drop(_RUN_KEY, _NAME)
        except OSError as error:
            raise _problem("the registry", error) from error


class WindowsRegistry:
    """Owns nothing: each call opens HKEY_CURRENT_USER and closes it again. Untried."""

    def value(self, key: str, name: str) -> str | None:
        """Return a value, None where there is none. Raises OSError."""
        winreg = _winreg()
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except FileNotFoundError:
            return None

    def put(self, key: str, name: str, value: str) -> None:
        """Write a value. Raises OSError."""
        winreg = _winreg()
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

    def drop(self, key: str, name: str) -> None:
        """Delete a value if it is there. Raises OSError."""
        winreg = _winreg()
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                winreg.DeleteValue(opened, name)
        except FileNotFoundError:
            return


def _winreg() -> Any:
    # By name: the type checker knows the module on Windows alone.
    return import_module("winreg")


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content, durable=False)
    except OSError as error:
        raise _problem(str(path.parent), error) from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise _problem(str(path.parent), error) from error


def _problem(place: str, error: OSError) -> LoginProblem:
    return LoginProblem(
        f"Starting at login could not be changed ({error.strerror}); make {place} writable, or "
        "use the desktop's own list of programs to start."
    )

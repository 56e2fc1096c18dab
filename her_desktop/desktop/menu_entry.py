"""The program in the menus of Linux desktops: an entry and its icon in the user's own folders.

Rule: both are put there together and taken away together. An entry that leads to a program that
is gone, as after a checkout was moved, is mended; one that a person removed stays removed. Other
systems get their entry from an installer.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from her_desktop.desktop.entry_file import exec_line, value_of, with_values
from her_desktop.files import write_whole
from her_desktop.paths import assets_dir, menu_entry_template

_NAME = "her-desktop"


class MenuProblem(Exception):
    """The entry could not be changed; the text is one plain sentence for the user."""


def menu_entry_of(platform: str, environment: Mapping[str, str], home: Path) -> MenuEntry | None:
    """Return the entry of this user, None on systems whose menus are filled by installers."""
    if not platform.startswith(("linux", "freebsd")):
        return None
    folder = environment.get("XDG_DATA_HOME", "")
    return MenuEntry(Path(folder) if Path(folder).is_absolute() else home / ".local" / "share")


class MenuEntry:
    """Owns two files below the user's data folder. Called on the GUI thread."""

    def __init__(self, share: Path) -> None:
        """Name the folder (`~/.local/share` as a rule); nothing is touched yet."""
        self.entry_path = share / "applications" / f"{_NAME}.desktop"
        self.icon_path = share / "icons" / "hicolor" / "scalable" / "apps" / f"{_NAME}.svg"

    @property
    def is_there(self) -> bool:
        """Tell whether the program stands in the menu through our entry."""
        return self.entry_path.is_file()

    def put(self, command: Sequence[str]) -> None:
        """Write entry and icon; `command` is what starts the program. Raises MenuProblem."""
        try:
            for path in (self.entry_path, self.icon_path):
                path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(assets_dir() / "icons" / f"{_NAME}.svg", self.icon_path)
            entry = with_values(
                menu_entry_template().read_text(encoding="utf-8"),
                {"Exec": exec_line(command), "TryExec": command[0]},
            )
            write_whole(self.entry_path, entry.encode(), durable=False)
        except OSError as error:
            raise self._problem(error) from error

    def mend(self, command: Sequence[str]) -> None:
        """Write the entry anew where it leads nowhere any more. Raises MenuProblem."""
        try:
            entry = self.entry_path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return
        program = value_of(entry, "TryExec")
        if Path(program).is_absolute() and not Path(program).exists():
            self.put(command)

    def remove(self) -> None:
        """Take entry and icon away; nothing happens where they are not. Raises MenuProblem."""
        try:
            for path in (self.entry_path, self.icon_path):
                path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise self._problem(error) from error

    def _problem(self, error: OSError) -> MenuProblem:
        return MenuProblem(
            f"The entry in the applications menu could not be changed ({error.strerror}); make "
            f"{self.entry_path.parent} writable."
        )

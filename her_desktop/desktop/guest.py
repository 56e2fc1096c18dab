"""The program's place on this user's desktop, as the window and its switches see it.

Rule: every call says with a sentence what could not be done, "" where it was; used on the GUI
thread. A run on a folder of its own (`--data-dir`) puts nothing into the menu by itself.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from her_desktop.desktop.command import own_command
from her_desktop.desktop.login import LoginProblem, start_at_login_of
from her_desktop.desktop.menu_entry import MenuProblem, menu_entry_of
from her_desktop.paths import Paths

_log = logging.getLogger(__name__)


class Guest:
    """Owns the ways to the menu and to the list of what starts with the session."""

    def __init__(
        self,
        paths: Paths,
        platform: str = sys.platform,
        environment: Mapping[str, str] | None = None,
        home: Path | None = None,
    ) -> None:
        """Find the ways of this platform; nothing is touched yet."""
        environment = os.environ if environment is None else environment
        home = Path.home() if home is None else home
        self._command = own_command(paths, environment)
        self._is_ordinary = paths == Paths.standard()
        self._login = start_at_login_of(platform, environment, home)
        self._menu = menu_entry_of(platform, environment, home)

    def arrive(self, *, is_first: bool) -> None:
        """Take a place in the menu at the very first start, and mend old ones at every start.

        Where that fails the program can still be started as it was this time; the log says why.
        """
        if not self._is_ordinary:
            return
        try:
            if self._menu is not None and is_first:
                self._menu.put(self._command)
            elif self._menu is not None:
                self._menu.mend(self._command)
            if self._login is not None and self._login.is_on():
                # The program may have moved since.
                self._login.turn_on(self._hidden)
        except (MenuProblem, LoginProblem) as problem:
            _log.warning("%s", problem)

    # --- start at login ------------------------------------------------------------------------

    @property
    def can_start_at_login(self) -> bool:
        """Tell whether this platform has a list that we know of."""
        return self._login is not None

    @property
    def starts_at_login(self) -> bool:
        """Tell whether the program is on that list now."""
        return self._login is not None and self._login.is_on()

    def start_at_login(self, *, wanted: bool) -> str:
        """Put the program on the list, hidden in the tray, or take it off."""
        if self._login is None:
            return "This system's list of programs that start with it is not known; use its own."
        try:
            if wanted:
                self._login.turn_on(self._hidden)
            else:
                self._login.turn_off()
        except LoginProblem as problem:
            return str(problem)
        return ""

    # --- the menu ------------------------------------------------------------------------------

    @property
    def has_menu(self) -> bool:
        """Tell whether this platform's menu is filled by entries of ours."""
        return self._menu is not None

    @property
    def is_in_menu(self) -> bool:
        """Tell whether the program stands in the menu through our entry."""
        return self._menu is not None and self._menu.is_there

    def be_in_menu(self, *, wanted: bool) -> str:
        """Put the program and its icon into the menu, or take both away."""
        if self._menu is None:
            return ""
        try:
            if wanted:
                self._menu.put(self._command)
            else:
                self._menu.remove()
        except MenuProblem as problem:
            return str(problem)
        return ""

    @property
    def _hidden(self) -> tuple[str, ...]:
        return (*self._command, "--hidden")

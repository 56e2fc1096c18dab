"""What the settings dialog is given by whoever opens it.

Rule: callables and values, so that a test can put its own there, and the pages need not know who
keeps settings, plays sounds or deletes files. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.ui.talk import Send

InstalledModels = Callable[[], dict[str, list[tuple[str, str]]]]
"""Returns, for each of stt, llm and tts, the installed models: (id, name)."""


PageMaker = Callable[[], QWidget]
"""Makes a page that somebody else draws, when it is first looked at."""


@dataclass(frozen=True)
class Surroundings:
    """What the pages read and call. All of it is called on the GUI thread and returns at once.

    What is None is not there, and neither is what would call it.
    """

    send: Send
    current: Callable[[], Settings]
    apply: Callable[[Settings], None]
    paths: Paths | None = None
    """Where files are kept."""
    installed_models: InstalledModels = dict
    models_page: PageMaker | None = None
    about_page: PageMaker | None = None
    delete_history: Callable[[], str] | None = None
    """Deletes all that was kept of conversations; returns a sentence where that failed, or ""."""
    open_first_steps: Callable[[], None] | None = None
    open_diagnostics: Callable[[], None] | None = None
    list_devices: tuple[str, ...] = ()
    """The command that prints the sound devices as JSON; empty means this program's own."""

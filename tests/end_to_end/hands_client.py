"""The real program with hands of its own: at the first sound of an answer, it changes settings.

What a person does in the settings dialog ends in one call, and that call is made here. HANDS names
the choices: a list in JSON, one set of them for each answer, in order.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from PySide6.QtCore import Slot

import her_desktop.app as program
from her_desktop.cli import main
from her_desktop.conversation.events import Event, PlaybackStarted


class Hands(program._Window):
    """The window's owner, who changes their mind."""

    def __init__(self, *things: Any) -> None:
        super().__init__(*things)
        self._choices: list[dict[str, Any]] = json.loads(os.environ["HANDS"])
        self._bridge.happened.connect(self.choose)

    @Slot(object)
    def choose(self, event: Event) -> None:
        if isinstance(event, PlaybackStarted) and self._choices:
            chosen = self._choices.pop(0)
            self._live.apply(self._live.settings.changed(**chosen))


program._Window = Hands  # type: ignore[assignment,misc]
sys.exit(main())

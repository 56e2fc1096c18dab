"""All pages of the settings, in the order in which they stand.

Rule: the one place that knows every page. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from her_desktop.ui.settings.about import AboutOutline
from her_desktop.ui.settings.advanced import Advanced
from her_desktop.ui.settings.assistant import Assistant
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.general import General
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.listening import Listening
from her_desktop.ui.settings.models import ModelsOutline
from her_desktop.ui.settings.outline import Outline
from her_desktop.ui.settings.privacy import Privacy
from her_desktop.ui.settings.sound import Sound
from her_desktop.ui.settings.surroundings import Surroundings


def outlines_of(
    surroundings: Surroundings, choices: Choices, latest: Latest, parent: QObject
) -> tuple[Outline, ...]:
    """Return the pages' outlines; what describes them belongs to `parent` and goes with it."""
    return (
        General(surroundings, parent).outline(),
        Sound(surroundings, choices, latest, parent).outline(),
        Listening(surroundings, choices, latest, parent).outline(),
        ModelsOutline(surroundings, parent).outline(),
        Assistant(choices, parent).outline(),
        Privacy(surroundings, parent).outline(),
        Advanced(parent).outline(),
        AboutOutline(surroundings, parent).outline(),
    )

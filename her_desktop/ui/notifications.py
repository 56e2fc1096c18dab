"""What a person should be told of, as a sentence: in the banner, or by the desktop.

Rule: an event becomes one sentence here and nowhere else; the desktop is asked to show it only
while the window cannot. GUI thread only.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from her_desktop.conversation.events import (
    DeviceChanged,
    Event,
    Noticed,
    SpeechStarted,
    StageFailed,
    StageLoading,
    StageReady,
    TurnStarted,
)
from her_desktop.ui.banner import Banner
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import device_words


@dataclass(frozen=True)
class Told:
    """A sentence and what it is about; an empty sentence takes back what was said of that."""

    about: str
    sentence: str


def told_by(event: Event) -> Told | None:
    """Return what an event tells a person, None where it tells nothing."""
    match event:
        case Noticed(message=message):
            return Told(message, translated(message))
        case DeviceChanged(device=device, state=state, name=name, message=message):
            own = device_words(device, state, name)
            # Where our own words are empty all is well, whatever else was said of the device.
            return Told(f"device {device}", translated(message) or own if own else "")
        case StageFailed(message=message, kept=kept) if kept:
            words = QCoreApplication.translate("Words", "{model} stays in use.")
            sentence = f"{translated(message)} {words.format(model=kept)}"
            return Told(f"{message} {kept}", sentence)
        case StageFailed(stage=stage, message=message):
            return Told(f"stage {stage}", translated(message))
        case StageLoading(stage=stage) | StageReady(stage=stage):
            return Told(f"stage {stage}", "")
    return None


def _is_told_once(event: Event) -> bool:
    """Tell whether nothing will ever say that what the event tells is over."""
    return isinstance(event, Noticed) or (isinstance(event, StageFailed) and bool(event.kept))


NOTICE_STAYS = 10.0
"""Seconds a notice stays at least; the next turn after that takes it away."""


class BannerFeed:
    """Owns the events behind the sentences in the window's banner."""

    def __init__(self, banner: Banner) -> None:
        """Write into `banner`."""
        self._banner = banner
        self._events: dict[str, Event] = {}

    @property
    def standing(self) -> tuple[Event, ...]:
        """The events whose sentences wait to be read, oldest first."""
        known = self._events
        return tuple(known[about] for about in self._banner.standing if about in known)

    def handle(self, event: Event) -> None:
        """Show what an event tells, and take away what is old or mended."""
        told = told_by(event)
        if told is not None:
            self._banner.tell(told.about, told.sentence)
            known = {**self._events, told.about: event}
            self._events = {each: known[each] for each in self._banner.standing if each in known}
        elif isinstance(event, SpeechStarted | TurnStarted):
            for about, known_event in self._events.items():
                if _is_told_once(known_event) and event.at - known_event.at > NOTICE_STAYS:
                    self._banner.clear(about)


class Notifications:
    """Owns what the desktop has been asked to show; each sentence once until its cause is gone."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._shown: dict[str, str] = {}

    def handle(self, event: Event, *, window_is_seen: bool) -> str:
        """Return the sentence the desktop should show now, or ""."""
        told = told_by(event)
        if told is None:
            return ""
        if not told.sentence:
            self._shown.pop(told.about, None)
            return ""
        if _is_told_once(event):
            return "" if window_is_seen else told.sentence
        is_new = self._shown.get(told.about) != told.sentence
        self._shown[told.about] = told.sentence
        return told.sentence if is_new and not window_is_seen else ""

"""The settings in force while the program runs: changed, kept, carried out, and taken back.

Rule: whoever changes a setting calls `apply`; nobody else keeps settings of their own for longer
than one call. GUI thread only. What a change sets off runs elsewhere and is told in events, which
come back here through `handle`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from her_desktop.changes import LOADED, what_changes
from her_desktop.conversation.events import (
    AttentionChosen,
    CleaningChosen,
    Device,
    DeviceChosen,
    Event,
    Stage,
    StageFailed,
    StageReady,
)
from her_desktop.engine.engine import Engine
from her_desktop.models import Models, model_loader
from her_desktop.settings import Settings, save_settings
from her_desktop.wiring import assistant_chosen

Follower = Callable[[Settings, Settings], None]
"""Called with the settings as they were and as they are."""

_Choice = dict[str, Any]


class LiveSettings:
    """Owns the settings in force and what is to be taken back where a model cannot be loaded."""

    def __init__(
        self,
        settings: Settings,
        path: Path,
        carry_out: Follower,
        name_of: Callable[[str], str],
        tell: Callable[[str], None],
    ) -> None:
        """Begin with what was loaded at the start.

        `carry_out` sets off what a change asks of the engine; `name_of` gives a model's name for
        a person; `tell` says a sentence.
        """
        self.settings = settings
        self._path = path
        self._carry_out = carry_out
        self._name_of = name_of
        self._tell = tell
        self._followers: list[Follower] = []
        self._in_use = {stage: _choice(stage, settings) for stage in LOADED}
        self._tried: dict[Stage, list[_Choice]] = {stage: [] for stage in LOADED}
        self._cannot_be_saved = False

    def follow(self, follower: Follower) -> None:
        """Tell `follower` of every change from now on, after it has been set off."""
        self._followers.append(follower)

    def apply(self, settings: Settings) -> None:
        """Use other settings from now on: kept at once, and only what they concern is changed."""
        old, self.settings = self.settings, settings
        if old == settings:
            return
        self.save(durable=False)
        for stage in LOADED:
            choice = _choice(stage, settings)
            if choice != _choice(stage, old):
                self._tried[stage].append(choice)
        self._carry_out(old, settings)
        for follower in self._followers:
            follower(old, settings)

    def save(self, *, durable: bool = True) -> None:
        """Write the settings down; what is not `durable` does not wait for the disk."""
        try:
            save_settings(self.settings, self._path, durable=durable)
        except OSError as error:
            if not self._cannot_be_saved:
                self._tell(
                    f"The settings could not be saved ({error.strerror}); "
                    f"make {self._path.parent} writable."
                )
            self._cannot_be_saved = True
        else:
            self._cannot_be_saved = False

    def handle(self, event: Event) -> None:
        """Take back the choice of a model that could not be loaded while another one is kept."""
        match event:
            case StageReady(stage=stage, model=model) if stage in LOADED:
                tried = self._tried[stage]
                for number, choice in reversed(list(enumerate(tried))):
                    if self._name(stage, choice) == model:
                        self._in_use[stage] = choice
                        del tried[: number + 1]
                        return
            case StageFailed(stage=stage, model=model, kept=kept) if stage in LOADED:
                tried = self._tried[stage]
                if not tried or self._name(stage, tried[-1]) != model:
                    return  # another one is on its way already
                tried.clear()
                if kept:
                    self.apply(self.settings.changed(**self._in_use[stage]))
                    self._tried[stage].clear()

    def _name(self, stage: Stage, choice: _Choice) -> str:
        return self._name_of(choice[LOADED[stage][0]])


def _choice(stage: Stage, settings: Settings) -> _Choice:
    return {name: getattr(settings, name) for name in LOADED[stage]}


def set_off(engine: Engine, old: Models, new: Models) -> None:
    """Have the engine do what a change of settings asks for; returns at once."""
    changes = what_changes(old.settings, new.settings)
    for stage in changes.stages:
        engine.change(stage, model_loader(new, stage))
    for event in wishes(old, new):
        engine.send(event)


def wishes(old: Models, new: Models) -> list[Event]:
    """Return what a change of settings asks of the conversation and of the ears, as events."""
    now, settings = time.monotonic(), new.settings
    changes = what_changes(old.settings, settings)
    events: list[Event] = []
    if changes.assistant:
        events.append(assistant_chosen(new))
    if changes.attention:
        events.append(AttentionChosen(at=now, options=new.attention))
    if changes.cleaning:
        events.append(
            CleaningChosen(
                at=now,
                cancel_echo=settings.cancel_echo,
                suppress_noise=settings.suppress_noise,
                automatic_gain=settings.automatic_gain,
            )
        )
    names = {Device.MICROPHONE: settings.input_device, Device.SPEAKER: settings.output_device}
    events += [DeviceChosen(at=now, device=each, name=names[each]) for each in changes.devices]
    return events

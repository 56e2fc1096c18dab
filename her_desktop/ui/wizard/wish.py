"""The profile that was chosen: each of its models is used as soon as it is here.

Rule: what the user chose otherwise in the meantime stands. It outlives the wizard: a download may
take an hour. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from her_desktop.catalogue import Model
from her_desktop.conversation.events import Event
from her_desktop.downloads.progress import State
from her_desktop.library.news import Task, TaskMoved
from her_desktop.profiles import FIELDS, Profile
from her_desktop.settings import Settings


@dataclass(frozen=True)
class OnItsWay:
    """How far the wished models are: `done` of `total` bytes, `trouble` where one failed."""

    done: int
    total: int
    waiting: int
    """Models still to come."""
    trouble: str = ""


class Wish:
    """Owns which models are to be used once they are here, and how far they are."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        apply: Callable[[Settings], None],
        is_here: Callable[[Model], bool],
        download: Callable[[str], None],
    ) -> None:
        """Wish for nothing yet; `download` begins a download and returns at once."""
        self._settings = settings
        self._apply = apply
        self._is_here = is_here
        self._download = download
        self._coming: dict[str, tuple[Model, str]] = {}
        self._done: dict[str, int] = {}
        self._trouble: dict[str, str] = {}
        self._total = 0

    def take(self, profile: Profile) -> None:
        """Use the models of `profile`: at once where they are here, the others when they come."""
        self._coming, self._done, self._trouble, self._total = {}, {}, {}, 0
        here = [model for model in profile.models if self._is_here(model)]
        if here:
            self._apply(
                self._settings().changed(**{FIELDS[model.kind]: model.id for model in here})
            )
        for model in profile.models:
            if model not in here:
                self._coming[model.id] = (model, getattr(self._settings(), FIELDS[model.kind]))
                self._total += model.size
        for model_id in list(self._coming):
            self._download(model_id)

    @property
    def on_its_way(self) -> OnItsWay | None:
        """How far everything is, None where nothing is under way or failed."""
        if not self._coming:
            return None
        trouble = next(iter(self._trouble.values()), "")
        done = sum(self._done.values())
        waiting = len(self._coming) - len(self._trouble)
        return OnItsWay(done, self._total, waiting, trouble)

    def handle(self, event: Event) -> bool:
        """Follow the downloads; return whether anything changed."""
        if not isinstance(event, TaskMoved) or event.task is not Task.DOWNLOAD:
            return False
        if event.model not in self._coming:
            return False
        progress = event.progress
        self._done[event.model] = progress.done
        self._trouble.pop(event.model, None)
        if progress.state is State.DONE:
            model, before = self._coming.pop(event.model)
            self._done[event.model] = model.size
            field = FIELDS[model.kind]
            if getattr(self._settings(), field) == before:
                self._apply(self._settings().changed(**{field: model.id}))
        elif progress.state is State.FAILED:
            self._trouble[event.model] = progress.message
        elif progress.state is State.CANCELLED:
            model, _ = self._coming.pop(event.model)
            self._done.pop(event.model, None)
            self._total -= model.size
        return True

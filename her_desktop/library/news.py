"""What the library tells the window, as events.

Rule: values only. They go straight to the window: the conversation has no use for them, and no
recording of it holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from her_desktop.catalogue import Kind
from her_desktop.conversation.events import Event
from her_desktop.downloads.progress import Progress


class Task(StrEnum):
    """What is done with a model."""

    DOWNLOAD = "download"
    VERIFY = "verify"
    REMOVE = "remove"
    IMPORT = "import"


class Phase(StrEnum):
    """How far a trial is."""

    LOADING = "loading"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Found:
    """A model that lies elsewhere on this machine and could be used: `path` is what to bring in."""

    kind: Kind
    name: str
    path: Path
    size: int


@dataclass(frozen=True, kw_only=True)
class TaskMoved(Event):
    """Something is being done with the model of that id; for an import the id may be made up."""

    model: str
    task: Task
    progress: Progress


@dataclass(frozen=True, kw_only=True)
class ModelsChanged(Event):
    """A model came or went; `brought` is the id of one that the user brought just now."""

    brought: str = ""


@dataclass(frozen=True, kw_only=True)
class CacheSearched(Event):
    """These models of other programs were found."""

    found: tuple[Found, ...]


@dataclass(frozen=True, kw_only=True)
class TrialMoved(Event):
    """A trial of a model is at `phase`.

    `text` is what the model wrote so far, `message` one sentence for a failure; `wait` is how many
    seconds passed between the question and the first of the answer.
    """

    model: str
    phase: Phase
    text: str = ""
    message: str = ""
    wait: float | None = None

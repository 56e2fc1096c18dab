"""What a page of the settings consists of, as data: rows, parts, and the sections they stand in.

Rule: values and callables only. A page's outline is cheap, so that the search knows every row
without any of its widgets having been made. GUI thread only, because the words are translated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from her_desktop.settings import Settings

Value = bool | int | float | str
"""What a setting can be."""

Option = tuple[Value, str]
"""Something to choose, and its words."""


class Renewal(Protocol):
    """A Qt signal without arguments, as its users see it."""

    def connect(self, slot: Callable[[], object]) -> object:
        """Have `slot` called whenever there is something new."""


@dataclass(frozen=True)
class Toggle:
    """On or off."""


@dataclass(frozen=True)
class Choose:
    """One of a few; `renewed` tells that `options` returns others now."""

    options: Callable[[], Sequence[Option]]
    renewed: Renewal | None = None


@dataclass(frozen=True)
class Slide:
    """A number between two ends, where how it feels matters more than the figure."""

    step: float
    words: Callable[[float], str]
    """The number with its unit."""


@dataclass(frozen=True)
class Count:
    """A number with a unit, stepped or typed; `special` is what the lowest one means."""

    unit: str
    step: int = 1
    special: str = ""
    is_whole: bool = True


@dataclass(frozen=True)
class Line:
    """A line of text of at most `longest` letters."""

    hint: str
    longest: int


@dataclass(frozen=True)
class Prose:
    """A text of several lines, shown below its name and its help."""

    hint: Callable[[], str]
    """What stands there in grey while the field is empty: what empty means."""
    presets: Callable[[], Sequence[tuple[str, str]]] = tuple
    """Ready-made texts, each with its name."""


Control = Toggle | Choose | Slide | Count | Line | Prose


@dataclass(frozen=True)
class Row:
    """One setting: the field of `Settings`, its name, a sentence of help and what it is set with.

    `keywords` are other words that somebody may search it by.
    """

    field: str
    label: str
    help: str
    control: Control
    keywords: str = ""
    is_open: Callable[[Settings], bool] | None = None
    """Whether it means anything with these settings; None where it always does."""
    act: Callable[[Value], None] | None = None
    """What a choice does where the conversation has to grant it first."""


@dataclass(frozen=True)
class Part:
    """Something on a page that is no setting, such as a test; `name` finds it."""

    name: str
    label: str
    help: str
    make: Callable[[], QWidget]
    keywords: str = ""
    is_wide: bool = True
    """Whether it stands below its words rather than beside them."""


Entry = Row | Part


@dataclass(frozen=True)
class Section:
    """Entries that belong together; a `title` may be empty."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Outline:
    """A page: its name for the program, its title and icon, and what is on it.

    A page with `make` is one widget that somebody else drew; its sections then are only what the
    search knows of it.
    """

    name: str
    title: str
    icon: str
    sections: Callable[[], tuple[Section, ...]]
    make: Callable[[], QWidget] | None = None


def name_of(entry: Entry) -> str:
    """Return what an entry is found by: a row's field, a part's name."""
    return entry.field if isinstance(entry, Row) else entry.name

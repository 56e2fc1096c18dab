"""Finding a setting by any word of its name, its help or its choices.

Rule: pure text; no widget. Accents and capitals do not matter, and every word that is typed must be
found, in any order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from her_desktop.ui.settings.outline import Choose, Entry, Outline, Row, name_of

MOST_HITS = 20
"""Hits that are shown: whoever gets more types another letter."""


@dataclass(frozen=True)
class Hit:
    """An entry that fits: on which page it is, its name there, and what it is called."""

    page: str
    name: str
    label: str
    page_title: str


def find(outlines: Iterable[Outline], query: str) -> list[Hit]:
    """Return the entries that fit a query, those whose name fits best first; none for no words."""
    words = folded(query).split()
    if not words:
        return []
    ranked: list[tuple[int, int, Hit]] = []
    for outline in outlines:
        for section in outline.sections():
            for entry in section.entries:
                label = folded(entry.label)
                around = folded(f"{outline.title} {section.title} {_all_words(entry)}")
                if not all(word in label or word in around for word in words):
                    continue
                rank = 0 if label.startswith(words[0]) else 1
                if not all(word in label for word in words):
                    rank = 2
                title = entry.label or section.title or outline.title
                hit = Hit(outline.name, name_of(entry), title, outline.title)
                ranked.append((rank, len(ranked), hit))
    return [hit for _, _, hit in sorted(ranked, key=lambda each: each[:2])][:MOST_HITS]


def folded(text: str) -> str:
    """Return a text without capitals and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _all_words(entry: Entry) -> str:
    words = f"{entry.help} {entry.keywords}"
    if isinstance(entry, Row) and isinstance(entry.control, Choose):
        words += " " + " ".join(option for _, option in entry.control.options())
    return words

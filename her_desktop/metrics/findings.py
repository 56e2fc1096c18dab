"""What an examination found: one thing, how it is, and what to do where it is not well.

Rule: plain values; the command prints them, the window shows them, JSON carries them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a thing is: well; worth knowing though nothing needed is missing; broken."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """What one check found: `detail` is plain sentences, `milliseconds` how long its work took.

    `name` is one of a fixed set of words, the same in JSON and as the key of its caption.
    """

    name: str
    verdict: Verdict
    detail: str
    milliseconds: float | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return self.verdict is not Verdict.BROKEN

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "name": self.name,
            "ok": self.ok,
            "verdict": self.verdict.value,
            "detail": self.detail,
            "milliseconds": self.milliseconds,
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Finding:
        """Return what `as_dict` gave. Raises KeyError or ValueError for anything else."""
        return cls(
            str(value["name"]),
            Verdict(value["verdict"]),
            str(value["detail"]),
            None if value["milliseconds"] is None else float(value["milliseconds"]),
        )


def well(name: str, detail: str, duration: float | None = None) -> Finding:
    """Return that a thing is well; `duration` in seconds is what its work took."""
    return Finding(name, Verdict.OK, detail, _milliseconds(duration))


def note(name: str, detail: str) -> Finding:
    """Return something worth knowing."""
    return Finding(name, Verdict.NOTE, detail)


def broken(name: str, detail: str) -> Finding:
    """Return that something the user needs is broken."""
    return Finding(name, Verdict.BROKEN, detail)


def _milliseconds(duration: float | None) -> float | None:
    return None if duration is None else round(duration * 1000, 1)

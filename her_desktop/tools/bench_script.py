"""What is said when: the trials of one mode of the benchmark, in their order.

Pure. The clear questions come first and in a row, so that the first and the tenth turn of a
conversation can be compared; what disturbs answers comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from her_desktop.tools.bench_speech import Kind, Utterance, spread

LONGEST_LAG = 0.3
"""Seconds after the last sample of an utterance at which the key is let go at the latest."""

OVER_ANSWER = (Kind.INTERRUPTION, Kind.BACKCHANNEL, Kind.COUGH)
"""Kinds in which something sounds while an answer is heard."""

DISTURBANCES = (Kind.BACKCHANNEL, Kind.COUGH, Kind.ECHO)
"""Kinds of sound that should not stop an answer."""

WHILE_ANSWERED = (*OVER_ANSWER, Kind.ECHO)
"""Kinds of which the answer is what matters: all there is to try over open loudspeakers."""

FULL_TURNS, QUICK_TURNS = 20, 4

_PER_WINDOW = 3
"""Answers that are spoken over before a new conversation begins: a small model that was cut short
again and again answers in three words, which nobody can interrupt."""


class Mode(StrEnum):
    """How the user talks to the assistant."""

    PUSH_TO_TALK = "push-to-talk"
    HANDS_FREE = "hands-free"
    OPEN_SPEAKERS = "open-speakers"
    """Hands-free, and the microphone hears the loudspeaker all the time."""


BOTH = (Mode.PUSH_TO_TALK, Mode.HANDS_FREE)
"""What is measured where nothing else is asked for."""


@dataclass(frozen=True)
class Trial:
    """One thing that is said, and what sounds over its answer.

    `lag` is the seconds between the last spoken sample and the release of the talk key.
    """

    kind: Kind
    said: Utterance
    over: Utterance | None = None
    lag: float = 0.0


@dataclass(frozen=True)
class Repertoire:
    """Everything the benchmark's user can say: by kind, and the requests for long answers."""

    utterances: Mapping[Kind, Sequence[Utterance]]
    stories: Sequence[Utterance] = ()


def amounts(turns: int, mode: Mode, *, quick: bool) -> dict[Kind, int]:
    """Return how many trials of each kind a mode has; `turns` is the number of clear questions."""
    some = dict.fromkeys(Kind, 1)
    if not quick:
        some |= {
            Kind.SHORT: 5,
            Kind.LONG: 3,
            Kind.HESITANT: 10,
            Kind.INSTANT: 4,
            Kind.INTERRUPTION: 5,
            Kind.BACKCHANNEL: 4,
            Kind.COUGH: 3,
            Kind.ECHO: 3,
        }
    some |= {Kind.CLEAR: turns, Kind.RECORDED: 0}
    if mode is Mode.OPEN_SPEAKERS:
        if not quick:
            some |= {Kind.INTERRUPTION: 20, Kind.BACKCHANNEL: 12, Kind.COUGH: 8}
        return {kind: count if kind in WHILE_ANSWERED else 0 for kind, count in some.items()}
    if mode is Mode.PUSH_TO_TALK:
        # While no key is down nothing that sounds is listened to.
        some |= dict.fromkeys(DISTURBANCES, 0)
    return some


def needed(turns: int, modes: Sequence[Mode], *, quick: bool) -> dict[Kind, int]:
    """Return how many utterances of each kind the modes together draw upon."""
    each = [amounts(turns, mode, quick=quick) for mode in modes]
    return {kind: max(counts[kind] for counts in each) for kind in Kind}


def script(mode: Mode, repertoire: Repertoire, turns: int, *, quick: bool) -> list[Trial]:
    """Return the trials of one mode. What was recorded from people is all said, once each."""
    counts = amounts(turns, mode, quick=quick)
    trials: list[Trial] = []
    stories = iter(repertoire.stories)
    for kind in Kind:
        known = repertoire.utterances.get(kind, ())
        if kind is Kind.ECHO:
            said = [Trial(kind, story) for story in islice(stories, counts[kind])]
        else:
            people = [utterance for utterance in known if utterance.of_person]
            people = [] if mode is Mode.OPEN_SPEAKERS else people
            voice = [utterance for utterance in known if not utterance.of_person]
            chosen = people + voice[: counts[kind]]
            said = [
                Trial(kind, next(stories), utterance)
                if kind in OVER_ANSWER
                else Trial(kind, utterance)
                for utterance in chosen
            ]
        trials += with_lags(said) if mode is Mode.PUSH_TO_TALK else said
    return trials


def by_window(mode: Mode, trials: Sequence[Trial]) -> list[Sequence[Trial]]:
    """Return the trials of each window that a mode takes: one after the other, each once."""
    most = _PER_WINDOW if mode is Mode.OPEN_SPEAKERS else max(1, len(trials))
    return [trials[first : first + most] for first in range(0, len(trials), most)]


def with_lags(trials: Sequence[Trial]) -> list[Trial]:
    """Spread the release evenly from 0 to 0.3 s after the last sample, in mixed, fixed order."""
    order = sorted(range(len(trials)), key=spread)
    rank = {number: place for place, number in enumerate(order)}
    last = max(1, len(trials) - 1)
    return [
        Trial(trial.kind, trial.said, trial.over, LONGEST_LAG * rank[number] / last)
        for number, trial in enumerate(trials)
    ]

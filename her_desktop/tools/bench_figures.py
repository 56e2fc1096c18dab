"""From verdicts to figures: percentiles, rates, and how far the program and the recording agree.

Pure. Percentiles are nearest ranks, so that each is a value that was measured; instant replies
have a table of their own and are in no other figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from her_desktop.metrics.latency import percentile
from her_desktop.tools.bench_script import DISTURBANCES, Mode
from her_desktop.tools.bench_session import Take
from her_desktop.tools.bench_speech import LEAST_PAUSE, Kind
from her_desktop.tools.bench_verdicts import Verdict

ANSWERED = (Kind.CLEAR, Kind.SHORT, Kind.LONG, Kind.HESITANT, Kind.RECORDED)
"""Kinds that are asked for the sake of their answers."""

_FIRST_TURN_AGAINST = 10
_LATER_TURN = 10
_TURNS_AROUND = 3

HEADLINES = dict.fromkeys(Mode, "last speech to audible")
HEADLINES[Mode.PUSH_TO_TALK] = "release to audible"

MEANINGS = {
    "release to audible": "the key comes up -> first audible sample of the answer",
    "last speech to audible": "last loud sample of the user -> first audible sample of any answer",
    "last speech to answer that stood": "the same, to the answer that was not taken back",
}


def summary(values: Iterable[float | None]) -> dict[str, Any]:
    """Return n and, where there are values (in seconds), p50, p90, p95 and max in milliseconds."""
    known = tuple(value for value in values if value is not None)
    if not known:
        return {"n": 0}
    ranks = {f"p{rank}_ms": _ms(percentile(known, rank)) for rank in (50, 90, 95)}
    return {"n": len(known), **ranks, "max_ms": _ms(max(known))}


def mode_figures(takes: Sequence[Take], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return everything that is reported of one mode, as JSON can hold it.

    `takes` are what happened in its windows, at least one; `verdicts` those on all of them.
    """
    take = takes[0]
    if take.refused:
        return {"refused": take.refused}
    instant = [verdict for verdict in verdicts if verdict.instant_reply is not None]
    thought = [
        verdict
        for verdict in verdicts
        if verdict.instant_reply is None and verdict.kind in ANSWERED
    ]
    clear = [verdict for verdict in thought if verdict.kind is Kind.CLEAR]
    return {
        "headline": HEADLINES[take.mode],
        "figures": {
            kind: figures
            for kind in ANSWERED
            if (figures := _latencies(take.mode, [v for v in thought if v.kind is kind]))
        },
        "stages": {
            name: summary(verdict.stages.get(name) for verdict in clear)
            for name in dict.fromkeys(name for verdict in clear for name in verdict.stages)
        },
        "release_lags_ms": [_ms(v.lag) for v in thought if v.lag is not None],
        "correctness": {
            kind: _correctness([v for v in thought if v.kind is kind])
            for kind in ANSWERED
            if any(v.kind is kind for v in thought)
        },
        "instant": _instant(verdicts, instant, take.mode),
        "interruptions": _interruptions(verdicts),
        "disturbances": {
            kind: _disturbances([v for v in verdicts if v.kind is kind])
            for kind in DISTURBANCES
            if any(v.kind is kind for v in verdicts)
        },
        "agreement": _agreement(thought, take.mode),
        "warmth": _warmth(clear),
        "start": _start(take),
        "window": _window(takes),
        "runs_on": _runs_on(take),
        "turns": [_turn(verdict) for verdict in verdicts],
    }


def hesitant_or_not(pauses: Sequence[float]) -> Kind:
    """Return as what a person's recording counts: with a long pause inside it is hesitant."""
    return Kind.HESITANT if any(pause >= LEAST_PAUSE for pause in pauses) else Kind.RECORDED


def _latencies(mode: Mode, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    if not verdicts:
        return {}
    found = {"last speech to audible": summary(v.gap for v in verdicts)}
    if mode is Mode.PUSH_TO_TALK:
        found = {"release to audible": summary(v.release for v in verdicts)} | found
    if any(v.settled != v.gap for v in verdicts):
        found["last speech to answer that stood"] = summary(v.settled for v in verdicts)
    return found


def _correctness(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    words = sum(v.words for v in verdicts)
    errors = sum(v.errors or 0 for v in verdicts)
    return {
        "n": len(verdicts),
        "cut_off": sum(v.cut_off for v in verdicts),
        "cut_off_and_yielded": sum(v.cut_off and v.yields > 0 for v in verdicts),
        "missed": sum(v.missed for v in verdicts),
        "answered_twice": sum(v.answers > 1 for v in verdicts),
        "answered_twice_by_events": sum(v.answers_by_events > 1 for v in verdicts),
        "yields": sum(v.yields for v in verdicts),
        "guesses_dropped": sum(v.guesses_dropped for v in verdicts),
        "understood_wer_percent": round(100.0 * errors / words, 1) if words else None,
        "broken_sound": sum(v.broken for v in verdicts),
    }


def _instant(verdicts: Sequence[Verdict], instant: Sequence[Verdict], mode: Mode) -> dict[str, Any]:
    phrases = [v for v in verdicts if v.kind is Kind.INSTANT]
    return {
        "phrases": len(phrases),
        "answered_instantly": sum(v.instant_reply is not None for v in phrases),
        "others_answered_instantly": sum(v.kind is not Kind.INSTANT for v in instant),
        HEADLINES[mode]: summary(_headline(v, mode) for v in instant),
        "committed to audible by events": summary(v.committed_to_audible for v in instant),
    }


def _interruptions(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    tried = [v for v in verdicts if v.kind is Kind.INTERRUPTION]
    return {
        "tried": len(tried),
        "stopped": sum(v.stopped for v in tried),
        "onset to silence": summary(v.silence for v in tried),
        "onset to hold by events": summary(v.held_by_events for v in tried),
        "answer was over too soon": sum(v.silence is None for v in tried),
    }


def _disturbances(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    judged = [v for v in verdicts if v.disturbed is not None]
    return {
        "n": len(judged),
        "answer_cut_short": sum(bool(v.disturbed) for v in judged),
        "answer_cut_short_by_events": sum(bool(v.disturbed_by_events) for v in judged),
        "taken_for_a_question": sum(v.answered_disturbance for v in judged),
        "not_judged": len(verdicts) - len(judged),
    }


def _agreement(verdicts: Sequence[Verdict], mode: Mode) -> dict[str, Any]:
    """Return how the program's own figures lie to the recording's, in milliseconds."""
    found: dict[str, Any] = {}
    # The program's own figure is of the turn that stood.
    pairs = {"last speech to audible": [(v.gap_by_events, v.settled) for v in verdicts]}
    if mode is Mode.PUSH_TO_TALK:
        pairs["release to audible"] = [(v.release_by_events, v.release) for v in verdicts]
    for name, values in pairs.items():
        apart = [own - heard for own, heard in values if own is not None and heard is not None]
        found[name] = _spread(apart)
    found["instant of the last speech"] = _spread(
        [v.stamp_error for v in verdicts if v.stamp_error is not None]
    )
    return found


def _spread(differences: Sequence[float]) -> dict[str, Any]:
    if not differences:
        return {"n": 0}
    return {
        "n": len(differences),
        "median_ms": _ms(median(differences)),
        "median_size_ms": _ms(median(map(abs, differences))),
        "largest_ms": _ms(max(differences, key=abs)),
    }


def _warmth(clear: Sequence[Verdict]) -> dict[str, Any]:
    """Compare the first turn after "ready" with the next ten, and its first token with later ones.

    From the last speech in both modes: how late a key is let go differs from turn to turn.
    """
    gaps = [v.gap for v in clear[: _FIRST_TURN_AGAINST + 1]]
    later = [gap for gap in gaps[1:] if gap is not None]
    first = gaps[0] if gaps else None
    return {
        "first_turn_ms": _ms(first),
        "next_turns_median_ms": _ms(median(later)) if later else None,
        "next_turns": len(later),
        "first_over_next": _ratio(first, median(later) if later else None),
        **_first_tokens([v.stages.get("llm first token") for v in clear]),
    }


def _first_tokens(tokens: Sequence[float | None]) -> dict[str, Any]:
    """Compare the first tokens of the first turns with those around the tenth, or the last.

    Medians, where there are turns enough: one of 30 ms says little on a machine that is shared.
    """
    around = _TURNS_AROUND if len(tokens) >= 2 * _TURNS_AROUND else 1
    last = min(len(tokens), _LATER_TURN + around // 2)
    first = max(last - around, 0)
    early = [token for token in tokens[:around] if token is not None]
    late = [token for token in tokens[first:last] if token is not None]
    is_later = bool(early and late and first >= around)
    before = median(early) if early else None
    after = median(late) if is_later else None
    return {
        "llm_first_token_early_turns": around if early else 0,
        "llm_first_token_early_ms": _ms(before),
        "llm_first_token_later_turns": [first + 1, last] if is_later else None,
        "llm_first_token_later_ms": _ms(after),
        "llm_later_over_first": _ratio(after, before),
    }


def _start(take: Take) -> dict[str, Any]:
    first = take.lines[0]["at"] if take.lines else None
    return {
        "visible_ms": None if first is None else _ms(first - take.started_at),
        "ready_ms": _ms(take.ready_at - take.started_at),
    }


def _window(takes: Sequence[Take]) -> dict[str, Any]:
    loading: list[float] = []
    in_turns: list[float] = []
    dropped: Counter[str] = Counter()
    for take in takes:
        for stall in (line for line in take.lines if line["event"] == "WindowStalled"):
            is_early = stall["at"] - stall["duration"] < take.ready_at
            (loading if is_early else in_turns).append(stall["duration"])
        dropped.update(take.status.get("dropped_blocks", {}))
    return {
        "worst_stall_ms": _ms(max(in_turns, default=0.0)),
        "worst_stall_loading_ms": _ms(max(loading, default=0.0)),
        "dropped_blocks": dict(dropped),
    }


def _runs_on(take: Take) -> dict[str, str]:
    """Return what each model worked on, as the window itself says."""
    models = take.status.get("models", {})
    return {stage: state["detail"] for stage, state in models.items() if state.get("detail")}


def _turn(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind.value,
        "name": verdict.name,
        "speech_s": round(verdict.duration, 2),
        "gap_ms": _ms(verdict.gap),
        "gap_to_answer_that_stood_ms": _ms(verdict.settled),
        "release_to_audible_ms": _ms(verdict.release),
        "lag_ms": _ms(verdict.lag),
        "gap_by_events_ms": _ms(verdict.gap_by_events),
        "instant_reply": verdict.instant_reply,
        "cut_off": verdict.cut_off,
        "yields": verdict.yields,
        "missed": verdict.missed,
        "answers": verdict.answers,
        "word_errors": verdict.errors,
        "words": verdict.words,
        "silence_ms": _ms(verdict.silence),
        "held_by_events_ms": _ms(verdict.held_by_events),
        "disturbed": verdict.disturbed,
        "broken_sound": verdict.broken,
        "stages_ms": {name: _ms(value) for name, value in verdict.stages.items()},
    }


def _headline(verdict: Verdict, mode: Mode) -> float | None:
    return verdict.release if mode is Mode.PUSH_TO_TALK else verdict.gap


def _ratio(over: float | None, under: float | None) -> float | None:
    return round(over / under, 2) if over is not None and under is not None and under > 0 else None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000.0, 1)

"""What a trial came to, read from the recording of both sides.

Pure: samples, seconds and event lines in, verdicts out. The recording is the judge; what the
program says of itself stands beside it. Gaps are never clamped: an answer that begins before the
user has finished has a negative one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from her_desktop.audio.format import Pcm
from her_desktop.tools.bench_script import Mode
from her_desktop.tools.bench_session import Take
from her_desktop.tools.bench_speech import Kind
from her_desktop.tools.bench_user import Asked
from her_desktop.tools.gaps import ONE_UTTERANCE, Stretch, shifted, stretches
from her_desktop.tools.live import Line
from her_desktop.tools.word_errors import word_errors

_BREATH = 0.3
"""Seconds of silence inside one go of an answer: the end of a sentence and no more."""

_HOLE = 0.03
"""Seconds by which an utterance may sound longer than its file before it counts as broken."""

_GOES_ON = 0.5
"""Seconds an early answer must sound on after the user's last sample to have been meant."""

_SLACK = 0.1
"""Seconds by which the program's instants may differ from the recording's."""

_CUT = 0.4
"""Seconds of made sound that must have stayed unheard for an answer to have been cut."""

_NOTICED = 0.15
"""An answer that ends by itself so soon after the onset could not have been stopped by anybody."""


@dataclass
class Verdict:
    """One trial; times in seconds, None where there is nothing to say.

    `gap` runs from the user's last sample to the first of any answer, `settled` to the first of
    the answer that stood, `release` from the key's release; `lag` is the true distance from the
    last sample to the release.
    """

    kind: Kind
    name: str
    duration: float
    gap: float | None = None
    settled: float | None = None
    release: float | None = None
    lag: float | None = None
    gap_by_events: float | None = None
    release_by_events: float | None = None
    stamp_error: float | None = None
    """The program's instant of the user's last sample, less that of the recording."""
    instant_reply: str | None = None
    committed_to_audible: float | None = None
    missed: bool = False
    cut_off: bool = False
    answers: int = 0
    answers_by_events: int = 0
    yields: int = 0
    guesses_dropped: int = 0
    broken: bool = False
    """The sound loop played the utterance with a hole in it: nobody's fault who is judged."""
    errors: int | None = None
    words: int = 0
    silence: float | None = None
    """From the onset of an interruption to the last sample of the answer, which may have ended
    there by itself, or have been between two words."""
    held_by_events: float | None = None
    """From the same onset until the program held or stopped the answer."""
    stopped: bool = False
    """Whether the answer was given up for it, by the program's events."""
    disturbed: bool | None = None
    disturbed_by_events: bool | None = None
    answered_disturbance: bool = False
    stages: dict[str, float] = field(default_factory=dict)


def judge(take: Take, user: Pcm, answer: Pcm, sample_rate_hz: int) -> list[Verdict]:
    """Return a verdict on each trial of a mode; `user` and `answer` are its whole two sides."""
    verdicts = []
    for asked in take.asked:
        begin, end = (round(second * sample_rate_hz) for second in (asked.begun, asked.ended))
        said_end, broken = _user_end(asked, user[begin:end], sample_rate_hz)
        sounded = answer[round(asked.onset * sample_rate_hz) : end]
        spoken = shifted(stretches(sounded, sample_rate_hz, _BREATH), asked.onset)
        verdict = Verdict(asked.trial.kind, asked.trial.said.name, asked.trial.said.duration)
        verdict.broken = broken
        _judge_answer(verdict, asked, said_end, spoken)
        _judge_timing(verdict, asked, take, said_end, spoken)
        _judge_words(verdict, asked)
        if asked.over_onset is not None or asked.trial.kind is Kind.ECHO:
            _judge_over(verdict, asked, take, spoken)
        verdicts.append(verdict)
    return verdicts


def standing_turn(lines: Sequence[Line], *, first: bool = False) -> int | None:
    """Return the last (or the first) turn that was committed and not taken back."""
    gone = {
        line["turn"]
        for line in lines
        if line["event"] == "TurnEnded" and line["reason"] in ("yielded", "resumed")
    }
    stood = [
        line["turn"]
        for line in lines
        if line["event"] == "TurnCommitted" and line["turn"] not in gone
    ]
    return (stood[0] if first else stood[-1]) if stood else None


def _user_end(asked: Asked, side: Pcm, rate: int) -> tuple[float, bool]:
    """Return the second of the utterance's last loud moment, and whether it had a hole in it."""
    expected = asked.onset + asked.trial.said.duration
    is_echoed = asked.trial.kind is Kind.ECHO or asked.mode is Mode.OPEN_SPEAKERS
    if is_echoed or asked.trial.said.of_person:
        # The answer can be heard on this side too, or the noise of a room that never ends.
        return expected, False
    until = round((expected + 0.3 - asked.begun) * rate)
    found = stretches(side[:until], rate, joined=asked.trial.said.duration + 1.0)
    measured = asked.begun + found[-1].end if found else expected
    broken = abs(measured - expected) > _HOLE
    return (measured if broken else expected), broken


def _judge_answer(
    verdict: Verdict, asked: Asked, said_end: float, spoken: Sequence[Stretch]
) -> None:
    """Note how often, and when, there was an answer."""
    reasons = [line["reason"] for line in asked.lines if line["event"] == "TurnEnded"]
    verdict.yields = reasons.count("yielded")
    verdict.guesses_dropped = reasons.count("resumed")
    verdict.answers_by_events = _answers_by_events(asked.lines)
    verdict.missed = not spoken
    if not spoken:
        return
    verdict.gap = spoken[0].start - said_end
    verdict.cut_off = verdict.gap < 0.0
    early = [part for part in spoken if part.start < said_end]
    late = [part for part in spoken if part.start >= said_end]
    went_on = bool(early) and early[-1].end > said_end + _GOES_ON
    if went_on:
        verdict.settled = verdict.gap
    elif late:
        verdict.settled = late[0].start - said_end
    else:
        # What came too early was taken back, and nothing came afterwards.
        verdict.missed = True
    # Only of the answer to what was asked: an interruption has an answer of its own.
    whole = _joined(late, ONE_UTTERANCE)
    verdict.answers = len(whole) + (1 if went_on and not _follows(early, whole) else 0)


def _judge_timing(
    verdict: Verdict, asked: Asked, take: Take, said_end: float, spoken: Sequence[Stretch]
) -> None:
    """Note what the program says of the same turn, and when the key was let go."""
    asks_twice = asked.over_onset is not None
    turn = standing_turn(asked.lines, first=asks_twice)
    own = [line for line in asked.lines if line.get("turn") == turn]
    started = _first(own, "TurnStarted")
    audible = _first(own, "PlaybackStarted")
    committed = _first(own, "TurnCommitted")
    reply = _first(own, "AnsweredInstantly")
    verdict.instant_reply = None if reply is None else str(reply["reply"])
    if audible is not None and committed is not None:
        verdict.committed_to_audible = audible["audible_at"] - committed["at"]
    if started is not None and started["speech_ended_at"] is not None:
        stamped = take.second(started["speech_ended_at"], asked.onset)
        verdict.stamp_error = stamped - said_end
        if audible is not None:
            verdict.gap_by_events = audible["audible_at"] - started["speech_ended_at"]
    if asked.panel.get("turn") == turn and not asks_twice:
        verdict.stages = {
            name.removesuffix("_ms").replace("_", " "): value / 1000.0
            for name, value in asked.panel.items()
            if name.endswith("_ms") and name != "gap_ms" and value is not None
        }
    released = _first(asked.lines, "TalkReleased")
    if take.mode is Mode.PUSH_TO_TALK and released is not None:
        second = take.second(released["at"], asked.onset)
        verdict.lag = second - said_end
        if spoken:
            verdict.release = spoken[0].start - second
        if audible is not None:
            verdict.release_by_events = audible["audible_at"] - released["at"]


def _judge_words(verdict: Verdict, asked: Asked) -> None:
    """Note how well the utterance was understood, as a whole."""
    if not asked.trial.said.text:
        return
    turn = standing_turn(asked.lines, first=asked.over_onset is not None)
    understood = [
        line["text"]
        for line in asked.lines
        if line["event"] == "Transcribed" and line["turn"] == turn and "text" in line
    ]
    if understood:
        verdict.errors, verdict.words = word_errors(asked.trial.said.text, understood[-1])


def _judge_over(verdict: Verdict, asked: Asked, take: Take, spoken: Sequence[Stretch]) -> None:
    """Note whether the answer stopped when it should, or went on when it should."""
    onset = asked.over_onset
    heard = [line for line in asked.lines if line["event"] == "PlaybackStarted"]
    # What was said over an answer may have one of its own, which is none of the first.
    others = [line["audible_at"] for line in heard if line["turn"] != heard[0]["turn"]]
    until = take.second(others[0], asked.onset) - _SLACK if others else asked.ended
    own = [part for part in spoken if part.start < until]
    if asked.trial.kind is Kind.INTERRUPTION:
        pressed = [line for line in asked.lines if line["event"] == "TalkPressed"]
        if take.mode is Mode.PUSH_TO_TALK and len(pressed) > 1 and onset is not None:
            onset = take.second(pressed[1]["at"], onset)
        ended = _end_of_first(asked.lines)
        soonest = _NOTICED if ended and ended["reason"] == "finished" else 0.0
        ongoing = [
            part
            for part in _joined(own, 2 * _BREATH)
            if onset is not None and part.start < onset < part.end - soonest
        ]
        verdict.silence = ongoing[0].end - onset if ongoing and onset is not None else None
        verdict.stopped = bool(ongoing) and _was_stopped(asked.lines)
        held = _first(asked.lines, "PlaybackHeld") or _first(asked.lines, "PlaybackStopped")
        if ongoing and onset is not None and held is not None:
            verdict.held_by_events = take.second(held["at"], onset) - onset
        return
    # An answer that the benchmark itself stopped, out of patience, was cut by nothing else.
    if not spoken or not heard or _first(asked.lines, "StopRequested") is not None:
        return
    turn = heard[0]["turn"]
    made = sum(
        line["pcm_samples"] / line["sample_rate_hz"]
        for line in asked.lines
        if line["event"] == "AudioMade" and line["turn"] == turn
    )
    if onset is not None and not any(
        part.start < onset < part.end for part in _joined(own, 2 * _BREATH)
    ):
        return  # it was over before
    verdict.disturbed = not own or own[-1].end - own[0].start < made - _CUT
    verdict.disturbed_by_events = any(
        line["event"] == "TurnEnded"
        and line["turn"] == turn
        and line["reason"] in ("stopped", "yielded")
        for line in asked.lines
    )
    verdict.answered_disturbance = bool(others)


def _was_stopped(lines: Sequence[Line]) -> bool:
    """Tell whether the first answer was given up before anybody asked for that by a command."""
    asked, ended = _first(lines, "StopRequested"), _end_of_first(lines)
    is_own = asked is None or (ended is not None and ended["at"] < asked["at"])
    return ended is not None and ended["reason"] == "stopped" and is_own


def _end_of_first(lines: Sequence[Line]) -> Line | None:
    """Return the end of the turn whose answer was heard first."""
    heard = _first(lines, "PlaybackStarted")
    ends = (line for line in lines if line["event"] == "TurnEnded")
    return next((line for line in ends if heard and line["turn"] == heard["turn"]), None)


def _answers_by_events(lines: Sequence[Line]) -> int:
    """Return how many turns became audible and were not taken back."""
    heard = {line["turn"] for line in lines if line["event"] == "PlaybackStarted"}
    gone = {
        line["turn"]
        for line in lines
        if line["event"] == "TurnEnded" and line["reason"] in ("yielded", "resumed")
    }
    return len(heard - gone)


def _joined(parts: Sequence[Stretch], silence: float) -> list[Stretch]:
    """Return stretches with those made one between which there is less than `silence`."""
    whole: list[Stretch] = []
    for part in parts:
        if whole and part.start - whole[-1].end < silence:
            whole[-1] = Stretch(whole[-1].start, part.end)
        else:
            whole.append(part)
    return whole


def _follows(early: Sequence[Stretch], late: Sequence[Stretch]) -> bool:
    """Tell whether what came late is only the rest of what had begun early."""
    return bool(late) and late[0].start - early[-1].end < ONE_UTTERANCE


def _first(lines: Sequence[Line], event: str) -> Line | None:
    return next((line for line in lines if line["event"] == event), None)

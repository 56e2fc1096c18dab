"""Figures, text and page from verdicts that are known."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tools.bench_takes import RATE, ZERO_AT, asked_of, event, side, take_of, turn_lines

from her_desktop.tools.bench_figures import _first_tokens, mode_figures, summary
from her_desktop.tools.bench_html import page
from her_desktop.tools.bench_report import lines_of
from her_desktop.tools.bench_script import Mode
from her_desktop.tools.bench_session import Take
from her_desktop.tools.bench_speech import Kind
from her_desktop.tools.bench_verdicts import Verdict, judge


def verdicts() -> list[Verdict]:
    clear = [
        Verdict(
            Kind.CLEAR,
            f"clear-{number}",
            2.0,
            gap=gap,
            settled=gap,
            gap_by_events=gap + 0.01,
            stages={"stt": 0.05, "llm first token": 0.040 + 0.001 * number},
            words=5,
            errors=0,
        )
        for number, gap in enumerate((0.6, *(0.30 + 0.01 * step for step in range(10))))
    ]
    early = Verdict(Kind.HESITANT, "early", 5.0, gap=-1.0, settled=0.5, cut_off=True, yields=1)
    early.gap_by_events = 0.51
    instant = Verdict(Kind.INSTANT, "hello", 0.5, gap=0.05, settled=0.05, instant_reply="greeting")
    stolen = Verdict(Kind.SHORT, "thanks", 0.5, gap=0.02, settled=0.02, instant_reply="thanks")
    asked_in_vain = Verdict(Kind.INSTANT, "test", 0.5, gap=0.4, settled=0.4)
    missed = Verdict(Kind.LONG, "long", 12.0, missed=True)
    stopped = Verdict(Kind.INTERRUPTION, "stop", 2.0, gap=0.3, settled=0.3, silence=0.12)
    cough = Verdict(Kind.COUGH, "cough", 2.0, gap=0.3, disturbed=True, disturbed_by_events=False)
    return [*clear, early, instant, stolen, asked_in_vain, missed, stopped, cough]


def figures(mode: Mode = Mode.HANDS_FREE) -> dict[str, Any]:
    return mode_figures([take_of(mode=mode)], verdicts())


def report() -> dict[str, Any]:
    refused = Take(Mode.PUSH_TO_TALK, Path("none.wav"), refused="No <key> is there.")
    return {
        "version": 1,
        "at": "2025-01-01T10:00:00+00:00",
        "machine": {
            "processor": "A <very> long processor name of some maker or other",
            "cores": 2,
            "memory_gb": 8.0,
            "system": "System-1.2",
            "python": "3.11",
        },
        "models": {"stt": "ears", "llm": "brain", "tts": "mouth"},
        "versions": {"her-desktop": "0.1.0", "commit": "abc"},
        "load": {"average_before": 0.5, "stolen_percent": 7.5, "others_percent": 12.0},
        "quick": False,
        "modes": {"push-to-talk": mode_figures([refused], []), "hands-free": figures()},
        "recognition": {
            "spoken": {
                "n": 56,
                "speech_s": 200.0,
                "short_context_wer_percent": 3.5,
                "full_context_wer_percent": 3.0,
                "noise": "white",
            }
        },
    }


def test_percentiles_are_values_that_were_measured() -> None:
    found = summary([None, *(number / 1000 for number in range(1, 21))])
    assert found == {"n": 20, "p50_ms": 10, "p90_ms": 18, "p95_ms": 19, "max_ms": 20}
    assert summary([None]) == {"n": 0}
    assert summary([-0.5, 0.1])["p50_ms"] == -500.0, "negative gaps are not clamped"


def test_kinds_have_figures_of_their_own_and_instant_replies_are_in_none() -> None:
    found = figures()
    assert found["figures"]["clear"]["last speech to audible"]["n"] == 11
    assert found["figures"]["hesitant"]["last speech to audible"]["max_ms"] == -1000.0
    assert found["figures"]["hesitant"]["last speech to answer that stood"]["max_ms"] == 500.0
    assert "short" not in found["figures"]
    assert found["instant"]["phrases"] == 2
    assert found["instant"]["answered_instantly"] == 1
    assert found["instant"]["others_answered_instantly"] == 1
    assert found["instant"]["last speech to audible"]["n"] == 2


def test_what_went_wrong_is_counted_by_kind() -> None:
    found = figures()
    assert found["correctness"]["hesitant"]["cut_off"] == 1
    assert found["correctness"]["hesitant"]["cut_off_and_yielded"] == 1
    assert found["correctness"]["clear"]["cut_off"] == 0
    assert found["correctness"]["clear"]["understood_wer_percent"] == 0.0
    assert found["correctness"]["long"]["missed"] == 1
    assert found["interruptions"]["onset to silence"]["p50_ms"] == 120.0
    assert found["disturbances"]["cough"]["answer_cut_short"] == 1
    assert found["disturbances"]["cough"]["answer_cut_short_by_events"] == 0


def test_cold_is_set_against_warm() -> None:
    warmth = figures()["warmth"]
    assert warmth["first_turn_ms"] == 600.0
    assert warmth["next_turns"] == 10
    assert warmth["first_over_next"] == pytest.approx(600 / 345, abs=0.01)
    assert (warmth["llm_first_token_early_turns"], warmth["llm_first_token_early_ms"]) == (3, 41)
    assert warmth["llm_first_token_later_turns"] == [9, 11]
    assert warmth["llm_later_over_first"] == pytest.approx(49 / 41, abs=0.01)
    assert figures()["start"] == {"visible_ms": 500.0, "ready_ms": 3000.0}


@pytest.mark.parametrize(
    ("tokens", "early", "later", "ratio"),
    [
        ([], 0, None, None),
        ([0.03], 1, None, None),
        ([0.03, 0.06], 1, [2, 2], 2.0),
        ([0.03, None], 1, None, None),
        ([0.03] * 3 + [0.9] + [0.06] * 3, 3, [5, 7], 2.0),
        ([0.03] * 9 + [0.03, 0.06, 0.06, 0.9], 3, [9, 11], 1.0),
    ],
)
def test_later_first_tokens_are_set_against_early_ones(
    tokens: list[float | None], early: int, later: list[int] | None, ratio: float | None
) -> None:
    found = _first_tokens(tokens)
    assert found["llm_first_token_early_turns"] == early
    assert found["llm_first_token_later_turns"] == later
    assert found["llm_later_over_first"] == ratio


def test_the_program_and_the_recording_are_set_side_by_side() -> None:
    agreement = figures()["agreement"]["last speech to audible"]
    assert agreement == {"n": 12, "median_ms": 10.0, "median_size_ms": 10.0, "largest_ms": 10.0}


def test_a_recording_becomes_figures_in_both_modes() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4)
    lines.insert(0, {"event": "TalkReleased", "at": lines[0]["at"]})
    asked = asked_of(*lines)
    for mode in Mode:
        take = take_of(asked, mode=mode)
        judged = judge(take, side(14, ((1.0, 3.0),)), side(14, ((3.4, 6.0),)), RATE)
        found = mode_figures([take], judged)
        headline = found["figures"]["clear"][found["headline"]]
        late = 0.05 if mode is Mode.PUSH_TO_TALK else 0.0
        assert headline["p50_ms"] == pytest.approx(400.0 - 1000 * late, abs=12)


def test_several_windows_are_one_mode() -> None:
    lines = turn_lines(1, ended=3.0, committed=3.2, audible=3.4)
    late = [event("WindowStalled", 2.0, duration=0.1), event("WindowStalled", -1.0, duration=0.3)]
    takes = [take_of(asked_of(*lines)), take_of(asked_of(*lines))]
    for take in takes:
        take.ready_at = ZERO_AT
        take.status = {"dropped_blocks": {"microphone": 1, "speaker": 2}}
    takes[1].lines = [*takes[1].lines, *late]
    sides = side(14, ((1.0, 3.0),)), side(14, ((3.4, 6.0),))
    judged = [verdict for take in takes for verdict in judge(take, *sides, RATE)]
    found = mode_figures(takes, judged)
    assert found["correctness"]["clear"]["n"] == 2
    assert found["window"] == {
        "worst_stall_ms": 100.0,
        "worst_stall_loading_ms": 300.0,
        "dropped_blocks": {"microphone": 2, "speaker": 4},
    }


def test_the_text_fits_a_terminal_and_says_what_matters() -> None:
    lines = list(lines_of(report()))
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for expected in ("WARNING", "No <key>", "3.50 %", "+0.50 points", "cough over an answer"):
        assert expected in text
    assert re.search(r"clear: last speech to audible\s+350\s+390\s+600\s+600\s+11", text)
    calm = report() | {
        "load": {"average_before": 0.1, "stolen_percent": 0.2, "others_percent": 1.0}
    }
    assert "WARNING" not in "\n".join(lines_of(calm))


class Checked(HTMLParser):
    """Parses a page and complains of tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    text = page(report())
    parsed = Checked()
    parsed.feed(text)
    parsed.close()
    assert parsed.open == []
    assert {"table", "svg", "pre"} <= parsed.seen
    assert parsed.addresses == []
    assert "prefers-color-scheme: dark" in text
    assert "A &lt;very&gt; long processor" in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 2
    dots = [ElementTree.fromstring(one).findall("{*}circle") for one in drawings]
    assert sum(map(len, dots)) == 12, "one for each turn with a gap, without instant replies"


def test_one_turn_can_be_drawn() -> None:
    one = [replace(verdicts()[0], gap=0.0, settled=0.0)]
    alone = report() | {"modes": {"hands-free": mode_figures([take_of()], one)}}
    assert "<circle" in page(alone)

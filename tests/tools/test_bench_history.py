"""What a run says beside the earlier ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from her_desktop.tools.bench_history import append, compare, read, trend_lines


def run(
    gap_ms: float = 300.0, cut_off: int = 0, processor: str = "one", **more: Any
) -> dict[str, Any]:
    row = {"n": 20, "p50_ms": gap_ms, "p90_ms": gap_ms, "p95_ms": 2 * gap_ms, "max_ms": 900.0}
    figures = {
        "headline": "release to audible",
        "figures": {"clear": {"release to audible": row}},
        "stages": {"stt": {"n": 20, "p50_ms": 60.0}},
        "correctness": {
            "clear": {
                "n": 20,
                "cut_off": cut_off,
                "missed": 0,
                "answered_twice": 0,
                "understood_wer_percent": 1.0,
            }
        },
        "start": {"visible_ms": 500.0, "ready_ms": 3000.0},
        "turns": [{"kind": "clear"}],
    }
    return {
        "version": 1,
        "at": "2025-01-01T10:00:00+00:00",
        "machine": {"processor": processor, "cores": 2},
        "models": {"stt": "a", "llm": "b", "tts": "c"},
        "load": {"stolen_percent": 0.0},
        "modes": {"push-to-talk": figures},
    } | more


def on_gpu(*stages: str) -> dict[str, Any]:
    """A run that tells which of its models were on a GPU."""
    told = run(300.0)
    told["modes"]["push-to-talk"]["runs_on"] = {
        stage: "GPU, all layers" if stage in stages else "2 threads"
        for stage in ("stt", "llm", "tts")
    }
    return told


def verdicts(*runs: dict[str, Any]) -> dict[str, str]:
    return {change.name: change.verdict for change in compare(runs, "push-to-talk")}


MEDIAN = "clear: release to audible, p50"


def test_runs_are_appended_and_read_back_without_their_turns(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "history.jsonl"
    assert read(path) == []
    append(path, run(300.0))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"broken": \n')
    append(path, run(310.0))
    first, second = read(path)
    assert (
        second["modes"]["push-to-talk"]["figures"] == run(310.0)["modes"]["push-to-talk"]["figures"]
    )
    assert "turns" not in first["modes"]["push-to-talk"]


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(300.0, "as before"), (320.0, "as before"), (400.0, "worse"), (200.0, "better")],
)
def test_a_figure_changes_when_it_leaves_the_noise(now: float, verdict: str) -> None:
    assert verdicts(run(300.0), run(305.0), run(295.0), run(now))[MEDIAN] == verdict


def test_what_varied_much_may_vary_much() -> None:
    assert verdicts(run(200.0), run(300.0), run(420.0), run(500.0))[MEDIAN] == "as before"


def test_cut_offs_count_as_a_rate() -> None:
    found = verdicts(run(), run(cut_off=2))
    assert found["clear: cut off"] == "worse"
    assert found["clear: missed"] == "as before"
    assert verdicts(run(), run(cut_off=1))["clear: cut off"] == "as before", "one is chance"


@pytest.mark.parametrize(
    "other",
    [
        run(100.0, processor="another"),
        run(100.0, models={"stt": "a", "llm": "larger", "tts": "c"}),
        run(100.0, modes={"hands-free": run(100.0)["modes"]["push-to-talk"]}),
        on_gpu("llm", "stt"),
    ],
)
def test_only_what_is_alike_is_compared(other: dict[str, Any]) -> None:
    last = on_gpu("llm")
    assert verdicts(other, last) == {}
    assert verdicts(other, run(300.0), last)[MEDIAN] == "as before"


def test_the_trend_says_plainly_what_got_worse_and_what_better() -> None:
    text = "\n".join(trend_lines([run(340.0), run(360.0), run(200.0, cut_off=3)]))
    assert "against 2 earlier runs" in text
    worse, better = text.index("  worse:"), text.index("  better:")
    assert worse < text.index("clear: cut off: 15.0 %") < better
    assert better < text.index("clear: release to audible, p50: 200.0 ms, was 350.0")
    assert "340 360 200 ms" in text
    assert max(map(len, text.splitlines())) <= 80


def test_where_there_is_nothing_to_compare_it_says_so() -> None:
    assert "No benchmark has been run" in "\n".join(trend_lines([]))
    assert "no earlier run" in "\n".join(trend_lines([run()]))
    refused = run(modes={"hands-free": {"refused": "Not there."}})
    assert "not measured (Not there.)" in "\n".join(trend_lines([run(), refused]))
    stolen = run(load={"stolen_percent": 9.0})
    assert "compare with care" in "\n".join(trend_lines([run(), stolen]))

"""The benchmark runs the real program and reports every figure; how fast it is, is not a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from exchanges import exchanges

from her_desktop.cli import main
from her_desktop.tools.bench_history import FILE_NAME, read
from her_desktop.tools.sound_loop import RATE_HZ, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]


@pytest.mark.parametrize("sound", [[], ["--in-process"]], ids=["sound-server", "in-process"])
def test_two_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sound: list[str]
) -> None:
    data, kept, page = tmp_path / "data", tmp_path / "kept", tmp_path / "page.html"
    arguments = ["--data-dir", str(data), "bench", "--mode", "push-to-talk", "--turns", "2"]
    arguments += ["--kinds", "clear", "--json", "--keep", str(kept), "--html", str(page)]
    assert main([*arguments, *sound]) == 0
    report = json.loads(capsys.readouterr().out)
    figures = report["modes"]["push-to-talk"]
    for row in figures["figures"]["clear"].values():
        assert row["n"] == 2
        assert row["p50_ms"] <= row["p90_ms"] <= row["p95_ms"] <= row["max_ms"]
    assert {"endpoint wait", "stt", "llm first token", "tts first audio"} <= set(figures["stages"])
    assert figures["correctness"]["clear"]["missed"] == 0
    assert figures["correctness"]["clear"]["cut_off"] == 0
    assert figures["correctness"]["clear"]["understood_wer_percent"] < 30
    # Let go at the moment of the last sample once, and 0.3 s after it once.
    lags = sorted(figures["release_lags_ms"])
    assert 150 < lags[1] - lags[0] < 1000
    assert 0 < figures["start"]["visible_ms"] < figures["start"]["ready_ms"]

    heard = exchanges(*read_sides(kept / "push-to-talk.wav"), RATE_HZ)
    gaps = sorted(exchange.gap for exchange in heard if exchange.gap is not None)
    told = sorted(turn["gap_ms"] / 1000 for turn in figures["turns"])
    assert told == pytest.approx(gaps, abs=0.02)
    assert (kept / "push-to-talk.events.jsonl").stat().st_size > 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")

    [remembered] = read(data / FILE_NAME)
    assert remembered["at"] == report["at"]
    assert main(["--data-dir", str(data), "bench", "--compare"]) == 0
    assert "no earlier run" in capsys.readouterr().out


@pytest.mark.parametrize("turns", ["0", "1000"])
def test_only_questions_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], turns: str
) -> None:
    assert main(["--data-dir", str(tmp_path), "bench", "--turns", turns]) == 1
    assert "turns can be asked" in capsys.readouterr().err

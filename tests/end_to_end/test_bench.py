"""The benchmark runs the real program and reports every figure; how fast it is, is not a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from her_desktop.cli import main
from her_desktop.tools.bench import FIGURES
from her_desktop.tools.gaps import exchanges
from her_desktop.tools.sound_loop import RATE_HZ, read_sides

pytestmark = [pytest.mark.sound, pytest.mark.models]


def test_two_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    arguments = ["--data-dir", str(data), "bench", "--turns", "2", "--json", "--keep", str(kept)]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report["figures"]) == {name for name, _ in FIGURES}
    for figure in report["figures"].values():
        assert figure["n"] == 2
        assert 0 < figure["median_ms"] <= figure["p95_ms"] <= figure["max_ms"]
    assert report["missed_answers"] == 0
    assert report["cut_off"] == 0
    heard = exchanges(*read_sides(kept / "both-sides.wav"), RATE_HZ)
    gaps_ms = [round(exchange.gap * 1000, 1) for exchange in heard if exchange.gap is not None]
    assert max(gaps_ms) == report["figures"]["gap by recording"]["max_ms"]


@pytest.mark.parametrize("turns", ["0", "1000"])
def test_only_questions_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], turns: str
) -> None:
    assert main(["--data-dir", str(tmp_path), "bench", "--turns", turns]) == 1
    assert "turns can be asked" in capsys.readouterr().err

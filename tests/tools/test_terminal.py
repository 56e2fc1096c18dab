"""Lines that fit a terminal."""

from __future__ import annotations

from her_desktop.tools.terminal import WIDTH, folded


def test_a_long_line_goes_on_below_its_words() -> None:
    words = " ".join(f"word{number}" for number in range(30))
    lines = list(folded(["short", f"  {words}", ""], hanging=7))
    assert lines[0] == "short"
    assert lines[1].startswith("  word0 ")
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[2].startswith(" " * 7 + "word")
    assert " ".join(" ".join(lines[1:-1]).split()) == words, "nothing is lost"
    assert lines[-1] == ""
    assert list(folded([f"  {words}"]))[1].startswith("    word")


def test_a_path_stays_whole() -> None:
    path = "/somewhere-" + "deep-down/" * 12
    assert path in [line.strip() for line in folded([f"The file {path} is there."])]

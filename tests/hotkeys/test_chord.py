from __future__ import annotations

import pytest

from her_desktop.hotkeys.chord import Chord, NoChord, read_chord


@pytest.mark.parametrize(
    ("text", "expected", "keysym", "trigger"),
    [
        ("ctrl+alt+space", "ctrl+alt+space", "space", "CTRL+ALT+space"),
        (" Alt + Ctrl + K", "ctrl+alt+k", "k", "CTRL+ALT+k"),
        ("F9", "f9", "F9", "F9"),
        ("super+shift+tab", "shift+super+tab", "Tab", "SHIFT+LOGO+Tab"),
        ("right_ctrl", "right_ctrl", "Control_R", "Control_R"),
    ],
)
def test_a_key_is_read_and_named_as_each_system_names_it(
    text: str, expected: str, keysym: str, trigger: str
) -> None:
    chord = read_chord(text)
    assert (str(chord), chord.keysym, chord.portal_trigger) == (expected, keysym, trigger)


@pytest.mark.parametrize("text", ["", "+", "ctrl+", "ctrl", "hyper+a", "f25", "é", "ctrl+alt+ab"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoChord, match="There is no key"):
        read_chord(text)


@pytest.mark.parametrize("text", ["a", "shift+a", "space", "shift+space", "7"])
def test_a_key_that_types_is_refused(text: str) -> None:
    with pytest.raises(NoChord, match="needed for typing"):
        read_chord(text)


def test_pynput_names_differ_for_two() -> None:
    assert Chord((), "right_ctrl").pynput_name == "ctrl_r"
    assert Chord(("ctrl",), "space").pynput_name == "space"

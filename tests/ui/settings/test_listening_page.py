from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.settings.conftest import World

from her_desktop.conversation.events import Reach, TalkKeyChanged, WakeScored
from her_desktop.hotkeys.chord import LINES_TO_BIND, read_chord
from her_desktop.ui.settings.key_button import KeyButton, chord_words
from her_desktop.ui.settings.listening import WakeMeter
from her_desktop.ui.settings.row_view import PartView
from her_desktop.ui.settings.talk_key_part import TalkKeyPart, key_words

Key = Qt.Key
NO = Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
META = Qt.KeyboardModifier.MetaModifier


def part_of(world: World) -> TalkKeyPart:
    world.dialog.show_page("listening")
    world.dialog.activateWindow()
    world.qtbot.waitUntil(world.dialog.isActiveWindow)
    view = world.dialog.page("listening").entries["talk_key"]
    assert isinstance(view, PartView)
    assert isinstance(view.part, TalkKeyPart)
    return view.part


def tell(world: World, key: str, reach: Reach, sentence: str = "") -> None:
    world.door.handle(TalkKeyChanged(at=0.0, key=key, reach=reach, sentence=sentence))


def press(key: Qt.Key, held: Qt.KeyboardModifier = NO, native: int = 0, scan: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, scan, native, 0)


@pytest.mark.parametrize(
    ("event", "platform", "words"),
    [
        (press(Key.Key_F9), "linux", "f9"),
        (press(Key.Key_Space, CTRL | ALT), "linux", "ctrl+alt+space"),
        (press(Key.Key_H, CTRL), "linux", "ctrl+h"),
        (press(Key.Key_7, ALT), "win32", "alt+7"),
        (press(Key.Key_H, CTRL), "darwin", "super+h"),
        (press(Key.Key_H, META), "darwin", "ctrl+h"),
        (press(Key.Key_Pause), "linux", "pause"),
        (press(Key.Key_Control, native=0xFFE4), "linux", "right_ctrl"),
        (press(Key.Key_Control, native=0xFFE3), "linux", ""),
        (press(Key.Key_Alt, native=0xFFEA), "linux", "right_alt"),
        (press(Key.Key_AltGr, native=0xFE03), "linux", "right_alt"),
        (press(Key.Key_Control, scan=0x11D), "win32", "right_ctrl"),
        (press(Key.Key_Control, scan=0x1D), "win32", ""),
        (press(Key.Key_Meta, native=0x3E), "darwin", "right_ctrl"),
        (press(Key.Key_Shift, native=0xFFE2), "linux", ""),
        (press(Key.Key_VolumeUp), "linux", ""),
    ],
)
def test_a_key_is_told_in_our_own_words(event: QKeyEvent, platform: str, words: str) -> None:
    assert chord_words(event, platform) == words
    if words:
        assert str(read_chord(words)) == words


def test_the_button_takes_the_next_key(qtbot: QtBot) -> None:
    button = KeyButton()
    qtbot.addWidget(button)
    button.show()
    button.click()
    assert button.text() == "Press a key, or Esc"
    with qtbot.waitSignal(button.captured) as captured:
        QTest.keyPress(button, Key.Key_Control, CTRL)
        QTest.keyPress(button, Key.Key_Space, CTRL)
    assert captured.args == ["ctrl+space"]
    assert button.text() == "Choose a key"
    button.click()
    with qtbot.assertNotEmitted(button.captured):
        QTest.keyClick(button, Key.Key_Escape)
    assert button.text() == "Choose a key"


def test_a_key_is_chosen_and_counts_only_once_it_was_seen(world: World) -> None:
    part = part_of(world)
    assert part.key_text == "No key"
    assert not any(line.isVisible() for line in part.lines)
    part.key_button.click()
    QTest.keyClick(part.key_button, Key.Key_Space, CTRL | ALT)
    assert world.settings.talk_key == "ctrl+alt+space"
    assert part.key_text == "Ctrl + Alt + Space"
    assert part.words == "Ctrl + Alt + Space is being set up."
    tell(world, "ctrl+alt+space", Reach.WAITING)
    assert part.words.startswith("Press Ctrl + Alt + Space now")
    assert "works: it was seen" not in part.words
    tell(world, "ctrl+alt+space", Reach.SEEN)
    assert part.words == "Ctrl + Alt + Space works: it was seen."
    world.change(talk_key="f9")
    assert part.words == "F9 is being set up."
    part.remove_button.click()
    assert world.settings.talk_key == ""


def test_where_no_key_can_work_the_lines_to_bind_are_there_to_copy(world: World) -> None:
    world.change(talk_key="f9")
    tell(world, "f9", Reach.UNAVAILABLE, "This desktop has no such keys.")
    part = part_of(world)
    assert part.words.startswith("This desktop has no such keys. Copy these lines")
    assert [line.entry.text() for line in part.lines] == list(LINES_TO_BIND)
    assert all(line.isVisible() for line in part.lines)
    part.lines[0].copy_button.click()
    assert QGuiApplication.clipboard().text() == "her-desktop control talk-press"


def test_a_key_that_is_needed_for_typing_is_refused_in_words(world: World) -> None:
    part = part_of(world)
    part.key_button.click()
    QTest.keyClick(part.key_button, Key.Key_Space)
    assert world.settings.talk_key == ""
    assert (
        part.words == "The key space is needed for typing. Add ctrl, alt or super, or use one "
        "like f9."
    )
    part.key_button.click()
    QTest.keyClick(part.key_button, Key.Key_VolumeUp)
    assert part.words == "That key cannot be watched. Choose another one."


def test_every_key_can_be_read_aloud() -> None:
    assert key_words("right_ctrl") == "right Ctrl"
    assert key_words("ctrl+shift+f5") == "Ctrl + Shift + F5"


def test_the_wake_meter_shows_the_score_beside_the_limit(world: World) -> None:
    world.dialog.show_page("listening")
    meter = world.dialog.page("listening").findChild(WakeMeter)
    assert isinstance(meter, WakeMeter)
    assert meter.words == "Nothing heard"
    world.door.handle(WakeScored(at=0.0, score=0.4))
    assert meter.words == "Not sure: 40\u202f%"
    world.change(wake_threshold=0.3)
    assert meter.words == "Sure enough: 40\u202f%"
    for _ in range(40):
        world.door.handle(WakeScored(at=0.0, score=0.0))
    assert meter.words == "Nothing heard"

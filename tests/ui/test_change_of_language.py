"""Every window takes up another language while it is open, and goes on where the user was.

What a window says after a change is compared word by word with what the same window says that was
made in that language: so no widget can keep the old one.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import SIGNAL, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from ui.scripts import everything_ready, spoken_turn
from ui.settings.conftest import World
from ui.speaking import speak, words_of
from ui.wizard.conftest import Desk

from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    EchoMeasured,
    EndReason,
    Event,
    ListenMode,
    ListenModeChanged,
    MessageAccepted,
    Noticed,
    Origin,
    PartialTranscribed,
    Stage,
    StageFailed,
    StageLoading,
    State,
    StateChanged,
    SystemSampled,
    TextStreamed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WindowStalled,
    WorkFailed,
)
from her_desktop.metrics.findings import broken, note
from her_desktop.metrics.health import HealthFold
from her_desktop.settings import Settings
from her_desktop.ui.diagnostics import Diagnostics
from her_desktop.ui.examining import Examining
from her_desktop.ui.keyboard import Ringed
from her_desktop.ui.settings.row_view import RowView
from her_desktop.ui.tray import Tray
from her_desktop.ui.window import MainWindow
from her_desktop.ui.wizard.machine_step import MachineStep
from her_desktop.ui.wizard.talk_step import TalkStep

MakeWindow = Callable[[Settings], MainWindow]


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak("en")


def a_long_day() -> list[Event]:
    """Something in every corner of the window: losses, notices, a cut answer, one not given."""
    *answered, _ = spoken_turn(2, 20.0, "And the sea?", "The sea is wide and deep.")
    return [
        *everything_ready(),
        *spoken_turn(1, 10.0),
        *answered,
        TurnEnded(at=22.0, turn=2, reason=EndReason.STOPPED, heard="The sea"),
        TurnStarted(at=30.0, turn=3, origin=Origin.PUSH_TO_TALK, speech_ended_at=29.9),
        TurnCommitted(at=30.0, turn=3),
        MessageAccepted(at=30.1, turn=3, text="Hello?"),
        WorkFailed(at=30.2, turn=3, stage=Stage.LLM, message="The log has the details."),
        TurnEnded(at=30.3, turn=3, reason=EndReason.FAILED, heard=""),
        SystemSampled(at=31.0, cpu_percent=12.0, memory_used=2_500_000_000),
        AudioDropped(at=31.0, device=Device.MICROPHONE, count=3),
        WindowStalled(at=31.0, duration=2.5),
        EchoMeasured(at=31.0, delay=0.08, reduction_db=31.0, works=True, half_duplex=False),
        StageLoading(at=32.0, stage=Stage.STT, model="Whisper"),
        StageFailed(at=33.0, stage=Stage.TTS, model="Joe", message="The voice is broken."),
        Noticed(at=34.0, message="The microphone is muted. Unmute it to talk, or type instead."),
        DeviceChanged(
            at=35.0, device=Device.SPEAKER, state=DeviceState.LOST, name="Box", message=""
        ),
        ListenModeChanged(at=36.0, mode=ListenMode.ALWAYS),
        StateChanged(at=37.0, state=State.LISTENING),
        PartialTranscribed(at=37.1, utterance=3, text="could you"),
    ]


def tell(window: MainWindow, events: list[Event]) -> None:
    for event in events:
        window.handle(event)
    QApplication.processEvents()


def test_the_window_says_what_one_says_that_was_french_from_the_start(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(Settings())
    tell(window, a_long_day())
    window.explain_tray(lambda _: False)
    laid_out = ("QLabel", "Reply: Well, thank you.")
    qtbot.waitUntil(lambda: laid_out in words_of(window))
    english = words_of(window)
    speak("fr")
    french = make_window(Settings())
    tell(french, a_long_day())
    french.explain_tray(lambda _: False)
    qtbot.waitUntil(lambda: words_of(window) == words_of(french))
    assert len(french.room.banner.standing) == 4
    both = set(english) & set(words_of(window))
    assert len(both) < len(set(english)) / 3
    speak("en")
    assert words_of(window) == english
    # The words that stand behind the first one are in the language as well.
    speak("fr")
    for _ in french.room.banner.standing:
        assert window.room.banner.text == french.room.banner.text
        window.room.banner.dismiss()
        french.room.banner.dismiss()


def test_the_conversation_the_line_and_the_places_stay(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(Settings(window_width=900, window_height=500))
    tell(window, everything_ready())
    for number in range(12):
        tell(window, spoken_turn(number, 10.0 * number, answer="word " * 40))
    line = window.room.composer.entry
    line.setFocus()
    QTest.keyClicks(line, "half a sentence")
    line.setCursorPosition(4)
    bar, panel = window.conversation.verticalScrollBar(), window.room.panel.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100 and panel.maximum() > 10)
    QApplication.processEvents()
    bar.setValue(57)
    panel.setValue(9)
    lines, bubbles = window.conversation.lines, window.conversation.bubbles
    place, size = window.geometry(), window.conversation.size()
    speak("fr")
    assert window.room.composer.entry is not line
    assert (window.conversation.lines, window.conversation.bubbles) == (lines, bubbles)
    assert bubbles[-1].copy_button is not None
    assert bubbles[-1].copy_button.toolTip() == "Copier cette réponse"
    assert (window.geometry(), window.conversation.size()) == (place, size)
    assert (bar.value(), window.room.panel.verticalScrollBar().value()) == (57, 9)
    assert window.conversation.isVisible()
    assert window.conversation.latest_button.text() == "Revenir à la fin"
    entry = window.room.composer.entry
    assert (entry.text(), entry.cursorPosition(), entry.hasFocus()) == ("half a sentence", 4, True)
    QTest.keyClicks(entry, "!")
    assert entry.text() == "half! a sentence"


def test_what_happens_after_a_change_is_shown(
    make_window: MakeWindow, sent: list[Event], qtbot: QtBot
) -> None:
    window = make_window(Settings())
    first, *rest = spoken_turn(1, 10.0)
    tell(window, [*everything_ready(), first, *rest[:5]])
    speak("fr")
    tell(window, rest[5:])
    qtbot.waitUntil(lambda: window.conversation.bubbles[-1].label.text() == "Well, thank you.")
    assert window.room.panel.gap_text == "310\u202fms"
    assert window.orb.isVisible()
    for press in (window.orb, window.room.composer.talk_button):
        sent.clear()
        QTest.mousePress(press, Qt.MouseButton.LeftButton)
        QTest.mouseRelease(press, Qt.MouseButton.LeftButton)
        assert len(sent) == 2
    tell(window, [StateChanged(at=50.0, state=State.SPEAKING)])
    assert window.room.header.state_text == "Parle"


def test_the_keyboard_and_its_ring_stay_where_they_were(make_window: MakeWindow) -> None:
    window = make_window(Settings())
    tell(window, spoken_turn(1, 10.0))
    for name in ("orb", "conversation"):
        widget: QWidget = getattr(window, name)
        widget.setFocus()
        speak("fr" if name == "orb" else "en")
        assert widget.hasFocus(), name
    window.room.header.mute_button.setFocus(Qt.FocusReason.TabFocusReason)
    speak("fr")
    focus = QApplication.focusWidget()
    assert focus is window.room.header.mute_button
    assert isinstance(focus, Ringed)
    assert focus.has_ring


def test_a_hidden_window_speaks_the_language_when_it_comes_back(make_window: MakeWindow) -> None:
    window = make_window(Settings())
    tell(window, a_long_day())
    window.hide()
    speak("fr")
    assert not window.isVisible()
    window.show_and_raise()
    assert window.room.isVisible()
    assert window.room.header.state_text == "À l’écoute"


def test_nothing_of_the_old_room_is_left(make_window: MakeWindow) -> None:
    window = make_window(Settings())
    tell(window, a_long_day())
    speak("fr")
    speak("en")
    objects = len(window.findChildren(QObject))
    old: list[weakref.ref[QWidget]] = [weakref.ref(window.room), weakref.ref(window.room.panel)]
    old += [weakref.ref(each) for each in window.room.header.findChildren(QWidget)]
    watched: list[tuple[QObject, str]] = [
        (window.conversation, SIGNAL("filled(bool)")),
        (window.orb, SIGNAL("held()")),
    ]
    listening = [each.receivers(signal) for each, signal in watched]
    for _ in range(2):
        speak("fr")
        speak("en")
    gc.collect()
    assert [each() for each in old if each() is not None] == []
    assert len(window.findChildren(QObject)) == objects
    assert [each.receivers(signal) for each, signal in watched] == listening


def test_the_tray_speaks_the_language(window: MainWindow, sent: list[Event]) -> None:
    tray = Tray(sent.append, window, lambda: "An answer.", has_tray=lambda: True)
    english = words_of(tray.menu)
    tip = tray.tool_tip
    speak("fr")
    assert tray.quit_action.text() == "Quitter"
    assert tray.icon is not None
    assert tray.icon.toolTip() == tray.tool_tip
    fresh = Tray(sent.append, window, lambda: "An answer.", has_tray=lambda: True)
    assert words_of(tray.menu) == words_of(fresh.menu)
    assert tray.tool_tip == fresh.tool_tip
    fresh.close()
    speak("en")
    assert (words_of(tray.menu), tray.tool_tip) == (english, tip)
    tray.close()


# --- the settings ------------------------------------------------------------------------------


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[World]:
    made = World(qtbot, tmp_path)
    yield made
    made.door.close()


def test_every_page_of_the_settings_says_what_a_french_one_says(
    world: World, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = world.dialog
    french: dict[str, list[tuple[str, str]]] = {}
    speak("fr")
    for outline in dialog.outlines:
        # Pages are made when they are looked at: these were never English.
        dialog.show_page(outline.name)
        french[outline.name] = words_of(dialog.page(outline.name))
    sidebar = words_of(dialog.sidebar)
    speak("en")
    for name, words in french.items():
        dialog.show_page(name)
        english = words_of(dialog.page(name))
        assert english != words, name
        speak("fr")
        assert dialog.page_name == name
        assert (words_of(dialog.page(name)), words_of(dialog.sidebar)) == (words, sidebar)
        speak("en")
        assert words_of(dialog.page(name)) == english, name
    assert dialog.windowTitle() == "Settings"


def test_the_settings_stay_where_they_were(world: World, qtbot: QtBot) -> None:
    dialog = world.dialog
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.resize(700, 460)
    row = world.row("general", "interface_language")
    row.control.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(dialog.sidebar.line.entry, "tray")
    page = dialog.page("general")
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 40)
    page.verticalScrollBar().setValue(33)
    place = dialog.geometry()
    row.control.setFocus(Qt.FocusReason.TabFocusReason)
    speak("fr")
    assert dialog.isVisible()
    assert (dialog.geometry(), dialog.page_name) == (place, "general")
    assert dialog.page("general").verticalScrollBar().value() == 33
    new = world.row("general", "interface_language").control
    assert new is not row.control
    assert (new.hasFocus(), isinstance(new, Ringed) and new.has_ring) == (True, True)
    assert dialog.sidebar.line.entry.text() == "tray"
    assert dialog.sidebar.list.accessibleName().endswith("trouvés")


def test_what_is_half_typed_in_the_settings_is_kept(world: World) -> None:
    world.row("assistant", "persona")
    world.dialog.choices.choose("persona", "A pirate.", after=60.0)
    speak("fr")
    assert world.settings.persona == "A pirate."
    assert world.dialog.choices.value("persona") == "A pirate."


def test_closed_settings_open_in_the_language_at_the_same_page(world: World) -> None:
    world.row("privacy", "keep_history")
    world.dialog.close()
    speak("fr")
    assert not world.dialog.isVisible()
    world.door.open()
    assert world.dialog.page_name == "privacy"
    assert world.row("privacy", "keep_history").label.text() == "Conserver ce qui est dit"


def test_nothing_of_the_old_settings_is_left(world: World) -> None:
    dialog = world.dialog
    for outline in dialog.outlines:
        dialog.show_page(outline.name)
    speak("fr")
    speak("en")
    dialog.show_page("sound")
    speak("fr")
    objects = len(dialog.findChildren(QObject))
    watched: list[tuple[QObject, str]] = [
        (dialog.choices, SIGNAL("changed()")),
        (world.door.latest, SIGNAL("happened(PyObject)")),
    ]
    listening = [each.receivers(signal) for each, signal in watched]
    old = [weakref.ref(each) for each in dialog.page("sound").findChildren(RowView)]
    assert old
    speak("en")
    speak("fr")
    gc.collect()
    assert [each() for each in old if each() is not None] == []
    assert len(dialog.findChildren(QObject)) == objects
    assert [each.receivers(signal) for each, signal in watched] == listening
    # Whoever is gone would complain of what it is told now.
    world.change(keep_history=True)
    world.door.handle(Noticed(at=0.0, message="Something."))


# --- the first steps ---------------------------------------------------------------------------


def speaking_desk(window: MainWindow) -> Desk:
    desk = Desk(window, Settings())
    desk.ready()
    desk.guide.open()
    return desk


def test_every_step_says_what_a_french_one_says(window: MainWindow) -> None:
    desk = speaking_desk(window)
    wizard = desk.wizard
    english: list[list[tuple[str, str]]] = []
    for number in range(6):
        wizard.show_step(number)
        english.append(words_of(wizard.step))
    speak("fr")
    fresh = speaking_desk(window)
    for number in range(6):
        wizard.show_step(number)
        fresh.wizard.show_step(number)
        speak("en")
        assert words_of(wizard.step) == english[number]
        speak("fr")
        assert wizard.number == number
        assert words_of(wizard) == words_of(fresh.wizard)
        assert words_of(wizard.step) != english[number]
    fresh.guide.close()
    desk.guide.close()


def test_a_choice_and_a_conversation_in_the_first_steps_stay(
    window: MainWindow, qtbot: QtBot
) -> None:
    desk = speaking_desk(window)
    wizard = desk.wizard
    wizard.show_step(3)
    step = wizard.step
    assert isinstance(step, MachineStep)
    card = next(card for card, profile in step.cards.items() if profile)
    card.click()
    words = card.text()
    speak("fr")
    speak("en")
    assert wizard.step is not step
    assert isinstance(wizard.step, MachineStep)
    assert [each.text() for each in wizard.step.cards if each.isChecked()] == [words]
    wizard.show_step(5)
    *begun, text = spoken_turn(1, 10.0)[:7]
    assert isinstance(text, TextStreamed)
    for event in (*begun, replace(text, text="Well, ")):
        desk.guide.handle(event)
    speak("fr")
    desk.guide.handle(replace(text, text="thanks."))
    assert isinstance(wizard.step, TalkStep)
    view = wizard.step.conversation
    qtbot.waitUntil(lambda: view.bubbles[-1].label.text() == "Well, thanks.")
    desk.guide.close()


def test_the_first_steps_go_for_good_though_the_language_changed(window: MainWindow) -> None:
    desk = speaking_desk(window)
    desk.wizard.show_step(4)
    speak("fr")
    gone = weakref.ref(desk.wizard)
    desk.guide.close()
    speak("en")
    gc.collect()
    assert gone() is None
    # What follows the settings must not be called any more.
    desk.apply(desk.settings.changed(start_at_login=True))


# --- the examination ---------------------------------------------------------------------------


def test_what_was_found_is_said_in_the_other_language(qtbot: QtBot) -> None:
    def page() -> Diagnostics:
        made = Diagnostics(Examining(lambda _: None, ("her-desktop",)), HealthFold())
        qtbot.addWidget(made)
        made.show()
        made.examining.found.emit(broken("disk", "The voice is broken."))
        made.examining.found.emit(note("tray", "The voice is broken."))
        return made

    diagnostics = page()
    english = words_of(diagnostics)
    speak("fr")
    assert words_of(diagnostics) == words_of(page())
    assert len(diagnostics.findings) == 2
    assert "Disque" in diagnostics.text
    speak("en")
    assert words_of(diagnostics) == english

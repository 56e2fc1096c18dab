from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from ui.wizard.conftest import Desk

from her_desktop.conversation.events import (
    DeviceChosen,
    EndReason,
    Event,
    LevelMeasured,
    MessageAccepted,
    MicrophoneTested,
    MicrophoneTestRequested,
    Origin,
    PlaybackFinished,
    PlaybackStarted,
    PlayRequested,
    Reach,
    RepeatRequested,
    Stage,
    StageFailed,
    StopRequested,
    TalkKeyChanged,
    TalkPressed,
    TalkReleased,
    TextStreamed,
    TextSubmitted,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
)
from her_desktop.settings import Settings
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.wizard.key_step import KeyStep
from her_desktop.ui.wizard.language_step import LanguageStep
from her_desktop.ui.wizard.machine_step import MachineStep
from her_desktop.ui.wizard.microphone_step import MicrophoneStep
from her_desktop.ui.wizard.speaker_step import SpeakerStep
from her_desktop.ui.wizard.step import Step
from her_desktop.ui.wizard.talk_step import TalkStep
from her_desktop.ui.wizard.wizard import Wizard

STEPS = (LanguageStep, MicrophoneStep, SpeakerStep, MachineStep, KeyStep, TalkStep)


def an_answer() -> Iterator[Event]:
    yield TurnStarted(at=1.0, turn=1, origin=Origin.TYPED, speech_ended_at=None)
    yield TurnCommitted(at=1.0, turn=1)
    yield MessageAccepted(at=1.0, turn=1, text="Why is the sky blue?")
    yield TextStreamed(at=1.1, turn=1, text="Because of the air.")
    yield TurnEnded(at=2.0, turn=1, reason=EndReason.FINISHED, heard="Because of the air.")


def a_sentence(turn: int) -> Iterator[Event]:
    yield TurnStarted(at=3.0, turn=turn, origin=Origin.REPEAT, speech_ended_at=None)
    yield PlaybackStarted(at=3.0, turn=turn, audible_at=3.0)


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


AnyStep = TypeVar("AnyStep", bound=Step)


def step_of(kind: type[AnyStep], wizard: Wizard) -> AnyStep:
    """Return the step that is shown, which is of this kind."""
    assert isinstance(wizard.step, kind)
    return wizard.step


def test_a_new_user_clicks_through_to_the_first_answer(
    desk: Desk, wizard: Wizard, qtbot: QtBot
) -> None:
    step_of(LanguageStep, wizard)
    click(wizard.next_button)

    microphone = step_of(MicrophoneStep, wizard)
    desk.guide.handle(LevelMeasured(at=1.0, level_db=-25.0, speech=True))
    assert "speech" in microphone.check.meter.words
    click(microphone.check.test_button)
    assert desk.all(MicrophoneTestRequested)
    pcm = np.full(48_000, 0.1, np.float32)
    desk.guide.handle(MicrophoneTested(at=2.0, pcm=pcm, level_db=-22.0, peak_db=-10.0, speech=True))
    assert "good" in microphone.check.words
    [played] = desk.all(PlayRequested)
    assert isinstance(played, PlayRequested)
    assert np.array_equal(played.pcm, pcm), "what was heard is played back"
    click(wizard.next_button)

    speaker = step_of(SpeakerStep, wizard)
    click(speaker.say_button)
    assert desk.all(RepeatRequested)
    for event in a_sentence(turn=1):
        desk.guide.handle(event)
    assert "Do you hear it?" in speaker.told.text()
    desk.guide.handle(PlaybackFinished(at=4.0, turn=1, played=1.0))
    click(wizard.next_button)

    machine = step_of(MachineStep, wizard)
    assert "GeForce RTX 3060" in machine.facts.text()
    assert machine.chosen is None, "nobody chose the network"
    click(wizard.next_button)
    assert desk.downloads == []

    step_of(KeyStep, wizard)
    click(wizard.next_button)

    talk = step_of(TalkStep, wizard)
    click(talk.suggestions[0])
    [asked] = desk.all(TextSubmitted)
    assert isinstance(asked, TextSubmitted)
    assert asked.text == talk.suggestions[0].text()
    for event in an_answer():
        desk.guide.handle(event)
    assert talk.conversation.last_reply() == "Because of the air."
    assert "That is all" in talk.hint.text()
    with qtbot.waitSignal(desk.guide.finished) as left:
        click(wizard.next_button)
    assert left.args == [True]
    assert desk.settings.was_welcomed
    assert desk.guide.wizard is None


def test_by_keyboard_alone(desk: Desk, wizard: Wizard) -> None:
    seen: list[type] = []
    while desk.guide.wizard is not None:
        seen.append(type(wizard.step))
        # Whatever has the keyboard first, the button that goes on is not many Tabs away.
        for _ in range(40):
            if wizard.next_button.hasFocus():
                break
            QTest.keyClick(focus(), Qt.Key.Key_Tab)
        assert wizard.next_button.hasFocus()
        QTest.keyClick(wizard.next_button, Qt.Key.Key_Return)
    assert tuple(seen) == STEPS


def test_whoever_comes_by_keyboard_sees_where_it_is(wizard: Wizard) -> None:
    wizard.next_button.setFocus()
    QTest.keyClick(wizard.next_button, Qt.Key.Key_Return)
    step = wizard.step
    assert isinstance(step, MicrophoneStep)
    assert step.check.test_button.has_ring
    click(wizard.next_button)
    assert isinstance(wizard.step, SpeakerStep)
    assert not wizard.step.say_button.has_ring


def test_the_tab_key_leads_from_a_step_to_what_goes_on(wizard: Wizard) -> None:
    wizard.show_step(1)
    step = wizard.step
    assert isinstance(step, MicrophoneStep)
    step.check.test_button.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        seen.append(focus())
    assert seen == [wizard.next_button, wizard.skip_button, wizard.back_button]


def test_escape_skips_the_rest_from_any_step(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(2)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert desk.guide.wizard is None
    assert desk.settings.was_welcomed


def test_closing_the_window_is_as_good(desk: Desk, wizard: Wizard) -> None:
    wizard.close()
    assert desk.guide.wizard is None
    assert desk.settings.was_welcomed


def test_it_can_be_taken_again_from_the_beginning(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(4)
    click(wizard.skip_button)
    desk.guide.open()
    assert desk.wizard.number == 0
    again = desk.wizard
    desk.guide.open()
    assert desk.wizard is again, "one at a time"


def test_back_and_on_again_keep_the_step(wizard: Wizard) -> None:
    wizard.go_on()
    microphone = wizard.step
    click(wizard.back_button)
    assert isinstance(wizard.step, LanguageStep)
    wizard.go_on()
    assert wizard.step is microphone
    assert wizard.progress.words == "Step 2 of 6"


def test_enter_in_the_line_sends_it_and_stays(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(5)
    step = wizard.step
    assert isinstance(step, TalkStep)
    step.composer.entry.setFocus()
    QTest.keyClicks(step.composer.entry, "Hello there")
    QTest.keyClick(step.composer.entry, Qt.Key.Key_Return)
    [asked] = desk.all(TextSubmitted)
    assert isinstance(asked, TextSubmitted)
    assert asked.text == "Hello there"
    assert desk.guide.wizard is wizard


def test_space_talks_on_the_last_step(desk: Desk, wizard: Wizard, qtbot: QtBot) -> None:
    wizard.show_step(5)
    qtbot.waitUntil(lambda: focus() is wizard.step.first)
    QTest.keyPress(focus(), Qt.Key.Key_Space)
    assert len(desk.all(TalkPressed)) == 1
    QTest.keyRelease(focus(), Qt.Key.Key_Space)
    assert len(desk.all(TalkReleased)) == 1


def test_leaving_lets_go_of_the_talk_button(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(5)
    assert wizard.step.first is not None
    QTest.keyPress(wizard.step.first, Qt.Key.Key_Space)
    wizard.reject()
    assert len(desk.all(TalkPressed)) == len(desk.all(TalkReleased)) == 1


def test_leaving_the_speaker_step_ends_its_sentence(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(2)
    step = wizard.step
    assert isinstance(step, SpeakerStep)
    click(step.say_button)
    click(wizard.next_button)
    assert len(desk.all(StopRequested)) == 1


def test_a_sentence_asked_for_twice_is_followed_to_its_end(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(2)
    step = wizard.step
    assert isinstance(step, SpeakerStep)
    click(step.say_button)
    for event in a_sentence(turn=1):
        desk.guide.handle(event)
    click(step.say_button)
    # The first gives way to the second, which it would else be taken for.
    desk.guide.handle(TurnEnded(at=3.1, turn=1, reason=EndReason.STOPPED, heard=""))
    for event in a_sentence(turn=2):
        desk.guide.handle(event)
    assert "Do you hear it?" in step.told.text()
    desk.guide.handle(PlaybackFinished(at=4.0, turn=2, played=1.0))
    assert "That was it." in step.told.text()


def test_settings_changed_after_the_wizard_was_closed_reach_nothing_of_it(
    desk: Desk, wizard: Wizard
) -> None:
    wizard.show_step(4)
    wizard.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    desk.apply(desk.settings.changed(start_at_login=True, talk_key="f9"))


def test_enter_goes_on_from_what_is_chosen_with_space(desk: Desk, wizard: Wizard) -> None:
    wizard.show_step(3)
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    step = wizard.step
    assert isinstance(step, KeyStep)
    step.login_switch.setFocus()
    QTest.keyClick(step.login_switch, Qt.Key.Key_Return)
    assert isinstance(wizard.step, TalkStep)
    assert not desk.settings.start_at_login


def test_steps_know_what_happened_before_them(desk: Desk, wizard: Wizard) -> None:
    fault = "The file joe.onnx is damaged. Please install the voice again."
    desk.guide.handle(StageFailed(at=1.0, stage=Stage.TTS, model="Joe", message=fault))
    wizard.show_step(2)
    step = wizard.step
    assert isinstance(step, SpeakerStep)
    assert step.voice_label.text() == fault
    assert not step.say_button.isEnabled()


def test_a_model_that_is_still_loading_is_said(desk: Desk) -> None:
    desk.guide.open()
    desk.wizard.show_step(5)
    step = desk.wizard.step
    assert isinstance(step, TalkStep)
    assert "still being loaded" in step.hint.text()
    desk.ready()
    desk.guide.handle(LevelMeasured(at=1.0, level_db=-60.0, speech=False))
    desk.wizard.step.enter()
    assert step.hint.text() == ""


def test_a_talk_key_counts_once_it_was_seen(desk: Desk, wizard: Wizard) -> None:
    desk.apply(desk.settings.changed(talk_key="ctrl+alt+space"))
    wizard.show_step(4)
    step = wizard.step
    assert isinstance(step, KeyStep)
    desk.guide.handle(TalkKeyChanged(at=1.0, key="ctrl+alt+space", reach=Reach.WAITING))
    assert "works" not in step.key.words.replace("counts as working", "")
    desk.guide.handle(TalkKeyChanged(at=2.0, key="ctrl+alt+space", reach=Reach.SEEN))
    assert "works" in step.key.words


def test_starting_at_login_is_a_setting_and_goes_back_where_it_was_refused(
    desk: Desk, wizard: Wizard
) -> None:
    wizard.show_step(4)
    step = wizard.step
    assert isinstance(step, KeyStep)
    click(step.login_switch)
    assert desk.settings.start_at_login
    desk.apply(desk.settings.changed(start_at_login=False))
    assert not step.login_switch.isChecked()


def test_devices_are_chosen_by_name(desk: Desk, wizard: Wizard) -> None:
    desk.apply(desk.settings.changed(input_device="USB Headset"))
    wizard.show_step(1)
    step = wizard.step
    assert isinstance(step, MicrophoneStep)
    choice = step.device_choice
    assert choice.currentData() == "USB Headset", "shown even where it is absent"
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    assert desk.settings.input_device == ""
    assert desk.all(DeviceChosen) == [], "whoever applies settings carries them out"


def test_another_language_is_spoken_at_once(desk: Desk, wizard: Wizard, qtbot: QtBot) -> None:
    assert isinstance(wizard.step, LanguageStep)
    choice = wizard.step.window_choice
    choice.activated.emit(choice.findData("fr"))
    try:
        qtbot.waitUntil(lambda: desk.wizard.title == "Bonjour.")
        assert desk.settings.interface_language == "fr"
        assert desk.wizard.next_button.text() == "Continuer"
        assert desk.guide.wizard is wizard
        assert not desk.settings.was_welcomed
    finally:
        desk.apply(Settings(interface_language="en"))
        qtbot.waitUntil(lambda: desk.wizard.title == "Hello.")


def test_it_blocks_nothing(desk: Desk, wizard: Wizard) -> None:
    assert not wizard.isModal()
    desk.window.activateWindow()
    QTest.keyClicks(desk.window.room.composer.entry, "typed behind it")
    assert desk.window.room.composer.entry.text() == "typed behind it"


def test_every_control_has_a_name_help_and_a_tab_stop(desk: Desk, wizard: Wizard) -> None:
    desk.apply(desk.settings.changed(talk_key="f9"))
    for number in range(len(STEPS)):
        wizard.show_step(number)
        controls = controls_of(wizard)
        assert len(controls) >= 3
        for control in controls:
            assert control.accessibleName(), control
            assert control.toolTip() or control.accessibleDescription(), control.accessibleName()


def controls_of(wizard: Wizard) -> list[QWidget]:
    return [
        widget
        for widget in wizard.findChildren(QWidget)
        if widget.isVisibleTo(wizard)
        and (isinstance(widget, QAbstractButton | QLineEdit) or hasattr(widget, "show_options"))
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_no_words_are_cut_off(wizard: Wizard, qtbot: QtBot) -> None:
    for number in range(len(STEPS)):
        wizard.show_step(number)
        qtbot.waitUntil(lambda: cut_off(wizard) == [])


@pytest.fixture
def french_and_large(french: None, qapp: QApplication) -> Iterator[None]:
    """French, in letters half as large again."""
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * 1.5)
    qapp.setFont(large)
    yield
    qapp.setFont(usual)


@pytest.mark.usefixtures("french_and_large")
def test_no_words_are_cut_off_in_large_french(desk: Desk, qtbot: QtBot) -> None:
    desk.ready()
    desk.guide.open()
    for number in range(len(STEPS)):
        desk.wizard.show_step(number)
        qtbot.waitUntil(lambda: cut_off(desk.wizard) == [])


def cut_off(wizard: Wizard) -> list[str]:
    """Return the words that do not fit where they stand."""
    found = [
        button.text()
        for button in wizard.findChildren(TextButton)
        if button.isVisibleTo(wizard) and button.width() < button.sizeHint().width()
    ]
    step = wizard.step
    for widget in step.findChildren(QWidget):
        right = widget.mapTo(step, widget.rect().topRight()).x()
        if widget.isVisibleTo(step) and right > step.width():
            found.append(f"{widget.accessibleName()} reaches out of the page")
    for label in wizard.findChildren(QLabel):
        if label.isVisibleTo(wizard) and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else 0
            fits = label.wordWrap() or label.width() >= label.sizeHint().width()
            if not fits or label.height() < needed:
                found.append(label.text())
    return found


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from ui.scripts import everything_ready, spoken_turn

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    LevelMeasured,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MessageAccepted,
    MuteRequested,
    Noticed,
    Origin,
    PartialTranscribed,
    RepeatRequested,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    State,
    StateChanged,
    StopRequested,
    TalkPressed,
    TalkReleased,
    TextStreamed,
    TextSubmitted,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
)
from her_desktop.settings import Settings
from her_desktop.ui.orb_face import Face
from her_desktop.ui.window import MainWindow


def tell(window: MainWindow, events: Iterable[Event]) -> None:
    for event in events:
        window.handle(event)


def state(value: State) -> Event:
    return StateChanged(at=0.0, state=value)


def microphone(value: DeviceState, message: str = "", name: str = "Desk") -> Event:
    return DeviceChanged(at=0.0, device=Device.MICROPHONE, state=value, name=name, message=message)


def kinds(sent: list[Event]) -> list[type[Event]]:
    return [type(event) for event in sent]


# --- what it shows -----------------------------------------------------------------------------


def test_it_is_there_first_and_says_what_is_loading(window: MainWindow) -> None:
    assert window.room.header.state_text == "Getting ready"
    tell(window, [StageLoading(at=0.0, stage=Stage.LLM, model="SmolLM2")])
    assert window.face is Face.LOADING
    assert "loading SmolLM2" in window.room.loading.text
    assert window.room.loading.isVisible()
    tell(window, everything_ready())
    assert not window.room.loading.isVisible()
    assert window.room.header.state_text == "Ready"
    assert window.room.header.detail_text == "Desk microphone"
    assert "space bar" in window.room.welcome.text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (State.LISTENING, "Listening"),
        (State.THINKING, "Thinking"),
        (State.SPEAKING, "Speaking"),
        (State.IDLE, "Ready"),
    ],
)
def test_every_state_is_said_in_words_and_to_a_screen_reader(
    window: MainWindow, value: State, words: str
) -> None:
    tell(window, [*everything_ready(), state(value)])
    assert window.room.header.state_text == words
    assert window.orb.accessibleName() == f"{words}. Hold to talk."
    assert window.room.hint_text != ""


def test_the_orb_follows_the_voice_only_while_listening(window: MainWindow, qtbot: QtBot) -> None:
    tell(window, [*everything_ready(), state(State.LISTENING)])
    tell(window, [LevelMeasured(at=0.0, level_db=-15.0, speech=True)])
    qtbot.waitUntil(lambda: window.orb.level > 0.9)
    tell(window, [state(State.THINKING)])
    qtbot.waitUntil(lambda: window.orb.level < 0.1)


def test_a_turn_is_read_heard_and_timed(window: MainWindow, qtbot: QtBot) -> None:
    tell(window, [*everything_ready(), *spoken_turn(1, 10.0)])
    assert not window.room.welcome.isVisible()
    qtbot.waitUntil(lambda: window.conversation.bubbles[-1].label.text() == "Well, thank you.")
    assert window.conversation.bubbles[0].label.text() == "How are you?"
    assert window.room.panel.gap_text == "310\u202fms"


def test_a_device_says_what_is_wrong_until_it_is_back(window: MainWindow) -> None:
    tell(window, everything_ready())
    tell(window, [microphone(DeviceState.SILENT, name="Headset")])
    assert window.room.header.state_text == "Needs attention"
    assert "Headset gives no sound" in window.room.banner.text
    assert window.room.header.detail_text == ""
    tell(window, [microphone(DeviceState.BUSY, "Close the other program.")])
    assert window.room.banner.text == "Close the other program."
    tell(window, [microphone(DeviceState.READY)])
    assert window.room.banner.isHidden()
    assert window.face is Face.IDLE


def test_a_model_that_failed_says_so_until_it_is_loaded(window: MainWindow) -> None:
    failed = StageFailed(at=0.0, stage=Stage.TTS, model="Joe", message="The voice is broken.")
    tell(window, [*everything_ready(), failed])
    assert window.room.banner.text == "The voice is broken."
    assert "Joe could not be loaded" in window.room.loading.text
    tell(window, [StageReady(at=1.0, stage=Stage.TTS, model="Joe", detail="CPU")])
    assert window.room.banner.isHidden()


def test_a_notice_stays_through_its_own_turn_and_goes_with_a_later_one(
    window: MainWindow,
) -> None:
    tell(window, [Noticed(at=100.0, message="The model was tired.")])
    tell(window, spoken_turn(1, 101.0))
    assert window.room.banner.text == "The model was tired."
    tell(window, spoken_turn(2, 120.0))
    assert window.room.banner.isHidden()


def test_silence_is_answered_with_a_hint(window: MainWindow) -> None:
    tell(window, everything_ready())
    start = TurnStarted(at=1.0, turn=1, origin=Origin.PUSH_TO_TALK, speech_ended_at=None)
    end = TurnEnded(at=1.0, turn=1, reason=EndReason.NOTHING_SAID, heard="")
    tell(window, [state(State.THINKING), start, end, state(State.IDLE)])
    tell(window, [start, end])
    assert "Nothing was heard" in window.room.welcome.text


def test_what_is_being_said_is_read_at_once_and_vanishes_when_it_comes_to_nothing(
    window: MainWindow,
) -> None:
    tell(window, [*everything_ready(), state(State.LISTENING)])
    tell(window, [PartialTranscribed(at=1.0, utterance=1, text="could you tell")])
    assert window.conversation.isVisible()
    assert not window.room.welcome.isVisible()
    ghost = window.conversation.ghost
    assert ghost is not None
    assert "could you tell" in ghost.label.text()
    tell(window, [state(State.THINKING), state(State.IDLE)])
    assert ghost.isHidden()
    assert (window.conversation.isHidden(), window.room.welcome.isHidden()) == (True, False)


def test_an_answer_that_is_given_back_leaves_the_question_open(window: MainWindow) -> None:
    tell(window, everything_ready())
    *given, _ = spoken_turn(1, 10.0, "Tell me about")
    back = TurnEnded(at=11.0, turn=1, reason=EndReason.YIELDED, heard="")
    tell(window, [state(State.THINKING), *given, state(State.LISTENING), back])
    assert not list(window.conversation.lines)
    assert not window.conversation.isHidden()
    assert window.room.panel.figure("yields") == "1"
    tell(window, [state(State.THINKING), *spoken_turn(2, 20.0, "Tell me about the moon.")])
    texts = [line.text for line in window.conversation.lines]
    assert texts == ["Tell me about the moon.", "Well, thank you."]


def test_the_panel_folds_away_and_the_choice_is_kept(
    window: MainWindow, saved: list[Settings]
) -> None:
    assert window.room.panel.isVisible()
    window.room.header.panel_button.click()
    assert not window.room.panel.isVisible()
    assert window.room.header.panel_button.accessibleName() == "Show performance"
    assert saved[-1].show_performance is False
    window.room.header.panel_button.click()
    assert window.room.panel.isVisible()
    assert saved[-1].show_performance is True


def test_a_narrow_window_folds_the_panel_by_itself_and_keeps_the_choice(
    window: MainWindow, saved: list[Settings], qtbot: QtBot
) -> None:
    window.resize(500, 500)
    qtbot.waitUntil(lambda: not window.room.panel.isVisible())
    window.resize(1000, 700)
    qtbot.waitUntil(window.room.panel.isVisible)
    assert saved == []


def test_nothing_moves_while_the_window_is_hidden(window: MainWindow, qtbot: QtBot) -> None:
    tell(window, [*everything_ready(), state(State.SPEAKING)])
    qtbot.waitUntil(lambda: window.orb.frames > 2)
    window.hide()
    qtbot.waitUntil(lambda: not window.orb.is_moving)
    frames = window.orb.frames
    tell(window, spoken_turn(1, 10.0))
    tell(window, [state(State.LISTENING), state(State.IDLE)])
    QApplication.processEvents()
    assert window.orb.frames == frames
    window.show_and_raise()
    qtbot.waitUntil(lambda: window.orb.frames > frames)


# --- what it sends -----------------------------------------------------------------------------


def key(window: QWidget, kind: QEvent.Type, *, repeats: bool = False) -> None:
    target = window.focusWidget() or window
    event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeats)
    QApplication.sendEvent(target, event)


@pytest.mark.parametrize("focus", ["orb", "conversation", "nothing"])
def test_space_held_is_one_press_and_one_release(
    window: MainWindow, sent: list[Event], focus: str
) -> None:
    tell(window, spoken_turn(1, 1.0))
    widgets = {"orb": window.orb, "conversation": window.conversation}
    if focus in widgets:
        widgets[focus].setFocus()
    else:
        window.orb.clearFocus()
    before = time.monotonic()
    key(window, QEvent.Type.KeyPress)
    for _ in range(4):
        key(window, QEvent.Type.KeyRelease, repeats=True)
        key(window, QEvent.Type.KeyPress, repeats=True)
    assert kinds(sent) == [TalkPressed]
    key(window, QEvent.Type.KeyRelease)
    assert kinds(sent) == [TalkPressed, TalkReleased]
    assert before <= sent[0].at <= sent[1].at <= time.monotonic()


def test_space_in_the_line_types_a_space(window: MainWindow, sent: list[Event]) -> None:
    window.room.composer.entry.setFocus()
    QTest.keyClicks(window.room.composer.entry, "two words")
    assert window.room.composer.entry.text() == "two words"
    assert sent == []


@pytest.mark.parametrize("part", ["orb", "button"])
def test_the_orb_and_the_button_are_held_with_the_mouse(
    window: MainWindow, sent: list[Event], part: str
) -> None:
    widget = {"orb": window.orb, "button": window.room.composer.talk_button}[part]
    QTest.mousePress(widget, Qt.MouseButton.LeftButton)
    assert kinds(sent) == [TalkPressed]
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton)
    assert kinds(sent) == [TalkPressed, TalkReleased]


def test_tab_while_space_is_held_lets_go(window: MainWindow, sent: list[Event]) -> None:
    window.orb.clearFocus()
    key(window, QEvent.Type.KeyPress)
    window.room.composer.entry.setFocus()
    assert kinds(sent) == [TalkPressed, TalkReleased]
    assert window.room.composer.entry.text() == ""


def test_losing_the_focus_lets_go(window: MainWindow, sent: list[Event], qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    QTest.mousePress(window.orb, Qt.MouseButton.LeftButton)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    assert kinds(sent) == [TalkPressed, TalkReleased]
    QTest.mouseRelease(window.orb, Qt.MouseButton.LeftButton)
    assert kinds(sent) == [TalkPressed, TalkReleased]


def test_closing_while_holding_lets_go_first(
    window: MainWindow, sent: list[Event], saved: list[Settings], qtbot: QtBot
) -> None:
    window.resize(1100, 800)
    key(window, QEvent.Type.KeyPress)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert kinds(sent) == [TalkPressed, TalkReleased]
    assert (saved[-1].window_width, saved[-1].window_height) == (1100, 800)


def test_a_typed_line_is_sent(window: MainWindow, sent: list[Event]) -> None:
    QTest.keyClicks(window.room.composer.entry, " Hello ")
    QTest.keyClick(window.room.composer.entry, Qt.Key.Key_Return)
    (event,) = sent
    assert isinstance(event, TextSubmitted)
    assert event.text == "Hello"


def test_letters_typed_anywhere_go_into_the_line(window: MainWindow) -> None:
    window.orb.setFocus()
    QTest.keyClick(window.orb, Qt.Key.Key_H)
    QTest.keyClick(window.room.composer.entry, Qt.Key.Key_I)
    assert window.room.composer.entry.text() == "hi"
    assert window.room.composer.entry.hasFocus()


def test_escape_and_the_stop_button_stop(window: MainWindow, sent: list[Event]) -> None:
    window.room.composer.entry.setFocus()
    QTest.keyClick(window.room.composer.entry, Qt.Key.Key_Escape)
    tell(window, [*everything_ready(), state(State.SPEAKING)])
    assert window.room.composer.stop_button.isVisible()
    window.room.composer.stop_button.click()
    assert kinds(sent) == [StopRequested, StopRequested]
    tell(window, [state(State.IDLE)])
    assert not window.room.composer.stop_button.isVisible()


def test_muting_is_asked_for_and_shown_only_once_it_is_so(
    window: MainWindow, sent: list[Event], saved: list[Settings]
) -> None:
    tell(window, everything_ready())
    button = window.room.header.mute_button
    button.click()
    (event,) = sent
    assert isinstance(event, MuteRequested)
    assert event.muted
    assert button.accessibleName() == "Mute the microphone"
    tell(window, [event, microphone(DeviceState.MUTED)])
    assert button.accessibleName() == "Unmute the microphone"
    assert button.icon_name == "microphone-off"
    assert window.face is Face.MUTED
    assert window.room.header.state_text == "Muted"
    assert saved[-1].muted is True
    button.click()
    asked = sent[-1]
    assert isinstance(asked, MuteRequested)
    assert not asked.muted


def test_a_reply_can_be_heard_again_and_copied(
    window: MainWindow, sent: list[Event], qtbot: QtBot
) -> None:
    tell(window, spoken_turn(1, 1.0, answer="Well, thank you."))
    bubble = window.conversation.bubbles[-1]
    assert bubble.copy_button is not None
    assert bubble.repeat_button is not None
    bubble.repeat_button.click()
    (event,) = sent
    assert isinstance(event, RepeatRequested)
    assert event.text == "Well, thank you."
    bubble.copy_button.click()
    assert QGuiApplication.clipboard().text() == "Well, thank you."


def test_control_c_copies_the_last_reply(window: MainWindow) -> None:
    tell(window, spoken_turn(1, 1.0, answer="Copied by key."))
    window.orb.setFocus()
    QTest.keyClick(window.orb, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Copied by key."
    assert window.room.composer.entry.text() == ""


# --- how one talks -----------------------------------------------------------------------------


def mode(value: ListenMode) -> Event:
    return ListenModeChanged(at=0.0, mode=value)


def test_the_mode_is_asked_for_and_shown_only_once_it_is_so(
    window: MainWindow, sent: list[Event], saved: list[Settings]
) -> None:
    tell(window, everything_ready())
    always = window.room.header.mode_switch.segments[ListenMode.ALWAYS]
    always.setFocus()
    QTest.keyClick(always, Qt.Key.Key_Space)
    (event,) = sent
    assert isinstance(event, ListenModeRequested)
    assert event.mode is ListenMode.ALWAYS
    assert always.accessibleName() == "always listening"
    assert saved == []
    tell(window, [mode(ListenMode.ALWAYS)])
    assert always.accessibleName() == "always listening, chosen"
    hold = window.room.header.mode_switch.segments[ListenMode.HOLD]
    assert hold.accessibleName() == "hold to talk"
    assert saved[-1].listen_mode == "always"


def test_no_hint_asks_a_hands_free_user_to_let_go(window: MainWindow) -> None:
    tell(window, [*everything_ready(), mode(ListenMode.ALWAYS)])
    assert window.room.welcome.text == "Just talk."
    tell(window, [state(State.LISTENING)])
    assert "Let go" not in window.room.hint_text
    tell(window, [mode(ListenMode.HOLD)])
    assert window.room.hint_text == "Let go when you have said it."


# --- closing -----------------------------------------------------------------------------------


def test_closing_hides_behind_the_tray_and_says_so_once(
    window: MainWindow, saved: list[Settings], qtbot: QtBot
) -> None:
    told: list[str] = []
    ended: list[bool] = []

    def notify(sentence: str) -> bool:
        told.append(sentence)
        return True

    window.stays_when_closed = lambda: True
    window.closed.connect(lambda: ended.append(True))
    window.put_away.connect(lambda: window.explain_tray(notify))
    for _ in range(2):
        with qtbot.waitSignal(window.put_away):
            window.close()
        assert not window.isVisible()
        window.show_and_raise()
    assert len(told) == 1
    assert "tray" in told[0]
    assert saved[-1].tray_was_explained
    assert ended == []
    window.close()
    window.end()
    window.end()
    assert ended == [True]


def test_where_the_desktop_shows_no_sentences_the_window_does(window: MainWindow) -> None:
    window.explain_tray(lambda _: False)
    assert "tray" in window.room.banner.text


def test_closing_ends_where_the_user_wants_that(
    make_window: Callable[[Settings], MainWindow], qtbot: QtBot
) -> None:
    window = make_window(Settings(keep_in_tray=False))
    window.stays_when_closed = lambda: True
    with qtbot.waitSignal(window.closed):
        window.close()


# --- what must not go wrong --------------------------------------------------------------------


def refused_turn(text: str) -> list[Event]:
    return [
        TurnStarted(at=1.0, turn=1, origin=Origin.TYPED, speech_ended_at=None),
        TurnCommitted(at=1.0, turn=1),
        MessageAccepted(at=1.0, turn=1, text=text),
        TurnEnded(at=1.0, turn=1, reason=EndReason.FAILED, heard=""),
    ]


def test_a_refused_message_is_back_in_the_line(window: MainWindow) -> None:
    tell(window, refused_turn("Do not lose me"))
    assert window.room.composer.entry.text() == "Do not lose me"


def test_a_refused_message_does_not_disturb_what_is_being_typed(window: MainWindow) -> None:
    QTest.keyClicks(window.room.composer.entry, "something else")
    tell(window, refused_turn("Do not lose me"))
    assert window.room.composer.entry.text() == "something else"


def test_twenty_thousand_characters_are_pasted_sent_and_shown(
    window: MainWindow, sent: list[Event], qtbot: QtBot
) -> None:
    text = ("lorem ipsum dolor " * 1200)[:20_000].strip()
    QGuiApplication.clipboard().setText(text)
    window.room.composer.entry.setFocus()
    window.room.composer.entry.paste()
    QTest.keyClick(window.room.composer.entry, Qt.Key.Key_Return)
    (event,) = sent
    assert isinstance(event, TextSubmitted)
    assert event.text == text
    tell(
        window,
        [
            TurnStarted(at=1.0, turn=1, origin=Origin.TYPED, speech_ended_at=None),
            TurnCommitted(at=1.0, turn=1),
            MessageAccepted(at=1.0, turn=1, text=text),
            TextStreamed(at=1.0, turn=1, text="Noted."),
        ],
    )
    qtbot.waitUntil(lambda: window.conversation.bubbles[-1].label.text() == "Noted.")
    assert window.conversation.lines[0].text == text


def controls(window: MainWindow) -> list[QWidget]:
    found: list[QWidget] = [*window.findChildren(QAbstractButton), *window.findChildren(QLineEdit)]
    return [widget for widget in found if widget.isVisibleTo(window)]


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(
    window: MainWindow, qtbot: QtBot
) -> None:
    tell(window, [*everything_ready(), *spoken_turn(1, 1.0), state(State.SPEAKING)])
    tell(window, [Noticed(at=0.0, message="Something.")])
    qtbot.waitUntil(lambda: window.conversation.bubbles[-1].label.text() != "")
    window.room.composer.entry.setText("so that sending is possible")
    wanted = controls(window)
    assert len(wanted) == 15
    assert [type(widget).__name__ for widget in wanted if not widget.accessibleName()] == []
    reached: list[QWidget] = []
    next(iter(window.room.header.mode_switch.segments.values())).setFocus()
    for _ in range(60):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in reached:
            break
        reached.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert [widget.accessibleName() for widget in wanted if widget not in reached] == []
    order = [widget for widget in reached if widget in (window.orb, window.room.composer.entry)]
    assert order == [window.orb, window.room.composer.entry]


def test_nothing_is_clipped_in_a_small_window(
    make_window: Callable[[Settings], MainWindow], qtbot: QtBot
) -> None:
    window = make_window(Settings(window_width=480, window_height=400))
    tell(window, [*everything_ready(), *spoken_turn(1, 1.0, "Hi", "word " * 60)])
    tell(window, [microphone(DeviceState.MISSING)])
    qtbot.waitUntil(lambda: window.conversation.bubbles[-1].label.text() != "")
    QApplication.processEvents()
    for widget in [*controls(window), window.room.banner, window.room.header]:
        if window.conversation.isAncestorOf(widget):
            continue
        corner = widget.mapTo(window, widget.rect().bottomRight())
        assert window.rect().contains(corner), widget
        assert widget.width() >= widget.minimumSizeHint().width()

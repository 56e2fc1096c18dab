from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MuteRequested,
    Noticed,
    State,
    StateChanged,
    StopRequested,
    TalkPressed,
    TalkReleased,
)
from her_desktop.ui.tray import Tray


class Panel:
    """A desktop whose tray may come and go."""

    there = True

    def __call__(self) -> bool:
        return self.there


@pytest.fixture
def panel() -> Panel:
    return Panel()


@pytest.fixture
def answers() -> list[str]:
    return []


@pytest.fixture
def tray(qtbot: QtBot, sent: list[Event], panel: Panel, answers: list[str]) -> Iterator[Tray]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Tray(sent.append, window, lambda: answers[-1] if answers else "", has_tray=panel)
    yield made
    made.close()


def state(value: State) -> Event:
    return StateChanged(at=0.0, state=value)


def microphone(value: DeviceState) -> Event:
    return DeviceChanged(at=0.0, device=Device.MICROPHONE, state=value, name="Desk")


def kinds(sent: list[Event]) -> list[type[Event]]:
    return [type(event) for event in sent]


def test_the_tool_tip_says_state_and_mode(tray: Tray) -> None:
    assert tray.tool_tip == "her – Getting ready, hold to talk"
    tray.handle(state(State.LISTENING))
    tray.handle(ListenModeChanged(at=0.0, mode=ListenMode.ALWAYS))
    assert tray.tool_tip == "her – Listening, always listening"
    assert tray.icon is not None
    assert tray.icon.toolTip() == tray.tool_tip


def test_every_state_has_a_picture_of_its_own(tray: Tray) -> None:
    assert tray.icon is not None
    seen = []
    for event in (*map(state, State), state(State.IDLE), microphone(DeviceState.MUTED)):
        tray.handle(event)
        seen.append(bytes(tray.icon.icon().pixmap(22).toImage().constBits()))
    tray.handle(microphone(DeviceState.LOST))
    seen.append(bytes(tray.icon.icon().pixmap(22).toImage().constBits()))
    assert len(set(seen)) == 7


def test_a_mode_is_asked_for_and_marked_only_once_it_is_so(tray: Tray, sent: list[Event]) -> None:
    always = tray.mode_actions[ListenMode.ALWAYS]
    always.trigger()
    (event,) = sent
    assert isinstance(event, ListenModeRequested)
    assert event.mode is ListenMode.ALWAYS
    assert not always.isChecked()
    assert tray.mode_actions[ListenMode.HOLD].isChecked()
    tray.handle(ListenModeChanged(at=0.0, mode=ListenMode.ALWAYS))
    assert always.isChecked()
    tray.mode_actions[ListenMode.WAKE].trigger()
    assert isinstance(sent[-1], ListenModeRequested)
    assert sent[-1].mode is ListenMode.WAKE


def test_mute_is_asked_for_and_said_only_once_it_is_so(tray: Tray, sent: list[Event]) -> None:
    tray.mute_action.trigger()
    assert tray.mute_action.text() == "Mute the microphone"
    tray.handle(microphone(DeviceState.MUTED))
    assert tray.mute_action.text() == "Unmute the microphone"
    tray.mute_action.trigger()
    assert [event.muted for event in sent if isinstance(event, MuteRequested)] == [True, False]


def test_talk_begins_and_ends(tray: Tray, sent: list[Event]) -> None:
    tray.handle(state(State.IDLE))
    tray.talk_action.trigger()
    assert tray.talk_action.text() == "Send what I said"
    tray.handle(state(State.LISTENING))
    tray.talk_action.trigger()
    assert tray.talk_action.text() == "Talk"
    assert kinds(sent) == [TalkPressed, TalkReleased]


@pytest.mark.parametrize(
    "events",
    [
        [state(State.LISTENING), state(State.IDLE)],
        [Noticed(at=0.0, message="The microphone is muted.")],
    ],
    ids=["ended", "refused"],
)
def test_talk_that_ended_otherwise_can_begin_again(
    tray: Tray, sent: list[Event], events: list[Event]
) -> None:
    tray.handle(state(State.IDLE))
    tray.talk_action.trigger()
    for event in events:
        tray.handle(event)
    assert tray.talk_action.text() == "Talk"
    assert kinds(sent) == [TalkPressed, TalkReleased]


def test_only_an_answer_on_its_way_can_be_stopped(tray: Tray, sent: list[Event]) -> None:
    tray.handle(state(State.IDLE))
    assert not tray.stop_action.isEnabled()
    tray.handle(state(State.SPEAKING))
    tray.stop_action.trigger()
    assert kinds(sent) == [StopRequested]


def test_the_last_answer_is_copied(tray: Tray, answers: list[str]) -> None:
    tray.menu.aboutToShow.emit()
    assert not tray.copy_action.isEnabled()
    answers.append("Well, thank you.")
    tray.menu.aboutToShow.emit()
    tray.copy_action.trigger()
    assert QGuiApplication.clipboard().text() == "Well, thank you."


def test_a_tray_that_goes_is_told_and_one_that_comes_back_is_used(
    tray: Tray, panel: Panel, qtbot: QtBot
) -> None:
    panel.there = False
    with qtbot.waitSignal(tray.vanished):
        tray.look()
    assert not tray.notify("Nobody can see this.")
    panel.there = True
    tray.look()
    assert tray.is_there
    assert tray.icon is not None
    assert tray.icon.toolTip() == tray.tool_tip


def test_the_menu_shows_and_hides(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.hide_wanted):
        tray.show_action.trigger()
    window = tray.parent()
    assert isinstance(window, QWidget)
    window.hide()
    tray.menu.aboutToShow.emit()
    assert tray.show_action.text() == "Show the window"
    with qtbot.waitSignal(tray.show_wanted):
        tray.show_action.trigger()
    with qtbot.waitSignal(tray.quit_wanted):
        tray.quit_action.trigger()


@pytest.fixture
def shown(tray: Tray, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the desktop was asked to show: there is none here that could."""
    sentences: list[str] = []
    monkeypatch.setattr(tray, "notify", sentences.append)
    return sentences


def test_the_desktop_is_told_only_while_the_window_is_hidden(tray: Tray, shown: list[str]) -> None:
    window = tray.parent()
    assert isinstance(window, QWidget)
    tray.handle(Noticed(at=0.0, message="Seen in the window."))
    window.hide()
    tray.handle(Noticed(at=0.0, message="Seen by nobody else."))
    tray.handle(microphone(DeviceState.LOST))
    tray.handle(microphone(DeviceState.LOST))
    assert shown[0] == "Seen by nobody else."
    assert len(shown) == 2
    tray.handle(microphone(DeviceState.READY))
    tray.handle(microphone(DeviceState.LOST))
    assert len(shown) == 3

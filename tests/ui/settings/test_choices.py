from __future__ import annotations

from pytestqt.qtbot import QtBot

from her_desktop.settings import Settings
from her_desktop.ui.settings.choices import Choices


def made() -> tuple[Choices, list[Settings]]:
    applied = [Settings()]
    return Choices(lambda: applied[-1], applied.append), applied


def test_a_choice_holds_at_once() -> None:
    choices, applied = made()
    choices.choose("theme", "dark")
    assert [each.theme for each in applied] == ["auto", "dark"]
    assert choices.value("theme") == "dark"


def test_what_still_moves_is_shown_and_applied_once(qtbot: QtBot) -> None:
    choices, applied = made()
    for number in (1.1, 1.2, 1.3):
        choices.choose("speaking_rate", number, after=0.01)
    assert choices.value("speaking_rate") == 1.3
    assert choices.settings.speaking_rate == 1.3
    assert len(applied) == 1
    qtbot.waitUntil(lambda: len(applied) == 2)
    assert applied[-1].speaking_rate == 1.3


def test_flushing_applies_what_still_moves() -> None:
    choices, applied = made()
    choices.choose("threads", 4.0, after=60.0)
    choices.choose("follow_up", 3, after=60.0)
    choices.flush()
    assert len(applied) == 2
    assert (applied[-1].threads, applied[-1].follow_up) == (4, 3.0)
    assert type(applied[-1].threads) is int
    assert type(applied[-1].follow_up) is float
    choices.flush()
    assert len(applied) == 2


def test_a_choice_leaves_what_others_have_changed_meanwhile() -> None:
    choices, applied = made()
    choices.choose("threads", 4, after=60.0)
    applied.append(applied[-1].changed(muted=True))
    choices.flush()
    assert (applied[-1].muted, applied[-1].threads) == (True, 4)


def test_every_change_is_told(qtbot: QtBot) -> None:
    choices, _ = made()
    with qtbot.waitSignal(choices.changed):
        choices.choose("theme", "dark")
    with qtbot.waitSignal(choices.changed):
        choices.refresh()

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from ui.settings.conftest import World
from ui.tab_stops import steps_up, stops_in

from her_desktop.conversation.events import ListenMode, ListenModeRequested
from her_desktop.settings import CHOICES, LIMITS, Settings
from her_desktop.ui.settings import row_view
from her_desktop.ui.settings.controls import Choice, Switch
from her_desktop.ui.settings.fields import Stepper, TextArea, TextLine
from her_desktop.ui.settings.outline import Choose, Count, Row, Slide, Toggle
from her_desktop.ui.settings.row_view import RowView
from her_desktop.ui.settings.slider import Slider
from her_desktop.ui.settings.talk_key_part import TalkKeyPart

PAGES = ("general", "sound", "listening", "models", "assistant", "privacy", "advanced", "about")

NOT_ON_A_PAGE = {
    "muted",  # a button in the header
    "tray_was_explained",
    "talk_key_problem",
    "was_welcomed",
    "window_width",
    "window_height",
    "unknown",
    "talk_key",  # a part of its own
}

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


def rows(world: World) -> Iterator[tuple[str, Row]]:
    for outline in world.dialog.outlines:
        for section in outline.sections():
            for entry in section.entries:
                if isinstance(entry, Row):
                    yield outline.name, entry


def controls_of(widget: QWidget) -> Iterator[QWidget]:
    """Yield what a person can press, type into or move, leaving out parts of another control."""
    for child in widget.findChildren(QWidget):
        if not isinstance(child, CONTROLS) or isinstance(child, QScrollBar):
            continue
        parents = [child.parentWidget()]
        while parents[-1] is not None:
            parents.append(parents[-1].parentWidget())
        if not any(isinstance(each, QComboBox | QAbstractSpinBox) for each in parents):
            yield child


def test_all_pages_are_there_and_made_when_they_are_looked_at(world: World) -> None:
    dialog = world.dialog
    assert tuple(each.name for each in dialog.outlines) == PAGES
    assert dialog.page_name == "general"
    assert len(dialog.findChildren(RowView)) == len(dialog.page("general").entries) - 2
    for name in PAGES:
        dialog.show_page(name)
        assert dialog.page_name == name
        assert dialog.page(name).isVisible()


def test_the_tab_key_goes_down_each_page(world: World) -> None:
    world.change(talk_key="f9", keep_history=True)
    for name in PAGES:
        world.dialog.show_page(name)
        ground = world.dialog.page(name).widget()
        assert ground is not None
        assert steps_up(ground) == [], name
    listening = world.dialog.page("listening").widget()
    assert listening is not None
    names = [stop.accessibleName() for stop in stops_in(listening)]
    assert names.index("Choose a key") < names.index("None")


def test_opening_it_again_gives_the_same_one(world: World) -> None:
    dialog = world.dialog
    dialog.show_page("privacy")
    world.door.open()
    assert world.door.dialog is dialog
    assert dialog.page_name == "privacy"
    dialog.close()
    assert not dialog.isVisible()
    world.door.open("sound")
    assert world.door.dialog is dialog
    assert dialog.isVisible()
    assert dialog.page_name == "sound"


def test_a_key_opens_it(world: World) -> None:
    world.window.show()
    world.window.activateWindow()
    world.qtbot.waitUntil(world.window.isActiveWindow)
    QTest.keyClick(world.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert world.door.dialog is not None
    assert world.door.dialog.isVisible()


def test_every_setting_is_on_a_page_with_help_and_a_way_back(world: World) -> None:
    found = [row.field for _, row in rows(world)]
    assert len(found) == len(set(found))
    assert set(found) == {item.name for item in fields(Settings)} - NOT_ON_A_PAGE
    for page, row in rows(world):
        view = world.row(page, row.field)
        assert row.label.strip(), row.field
        assert row.help.endswith("."), row.field
        assert view.reset_button.toolTip().startswith("Back to the default: "), row.field
        assert len(view.reset_button.toolTip()) > len("Back to the default: "), row.field


def test_every_number_has_its_limits_and_its_unit(world: World) -> None:
    for _, row in rows(world):
        if isinstance(row.control, Count | Slide):
            low, high = LIMITS[row.field]
            default = getattr(Settings(), row.field)
            assert low <= default <= high
        if isinstance(row.control, Count):
            assert row.control.unit, row.field
        if isinstance(row.control, Slide):
            assert not row.control.words(1.0)[-1].isdigit(), row.field


def test_every_choice_offered_is_one_that_the_file_takes(world: World) -> None:
    for _, row in rows(world):
        if isinstance(row.control, Choose) and row.field in CHOICES:
            offered = [value for value, _ in row.control.options()]
            assert sorted(map(str, offered)) == sorted(CHOICES[row.field]), row.field
        if isinstance(row.control, Toggle):
            assert isinstance(getattr(Settings(), row.field), bool), row.field


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name_a_tab_stop_and_help(world: World, page: str) -> None:
    world.dialog.show_page(page)
    found = [*controls_of(world.dialog.page(page)), *controls_of(world.dialog.sidebar)]
    assert found
    for control in found:
        what = f"{page}: {type(control).__name__} {control.accessibleName()!r}"
        assert control.accessibleName().strip(), what
        assert control.toolTip() or control.accessibleDescription(), what
        beside = control.parentWidget()
        if isinstance(beside, Stepper) and control in (beside.less, beside.more):
            # The field between them does the same with the arrow keys.
            assert beside.number_field.focusPolicy() & Qt.FocusPolicy.TabFocus
        else:
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, what


@pytest.mark.parametrize("page", PAGES)
def test_the_tab_key_goes_through_every_control(world: World, page: str) -> None:
    dialog = world.dialog
    dialog.show_page(page)
    dialog.activateWindow()
    world.qtbot.waitUntil(dialog.isActiveWindow)
    wanted = {
        control
        for control in (*controls_of(dialog.page(page)), *controls_of(dialog.sidebar))
        if control.isVisibleTo(dialog)
        and control.isEnabled()
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    dialog.sidebar.search()
    reached: set[QWidget] = set()
    for _ in range(2 * len(wanted) + 4):
        focused = dialog.focusWidget()
        assert focused is not None
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {each.accessibleName() for each in wanted - reached} == set()


def test_a_switch_applies_at_once(world: World) -> None:
    view = world.row("sound", "suppress_noise")
    assert isinstance(view.control, Switch)
    assert view.reset_button.isHidden()
    view.control.click()
    assert not view.reset_button.isHidden()
    view.reset_button.click()
    assert [each.suppress_noise for each in world.applied] == [False, True, False]
    assert view.reset_button.isHidden()
    assert not view.control.isChecked()


def test_a_choice_applies_at_once(world: World) -> None:
    view = world.row("general", "theme")
    assert isinstance(view.control, Choice)
    QTest.keyClick(view.control, Qt.Key.Key_Down)
    assert world.settings.theme == "light"


def test_a_number_applies_once_it_has_settled(world: World) -> None:
    view = world.row("assistant", "speaking_rate")
    assert isinstance(view.control, Slider)
    for _ in range(4):
        QTest.keyClick(view.control.groove, Qt.Key.Key_Right)
    assert len(world.applied) == 1
    world.qtbot.waitUntil(lambda: len(world.applied) == 2)
    assert world.settings.speaking_rate == pytest.approx(1.2)


def test_it_holds_up_no_end_of_the_program(world: World) -> None:
    dialog = world.dialog
    dialog.show_page("privacy")
    assert dialog.close(), "Qt ends nothing while a window refuses to close"
    assert dialog.isHidden()
    world.door.open()
    assert world.dialog is dialog
    assert dialog.page_name == "privacy"


def test_a_default_is_written_as_its_control_writes_it(world: World) -> None:
    view = world.row("advanced", "context_tokens")
    assert isinstance(view.control, Stepper)
    shown = view.control.number_field.text()
    assert shown.startswith("4,096")
    assert view.reset_button.toolTip() == f"Back to the default: {shown}"


def test_closing_applies_what_was_still_being_typed(world: World) -> None:
    view = world.row("assistant", "persona")
    assert isinstance(view.control, TextArea)
    view.control.entry.setPlainText("You are a pirate.")
    world.dialog.close()
    assert world.settings.persona == "You are a pirate."


def test_text_that_is_being_typed_is_not_touched_by_what_others_change(world: World) -> None:
    view = world.row("listening", "own_wake_phrase")
    assert isinstance(view.control, TextLine)
    world.change(wake_phrase="own")
    QTest.keyClicks(view.control.entry, "Eva")
    world.change(muted=True)
    assert view.control.entry.text() == "Eva"
    world.dialog.choices.flush()
    assert (world.settings.own_wake_phrase, world.settings.muted) == ("Eva", True)


def test_a_setting_changed_elsewhere_is_shown(world: World) -> None:
    view = world.row("models", "stt_model")
    assert isinstance(view.control, Choice)
    world.change(stt_model="other-stt")
    assert view.control.currentText() == "Other"
    # As when a model could not be loaded and the old one stays.
    world.change(stt_model="whisper-tiny.en")
    assert view.control.currentText() == "Whisper tiny.en"


def test_what_means_nothing_now_is_dimmed(world: World) -> None:
    view = world.row("privacy", "history_days")
    assert not view.control.isEnabled()
    world.change(keep_history=True)
    assert view.control.isEnabled()


def test_how_you_talk_is_asked_for_and_shown_when_it_is_so(world: World) -> None:
    view = world.row("listening", "listen_mode")
    assert isinstance(view.control, Choice)
    QTest.keyClick(view.control, Qt.Key.Key_Down)
    asked = world.sent[-1]
    assert isinstance(asked, ListenModeRequested)
    assert asked.mode is ListenMode.ALWAYS
    assert view.control.currentData() == "hold"
    world.change(listen_mode="always")
    assert view.control.currentData() == "always"


def test_a_search_goes_to_the_setting_and_lights_it_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_view, "HIGHLIGHT", 0.05)
    dialog = world.dialog
    dialog.activateWindow()
    world.qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert dialog.sidebar.line.entry.hasFocus()
    QTest.keyClicks(dialog.sidebar.line.entry, "guesses")
    QTest.keyClick(dialog.sidebar.line.entry, Qt.Key.Key_Return)
    assert dialog.page_name == "advanced"
    view = dialog.page("advanced").entries["speculation"]
    assert isinstance(view, RowView)
    assert view.is_lit
    page = dialog.page("advanced")
    world.qtbot.waitUntil(lambda: page.viewport().rect().contains(_place_of(view, page.viewport())))
    assert isinstance(view.control, Stepper)
    assert view.control.number_field.hasFocus()
    world.qtbot.waitUntil(lambda: not view.is_lit)


def test_a_search_for_a_part_puts_the_keyboard_into_it(world: World) -> None:
    dialog = world.dialog
    dialog.activateWindow()
    world.qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClicks(dialog.sidebar.line.entry, "talk key")
    QTest.keyClick(dialog.sidebar.line.entry, Qt.Key.Key_Return)
    part = dialog.page("listening").findChild(TalkKeyPart)
    assert isinstance(part, TalkKeyPart)
    assert part.key_button.hasFocus()


def _place_of(view: QWidget, within: QWidget) -> QRect:
    return view.rect().translated(view.mapTo(within, view.rect().topLeft()))


def test_a_search_without_a_hit_says_so_and_escape_brings_the_pages_back(world: World) -> None:
    sidebar = world.dialog.sidebar
    QTest.keyClicks(sidebar.line.entry, "zzz")
    assert sidebar.list.count() == 0
    assert sidebar.nothing_words.startswith("Nothing is called that")
    QTest.keyClick(sidebar.line.entry, Qt.Key.Key_Escape)
    assert sidebar.nothing_words == ""
    assert sidebar.list.count() == len(PAGES)
    assert world.dialog.isVisible()


def test_the_arrow_keys_walk_through_the_pages(world: World) -> None:
    dialog = world.dialog
    QTest.keyClick(dialog.sidebar.list, Qt.Key.Key_Down)
    assert dialog.page_name == "sound"
    QTest.keyClick(dialog.sidebar.list, Qt.Key.Key_End)
    assert dialog.page_name == "about"


def test_help_is_one_press_away(world: World) -> None:
    world.dialog.show_page("general")
    entries = world.dialog.page("general").entries
    for name in ("first_steps", "diagnostics"):
        button = entries[name].findChild(QAbstractButton)
        assert isinstance(button, QAbstractButton)
        button.click()
    assert world.opened == ["first steps", "diagnostics"]

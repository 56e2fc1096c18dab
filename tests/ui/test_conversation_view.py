from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.ui.conversation_view import LIVE, STEP, ConversationView


@pytest.fixture
def view(qtbot: QtBot) -> ConversationView:
    made = ConversationView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    with qtbot.waitExposed(made):
        made.show()
    return made


def fill(view: ConversationView, turns: int) -> None:
    for turn in range(turns):
        view.add_user(f"question {turn}")
        view.grow(view.add_reply(), f"answer {turn} " * 12)


def settled(view: ConversationView) -> bool:
    QApplication.processEvents()
    return all(bubble.label.text() for bubble in view.bubbles)


def at_end(view: ConversationView) -> bool:
    bar = view.verticalScrollBar()
    return bar.maximum() > 0 and bar.value() == bar.maximum()


def test_streaming_text_appears_and_the_end_stays_in_sight(
    view: ConversationView, qtbot: QtBot
) -> None:
    fill(view, 10)
    reply = view.add_reply()
    for word in range(200):
        view.grow(reply, f"word{word} ")
    qtbot.waitUntil(lambda: "word199" in view.bubbles[-1].label.text())
    qtbot.waitUntil(lambda: at_end(view))


def test_streaming_text_is_laid_out_in_batches(view: ConversationView, qtbot: QtBot) -> None:
    reply = view.add_reply()
    view.grow(reply, "begun")
    qtbot.waitUntil(lambda: settled(view))
    label = view.bubbles[0].label
    for _ in range(500):
        view.grow(reply, " x")
        assert label.text() == "begun"
    qtbot.waitUntil(lambda: len(label.text()) == 1005)


def test_a_user_who_reads_further_up_is_not_moved(view: ConversationView, qtbot: QtBot) -> None:
    fill(view, 20)
    qtbot.waitUntil(lambda: settled(view) and at_end(view))
    bar = view.verticalScrollBar()
    bar.setValue(100)
    reply = view.add_reply()
    view.grow(reply, "a long answer " * 60)
    before = bar.maximum()
    qtbot.waitUntil(lambda: bar.maximum() > before)
    assert bar.value() == 100
    assert view.latest_button.isVisible()
    view.latest_button.click()
    qtbot.waitUntil(lambda: at_end(view))
    assert view.latest_button.isHidden()


def test_ten_thousand_turns_keep_two_hundred_widgets(view: ConversationView) -> None:
    for turn in range(10_000):
        view.add_user(f"question {turn}")
    assert len(view.lines) == 10_000
    assert len(view.bubbles) == LIVE
    assert view.bubbles[-1].label.text() == "question 9999"
    assert view.earlier_button.isVisible()


def test_earlier_lines_come_back_and_the_end_too(view: ConversationView, qtbot: QtBot) -> None:
    fill(view, 300)
    qtbot.waitUntil(lambda: settled(view) and at_end(view))
    first = view.bubbles[0].line.number
    assert first > 0
    bar = view.verticalScrollBar()
    bar.setValue(0)
    view.earlier_button.click()
    assert view.bubbles[0].line.number == first - STEP
    assert len(view.bubbles) == LIVE
    assert "answer" in view.bubbles[1].label.text()
    while view.earlier_button.isVisible():
        view.earlier_button.click()
    assert view.bubbles[0].label.text() == "question 0"
    view.add_reply()
    assert view.bubbles[0].label.text() == "question 0"
    assert view.latest_button.isVisible()
    view.latest_button.click()
    assert view.bubbles[-1].line.number == len(view.lines) - 1


def test_the_page_never_needs_to_be_scrolled_sideways(view: ConversationView, qtbot: QtBot) -> None:
    fill(view, 3)
    view.add_user("https://example.org/" + "x" * 400)
    for width in (400, 640, 1200):
        view.resize(width, 480)
        qtbot.waitUntil(lambda: settled(view))
        page = view.widget()
        assert page is not None
        assert page.width() <= view.viewport().width()


def test_only_the_newest_reply_is_in_the_tab_order_and_arrows_reach_the_others(
    view: ConversationView, qtbot: QtBot
) -> None:
    fill(view, 3)
    qtbot.waitUntil(lambda: settled(view))
    replies = [bubble for bubble in view.bubbles if not bubble.line.from_user]
    buttons = [bubble.copy_button for bubble in replies]
    policies = [button.focusPolicy() for button in buttons if button is not None]
    click, strong = Qt.FocusPolicy.ClickFocus, Qt.FocusPolicy.StrongFocus
    assert policies == [click, click, strong]
    view.activateWindow()
    newest = buttons[-1]
    assert newest is not None
    newest.setFocus()
    qtbot.waitUntil(newest.hasFocus)
    QTest.keyClick(newest, Qt.Key.Key_Up)
    middle = buttons[1]
    assert middle is not None
    assert middle.hasFocus()
    QTest.keyClick(middle, Qt.Key.Key_Down)
    assert newest.hasFocus()


def test_what_is_marked_is_copied_and_else_the_last_reply(
    view: ConversationView, qtbot: QtBot
) -> None:
    assert view.copyable_text() == ""
    view.add_user("question")
    view.grow(view.add_reply(), "the answer")
    qtbot.waitUntil(lambda: settled(view))
    assert view.copyable_text() == "the answer"
    view.bubbles[0].label.setSelection(0, 5)
    assert view.copyable_text() == "quest"

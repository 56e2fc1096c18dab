from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.ui.bubble import Bubble
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


def test_however_long_a_day_it_keeps_two_hundred_widgets(view: ConversationView) -> None:
    for turn in range(3 * LIVE):
        view.add_user(f"question {turn}")
    assert len(view.lines) == 3 * LIVE
    assert len(view.bubbles) == LIVE
    assert view.bubbles[-1].label.text() == f"question {3 * LIVE - 1}"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(view.findChildren(Bubble)) == LIVE
    assert view.earlier_button.isVisible()


def test_earlier_lines_come_back_and_the_end_too(view: ConversationView, qtbot: QtBot) -> None:
    fill(view, LIVE // 2 + STEP)
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


def test_a_ghost_becomes_the_message_in_its_very_place(
    view: ConversationView, qtbot: QtBot
) -> None:
    fill(view, 10)
    qtbot.waitUntil(lambda: settled(view) and at_end(view))
    view.show_ghost("what is")
    qtbot.waitUntil(lambda: settled(view) and at_end(view))
    ghost = view.ghost
    assert ghost is not None
    before = [(bubble, bubble.geometry()) for bubble in view.bubbles]
    place = ghost.y()
    assert len(view.lines) == 20
    view.add_user("What is a ghost?")
    qtbot.waitUntil(lambda: settled(view))
    assert view.ghost is None
    assert view.bubbles[-1] is ghost
    assert ghost.y() == place
    assert ghost.label.text() == "What is a ghost?"
    assert [(bubble, bubble.geometry()) for bubble in view.bubbles[:-1]] == before
    view.grow(view.add_reply(), "A shape.")
    qtbot.waitUntil(lambda: "A shape." in view.bubbles[-1].label.text())
    assert view.bubbles[-1].y() > ghost.y()


def test_growing_partial_text_is_laid_out_at_its_pace(view: ConversationView, qtbot: QtBot) -> None:
    view.show_ghost("a")
    ghost = view.ghost
    assert ghost is not None
    for count in range(2, 200):
        view.show_ghost("a" * count)
        assert ghost.label.text() == "a \u2026"
    qtbot.waitUntil(lambda: len(ghost.line.text) == 199 and ghost.label.text() != "a \u2026")
    assert ghost.label.accessibleName().endswith("a" * 199)


def test_the_last_partial_text_does_not_come_back_after_the_message(
    view: ConversationView, qtbot: QtBot
) -> None:
    view.show_ghost("one")
    view.show_ghost("one two")
    view.add_user("One, two.")
    reply = view.add_reply()
    view.grow(reply, "Three.")
    qtbot.waitUntil(lambda: view.bubbles[-1].label.text() == "Three.")
    assert view.bubbles[0].label.text() == "One, two."


def test_a_dropped_ghost_leaves_an_empty_page_empty(view: ConversationView, qtbot: QtBot) -> None:
    filled: list[bool] = []
    view.filled.connect(filled.append)
    view.show_ghost("nothing")
    view.show_ghost("nothing much")
    view.drop_ghost()
    view.drop_ghost()
    assert filled == [True, False]
    assert view.lines == ()
    assert view.ghost is None


def test_what_was_taken_back_is_being_said_again(view: ConversationView, qtbot: QtBot) -> None:
    fill(view, 2)
    question = view.add_user("Tell me about")
    asked = view.bubbles[-1]
    view.grow(view.add_reply(), "Gladly")
    qtbot.waitUntil(lambda: settled(view))
    assert view.take_back(question)
    assert [line.text for line in view.lines][-1].startswith("answer 1")
    assert view.ghost is asked
    assert asked.label.text() == "Tell me about \u2026"
    assert len(view.bubbles) == 4
    number = view.add_user("Tell me about the moon.")
    assert number == question
    assert view.bubbles[-1] is asked
    view.grow(view.add_reply(), "It is round.")
    qtbot.waitUntil(lambda: view.bubbles[-1].label.text() == "It is round.")


def test_what_has_been_followed_up_is_not_taken_back(view: ConversationView) -> None:
    question = view.add_user("Tell me about")
    view.grow(view.add_reply(), "Gladly")
    view.add_user("Something else")
    assert not view.take_back(question)
    assert len(view.lines) == 3


def test_whoever_reads_further_up_is_not_moved_by_a_ghost(
    view: ConversationView, qtbot: QtBot
) -> None:
    fill(view, 20)
    qtbot.waitUntil(lambda: settled(view) and at_end(view))
    bar = view.verticalScrollBar()
    bar.setValue(100)
    before = bar.maximum()
    view.show_ghost("what is " * 30)
    qtbot.waitUntil(lambda: bar.maximum() > before)
    assert bar.value() == 100


def test_a_ghost_stays_with_the_end_of_a_long_day(view: ConversationView) -> None:
    fill(view, LIVE // 2 + STEP)
    view.show_ghost("what is")
    while view.earlier_button.isVisible():
        view.earlier_button.click()
    assert view.ghost is None
    view.show_ghost("what is a")
    assert view.ghost is None
    view.add_user("What is a ghost?")
    assert view.bubbles[-1].label.text() == "What is a ghost?"

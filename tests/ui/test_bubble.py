from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.ui.bubble import Bubble, Line
from her_desktop.ui.theme import DARK, LIGHT, Theme


def bubble(qtbot: QtBot, line: Line) -> Bubble:
    made = Bubble(line)
    qtbot.addWidget(made)
    made.resize(700, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_nothing_in_a_message_is_read_as_markup(qtbot: QtBot) -> None:
    line = Line(0, False, "<b>bold</b> & <img src=x> heard then not")
    shown = bubble(qtbot, line)
    assert shown.label.textFormat() is Qt.TextFormat.PlainText
    assert shown.label.text() == line.text
    line.heard = 11
    shown.refresh()
    assert "<b>" not in shown.label.text()
    assert "&lt;b&gt;" in shown.label.text()


def test_what_was_not_heard_is_paler_and_said_in_words(qtbot: QtBot) -> None:
    shown = bubble(qtbot, Line(0, False, "Once upon a time there was", heard=9))
    assert "Once upon" in shown.label.text().split("<span")[1]
    assert shown.label.text().split(LIGHT.soft_ink)[1].startswith('"> a time there was')
    assert "not heard" in shown.note_text
    assert shown.label.accessibleName() == "Reply: Once upon — not heard: a time there was"


def test_a_cut_answer_follows_into_the_dark(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp)
    shown = bubble(qtbot, Line(0, False, "Once upon a time", heard=4))
    theme.use(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: DARK.soft_ink in shown.label.text())
    theme.use(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: LIGHT.soft_ink in shown.label.text())


def test_an_answer_of_which_nothing_was_heard_says_so(qtbot: QtBot) -> None:
    assert bubble(qtbot, Line(0, False, "Once upon", heard=0)).note_text == "not heard"


def test_long_text_wraps_and_stays_whole(qtbot: QtBot) -> None:
    text = "many words in a row " * 40
    shown = bubble(qtbot, Line(0, False, text))
    shown.set_widest(300)
    assert shown.label.width() <= 300
    assert shown.label.text() == text
    assert shown.label.heightForWidth(300) > 10 * shown.label.fontMetrics().height()


def test_a_word_longer_than_a_line_is_broken_but_copied_whole(qtbot: QtBot) -> None:
    word = "https://example.org/" + "a" * 300
    shown = bubble(qtbot, Line(0, False, word))
    metrics = shown.label.fontMetrics()
    assert shown.label.heightForWidth(shown.label.width()) > 2 * metrics.height()
    shown.label.setSelection(0, len(shown.label.text()))
    assert shown.selected_text == word
    copied: list[str] = []
    shown.copy_wanted.connect(copied.append)
    assert shown.copy_button is not None
    shown.copy_button.click()
    assert copied == [word]


def test_a_very_long_message_unfolds_on_demand(qtbot: QtBot) -> None:
    text = "word " * 4000
    shown = bubble(qtbot, Line(0, True, text))
    assert len(shown.label.text()) < 4000
    assert shown.unfold_button is not None
    assert "20\u202f000" in shown.unfold_button.text()
    shown.unfold_button.click()
    assert shown.label.text() == text
    assert shown.unfold_button.isHidden()


def test_a_reply_offers_to_be_heard_again(qtbot: QtBot) -> None:
    shown = bubble(qtbot, Line(0, False, "Hello there."))
    wanted: list[str] = []
    shown.repeat_wanted.connect(wanted.append)
    assert shown.repeat_button is not None
    shown.repeat_button.click()
    assert wanted == ["Hello there."]
    assert shown.repeat_button.accessibleName() == "Hear this reply again"
    assert bubble(qtbot, Line(1, True, "mine")).repeat_button is None


def test_what_is_still_being_said_looks_and_sounds_unfinished(qtbot: QtBot) -> None:
    shown = bubble(qtbot, Line(-1, True, "Tell me about", tentative=True))
    assert shown.label.text() == "Tell me about \u2026"
    assert shown.label.accessibleName() == "You, still speaking (not final): Tell me about"
    assert shown.label.palette().color(shown.label.foregroundRole()).name() == LIGHT.soft_ink
    shown.become(Line(0, True, "Tell me about the moon."))
    assert shown.label.text() == "Tell me about the moon."
    assert shown.label.accessibleName() == "You: Tell me about the moon."
    assert shown.label.palette().color(shown.label.foregroundRole()).name() == LIGHT.ink


def test_the_ground_of_a_ghost_is_its_own_in_both_themes(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp)
    line = Line(-1, True, "Tell me about the moon and the tides", tentative=True)
    shown = bubble(qtbot, line)
    for scheme, colors in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        theme.use(scheme)
        qtbot.waitUntil(lambda colors=colors: colors.ghost in painted(shown))  # type: ignore[misc]
    shown.become(Line(0, True, line.text))
    assert LIGHT.ghost not in painted(shown)
    assert LIGHT.blush in painted(shown)


def painted(shown: Bubble) -> set[str]:
    """Return the colours along the bubble's upper edge, where no letter is."""
    image = shown.grab().toImage()
    return {image.pixelColor(x, 4).name() for x in range(image.width())}


def test_a_ghost_widens_in_steps_and_never_narrows(qtbot: QtBot) -> None:
    line = Line(-1, True, "Tell", tentative=True)
    shown = bubble(qtbot, line)
    widths = [shown.label.width()]
    for words in range(1, 12):
        line.text = "Tell me " + "a bit " * words
        shown.refresh()
        widths.append(shown.label.minimumWidth())
    assert widths == sorted(widths)
    assert len(set(widths)) < len(widths)
    line.text = "No"
    shown.refresh()
    assert shown.label.minimumWidth() == widths[-1]
    shown.become(Line(0, True, "No."))
    assert shown.label.minimumWidth() < widths[0]

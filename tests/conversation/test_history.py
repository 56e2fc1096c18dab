"""What the model is told: what was said, and of the answers only what was heard."""

from __future__ import annotations

from her_desktop.conversation.history import History, Message, Spoken, heard_text

ANSWER = [Spoken("One two three.", 1.0), Spoken("Four five six.", 1.0), Spoken("Seven.", 1.0)]


def test_all_of_it_was_heard() -> None:
    assert heard_text(ANSWER, 3.0) == "One two three. Four five six. Seven."


def test_none_of_it_was_heard() -> None:
    assert heard_text(ANSWER, 0.0) == ""


def test_a_cut_sentence_is_kept_to_the_word() -> None:
    assert heard_text(ANSWER, 1.0) == "One two three."
    assert heard_text(ANSWER, 1.5) == "One two three. Four five"
    assert heard_text(ANSWER, 1.05) == "One two three."


def test_what_has_no_sound_counts_with_what_came_before_it() -> None:
    sentences = [Spoken("Look here.", 1.0), Spoken("```code```", 0.0), Spoken("Done.", 1.0)]
    assert heard_text(sentences, 1.0) == "Look here. ```code```"


def test_what_has_not_been_made_was_not_heard() -> None:
    assert heard_text([Spoken("One.", 1.0), Spoken("Two.", None)], 1.0) == "One."
    assert heard_text([Spoken("One.", None)], 0.0) == ""


def test_a_question_is_asked_on_top_of_what_was_said() -> None:
    history = History("Be kind.")
    history.remember("Hello", "Hi there.")
    assert history.with_user("How are you?") == (
        Message("system", "Be kind."),
        Message("user", "Hello"),
        Message("assistant", "Hi there."),
        Message("user", "How are you?"),
    )
    assert history.messages == (Message("user", "Hello"), Message("assistant", "Hi there."))


def test_questions_nobody_answered_are_joined() -> None:
    history = History("Be kind.")
    history.remember("Hello", "")
    assert history.with_user("Are you there?")[1:] == (Message("user", "Hello\nAre you there?"),)
    history.remember("Are you there?", "Yes.")
    roles = [message.role for message in history.with_user("Good.")]
    assert roles == ["system", "user", "assistant", "user"]

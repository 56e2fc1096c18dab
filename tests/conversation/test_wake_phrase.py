from __future__ import annotations

import pytest

from her_desktop.conversation.wake_phrase import after_phrase


@pytest.mark.parametrize(
    ("text", "phrase", "rest"),
    [
        ("Hey Jarvis, what's the time?", "Hey Jarvis", "what's the time?"),
        ("Hey, Travis. What is it?", "hey jarvis", "What is it?"),
        ("A Jarvis, what is it?", "hey jarvis", "what is it?"),
        ("HEY JARVIS", "hey jarvis", ""),
        ("Okay, Nabu! Play it.", "okay nabu", "Play it."),
        ("OK Nobu, play it.", "okay nabu", "play it."),
        ("Hey Minecraft, play it.", "hey mycroft", "play it."),
        ("Eva, tell me.", "Eva", "tell me."),
        ("Ava. Tell me.", "Eva", "Tell me."),
        ("Um, Eva, tell me.", "Eva", "tell me."),
        ("Her, what's up?", "Her", "what's up?"),
        ("Dis Éva, quelle heure est-il ?", "dis Eva", "quelle heure est-il ?"),
        ("Diva, quelle heure est-il ?", "dis Eva", "quelle heure est-il ?"),
        ("Dis, Eva : « bonjour »", "dis eva", "« bonjour »"),
    ],
)
def test_a_phrase_at_the_head_is_found_and_taken_off(text: str, phrase: str, rest: str) -> None:
    assert after_phrase(text, phrase) == rest


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("What is the time?", "Hey Jarvis"),
        ("Hey, what is the time?", "Hey Jarvis"),
        ("Ever since that day", "Eva"),
        ("Every day", "Eva"),
        ("Even so", "Eva"),
        ("Over there", "Eva"),
        ("Here is the news", "Her"),
        ("He is here", "Her"),
        ("The weather", "Her"),
        ("I told Eva about it", "Eva"),
        ("", "Eva"),
        ("...", "Eva"),
        ("Anything", ""),
        ("Anything", "!"),
    ],
)
def test_what_only_sounds_a_little_like_it_is_not_taken_for_it(text: str, phrase: str) -> None:
    assert after_phrase(text, phrase) is None


def test_a_detector_that_heard_it_allows_for_what_was_said_before() -> None:
    text = "in the news. Hey Jarvis, what is the time?"
    assert after_phrase(text, "hey jarvis") is None
    assert after_phrase(text, "hey jarvis", was_heard=True) == "what is the time?"
    assert after_phrase(text, "hey jarvis", is_among=True) == "what is the time?"
    assert after_phrase("Hey, Charlie. What is it?", "hey jarvis", is_among=True) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("They are this, what is the time?", "what is the time?"),
        ("Here's Armus. Tell me.", "Tell me."),
        ("Charles, what is the time?", "what is the time?"),
        ("Travis.", ""),
        ("What is the time?", None),
        ("What is the time in the city of Rome, please?", None),
    ],
)
def test_where_it_was_heard_a_few_words_before_a_mark_are_it(text: str, rest: str | None) -> None:
    assert after_phrase(text, "hey mycroft", was_heard=True) == rest
    assert after_phrase(text, "hey mycroft") is None

from __future__ import annotations

import pytest

from her_desktop.conversation.backchannels import (
    calls,
    count_said,
    is_backchannel,
    may_be_hum,
    repeats,
)


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hmm.",
        "Mhm",
        "Mmm...",
        "Uh-huh.",
        "Uh-uh",
        "Yeah. Yeah.",
        "OK!",
        "Oh, wow.",
        "I see...",
        "That's right.",
        "Right, okay.",
        "Ha ha ha!",
        "Hahaha",
        "Heh.",
        "Ahem.",
        "(coughing)",
        "[laughter]",
        "*sighs*",
        "Oui.",
        "Ah oui, d'accord.",
        "Tout à fait.",
        "Hein ?",
        "C'est vrai.",
        "Oh là là !",
        "Ah, intéressant.",
        "Incroyable, merci.",
        "We.",
        "",
        " ... ",
    ],
)
def test_listening_laughing_and_coughing_is_no_wish_to_speak(text: str) -> None:
    assert is_backchannel(text)
    assert not calls(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop.",
        "Okay, stop.",
        "No.",
        "What?",
        "Arrête.",
        "Oui mais attends.",
        "Tell me more.",
        "Yeah, but why?",
        "Human rights",
        "Right now",
        "Hammer",
    ],
)
def test_everything_else_may_be_one(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop!",
        "wait a second",
        "non",
        "Attends",
        "Excuse me",
        "Une seconde.",
        "Ferme-la.",
        "Quelle heure ?",
        "Baisse le son.",
        "C'est faux.",
    ],
)
def test_some_words_ask_to_be_heard_by_themselves(text: str) -> None:
    assert calls(text)


def test_only_words_that_say_something_count() -> None:
    assert count_said("Um, and the yeah") == 0
    assert count_said("Okay, tell me about whales") == 4


def test_its_own_words_are_known_again() -> None:
    answer = "The sky is blue because of the air."
    assert repeats("blue because of the air", answer)
    assert repeats("blue because off the air", answer)
    assert repeats("and blues of an hour", answer), "an echo is recognised badly"
    assert repeats("It is the", answer), "which may be all of it"
    assert not repeats("please tell me about whales", answer)
    assert not repeats("why is the sea not blue", answer)
    assert not repeats("stop", answer)
    assert not repeats("no", answer)


@pytest.mark.parametrize(
    "text", ["in a month", "Amen.", "M.H.N.", "and may Chen.", "MHN", "Inema."]
)
def test_some_words_are_written_for_a_hum(text: str) -> None:
    assert may_be_hum(text)


@pytest.mark.parametrize("text", ["", "and you", "in the", "them", "in Paris", "my home", "Me?"])
def test_most_words_are_not(text: str) -> None:
    assert not may_be_hum(text)

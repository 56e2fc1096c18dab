"""One model tried on purpose, without an engine around it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fakes import FakeLanguageModel, FakeRecognizer, FakeVoice

from her_desktop.conversation.commands import Try
from her_desktop.conversation.events import Event, Stage, StageTried
from her_desktop.conversation.history import History
from her_desktop.engine import trials
from her_desktop.inference.protocols import ModelError

TONE = np.full(1600, 0.3, np.float32)


def job(stage: Stage, text: str = "One two three.") -> Try:
    return Try(stage, text, TONE, History("Be kind.").with_user(text))


def never() -> bool:
    return False


def only(events: Iterator[Event]) -> StageTried:
    (tried,) = events
    assert isinstance(tried, StageTried)
    return tried


def test_a_voice_is_heard_at_the_rate_of_the_ears() -> None:
    tried = only(trials.speak(FakeVoice(), job(Stage.TTS), never))
    # A tenth of a second a word at 1,000 Hz, told at 16,000 Hz.
    assert tried.pcm.size == pytest.approx(0.3 * 16000, rel=0.01)
    assert tried.first_at is not None
    assert tried.begun_at <= tried.first_at <= tried.at


def test_a_recogniser_hears_the_sound_of_the_job() -> None:
    model = FakeRecognizer("What was said.")
    tried = only(trials.recognise(model, job(Stage.STT), never))
    assert model.heard == [TONE]
    assert (tried.text, tried.message) == ("What was said.", "")


def test_an_answer_is_begun_and_not_told_to_its_end() -> None:
    model = FakeLanguageModel(["on ", "and "] * 500)
    tried = only(trials.answer(model, job(Stage.LLM), never))
    assert 0 < len(tried.text.split()) < 100
    assert model.asked == [job(Stage.LLM).messages]


def test_what_was_cancelled_says_that_it_gave_way() -> None:
    tried = only(trials.speak(FakeVoice(), job(Stage.TTS), lambda: True))
    assert tried.gave_way
    assert tried.pcm.size == 0


def test_a_foreseen_error_is_told_in_its_own_words() -> None:
    model = FakeLanguageModel()
    model.error = ModelError("It is too large.")
    assert only(trials.answer(model, job(Stage.LLM), never)).message == "It is too large."


def test_an_unforeseen_error_is_told_without_its_words_and_goes_on_to_the_log() -> None:
    model = FakeLanguageModel()
    model.error = RuntimeError("what the user said")
    events = trials.answer(model, job(Stage.LLM), never)
    tried = next(events)
    assert isinstance(tried, StageTried)
    assert tried.message == "It failed (RuntimeError); the log has the details."
    with pytest.raises(RuntimeError):
        next(events)

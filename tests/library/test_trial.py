from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from fakes import PATIENCE, FakeLanguageModel, FakeRecognizer, FakeVoice
from library.conftest import Told

from her_desktop.audio.format import Pcm
from her_desktop.inference.protocols import ModelError
from her_desktop.library.news import Phase, TrialMoved
from her_desktop.library.trial import Loaders, Trials

SPEECH = np.full(16_000, 0.1, np.float32)


class Tried:
    """Trials of scripted models, with what they told and played."""

    def __init__(self) -> None:
        self.ear = FakeRecognizer("Good morning.")
        self.mind = FakeLanguageModel()
        self.voice = FakeVoice()
        self.asked_for: list[str] = []
        self.played: list[tuple[Pcm, int]] = []
        self.error: Exception | None = None
        self.told = Told()
        self.trials = Trials(
            Loaders(self._give(self.ear), self._give(self.mind), self._give(self.voice)),
            self.told,
            lambda pcm, rate: self.played.append((pcm, rate)),
        )

    def _give(self, model: Any) -> Callable[[str], Any]:
        def load(model_id: str) -> Any:
            self.asked_for.append(model_id)
            if self.error:
                raise self.error
            return model

        return load

    def ended(self, phase: Phase) -> TrialMoved:
        event = self.told.wait(lambda e: isinstance(e, TrialMoved) and e.phase is phase)
        assert isinstance(event, TrialMoved)
        return event


@pytest.fixture
def tried() -> Iterator[Tried]:
    made = Tried()
    yield made
    for model in (made.ear, made.mind, made.voice):
        model.gate.open()
    assert made.trials.stop(PATIENCE)
    assert all(each.name != "trial" for each in threading.enumerate())


def test_a_voice_says_the_line_and_is_let_go(tried: Tried) -> None:
    tried.trials.speak("joe", "Hello to all of you.")
    done = tried.ended(Phase.DONE)
    assert (done.model, done.text) == ("joe", "Hello to all of you.")
    assert done.wait is not None
    ((pcm, rate),) = tried.played
    assert (pcm.size, rate) == (500, 1000)
    assert tried.voice.closed
    assert tried.asked_for == ["joe"]


def test_a_language_model_answers_piece_by_piece(tried: Tried) -> None:
    tried.trials.answer("mind", "Be kind.", "What can you do?")
    done = tried.ended(Phase.DONE)
    assert done.text == "It is just noon here. Time to eat now."
    assert tried.mind.asked == [(("system", "Be kind."), ("user", "What can you do?"))]
    shown = [e.text for e in tried.told.events if isinstance(e, TrialMoved) and e.text]
    assert shown[0] == "It is just noon here. "
    assert tried.mind.closed


def test_an_answer_without_end_is_cut(tried: Tried) -> None:
    tried.mind.pieces = ("word " * 20,) * 1000
    tried.trials.answer("mind", "", "?")
    assert len(tried.ended(Phase.DONE).text) < 600


def test_a_recogniser_writes_down_what_was_said(tried: Tried) -> None:
    tried.trials.understand("ear", SPEECH)
    assert tried.ended(Phase.DONE).text == "Good morning."
    assert tried.ear.heard[0] is SPEECH
    assert tried.ear.closed


def test_a_model_that_cannot_be_loaded_says_why(tried: Tried) -> None:
    tried.error = ModelError("It is broken. Please choose another one.")
    tried.trials.speak("joe", "Hello.")
    assert tried.ended(Phase.FAILED).message == "It is broken. Please choose another one."


def test_what_nobody_foresaw_is_said_without_its_own_words(
    tried: Tried, caplog: pytest.LogCaptureFixture
) -> None:
    tried.mind.error = RuntimeError("the secret question")
    tried.trials.answer("mind", "", "the secret question")
    assert "could not be tried out" in tried.ended(Phase.FAILED).message
    assert tried.mind.closed
    assert "secret" not in caplog.text


def test_a_trial_can_be_stopped_while_it_speaks(tried: Tried) -> None:
    tried.voice.gate.close()
    tried.trials.speak("joe", "Hello.")
    assert tried.voice.gate.reached.wait(PATIENCE)
    tried.trials.cancel()
    tried.voice.gate.open()
    tried.ended(Phase.CANCELLED)
    assert tried.played == []
    assert tried.voice.closed


def test_those_that_wait_are_stopped_too_and_later_ones_are_not(tried: Tried) -> None:
    tried.mind.gate.close()
    tried.trials.answer("mind", "", "?")
    tried.trials.speak("joe", "Hello.")
    assert tried.mind.gate.reached.wait(PATIENCE)
    tried.trials.cancel()
    tried.mind.gate.open()
    tried.told.wait(
        lambda e: isinstance(e, TrialMoved) and e.model == "joe" and e.phase is Phase.CANCELLED
    )
    tried.trials.understand("ear", SPEECH)
    assert tried.ended(Phase.DONE).model == "ear"
    assert tried.asked_for == ["mind", "ear"]


def test_stopping_ends_what_is_under_way(tried: Tried) -> None:
    tried.trials.speak("joe", "Hello.")
    tried.ended(Phase.DONE)
    assert tried.trials.stop(PATIENCE)

"""Somebody speaks over an answer, or nobody does: the real ear, in a room whose time is counted."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import FakeRecognizer
from simulated_room import impulse_response
from virtual_talk import Ears, VirtualTalk, silent_after, spoken_at

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.conversation.events import (
    EndReason,
    PlaybackHeld,
    SpeechStarted,
    SpeechSuspected,
    TurnEnded,
)
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

pytestmark = pytest.mark.models

STORY = (
    "A lighthouse is a tower with a bright lamp, and it stands where ships need to be warned.",
    "In the old days a keeper lived there, and every evening he climbed the stairs.",
    "When fog came in, he rang a bell or fired a small cannon, for hours if that was needed.",
)


class HalfOver:
    """Finds everything half over."""

    def probability(self, pcm: Pcm) -> float:
        return 0.5


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models(Settings(), Paths.under(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def spoken(models: Models) -> list[Pcm]:
    """Three sentences of the assistant, and one of the user with a voice of his own."""
    voice = models.load_voice(variation=0.0)

    def said(text: str, pitch: float) -> Pcm:
        whole = np.concatenate(list(voice.speak(text, lambda: False)))
        return resample(whole, round(pitch * voice.sample_rate_hz), SAMPLE_RATE_HZ)

    sounds = [said(text, 1.0) for text in STORY]
    sounds.append(spoken_at(said("Wait, please, I would rather hear about whales.", 1.2), -24.0))
    voice.close()
    return sounds


@pytest.fixture
def ears(models: Models) -> Ears:
    recognizer = FakeRecognizer()
    recognizer.text = "Wait, please, I would rather hear about whales."
    return Ears(models.load_detector(), HalfOver(), recognizer)


@pytest.mark.parametrize("into", [1.0, 2.5])
def test_with_headphones_the_first_answer_of_all_can_be_interrupted(
    ears: Ears, spoken: list[Pcm], monkeypatch: pytest.MonkeyPatch, into: float
) -> None:
    talk = VirtualTalk(ears, list(zip(STORY, spoken, strict=False)), patch=monkeypatch)
    talk.ask(0.5)
    talk.over_answer(into, spoken[-1])
    talk.run(5.5)
    silence = silent_after(talk.spoken, talk.onsets[0])
    assert silence is not None
    assert silence < 0.2, "seconds of simulated sound, whatever the machine does"
    [ended] = [event for event in talk.events if isinstance(event, TurnEnded)][:1]
    assert ended.reason is EndReason.STOPPED


def test_over_open_speakers_it_trusts_what_it_measured_and_stays_undisturbed(
    ears: Ears, spoken: list[Pcm], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = VirtualTalk(
        ears,
        list(zip(STORY, spoken, strict=False)),
        response=impulse_response(0.08, -10.0, 3),
        drive=1.0,
        patch=monkeypatch,
    )
    talk.ask(0.5)
    talk.over_answer(3.0, spoken[-1])
    talk.run(6.0)
    onset = talk.onsets[0]
    own = [
        event
        for event in talk.events
        if isinstance(event, SpeechSuspected | SpeechStarted | PlaybackHeld)
        and event.at < talk.instant(onset)
    ]
    assert own == [], "it did not hear itself"
    started = next(event for event in talk.events if isinstance(event, SpeechStarted))
    assert not started.in_doubt
    silence = silent_after(talk.spoken, onset)
    assert silence is not None
    assert silence < 0.25

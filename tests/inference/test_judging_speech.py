"""What real recognition of real speech makes of "mm-hm" and of interruptions."""

from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm, first_audible
from her_desktop.audio.resample import resample
from her_desktop.conversation.doubt import Doubt, Verdict
from her_desktop.inference.stt import WhisperRecognizer
from her_desktop.inference.tts import PiperVoice

ANSWER = "The sea is made of water, and the ship sails over it to an island far away."

LISTENING = ("Mm-hmm.", "Uh-huh.", "Yeah.", "Okay.", "Right.", "I see.", "Oh, wow.", "Sure.",
             "Hmm.", "Got it.")  # fmt: skip

MEANT = ("Stop.", "Wait, please, I would rather hear about whales.",
         "No, that is not what I meant.", "Hold on, let us talk about the garden.",
         "Sorry, can we speak about music instead?", "One moment, I have another question.",
         "What do you mean by that?", "Enough of that.",
         "Tell me about the moon instead.", "Can you say that again?")  # fmt: skip


def verdict(voice: PiperVoice, recognizer: WhisperRecognizer, text: str) -> Verdict:
    """Say something over an answer, and have it judged once it is over."""
    spoken = resample(_said(voice, text), voice.sample_rate_hz, SAMPLE_RATE_HZ)
    first = first_audible(spoken) or 0
    last = spoken.size - (first_audible(spoken[::-1]) or 0)
    quiet = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    heard = recognizer.transcribe(np.concatenate((quiet, spoken, quiet)), lambda: False)
    doubt = Doubt(began_at=10.0, over=1)
    ended_at = 10.0 + (last - first) / SAMPLE_RATE_HZ
    return doubt.judge(heard.text, ANSWER, ended_at, is_answer=False)


def _said(voice: PiperVoice, text: str) -> Pcm:
    return np.concatenate(list(voice.speak(text, lambda: False)))


@pytest.mark.models
def test_of_ten_sounds_of_listening_at_most_one_is_an_interruption(
    voice: PiperVoice, recognizer: WhisperRecognizer
) -> None:
    taken = [text for text in LISTENING if verdict(voice, recognizer, text) is Verdict.MEANT]
    assert len(taken) <= 1, taken


@pytest.mark.models
def test_of_ten_interruptions_at_least_nine_are_heard(
    voice: PiperVoice, recognizer: WhisperRecognizer
) -> None:
    missed = [text for text in MEANT if verdict(voice, recognizer, text) is not Verdict.MEANT]
    assert len(missed) <= 1, missed

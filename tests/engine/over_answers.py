"""What people say over answers, by many voices, and how many of it stop the answer they should.

Run as a program (`python tests/engine/over_answers.py`, from the tree) it takes some minutes and
prints a line for each sound and the sums. The recogniser, the voice detector, the echo canceller
and the conversation are the program's own; the rooms are simulated and their time is counted, so
a busy machine changes nothing. No rule was made from these texts.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulated_room import impulse_response
from virtual_talk import Ears, VirtualTalk, silent_after, spoken_at

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.conversation.events import EndReason, PartialTranscribed, SpeechStarted, TurnEnded
from her_desktop.inference.protocols import Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

LISTENING = (
    "Mm-hmm.", "Mhm.", "Uh-huh.", "Yeah.", "Yes, yes.", "Right.", "Okay.", "Oh, I see.", "Sure.",
    "Really?", "Wow.", "That's interesting.", "Ah, okay.", "Got it.", "Exactly.", "Oh nice.",
    "Hmm.", "Aha.", "Yep.", "Of course.",
)  # fmt: skip

WISHES = (
    "Stop.", "No, wait.", "Hang on a second.", "Could you say that again?",
    "What does that mean?", "I don't need that much detail.", "Can we talk about something else?",
    "That's wrong, it was built in France.", "Who was the first keeper?",
    "Let me ask you something different.", "Be quiet, please.",
    "Actually, tell me about submarines.", "How much does it cost to visit one?",
    "Never mind, thanks, I have to go.", "Sorry, my phone is ringing.",
    "Please speak a little slower.", "But why would anyone live there?",
    "Skip to the end of the story.", "Set a timer for ten minutes.",
    "My brother wants to know how deep the sea is.",
)  # fmt: skip

STORY = (
    "A lighthouse is a tower with a bright lamp, and it stands where ships need to be warned. ",
    "In the old days a keeper lived there, and every evening he climbed the stairs. ",
    "The lamp was turned by a clockwork, so that sailors could tell one tower from another. ",
    "When fog came in, he rang a bell or fired a small cannon, for hours if that was needed. ",
    "Today nearly all of them run by themselves, and some have become little hotels. ",
    "On a clear night the light reaches twenty miles, because the earth is round. ",
    "Birds sometimes rest on the gallery during their long journeys over the water. ",
    "Storms broke the windows now and then, and new glass was rowed across from the mainland. ",
)

SPEAKERS = (1.0, 1.25, 0.88, 1.12, 1.35)
"""How much higher, and faster, those speak who talk to the voice that answers."""

ROOMS = ((0.0, None), (0.06, -12.0), (0.15, -16.0), (0.03, -8.0))
"""Delay and gain of the way from the loudspeaker to the microphone; None for headphones."""

EACH, APART, FIRST = 4, 6.0, 5.0


@dataclass(frozen=True)
class Heard:
    """What one sound over an answer came to; `silence` is the seconds from its onset."""

    text: str
    stopped: bool
    silence: float | None
    understood: tuple[str, ...]


class Trials:
    """Owns the models and the voices of one run."""

    def __init__(self, models: Models) -> None:
        """Load everything."""
        self._voice: Voice = models.load_voice(variation=0.0)
        self._ears = Ears(
            models.load_detector(), models.load_turn_detector(), models.load_recognizer()
        )
        self._answer = [(text, self.speak(text, 1.0)) for text in STORY]

    def speak(self, text: str, pitch: float) -> Pcm:
        """Return a text spoken at a pitch, at 16 kHz."""
        whole = np.concatenate(list(self._voice.speak(text, lambda: False)))
        return resample(whole, round(pitch * self._voice.sample_rate_hz), SAMPLE_RATE_HZ)

    def cough(self, seed: int) -> Pcm:
        """Return one to three bursts of noise that die away."""
        rng = np.random.default_rng(seed)
        bursts: list[Pcm] = []
        for _ in range(int(rng.integers(1, 4))):
            size = round(rng.uniform(0.12, 0.28) * SAMPLE_RATE_HZ)
            hiss = np.convolve(rng.standard_normal(size + 40), np.hanning(9), "same")[:size]
            bursts.append((hiss * np.exp(-3.0 * np.arange(size) / size)).astype(np.float32))
            bursts.append(np.zeros(round(rng.uniform(0.06, 0.2) * SAMPLE_RATE_HZ), np.float32))
        return np.concatenate(bursts)

    def over_answers(self, sounds: list[tuple[str, Pcm]]) -> list[Heard]:
        """Make the sounds over answers, some to a room; return what became of each."""
        heard: list[Heard] = []
        for first in range(0, len(sounds), EACH):
            delay, gain_db = ROOMS[first // EACH % len(ROOMS)]
            response = None if gain_db is None else impulse_response(delay, gain_db, first)
            with pytest.MonkeyPatch.context() as patch:
                talk = VirtualTalk(self._ears, self._answer, response=response, patch=patch)
                talk.ask(0.5)
                onsets, at = [], FIRST
                for _, pcm in sounds[first : first + EACH]:
                    talk.say(at, pcm)
                    onsets.append(at)
                    at += pcm.size / SAMPLE_RATE_HZ + APART
                talk.run(at)
            for onset, (text, _) in zip(onsets, sounds[first : first + EACH], strict=True):
                heard.append(_judged(talk, text, onset))
        return heard

    def alone(self, delay: float, gain_db: float) -> list[float]:
        """Answer for two minutes to nobody; return when it took itself for somebody."""
        with pytest.MonkeyPatch.context() as patch:
            response = impulse_response(delay, gain_db)
            talk = VirtualTalk(self._ears, self._answer * 4, response=response, patch=patch)
            talk.ask(0.5)
            talk.run(125.0)
        return [event.at - talk.instant(0.0) for event in talk.events if _is_speech(event)]

    def said(self, text: str, number: int) -> tuple[str, Pcm]:
        """Return a text as one of the speakers says it."""
        spoken = self.speak(text, SPEAKERS[number % len(SPEAKERS)])
        return text, spoken_at(spoken, -26.0 + 2.0 * (number % 3))


def _is_speech(event: object) -> bool:
    return isinstance(event, SpeechStarted) and not event.in_doubt


def _judged(talk: VirtualTalk, text: str, onset: float) -> Heard:
    begin = talk.instant(onset)
    near = [event for event in talk.events if begin < event.at < begin + APART]
    stopped = any(isinstance(e, TurnEnded) and e.reason is EndReason.STOPPED for e in near)
    words = tuple(event.text for event in near if isinstance(event, PartialTranscribed))
    return Heard(text, stopped, silent_after(talk.spoken, onset, 0.2), words)


def main() -> None:
    """Print what stops answers and what does not."""
    trials = Trials(Models(Settings(), Paths.standard()))
    hums = [trials.said(text, number) for number, text in enumerate(LISTENING)]
    hums += [(f"(cough {seed})", spoken_at(trials.cough(seed), -24.0)) for seed in range(4)]
    for name, sounds, wanted in (
        ("listening and coughs", hums, False),
        ("interruptions", [trials.said(t, n) for n, t in enumerate(WISHES)], True),
    ):
        results = trials.over_answers(sounds)
        for each in results:
            sys.stdout.write(f"  {each}\n")
        stopped = sum(each.stopped for each in results)
        sys.stdout.write(f"{name}: {stopped} of {len(results)} stopped the answer\n")
        if wanted:
            silences = sorted(each.silence for each in results if each.silence is not None)
            median, late = statistics.median(silences), silences[round(0.95 * len(silences)) - 1]
            sys.stdout.write(f"onset to silence: p50 {median:.3f} s, p95 {late:.3f} s\n")
    for delay, gain_db in ((0.02, -6.0), (0.06, -10.0), (0.12, -14.0), (0.2, -20.0)):
        own = trials.alone(delay, gain_db)
        sys.stdout.write(f"two minutes at {delay} s, {gain_db} dB: heard itself at {own}\n")


if __name__ == "__main__":
    main()

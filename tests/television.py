"""An evening with the television on: people who talk, music and noise; and somebody who calls.

The people are flite's four voices, which share nothing with the voice that the program ships.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, cycle
from pathlib import Path

import numpy as np
import soundfile
from simulated_room import hiss, power_db

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample

PEOPLE = ("awb", "rms", "slt", "kal16")

SCENES = (
    "Hey, Charlie. Hey, what's the matter? Hey, where have you been all night?",
    "Travis, are you there? Hey you, get off my lawn. Hay fever again, doctor?",
    "Jarvis Street is closed this evening, so please take the road along the harbour.",
    "Okay, now listen. Okay, nobody moves. Hey, drivers, keep to the left.",
    "Mister Harvey, the jury has reached a verdict. Hey, Harvey, say something.",
    "The service begins at nine. Charge us whatever you like. They chart us a course.",
    "Good evening, and welcome to the programme. My guests tonight need no introduction.",
    "Heavy rain is moving in from the west, with gusts of up to fifty miles an hour.",
    "He jarred his knee in the second half, and Davis came on for the last ten minutes.",
    "Hey, Java is an island, not only a coffee. They marvelled at the service.",
    "And now for only nineteen ninety five you will get a second one, free of charge.",
    "I never loved him, Margaret. I only stayed because of the garden and the dogs.",
    "What time is it? Tell me a story. Turn on the light. Who was that on the phone?",
    "The home side wins a corner. He takes it himself. Oh, what a save by the goalkeeper!",
    "A starfish has no brain, and yet it knows very well where the next mussel lives.",
    "Ladies and gentlemen, the jar is half empty. Hey, Jarrod, this is your last chance.",
)
"""Some of it is meant to be near to the phrases that call."""

CALLS = (
    "Hey Jarvis, what is the time?",
    "Hey Jarvis, tell me a story.",
    "Hey Jarvis, how are you?",
    "Hey Jarvis, who are you?",
    "Hey Jarvis, what is a ship?",
)

_BREATH = 0.3
_BESIDE_DB = -6.0
"""How loud music and applause are beside speech."""


@lru_cache(maxsize=256)
def said(person: str, text: str) -> Pcm:
    """Return a text as one of the people says it, at 16 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", person, "-t", text, "-o", wav], check=True)
        sound, rate = soundfile.read(wav, dtype="float32")
    return resample(sound, rate, SAMPLE_RATE_HZ)


def calls() -> Iterator[tuple[str, str, Pcm]]:
    """Yield (person, text, sound) of everybody who calls with everything there is to ask."""
    for text in CALLS:
        for person in PEOPLE:
            yield person, text, said(person, text)


def evening(minutes: int, level_db: float = -30.0) -> Iterator[Pcm]:
    """Yield an evening minute by minute; whatever sounds has the power `level_db`."""
    talk = _talk()
    rest = np.zeros(0, np.float32)
    for minute in range(minutes):
        size = 50 * SAMPLE_RATE_HZ
        while rest.size < size:
            rest = np.concatenate((rest, next(talk)))
        speech, rest = rest[:size], rest[size:]
        beside = music(15, minute), applause(15, minute)
        speech[-30 * SAMPLE_RATE_HZ :] += 10 ** (_BESIDE_DB / 20) * np.concatenate(beside)
        between = music(10, minute + 1000) if minute % 2 else applause(10, minute + 1000)
        whole = np.concatenate((speech, between))
        yield whole * np.float32(10 ** (level_db / 20)) + hiss(whole.size, -65.0, minute)


def music(seconds: int, seed: int) -> Pcm:
    """Return chords under a melody, with a beat, at a power of 0 dB."""
    rng = np.random.default_rng(seed)
    beat = SAMPLE_RATE_HZ // 2
    at = np.arange(beat) / SAMPLE_RATE_HZ
    fading = np.exp(-3.0 * at)
    bars: list[Pcm] = []
    for number in range(2 * seconds):
        root = 220.0 * 2 ** (rng.choice((0, 5, 7, 9)) / 12 - (number % 4 == 0))
        tones = [root, root * 2 ** (4 / 12), root * 2 ** (7 / 12), 2 * root * rng.choice((1, 1.5))]
        partials = sum(np.sin(2 * np.pi * tone * k * at) / k for tone in tones for k in range(1, 6))
        drum = rng.standard_normal(beat) * np.exp(-25.0 * at) * (4.0 if number % 2 else 2.0)
        bars.append(np.asarray(partials * fading + drum, np.float32))
    return _at_level(np.concatenate(bars))


def applause(seconds: int, seed: int) -> Pcm:
    """Return many hands that clap, at a power of 0 dB."""
    rng = np.random.default_rng(seed)
    size = seconds * SAMPLE_RATE_HZ
    claps = np.zeros(size, np.float32)
    clap = np.exp(-np.arange(240) / 40.0)
    for first in rng.integers(0, size - 240, 60 * seconds):
        claps[first : first + 240] += (clap * rng.standard_normal(240)).astype(np.float32)
    return _at_level(claps)


def _talk() -> Iterator[Pcm]:
    """Yield scene after scene, each time by somebody else, with what the licence says between."""
    licence = _paragraphs()
    breath = np.zeros(round(_BREATH * SAMPLE_RATE_HZ), np.float32)
    for number, person in zip(count(), cycle(PEOPLE), strict=False):
        # Every round of the scenes another voice has each.
        scene = SCENES[(number + number // len(SCENES)) % len(SCENES)]
        for text in (scene, next(licence)):
            yield _at_level(said(person, text))
            yield breath


def _paragraphs() -> Iterator[str]:
    """Yield the licence's paragraphs without end: half an hour of prose that everybody has."""
    text = (Path(__file__).resolve().parents[1] / "LICENSE").read_text(encoding="utf-8")
    return cycle(" ".join(part.split()) for part in text.split("\n\n") if len(part) > 80)


def _at_level(pcm: Pcm) -> Pcm:
    return pcm * np.float32(10 ** (-power_db(pcm) / 20))

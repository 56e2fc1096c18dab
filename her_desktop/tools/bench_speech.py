"""The benchmark's user as sound: spoken by the installed voice, or recorded from people.

Every utterance becomes a file at the sound loop's own rate, so that the sound server converts
nothing, with what is known of it: where its first and last spoken samples lie and how it pauses.
Blocking; the voice is loaded once and freed before the window that is measured starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import numpy as np

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm, first_audible
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import read_wav, write_wav
from her_desktop.conversation.commands import PrepareSound
from her_desktop.conversation.speakable import speakable
from her_desktop.engine.prepared import PreparedSounds
from her_desktop.inference.protocols import Voice
from her_desktop.models import Models
from her_desktop.tools.gaps import stretches
from her_desktop.tools.recording import RATE_HZ

LEAST_PAUSE = 0.3
"""Seconds of silence inside an utterance that make it a hesitant one."""

_EDGE = 0.3
"""Seconds of silence before and after the sound of a file."""
_LONGEST_PAUSE = 5.0
_COUGH_SEED = 7


class Kind(StrEnum):
    """What sort of thing is asked, or happens, in a trial."""

    CLEAR = "clear"
    SHORT = "short"
    LONG = "long"
    HESITANT = "hesitant"
    RECORDED = "recorded"
    INSTANT = "instant"
    INTERRUPTION = "interruption"
    BACKCHANNEL = "backchannel"
    COUGH = "cough"
    ECHO = "echo"


@dataclass(frozen=True)
class Utterance:
    """A file that is played into the microphone, and what is in it.

    `first` is the second of its first audible sample, `last` that of its last loud moment, `pauses`
    are the silences of at least 0.3 s inside; `text` is empty where nobody wrote down what is said.
    """

    name: str
    text: str
    wav: Path
    first: float
    last: float
    pauses: tuple[float, ...]
    of_person: bool = False

    @property
    def duration(self) -> float:
        """Seconds from the first audible sample to the last loud moment."""
        return self.last - self.first


class SpokenUser:
    """Owns the folder of files; makes each from the voice. Used by one thread."""

    def __init__(self, voice: Voice, folder: Path) -> None:
        """Speak with `voice` into `folder`, which is made."""
        self._voice = voice
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def say(self, name: str, text: str) -> Utterance:
        """Speak one text in one go."""
        return kept(self._folder, name, text, self._spoken(text))

    def say_in_pieces(self, name: str, pieces: Sequence[str], number: int) -> Utterance:
        """Speak pieces with silences of 300 to 800 ms between them, different for each `number`.

        The pieces are spoken as they are written, without the fall of a sentence's end.
        """
        parts: list[Pcm] = []
        for index, piece in enumerate(pieces):
            if index:
                pause = 0.3 + 0.5 * spread(2 * number + index)
                parts.append(np.zeros(round(pause * RATE_HZ), np.float32))
            last = index == len(pieces) - 1
            parts.append(trimmed(self._spoken(piece if last else f"{piece},")))
        return kept(self._folder, name, " ".join(pieces), np.concatenate(parts))

    def cough(self, name: str, number: int) -> Utterance:
        """Make a cough: two bursts of noise, the second longer."""
        return kept(self._folder, name, "", cough(number))

    def dictation(self, text: str) -> Pcm:
        """Speak a text for recognition alone: 16 kHz, no file."""
        return resample(self._raw(text), self._voice.sample_rate_hz, SAMPLE_RATE_HZ)

    def _spoken(self, text: str) -> Pcm:
        return resample(self._raw(text), self._voice.sample_rate_hz, RATE_HZ)

    def _raw(self, text: str) -> Pcm:
        # A voice may find nothing in a text to speak; what is silent is told by `kept`.
        pieces = list(self._voice.speak(text, lambda: False))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def recorded_utterances(source: Path, folder: Path) -> list[Utterance]:
    """Return the WAV files of a folder, with the texts that lie beside them in .txt files.

    What is loud after the last word of a recording counts as the user's: cut it off before.
    Raises SoundError where there is none or one cannot be read.
    """
    wavs = sorted(path for path in source.glob("*") if path.suffix.lower() == ".wav")
    if not wavs:
        raise SoundError(f"There are no WAV files in {source}. Give a folder of spoken recordings.")
    folder.mkdir(parents=True, exist_ok=True)
    utterances = []
    for path in wavs:
        written = path.with_suffix(".txt")
        try:
            text = written.read_text(encoding="utf-8").strip() if written.is_file() else ""
        except UnicodeDecodeError as error:
            raise SoundError(f"{written} is no text in UTF-8. Save it as such.") from error
        pcm = resample(read_wav(path), SAMPLE_RATE_HZ, RATE_HZ)
        utterances.append(kept(folder, f"recorded-{path.stem}", text, pcm, of_person=True))
    return utterances


def kept(folder: Path, name: str, text: str, pcm: Pcm, *, of_person: bool = False) -> Utterance:
    """Write sound at the loop's rate to a file and measure it. Raises SoundError for silence."""
    edge = np.zeros(round(_EDGE * RATE_HZ), np.float32)
    pcm = np.concatenate([edge, pcm, edge])
    # Long pauses belong to an utterance here: its file says where it begins and ends.
    parts = stretches(pcm, RATE_HZ, joined=LEAST_PAUSE, in_noise=True)
    first = first_audible(pcm)
    if not parts or first is None:
        raise SoundError(f"Nothing can be heard in {name}. Give a louder recording.")
    wav = folder / f"{name}.wav"
    write_wav(wav, pcm, RATE_HZ)
    pauses = tuple(after.start - before.end for before, after in pairwise(parts))
    return Utterance(name, text, wav, first / RATE_HZ, parts[-1].end, pauses, of_person)


def make_replies(models: Models, voice: Voice) -> None:
    """Make the sound of the prepared replies, as the program has done in its first idle minutes.

    It makes one every few seconds and keeps it; a bench leaves it no such leisure.
    """
    sounds = PreparedSounds(models.paths.prepared_dir)
    replies, _ = models.instant_replies()
    for language, text in replies.answers():
        if language == models.language and (said := speakable(text, language)):
            for _ in sounds.speak(voice, PrepareSound(text, said), lambda: False):
                pass


def trimmed(pcm: Pcm) -> Pcm:
    """Return sound at the loop's rate without the silence before and after it."""
    found = stretches(pcm, RATE_HZ, joined=_LONGEST_PAUSE)
    if not found:
        return pcm
    return pcm[round(found[0].start * RATE_HZ) : round(found[-1].end * RATE_HZ)]


def cough(number: int) -> Pcm:
    """Return a synthetic cough at the loop's rate: the same for the same `number`."""
    random = np.random.default_rng([_COUGH_SEED, number])
    bursts: list[Pcm] = []
    for length, decay, level in ((0.16, 0.035, 0.5), (0.34, 0.09, 0.35)):
        times = np.arange(round(length * RATE_HZ)) / RATE_HZ
        noise = random.standard_normal(times.size + 32)
        # A short moving average takes the hiss off: the throat is a wide pipe.
        soft = np.convolve(noise, np.hanning(34)[1:-1] / 8.0, mode="valid")[: times.size]
        shape = np.minimum(times / 0.006, 1.0) * np.exp(-times / decay)
        bursts += [(level * shape * soft).astype(np.float32), np.zeros(2400, np.float32)]
    return np.clip(np.concatenate(bursts), -0.9, 0.9)


def spread(number: int) -> float:
    """Return the `number`-th of a sequence that covers 0 to 1 evenly and in mixed order.

    The sequence of van der Corput (1935) in base two.
    """
    value, step = 0.0, 0.5
    while number:
        value += step * (number & 1)
        number >>= 1
        step /= 2.0
    return value

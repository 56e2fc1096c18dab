"""How well speech is recognised on a short context, against the whole that the model is made for.

The program encodes no more context than an utterance needs. This reads sentences to it that are
spoken by the installed voice in mild noise, and reads the same sound to faster-whisper's own
`transcribe`, greedily, which always encodes 30 seconds: what the short context costs in words.
Blocking; called by the benchmark alone, before its window runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.models import Models
from her_desktop.tools.word_errors import word_error_rate

NOISE_SEED = 1729
NOISE_UNDER_SPEECH_DB = 25.0
"""How far the added noise lies under the speech: a quiet room with a fan in it."""

SENTENCES = (
    "Open the window.",
    "Not today, thanks.",
    "Where are my keys?",
    "It is raining again.",
    "The kettle is boiling.",
    "Please speak a little louder.",
    "I forgot to water the plants.",
    "Who left the gate open last night?",
    "There is a spider on the ceiling.",
    "My train leaves before sunrise.",
    "The soup needs a bit more salt.",
    "She painted the door dark green.",
    "Could you move your chair to the left?",
    "We should call the doctor tomorrow morning.",
    "The children built a castle out of sand.",
    "An old map was hanging above the fireplace.",
    "Nobody remembered to bring the tickets.",
    "His coat was still wet from the storm.",
    "Put the heavy boxes under the stairs.",
    "The museum closes earlier in the winter.",
    "I would rather walk than wait for the bus.",
    "A strange noise came from behind the wall.",
    "They sold the boat because nobody used it.",
    "You can borrow my umbrella until the weekend.",
    "The baker on the corner makes excellent bread.",
    "Our cat refuses to eat anything but chicken.",
    "Honestly, I have never seen such a small kitchen.",
    "The letter arrived on the day after she had moved out.",
    "If the road is closed, take the bridge near the old mill.",
    "He spent the whole evening looking for a missing screw.",
    "The river was so clear that we could count the stones.",
    "Before you leave, please turn off the light in the hall.",
    "The teacher asked us to write about our favourite season.",
    "A warm wind from the south melted the snow in a single night.",
    "They planted apple trees along the road to the village.",
    "The engine stopped in the middle of the hill, and we had to push.",
    "I keep the spare blanket in the bottom drawer of the wardrobe.",
    "The orchestra played so quietly that one could hear the rain outside.",
    "Every autumn the farmers bring their sheep down from the mountains.",
    "She opened the envelope slowly, read the first line and began to laugh.",
    "The guests stayed until midnight, although the heating was not working.",
    "When the lights went out, my brother found the candles in no time at all.",
    "It took us almost an hour to find a place where we could leave the car.",
    "The shop sells everything from garden tools to dried fruit and old postcards.",
    "He claims that the best coffee in town is served at the railway station.",
    "During the holidays we played cards every evening and went to bed very late.",
    "The bird sat on the branch for a long time before it flew across the water.",
    "My aunt collects tea cups, and she knows a story about every one of them.",
    "The wall had been painted so often that nobody knew its first colour any more.",
    "If you listen carefully, you can hear the sea from the top of the church tower.",
    "The gardener told us that roses need less water than most people believe, and that they "
    "should never be cut on a rainy day.",
    "On the way home we met a man who carried a ladder on his shoulder and whistled a tune that "
    "all of us knew from our childhood.",
    "The last room of the exhibition was empty except for a wooden bench, a tall mirror and the "
    "sound of somebody walking on gravel.",
    "Although the forecast had promised sunshine, we spent most of the week inside, reading, "
    "cooking and watching the fog drift over the fields.",
    "My grandfather repaired clocks in a tiny workshop behind the market, where it was so dark "
    "that the lamp had to burn at noon, and even today I cannot hear a clock strike without "
    "thinking of the smell of oil and dust in there.",
    "The captain explained to the passengers, most of whom had been up since dawn, that the ship "
    "would have to wait outside the harbour until the fog had lifted, that nobody could tell how "
    "long this was going to take, and that dinner would be served a little earlier than usual.",
)
"""Fifty-six sentences of one to twelve seconds, each unlike the others; no numbers, no names."""

QUICK = 8


@dataclass(frozen=True)
class Reading:
    """One utterance as it was said, and as it was read with the short and the full context."""

    said: str
    seconds: float
    short: str
    full: str


def dictate(
    models: Models, spoken: Sequence[tuple[str, Pcm]], told: Callable[[int], None]
) -> list[Reading]:
    """Read (text, pcm at 16 kHz) pairs in both ways; `told` hears how many are done.

    Raises ModelError where the model cannot be loaded.
    """
    short = models.load_recognizer()
    try:
        heard = []
        for number, (_, pcm) in enumerate(spoken, 1):
            heard.append(short.transcribe(pcm, lambda: False).text)
            told(number)
    finally:
        short.close()
    full = _full_context(models)
    return [
        Reading(said, pcm.size / SAMPLE_RATE_HZ, text, full(pcm))
        for (said, pcm), text in zip(spoken, heard, strict=True)
    ]


def with_noise(pcm: Pcm, number: int) -> Pcm:
    """Return speech in mild white noise, the same for the same utterance `number` in every run."""
    noise = np.random.default_rng([NOISE_SEED, number]).standard_normal(pcm.size)
    power = float(np.mean(np.square(pcm))) if pcm.size else 0.0
    level = np.sqrt(power) * 10.0 ** (-NOISE_UNDER_SPEECH_DB / 20.0)
    noisy: Pcm = np.clip(pcm + (level * noise).astype(np.float32), -1.0, 1.0)
    return noisy


def figures(readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the word error rates in percent, both ways, and of how much speech."""
    short = word_error_rate((reading.said, reading.short) for reading in readings)
    full = word_error_rate((reading.said, reading.full) for reading in readings)
    return {
        "n": len(readings),
        "speech_s": round(sum(reading.seconds for reading in readings), 1),
        "short_context_wer_percent": None if short is None else round(100 * short, 2),
        "full_context_wer_percent": None if full is None else round(100 * full, 2),
        "noise": f"white, {NOISE_UNDER_SPEECH_DB:.0f} dB under the speech, seed {NOISE_SEED}",
    }


def _full_context(models: Models) -> Callable[[Pcm], str]:
    """Return a function that recognises with the library's own transcription, greedily."""
    from faster_whisper import WhisperModel

    folder, _ = models.files(models.settings.stt_model)
    whisper = WhisperModel(
        str(folder),
        device="cpu",
        compute_type="int8",
        cpu_threads=models.threads,
        local_files_only=True,
    )
    language: str | None = models.settings.language
    if language == "auto":
        language = None if whisper.model.is_multilingual else "en"

    def read(pcm: Pcm) -> str:
        segments, _ = whisper.transcribe(
            pcm,
            language=language,
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments)

    return read

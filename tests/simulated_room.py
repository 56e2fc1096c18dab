"""A loudspeaker, a room and a microphone made of numbers, for whoever must cope with an echo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.tools.room import impulse_response as impulse_response

START_AT = 1000.0


def speech(seconds: float, seed: int, pitch_hz: float = 110.0, level_db: float = -21.0) -> Pcm:
    """Return a voice that says nothing: voiced and hissed syllables with formants and pauses."""
    rng = np.random.default_rng(seed)
    size = round(seconds * SAMPLE_RATE_HZ)
    sound = np.zeros(size)
    at = 0
    while at < size:
        count = min(round(rng.uniform(0.12, 0.28) * SAMPLE_RATE_HZ), size - at)
        swell = np.sin(np.pi * np.arange(count) / count) ** 0.5
        if rng.random() < 0.25:
            hiss = np.diff(rng.standard_normal(count + 1))
            sound[at : at + count] = 0.15 * hiss * swell
        else:
            glide = np.linspace(
                pitch_hz * rng.uniform(0.85, 1.25), pitch_hz * rng.uniform(0.85, 1.25), count
            )
            phase = 2.0 * np.pi * np.cumsum(glide) / SAMPLE_RATE_HZ
            harmonics = np.arange(1, int(7000.0 / (1.25 * pitch_hz)))
            formants = rng.uniform((300, 900, 2200), (800, 2100, 3300))
            distance = (harmonics[:, None] * pitch_hz - formants) / (60.0, 90.0, 150.0)
            strength = ((1.0, 0.6, 0.3) / (1.0 + distance**2)).sum(axis=1) + 0.01
            tones = np.sin(harmonics[:, None] * phase + rng.uniform(0, 6, (harmonics.size, 1)))
            sound[at : at + count] = strength @ tones * swell
        at += count + round((rng.random() < 0.15) * rng.uniform(0.1, 0.35) * SAMPLE_RATE_HZ)
    sound *= 10.0 ** (level_db / 20.0) / np.sqrt(np.mean(sound**2))
    return np.asarray(sound, np.float32)


def sent_through(pcm: Pcm, response: Pcm) -> Pcm:
    """Return what of a sound arrives."""
    size = 1 << (pcm.size + response.size).bit_length()
    spectrum = np.fft.rfft(pcm, size) * np.fft.rfft(response, size)
    return np.asarray(np.fft.irfft(spectrum)[: pcm.size], np.float32)


def hiss(size: int, level_db: float, seed: int = 7) -> Pcm:
    """Return the noise that every microphone has."""
    noise = np.random.default_rng(seed).standard_normal(size)
    return np.asarray(10.0 ** (level_db / 20.0) * noise, np.float32)


def on_a_faster_clock(pcm: Pcm, ppm: float) -> Pcm:
    """Return the same sound as a device hears it that counts too many samples."""
    fine = resample(pcm, SAMPLE_RATE_HZ, 8 * SAMPLE_RATE_HZ)
    at = 8.0 * np.arange(pcm.size) / (1.0 + 1e-6 * ppm)
    return np.asarray(np.interp(at, np.arange(fine.size), fine), np.float32)


def power_db(pcm: Pcm) -> float:
    """Return the mean power in dB."""
    return float(10.0 * np.log10(np.mean(pcm.astype(np.float64) ** 2) + 1e-14))


@dataclass
class Rig:
    """Two devices with their stamps: what is played is written block by block as time goes on."""

    played: Pcm = field(repr=False)
    far_end: FarEnd = field(default_factory=FarEnd)
    rate_hz: int = 48_000
    ahead: float = 0.02
    """Seconds by which the callback knows what the device will play."""
    claimed_early: float = 0.0
    """Seconds by which the output's stamps are wrong."""
    jitter: float = 0.0
    ppm: float = 0.0
    """How much faster the microphone's clock is."""

    def blocks(self, heard: Pcm, size: int = 160) -> Iterator[tuple[Pcm, float]]:
        """Yield the microphone's blocks with their instants, having played until then."""
        rng = np.random.default_rng(3)
        loudspeaker = resample(self.played, SAMPLE_RATE_HZ, self.rate_hz)
        block, written = self.rate_hz // 100, 0
        mic_hz = SAMPLE_RATE_HZ * (1.0 + 1e-6 * self.ppm)
        for first in range(0, heard.size - size + 1, size):
            at = START_AT + first / mic_hz
            now = at + size / mic_hz + 0.01
            while written + block <= loudspeaker.size:
                plays_at = START_AT + written / self.rate_hz
                if plays_at - self.ahead > now:
                    break
                stamp = plays_at - self.claimed_early + rng.normal(0.0, self.jitter)
                self.far_end.write(loudspeaker[written : written + block], stamp, self.rate_hz)
                written += block
            yield heard[first : first + size], at + rng.normal(0.0, self.jitter)

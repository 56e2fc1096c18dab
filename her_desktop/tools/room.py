"""A room between a sound loop's loudspeaker and its microphone: what is played comes back, later.

A process of its own, so that it keeps its pace whatever whoever measures does; `SoundLoop.echo`
starts it. The sound server's own loopback is no room: it follows its clock by changing the pitch,
and on a busy machine its server was seen to do nothing but shift what was queued, and to end.
Rule: one thread.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

OPEN = "open\n"
"""What the process says once sound comes through."""

_BLOCK = SAMPLE_RATE_HZ // 50
_LATE = 0.1
"""Seconds by which the room may fall behind. Walls do not: then it begins anew."""
_RINGS = 0.25
"""Seconds after which a reflection is 60 dB weaker."""
_FORMAT = ("--format=float32le", "--channels=1", f"--rate={SAMPLE_RATE_HZ}", "--raw")


def impulse_response(delay: float, gain_db: float, seed: int = 0) -> Pcm:
    """Return a way from a loudspeaker to a microphone: direct, reflected, decaying, at 16 kHz.

    It begins after `delay` seconds, and all of it has the power `gain_db`.
    """
    rng = np.random.default_rng(seed)
    at = np.arange(round(_RINGS * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    response = 0.05 * rng.standard_normal(at.size) * np.exp(-6.9 * at / _RINGS)
    response[0] += 1.0
    early = rng.integers(20, 480, 8)
    response[early] += rng.choice((-1.0, 1.0), 8) * rng.uniform(0.2, 0.6, 8)
    response *= 10.0 ** (gain_db / 20.0) / np.sqrt(np.sum(response**2))
    silence = np.zeros(round(delay * SAMPLE_RATE_HZ))
    return np.concatenate((silence, response)).astype(np.float32)


class Room:
    """Owns the two programs on either side of a response, and what still rings."""

    def __init__(self, response: Pcm, speaker: str, microphone: str) -> None:
        """Begin to hear the sink `speaker` and to play into the sink `microphone`."""
        self._size = 1 << (response.size + _BLOCK - 1).bit_length()
        self._spectrum = np.fft.rfft(response, self._size)
        self._hear = ["parec", f"--device={speaker}.monitor", "--latency-msec=20", *_FORMAT]
        self._play = ["pacat", "--playback", f"--device={microphone}", "--latency-msec=40"]
        self._play += _FORMAT
        self._ringing = np.zeros(self._size)
        self._heard, self._played = self._opened()

    def close(self) -> None:
        """End both programs."""
        for process in (self._heard, self._played):
            process.kill()
            process.wait()

    def reflect(self) -> bool:
        """Send one block through; return whether there was one."""
        heard, played = self._heard.stdout, self._played.stdin
        if heard is None or played is None:
            return False
        began_at = time.monotonic()
        pcm = np.frombuffer(heard.read(4 * _BLOCK), np.float32)
        if not pcm.size:
            return False
        self._ringing += np.fft.irfft(np.fft.rfft(pcm, self._size) * self._spectrum, self._size)
        played.write(self._ringing[: pcm.size].astype(np.float32).tobytes())
        played.flush()
        self._ringing = np.concatenate((self._ringing[pcm.size :], np.zeros(pcm.size)))
        if time.monotonic() - began_at > _LATE:
            # Its buffers would keep what was missed, and the walls would move away.
            self.close()
            self._ringing = np.zeros(self._size)
            self._heard, self._played = self._opened()
        return True

    def _opened(self) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
        return (
            subprocess.Popen(self._hear, stdout=subprocess.PIPE),
            subprocess.Popen(self._play, stdin=subprocess.PIPE),
        )


def main(delay: str, gain_db: str, speaker: str, microphone: str) -> None:
    """Reflect until the process is ended or the sound server is gone."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.nice(-os.nice(0))
    # The two programs are ended as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    room = Room(impulse_response(float(delay), float(gain_db)), speaker, microphone)
    try:
        is_open = room.reflect()
        sys.stdout.write(OPEN)
        sys.stdout.flush()
        while is_open:
            is_open = room.reflect()
    except BrokenPipeError:
        # The sound server is gone, and the room with it.
        return
    finally:
        room.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

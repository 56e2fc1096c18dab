"""A room between the loop's loudspeaker and its microphone: what is played comes back, reflected.

Started as a process of its own, so that it keeps its pace whatever the test does. It takes the
delay in seconds and the gain in dB, and says "open" once sound comes through. The sound server's
own buffers add to the delay.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
from simulated_room import impulse_response

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

BLOCK = SAMPLE_RATE_HZ // 50
LATE = 0.1
"""Seconds by which the room may fall behind. Walls do not: then it begins anew."""

_FORMAT = ["--format=float32le", "--channels=1", f"--rate={SAMPLE_RATE_HZ}", "--raw"]


class Room:
    """Two programs, one on either side of the response."""

    def __init__(self, response: Pcm) -> None:
        self._size = 1 << (response.size + BLOCK - 1).bit_length()
        self._spectrum = np.fft.rfft(response, self._size)
        self._open()

    def _open(self) -> None:
        self._ringing = np.zeros(self._size)
        self._heard = subprocess.Popen(
            ["parec", "--device=her_speaker.monitor", "--latency-msec=20", *_FORMAT],
            stdout=subprocess.PIPE,
        )
        self._spoken = subprocess.Popen(
            ["pacat", "--playback", "--device=her_mic", "--latency-msec=40", *_FORMAT],
            stdin=subprocess.PIPE,
        )

    def close(self) -> None:
        for process in (self._heard, self._spoken):
            process.kill()
            process.wait()

    def reflect(self) -> bool:
        """Send one block through; return whether there was one."""
        assert self._heard.stdout is not None
        assert self._spoken.stdin is not None
        began_at = time.monotonic()
        piece = self._heard.stdout.read(4 * BLOCK)
        pcm = np.frombuffer(piece, np.float32)
        if not pcm.size:
            return False
        self._ringing += np.fft.irfft(np.fft.rfft(pcm, self._size) * self._spectrum, self._size)
        self._spoken.stdin.write(self._ringing[: pcm.size].astype(np.float32).tobytes())
        self._spoken.stdin.flush()
        self._ringing = np.concatenate((self._ringing[pcm.size :], np.zeros(pcm.size)))
        if time.monotonic() - began_at > LATE:
            # Its buffers would keep what was missed, and the walls would move away.
            self.close()
            self._open()
        return True


def main() -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.nice(-os.nice(0))
    # The two programs are ended as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    room = Room(impulse_response(float(sys.argv[1]), float(sys.argv[2])))
    try:
        is_open = room.reflect()
        sys.stdout.write("open\n")
        sys.stdout.flush()
        while is_open:
            is_open = room.reflect()
    except BrokenPipeError:
        # The sound server is gone, and the room with it.
        return
    finally:
        room.close()


if __name__ == "__main__":
    main()

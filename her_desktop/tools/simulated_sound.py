"""A microphone and a loudspeaker inside the program: what a benchmark plays on and listens to.

`python -m her_desktop.tools.simulated_sound ARGS` is the real program with this in the place of
PortAudio, for systems that have no private sound server. Files come in, and both sides go out,
over a connection to the benchmark (see `in_process_loop`).

Rule: one thread, `simulated-sound`, keeps the time of both devices and calls their callbacks, as
PortAudio's does; streams are opened and closed on the thread that looks after the devices.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.audio.stream import samples

RATE_HZ = 48_000
BLOCK_SAMPLES = 480
ADDRESS_VARIABLE, KEY_VARIABLE = "HER_DESKTOP_LOOP", "HER_DESKTOP_LOOP_KEY"

_BLOCK = BLOCK_SAMPLES / RATE_HZ
_LATENCY = 0.02
"""Seconds from the callback to the loudspeaker; a callback later than that loses its block."""
_ECHO_BLOCKS = 3
_INVALID_RATE, _NO_SUCH_DEVICE = -9997, -9996
_NAMES = ("Simulated microphone", "Simulated loudspeaker")


class PortAudioError(Exception):
    """What PortAudio raises: a sentence and a code."""


class Stream:
    """One direction that is open; `start`, `abort` and `close` are PortAudio's."""

    def __init__(self, sound: SimulatedSound, callback: Callable[..., None], channels: int) -> None:
        """Prepare; nothing is called before `start`."""
        self._sound = sound
        self.callback = callback
        self.channels = channels
        self.latency = _LATENCY
        self.is_started = False

    def start(self) -> None:
        """Let the callbacks begin."""
        self.is_started = True

    def abort(self) -> None:
        """End the callbacks; none is under way when this returns."""
        with self._sound.lock:
            self.is_started = False

    def close(self) -> None:
        """Give the device back."""
        self.abort()


class SimulatedSound:
    """Stands for the module `sounddevice`: owns both devices, their clock and the connection."""

    PortAudioError = PortAudioError

    def __init__(self, connection: Connection) -> None:
        """Start the clock; `connection` brings files and takes both sides."""
        self.lock = threading.Lock()
        """Held while callbacks run."""
        self._connection = connection
        self._input: Stream | None = None
        self._output: Stream | None = None
        self._said: list[tuple[int, Pcm]] = []
        self._over: list[int] = []
        self._room = 0.0
        self._echo = 0.0
        self._noise = np.random.default_rng(1)
        silence = np.zeros(BLOCK_SAMPLES, np.float32)
        # The block that sounds now, the one after it, and before them what an echo is made of.
        ahead = round(_LATENCY / _BLOCK)
        self._played = [silence] * (ahead + _ECHO_BLOCKS + 1)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated-sound")
        self._thread.start()

    def close(self) -> None:
        """End the clock."""
        self._ends.set()
        self._thread.join()
        self._connection.close()

    # --- what the program asks of sounddevice --------------------------------------------------

    def query_devices(self) -> list[dict[str, Any]]:
        """Return the two devices."""
        return [
            {
                "name": name,
                "hostapi": 0,
                "max_input_channels": 1 - index,
                "max_output_channels": index,
                "default_samplerate": float(RATE_HZ),
            }
            for index, name in enumerate(_NAMES)
        ]

    def query_hostapis(self) -> list[dict[str, Any]]:
        """Return the one way to reach them."""
        return [
            {"name": "Simulation", "default_input_device": 0, "default_output_device": 1},
        ]

    def RawInputStream(self, **options: Any) -> Stream:  # noqa: N802 - sounddevice's own name
        """Open the microphone."""
        self._input = self._opened(options, 0)
        return self._input

    def RawOutputStream(self, **options: Any) -> Stream:  # noqa: N802 - sounddevice's own name
        """Open the loudspeaker."""
        self._output = self._opened(options, 1)
        return self._output

    def _terminate(self) -> None:
        """Do nothing: these devices are never plugged out."""

    def _initialize(self) -> None:
        """Do nothing: these devices are never plugged in."""

    def _opened(self, options: dict[str, Any], device: int) -> Stream:
        if options["device"] != device:
            raise PortAudioError("there is no such device", _NO_SUCH_DEVICE)
        if options["samplerate"] != RATE_HZ or options["blocksize"] != BLOCK_SAMPLES:
            raise PortAudioError("the devices know one rate and one size of blocks", _INVALID_RATE)
        return Stream(self, options["callback"], options["channels"])

    # --- the thread of the clock ---------------------------------------------------------------

    def _run(self) -> None:
        begun, block = time.monotonic(), 0
        while not self._ends.is_set():
            block += 1
            due_at = begun + block * _BLOCK
            self._ends.wait(max(0.0, due_at - time.monotonic()))
            try:
                while self._connection.poll():
                    self._obey(*self._connection.recv())
                self._tick(due_at)
            except (EOFError, OSError):
                return  # whoever measured is gone

    def _obey(self, what: str, *values: Any) -> None:
        if what == "play":
            number, raw = values
            self._said.append((number, np.frombuffer(raw, np.float32)))
        elif what == "stop":
            self._said = [(number, pcm) for number, pcm in self._said if number != values[0]]
        elif what == "room":
            (self._room,) = values
        elif what == "echo":
            (self._echo,) = values

    def _tick(self, due_at: float) -> None:
        """Let the block that ends at `due_at` be heard, and ask for one that is to come."""
        played = self._played
        sounding = played[-1 - round(_LATENCY / _BLOCK)]
        heard = self._mixed(played[0])
        is_late = time.monotonic() > due_at + _LATENCY
        with self.lock:
            if (stream := self._input) and stream.is_started:
                times = SimpleNamespace(
                    currentTime=time.monotonic(), inputBufferAdcTime=due_at - _BLOCK
                )
                channels = np.repeat(heard[:, None], stream.channels, axis=1)
                stream.callback(channels.tobytes(), BLOCK_SAMPLES, times, None)
            coming = np.zeros(BLOCK_SAMPLES, np.float32)
            if (stream := self._output) and stream.is_started:
                out = bytearray(np.zeros((BLOCK_SAMPLES, stream.channels), np.float32))
                times = SimpleNamespace(
                    currentTime=time.monotonic(), outputBufferDacTime=due_at + _LATENCY
                )
                status = SimpleNamespace(output_underflow=True) if is_late else None
                stream.callback(out, BLOCK_SAMPLES, times, status)
                coming = coming if is_late else samples(out, BLOCK_SAMPLES)[:, 0].copy()
        self._played = [*played[1:], coming]
        sides = np.stack([heard, sounding], axis=1).astype(np.float32)
        self._connection.send(("sound", sides.tobytes()))
        while self._over:
            self._connection.send(("done", self._over.pop()))

    def _mixed(self, echo: Pcm) -> Pcm:
        """Return what the microphone hears in a block: the room, the echo and what is said."""
        heard = self._noise.normal(0.0, 1.0, BLOCK_SAMPLES) * self._room + echo * self._echo
        going_on: list[tuple[int, Pcm]] = []
        for number, pcm in self._said:
            part = pcm[:BLOCK_SAMPLES]
            heard[: part.size] += part
            if pcm.size > BLOCK_SAMPLES:
                going_on.append((number, pcm[BLOCK_SAMPLES:]))
            else:
                self._over.append(number)
        self._said = going_on
        return np.asarray(heard, np.float32)


def main() -> None:
    """Run the program with these devices; the environment says where the benchmark waits."""
    key = bytes.fromhex(os.environ[KEY_VARIABLE])
    sound = SimulatedSound(Client(os.environ[ADDRESS_VARIABLE], authkey=key))
    sys.modules["sounddevice"] = cast("Any", sound)
    try:
        runpy.run_module("her_desktop", run_name="__main__")
    finally:
        sound.close()


if __name__ == "__main__":
    main()

"""A sound loop without a sound server: the program's devices are simulated inside it.

It does what `SoundLoop` does where there is no PulseAudio: a benchmark speaks into the microphone
and records both sides on one clock. What a system's own sound path would cost is not in it: 20 ms
to the loudspeaker and a block of 10 ms from the microphone stand for that.

Rule: used by one thread; a thread of its own, `loop-wire`, only hands on what the program sends.
"""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import read_wav
from her_desktop.tools.recording import Recording, SoundLoopFailed, Source
from her_desktop.tools.simulated_sound import ADDRESS_VARIABLE, KEY_VARIABLE, RATE_HZ


class Spoken:
    """A file on its way into the loop."""

    def __init__(self, loop: InProcessLoop, number: int) -> None:
        """Remember which it is."""
        self._loop, self._number = loop, number
        self.is_over = threading.Event()
        self.is_lost = False
        """The program ended before all of it was heard."""

    def wait(self, timeout: float = 600.0) -> None:
        """Return once all of it has been heard; raises SoundLoopFailed where it was not."""
        if not self.is_over.wait(timeout) or self.is_lost:
            raise SoundLoopFailed("the file could not be played into the sound loop")

    def stop(self) -> None:
        """Break it off."""
        self._loop.tell("stop", self._number)
        self.is_over.set()


class _Sides(Source):
    """Both sides as they come from the program, for one recording."""

    def __init__(self, loop: InProcessLoop) -> None:
        self._loop = loop
        self.pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read(self) -> bytes:
        """Return the next piece, b"" after the last."""
        return self.pieces.get()

    def stop(self) -> None:
        """Let no more come."""
        self._loop.leave(self)
        self.pieces.put(b"")


class InProcessLoop:
    """Owns the connection to a program that runs `simulated_sound`. A context manager."""

    program = ("-m", "her_desktop.tools.simulated_sound")
    """What Python is to run with `env`."""

    name = "simulated devices in the program"

    def __init__(self) -> None:
        """Wait for a program from now on; it may come at any time."""
        key = secrets.token_bytes(32)
        self._listener = Listener(authkey=key)
        self.env: dict[str, str] = dict(os.environ) | {
            ADDRESS_VARIABLE: str(self._listener.address),
            KEY_VARIABLE: key.hex(),
        }
        self._connected = threading.Event()
        self._connection: Connection | None = None
        self._sending = threading.Lock()
        self._spoken: dict[int, Spoken] = {}
        self._sides: list[_Sides] = []
        self._wire = threading.Thread(target=self._listen, name="loop-wire")
        self._wire.start()

    def play(self, wav: Path, *, latency: float | None = None) -> Spoken:
        """Play a file into the microphone and return while it sounds; no `latency` is needed."""
        number = len(self._spoken)
        spoken = self._spoken[number] = Spoken(self, number)
        pcm = resample(read_wav(wav), SAMPLE_RATE_HZ, RATE_HZ)
        self.tell("play", number, pcm.astype(np.float32).tobytes())
        return spoken

    def record(self, wav: Path) -> Recording:
        """Record both sides into a stereo file on one clock, from now until it is stopped."""
        sides = _Sides(self)
        self._sides.append(sides)
        return Recording(wav, sides)

    @contextmanager
    def room(self, level_db: float) -> Iterator[None]:
        """Let the microphone hear white noise at `level_db` (RMS, dBFS), as in a quiet room."""
        self.tell("room", 10.0 ** (level_db / 20.0))
        yield
        # Not where the measurement broke off: the program may be gone.
        self.tell("room", 0.0)

    @contextmanager
    def echo(self, level_db: float) -> Iterator[None]:
        """Let the microphone hear the loudspeaker at `level_db` under full level."""
        self.tell("echo", 10.0 ** (level_db / 20.0))
        yield
        self.tell("echo", 0.0)

    def tell(self, *message: Any) -> None:
        """Send the program's devices an order; raises SoundLoopFailed where it is gone."""
        if not self._connected.wait(30.0) or self._connection is None:
            raise SoundLoopFailed("the program did not open its simulated devices")
        try:
            with self._sending:
                self._connection.send(message)
        except OSError as error:
            raise SoundLoopFailed("the program is gone") from error

    def leave(self, sides: _Sides) -> None:
        """Send nothing more to a recording."""
        self._sides = [one for one in self._sides if one is not sides]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._connected.is_set():
            # A visitor who goes at once ends a wait that no program will end.
            _knock(str(self._listener.address))
        self._wire.join()
        self._listener.close()

    # --- the thread of the wire ----------------------------------------------------------------

    def _listen(self) -> None:
        try:
            with self._listener.accept() as connection:
                self._connection = connection
                self._connected.set()
                while True:
                    self._take(*connection.recv())
        except (EOFError, OSError):
            for sides in self._sides:
                sides.pieces.put(b"")
            # Nobody may wait for what will never be heard.
            for spoken in list(self._spoken.values()):
                spoken.is_lost = spoken.is_lost or not spoken.is_over.is_set()
                spoken.is_over.set()
        except AuthenticationError:
            return  # somebody came without the key: there will be no program

    def _take(self, what: str, value: Any) -> None:
        if what == "sound":
            for sides in self._sides:
                sides.pieces.put(value)
        elif what == "done" and value in self._spoken:
            self._spoken[value].is_over.set()


def _knock(address: str) -> None:
    """Come and go without a word: where a program has just come, nobody would answer."""
    with suppress(OSError):
        Client(address).close()

"""Both sides of a sound loop on their way into a stereo WAV, and the clock that they share.

Left is the virtual microphone, right the virtual loudspeaker. While it is made, a recording can
be asked when a sound of the microphone's side began, and which instant of `time.monotonic` a
second of it is: that is how commands are timed by the sound and events are laid beside it.

Rule: one thread makes, asks and stops it; a reader thread of its own moves samples to the file.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import first_audible
from her_desktop.tools.children import end

RATE_HZ = 48_000

_FRAME_BYTES = 8
_PIPE_BYTES = 1 << 20
"""Room for 2.7 s between the recorder and its reader, which a busy machine may keep waiting."""
_PATIENCE = 20.0
_NEAR = 20.0
"""Seconds around a moment whose pieces tell how the two clocks lie to each other."""


class SoundLoopFailed(Exception):
    """A sound loop, or a program that plays into it or records it, does not do its work."""


class Source(Protocol):
    """Where both sides come from: interleaved float32 at `RATE_HZ`."""

    def read(self) -> bytes:
        """Wait for the next piece of any length; b"" after the last."""
        ...

    def stop(self) -> None:
        """Let no more come; called on another thread than `read`."""
        ...


class ServerSource:
    """Owns the program that records a sound server's source."""

    def __init__(self, device: str, env: dict[str, str]) -> None:
        """Start it."""
        # A long latency keeps the recorder from forcing its own pace upon the sinks.
        command = ["parec", f"--device={device}", f"--rate={RATE_HZ}", "--channels=2"]
        command += ["--format=float32le", "--latency-msec=100"]
        self._process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, pipesize=_PIPE_BYTES
        )

    def read(self) -> bytes:
        """Wait for the next piece; b"" once the program has ended."""
        stream = self._process.stdout
        if stream is None or stream.closed:
            return b""
        piece = os.read(stream.fileno(), 65536)
        if not piece:
            stream.close()
        return piece

    def stop(self) -> None:
        """End the program."""
        end(self._process)


class Recording:
    """Owns the file that both sides go into.

    A context manager: it has begun when it is entered and is a file when it is left.
    """

    def __init__(self, path: Path, source: Source) -> None:
        """Begin to record `source` to `path`; raises SoundLoopFailed where nothing comes."""
        import soundfile

        try:
            self._file: Any = soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype="PCM_16")
        except BaseException:
            source.stop()
            raise
        self._path = path
        self._trouble: Exception | None = None
        self._source = source
        self._changed = threading.Condition()
        self._frames = 0
        self._arrivals: list[tuple[float, float]] = []
        """(seconds recorded, instant at which they were there), piece by piece."""
        self._armed_from: int | None = None
        self._onset: float | None = None
        self._reader = threading.Thread(target=self._read, name="recording")
        self._reader.start()
        begun = False
        try:
            with self._changed:
                begun = self._changed.wait_for(lambda: self._frames > 0, _PATIENCE)
        finally:
            if not begun:  # nobody holds it yet who could stop it
                self._end()
        if not begun:
            why = "nothing came" if self._trouble is None else str(self._trouble)
            raise SoundLoopFailed(f"the recording could not begin: {why}")

    @property
    def seconds(self) -> float:
        """How much has been recorded."""
        with self._changed:
            return self._frames / RATE_HZ

    def arm(self) -> None:
        """Listen for the next sound of the microphone's side, from now on."""
        with self._changed:
            self._armed_from, self._onset = self._frames, None

    def wait_for_sound(self, timeout: float) -> float | None:
        """Return the second of the first audible sample since `arm`, None where none came."""
        with self._changed:
            self._changed.wait_for(lambda: self._onset is not None, timeout)
            self._armed_from = None
            return self._onset

    def instant(self, second: float) -> float:
        """Return the instant at which a second of the recording was heard.

        A piece can only be late: the promptest of those around it tells the truth. It lies within
        a block of the sound server (about 10 ms) of the sample's time at the device.
        """
        return second + offset_near(self.arrivals, second)

    @property
    def arrivals(self) -> npt.NDArray[np.float64]:
        """Pairs of (seconds recorded, instant at which they were there)."""
        with self._changed:
            return np.array(self._arrivals, np.float64).reshape(-1, 2)

    def stop(self) -> Path:
        """End the recording and return the file; raises SoundLoopFailed where it has a hole."""
        self._end()
        if self._trouble is not None:
            raise SoundLoopFailed(f"the recording could not be written: {self._trouble}")
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.stop()
        else:
            self._end()

    def _end(self) -> None:
        self._source.stop()
        self._reader.join()
        self._file.close()

    def _read(self) -> None:
        rest = b""
        while piece := self._source.read():
            arrived_at = time.monotonic()
            piece = rest + piece
            whole = len(piece) - len(piece) % _FRAME_BYTES
            rest = piece[whole:]
            if self._trouble is None:
                self._take(np.frombuffer(piece[:whole], np.float32).reshape(-1, 2), arrived_at)

    def _take(self, frames: npt.NDArray[np.float32], arrived_at: float) -> None:
        try:
            self._file.write(frames)
        except (OSError, RuntimeError) as error:
            # A full disk: told by whoever stops it, while the source is read to its end.
            self._trouble = error
            return
        with self._changed:
            begun = self._frames
            self._frames += len(frames)
            self._arrivals.append((self._frames / RATE_HZ, arrived_at))
            if self._armed_from is not None and self._onset is None:
                skipped = max(0, self._armed_from - begun)
                onset = first_audible(frames[skipped:, 0])
                if onset is not None:
                    self._onset = (begun + skipped + onset) / RATE_HZ
            self._changed.notify_all()


def offset_near(arrivals: npt.NDArray[np.float64], second: float) -> float:
    """Return what is to be added to a second of a recording to get its instant."""
    near = arrivals[np.abs(arrivals[:, 0] - second) <= _NEAR]
    lateness = (near if len(near) else arrivals)[:, 1] - (near if len(near) else arrivals)[:, 0]
    return float(lateness.min())

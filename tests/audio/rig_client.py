"""A program on the rig's sound system: opens both devices and does what stdin says.

One command a line, one line of JSON as the answer. PortAudio reads its surroundings when it is
loaded, so a test that needs other surroundings needs another process.
"""

from __future__ import annotations

import ctypes
import json
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from her_desktop.audio.devices import SoundError, rescan
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, first_audible
from her_desktop.audio.microphone import BlockQueue, Microphone
from her_desktop.audio.speaker import Speaker
from her_desktop.audio.wav import read_wav, write_wav
from her_desktop.engine.attendant import Attendant

PATIENCE = 20.0

QUIET_BEFORE = 0.3


class Client:
    """Owns the two devices of this program."""

    def __init__(self) -> None:
        self._played: queue.SimpleQueue[tuple[str, int, float]] = queue.SimpleQueue()
        self._blocks = BlockQueue(limit_blocks=2000)
        self._microphone = Microphone(self._blocks)
        self._speaker = Speaker(
            lambda turn, at: self._played.put(("started", turn, at)),
            lambda turn, played: self._played.put(("finished", turn, played)),
        )
        self._speaker.on_needed = self._speaker.rouse
        self._attendant = Attendant(self._speaker)
        self._attendant.start()

    def open(self) -> dict[str, Any]:
        self._speaker.open("")
        self._microphone.open("")
        self._next_block()
        return {
            stream.__class__.__name__: {
                "name": stream.name,
                "sample_rate_hz": stream.sample_rate_hz,
                "latency": stream.latency,
            }
            for stream in (self._microphone, self._speaker)
        }

    def close(self) -> dict[str, Any]:
        self._microphone.close()
        self._speaker.close()
        return {"open": self._microphone.is_open or self._speaker.is_open}

    def rescan(self) -> dict[str, Any]:
        rescan()
        return {}

    def hear(self, seconds: str, wav: str) -> dict[str, Any]:
        """Keep `seconds` of what comes from the first audible sample on."""
        blocks = [self._await_sound()]
        while sum(block.pcm.size / block.sample_rate_hz for block in blocks) < float(seconds):
            blocks.append(self._next_block())
        rate = blocks[0].sample_rate_hz
        pcm = np.concatenate([block.pcm for block in blocks])
        write_wav(Path(wav), pcm, rate)
        starts = np.array([block.at for block in blocks])
        lengths = np.array([block.pcm.size / rate for block in blocks])
        return {"worst_joint": float(np.abs(np.diff(starts) - lengths[:-1]).max())}

    def answer(self, turn: str, wav: str) -> dict[str, Any]:
        """Play a file as soon as something is heard after a silence."""
        pcm = read_wav(Path(wav))
        block = self._await_sound()
        index = first_audible(block.pcm) or 0
        self._speaker.play(int(turn), pcm, SAMPLE_RATE_HZ)
        self._speaker.finish(int(turn))
        return {"heard_at": block.at + index / block.sample_rate_hz}

    def play(self, turn: str, wav: str) -> dict[str, Any]:
        pcm = read_wav(Path(wav))
        for start in range(0, pcm.size, 4000):
            self._speaker.play(int(turn), pcm[start : start + 4000], SAMPLE_RATE_HZ)
        self._speaker.finish(int(turn))
        return {}

    def rest(self) -> dict[str, Any]:
        """Let the loudspeaker stand still until something is played."""
        self._speaker.rest()
        assert self._speaker.is_resting
        return {}

    def stop(self, turn: str) -> dict[str, Any]:
        at = time.monotonic()
        return {"stopped_at": at, "played": self._speaker.stop(int(turn))}

    def told(self, kind: str, turn: str) -> dict[str, Any]:
        """Wait until the loudspeaker has said that a turn started or finished."""
        said = self._played.get(timeout=PATIENCE)
        assert said[:2] == (kind, int(turn)), said
        return {"value": said[2]}

    def seize(self, seconds: str) -> dict[str, Any]:
        """Let no other thread of Python's run for so long."""
        # Called in this way it keeps the interpreter's lock.
        ctypes.PyDLL(None).usleep(round(1e6 * float(seconds)))
        return {}

    def stalled(self) -> dict[str, Any]:
        """Wait until neither device has moved for half a second."""
        while True:
            last = max(self._microphone.last_block_at, self._speaker.last_block_at)
            quiet = time.monotonic() - last
            if quiet > 0.5:
                return {"quiet": quiet}
            self._wait(0.5 - quiet)

    def counts(self) -> dict[str, Any]:
        return {
            "overflows": self._microphone.overflows,
            "underflows": self._speaker.underflows,
            "starved": self._speaker.starved,
            "dropped": self._blocks.take_dropped(),
        }

    def end(self) -> None:
        """Let go of the thread."""
        self._attendant.stop()
        self._attendant.join()

    def _await_sound(self) -> Block:
        quiet = 0.0
        while True:
            block = self._next_block()
            loud = first_audible(block.pcm) is not None
            if loud and quiet >= QUIET_BEFORE:
                return block
            quiet = 0.0 if loud else quiet + block.pcm.size / block.sample_rate_hz

    def _next_block(self) -> Block:
        block = self._blocks.get(timeout=PATIENCE)
        assert isinstance(block, Block)
        return block

    def _wait(self, seconds: float) -> None:
        try:
            self._played.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return


def main() -> None:
    client = Client()
    commands: dict[str, Callable[..., dict[str, Any]]] = {
        name: getattr(client, name)
        for name in vars(Client)
        if not name.startswith("_") and name != "end"
    }
    for line in sys.stdin:
        name, *words = line.split()
        try:
            said = commands[name](*words)
        except SoundError as error:
            said = {"error": type(error).__name__, "message": str(error)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    client.close()
    client.end()


if __name__ == "__main__":
    main()

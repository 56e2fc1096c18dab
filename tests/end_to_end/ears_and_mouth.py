"""The program's ears and mouth in a process of their own, as the tests of devices drive them."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from her_desktop.audio.wav import write_wav
from her_desktop.tools.sound_loop import SoundLoop, read_sides

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
PROMISED = 2.0
"""Seconds after which the program listens again or says why not."""
TONE_HZ = 440.0
"""What is played, both ways."""
STATES = ("idle", "listening", "speaking")


class Client:
    """The ears and the mouth, and what they said and when."""

    def __init__(self, loop: SoundLoop, *names: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("device_client.py")), *names],
            env=loop.env | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._lines: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
        self.said: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def wait_for(self, fits: Callable[[dict[str, Any]], bool]) -> float:
        """Wait for what fits, among what was not yet waited past; return when it was said."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                at, line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"not said: {self.said}")
            self.said.append(line)
            if fits(line):
                return at

    def catch_up(self) -> None:
        """Take note of everything that was said so far, so that it is waited past."""
        while not self._lines.empty():
            self.said.append(self._lines.get()[1])

    def ever_said(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return what fits, whether it was said already or is waited for."""
        for line in self.said:
            if fits(line):
                return line
        self.wait_for(fits)
        return self.said[-1]

    def wait_until_ready(self) -> float:
        waiting = {"microphone", "speaker"}

        def is_last(line: dict[str, Any]) -> bool:
            if line.get("state") in ("ready", "silent"):
                waiting.discard(line["device"])
            return not waiting

        return self.wait_for(is_last)

    def end(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._reader.join(PATIENCE)
        self._process.wait(PATIENCE)
        self.catch_up()
        return self.said[-1]

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put((time.monotonic(), json.loads(line)))


def device(name: str, *states: str) -> Callable[[dict[str, Any]], bool]:
    return lambda line: line.get("device") == name and line.get("state") in states


def finished(turn: int) -> Callable[[dict[str, Any]], bool]:
    return lambda line: line["what"] == "finished" and line["turn"] == turn


def sounding(loop: SoundLoop, client: Client, turn: int, wav: Path) -> tuple[bool, bool]:
    """Have a tone played; tell whether it comes out on the microphone's side, the loudspeaker's."""
    with loop.record(wav):
        client.tell(f"play {turn} 0.5")
        client.wait_for(finished(turn))
    microphone, speaker = read_sides(wav)
    return bool(np.abs(microphone).max() > 0.1), bool(np.abs(speaker).max() > 0.1)


def begin(client: Client, state: str) -> None:
    """Wait until the ears and the mouth are ready, and bring them into a state."""
    client.wait_until_ready()
    bring_to(client, state)


def bring_to(client: Client, state: str, turn: int = 1) -> None:
    """Have them do nothing, listen, or say something for three seconds."""
    if state == "listening":
        client.tell("listen")
    elif state == "speaking":
        client.tell(f"play {turn} 3")
        client.wait_for(lambda line: line["what"] == "started")


def hears(loop: SoundLoop, client: Client, wav: Path, sink: str = "her_mic") -> bool:
    """Play a tone into the microphone while it listens; tell whether it arrives in one take."""
    at = np.arange(48_000) / 48_000
    write_wav(wav, (0.4 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.float32), 48_000)
    client.catch_up()
    loop.play(wav, sink).wait()
    client.tell("cut")
    client.wait_for(lambda line: line["what"] == "captured" and line["loud"] > 0.1)
    heard = client.said[-1]
    return bool(heard["seconds"] > 0.9 and abs(heard["pitch"] - TONE_HZ) < 5.0)

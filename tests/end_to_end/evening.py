"""The real window, called by name on an evening with the television on; as long as it lasts.

Run as a program (`python tests/end_to_end/evening.py 30`, from the tree) it plays so many minutes
of television into the window's microphone, then has people call in a quiet room, and prints how
often the window was called by either. Sound goes through a private PulseAudio.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from television import calls, evening

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.wav import write_wav
from her_desktop.settings import Settings, save_settings
from her_desktop.tools.bench_session import ROOM_DB
from her_desktop.tools.live import LiveWindow
from her_desktop.tools.sound_loop import SoundLoop

_CALLED = ("WakePhraseHeard", "MessageAccepted", "PlaybackStarted")
_ANSWERED_WITHIN = 8.0
_FOLLOW_UP = 1.0


class Evening:
    """Owns a window that waits for its name, and what is played to it."""

    def __init__(self, window: LiveWindow, loop: SoundLoop, folder: Path) -> None:
        """Sit down before a window that is ready."""
        self._window, self._loop, self._folder = window, loop, folder

    def watch_television(self, minutes: int) -> list[str]:
        """Play so many minutes; return what the window took for a call, and when."""
        taken: list[str] = []
        begun = time.monotonic()
        playing = None
        for number, pcm in enumerate(evening(minutes)):
            wav = self._written(f"minute-{number % 2}", pcm)
            if playing is not None:
                taken += self._events_until(begun + 60.0 * number)
                playing.wait()
            playing = self._loop.play(wav)
        taken += self._events_until(begun + 60.0 * minutes + 3.0)
        return taken

    def be_called(self) -> tuple[int, int, int]:
        """Have everybody call; return how many did, were heard, and were answered."""
        called = heard = answered = 0
        for person, text, pcm in calls():
            first = len(self._window.events)
            quiet = np.zeros(round(0.3 * SAMPLE_RATE_HZ), np.float32)
            wav = self._written("call", np.concatenate((quiet, 0.5 * pcm, quiet)))
            self._loop.play(wav, latency=0.1).wait()
            self._events_until(time.monotonic() + _ANSWERED_WITHIN, "PlaybackStarted")
            self._window.control("stop")
            self._events_until(time.monotonic() + _FOLLOW_UP + 1.0)
            kinds = [line["event"] for line in self._window.events[first:]]
            called += 1
            heard += "WakePhraseHeard" in kinds
            answered += "PlaybackStarted" in kinds
            if "PlaybackStarted" not in kinds:
                sys.stdout.write(f"  not answered: {person}, {text}\n")
        return called, heard, answered

    def _events_until(self, deadline: float, wanted: str = "") -> list[str]:
        taken: list[str] = []
        while line := self._window.next_event(deadline):
            if line["event"] in _CALLED:
                taken.append(f"{line['event']} {line.get('text', '')}".strip())
            if line["event"] == wanted:
                break
        return taken

    def _written(self, name: str, pcm: Pcm) -> Path:
        path = self._folder / f"{name}.wav"
        write_wav(path, np.clip(pcm, -1.0, 1.0), SAMPLE_RATE_HZ)
        return path


def main(minutes: str = "30") -> None:
    """Print how often the television calls the window, and how often people do."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = Settings(answer_tokens=16, follow_up=_FOLLOW_UP)
        save_settings(settings, folder / "data" / "settings.json")
        with SoundLoop(folder / "loop") as loop:
            env = loop.env | {"QT_QPA_PLATFORM": "offscreen"}
            words = ["--listen", "wake", "--record-text"]
            with LiveWindow(folder / "data", env, words) as window:
                window.wait_until_ready()
                with loop.room(ROOM_DB):
                    someone = Evening(window, loop, folder)
                    taken = someone.watch_television(int(minutes))
                    sys.stdout.write(f"{minutes} minutes of television: {taken or 'no call'}\n")
                    sys.stdout.flush()
                    called, heard, answered = someone.be_called()
                window.control("quit")
    sys.stdout.write(f"called {called} times: heard {heard}, answered {answered}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

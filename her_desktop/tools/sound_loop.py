"""A private sound system: a microphone that files are played into, a loudspeaker that is recorded.

Rule: nothing of the user's own sound system is touched, and nothing is left running. Programs are
started with `SoundLoop.env`; PortAudio reads it once, so whoever measures drives a child process.

One stereo null sink carries everything: its left channel is the virtual microphone, its right one
the virtual loudspeaker, each reached through a one-channel sink. Both sides are thus rendered by
one clock in one piece, and its monitor records them aligned to the sample. PortAudio comes in
through ALSA's pulse plugin.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from her_desktop.audio.format import Pcm
from her_desktop.tools.children import end
from her_desktop.tools.recording import RATE_HZ as RATE_HZ
from her_desktop.tools.recording import Recording, ServerSource
from her_desktop.tools.recording import SoundLoopFailed as SoundLoopFailed
from her_desktop.tools.room import OPEN

_PATIENCE = 20.0

_WIRES = "her_wires"
_SINKS = {"her_mic": "front-left", "her_speaker": "front-right"}
_SOURCE = "her_mic_source"

_ALSA = """
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse hint { show on description "Loop" } }
ctl.!default { type pulse }
"""

_PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec", "pacat")


def missing_programs() -> list[str]:
    """Return which of the programs that it needs are not installed."""
    return [name for name in _PROGRAMS if shutil.which(name) is None]


def read_sides(path: Path) -> tuple[Pcm, Pcm]:
    """Return a recording's two sides, the microphone's and the loudspeaker's, at 48 kHz."""
    import soundfile

    frames, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return frames[:, 0], frames[:, 1]


class Playing:
    """A file on its way into the loop."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Hold on to the program that plays it."""
        self._process = process

    def wait(self, timeout: float = 600.0) -> None:
        """Return once all of it has been heard; raises SoundLoopFailed where it was not."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            end(self._process)
            raise SoundLoopFailed("a file was not played to its end in time") from None
        if code != 0:
            raise SoundLoopFailed("the file could not be played into the sound loop")

    def stop(self) -> None:
        """Break it off."""
        end(self._process)


class SoundLoop:
    """Owns a sound server of its own and everything that plays or records on it.

    A context manager; `folder` keeps its settings and its log.
    """

    program = ("-m", "her_desktop")
    """What Python is to run with `env`."""

    name = "a private PulseAudio"

    def __init__(self, folder: Path) -> None:
        """Prepare the places and the environment; nothing runs before `start`."""
        self.folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self._playing: list[Playing] = []
        # Not under `folder`, whose path may be longer than the name of a socket can be.
        self._runtime = Path(tempfile.mkdtemp(prefix="her-loop-"))
        self._runtime.chmod(0o700)
        self._home = folder / "home"
        self._home.mkdir(parents=True, exist_ok=True)
        alsa = folder / "asoundrc"
        alsa.write_text(_ALSA)
        keep = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PULSE_", "ALSA_", "PIPEWIRE_", "DBUS_"))
        }
        self.env: dict[str, str] = keep | {
            "HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "PULSE_RUNTIME_PATH": str(self._runtime / "pulse"),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(alsa),
        }
        """What a program must be started with to hear and be heard here."""

    @property
    def _socket(self) -> Path:
        return self._runtime / "native"

    def start(self) -> None:
        """Start the sound server; fails where it does not come up."""
        if self._server is not None:
            raise SoundLoopFailed("the sound loop is already running")
        modules = [
            f"module-native-protocol-unix socket={self._socket} auth-anonymous=1",
            f"module-null-sink sink_name={_WIRES} format=float32le rate={RATE_HZ} channels=2 "
            "channel_map=front-left,front-right",
        ]
        modules += [self._sink_module(name) for name in _SINKS]
        modules.append(
            f"module-remap-source source_name={_SOURCE} master={_WIRES}.monitor "
            "channels=1 channel_map=mono master_channel_map=front-left remix=no"
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--system=false", "--use-pid-file=false"]
        command += ["--exit-idle-time=-1", "--disallow-exit=false", "--log-level=warning"]
        for module in modules:
            command += ["-L", module]
        # Its own client library must not look for the server that it is about to become.
        env = {name: value for name, value in self.env.items() if name != "PULSE_SERVER"}
        with (self.folder / "pulseaudio.log").open("ab") as log:
            self._server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self._await_server()
        self._choose_defaults()

    def stop(self) -> None:
        """End everything, gently."""
        for playing in self._playing:
            playing.stop()
        self._playing.clear()
        if self._server is not None:
            end(self._server)
            self._server = None
        self._socket.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the sound server at once, as a crash would; `start` brings a new one."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
        self._socket.unlink(missing_ok=True)

    def play(self, wav: Path, sink: str = "her_mic", latency: float | None = None) -> Playing:
        """Play a file into the microphone (or another sink) and return while it sounds.

        `latency` asks the sound server for a buffer of so many seconds instead of its own choice.
        """
        command = ["paplay", f"--device={sink}", str(wav)]
        if latency is not None:
            command.append(f"--latency-msec={round(latency * 1000)}")
        playing = Playing(subprocess.Popen(command, env=self.env))
        self._playing.append(playing)
        return playing

    def record(self, wav: Path) -> Recording:
        """Record both sides into a stereo file on one clock, from now until it is stopped."""
        return Recording(wav, ServerSource(f"{_WIRES}.monitor", self.env))

    @contextmanager
    def room(self, level_db: float) -> Iterator[None]:
        """Let the microphone hear white noise at `level_db` (RMS, dBFS), as in a quiet room.

        A microphone that delivers nothing but zeros is one that has been switched off.
        """
        # PulseAudio's volumes are cubic; bytes at random have a level of -4.8 dBFS.
        volume = round(65536 * 10.0 ** ((level_db + 4.8) / 60.0))
        command = ["pacat", "--playback", "--device=her_mic", "--format=u8", "--channels=1"]
        command += ["--rate=16000", "--latency-msec=500", f"--volume={volume}", "/dev/urandom"]
        noise = Playing(subprocess.Popen(command, env=self.env))
        try:
            yield
        finally:
            noise.stop()

    @contextmanager
    def echo(self, level_db: float, delay: float = 0.03) -> Iterator[None]:
        """Let the microphone hear the loudspeaker through a room, `level_db` to what is played.

        To the `delay` in seconds come the buffers of the sound server, some 60 ms.
        """
        words = (str(delay), str(level_db), "her_speaker", "her_mic")
        process = subprocess.Popen(
            [sys.executable, "-m", "her_desktop.tools.room", *words],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            if process.stdout is None or process.stdout.readline() != OPEN:
                raise SoundLoopFailed("the room between loudspeaker and microphone did not open")
            yield
        finally:
            end(process)
            if process.stdout is not None:
                process.stdout.close()

    def unplug(self, sink: str) -> None:
        """Take the microphone's or the loudspeaker's sink away, as pulling the plug would."""
        module = self._sink_module(sink).partition(" ")[2]
        for line in self._pactl("list", "short", "modules").splitlines():
            number, _, described = line.partition("\t")
            if module in described.replace("\t", " "):
                self._pactl("unload-module", number)
                return
        raise LookupError(f"{sink} is not plugged in")

    def plug(self, sink: str) -> None:
        """Bring back what was unplugged."""
        self._pactl("load-module", *self._sink_module(sink).split())
        self._choose_defaults()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._runtime, ignore_errors=True)

    def _sink_module(self, name: str) -> str:
        return (
            f"module-remap-sink sink_name={name} master={_WIRES} "
            f"channels=1 channel_map=mono master_channel_map={_SINKS[name]} remix=no"
        )

    def _choose_defaults(self) -> None:
        self._pactl("set-default-sink", "her_speaker")
        self._pactl("set-default-source", _SOURCE)

    def _await_server(self) -> None:
        """Wait until the last of the server's parts is there."""
        deadline = time.monotonic() + _PATIENCE
        pause = threading.Event()
        while True:
            if self._server is None or self._server.poll() is not None:
                raise SoundLoopFailed("the sound server ended while it started")
            asked = self._ask("list", "short", "sources")
            if asked.returncode == 0 and _SOURCE in asked.stdout:
                return
            if time.monotonic() > deadline:
                raise SoundLoopFailed(f"the sound server did not start: {asked.stderr.strip()}")
            pause.wait(0.02)

    def _pactl(self, *words: str) -> str:
        asked = self._ask(*words)
        if asked.returncode != 0:
            raise SoundLoopFailed(f"pactl {' '.join(words)}: {asked.stderr.strip()}")
        return asked.stdout

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = ("pactl", *words)
        try:
            return subprocess.run(
                command,
                env=self.env,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SoundLoopFailed(f"the sound server did not answer {words[0]}") from None

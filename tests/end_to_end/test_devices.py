"""The sound system as it fails in life, with real streams on a sound server of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from end_to_end.conftest import OpenWindow
from end_to_end.ears_and_mouth import (
    PROMISED,
    Client,
    begin,
    device,
    finished,
    hears,
    sounding,
)

from her_desktop.tools.live import Line
from her_desktop.tools.sound_loop import SoundLoop, read_sides

pytestmark = [pytest.mark.sound]


@contextmanager
def frozen(loop: SoundLoop) -> Iterator[None]:
    """Stop the sound server in the middle of everything: it answers nobody."""
    [server] = [
        child
        for child in psutil.Process(os.getpid()).children()
        if child.name().startswith("pulseaudio") and str(loop.env["PULSE_SERVER"])[5:] in
        " ".join(child.cmdline())
    ]  # fmt: skip
    server.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("state", ["idle", "speaking", "muted"])
def test_a_killed_sound_server_is_said_and_found_again(
    loop: SoundLoop, client: Client, tmp_path: Path, state: str
) -> None:
    client.wait_until_ready()
    if state == "speaking":
        client.tell("play 1 30")
        client.wait_for(lambda line: line["what"] == "started")
    elif state == "muted":
        client.tell("mute")
        client.wait_for(device("microphone", "muted"))
    killed_at = time.monotonic()
    loop.kill()
    said_at = client.wait_for(device("speaker", "lost", "missing", "busy"))
    assert client.said[-1]["message"].endswith(".")
    assert said_at - killed_at < PROMISED + 1.0
    if state == "speaking":
        # Nobody waits for an answer that cannot be heard.
        client.wait_for(finished(1))
    loop.start()
    if state == "muted":
        client.wait_for(device("speaker", "ready"))
        client.tell("unmute")
        client.wait_for(device("microphone", "ready"))
    else:
        client.wait_until_ready()
    assert sounding(loop, client, 2, tmp_path / "after.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


def test_a_frozen_sound_server_blocks_nothing(
    loop: SoundLoop, client: Client, tmp_path: Path
) -> None:
    client.wait_until_ready()
    client.tell("play 1 30")
    client.wait_for(lambda line: line["what"] == "started")
    with frozen(loop):
        client.wait_for(device("speaker", "lost"))
        client.wait_for(finished(1))
        client.wait_for(lambda line: "does not answer" in line.get("message", ""))
        # It takes orders although calls to the sound system hang.
        client.tell("mute")
        client.wait_for(device("microphone", "muted"))
        client.tell("unmute")
    client.wait_until_ready()
    assert sounding(loop, client, 2, tmp_path / "after.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


def test_a_loudspeaker_pulled_out_and_back_while_it_speaks(
    loop: SoundLoop, client: Client, tmp_path: Path
) -> None:
    client.wait_until_ready()
    client.tell("play 1 4")
    client.wait_for(lambda line: line["what"] == "started")
    loop.unplug("her_speaker")
    # Whatever the sound server does with our stream, it sounds on what is left and is reported.
    client.wait_for(finished(1))
    assert sounding(loop, client, 2, tmp_path / "without.wav") == (True, True)
    loop.plug("her_speaker")
    assert sounding(loop, client, 3, tmp_path / "back.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


HEADSET = """
pcm.headset { type pulse hint { show on description "Headset" } }
"""


def pull_out_and_put_back(loop: SoundLoop, source: str) -> None:
    """Take a source away, upon which the sound server moves streams elsewhere; bring it back."""

    def pactl(*words: str) -> str:
        command = ["pactl", *words]
        return subprocess.run(
            command, env=loop.env, check=True, capture_output=True, text=True
        ).stdout

    for line in pactl("list", "short", "modules").splitlines():
        number, name, *arguments = line.split("\t")
        if arguments and f"source_name={source}" in arguments[0]:
            pactl("unload-module", number)
            pactl("load-module", name, *arguments[0].split())
            pactl("set-default-source", source)
            return
    pytest.fail(f"there is no {source}")


@pytest.mark.parametrize("state", ["idle", "listening", "speaking"])
@pytest.mark.parametrize("which", ["microphone", "speaker"])
def test_another_device_is_chosen(loop: SoundLoop, tmp_path: Path, which: str, state: str) -> None:
    alsa = Path(loop.env["ALSA_CONFIG_PATH"])
    alsa.write_text(alsa.read_text() + HEADSET)
    client = Client(loop)
    try:
        begin(client, state)
        client.tell(f"choose {which} headset")
        ready = device(which, "ready", "silent")
        client.wait_for(lambda line: ready(line) and line["name"] == "headset")
        if state == "speaking":
            client.wait_for(finished(1))
            assert client.said[-1]["played"] == pytest.approx(3.0, abs=0.1), "nothing was skipped"
        if state != "listening":
            client.tell("listen")
        assert hears(loop, client, tmp_path / "tone.wav")
        assert sounding(loop, client, 2, tmp_path / "after.wav") == (False, True)
        assert client.end() == {"what": "ended", "alive": False}
    finally:
        client.kill()


@pytest.mark.parametrize("state", ["idle", "listening", "speaking"])
def test_a_microphone_pulled_out_and_back(
    loop: SoundLoop, client: Client, tmp_path: Path, state: str
) -> None:
    begin(client, state)
    pull_out_and_put_back(loop, "her_mic_source")
    if state != "listening":
        client.tell("listen")
    assert hears(loop, client, tmp_path / "tone.wav")
    if state == "speaking":
        client.wait_for(finished(1))
    assert sounding(loop, client, 2, tmp_path / "after.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


def test_a_microphone_of_nothing_but_zeros_is_said(client: Client) -> None:
    client.wait_for(device("microphone", "ready"))
    client.wait_for(device("microphone", "silent"))
    assert "only silence" in client.said[-1]["message"]


def test_a_remembered_device_that_is_absent_is_named(loop: SoundLoop) -> None:
    client = Client(loop, "Studio Microphone (hw:7,0)")
    try:
        client.wait_for(lambda line: line["what"] == "noticed")
        assert client.said[-1]["message"].startswith(
            "The microphone Studio Microphone (hw:7,0) is not there, so "
        )
        client.wait_until_ready()
        assert client.end() == {"what": "ended", "alive": False}
    finally:
        client.kill()


@pytest.mark.models
def test_the_window_speaks_again_after_its_sound_server_died(
    open_window: OpenWindow, loop: SoundLoop, tmp_path: Path
) -> None:
    env = {key: loop.env[key] for key in ("PULSE_SERVER", "ALSA_CONFIG_PATH")}
    with open_window(**env) as window:
        window.wait_until_ready()
        window.control("say", "Tell me a story about a fox.")
        window.wait_for("PlaybackStarted")
        loop.kill()
        window.wait_for("TurnEnded")
        loop.start()
        back = set[str]()

        def is_back(line: Line) -> bool:
            if line["state"] in ("ready", "silent"):
                back.add(line["device"])
            return back == {"microphone", "speaker"}

        window.wait_for("DeviceChanged", is_back)
        with loop.record(tmp_path / "both.wav"):
            window.control("say", "What is a lighthouse?")
            assert window.wait_for("TurnEnded")["reason"] == "finished"
        _, speaker = read_sides(tmp_path / "both.wav")
        assert np.abs(speaker).max() > 0.02
        window.control("quit")

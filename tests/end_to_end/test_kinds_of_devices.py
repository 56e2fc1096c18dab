"""Devices of every kind, frozen ones and silent ones, whatever the program is doing meanwhile."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from end_to_end.ears_and_mouth import (
    PROMISED,
    STATES,
    TONE_HZ,
    Client,
    begin,
    bring_to,
    device,
    finished,
    hears,
    sounding,
)

from her_desktop.audio.format import Pcm
from her_desktop.tools.recording import RATE_HZ, Recording, ServerSource
from her_desktop.tools.sound_loop import SoundLoop, read_sides

pytestmark = [pytest.mark.sound]

KINDS = {"8 kHz": (8_000, 1), "44.1 kHz": (44_100, 1), "48 kHz stereo": (48_000, 2)}


def pactl(loop: SoundLoop, *words: str) -> None:
    subprocess.run(["pactl", *words], env=loop.env, check=True, capture_output=True)


def plug_in(loop: SoundLoop, name: str, kind: str) -> None:
    """Plug in a device of its own rate, with nothing behind it but its own monitor."""
    rate, channels = KINDS[kind]
    words = ("module-null-sink", f"sink_name={name}", f"rate={rate}", f"channels={channels}")
    pactl(loop, "load-module", *words)


def pitch(pcm: Pcm) -> float:
    """Return the frequency in hertz of which there is most."""
    return float(np.abs(np.fft.rfft(pcm)).argmax() * RATE_HZ / pcm.size)


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_of_device_becomes_the_default(
    loop: SoundLoop, client: Client, tmp_path: Path, kind: str
) -> None:
    plug_in(loop, "far_room", kind)
    plug_in(loop, "box", kind)
    client.wait_until_ready()
    # Whatever goes on as they do, and as those that were there before come back.
    for number, state in enumerate(STATES):
        bring_to(client, state, turn=10 * number)
        pactl(loop, "set-default-source", "far_room.monitor")
        pactl(loop, "set-default-sink", "box")
        if state != "listening":
            client.tell("listen")
        as_it_was = hears(loop, client, tmp_path / "tone.wav", "far_room")
        assert as_it_was, "as high and as long as it was played"
        if state == "speaking":
            played = client.ever_said(finished(10 * number))["played"]
            assert played == pytest.approx(3.0, abs=0.1), "nothing was skipped"
        box = tmp_path / f"{state}.wav"
        with Recording(box, ServerSource("box.monitor", loop.env)):
            client.tell(f"play {10 * number + 1} 0.5")
            client.wait_for(finished(10 * number + 1))
        _, heard = read_sides(box)
        assert np.abs(heard).max() > 0.1
        assert pitch(heard) == pytest.approx(TONE_HZ, abs=5.0)
        pactl(loop, "set-default-source", "her_mic_source")
        pactl(loop, "set-default-sink", "her_speaker")
        client.tell("listen")
        assert hears(loop, client, tmp_path / "back.wav")
    assert sounding(loop, client, 99, tmp_path / "at-last.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


@pytest.mark.parametrize("which", ["microphone", "speaker"])
def test_a_device_that_freezes_is_said_and_found_again(
    loop: SoundLoop, client: Client, tmp_path: Path, which: str
) -> None:
    part = {"microphone": ("source", "her_mic_source"), "speaker": ("sink", "her_speaker")}
    kind, name = part[which]
    client.wait_until_ready()
    for number, state in enumerate(STATES):
        bring_to(client, state, turn=10 * number)
        pactl(loop, f"suspend-{kind}", name, "1")
        frozen_at = time.monotonic()
        said_at = client.wait_for(device(which, "lost", "missing", "busy"))
        assert client.said[-1]["message"].endswith(".")
        assert said_at - frozen_at < PROMISED + 1.0
        if state == "speaking":
            # Nobody waits for an answer that cannot be heard.
            client.ever_said(finished(10 * number))
        pactl(loop, f"suspend-{kind}", name, "0")
        client.wait_for(device(which, "ready", "silent"))
        client.tell("listen")
        assert hears(loop, client, tmp_path / "tone.wav")
        after = tmp_path / f"{state}.wav"
        assert sounding(loop, client, 10 * number + 1, after) == (False, True)
    assert client.end() == {"what": "ended", "alive": False}


@pytest.mark.parametrize("state", STATES)
def test_a_microphone_that_delivers_only_zeros_is_said_until_it_sounds(
    loop: SoundLoop, client: Client, tmp_path: Path, state: str
) -> None:
    with loop.room(-50.0):
        begin(client, state)
    client.wait_for(device("microphone", "silent"))
    assert "only silence" in client.said[-1]["message"]
    already = len(client.said)
    client.tell("listen")
    assert hears(loop, client, tmp_path / "tone.wav")
    assert any(map(device("microphone", "ready"), client.said[already:]))
    if state == "speaking":
        client.ever_said(finished(1))
    assert client.end() == {"what": "ended", "alive": False}


@pytest.mark.parametrize("state", ["idle", "listening"])
def test_a_loudspeaker_pulled_out_while_it_is_still(
    loop: SoundLoop, client: Client, tmp_path: Path, state: str
) -> None:
    begin(client, state)
    loop.unplug("her_speaker")
    if state != "listening":
        client.tell("listen")
    assert hears(loop, client, tmp_path / "tone.wav")
    assert sounding(loop, client, 1, tmp_path / "without.wav") == (True, True)
    loop.plug("her_speaker")
    assert sounding(loop, client, 2, tmp_path / "back.wav") == (False, True)
    assert client.end() == {"what": "ended", "alive": False}

"""The program's ears and mouth without its mind: real streams, looked after as in the window.

Started as a process of its own, since PortAudio reads its surroundings once. One command a line
on stdin; on stdout, a line of JSON for everything that happens to a device or to a turn.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.microphone import BlockQueue, Microphone
from her_desktop.audio.speaker import Speaker
from her_desktop.conversation.commands import Capture, ChooseDevice, CutCapture, SetMicrophone
from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    Event,
    Noticed,
    Origin,
    SpeechPaused,
)
from her_desktop.engine.attendant import Attendant
from her_desktop.engine.listener import Listener
from her_desktop.engine.sound import SoundDevices
from her_desktop.inference.protocols import ModelError, TurnDetector, VoiceDetector

RATE_HZ = 48_000

_lock = threading.Lock()


def say(**what: Any) -> None:
    with _lock:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def report(event: Event) -> None:
    match event:
        case DeviceChanged(device=device, state=state, name=name, message=message):
            say(what="device", device=device, state=state, name=name, message=message)
        case Noticed(message=message):
            say(what="noticed", message=message)
        case SpeechPaused(pcm=pcm):
            loud = float(np.abs(pcm).max()) if pcm.size else 0.0
            say(what="captured", seconds=pcm.size / SAMPLE_RATE_HZ, loud=loud, pitch=pitch(pcm))


def pitch(pcm: Pcm) -> float:
    """Return the frequency in hertz of which there is most."""
    return float(np.abs(np.fft.rfft(pcm)).argmax() * SAMPLE_RATE_HZ / pcm.size) if pcm.size else 0.0


def no_detector() -> VoiceDetector:
    raise ModelError("No model is needed here.")


def no_turn_detector() -> TurnDetector:
    raise ModelError("No model is needed here.")


def main() -> None:
    input_name, output_name = [*sys.argv[1:], "", ""][:2]
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    speaker = Speaker(
        lambda turn, at: say(what="started", turn=turn),
        lambda turn, played: say(what="finished", turn=turn, played=played),
    )
    listener = Listener(blocks, no_detector, no_turn_detector, report, lambda: microphone.name)
    devices = SoundDevices(
        microphone,
        speaker,
        blocks,
        report,
        lambda: 0,
        input_name=input_name,
        output_name=output_name,
    )
    attendant = Attendant(speaker)
    parts = (devices, listener, attendant)
    for part in parts:
        part.start()
    for line in sys.stdin:
        match line.split():
            case ["play", turn, seconds]:
                at = np.arange(round(float(seconds) * RATE_HZ)) / RATE_HZ
                tone = (0.4 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)
                speaker.play(int(turn), tone, RATE_HZ)
                speaker.finish(int(turn))
            case ["listen"]:
                listener.order(Capture(time.monotonic(), Origin.PUSH_TO_TALK))
            case ["cut"]:
                listener.order(CutCapture(time.monotonic()))
            case ["choose", what, name]:
                devices.order(ChooseDevice(Device(what), name))
            case ["mute"]:
                devices.order(SetMicrophone(open=False))
            case ["unmute"]:
                devices.order(SetMicrophone(open=True))
    for part in parts:
        part.stop()
        part.join(10.0)
    say(what="ended", alive=any(part.is_alive() for part in parts))


if __name__ == "__main__":
    main()

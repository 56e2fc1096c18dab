"""What the window's examination says of devices and of itself, as sentences of `Finding`.

Rule: pure; English, as every sentence that reaches the window from outside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from her_desktop.conversation.events import Device, MicrophoneTested, Stage
from her_desktop.metrics.findings import Finding, broken, note, well

AUDIBLE = "The voice's sentence became audible; you should have heard it."
NOT_PLAYED = "The sentence could not be played. Choose another output device."
STOPPED = "Not tried, because it was stopped. Examine again."
LATE = "It did not answer in time. Restart the program if that happens again."
NONSENSE = "The examination of this computer said nonsense. Start the program again."

_RATE_HZ = 16000
_ZEROS_DB = -119.0


def not_started(program: str) -> str:
    """Return what to say where the program's own doctor could not be started."""
    return f"{program} could not be started to look at this computer. Install it again."


def microphone_heard(tested: MicrophoneTested) -> Iterator[Finding]:
    """Judge what the microphone delivered in its test, and whether a voice was noticed in it."""
    yield _delivered(tested)
    name = Stage.VAD.value
    if tested.speech:
        yield well(name, "Noticed a voice in the microphone's sound.")
    else:
        yield note(name, "Noticed no voice in the microphone's sound. Talk while it is tested.")


def _delivered(tested: MicrophoneTested) -> Finding:
    name = Device.MICROPHONE.value
    length, peak = f"{tested.pcm.size / _RATE_HZ:.1f}", f"{tested.peak_db:.0f}"
    if not tested.pcm.size:
        return broken(name, "The microphone delivered nothing. Connect it again, or unmute it.")
    if tested.peak_db <= _ZEROS_DB:
        return broken(
            name, f"It delivered {length} s of pure silence. Check that it is switched on."
        )
    return well(name, f"It delivered {length} s of sound, {peak} dB at its loudest.")

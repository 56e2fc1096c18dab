"""The library that cleans the microphone's sound, opened as it is wanted.

WebRTC's AEC3, noise suppression and AGC2, in pywebrtc-audio, which is imported with the first call.
Rule: what is returned belongs to the listener thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import pywebrtc_audio

    from her_desktop.audio.echo import EchoOptions

_MOST_GAIN_DB = 20.0


def open_stages(
    options: EchoOptions,
) -> tuple[pywebrtc_audio.EchoCanceller | None, pywebrtc_audio.AudioProcessor | None]:
    """Return the canceller and what follows it, each None where it is not wanted.

    Raises SoundError with a sentence for the user where the library cannot be loaded.
    """
    if not (options.cancel_echo or options.suppress_noise or options.automatic_gain):
        return None, None
    try:
        import pywebrtc_audio
    except ImportError as error:
        raise SoundError(
            "The echo canceller could not be loaded. Install the program again, or use headphones."
        ) from error
    polish = None
    if options.suppress_noise or options.automatic_gain:
        polish = pywebrtc_audio.AudioProcessor(
            SAMPLE_RATE_HZ,
            noise_suppression=options.suppress_noise,
            auto_gain_control=options.automatic_gain,
            agc_max_gain_db=_MOST_GAIN_DB,
        )
    aec = pywebrtc_audio.EchoCanceller(SAMPLE_RATE_HZ) if options.cancel_echo else None
    return aec, polish

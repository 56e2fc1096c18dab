"""A loudspeaker without a device: whoever tests asks its player for the next block.

Rule: one thread asks. The players are the program's own, the one in C and the one in Python.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from fake_sounddevice import NativeSoundDevice

from her_desktop.audio.format import Pcm
from her_desktop.audio.native import native_library
from her_desktop.audio.player import NativePlayer, PlainPlayer, Player

Make = Callable[[int], Player]
"""Makes a player for one channel at a rate."""


def plain(sample_rate_hz: int) -> Player:
    return PlainPlayer(1, sample_rate_hz)


def native(sample_rate_hz: int) -> Player:
    library = native_library(NativeSoundDevice())
    assert library is not None, "the callback is compiled when the package is built"
    return NativePlayer(library, 1, sample_rate_hz)


def asked(player: Player, frames: int, dac_at: float, now: float = 0.0) -> Pcm:
    """Return the block that a device is given which plays its first sample at `dac_at`.

    Both instants are on the device's own clock.
    """
    # A device hands over whatever its memory held.
    out = np.full(frames, 0.9, np.float32)
    if isinstance(player, NativePlayer):
        library = native_library(NativeSoundDevice())
        assert library is not None
        times = library[0].new("Times *", (0.0, now, dac_at))
        sound = library[0].from_buffer(out, require_writable=True)
        player.function(library[0].NULL, sound, frames, times, 0, player.native)
    else:
        assert isinstance(player, PlainPlayer)
        times = SimpleNamespace(currentTime=now, outputBufferDacTime=dac_at)
        player.told(out, frames, times, None)
    return out

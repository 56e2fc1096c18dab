"""The callback that PortAudio calls: native where it could be compiled, and Python behind it.

PortAudio asks a hundred times a second in each direction, all day long. A Python callback costs
0.4 % of a core each way even if it does nothing; this one calls Python four times a second while
nobody speaks and nothing plays. Without a compiler everything works the same, and costs more.

Rule: a `Callback` belongs to its stream's callback; `wake` may be called by any thread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from her_desktop.audio.devices import Direction

LIBRARY = Path(__file__).with_name("libnative.so")
"""Made of native.c while the package is built."""

_DECLARED = """
typedef struct { double inputBufferAdcTime, currentTime, outputBufferDacTime; } Times;
typedef int Callback(const void *, void *, unsigned long, const Times *, unsigned long, void *);
typedef struct {
    Callback *forward;
    float *kept;
    unsigned long room, untold, channels;
    float power;
    int rests;
} Stream;
Callback her_heard, her_asked;
void her_rest(Stream *, int);
"""

_ABORT = 2
"""paAbort: a callback that fails ends its stream, which is noticed and opened again."""

Told = Callable[[Any, int, Any, Any], None]
"""A Python callback: (buffer of float32, frames, times, status), as sounddevice's raw streams."""


class PlainCallback:
    """Stands for a stream of which Python is told every block."""

    def rest(self, power: float = 0.0) -> None:
        """Let Python sleep until a block is louder than that mean square, or `wake` is called."""

    def wake(self) -> None:
        """Have Python called for the next block again."""

    def take_untold(self) -> int:
        """Return how many frames were played as silence without Python being told."""
        return 0


class NativeCallback(PlainCallback):
    """Owns what the native callback of one stream keeps, and the stream's way into Python.

    While it rests, a microphone's blocks are gathered and handed on together, with the times of
    the last; a loudspeaker is given silence. Either lasts for `REST_BLOCKS` at most, and ends at
    once where PortAudio has something to report.
    """

    REST_BLOCKS = 25
    """So many blocks are one call at most: a quarter of a second. Whoever presses the key and says
    nothing is heard so late at worst; who speaks is heard at once."""

    def __init__(
        self, library: Any, flags: Callable[[int], Any], told: Told, channels: int, block: int
    ) -> None:
        """Prepare; `flags` makes PortAudio's word on a block readable, `block` counts frames."""
        self._ffi, self._native = library
        self._told = told
        self._flags = flags
        self._channels = channels
        room = self.REST_BLOCKS * block
        self._kept = self._ffi.new("float[]", room * channels)
        self._forward = self._ffi.callback("Callback", self._call, error=_ABORT)
        self.stream = self._ffi.new(
            "Stream *",
            {"forward": self._forward, "kept": self._kept, "room": room, "channels": channels},
        )

    def function(self, direction: Direction) -> Any:
        """Return what PortAudio is to call, with `stream` for its user data."""
        is_input = direction is Direction.INPUT
        return self._native.her_heard if is_input else self._native.her_asked

    def rest(self, power: float = 0.0) -> None:
        """Let Python sleep until a block is louder than that mean square, or `wake` is called."""
        self.stream.power = power
        self._native.her_rest(self.stream, 1)

    def wake(self) -> None:
        """Have Python called for the next block again."""
        self._native.her_rest(self.stream, 0)

    def take_untold(self) -> int:
        """Return how many frames were played as silence without Python being told."""
        untold = int(self.stream.untold)
        self.stream.untold = 0
        return untold

    def _call(self, heard: Any, out: Any, frames: int, times: Any, flags: int, _: Any) -> int:
        sound = self._ffi.buffer(heard or out, frames * self._channels * 4)
        self._told(sound, frames, times, self._flags(flags) if flags else None)
        return 0


def open_raw(
    sounddevice: Any, direction: Direction, told: Told, **options: Any
) -> tuple[Any, PlainCallback]:
    """Return a raw stream of that direction and its callback; `options` are sounddevice's."""
    is_input = direction is Direction.INPUT
    library = _library() if hasattr(sounddevice, "_StreamBase") else None
    if library is None:
        make = sounddevice.RawInputStream if is_input else sounddevice.RawOutputStream
        return make(callback=told, **options), PlainCallback()
    callback = NativeCallback(
        library, sounddevice.CallbackFlags, told, options["channels"], options["blocksize"]
    )
    # The class is private in name only: it is documented for callbacks that are no Python.
    stream = sounddevice._StreamBase(  # noqa: SLF001
        kind="input" if is_input else "output",
        callback=callback.function(direction),
        userdata=callback.stream,
        **options,
    )
    return stream, callback


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any] | None:
    """Return cffi's view of the native callback and the callback, None where there is none."""
    if sys.platform == "win32" or not LIBRARY.exists():
        return None
    from cffi import FFI

    ffi = FFI()
    ffi.cdef(_DECLARED)
    try:
        return ffi, ffi.dlopen(str(LIBRARY))
    except OSError:
        # Compiled for another machine: a folder that was copied.
        return None

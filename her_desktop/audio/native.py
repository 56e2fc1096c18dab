"""The microphone's callback: native where it could be compiled, and Python behind it.

PortAudio calls a hundred times a second, all day long. A Python callback costs 0.4 % of a core
even if it does nothing; this one calls Python four times a second while nobody speaks. Without a
compiler everything works the same, and costs more.

Rule: a `Callback` belongs to its stream's callback; `wake` may be called by any thread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

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
Callback her_heard;
void her_rest(Stream *, int);

typedef struct {
    double now, currentTime, outputBufferDacTime;
    unsigned long flags, silence, frames, position, tail, played, is_silent;
} Block;
typedef struct Player Player;
Callback her_play;
Player *her_player_new(unsigned long, unsigned long, unsigned long);
void her_player_free(Player *);
unsigned long her_append(Player *, const float *, unsigned long);
void her_cut(Player *, unsigned long);
int her_told(Player *, Block *, float *);
int her_has_news(Player *);
double her_asked_at(Player *);
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


class NativeCallback(PlainCallback):
    """Owns what the native callback of one stream keeps, and the stream's way into Python.

    While it rests, blocks are gathered and handed on together, with the times of the last: so many
    as `REST_BLOCKS` at most, and at once where PortAudio has something to report.
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

    @property
    def function(self) -> Any:
        """What PortAudio is to call, with `stream` for its user data."""
        return self._native.her_heard

    def rest(self, power: float = 0.0) -> None:
        """Let Python sleep until a block is louder than that mean square, or `wake` is called."""
        self.stream.power = power
        self._native.her_rest(self.stream, 1)

    def wake(self) -> None:
        """Have Python called for the next block again."""
        self._native.her_rest(self.stream, 0)

    def _call(self, heard: Any, _out: Any, frames: int, times: Any, flags: int, _: Any) -> int:
        sound = self._ffi.buffer(heard, frames * self._channels * 4)
        self._told(sound, frames, times, self._flags(flags) if flags else None)
        return 0


def open_hearing(told: Told, sounddevice: Any, **options: Any) -> tuple[Any, PlainCallback]:
    """Return an input stream and its callback, which calls `told`; `options` are sounddevice's."""
    library = native_library(sounddevice)
    if library is None:
        return sounddevice.RawInputStream(callback=told, **options), PlainCallback()
    callback = NativeCallback(
        library, sounddevice.CallbackFlags, told, options["channels"], options["blocksize"]
    )
    # The class is private in name only: it is documented for callbacks that are no Python.
    stream = sounddevice._StreamBase(  # noqa: SLF001
        kind="input", callback=callback.function, userdata=callback.stream, **options
    )
    return stream, callback


def native_library(sounddevice: Any) -> tuple[Any, Any] | None:
    """Return cffi's view of the native callbacks and the callbacks, None where there are none.

    None too where this release of sounddevice has no streams that call native code.
    """
    return _library() if hasattr(sounddevice, "_StreamBase") else None


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any] | None:
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

"""A stand-in for the `sounddevice` module: a test makes up its devices and drives its callbacks.

Rule: it behaves as PortAudio does at its edges (error codes, shapes, times), and plays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from her_desktop.audio import native
from her_desktop.audio.format import Pcm

BUSY = -9985
REFUSED_RATE = -9997
REFUSED_CHANNELS = -9998
HOST_ERROR = -9999


class PortAudioError(Exception):
    """The one error class of PortAudio: a sentence and a code."""


class FakeFlags:
    """What PortAudio says of a block; true where it says anything at all."""

    def __init__(self, *, input_overflow: bool = False, output_underflow: bool = False) -> None:
        self.input_overflow = input_overflow
        self.output_underflow = output_underflow

    def __bool__(self) -> bool:
        return self.input_overflow or self.output_underflow


class FakeStream:
    """A stream whose callback is called by the test."""

    def __init__(self, owner: FakeSoundDevice, kind: str, options: dict[str, Any]) -> None:
        self._owner = owner
        self.kind = kind
        self.samplerate = options["samplerate"]
        self.channels = options["channels"]
        self.blocksize = options["blocksize"]
        self.device = options["device"]
        self.asked_latency = options["latency"]
        self.latency = 0.02
        self.is_started = False
        self.is_closed = False
        self._callback: Callable[..., None] = options["callback"]

    def start(self) -> None:
        if self._owner.start_error:
            raise PortAudioError("cannot start", self._owner.start_error)
        self.is_started = True

    def abort(self) -> None:
        self.is_started = False

    def close(self) -> None:
        assert not self.is_closed, "PortAudio crashes when a stream is closed twice"
        self.is_closed = True
        self.is_started = False

    def deliver(self, pcm: Pcm, current: float, adc: float, overflow: bool = False) -> None:
        """Call the callback with `pcm` of shape (frames, channels), as a microphone would."""
        assert self.is_started
        times = SimpleNamespace(currentTime=current, inputBufferAdcTime=adc)
        self._callback(pcm.tobytes(), len(pcm), times, FakeFlags(input_overflow=overflow))

    def ask(self, current: float, dac: float, underflow: bool = False) -> Pcm:
        """Call the callback for a block, as a loudspeaker would; the block is full of noise."""
        assert self.is_started
        out = bytearray(np.full((self.blocksize, self.channels), 0.9, np.float32).tobytes())
        times = SimpleNamespace(currentTime=current, outputBufferDacTime=dac)
        self._callback(out, self.blocksize, times, FakeFlags(output_underflow=underflow))
        return np.frombuffer(out, np.float32).reshape(self.blocksize, self.channels)


class NativeFlags:
    """What `sounddevice.CallbackFlags` makes of PortAudio's number."""

    def __init__(self, flags: int) -> None:
        self.input_overflow = bool(flags & 2)
        self.output_underflow = bool(flags & 4)


class NativeStream(FakeStream):
    """A stream that was given a C function to call."""

    def __init__(self, owner: FakeSoundDevice, kind: str, options: dict[str, Any]) -> None:
        super().__init__(owner, kind, options)
        self._user = options["userdata"]
        library = native._library()
        assert library is not None, "the callback is compiled when the package is built"
        self._ffi = library[0]

    def deliver(self, pcm: Pcm, current: float, adc: float, overflow: bool = False) -> None:
        assert self.is_started
        heard = self._ffi.from_buffer(np.ascontiguousarray(pcm, np.float32))
        self._call(heard, self._ffi.NULL, len(pcm), (adc, current, 0.0), 2 * overflow)

    def ask(self, current: float, dac: float, underflow: bool = False) -> Pcm:
        assert self.is_started
        out = np.full((self.blocksize, self.channels), 0.9, np.float32)
        buffer = self._ffi.from_buffer(out, require_writable=True)
        self._call(self._ffi.NULL, buffer, self.blocksize, (0.0, current, dac), 4 * underflow)
        return out

    def _call(
        self, heard: Any, out: Any, frames: int, times: tuple[float, ...], flags: int
    ) -> None:
        # Gone when the call returns, as PortAudio's own are.
        passed = self._ffi.new("Times *", times)
        assert self._callback(heard, out, frames, passed, flags, self._user) == 0


class FakeSoundDevice:
    """The module. `devices` are what is plugged in; PortAudio sees them at `_initialize`."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.apis: list[str] = ["ALSA"]
        self.devices: list[dict[str, Any]] = []
        self._seen: list[dict[str, Any]] = []
        self.open_error = 0
        self.start_error = 0
        self.rates: set[int] | None = None
        self.channels: set[int] | None = None
        self.streams: list[FakeStream] = []

    def plug(
        self, name: str, *, inputs: int = 0, outputs: int = 0, rate: float = 44100.0, api: int = 0
    ) -> None:
        """Plug a device in, and have PortAudio see it."""
        self.devices.append(
            {
                "name": name,
                "hostapi": api,
                "max_input_channels": inputs,
                "max_output_channels": outputs,
                "default_samplerate": rate,
            }
        )
        self._initialize()

    def unplug(self, name: str) -> None:
        """Pull a device out; PortAudio goes on listing it until it looks again."""
        self.devices = [device for device in self.devices if device["name"] != name]

    def query_devices(self) -> list[dict[str, Any]]:
        return self._seen

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "default_input_device": self._first(api, "max_input_channels"),
                "default_output_device": self._first(api, "max_output_channels"),
            }
            for api, name in enumerate(self.apis)
        ]

    def RawInputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - sounddevice's own name
        return self._open("input", options)

    def RawOutputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        return self._open("output", options)

    def _terminate(self) -> None:
        open_ones = [stream for stream in self.streams if not stream.is_closed]
        assert not open_ones, "PortAudio was ended under an open stream"
        self._seen = []

    def _initialize(self) -> None:
        self._seen = list(self.devices)

    def _open(self, kind: str, options: dict[str, Any]) -> FakeStream:
        if self.open_error:
            raise PortAudioError("cannot open", self.open_error)
        if self._seen[options["device"]] not in self.devices:
            raise PortAudioError("unplugged", HOST_ERROR)
        if self.rates is not None and options["samplerate"] not in self.rates:
            raise PortAudioError("invalid rate", REFUSED_RATE)
        if self.channels is not None and options["channels"] not in self.channels:
            raise PortAudioError("invalid channels", REFUSED_CHANNELS)
        make = NativeStream if "userdata" in options else FakeStream
        self.streams.append(make(self, kind, options))
        return self.streams[-1]

    def _first(self, api: int, key: str) -> int:
        for index, device in enumerate(self._seen):
            if device["hostapi"] == api and device[key]:
                return index
        return -1


class NativeSoundDevice(FakeSoundDevice):
    """The module, where streams call a C function."""

    CallbackFlags = NativeFlags

    def _StreamBase(self, *, kind: str, **options: Any) -> FakeStream:  # noqa: N802 - its own name
        return self._open(kind, options)

"""The one thread that opens and closes sound devices, and sees whether they deliver.

Rule: PortAudio is not thread-safe and its calls can hang, so every open and close happens here and
nowhere else. Playing and capturing never wait for this thread.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

from her_desktop.audio.devices import DeviceBusy, NoDevice, SoundError, rescan
from her_desktop.audio.microphone import BlockQueue
from her_desktop.conversation.commands import InputCommand, SetMicrophone
from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
)
from her_desktop.engine.listener import StreamOpened

_log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks at whether the streams still deliver."""

SILENT_STREAM = 1.0
"""Seconds without a callback after which a stream is lost."""

FIRST_BLOCK = 2.0
"""Seconds that a stream may take, beyond that, until its first callback."""

RETRY_AFTER = 2.0
"""Seconds before a device that could not be opened is tried again."""

_LOST = {
    Device.MICROPHONE: "The microphone stopped delivering sound. Looking for it again.",
    Device.SPEAKER: "The loudspeaker stopped playing. Looking for it again.",
}


class Stream(Protocol):
    """What a microphone and a loudspeaker have in common."""

    @property
    def name(self) -> str:
        """The device in use."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the stream is open."""
        ...

    @property
    def last_block_at(self) -> float:
        """When the device last called for or delivered sound; 0 before it ever did."""
        ...

    def open(self, name: str) -> None:
        """Open a device by its remembered name; raises SoundError."""
        ...

    def close(self) -> None:
        """Close, from any state."""
        ...


class SoundDevices:
    """Owns the life of both streams. `order` and `stop` are called by the hub."""

    def __init__(
        self,
        microphone: Stream,
        speaker: Stream,
        blocks: BlockQueue,
        emit: Callable[[Event], None],
        count_underflows: Callable[[], int],
        *,
        input_name: str = "",
        output_name: str = "",
        muted: bool = False,
    ) -> None:
        """Prepare; the names are the user's choices, "" follows the system."""
        self._streams = {Device.MICROPHONE: microphone, Device.SPEAKER: speaker}
        self._names = {Device.MICROPHONE: input_name, Device.SPEAKER: output_name}
        self._blocks = blocks
        self._emit = emit
        self._count_underflows = count_underflows
        self._underflows = 0
        self._muted = muted
        self._opened_at = dict.fromkeys(Device, 0.0)
        self._told: dict[Device, DeviceState] = {}
        self._orders: queue.SimpleQueue[SetMicrophone | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sound")

    def start(self) -> None:
        """Start the thread, which opens both devices."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Open the microphone or close it for real; returns at once."""
        if isinstance(command, SetMicrophone):
            self._orders.put(command)

    def stop(self) -> None:
        """Close both devices and end the thread soon; returns at once."""
        self._orders.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread is gone, at most `timeout` seconds."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread still runs."""
        return self._thread.is_alive()

    # --- the sound thread ----------------------------------------------------------------------

    def _run(self) -> None:
        # The loudspeaker first: an answer may be typed for before the microphone is there.
        self._open(Device.SPEAKER)
        self._set_muted(self._muted)
        while True:
            try:
                order = self._orders.get(timeout=LOOK_EVERY)
            except queue.Empty:
                self._look()
                continue
            if order is None:
                break
            self._set_muted(not order.open)
        for stream in self._streams.values():
            stream.close()

    def _set_muted(self, muted: bool) -> None:
        self._muted = muted
        if muted:
            self._streams[Device.MICROPHONE].close()
            message = "The microphone is muted. Unmute it to talk, or type instead."
            self._tell(Device.MICROPHONE, DeviceState.MUTED, message)
        elif not self._streams[Device.MICROPHONE].is_open:
            self._open(Device.MICROPHONE)

    def _open(self, device: Device) -> None:
        stream = self._streams[device]
        self._opened_at[device] = time.monotonic()
        if device is Device.MICROPHONE:
            self._blocks.send(StreamOpened())
        try:
            stream.open(self._names[device])
        except SoundError as error:
            state = DeviceState.LOST
            if isinstance(error, NoDevice):
                state = DeviceState.MISSING
            elif isinstance(error, DeviceBusy):
                state = DeviceState.BUSY
            self._tell(device, state, str(error))
            return
        if device is Device.SPEAKER:
            self._tell(device, DeviceState.READY)
        else:
            # Ready is said by the listener, once samples have really arrived.
            self._told.pop(device, None)

    def _look(self) -> None:
        now = time.monotonic()
        for device, stream in self._streams.items():
            if device is Device.MICROPHONE and self._muted:
                continue
            # Where every core is busy loading models, a stream's first block takes its time.
            since = now - max(stream.last_block_at, self._opened_at[device] + FIRST_BLOCK)
            if stream.is_open and since > SILENT_STREAM:
                _log.warning("%s delivers no more", device.value)
                stream.close()
                self._tell(device, DeviceState.LOST, _LOST[device])
            elif not stream.is_open and now - self._opened_at[device] > RETRY_AFTER:
                self._find_again(device)
        self._report_underflows()

    def _find_again(self, device: Device) -> None:
        """Try to open a device that is not there, on a fresh list of devices when that is legal."""
        if not any(stream.is_open for stream in self._streams.values()):
            rescan()
        self._open(device)

    def _tell(self, device: Device, state: DeviceState, message: str = "") -> None:
        if self._told.get(device) is state:
            return
        self._told[device] = state
        self._emit(
            DeviceChanged(
                at=time.monotonic(),
                device=device,
                state=state,
                name=self._streams[device].name,
                message=message,
            )
        )

    def _report_underflows(self) -> None:
        count = self._count_underflows()
        if count > self._underflows:
            dropped = count - self._underflows
            self._underflows = count
            self._emit(AudioDropped(at=time.monotonic(), device=Device.SPEAKER, count=dropped))

"""The one thread that looks after the sound devices.

Rule: PortAudio's calls can hang, so this thread has them made by another and never waits long for
one. Playing and capturing never wait for either. What is to be done is decided in `device_care`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial

from her_desktop.audio.devices import rescan
from her_desktop.audio.microphone import BlockQueue
from her_desktop.audio.plugged import what_is_plugged
from her_desktop.conversation.commands import ChooseDevice, InputCommand, SetMicrophone
from her_desktop.conversation.events import AudioDropped, Device, Event
from her_desktop.engine.device_care import DeviceCare
from her_desktop.engine.device_surroundings import Loudspeaker, Stream, Surroundings
from her_desktop.engine.portaudio_calls import PortAudioCalls

LOOK_EVERY = 0.25
"""Seconds between two looks at whether the streams still deliver: two clocks, two small files."""

CALM_LOOK_EVERY = 0.5
"""The same while they do and nothing is being plugged in or out: all day, nearly."""


class _Rouse:
    """The loudspeaker rests, and will be needed."""


_Order = SetMicrophone | ChooseDevice | _Rouse


class SoundDevices:
    """Owns the thread and the orders to it. `order` and `stop` are called by the hub."""

    def __init__(
        self,
        microphone: Stream,
        speaker: Loudspeaker,
        blocks: BlockQueue,
        emit: Callable[[Event], None],
        count_underflows: Callable[[], int],
        *,
        input_name: str = "",
        output_name: str = "",
        muted: bool = False,
        surroundings: Surroundings | None = None,
    ) -> None:
        """Prepare; the names are the user's choices, "" follows the system.

        `surroundings` stand for the machine in a test; by default it is this one.
        """
        self._calls = PortAudioCalls()
        self._care = DeviceCare(
            microphone,
            speaker,
            {Device.MICROPHONE: input_name, Device.SPEAKER: output_name},
            blocks,
            emit,
            self._calls,
            surroundings or Surroundings(rescan, what_is_plugged),
        )
        self._emit = emit
        self._count_underflows = count_underflows
        self._underflows = 0
        self._muted = muted
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        speaker.on_needed = partial(self._orders.put, _Rouse())
        self._thread = threading.Thread(target=self._run, name="sound")

    def start(self) -> None:
        """Start the thread, which opens both devices."""
        self._thread.start()

    def order(self, command: InputCommand) -> None:
        """Open the microphone, close it for real, or use another device; returns at once."""
        if isinstance(command, SetMicrophone | ChooseDevice):
            self._orders.put(command)

    def stop(self) -> None:
        """Close both devices and end the thread soon; returns at once."""
        self._orders.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the threads are gone, at most `timeout` seconds for each."""
        self._thread.join(timeout)
        self._calls.join(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread, or one that is stuck in PortAudio, still runs."""
        return self._thread.is_alive() or self._calls.is_alive()

    # --- the sound thread ----------------------------------------------------------------------

    def _run(self) -> None:
        self._care.begin(muted=self._muted)
        while True:
            try:
                order = self._orders.get(
                    timeout=CALM_LOOK_EVERY if self._care.is_calm else LOOK_EVERY
                )
            except queue.Empty:
                self._care.look()
                self._report_underflows()
                continue
            match order:
                case SetMicrophone():
                    self._care.set_muted(not order.open)
                case ChooseDevice():
                    self._care.choose(order.device, order.name)
                case _Rouse():
                    self._care.rouse()
                case None:
                    break
        self._care.end()
        self._calls.stop()

    def _report_underflows(self) -> None:
        count = self._count_underflows()
        if count > self._underflows:
            dropped = count - self._underflows
            self._underflows = count
            self._emit(AudioDropped(at=time.monotonic(), device=Device.SPEAKER, count=dropped))

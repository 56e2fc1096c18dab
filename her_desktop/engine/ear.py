"""The way of the sound from a device's block to the tape: its rate, its echo, its time.

Rule: used by the listener thread alone. What goes onto the tape is what everything behind it
hears: at 16 kHz, without the assistant's own voice, with instants that are still those at which
it was heard.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from her_desktop.audio.bandwidth import BandwidthMeter
from her_desktop.audio.devices import SoundError
from her_desktop.audio.echo import EchoCanceller, EchoOptions
from her_desktop.audio.far_end import FarEnd
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm, power
from her_desktop.audio.resample import Resampler
from her_desktop.audio.tape import Tape
from her_desktop.conversation.events import Device, DeviceChanged, DeviceState, Event, Noticed
from her_desktop.engine.device_news import TELEPHONE_RATE_HZ, telephone_quality
from her_desktop.engine.echo_watch import EchoWatch

_ALL_ZERO = 2.0
"""Seconds of nothing but zeros after which a microphone counts as silent."""

_LOOKED_BACK = 0.04
"""Seconds before a piece's end at which the loudspeaker is asked what it plays: a piece is no
longer than that, but for one in which nothing stood out."""

_BLOCKS_SHARE = 0.78
"""The least power, as a share of a frame's own, of the loudest block that holds a part of it: a
frame of 32 ms may lie across five blocks of 10."""

_BEYOND_RISES = 1.25
"""By what factor a piece may raise what is believed to lie beyond 8 kHz: it falls at once."""


class Ear:
    """Owns the tape, what stands before it, and what is told of the microphone's samples."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        microphone_name: Callable[[], str],
        far_end: FarEnd,
        options: EchoOptions,
    ) -> None:
        """Prepare; `far_end` is what the loudspeaker plays. The echo canceller loads later."""
        self.tape = Tape()
        self._emit = emit
        self._microphone_name = microphone_name
        self._far_end = far_end
        self._options = options
        self._canceller = EchoCanceller(far_end, _HEADPHONES)
        self._watch = EchoWatch(far_end, emit)
        self._resampler = Resampler(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
        self._sample_rate_hz = SAMPLE_RATE_HZ
        self._zeros = 0.0
        self._beyond = 0.0
        self._shown: DeviceState | None = None
        self._bandwidth = BandwidthMeter()
        self._warned: set[str] = set()

    def begin(self) -> None:
        """Load the echo canceller."""
        self.clean(self._options)

    def clean(self, options: EchoOptions) -> None:
        """Do something else to the sound from the next block on; says so where it cannot."""
        try:
            self._canceller = EchoCanceller(self._far_end, options)
        except SoundError as error:
            self._emit(Noticed(at=time.monotonic(), message=str(error)))
            self._canceller = EchoCanceller(self._far_end, _HEADPHONES)
        self._options = options
        self._watch.begin(self._canceller, options)

    def begin_stream(self, sample_rate_hz: int | None = None) -> None:
        """Start on a new stream of the microphone, of another rate where one is given."""
        self._sample_rate_hz = sample_rate_hz or self._sample_rate_hz
        self._resampler = Resampler(self._sample_rate_hz, SAMPLE_RATE_HZ)
        self._zeros = self._beyond = 0.0
        self._shown = None
        self._bandwidth = BandwidthMeter()
        self._canceller.reset()

    def close(self) -> None:
        """Give back what a library holds, before the interpreter ends; nothing is heard after."""
        self._resampler = Resampler(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)

    def begin_playback_stream(self) -> None:
        """Take note that the loudspeaker's stream is a new one: its echo comes another way."""
        self._canceller.reset()

    def is_new_rate(self, block: Block) -> bool:
        """Tell whether a block comes at another rate than those before it."""
        return block.sample_rate_hz != self._sample_rate_hz

    def hear(self, block: Block) -> Pcm:
        """Put a block onto the tape; return it at 16 kHz, as it was before it was cleaned."""
        pcm = self._resampler.process(block.pcm)
        begun_at = block.at - self._resampler.delay
        clean = self._canceller.process(pcm, begun_at)
        late = (clean.size - pcm.size) / SAMPLE_RATE_HZ + self._canceller.delay_added
        self.tape.append(begun_at - late, clean)
        duration = block.pcm.size / block.sample_rate_hz
        self._watch.look(block.at + max(0.0, duration - _LOOKED_BACK), clean)
        self._watch_for_silence(block)
        beyond = max(0.0, power(block.pcm) - power(pcm))
        self._beyond = min(beyond, _BEYOND_RISES * self._beyond + _INAUDIBLE)
        return pcm

    def hear_speech(self, frame: Pcm, level_db: float) -> None:
        """Take note of a frame of the tape that is somebody's speech, and warn if it is narrow.

        A device that runs no faster than a telephone is warned of where it is opened.
        """
        if self._sample_rate_hz > TELEPHONE_RATE_HZ and self._bandwidth.is_narrow is None:
            self._bandwidth.judge(frame, level_db)
            self._warn_of_telephone_quality()

    def power_at_most(self, level_db: float) -> float:
        """Return the mean square that a device's block has at most while no frame is so loud.

        A device delivers more than what is heard at 16 kHz: what lies beyond comes on top.
        """
        return self._beyond + _BLOCKS_SHARE * math.pow(10.0, level_db / 10.0)

    @property
    def is_at_rest(self) -> bool:
        """Whether no echo is to be expected, so that sound may come in larger pieces."""
        return self._canceller.is_resting

    @property
    def is_deaf(self) -> bool:
        """Whether what is heard is the assistant's own voice, and nothing may begin by it."""
        return self._watch.is_deaf

    @property
    def is_in_doubt(self) -> bool:
        """Whether what is heard may be the assistant's own voice, so that it takes words."""
        return self._watch.is_in_doubt

    @property
    def may_hear_itself(self) -> bool:
        """Whether the newest sound is no reason to fall silent: it may be the assistant's own."""
        return self._watch.may_hear_itself

    def _warn_of_telephone_quality(self) -> None:
        name = self._microphone_name()
        if self._bandwidth.is_narrow and name not in self._warned:
            self._warned.add(name)
            self._emit(Noticed(at=time.monotonic(), message=telephone_quality(name)))

    def _watch_for_silence(self, block: Block) -> None:
        """Report the microphone from the samples it delivers: ready, or nothing but zeros."""
        silent = not block.pcm.any()
        self._zeros = self._zeros + block.pcm.size / block.sample_rate_hz if silent else 0.0
        if self._zeros >= _ALL_ZERO:
            self._show(
                DeviceState.SILENT,
                "The microphone delivers only silence. Check that it is switched on and allowed.",
            )
        elif not silent or self._shown is None:
            self._show(DeviceState.READY, "")

    def _show(self, state: DeviceState, message: str) -> None:
        if state is self._shown:
            return
        self._shown = state
        self._emit(
            DeviceChanged(
                at=time.monotonic(),
                device=Device.MICROPHONE,
                state=state,
                name=self._microphone_name(),
                message=message,
            )
        )


_INAUDIBLE = 1e-12

_HEADPHONES = EchoOptions(cancel_echo=False)

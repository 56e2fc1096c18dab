"""What is done with the two sound devices, and when: opened, found again, given up, taken back.

Rule: decides from the time and from what the streams say, and has no thread of its own. All of it
is called by the `sound` thread; a test calls it with a clock of its own.

What PortAudio lists is what it saw when it started. Renewing the list closes every stream, so that
is done where a device cannot be had otherwise, once for each loss and each thing plugged in: a
working loudspeaker does not stutter because there is no microphone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from her_desktop.audio.devices import DeviceBusy, NoDevice, SoundError
from her_desktop.audio.microphone import BlockQueue
from her_desktop.audio.plugged import Plugged
from her_desktop.conversation.events import Device, DeviceState, Event
from her_desktop.engine.device_news import (
    GIVEN_UP,
    LOST,
    MUTED,
    MUTED_UNRELEASED,
    STUCK,
    DeviceNews,
)
from her_desktop.engine.device_surroundings import Caller, Loudspeaker, Stream, Surroundings
from her_desktop.engine.listener import StreamOpened
from her_desktop.engine.portaudio_calls import Call, NoAnswer

_log = logging.getLogger(__name__)

SILENT_STREAM = 1.0
"""Seconds without a callback after which a stream is lost."""

FIRST_BLOCK = 2.0
"""Seconds that a stream may take, beyond that, until its first callback. Doubled with every stream
of that device that never had one: on a busy machine, opening it again only costs more time."""

LONGEST_FIRST_BLOCK = 16.0

RETRY_AFTER = 1.75
"""Seconds before a device that could not be opened is tried again: with the next look, two."""

RETRY_LOST_AFTER, LOST_FOR = 0.5, 8.0
"""The same, and for how long, where a stream that worked was lost: a sound server that died is
mostly started again at once."""

SETTLED_AFTER = 0.5
"""Seconds after something was plugged in or out before it is looked for: a device appears in
several steps, and may be opened only after the last."""

PATIENCE = 2.0
"""Seconds after which a call to the sound system counts as stuck."""

FIRST_PATIENCE = 8.0
"""The same for the first calls, which load the sound library while the models are loading too."""

MOST_STUCK = 4
"""Calls left behind before no more are made: one to close and one to open for each device."""

RESTS_AFTER = 300.0
"""Seconds after which a loudspeaker that nobody needs is let stand still. Not sooner: in a stream
that was started anew PulseAudio was seen to move the echo by 10 ms once, in the middle of an
answer, and the canceller took half a second to find that out. Where it rested after one second,
twenty interruptions were noticed a second late at the median."""

UNUSED_RESTS_AFTER = 20.0
"""The same for one that nobody has needed since it was opened: no echo of it is known yet. A
session's first answer was held 30 to 50 ms later for it, 1.5 s after it began (seven of seven)."""

ASLEEP = 5.0
"""Seconds that the machine was away after which its streams are not trusted any more."""

HICCUP = 0.75
"""Seconds from look to look beyond which lateness, rather than the devices, is to blame."""


class _Place:
    """One device: whose stream, which name is wanted, and what was tried."""

    def __init__(self, device: Device, stream: Stream, name: str) -> None:
        self.device = device
        self.stream = stream
        self.name = name
        self.tried_at = 0.0
        self.lost_at = -LOST_FOR
        self.first_block = FIRST_BLOCK
        self.opening: Call | None = None
        self.may_start_over = False

    def may_be_tried(self, now: float) -> bool:
        """Tell whether it is time again for a device that could not be opened."""
        was_just_lost = now - self.lost_at < LOST_FOR
        return now - self.tried_at >= (RETRY_LOST_AFTER if was_just_lost else RETRY_AFTER)

    @property
    def delivers(self) -> bool:
        """Whether the stream that is open now has ever called."""
        return self.stream.is_open and self.stream.last_block_at >= self.tried_at


class DeviceCare:
    """Owns the life of both streams and what the user is told about them."""

    def __init__(
        self,
        microphone: Stream,
        speaker: Loudspeaker,
        names: dict[Device, str],
        blocks: BlockQueue,
        emit: Callable[[Event], None],
        calls: Caller,
        surroundings: Surroundings,
    ) -> None:
        """Prepare; `names` are the user's choices, "" follows the system."""
        streams: dict[Device, Stream] = {Device.SPEAKER: speaker, Device.MICROPHONE: microphone}
        self._speaker = speaker
        self._places = {each: _Place(each, streams[each], names[each]) for each in streams}
        self._blocks = blocks
        self._news = DeviceNews(emit)
        self._calls = calls
        self._machine = surroundings
        self._patience = FIRST_PATIENCE
        self._muted = False
        self._plugged = Plugged()
        self._seen = Plugged()
        self._changed_at: float | None = None
        self._awake_at = self._looked_at = self._slept = 0.0
        self._roused_at = -float("inf")

    def begin(self, *, muted: bool) -> None:
        """Open both devices, or the loudspeaker alone."""
        self._plugged = self._seen = self._machine.plugged()
        self._slept = self._machine.slept()
        # The loudspeaker first: an answer may be typed for before the microphone is there.
        self._open(Device.SPEAKER)
        self.set_muted(muted)
        self._patience = PATIENCE

    def set_muted(self, muted: bool) -> None:
        """Close the microphone for real, or open it."""
        self._muted = muted
        place = self._places[Device.MICROPHONE]
        if muted:
            released = self._close(Device.MICROPHONE)
            message = MUTED if released else MUTED_UNRELEASED
            self._tell(Device.MICROPHONE, DeviceState.MUTED, message)
        elif not place.stream.is_open and not self._is_pending(place):
            self._open(Device.MICROPHONE)
        self._looked_at = self._machine.now()

    def choose(self, device: Device, name: str) -> None:
        """Use the device of that name, "" for the system's, from now on; what is queued goes on."""
        place = self._places[device]
        if name == place.name:
            return
        place.name = name
        self._news.forget_the_stand_in(device)
        if not self._is_wanted(device) or self._is_pending(place):
            return
        if place.stream.is_open:
            self._close(device, keep_sound=True)
        place.may_start_over = True
        self._find_again(device)
        self._looked_at = self._machine.now()

    def look(self) -> None:
        """See whether both streams still deliver, and do what is due."""
        if not self._was_away():
            self._see_what_is_plugged()
            for device in self._places:
                self._look_at(device)
        self._looked_at = self._machine.now()

    def rouse(self) -> None:
        """Have the loudspeaker take sound again where it rests: it will be needed."""
        place = self._places[Device.SPEAKER]
        if not self._speaker.is_resting or self._is_pending(place):
            return
        self._roused_at = self._awake_at = self._machine.now()
        self._ask_speaker(self._speaker.rouse)

    @property
    def is_calm(self) -> bool:
        """Whether every device that is wanted delivers, and none is being plugged in or out."""
        wanted = (place for place in self._places.values() if self._is_wanted(place.device))
        is_roused = self._speaker.last_block_at >= self._roused_at or self._speaker.is_resting
        return is_roused and self._changed_at is None and all(each.delivers for each in wanted)

    def end(self) -> None:
        """Close both devices."""
        for device in self._places:
            self._close(device)

    # --- looking -------------------------------------------------------------------------------

    def _was_away(self) -> bool:
        """Start over where the machine has slept; forgive the streams a mere hiccup."""
        now, slept = self._machine.now(), self._machine.slept()
        late = now - self._looked_at
        asleep = slept - self._slept
        self._slept = slept
        if asleep > ASLEEP or late > ASLEEP:
            _log.info("the machine was away for %.0f s", max(asleep, late))
            self._awake_at = now
            self._start_over(keep_sound=False)
            return True
        if late > HICCUP:
            self._awake_at = now
        return False

    def _see_what_is_plugged(self) -> None:
        """Wait until what is plugged in stays the same, then act on what is new."""
        now, plugged = self._machine.now(), self._machine.plugged()
        if plugged != self._seen:
            self._seen, self._changed_at = plugged, now
        if self._changed_at is None or now - self._changed_at < SETTLED_AFTER:
            return
        before, self._plugged, self._changed_at = self._plugged, plugged, None
        news = plugged.devices != before.devices
        default = plugged.defaults != before.defaults
        useful = False
        # Whether it was the loudspeaker that was pulled out shows when it runs.
        self.rouse()
        for device, place in self._places.items():
            if not self._is_wanted(device):
                continue
            if place.stream.is_open:
                useful |= news and not place.stream.is_wanted
                useful |= default and not place.name
            else:
                place.may_start_over = news or default
                place.tried_at = -RETRY_AFTER
        if useful:
            self._start_over(keep_sound=True)

    def _look_at(self, device: Device) -> None:
        place, now = self._places[device], self._machine.now()
        if self._is_pending(place):
            return
        if not self._is_wanted(device):
            if place.stream.is_open:
                # It was being opened while it was muted, and came late.
                self._close(device)
            return
        if not place.stream.is_open:
            if place.may_be_tried(now):
                self._find_again(device)
            return
        if place.delivers:
            place.first_block = FIRST_BLOCK
            if device is Device.SPEAKER:
                # For the microphone, the listener says so, which sees the samples.
                self._tell(device, DeviceState.READY)
        if device is Device.SPEAKER and self._may_rest(now):
            return
        # Where every core is busy loading models, a stream's first block takes its time.
        known = max(place.stream.last_block_at, place.tried_at + place.first_block, self._awake_at)
        if now - known > SILENT_STREAM:
            self._lose(device)

    def _may_rest(self, now: float) -> bool:
        """Let a loudspeaker that nobody needs stand still; return whether it does."""
        place, speaker = self._places[Device.SPEAKER], self._speaker
        used_at = max(speaker.used_at, self._roused_at)
        rests_at = max(used_at + RESTS_AFTER, place.tried_at + UNUSED_RESTS_AFTER)
        if place.delivers and not speaker.is_resting and now > rests_at:
            self._ask_speaker(speaker.rest)
        return speaker.is_resting

    def _ask_speaker(self, work: Callable[[], None]) -> None:
        """Have the loudspeaker rest or roused; one that fails or hangs is looked for anew."""
        try:
            self._calls.run(work, self._patience)
        except SoundError as error:
            _log.warning("the loudspeaker neither rests nor wakes: %s", type(error).__name__)
            # The one that is opened instead is left alone for as long as one that is in use.
            self._roused_at = self._machine.now()
            self._lose(Device.SPEAKER, keep_sound=True)

    def _is_pending(self, place: _Place) -> bool:
        """Tell whether a device is still being opened; take note where that has ended at last."""
        if place.opening is None:
            return False
        if not place.opening.is_over:
            return True
        place.opening = None
        place.tried_at = self._machine.now()
        if place.stream.is_open:
            self._introduce(place)
        return False

    def _is_wanted(self, device: Device) -> bool:
        return device is Device.SPEAKER or not self._muted

    # --- acting --------------------------------------------------------------------------------

    def _lose(self, device: Device, *, keep_sound: bool = False) -> None:
        """Say that a stream is gone, and look for its device at once."""
        place = self._places[device]
        _log.warning("%s delivers no more", device.value)
        if not place.delivers:
            place.first_block = min(2 * place.first_block, LONGEST_FIRST_BLOCK)
        else:
            place.lost_at = self._machine.now()
        # Said first: closing may take its time.
        self._tell(device, DeviceState.LOST, LOST[device])
        place.may_start_over = True
        self._close(device, keep_sound=keep_sound)
        self._find_again(device)

    def _find_again(self, device: Device) -> None:
        """Open a device that is not there; where that fails, on a fresh list of devices."""
        place = self._places[device]
        others_open = any(
            other.stream.is_open for other in self._places.values() if other is not place
        )
        fresh = place.may_start_over or not others_open
        place.may_start_over = False
        if not self._open(device, quietly=fresh) and fresh and place.opening is None:
            self._start_over(keep_sound=True)

    def _start_over(self, *, keep_sound: bool) -> None:
        """Close both streams, have PortAudio look again, and open what is wanted."""
        for device, place in self._places.items():
            if place.stream.is_open:
                place.lost_at = self._machine.now()
                self._close(device, keep_sound=keep_sound)
        if not self._calls.stuck:
            try:
                self._calls.run(self._machine.rescan, self._patience)
            except SoundError as error:
                # What follows fails as well, and says so for each device.
                _log.warning("no fresh list of devices: %s", error)
        for device, place in self._places.items():
            if self._is_wanted(device) and not self._is_pending(place):
                self._open(device)

    def _open(self, device: Device, *, quietly: bool = False) -> bool:
        """Open a device, and say why not unless `quietly`; return whether it is open."""
        place = self._places[device]
        place.tried_at = self._machine.now()
        if self._calls.stuck >= MOST_STUCK:
            self._tell(device, DeviceState.LOST, GIVEN_UP)
            return False
        self._blocks.send(StreamOpened(device))
        try:
            self._calls.run(partial(place.stream.open, place.name), self._patience)
        except NoAnswer as unanswered:
            place.opening = unanswered.call
            place.stream.give_up()
            self._tell(device, DeviceState.LOST, STUCK[device])
            return False
        except SoundError as error:
            if not quietly:
                state = DeviceState.LOST
                if isinstance(error, NoDevice):
                    state = DeviceState.MISSING
                elif isinstance(error, DeviceBusy):
                    state = DeviceState.BUSY
                self._tell(device, state, str(error))
            return False
        self._introduce(place)
        return True

    def _close(self, device: Device, *, keep_sound: bool = False) -> bool:
        """Close a device; return whether it is closed, and not merely left alone."""
        place = self._places[device]
        if self._is_pending(place):
            # To close what is still being opened would hang beside it; a later look does it.
            return False
        try:
            self._calls.run(
                place.stream.release if keep_sound else place.stream.close, self._patience
            )
        except NoAnswer:
            # The stream has let go of it, and the next one is opened beside it.
            _log.warning("%s cannot be closed", device.value)
            return False
        return True

    def _introduce(self, place: _Place) -> None:
        """Say what is special about a device that has been opened; not yet that it works."""
        stream = place.stream
        self._news.announce(place.device, place.name, stream.name, is_wanted=stream.is_wanted)
        if place.device is Device.MICROPHONE:
            self._news.warn_of_telephone_quality(stream.name, stream.sample_rate_hz)
            # Ready is said by the listener, once samples have really arrived.
            self._news.leave_to_the_listener(place.device)

    def _tell(self, device: Device, state: DeviceState, message: str = "") -> None:
        self._news.tell(device, state, self._places[device].stream.name, message)

from __future__ import annotations

import queue
import threading
import time
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from fake_sounddevice import BUSY, HOST_ERROR, FakeSoundDevice, FakeStream

from her_desktop.audio import microphone as microphone_module
from her_desktop.audio.devices import DeviceBusy, DeviceFailed, NoDevice, SoundError
from her_desktop.audio.format import Block, Pcm
from her_desktop.audio.microphone import BlockQueue, Doze, Microphone
from her_desktop.audio.native import NativeCallback


def block(number: int) -> Block:
    return Block(float(number), np.full(4, number, np.float32), 48_000)


def taken(blocks: BlockQueue) -> Block:
    item = blocks.get(timeout=5.0)
    assert isinstance(item, Block)
    return item


def heard(frames: int, channels: int) -> Pcm:
    """Sound whose channels differ: channel n holds n + 1 tenths."""
    return np.tile(np.arange(1, channels + 1, dtype=np.float32) / 10, (frames, 1))


def test_a_full_queue_loses_its_oldest_sound_and_counts_it() -> None:
    blocks = BlockQueue(limit_blocks=3)
    for number in range(5):
        blocks.put(block(number))
    assert [taken(blocks).at for _ in range(3)] == [2.0, 3.0, 4.0]
    assert blocks.take_dropped() == 2
    assert blocks.take_dropped() == 0


def test_orders_overtake_sound_and_are_never_lost() -> None:
    blocks = BlockQueue(limit_blocks=2)
    for number in range(10):
        blocks.put(block(number))
        blocks.send(f"order {number}")
    assert [blocks.get() for _ in range(10)] == [f"order {number}" for number in range(10)]
    assert taken(blocks).at == 8.0


def test_an_order_may_be_none() -> None:
    blocks = BlockQueue()
    blocks.send(None)
    assert blocks.get() is None


def test_an_empty_queue_says_so() -> None:
    with pytest.raises(queue.Empty):
        BlockQueue().get(timeout=0.0)


def test_a_waiting_listener_is_woken() -> None:
    blocks = BlockQueue()
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    listener = threading.Thread(target=lambda: answers.put(blocks.get(timeout=10.0)))
    listener.start()
    blocks.send("now")
    assert answers.get(timeout=5.0) == "now"
    listener.join()


def test_whoever_wants_more_sound_is_woken_once_there_is_enough() -> None:
    blocks = BlockQueue()
    for number in range(3):
        blocks.put(Block(7.0 + 0.01 * number, np.full(480, number, np.float32), 48_000))
    with pytest.raises(queue.Empty):
        blocks.get(timeout=0.0, at_least=4)
    blocks.put(Block(7.03, np.full(480, 3, np.float32), 48_000))
    joined = blocks.get(timeout=0.0, at_least=4)
    assert isinstance(joined, Block)
    assert joined.at == 7.0
    assert np.array_equal(joined.pcm, np.repeat(np.arange(4, dtype=np.float32), 480))
    with pytest.raises(queue.Empty):
        blocks.get(timeout=0.0)


@pytest.mark.parametrize(("at", "rate"), [(7.1, 48_000), (7.01, 44_100)])
def test_sound_is_joined_up_to_where_something_is_missing(at: float, rate: int) -> None:
    blocks = BlockQueue()
    blocks.put(Block(7.0, np.zeros(480, np.float32), 48_000))
    blocks.put(Block(at, np.zeros(480, np.float32), rate))
    sizes = []
    for wanted in (2, 1):
        block = blocks.get(timeout=0.0, at_least=wanted)
        assert isinstance(block, Block)
        sizes.append(block.pcm.size)
    assert sizes == [480, 480]


def test_an_order_does_not_wait_for_more_sound() -> None:
    blocks = BlockQueue()
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    listener = threading.Thread(target=lambda: answers.put(blocks.get(timeout=10.0, at_least=4)))
    listener.start()
    blocks.put(block(1))
    blocks.send("now")
    assert answers.get(timeout=5.0) == "now"
    listener.join()
    assert taken(blocks).at == 1.0


def quiet(number: int, amplitude: float = 0.001) -> Block:
    return Block(7.0 + 0.01 * number, np.full(480, amplitude, np.float32), 48_000)


DOZE = Doze(power=0.01**2, most_blocks=8)


def test_whoever_dozes_is_given_quiet_sound_in_large_pieces() -> None:
    blocks = BlockQueue()
    for number in range(7):
        blocks.put(quiet(number))
    with pytest.raises(queue.Empty):
        blocks.get(timeout=0.0, at_least=3, doze=DOZE)
    blocks.put(quiet(7))
    piece = blocks.get(timeout=0.0, at_least=3, doze=DOZE)
    assert isinstance(piece, Block)
    assert (piece.at, piece.pcm.size) == (7.0, 8 * 480)


@pytest.mark.parametrize(("before", "given"), [(5, 6), (1, 3)], ids=["at once", "with its frame"])
def test_a_loud_block_ends_the_doze(before: int, given: int) -> None:
    blocks = BlockQueue()
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    listener = threading.Thread(target=lambda: answers.put(blocks.get(10.0, 3, DOZE)))
    listener.start()
    for number in range(before):
        blocks.put(quiet(number))
    blocks.put(quiet(before, 0.1))
    if before + 1 < given:
        blocks.put(quiet(before + 1))
    piece = answers.get(timeout=10.0)
    listener.join()
    assert isinstance(piece, Block)
    assert (piece.at, piece.pcm.size) == (7.0, given * 480)


def test_large_pieces_count_as_the_blocks_they_are_made_of() -> None:
    blocks = BlockQueue(limit_blocks=5)
    sound = np.full(3 * 480, 0.001, np.float32)
    for number in range(2):
        blocks.put(Block(7.0 + 0.03 * number, sound, 48_000))
    assert blocks.take_dropped() == 3
    with pytest.raises(queue.Empty):
        blocks.get(timeout=0.0, at_least=4)
    piece = blocks.get(timeout=0.0, at_least=3)
    assert isinstance(piece, Block)
    assert (piece.at, piece.pcm.size) == (7.03, 3 * 480)


def test_ten_loud_milliseconds_of_thirty_end_the_doze() -> None:
    blocks = BlockQueue()
    blocks.put(quiet(0))
    sound = np.full(3 * 480, 0.001, np.float32)
    sound[480:960] = 0.011
    blocks.put(Block(7.01, sound, 48_000))
    piece = blocks.get(timeout=0.0, at_least=1, doze=DOZE)
    assert isinstance(piece, Block)
    assert piece.pcm.size == 4 * 480


def test_a_backlog_is_given_up_to_what_is_loud() -> None:
    blocks = BlockQueue()
    for number in range(20):
        blocks.put(quiet(number, 0.1 if number == 4 else 0.001))
    sizes = []
    for _ in range(2):
        piece = blocks.get(timeout=0.0, at_least=3, doze=DOZE)
        assert isinstance(piece, Block)
        sizes.append(piece.pcm.size // 480)
    assert sizes == [5, 8]


def test_an_order_ends_the_doze() -> None:
    blocks = BlockQueue()
    blocks.put(quiet(0))
    blocks.send("now")
    assert blocks.get(timeout=0.0, at_least=3, doze=DOZE) == "now"


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_sound_comes_at_the_devices_own_rate(sounddevice: FakeSoundDevice, rate: int) -> None:
    sounddevice.plug("Headset", inputs=1, rate=rate)
    sounddevice.rates = {rate}
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    stream = sounddevice.streams[-1]
    assert stream.asked_latency == "low"
    stream.deliver(heard(stream.blocksize, 1), 3.0, 2.98)
    first = taken(blocks)
    assert (first.sample_rate_hz, microphone.sample_rate_hz) == (rate, rate)
    assert first.pcm.size == pytest.approx(rate / 100, abs=1)
    microphone.close()


def test_the_first_of_sixteen_channels_is_heard(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Interface", inputs=16)
    sounddevice.channels = {16}
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    sounddevice.streams[-1].deliver(heard(480, 16), 3.0, 2.98)
    first = taken(blocks)
    assert first.pcm.shape == (480,)
    assert np.all(first.pcm == np.float32(0.1))
    microphone.close()


def test_a_block_is_a_copy(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", inputs=1)
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    buffer = heard(480, 1)
    sounddevice.streams[-1].deliver(buffer, 3.0, 2.98)
    buffer[:] = 0.0
    assert np.all(taken(blocks).pcm == np.float32(0.1))
    microphone.close()


def test_blocks_are_stamped_before_they_arrive(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", inputs=1)
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    before = time.monotonic()
    sounddevice.streams[-1].deliver(np.zeros((480, 1), np.float32), 3.0, 2.98)
    after = time.monotonic()
    assert before - 0.021 <= taken(blocks).at <= after - 0.019
    assert before <= microphone.last_block_at <= after
    microphone.close()


def opened_headset(sounddevice: FakeSoundDevice) -> tuple[BlockQueue, Microphone, FakeStream]:
    sounddevice.plug("Headset", inputs=1, rate=48_000)
    sounddevice.rates = {48_000}
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    return blocks, microphone, sounddevice.streams[-1]


def deliver_at(stream: FakeStream, number: int, pcm: Pcm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver the block of that number on a clock without jitter."""
    now = 3.0 + 0.01 * number
    clock = SimpleNamespace(monotonic=partial(float, now))
    monkeypatch.setattr(microphone_module, "time", clock)
    stream.deliver(pcm, now, now - 0.02)


def dozing(
    blocks: BlockQueue, doze: Doze
) -> tuple[threading.Thread, queue.SimpleQueue[Block | object]]:
    """Return a listener that sleeps until there is something to hear, and what it then hears."""
    answers: queue.SimpleQueue[Block | object] = queue.SimpleQueue()
    listener = threading.Thread(target=lambda: answers.put(blocks.get(10.0, 1, doze)))
    listener.start()
    patience = time.monotonic() + 10.0
    while blocks.doze is None:
        assert time.monotonic() < patience, "it never dozed"
    return listener, answers


def test_while_the_listener_dozes_sound_comes_many_blocks_at_once(
    native_sounddevice: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks, microphone, stream = opened_headset(native_sounddevice)
    rest = NativeCallback.REST_BLOCKS
    whole = 2 * rest + 1
    listener, answers = dozing(blocks, Doze(power=0.1**2, most_blocks=whole))
    called: list[float] = []
    for number in range(whole):
        deliver_at(stream, number, np.full((480, 1), number / 1000, np.float32), monkeypatch)
        called.append(microphone.last_block_at)
    piece = answers.get(timeout=10.0)
    listener.join()
    assert sorted(set(called)) == pytest.approx([3.0, 3.0 + 0.01 * rest, 3.0 + 0.02 * rest])
    assert isinstance(piece, Block)
    assert np.allclose(piece.pcm, np.repeat(np.arange(whole) / 1000, 480))
    # The instant is that of the first block, though of those after it few were told of.
    assert piece.at == pytest.approx(2.98, abs=1e-6)
    # Awake again, it waits for nothing, but for what is on its way.
    for number in range(whole, whole + rest + 2):
        deliver_at(stream, number, np.zeros((480, 1), np.float32), monkeypatch)
    sizes = [taken(blocks).pcm.size]
    while sum(sizes) < (rest + 2) * 480:
        sizes.append(taken(blocks).pcm.size)
    assert sum(sizes) == (rest + 2) * 480
    assert sizes[-1] == 480
    microphone.close()


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_loud_wakes_a_dozing_listener_with_all_before_it(
    native_sounddevice: FakeSoundDevice, channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if channels == 2:
        native_sounddevice.channels = {2}
    native_sounddevice.plug("Headset", inputs=channels, rate=48_000)
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    stream = native_sounddevice.streams[-1]
    listener, answers = dozing(blocks, Doze(power=0.1**2, most_blocks=100))
    for number, level in enumerate([0.01, 0.02, 0.03, 0.2]):
        # The second channel is nobody's: however loud, it wakes nobody.
        sound = np.full((480, channels), 0.9, np.float32)
        sound[:, 0] = level
        deliver_at(stream, number, sound, monkeypatch)
    piece = answers.get(timeout=10.0)
    listener.join()
    assert isinstance(piece, Block)
    assert np.allclose(piece.pcm, np.repeat([0.01, 0.02, 0.03, 0.2], 480))
    microphone.close()


def test_lost_sound_is_told_of_while_the_listener_dozes(
    native_sounddevice: FakeSoundDevice,
) -> None:
    blocks, microphone, stream = opened_headset(native_sounddevice)
    listener, _ = dozing(blocks, Doze(power=0.1**2, most_blocks=100))
    for number in range(3):
        stream.deliver(np.zeros((480, 1), np.float32), 3.0 + 0.01 * number, 2.98)
    assert microphone.overflows == 0
    stream.deliver(np.zeros((480, 1), np.float32), 3.03, 3.01, overflow=True)
    assert microphone.overflows == 1
    blocks.send("pressed")
    listener.join()
    assert taken(blocks).pcm.size == 480
    assert taken(blocks).pcm.size == 3 * 480
    microphone.close()


def test_lost_sound_is_counted(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Headset", inputs=1)
    microphone = Microphone(BlockQueue())
    microphone.open("")
    for overflow in (False, True, True):
        sounddevice.streams[-1].deliver(heard(480, 1), 3.0, 2.98, overflow=overflow)
    assert microphone.overflows == 2
    microphone.close()


@pytest.mark.parametrize(("code", "kind"), [(BUSY, DeviceBusy), (HOST_ERROR, DeviceFailed)])
@pytest.mark.parametrize("moment", ["open", "start"])
def test_a_device_that_refuses_is_said_in_a_sentence(
    sounddevice: FakeSoundDevice, moment: str, code: int, kind: type[SoundError]
) -> None:
    sounddevice.plug("Headset", inputs=1)
    setattr(sounddevice, f"{moment}_error", code)
    microphone = Microphone(BlockQueue())
    with pytest.raises(kind, match="microphone"):
        microphone.open("")
    assert (microphone.is_open, microphone.name) == (False, "")
    assert all(stream.is_closed for stream in sounddevice.streams)
    setattr(sounddevice, f"{moment}_error", 0)
    microphone.open("")
    assert microphone.name == "Headset"
    microphone.close()


def test_a_device_that_accepts_no_rate_is_said_in_a_sentence(
    sounddevice: FakeSoundDevice,
) -> None:
    sounddevice.plug("Odd one", inputs=1)
    sounddevice.rates = set()
    with pytest.raises(DeviceFailed, match="accepts no format"):
        Microphone(BlockQueue()).open("")


def test_without_a_microphone_there_is_a_sentence(sounddevice: FakeSoundDevice) -> None:
    with pytest.raises(NoDevice, match="No microphone was found"):
        Microphone(BlockQueue()).open("Headset")
    assert sounddevice.streams == []


def test_opening_again_closes_what_was_open(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Built-in", inputs=1)
    sounddevice.plug("Headset", inputs=1)
    microphone = Microphone(BlockQueue())
    microphone.open("")
    assert microphone.name == "Built-in"
    microphone.open("Headset")
    assert microphone.name == "Headset"
    assert [stream.is_closed for stream in sounddevice.streams] == [True, False]
    microphone.close()


def test_closing_is_possible_from_any_state(sounddevice: FakeSoundDevice) -> None:
    microphone = Microphone(BlockQueue())
    microphone.close()
    sounddevice.plug("Headset", inputs=1)
    microphone.open("")
    microphone.close()
    microphone.close()
    assert (microphone.is_open, microphone.name, microphone.sample_rate_hz) == (False, "", 0)
    assert sounddevice.streams[-1].is_closed


def test_a_stand_in_says_so(sounddevice: FakeSoundDevice) -> None:
    sounddevice.plug("Built-in", inputs=1)
    microphone = Microphone(BlockQueue())
    for name, is_wanted in (("Headset", False), ("Built-in", True), ("", True)):
        microphone.open(name)
        assert (microphone.name, microphone.is_wanted) == ("Built-in", is_wanted)
    microphone.close()
    assert microphone.is_wanted


def test_a_stream_that_hangs_while_it_is_closed_is_not_listened_to(
    sounddevice: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounddevice.plug("Headset", inputs=1)
    blocks = BlockQueue()
    microphone = Microphone(blocks)
    microphone.open("")
    [hanging] = sounddevice.streams
    with monkeypatch.context() as patched:
        # It neither ends nor closes.
        patched.setattr(hanging, "abort", lambda: None)
        patched.setattr(hanging, "close", lambda: None)
        microphone.close()
    microphone.open("")
    hanging.deliver(heard(480, 1), 3.0, 2.98)
    assert microphone.last_block_at == 0.0
    sounddevice.streams[-1].deliver(heard(441, 1), 3.0, 2.98)
    assert taken(blocks).pcm.size == 441
    microphone.release()
    assert not microphone.is_open

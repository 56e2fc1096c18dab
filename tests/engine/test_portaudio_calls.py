from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from her_desktop.audio.devices import DeviceBusy
from her_desktop.engine.portaudio_calls import NoAnswer, PortAudioCalls

LONG = 20.0


@pytest.fixture
def calls() -> Iterator[PortAudioCalls]:
    calls = PortAudioCalls()
    yield calls
    calls.stop()
    calls.join(LONG)
    assert not calls.is_alive()


def test_calls_are_made_in_order_on_one_other_thread(calls: PortAudioCalls) -> None:
    made: list[tuple[int, threading.Thread]] = []

    def note(number: int) -> None:
        made.append((number, threading.current_thread()))

    for number in range(5):
        calls.run(partial(note, number), LONG)
    assert [number for number, _ in made] == list(range(5))
    assert len({thread for _, thread in made}) == 1
    assert made[0][1] is not threading.current_thread()


def test_what_a_call_raises_is_raised_here(calls: PortAudioCalls) -> None:
    def refuse() -> None:
        raise DeviceBusy("Somebody has it.")

    with pytest.raises(DeviceBusy, match="Somebody"):
        calls.run(refuse, LONG)
    calls.run(lambda: None, LONG)


def test_a_call_that_hangs_is_left_behind_and_comes_back(calls: PortAudioCalls) -> None:
    let_go, done = threading.Event(), threading.Event()

    def hang() -> None:
        let_go.wait(LONG)
        done.set()

    with pytest.raises(NoAnswer) as unanswered:
        calls.run(hang, 0.01)
    assert calls.stuck == 1
    assert not unanswered.value.call.is_over
    # What follows is not held up by it.
    made: list[int] = []
    calls.run(lambda: made.append(1), LONG)
    assert made == [1]
    assert not done.is_set()
    let_go.set()
    assert unanswered.value.call.wait(LONG)
    assert done.is_set()
    assert calls.stuck == 0


def test_a_thread_that_hangs_is_not_denied(calls: PortAudioCalls) -> None:
    let_go = threading.Event()

    def hang() -> None:
        let_go.wait(LONG)

    with pytest.raises(NoAnswer):
        calls.run(hang, 0.01)
    calls.stop()
    calls.join(0.0)
    assert calls.is_alive()
    let_go.set()


def test_without_a_call_there_is_no_thread() -> None:
    calls = PortAudioCalls()
    calls.stop()
    calls.join(0.0)
    assert not calls.is_alive()
    assert calls.stuck == 0

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import numpy as np
import pytest
from simulated_room import START_AT, Rig, hiss, impulse_response, sent_through, speech

from her_desktop.audio.echo import EchoOptions
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.conversation.events import EchoMeasured, Event, Noticed
from her_desktop.engine.ear import Ear
from her_desktop.engine.echo_watch import LONGEST_TAIL, NOT_CANCELLED, TAIL

ASSISTANT = speech(14.0, seed=1)
UNRELATED = speech(14.0, seed=9, pitch_hz=150.0)


@dataclass
class Told:
    """An ear in a simulated room, and what it said and was at each block."""

    rig: Rig
    options: EchoOptions = field(default_factory=EchoOptions)
    slips: list[float] = field(default_factory=list)
    """Seconds at which the loudspeaker runs dry."""
    events: list[Event] = field(default_factory=list)
    deaf: list[float] = field(default_factory=list)
    doubtful: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ear = Ear(self.events.append, lambda: "a microphone", self.rig.far_end, self.options)
        self.ear.begin()

    def listen(self, near: Pcm) -> None:
        slips = list(self.slips)
        for pcm, at in self.rig.blocks(near):
            if slips and at >= START_AT + slips[0]:
                self.rig.far_end.slip(START_AT + slips.pop(0))
            self.ear.hear(Block(at, pcm, SAMPLE_RATE_HZ))
            if self.ear.is_deaf:
                self.deaf.append(at - START_AT)
            if self.ear.is_in_doubt:
                self.doubtful.append(at - START_AT)

    @property
    def measured(self) -> list[EchoMeasured]:
        return [event for event in self.events if isinstance(event, EchoMeasured)]

    @property
    def noticed(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Noticed)]


def with_quiet_around(pcm: Pcm, before: float, after: float) -> Pcm:
    quiet = [np.zeros(round(each * SAMPLE_RATE_HZ), np.float32) for each in (before, after)]
    return np.concatenate((quiet[0], pcm, quiet[1]))


def said_from(at: float, amplitude: float) -> Pcm:
    """Somebody else's voice, from that second on."""
    said = np.zeros_like(ASSISTANT)
    begun = round(at * SAMPLE_RATE_HZ)
    said[begun:] = amplitude * UNRELATED[: said.size - begun]
    return said


def test_an_echo_that_is_cancelled_is_told_with_its_figures() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT))
    told.listen(echo + hiss(echo.size, -70.0))
    last = told.measured[-1]
    assert last.works is True
    assert not last.half_duplex
    assert not last.is_warming_up
    assert last.delay == pytest.approx(0.05, abs=0.003)
    assert last.reduction_db is not None
    assert last.reduction_db > 20.0
    assert told.noticed == []
    assert told.deaf == []
    # About once a second, not at every block.
    assert len(told.measured) < 20


def test_as_long_as_the_room_is_learned_it_takes_words() -> None:
    played = with_quiet_around(ASSISTANT, 1.0, 3.0)
    echo = sent_through(played, impulse_response(0.05, -10.0))
    told = Told(Rig(played))
    told.listen(echo + hiss(echo.size, -70.0))
    # From the first sound on, while nothing proves that it is cancelled; never in the silence.
    assert 0.9 < told.doubtful[0] < 1.1
    assert told.doubtful[-1] < 6.0
    assert told.measured[0].is_warming_up


def test_what_cannot_be_cancelled_is_said_once_and_not_listened_to() -> None:
    played = with_quiet_around(ASSISTANT, 0.0, 3.0)
    # Not what the loudspeaker was given: another program's sound, or a device that distorts.
    near = with_quiet_around(0.3 * UNRELATED, 0.0, 3.0)
    told = Told(Rig(played))
    told.listen(near + hiss(near.size, -70.0))
    assert told.noticed == [NOT_CANCELLED]
    assert told.measured[-1].works is False
    assert told.measured[-1].half_duplex
    assert 2.0 < told.deaf[0] < 10.0
    assert told.deaf[-1] == pytest.approx(14.0 + TAIL, abs=0.1), "then it listens again"


def test_what_comes_back_late_is_waited_for() -> None:
    played = with_quiet_around(ASSISTANT, 0.0, 6.0)
    # A second later than any canceller looks for it, as some wireless loudspeakers are.
    near = sent_through(played, impulse_response(1.5, -8.0)) + hiss(played.size, -70.0)
    told = Told(Rig(played))
    told.listen(near)
    assert told.measured[-1].half_duplex
    assert 15.4 < told.deaf[-1] < 16.5
    # Not for ever: somebody who speaks on and on is heard in the end.
    talked_over = Told(Rig(played))
    talked_over.listen(0.3 * np.concatenate((UNRELATED, UNRELATED))[: played.size])
    assert talked_over.deaf[-1] == pytest.approx(14.0 + LONGEST_TAIL, abs=0.2)


def test_once_it_is_cancelled_again_it_is_listened_to_again() -> None:
    played = np.concatenate((ASSISTANT, ASSISTANT))
    echo = sent_through(played, impulse_response(0.05, -10.0))
    echo[: UNRELATED.size] = 0.3 * UNRELATED
    told = Told(Rig(played))
    told.listen(echo + hiss(echo.size, -70.0))
    assert [event.works for event in told.measured if event.works is not None][-1] is True
    assert not told.measured[-1].half_duplex
    assert told.deaf
    assert told.deaf[-1] < 25.0


def test_after_the_loudspeaker_ran_dry_its_echo_is_not_believed_for_a_moment() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT), slips=[8.0])
    told.listen(echo + hiss(echo.size, -70.0))
    assert told.deaf[0] == pytest.approx(8.0, abs=0.05)
    assert told.deaf[-1] < 8.0 + 0.6, "it comes as before"
    assert max(told.doubtful) < 8.0 + 0.6


def test_somebody_who_speaks_as_it_runs_dry_does_not_hide_that_it_did_no_harm() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT), slips=[8.0])
    told.listen(echo + said_from(8.0, 0.3) + hiss(echo.size, -70.0))
    assert told.deaf[0] == pytest.approx(8.0, abs=0.05)
    assert told.deaf[-1] < 8.0 + 0.7
    assert max(told.doubtful) < 8.0 + 0.7


def test_what_runs_dry_while_nothing_sounds_cuts_nobody_off() -> None:
    played = with_quiet_around(ASSISTANT[: 6 * SAMPLE_RATE_HZ], 0.0, 3.0)
    echo = sent_through(played, impulse_response(0.05, -10.0))
    told = Told(Rig(played), slips=[6.35])
    told.listen(echo + hiss(echo.size, -70.0))
    assert told.deaf == []


@pytest.mark.parametrize("gap", [0.005, 0.03])
def test_an_echo_that_comes_a_little_later_is_soon_listened_through(gap: float) -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    ran_dry, later = round(8.0 * SAMPLE_RATE_HZ), round(gap * SAMPLE_RATE_HZ)
    echo = np.concatenate((echo[:ran_dry], np.zeros(later, np.float32), echo[ran_dry:]))
    told = Told(Rig(ASSISTANT), slips=[8.0])
    told.listen(echo[: ASSISTANT.size] + hiss(ASSISTANT.size, -70.0))
    assert told.deaf[0] == pytest.approx(8.0, abs=0.05)
    assert told.deaf[-1] < 8.0 + 1.4
    # Once it listens, nothing that is left could be heard.
    first, last = (told.ear.tape.sample(START_AT + at) for at in (told.deaf[-1], 9.5))
    left = told.ear.tape.between(first, last)
    assert 20 * np.log10(np.std(left)) < -45.0


def test_whoever_speaks_soon_after_it_ran_dry_is_not_cut_short() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT), slips=[8.0])
    told.listen(echo + said_from(9.2, 0.5) + hiss(echo.size, -70.0))
    assert told.deaf[-1] < 8.0 + 1.1


def test_what_is_still_heard_after_it_ran_dry_is_not_listened_to() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    begun = round(8.0 * SAMPLE_RATE_HZ)
    echo[begun:] = 0.3 * UNRELATED[: echo.size - begun]
    told = Told(Rig(ASSISTANT), slips=[8.0])
    told.listen(echo + hiss(echo.size, -70.0))
    assert [at for at in told.deaf if 9.0 < at < 9.4], "for as long as it may move"


def test_where_running_dry_does_harm_it_is_never_believed() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    harmed = round(3.0 * SAMPLE_RATE_HZ)
    echo[harmed:] = 0.3 * UNRELATED[harmed : echo.size]
    told = Told(Rig(ASSISTANT), slips=[3.0 + number / 3.0 for number in range(33)])
    told.listen(echo + hiss(echo.size, -70.0))
    assert len(told.deaf) > 0.95 * 1100, "eleven seconds"


def test_a_busy_machine_that_runs_dry_all_the_time_is_not_deaf_all_the_time() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT), slips=[3.0 + number / 3.0 for number in range(30)])
    told.listen(echo + hiss(echo.size, -70.0))
    assert told.deaf, "it had to be measured"
    assert max(told.deaf) < 3.0 + 5.0, "not for all of the eleven seconds"


def test_after_it_ran_dry_between_two_answers_the_next_one_begins_in_doubt() -> None:
    answers = with_quiet_around(ASSISTANT[: 6 * SAMPLE_RATE_HZ], 0.0, 5.0)
    played = np.concatenate((answers, ASSISTANT[: 6 * SAMPLE_RATE_HZ]))
    echo = sent_through(played, impulse_response(0.05, -10.0))
    doubtful: list[list[float]] = []
    for slips in ([], [7.0]):
        told = Told(Rig(played), slips=slips)
        told.listen(echo + hiss(echo.size, -70.0))
        doubtful.append([at for at in told.doubtful if at > 9.0])
        assert not [at for at in told.deaf if at > 9.0]
    untouched, in_doubt = doubtful
    assert untouched == []
    # Until it was heard that the echo is where it was.
    assert 10.9 < in_doubt[0] < 11.2
    assert 11.2 < in_doubt[-1] < 11.6


@pytest.mark.parametrize(("slips", "until"), [([4.0], 6.0), ([4.0, 5.5, 7.0], 14.0)])
def test_a_loudspeaker_that_runs_dry_again_and_again_takes_words(
    slips: list[float], until: float
) -> None:
    near = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    # Something of it is left over each time, as where the echo has moved.
    left = np.zeros(near.size, np.float32)
    for first in np.arange(3.5, 14.0, 1.5):
        start = round(first * SAMPLE_RATE_HZ)
        left[start : start + 4000] = 0.2 * UNRELATED[start : start + 4000]
    told = Told(Rig(ASSISTANT), slips=slips)
    told.listen(near + left + hiss(near.size, -70.0))
    late = [at for at in told.doubtful if at > 8.6]
    assert bool(late) is (until > 8.6)
    assert not late or late[-1] > until - 1.0


def test_with_headphones_nothing_is_in_doubt() -> None:
    told = Told(Rig(ASSISTANT), EchoOptions(cancel_echo=False))
    told.rig.far_end.slip(START_AT + 8.0)
    told.listen(0.3 * UNRELATED)
    assert (told.deaf, told.doubtful, told.noticed) == ([], [], [])
    assert [event.works for event in told.measured] == [None]


def test_without_the_library_listening_and_speaking_exclude_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    played = with_quiet_around(ASSISTANT[: 4 * SAMPLE_RATE_HZ], 1.0, 2.0)
    told = Told(Rig(played))
    told.listen(hiss(played.size, -70.0))
    assert len(told.noticed) == 1
    assert "headphones" in told.noticed[0]
    assert told.measured[0].half_duplex
    assert told.deaf[0] == pytest.approx(1.0, abs=0.1)
    assert told.deaf[-1] == pytest.approx(5.0 + TAIL, abs=0.3)


def test_another_choice_holds_from_the_next_block_on() -> None:
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    told = Told(Rig(ASSISTANT), EchoOptions(cancel_echo=False))
    half = ASSISTANT.size // 2 // 160 * 160
    levels = []
    for count, (pcm, at) in enumerate(told.rig.blocks(echo)):
        if count == half // 160:
            told.ear.clean(EchoOptions())
        told.ear.hear(Block(at, pcm, SAMPLE_RATE_HZ))
        if count % 100 == 99:
            newest = told.ear.tape.between(told.ear.tape.end - SAMPLE_RATE_HZ, told.ear.tape.end)
            levels.append(float(np.sqrt(np.mean(newest**2))))
    assert levels[-1] < 0.05 * levels[5]


def test_with_headphones_whoever_speaks_over_the_answer_is_heard_as_he_is() -> None:
    said = with_quiet_around(UNRELATED[: 2 * SAMPLE_RATE_HZ], 5.0, 0.0)
    near = said * 0.3 + hiss(said.size, -65.0)
    told = Told(Rig(ASSISTANT))
    told.listen(near)
    assert told.doubtful, "what is not known yet is doubted"
    assert max(told.doubtful) < 3.0
    first, last = told.ear.tape.sample(START_AT + 5.0), told.ear.tape.sample(START_AT + 6.9)
    heard = told.ear.tape.between(first, last)
    loud, kept = float(np.dot(near[80_000:110_400], near[80_000:110_400])), float(heard @ heard)
    assert kept == pytest.approx(loud, rel=0.05), "nothing is taken from a voice without an echo"
    assert told.deaf == []
    # A loudspeaker that is turned on later is cancelled as ever.
    echo = sent_through(ASSISTANT, impulse_response(0.05, -10.0))
    again = Told(Rig(np.concatenate((ASSISTANT[: 4 * SAMPLE_RATE_HZ], ASSISTANT))))
    late = np.concatenate((np.zeros(4 * SAMPLE_RATE_HZ, np.float32), echo))
    again.listen(late + hiss(late.size, -70.0))
    assert again.measured[-1].works is True
    last_second = again.ear.tape.between(
        again.ear.tape.end - 2 * SAMPLE_RATE_HZ, again.ear.tape.end - SAMPLE_RATE_HZ
    )
    assert 20 * np.log10(np.std(last_second)) < -55.0

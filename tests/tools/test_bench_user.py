"""The benchmark's user in front of a window that follows a script of events."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from her_desktop.tools import bench_user
from her_desktop.tools.bench_script import Mode, Trial
from her_desktop.tools.bench_speech import Kind, Utterance
from her_desktop.tools.bench_user import ScriptedUser
from her_desktop.tools.live import LiveWindow
from her_desktop.tools.recording import Recording
from her_desktop.tools.sound_loop import SoundLoop

Line = dict[str, Any]


class ScriptedWindow:
    """Says what it is told to: `after` maps a command, or "heard", to the lines that follow it."""

    def __init__(self, **after: list[Line]) -> None:
        self._after = after
        self._coming: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self.events: list[Line] = [line("StateChanged", state="idle")]

    def happen(self, what: str) -> None:
        for one in self._after.pop(what, []):
            self._coming.put(one | {"at": time.monotonic()})

    def control(self, *words: str) -> dict[str, Any]:
        if words == ("listen-always",) and "listen-always" not in self._after:
            return {"ok": False, "error": "Not in this window."}
        self.happen(words[0].replace("-", "_"))
        return {"ok": True, "last_turn": {"turn": 1, "gap_ms": 300.0}}

    def next_event(self, deadline: float) -> Line | None:
        try:
            self.events.append(self._coming.get(timeout=max(0.0, deadline - time.monotonic())))
        except queue.Empty:
            return None
        return self.events[-1]


class ScriptedSound:
    """A sound loop and its recording in one, in which everything is heard at once."""

    def __init__(self, window: ScriptedWindow) -> None:
        self._window = window
        self._began_at = time.monotonic()
        self._onset = 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began_at

    def arm(self) -> None:
        self._onset = self.seconds

    def wait_for_sound(self, timeout: float) -> float:
        return self._onset

    def instant(self, second: float) -> float:
        return self._began_at + second

    def play(self, wav: Path, latency: float) -> ScriptedSound:
        return self

    def wait(self) -> None:
        self._window.happen("heard")


def line(event: str, **more: Any) -> Line:
    return {"event": event, "at": 0.0, **more}


ANSWER = [
    line("StateChanged", state="speaking"),
    line("TurnCommitted", turn=1),
    line("PlaybackStarted", turn=1, audible_at=0.0),
    line("TurnEnded", turn=1, reason="finished"),
    line("StateChanged", state="idle"),
]

Make = Callable[[Mode, ScriptedWindow], ScriptedUser]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that makes a user of little patience."""
    monkeypatch.setattr(bench_user, "PATIENCE", 0.2)
    monkeypatch.setattr(bench_user, "_REST", dict.fromkeys(Mode, 0.02))
    monkeypatch.setattr(bench_user, "_INTO_ANSWER", 0.0)
    monkeypatch.setattr(bench_user, "_REACTION", 0.0)

    def make_it(mode: Mode, window: ScriptedWindow) -> ScriptedUser:
        sound = ScriptedSound(window)
        return ScriptedUser(
            cast("LiveWindow", window), cast("SoundLoop", sound), cast("Recording", sound), mode
        )

    return make_it


def trial(kind: Kind = Kind.CLEAR, lag: float = 0.0, *, over: bool = False) -> Trial:
    said = Utterance("one", "words", Path("one.wav"), 0.3, 0.35, ())
    return Trial(kind, said, said if over else None, lag)


def test_a_trial_ends_when_the_window_rests_with_its_answer_given(make: Make) -> None:
    user = make(Mode.HANDS_FREE, ScriptedWindow(heard=ANSWER))
    asked = user.perform(trial())
    assert [one["event"] for one in asked.lines] == [one["event"] for one in ANSWER]
    assert asked.panel == {"turn": 1, "gap_ms": 300.0}
    assert asked.begun <= asked.onset < asked.ended
    assert asked.over_onset is None


def test_a_missing_answer_ends_the_trial_and_not_the_run(make: Make) -> None:
    window = ScriptedWindow(
        heard=[line("StateChanged", state="thinking")],
        stop=[line("StateChanged", state="idle")],
    )
    user = make(Mode.HANDS_FREE, window)
    missed = user.perform(trial())
    assert not [one for one in missed.lines if one["event"] == "PlaybackStarted"]
    assert window.events[-1]["state"] == "idle", "it was stopped, so that the next can begin"
    assert user.perform(trial()).lines == ()


def test_where_nothing_was_understood_nobody_waits(make: Make) -> None:
    nothing = [line("TurnEnded", turn=1, reason="nothing-said")]
    began_at = time.monotonic()
    asked = make(Mode.HANDS_FREE, ScriptedWindow(heard=nothing)).perform(trial())
    assert [one["reason"] for one in asked.lines] == ["nothing-said"]
    assert time.monotonic() - began_at < 10.0


def test_the_key_is_let_go_by_the_sound_and_not_by_the_player(make: Make) -> None:
    window = ScriptedWindow(
        talk_press=[line("SpeechStarted")],
        talk_release=[line("TalkReleased"), *ANSWER],
    )
    user = make(Mode.PUSH_TO_TALK, window)
    asked = user.perform(trial(lag=0.1))
    [released] = [one for one in asked.lines if one["event"] == "TalkReleased"]
    [pressed] = [one for one in asked.lines if one["event"] == "SpeechStarted"]
    assert released["at"] - pressed["at"] >= 0.15, "50 ms of speech and 100 of lag"


def test_something_sounds_over_an_answer_that_goes_on(make: Make) -> None:
    begins = [line("StateChanged", state="speaking"), *ANSWER[1:3]]
    user = make(Mode.HANDS_FREE, ScriptedWindow(heard=begins, stop=ANSWER[-1:]))
    asked = user.perform(trial(Kind.COUGH, over=True))
    assert asked.over_onset is not None
    assert asked.over_onset >= asked.onset


def test_nothing_sounds_over_an_answer_that_is_over(make: Make) -> None:
    short = [*ANSWER[:3], line("PlaybackFinished", turn=1), *ANSWER[3:]]
    user = make(Mode.HANDS_FREE, ScriptedWindow(heard=short))
    assert user.perform(trial(Kind.COUGH, over=True)).over_onset is None


def test_a_long_answer_is_asked_for_again_where_it_was_over(make: Make) -> None:
    class Short(ScriptedWindow):
        asked = 0

        def happen(self, what: str) -> None:
            if what == "heard":
                self.asked += 1
                short = [*ANSWER[:3], line("PlaybackFinished", turn=1), *ANSWER[3:]]
                self._after[what] = short if self.asked < 3 else [*ANSWER[:3]]
            super().happen(what)

    window = Short(stop=ANSWER[-1:])
    asked = make(Mode.HANDS_FREE, window).perform(trial(Kind.COUGH, over=True))
    assert asked.over_onset is not None
    assert window.asked == 4, "three answers, and what sounded over the last"


def test_over_open_loudspeakers_an_interruption_has_its_moment(make: Make) -> None:
    begins = [line("StateChanged", state="speaking"), *ANSWER[1:3]]
    window = ScriptedWindow(heard=begins, stop=[line("StopRequested"), ANSWER[-1]])
    asked = make(Mode.OPEN_SPEAKERS, window).perform(trial(Kind.INTERRUPTION, over=True))
    assert asked.mode is Mode.OPEN_SPEAKERS
    assert asked.over_onset is not None
    assert [one["event"] for one in asked.lines][-2:] == ["StopRequested", "StateChanged"]


def test_the_end_of_the_lesson_is_none_of_the_first_trial(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_user, "_LEARNING", 0.0)
    # The answer from which the room is learned was over before it was stopped.
    window = ScriptedWindow(say=ANSWER[1:3], stop=[line("StopRequested")], heard=[*ANSWER])
    user = make(Mode.OPEN_SPEAKERS, window)
    user.learn_room()
    assert window.events[-1]["event"] == "StopRequested"
    asked = user.perform(trial(Kind.CLEAR))
    assert "StopRequested" not in [one["event"] for one in asked.lines]


def test_a_window_that_cannot_listen_by_itself_says_why(make: Make) -> None:
    refusing = make(Mode.HANDS_FREE, ScriptedWindow())
    assert refusing.choose_mode() == "Not in this window."
    willing = ScriptedWindow(**{"listen-always": []})
    assert make(Mode.HANDS_FREE, willing).choose_mode() == ""
    assert make(Mode.PUSH_TO_TALK, ScriptedWindow()).choose_mode() == ""

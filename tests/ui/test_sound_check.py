from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    LevelMeasured,
    MicrophoneTested,
    MicrophoneTestRequested,
    PlayRequested,
)
from her_desktop.ui.level_meter import Zone
from her_desktop.ui.sound_check import (
    TESTED_RATE_HZ,
    SoundCheck,
    Verdict,
    privacy_page,
    verdict_of,
    verdict_words,
)

RECORDED = np.full(3 * TESTED_RATE_HZ, 0.1, np.float32)


def outcome(
    level_db: float = -25.0, peak_db: float = -10.0, *, speech: bool = True
) -> MicrophoneTested:
    return MicrophoneTested(at=1.0, pcm=RECORDED, level_db=level_db, peak_db=peak_db, speech=speech)


NOTHING = MicrophoneTested(
    at=1.0, pcm=np.zeros(0, np.float32), level_db=-120.0, peak_db=-120.0, speech=False
)


@pytest.fixture
def check(qtbot: QtBot, sent: list[Event]) -> SoundCheck:
    made = SoundCheck(sent.append, lambda: False)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("result", "verdict", "word"),
    [
        (outcome(), Verdict.GOOD, "good"),
        (NOTHING, Verdict.SILENT, "no sound at all"),
        (outcome(-120.0, -100.0, speech=False), Verdict.SILENT, "switch"),
        (outcome(-50.0, -35.0), Verdict.QUIET, "quiet"),
        (outcome(-8.0, 0.0), Verdict.CLIPPED, "too loud"),
        (outcome(-30.0, -15.0, speech=False), Verdict.NO_SPEECH, "no speech"),
    ],
)
def test_what_was_heard_is_judged_in_words(
    check: SoundCheck, result: MicrophoneTested, verdict: Verdict, word: str, qtbot: QtBot
) -> None:
    assert verdict_of(result) is verdict
    check.test_button.click()
    with qtbot.waitSignal(check.judged) as judged:
        check.handle(result)
    assert judged.args == [verdict.value]
    assert word in check.words
    assert not check.is_testing
    assert check.test_button.isEnabled()


def test_every_verdict_says_something() -> None:
    assert all(verdict_words(verdict).endswith(".") for verdict in Verdict)


def test_a_test_is_asked_for_once_and_played_back(check: SoundCheck, sent: list[Event]) -> None:
    check.test_button.click()
    check.begin()
    assert [type(event) for event in sent] == [MicrophoneTestRequested]
    assert not check.test_button.isEnabled()
    check.handle(outcome())
    played = sent[-1]
    assert isinstance(played, PlayRequested)
    assert played.pcm is RECORDED
    assert played.sample_rate_hz == TESTED_RATE_HZ


def test_silence_is_not_played_back(check: SoundCheck, sent: list[Event]) -> None:
    check.test_button.click()
    check.handle(NOTHING)
    assert [type(event) for event in sent] == [MicrophoneTestRequested]


def test_a_test_of_somebody_else_is_none_of_ours(check: SoundCheck, sent: list[Event]) -> None:
    before = check.words
    check.handle(outcome())
    assert sent == []
    assert check.words == before


def test_a_refused_microphone_is_said_at_once(qtbot: QtBot, sent: list[Event]) -> None:
    check = SoundCheck(sent.append, lambda: True)
    qtbot.addWidget(check)
    with qtbot.waitSignal(check.judged) as judged:
        check.test_button.click()
    assert judged.args == [Verdict.DENIED.value]
    assert "may not use the microphone" in check.words
    assert sent == []


def test_a_microphone_that_does_not_answer_is_said(
    qtbot: QtBot, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("her_desktop.ui.sound_check.PATIENCE", 0.01)
    check = SoundCheck(sent.append, lambda: False)
    qtbot.addWidget(check)
    with qtbot.waitSignal(check.judged) as judged:
        check.test_button.click()
    assert judged.args == [Verdict.NO_ANSWER.value]
    assert "did not answer" in check.words


def test_the_trouble_of_the_device_is_said_and_the_bar_rests(check: SoundCheck) -> None:
    check.handle(LevelMeasured(at=0.0, level_db=-20.0, speech=True))
    heard = check.meter.zone
    check.handle(
        DeviceChanged(at=0.0, device=Device.MICROPHONE, state=DeviceState.BUSY, name="Desk")
    )
    assert [heard, check.meter.zone] == [Zone.GOOD, Zone.NONE]
    assert "Another program is using the microphone" in check.words
    before = check.words
    check.handle(
        DeviceChanged(at=0.0, device=Device.SPEAKER, state=DeviceState.MISSING, name="Desk")
    )
    assert check.words == before


def test_trouble_that_is_over_is_not_said_any_longer(check: SoundCheck) -> None:
    hint = check.words
    for state in (DeviceState.LOST, DeviceState.OPENING, DeviceState.LOST):
        check.handle(DeviceChanged(at=0.0, device=Device.MICROPHONE, state=state, name="Desk"))
    assert "is gone" in check.words
    check.handle(
        DeviceChanged(at=0.0, device=Device.MICROPHONE, state=DeviceState.READY, name="Desk")
    )
    assert check.words == hint


def test_a_verdict_stays_when_the_microphone_says_again_that_it_is_ready(
    check: SoundCheck,
) -> None:
    check.test_button.click()
    check.handle(outcome())
    check.handle(
        DeviceChanged(at=0.0, device=Device.MICROPHONE, state=DeviceState.READY, name="Desk")
    )
    assert check.words.startswith("That sounds good.")


@pytest.mark.parametrize(
    ("platform", "start"), [("darwin", "x-apple"), ("win32", "ms-settings"), ("linux", "")]
)
def test_the_systems_own_page_is_named_where_there_is_one(platform: str, start: str) -> None:
    assert privacy_page(platform).startswith(start)
    assert bool(privacy_page(platform)) is bool(start)

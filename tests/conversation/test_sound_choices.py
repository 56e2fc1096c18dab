from __future__ import annotations

import pytest
from talk import Talk

from her_desktop.conversation.commands import (
    ChooseDevice,
    CleanMicrophone,
    EndCapture,
    TestMicrophone,
)
from her_desktop.conversation.events import (
    CleaningChosen,
    Device,
    DeviceChosen,
    MicrophoneTestRequested,
)


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_what_the_user_chooses_for_the_sound_is_passed_on(talk: Talk) -> None:
    assert talk.tell(
        CleaningChosen(at=1.0, cancel_echo=False, suppress_noise=True, automatic_gain=False)
    ) == [CleanMicrophone(False, True, False)]
    assert talk.tell(DeviceChosen(at=1.0, device=Device.SPEAKER, name="Headset")) == [
        ChooseDevice(Device.SPEAKER, "Headset")
    ]


def test_a_test_of_the_microphone_ends_what_was_being_said(talk: Talk) -> None:
    assert talk.tell(MicrophoneTestRequested(at=1.0)) == [TestMicrophone()]
    talk.press(2.0)
    commands = talk.tell(MicrophoneTestRequested(at=2.5))
    assert EndCapture() in commands
    assert commands[-1] == TestMicrophone()
    assert talk.state != "listening"

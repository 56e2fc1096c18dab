from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QMainWindow
from pytestqt.qtbot import QtBot
from ui.settings.conftest import World

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EchoMeasured,
    LevelMeasured,
    MicrophoneTested,
    MicrophoneTestRequested,
    PlayRequested,
    RepeatRequested,
)
from her_desktop.settings import Settings
from her_desktop.ui.level_meter import Zone
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.opening import SettingsDoor
from her_desktop.ui.settings.row_view import PartView
from her_desktop.ui.settings.sound import EchoWords, language_of_voice
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.sound_check import SoundCheck


def part(world: World, name: str) -> PartView:
    world.dialog.show_page("sound")
    view = world.dialog.page("sound").entries[name]
    assert isinstance(view, PartView)
    return view


def check_of(world: World) -> SoundCheck:
    check = part(world, "sound_check").part
    assert isinstance(check, SoundCheck)
    return check


def test_the_level_follows_the_microphone_while_the_page_is_seen(world: World) -> None:
    check = check_of(world)
    world.door.handle(LevelMeasured(at=0.0, level_db=-25.0, speech=True))
    seen = check.meter.zone
    check.meter.rest()
    world.dialog.hide()
    world.door.handle(LevelMeasured(at=0.0, level_db=-25.0, speech=True))
    assert [seen, check.meter.zone] == [Zone.GOOD, Zone.NONE]


def test_what_was_wrong_before_the_page_was_opened_is_said(world: World) -> None:
    world.door.handle(
        DeviceChanged(at=0.0, device=Device.MICROPHONE, state=DeviceState.MISSING, name="")
    )
    assert "No microphone was found" in check_of(world).words


def test_the_microphone_is_tried_and_played_back(world: World) -> None:
    check = check_of(world)
    check.test_button.click()
    assert isinstance(world.sent[-1], MicrophoneTestRequested)
    pcm = np.full(100, 0.1, np.float32)
    world.door.handle(MicrophoneTested(at=1.0, pcm=pcm, level_db=-25.0, peak_db=-9.0, speech=True))
    played = world.sent[-1]
    assert isinstance(played, PlayRequested)
    assert played.pcm is pcm
    assert check.words.startswith("That sounds good.")


@pytest.mark.parametrize(
    ("voice", "begins"),
    [("piper-en_US-joe-medium", "Hello."), ("piper-fr_FR-siwis-medium", "Bonjour.")],
)
def test_the_loudspeaker_is_tried_in_the_language_of_the_voice(
    world: World, voice: str, begins: str
) -> None:
    world.change(tts_model=voice)
    button = part(world, "speaker_test").part
    assert isinstance(button, QAbstractButton)
    button.click()
    asked = world.sent[-1]
    assert isinstance(asked, RepeatRequested)
    assert asked.text.startswith(begins)


def test_a_voice_of_the_users_own_speaks_the_language_that_is_spoken() -> None:
    assert language_of_voice(Settings(tts_model="mine", language="fr")) == "fr"
    assert language_of_voice(Settings(tts_model="mine")) == "en"


def echo(*, works: bool | None, reduction_db: float | None = 31.4) -> EchoMeasured:
    return EchoMeasured(
        at=0.0, delay=0.082, reduction_db=reduction_db, works=works, half_duplex=works is False
    )


def test_how_well_the_echo_is_cancelled_is_said(world: World) -> None:
    words = part(world, "echo_state").part
    assert isinstance(words, EchoWords)
    assert words.text().startswith("Not known yet")
    world.door.handle(echo(works=True))
    assert words.text().startswith("It works: the assistant's voice arrives after 82\u202fms")
    assert "31 dB" in words.text()
    world.door.handle(echo(works=True, reduction_db=None))
    assert words.text() == "It works: the assistant's voice is taken away."
    world.door.handle(echo(works=False))
    assert words.text().startswith("It does not work here")
    world.change(cancel_echo=False)
    assert words.text().startswith("It is off")


def test_the_lists_follow_what_is_plugged_in(qtbot: QtBot, tmp_path: Path) -> None:
    listed = tmp_path / "devices.json"
    program = f"import pathlib; print(pathlib.Path({str(listed)!r}).read_text())"

    def plug(*names: str) -> None:
        entries = [{"name": name, "is_default": name == names[0]} for name in names]
        listed.write_text(json.dumps({"input": entries, "output": []}), encoding="utf-8")

    plug("Desk", "Headset")
    applied = [Settings(input_device="Headset")]
    window = QMainWindow()
    qtbot.addWidget(window)
    door = SettingsDoor(
        Surroundings(
            send=lambda _: None,
            current=lambda: applied[-1],
            apply=applied.append,
            list_devices=(sys.executable, "-c", program),
        ),
        window,
    )
    door.open("sound")
    assert door.dialog is not None
    choice = door.dialog.page("sound").entries["input_device"].findChild(Choice)
    assert isinstance(choice, Choice)

    def offered() -> list[str]:
        return [choice.itemText(index) for index in range(choice.count())]

    qtbot.waitUntil(lambda: offered() == ["As the system (Desk)", "Desk", "Headset"])
    assert choice.currentText() == "Headset"
    plug("Desk")
    door.dialog.show_page("general")
    door.dialog.show_page("sound")
    qtbot.waitUntil(lambda: offered() == ["As the system (Desk)", "Desk", "Headset (not there)"])
    assert applied[-1].input_device == "Headset"
    door.close()

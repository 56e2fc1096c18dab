"""What is broken on purpose turns its own light in the window, and no other: real threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.test_health import Rig, copied_voice, is_silent
from engine.test_listener import Ear, LoudIsSpeech
from fakes import PATIENCE, FakeVoice

from her_desktop.conversation.events import (
    Device,
    EndReason,
    Event,
    Stage,
    StageFailed,
    StageReady,
    StageReleased,
)
from her_desktop.engine.worker import ModelLoader
from her_desktop.metrics.health import PARTS, Light, Part
from her_desktop.settings import Settings
from her_desktop.ui.stage_lights import StageLights
from her_desktop.ui.window import MainWindow


class Room:
    """A window that is told everything that an engine did since it was last told."""

    def __init__(self, window: MainWindow, rig: Rig) -> None:
        self.window, self.rig = window, rig
        self._told = 0

    def lit(self) -> dict[Light, set[Part]]:
        """Tell the window what is new; return which parts have which light there."""
        events = list(self.rig.watch.events)
        for event in events[self._told :]:
            self.window.handle(event)
        self._told = len(events)
        lights = self.window.room.panel.lights
        assert lights.isVisible()
        return {light: {part for part in PARTS if lights.light(part) is light} for light in Light}

    @property
    def lights(self) -> StageLights:
        return self.window.room.panel.lights

    def check_only(self, broken: Part, words: str) -> None:
        """Check that one light says "failed" and why, and that all the others are green."""
        lit = self.lit()
        assert lit[Light.FAILED] == {broken}
        assert lit[Light.WELL] == set(PARTS) - {broken}
        assert self.lights.text(broken).startswith("failed\n")
        assert words in self.lights.text(broken)


MakeRoom = Callable[[ModelLoader[Any]], Room]


@pytest.fixture
def make_room(make_window: Callable[[Settings], MainWindow]) -> Iterator[MakeRoom]:
    """Make a room in which one question has been answered aloud: every light is green."""
    rooms: list[Room] = []

    def make(voice: ModelLoader[Any]) -> Room:
        rig = Rig(voice)
        rig.engine.start()
        rooms.append(Room(make_window(Settings(window_width=1000)), rig))
        assert rig.speak() is EndReason.FINISHED
        assert rooms[0].lit()[Light.WELL] == set(PARTS)
        return rooms[0]

    yield make
    for room in rooms:
        room.rig.engine.stop()


def test_a_language_model_that_raises(make_room: MakeRoom) -> None:
    room = make_room(ModelLoader("mouth", FakeVoice))
    room.rig.language_model.error = RuntimeError("secret words of the user")
    assert room.rig.type() is EndReason.FAILED
    room.check_only(Stage.LLM, "mind failed")
    room.rig.language_model.error = None
    room.rig.type()
    assert room.lit()[Light.WELL] == set(PARTS)


def test_a_microphone_that_gives_zeros(make_room: MakeRoom) -> None:
    room = make_room(ModelLoader("mouth", FakeVoice))
    ear = Ear(LoudIsSpeech())
    heard: list[Event] = []
    try:
        ear.feed(1.0, amplitude=0.3)
        ear.feed(4.0)
        while not (heard and is_silent(heard[-1])):
            heard.append(ear.events.get(timeout=PATIENCE))
    finally:
        ear.listener.stop()
        ear.listener.join(PATIENCE)
    for event in heard:
        room.window.handle(event)
    room.rig.type()
    room.check_only(Device.MICROPHONE, "only silence")


@pytest.mark.models
def test_a_voice_file_that_is_truncated_after_the_start(
    make_room: MakeRoom, tmp_path: Path
) -> None:
    own, joe = copied_voice(tmp_path)
    room = make_room(joe)

    content = own.read_bytes()
    own.write_bytes(content[: len(content) // 2])
    # It is read again when it comes back out of a rest.
    room.rig.tts.release()
    room.rig.watch.wait_for(StageReleased)
    room.rig.tts.recall()
    room.rig.watch.wait_for(StageFailed)
    room.check_only(Stage.TTS, "voice.onnx")

    own.write_bytes(content)
    room.rig.tts.change(joe)
    room.rig.watch.wait_for(StageReady, lambda event: event.stage is Stage.TTS)
    assert room.lit()[Light.UNTRIED] == {Stage.TTS}, "loaded is not spoken"
    assert room.rig.type() is EndReason.FINISHED
    assert room.lit()[Light.WELL] == set(PARTS)

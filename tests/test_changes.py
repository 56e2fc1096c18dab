"""What a change of settings means for the running program."""

from __future__ import annotations

from dataclasses import fields

import pytest

from her_desktop.changes import LOADED, TUNED, Changes, differing, what_changes
from her_desktop.conversation.events import Device, Stage
from her_desktop.settings import CHOICES, LIMITS, Settings

KEPT_BY_OTHERS = {
    # Wishes to the conversation, which are kept once it has granted them.
    "listen_mode",
    "muted",
    # Read by the window, the tray, the desktop or the log of what was said.
    "history_days",
    "interface_language",
    "keep_history",
    "keep_in_tray",
    "show_performance",
    "start_at_login",
    "talk_key",
    "talk_key_problem",
    "talk_key_toggles",
    "theme",
    "tray_colors",
    "tray_was_explained",
    "was_welcomed",
    "window_height",
    "window_width",
}


def other_value(name: str) -> object:
    value = getattr(Settings(), name)
    if name in CHOICES:
        return next(word for word in CHOICES[name] if word != value)
    if isinstance(value, bool):
        return not value
    if name in LIMITS:
        low, high = LIMITS[name]
        return type(value)(high if value != high else low)
    return "fr" if name == "language" else "another"


NAMES = [item.name for item in fields(Settings) if item.name != "unknown"]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_concerns_somebody(name: str) -> None:
    changed = Settings().changed(**{name: other_value(name)})
    assert list(differing(Settings(), changed)) == [name]
    changes = what_changes(Settings(), changed)
    assert (changes == Changes()) == (name in KEPT_BY_OTHERS)


def test_nothing_changes_nothing() -> None:
    assert what_changes(Settings(), Settings()) == Changes()


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("stt_model", (Stage.STT,)),
        ("llm_model", (Stage.LLM,)),
        ("tts_model", (Stage.TTS,)),
        ("threads", (Stage.STT, Stage.LLM, Stage.TTS)),
        ("language", (Stage.STT,)),
        ("gpu_layers", (Stage.LLM,)),
        ("tts_device", (Stage.TTS,)),
        ("speaking_rate", (Stage.TTS,)),
        ("persona", ()),
        ("cancel_echo", ()),
    ],
)
def test_only_the_stages_concerned_do_anything(name: str, stages: tuple[Stage, ...]) -> None:
    changed = Settings().changed(**{name: other_value(name)})
    assert what_changes(Settings(), changed).stages == stages


def test_what_can_be_told_is_not_loaded() -> None:
    for stage in LOADED:
        assert set(LOADED[stage]).isdisjoint(TUNED[stage])


def test_a_device_is_changed_alone() -> None:
    changes = what_changes(Settings(), Settings(output_device="Headphones"))
    assert changes == Changes(devices=(Device.SPEAKER,))

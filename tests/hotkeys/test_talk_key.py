from __future__ import annotations

from typing import Any

import pytest
from hotkeys.conftest import Record

from her_desktop.hotkeys.portal_keys import PortalKeys
from her_desktop.hotkeys.pynput_keys import PynputKeys
from her_desktop.hotkeys.talk_key import Keys, Reach, Unavailable, keys_of
from her_desktop.hotkeys.x11_keys import X11Keys


@pytest.mark.parametrize(
    ("environment", "platform", "kind"),
    [
        ({}, "win32", PynputKeys),
        ({}, "darwin", PynputKeys),
        ({"DISPLAY": ":0"}, "linux", X11Keys),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", PortalKeys),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", PortalKeys),
    ],
)
def test_each_system_has_its_way(
    environment: dict[str, str], platform: str, kind: type[Keys]
) -> None:
    keys = keys_of(environment, platform)
    assert type(keys) is kind
    keys.stop()


def test_no_screen_has_none() -> None:
    with pytest.raises(Unavailable, match="her-desktop control talk-press"):
        keys_of({}, "linux")


def no_keys() -> Keys:
    raise AssertionError("nothing was wanted")


def test_no_key_is_off(record: Record, watching: Any) -> None:
    with watching("", no_keys) as key:
        assert key.state.reach is Reach.OFF


def test_a_key_that_is_none_is_said(record: Record, watching: Any) -> None:
    with watching("ctrl+moon", no_keys):
        assert "ctrl+moon" in record.until(Reach.UNAVAILABLE).sentence


def test_a_library_that_is_absent_is_said(record: Record, watching: Any) -> None:
    def absent() -> Keys:
        raise ModuleNotFoundError("No module named 'pynput'", name="pynput")

    with watching("f9", absent):
        assert "packaging/start.py" in record.until(Reach.UNAVAILABLE).sentence

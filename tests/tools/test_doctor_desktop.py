"""The running window, the talk key and the tray, as the doctor finds them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from her_desktop.conversation.events import Stage
from her_desktop.metrics.findings import Verdict
from her_desktop.tools import doctor_desktop
from her_desktop.tools.doctor_desktop import last_turn, runs_on, talk_key, tray, window
from her_desktop.tools.doctor_devices import sound_server

X11 = {"DISPLAY": ":99"}


def test_no_window_is_no_fault(tmp_path: Path) -> None:
    status, finding = window(str(tmp_path / "nobody"))
    assert status == {}
    assert finding.verdict is Verdict.OK
    assert "No window is running" in finding.detail


@pytest.mark.parametrize(
    ("known", "verdict", "words"),
    [
        ({"reach": "seen"}, Verdict.OK, "was pressed and seen"),
        ({"reach": "unavailable", "detail": "It is taken."}, Verdict.NOTE, "It is taken."),
        ({"reach": "waiting"}, Verdict.NOTE, "Press it."),
        ({}, Verdict.NOTE, "Press it."),
    ],
)
def test_a_talk_key_works_only_once_it_was_seen(
    known: dict[str, str], verdict: Verdict, words: str
) -> None:
    finding = talk_key("f9", {"talk_key": known}, X11, "linux")
    assert finding.verdict is verdict
    assert words in finding.detail


def test_a_talk_key_that_cannot_be_says_so() -> None:
    assert talk_key("", {}, {}, "linux").verdict is Verdict.OK
    assert "her-desktop control" in talk_key("f9", {}, {}, "linux").detail
    assert "There is no key" in talk_key("nonsense", {}, X11, "linux").detail


def test_the_tray_is_looked_for_where_there_may_be_none() -> None:
    assert tray({}, "win32").verdict is Verdict.OK
    nobody = {"DISPLAY": ":98765", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    finding = tray(nobody, "linux")
    assert finding.verdict is Verdict.NOTE
    assert "AppIndicator" in finding.detail


def test_the_tray_that_the_bus_knows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_desktop, "_bus_has_tray", lambda _: True)
    assert tray({}, "linux").verdict is Verdict.OK


def test_the_window_says_what_its_models_run_on_and_how_long_it_took() -> None:
    status = {
        "models": {
            "stt": {"state": "ready", "detail": "CPU"},
            "llm": {"state": "failed", "detail": "Damaged."},
            "tts": {"state": "loading"},
        },
        "notice": "Some news.",
        "last_answer": {"gap_ms": 210.0},
    }
    assert runs_on(status) == ({Stage.STT: "CPU"}, ["Some news."])
    assert last_turn(status).milliseconds == 210.0
    assert last_turn({}).verdict is Verdict.NOTE


@pytest.mark.skipif(os.name != "posix", reason="the sockets of a sound server are POSIX's")
def test_the_sound_server_is_known_by_its_socket(tmp_path: Path) -> None:
    place = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert sound_server(place, "linux").verdict is Verdict.NOTE
    (tmp_path / "pulse").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "pulse" / "native"))
        finding = sound_server(place, "linux")
        elsewhere = {"PULSE_SERVER": f"unix:{tmp_path}/pulse/native"}
        assert finding.detail.endswith(": PulseAudio.")
        assert sound_server(elsewhere, "linux").verdict is Verdict.OK
    assert sound_server({}, "darwin").verdict is Verdict.OK

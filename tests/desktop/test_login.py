from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from her_desktop.desktop.login import (
    AutostartEntry,
    LaunchAgent,
    LoginProblem,
    RunKey,
    StartAtLogin,
    start_at_login_of,
)

COMMAND = ("/opt/her/bin/her-desktop", "--hidden")


class FakeRegistry:
    """A registry of one user; `locked` refuses every change, as a company's machine may."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.locked = False

    def value(self, key: str, name: str) -> str | None:
        return self.values.get((key, name))

    def put(self, key: str, name: str, value: str) -> None:
        self._ask()
        self.values[key, name] = value

    def drop(self, key: str, name: str) -> None:
        self._ask()
        self.values.pop((key, name), None)

    def _ask(self) -> None:
        if self.locked:
            raise PermissionError(13, "Access is denied")


@pytest.fixture(params=["linux", "macos", "windows"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> StartAtLogin:
    if request.param == "linux":
        return AutostartEntry(tmp_path / "deep" / "her-desktop.desktop")
    if request.param == "macos":
        return LaunchAgent(tmp_path / "deep" / "her.plist")
    return RunKey(FakeRegistry())


def test_on_and_off_on_every_system(system: StartAtLogin) -> None:
    assert not system.is_on()
    system.turn_on(COMMAND)
    assert system.is_on()
    system.turn_on(COMMAND)
    assert system.is_on()
    system.turn_off()
    assert not system.is_on()
    system.turn_off()


def test_linux_starts_the_program_hidden(tmp_path: Path) -> None:
    path = tmp_path / "her-desktop.desktop"
    AutostartEntry(path).turn_on(("/home/a b/her-desktop", "--hidden"))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert 'Exec="/home/a b/her-desktop" --hidden' in lines
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_is_off(tmp_path: Path, line: str) -> None:
    path = tmp_path / "her-desktop.desktop"
    entry = AutostartEntry(path)
    entry.turn_on(COMMAND)
    key = line.partition("=")[0]
    kept = [text for text in path.read_text().splitlines() if not text.startswith(key)]
    path.write_text("\n".join([*kept, line, ""]))
    assert not entry.is_on()
    entry.turn_on(COMMAND)
    assert entry.is_on()


def test_an_entry_that_is_no_text_counts_as_off(tmp_path: Path) -> None:
    path = tmp_path / "her-desktop.desktop"
    path.write_bytes(b"\xff\xfe\x00")
    assert not AutostartEntry(path).is_on()


def test_macos_gets_the_words_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "her.plist"
    LaunchAgent(path).turn_on(COMMAND)
    agent = plistlib.loads(path.read_bytes())
    assert agent["ProgramArguments"] == list(COMMAND)
    assert agent["RunAtLoad"] is True


def test_windows_gets_one_line() -> None:
    registry = FakeRegistry()
    RunKey(registry).turn_on((r"C:\Program Files\her\her-desktop.exe", "--hidden"))
    [(place, line)] = registry.values.items()
    assert place[0].endswith(r"CurrentVersion\Run")
    assert line == r'"C:\Program Files\her\her-desktop.exe" --hidden'


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    entry = AutostartEntry(tmp_path / "file" / "autostart" / "her-desktop.desktop")
    assert not entry.is_on()
    with pytest.raises(LoginProblem, match="could not be changed"):
        entry.turn_on(COMMAND)
    entry.turn_off()


def test_a_locked_registry_is_said_in_words() -> None:
    registry = FakeRegistry()
    registry.locked = True
    key = RunKey(registry)
    with pytest.raises(LoginProblem, match="Access is denied"):
        key.turn_on(COMMAND)
    with pytest.raises(LoginProblem, match="Access is denied"):
        key.turn_off()


def test_the_system_is_found_by_its_name(tmp_path: Path) -> None:
    own = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    entry = start_at_login_of("linux", own, tmp_path)
    assert entry is not None
    entry.turn_on(COMMAND)
    assert (tmp_path / "config" / "autostart" / "her-desktop.desktop").is_file()

    relative = start_at_login_of("linux", {"XDG_CONFIG_HOME": "relative"}, tmp_path)
    assert relative is not None
    relative.turn_on(COMMAND)
    assert (tmp_path / ".config" / "autostart" / "her-desktop.desktop").is_file()

    agent = start_at_login_of("darwin", {}, tmp_path)
    assert agent is not None
    agent.turn_on(COMMAND)
    assert len(list((tmp_path / "Library" / "LaunchAgents").iterdir())) == 1

    assert isinstance(start_at_login_of("win32", {}, tmp_path), RunKey)
    assert start_at_login_of("emscripten", {}, tmp_path) is None

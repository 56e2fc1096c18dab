from __future__ import annotations

import json
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import PATIENCE
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from her_desktop.ui.control import (
    COMMANDS,
    LONGEST_LINE,
    ControlError,
    ControlServer,
    NotRunning,
    SingleInstance,
    send_command,
    socket_name,
)

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder as short as a real one: the path of a socket is limited."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def name(runtime: Path, tmp_path: Path) -> str:
    return socket_name(tmp_path / "data")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def server(qtbot: QtBot, name: str, said: list[str]) -> Iterator[ControlServer]:
    def say(words: str) -> dict[str, object]:
        said.append(words)
        return {}

    def refuse(words: str) -> dict[str, object]:
        raise ControlError("Listening without a key is not available yet. Hold to talk.")

    def break_down(words: str) -> dict[str, object]:
        raise ValueError(words)

    made = ControlServer(
        name,
        {
            "say": say,
            "status": lambda _: {"state": "idle", "gap": 0.31},
            "listen-always": refuse,
            "mute": break_down,
        },
    )
    yield made
    made.close()
    made.deleteLater()


CLIENT = """
import json, sys
from her_desktop.ui.control import send_command
print(json.dumps(send_command(sys.argv[1], sys.argv[2:])))
"""


@pytest.fixture
def ask(qtbot: QtBot, name: str) -> Ask:
    """Ask from another process, as the command line does, without an application object there."""

    def asking(*words: str) -> dict[str, Any]:
        client = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CLIENT, name, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        qtbot.waitUntil(lambda: client.poll() is not None)
        out, errors = client.communicate()
        assert errors == ""
        reply = json.loads(out)
        assert isinstance(reply, dict)
        return reply

    return asking


def raw(qtbot: QtBot, name: str, line: bytes) -> dict[str, Any]:
    client = QLocalSocket()
    client.connectToServer(name)
    client.write(line)
    qtbot.waitUntil(client.canReadLine)
    reply = json.loads(bytes(client.readLine().data()))
    assert isinstance(reply, dict)
    client.abort()
    return reply


def test_status_comes_back_as_json(server: ControlServer, ask: Ask) -> None:
    assert ask("status") == {"ok": True, "state": "idle", "gap": 0.31}


def test_words_arrive_whole_in_any_script(server: ControlServer, ask: Ask, said: list[str]) -> None:
    text = "Où est le café ? 你好 🙂 " + "words " * 3000
    assert ask("say", text) == {"ok": True}
    assert said == [text.strip()]


def test_a_line_break_cannot_smuggle_in_a_second_command(
    server: ControlServer, ask: Ask, said: list[str]
) -> None:
    assert ask("say", "hello\nquit") == {"ok": True}
    assert said == ["hello quit"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("listen-always",), "not available yet"),
        (("hide",), "not available"),
        (("fly",), "There is no command 'fly'"),
        (("say", " "), "needs a text"),
        (("mute",), "the log says why"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    server: ControlServer, ask: Ask, words: tuple[str, ...], part: str
) -> None:
    reply = ask(*words)
    assert reply["ok"] is False
    assert part in reply["error"]


def test_the_failure_of_a_command_is_logged_without_its_words(
    server: ControlServer, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    ask("mute", "a secret")
    assert "mute" in caplog.text
    assert "a secret" not in caplog.text


def test_a_line_that_is_too_long_or_no_text_is_refused(
    server: ControlServer, qtbot: QtBot, name: str, said: list[str]
) -> None:
    assert "longer" in raw(qtbot, name, b"say " + b"x" * (LONGEST_LINE + 10))["error"]
    assert "UTF-8" in raw(qtbot, name, b"say \xff\xfe\n")["error"]
    assert said == []
    with pytest.raises(ControlError, match="longer"):
        send_command(name, ["say", "x" * (LONGEST_LINE + 10)])


def test_only_the_user_may_connect(server: ControlServer, name: str) -> None:
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0


def test_without_a_window_it_says_so(name: str) -> None:
    with pytest.raises(NotRunning, match="No her-desktop window is running"):
        send_command(name, ["status"])


def test_a_window_that_does_not_answer_is_reported_in_time(
    server: ControlServer, name: str
) -> None:
    # This thread is the window's: while it waits here, nobody answers.
    with pytest.raises(ControlError, match="did not answer"):
        send_command(name, ["status"], timeout=0.2)


BABBLING = """
import socket, sys
window = socket.socket(socket.AF_UNIX)
window.bind(sys.argv[1])
window.listen()
print("listening", flush=True)
for answer in sys.argv[2:]:
    client, _ = window.accept()
    client.recv(100)
    client.sendall(answer.encode(errors="surrogateescape") + bytes([10]))
    client.close()
"""


def test_an_answer_that_makes_no_sense_is_said(name: str) -> None:
    answers = ("[]", "no json", "\udcff")
    with subprocess.Popen(
        [sys.executable, "-c", BABBLING, name, *answers], stdout=subprocess.PIPE, text=True
    ) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "listening\n"
        for _ in answers:
            with pytest.raises(ControlError, match="makes no sense"):
                send_command(name, ["status"], timeout=PATIENCE)
    assert window.returncode == 0


def test_a_word_that_is_no_text_is_sent_all_the_same(
    server: ControlServer, ask: Ask, said: list[str]
) -> None:
    ask("say", "caf\udce9 noir")
    assert said == ["caf? noir"]


def test_the_socket_of_a_dead_window_is_taken_over(qtbot: QtBot, name: str, tmp_path: Path) -> None:
    code = (
        "import os, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, name], check=False)
    assert Path(name).exists()
    server = ControlServer(name, {"stop": lambda _: {}})
    assert raw(qtbot, name, b"stop\n") == {"ok": True}
    server.close()
    server.deleteLater()
    assert not Path(name).exists()


def test_each_data_folder_has_its_socket_within_the_length_of_a_path(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {socket_name(tmp_path / "a"), socket_name(tmp_path / "b")}
    assert len(names) == 2
    assert all(Path(name).parent == runtime for name in names)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    deep = tmp_path / ("x" * 100)
    assert len(socket_name(deep)) < 100
    monkeypatch.setattr(sys, "platform", "win32")
    assert "/" not in socket_name(tmp_path)


def test_every_command_is_one_word_in_lower_case() -> None:
    assert all(command == command.lower() and " " not in command for command in COMMANDS)


def test_one_window_at_a_time(tmp_path: Path) -> None:
    first, second = (SingleInstance(tmp_path / "data" / "window.lock") for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "window.lock"
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from her_desktop.ui.control import SingleInstance\n"
        "mine = SingleInstance(Path(sys.argv[1]))\nassert mine.acquire()\nos._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(lock)], check=False)
    assert lock.exists()
    mine = SingleInstance(lock)
    assert mine.acquire()
    mine.release()


def test_data_that_cannot_be_written_to_is_locked_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lock = tmp_path / "file" / "data" / "window.lock"
    spare = str(tmp_path / "spare.lock")
    first, second = (SingleInstance(lock, spare) for _ in range(2))
    assert first.acquire()
    assert first.is_spare
    assert not second.acquire(), "one window to a folder there, too"
    first.release()
    assert second.acquire()
    second.release()
    with pytest.raises(ControlError, match="cannot be written to"):
        SingleInstance(lock).acquire()

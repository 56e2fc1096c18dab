"""uv is found or placed rightly, and uses the index that its person has chosen for pip."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import uv_tool
from uv_tool import fetched_uv, installed_uv, pip_settings, uv_settings, version_of

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for uv")


def put_uv_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    program = folder / "uv"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return program


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("uv 0.13.8 (x86_64-unknown-linux-gnu)", (0, 13, 8)),
        ("uv 1.0.0", (1, 0, 0)),
        ("pyenv: uv: command not found", ()),
    ],
)
def test_the_version_is_read(text: str, version: tuple[int, ...]) -> None:
    assert version_of(text) == version


@posix_only
def test_a_new_uv_on_the_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = put_uv_on_path(tmp_path, monkeypatch, "echo uv 0.13.0")

    assert installed_uv() == program


@posix_only
@pytest.mark.parametrize("script", ["echo uv 0.12.9", "echo uv 0.13.8; exit 1", "exit 127"])
def test_an_old_or_broken_uv_is_not(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_uv_on_path(tmp_path, monkeypatch, script)

    assert installed_uv() is None


def test_no_uv_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert installed_uv() is None


def test_a_fetched_uv_serves_until_another_version_is_pinned(tmp_path: Path) -> None:
    lock = tmp_path / "requirements-uv.txt"
    lock.write_text("uv==0.13.8 \\\n    --hash=sha256:00\n", encoding="utf-8")
    program = tmp_path / "uv-0.13.8" / ("uv.exe" if sys.platform == "win32" else "uv")
    program.parent.mkdir()
    program.touch()

    assert fetched_uv(tmp_path, lock) == program
    lock.write_text("uv==0.14.0 \\\n    --hash=sha256:00\n", encoding="utf-8")
    assert fetched_uv(tmp_path, lock) is None


def test_pips_own_order_decides_among_its_settings(tmp_path: Path) -> None:
    everyone, mine = tmp_path / "everyone.conf", tmp_path / "mine.conf"
    everyone.write_text(
        "[global]\nindex_url = https://a.invalid/simple\ncert = /c.pem\n", encoding="utf-8"
    )
    mine.write_text("[install]\nindex-url = https://b.invalid/simple\n", encoding="utf-8")

    settings = pip_settings(
        [everyone, tmp_path / "none.conf", mine], {"PIP_TRUSTED_HOST": "b.invalid", "HOME": "/"}
    )

    assert settings == {
        "index-url": "https://b.invalid/simple",
        "cert": "/c.pem",
        "trusted-host": "b.invalid",
    }


def test_a_file_that_is_no_configuration_is_left_aside_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "pip.conf"
    broken.write_text("index-url = https://a.invalid\n", encoding="utf-8")

    assert pip_settings([broken], {}) == {}
    assert str(broken) in capsys.readouterr().err


def test_uv_uses_what_pip_is_told_to_use(tmp_path: Path) -> None:
    pip = {
        "index-url": "https://mirror.invalid/simple",
        "extra-index-url": "https://more.invalid/simple",
        "find-links": f"\n{tmp_path}\n/nowhere/at/all\nhttps://links.invalid/",
        "no-index": "false",
        "cert": "/company.pem",
        "client-cert": "/me.pem",
        "trusted-host": "mirror.invalid\nother.invalid",
        "timeout": "180",
        "proxy": "http://proxy.invalid:3128",
    }

    wanted = uv_settings(pip, {}, uv_is_configured=False)
    wanted.pop("UV_SYSTEM_CERTS", None)

    assert wanted == {
        "UV_DEFAULT_INDEX": "https://mirror.invalid/simple",
        "UV_FIND_LINKS": f"{tmp_path} https://links.invalid/",
        "SSL_CERT_FILE": "/company.pem",
        "SSL_CLIENT_CERT": "/me.pem",
        "UV_INSECURE_HOST": "mirror.invalid other.invalid",
        "UV_HTTP_TIMEOUT": "180",
        "ALL_PROXY": "http://proxy.invalid:3128",
    }


def test_what_uv_was_told_itself_is_not_overruled() -> None:
    pip = {"index-url": "https://mirror.invalid/simple", "cert": "/company.pem"}

    by_variable = uv_settings(
        pip,
        {"UV_INDEX_URL": "https://mine.invalid", "SSL_CERT_FILE": "/mine.pem"},
        uv_is_configured=False,
    )
    by_file = uv_settings(pip, {}, uv_is_configured=True)

    assert "UV_DEFAULT_INDEX" not in by_variable
    assert "SSL_CERT_FILE" not in by_variable
    assert "UV_DEFAULT_INDEX" not in by_file
    assert by_file["SSL_CERT_FILE"] == "/company.pem"


@posix_only
def test_a_home_that_cannot_be_written_to_is_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file where the folder would be stands for all the ways in which a home is closed: it
    # stops even root, as whom these tests may run.
    (tmp_path / "home").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "work"

    closed = uv_tool.environment_for_uv(work)
    monkeypatch.setenv("HOME", str(tmp_path))
    opened = uv_tool.environment_for_uv(work)

    assert Path(closed["UV_CACHE_DIR"]).parent == work
    assert Path(closed["UV_PYTHON_INSTALL_DIR"]).parent == work
    assert "UV_CACHE_DIR" not in opened


def test_variables_that_would_send_packages_elsewhere_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_SYSTEM_PYTHON", "1")
    monkeypatch.setenv("UV_TARGET", str(tmp_path))

    assert not {"UV_SYSTEM_PYTHON", "UV_TARGET"} & set(uv_tool.environment_for_uv(tmp_path))

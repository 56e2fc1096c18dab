"""The settings file: nothing in it can keep the program from starting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from her_desktop.settings import Settings, load_settings, save_settings


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == (Settings(), "")


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    chosen = Settings(input_device="Mikro é", threads=3, show_performance=False)
    save_settings(chosen, path)
    assert load_settings(path) == (chosen, "")
    assert [item.name for item in path.parent.iterdir()] == ["settings.json"]


def test_one_bad_field_falls_back_alone_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"threads": "many", "language": "fr", "answer_tokens": -1}))
    settings, problem = load_settings(path)
    assert settings == Settings(language="fr")
    assert "threads" in problem
    assert "answer_tokens" in problem


def test_keys_of_a_newer_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": 9, "mood": {"warm": 1}, "threads": 2}))
    settings, problem = load_settings(path)
    assert (settings.threads, problem) == (2, "")
    save_settings(settings.changed(threads=4), path)
    written = json.loads(path.read_text())
    assert written["mood"] == {"warm": 1}
    assert written["threads"] == 4


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", "\x00\xff", '{"threads": 1'])
def test_a_broken_file_is_set_aside_and_nothing_of_it_is_lost(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(broken, encoding="latin-1")
    settings, problem = load_settings(path)
    assert settings == Settings()
    assert "settings" in problem
    assert path.with_suffix(".json.broken").read_text(encoding="latin-1") == broken


def test_a_true_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"threads": true, "muted": 1}')
    settings, problem = load_settings(path)
    assert (settings.threads, settings.muted) == (0, False)
    assert problem


def test_a_choice_that_there_is_not_falls_back_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    chosen = {"listen_mode": "always", "tray_colors": "green", "talk_key": "x" * 65}
    path.write_text(json.dumps(chosen))
    settings, problem = load_settings(path)
    assert settings == Settings(listen_mode="always")
    assert "tray_colors" in problem
    assert "talk_key" in problem

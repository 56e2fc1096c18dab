from __future__ import annotations

import struct
from pathlib import Path

import pytest
from broken_models import gguf, starter

from her_desktop.inference.gguf_check import require_whole_gguf
from her_desktop.inference.protocols import ModelError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


@pytest.mark.models
def test_the_starter_model_is_whole() -> None:
    (path,) = starter("smollm2-135m-instruct")
    head = require_whole_gguf(path)
    assert head.promised_size == path.stat().st_size
    assert head.tensors == 272
    assert head.has_vocabulary
    assert head.text("general.license") == "apache-2.0"
    assert "message" in head.text("tokenizer.chat_template")


def test_a_small_one_is_whole(path: Path) -> None:
    path.write_bytes(gguf())
    head = require_whole_gguf(path)
    assert (head.tensors, head.has_vocabulary) == (1, True)
    assert head.promised_size == path.stat().st_size
    assert head.text("general.name") == ""


def test_one_that_was_cut_off_says_how_much_is_there(path: Path) -> None:
    content = gguf()
    path.write_bytes(content[:-100])
    with pytest.raises(ModelError, match=f"{len(content) - 100} of {len(content)} bytes"):
        require_whole_gguf(path)


@pytest.mark.parametrize(
    "content",
    [
        gguf()[:40],
        gguf()[:24],
        gguf()[:200],
        gguf(tensors=2**63),
        gguf(tensors=2**64 - 1),
        gguf(tensors=90_000),
        gguf(keys=2**40),
        gguf(keys=90_000),
        gguf(version=1),
        gguf(version=2**31),
        gguf(shape=()),
        gguf(shape=(1,) * 9),
        gguf().replace(struct.pack("<IIQ", 9, 8, 2), struct.pack("<IIQ", 9, 8, 2**60)),
        gguf().replace(struct.pack("<IIQ", 9, 6, 3), struct.pack("<IIQ", 9, 6, 2**62)),
        gguf().replace(struct.pack("<IIQ", 9, 6, 3), struct.pack("<IIQ", 9, 9, 3)),
        gguf().replace(struct.pack("<IIQ", 9, 6, 3), struct.pack("<IIQ", 99, 6, 3)),
        gguf().replace(struct.pack("<Q", 20), struct.pack("<Q", 2**50)),
    ],
)
def test_a_table_of_contents_that_cannot_be_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelError, match="makes no sense"):
        require_whole_gguf(path)


@pytest.mark.parametrize("shape", [(2**40, 2**40), (2**63, 2**63, 2**63, 2**63)])
def test_a_tensor_larger_than_the_file_is_refused(path: Path, shape: tuple[int, ...]) -> None:
    path.write_bytes(gguf(shape=shape))
    with pytest.raises(ModelError, match="incomplete"):
        require_whole_gguf(path)


def test_another_magic_is_refused(path: Path) -> None:
    path.write_bytes(b"GGML" + gguf()[4:])
    with pytest.raises(ModelError, match="no GGUF"):
        require_whole_gguf(path)


def test_every_way_of_cutting_it_off_is_refused_in_words(path: Path) -> None:
    content = gguf()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError) as refused:
            require_whole_gguf(path)
        assert str(refused.value).endswith(".")

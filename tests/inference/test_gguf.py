from __future__ import annotations

import struct
from pathlib import Path

import pytest
from broken_models import gguf

from her_desktop.inference.gguf import LongList, NoGgufError, opened


def text(words: str) -> bytes:
    raw = words.encode()
    return struct.pack("<Q", len(raw)) + raw


def written(folder: Path, *entries: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries))
    return path


def numbers(name: str, *values: int) -> bytes:
    return text(name) + struct.pack(f"<IIQ{len(values)}i", 9, 5, len(values), *values)


def test_each_kind_of_value_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        text("name") + struct.pack("<I", 8) + text("Ève"),
        text("heads") + struct.pack("<Ii", 5, -7),
        text("scale") + struct.pack("<If", 6, 0.5),
        text("ropes") + struct.pack("<I?", 7, True),
        numbers("layers", 4, 0, 8),
        numbers("scores", *range(5000)),
        text("words") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
        text("last") + struct.pack("<IQ", 10, 1 << 40),
    )
    with opened(path) as file:
        entries = dict(file.entries())
        assert file.promised_size() == -(-path.stat().st_size // 32) * 32
    assert entries == {
        "name": "Ève",
        "heads": -7,
        "scale": 0.5,
        "ropes": True,
        "layers": [4, 0, 8],
        "scores": 5000,
        "words": 2,
        "last": 1 << 40,
    }
    assert isinstance(entries["words"], LongList)


def test_a_long_list_is_passed_over_only_when_more_is_wanted(tmp_path: Path) -> None:
    words = text("words") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    path = written(tmp_path, words[:-3], text("never"))
    with opened(path) as file:
        entries = file.entries()
        assert next(entries) == ("words", 2)
        with pytest.raises(NoGgufError):
            next(entries)


@pytest.mark.parametrize(("kind", "count"), [(8, 1 << 40), (5, 1 << 62), (9, 1), (77, 1)])
def test_a_list_that_cannot_be_is_not_believed(tmp_path: Path, kind: int, count: int) -> None:
    path = written(tmp_path, text("words") + struct.pack("<IIQ", 9, kind, count) + bytes(64))
    with opened(path) as file, pytest.raises(NoGgufError):
        next(file.entries())


@pytest.mark.parametrize("content", [b"", b"GGML" + gguf()[4:], gguf(version=4), gguf()[:20]])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(NoGgufError), opened(path):
        pass

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from broken_models import gguf, starter
from downloads.bad_server import CONTENT, REVISION, toy
from library.conftest import Bench

from her_desktop.catalogue import Kind, Source
from her_desktop.library.cache import cache_folder, cached, search
from her_desktop.library.news import CacheSearched


def put(cache: Path, repository: str, name: str, content: bytes, revision: str = "abc") -> Path:
    """Put a file into the cache the way its own program does: a blob, and a link to it."""
    root = cache / ("models--" + repository.replace("/", "--"))
    blob = root / "blobs" / f"{revision}-{name}".replace("/", "-")
    link = root / "snapshots" / revision / name
    for path in (blob, link):
        path.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(content)
    link.symlink_to(blob)
    return link


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HF_HUB_CACHE": "/a"}, "/a"),
        ({"HF_HOME": "/b"}, "/b/hub"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/huggingface/hub"),
        ({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
    ],
)
def test_the_cache_is_where_its_own_programs_put_it(
    environment: dict[str, str], expected: str
) -> None:
    assert cache_folder(environment) == Path(expected)


def test_without_any_choice_it_is_in_the_home_folder() -> None:
    assert cache_folder({}) == Path.home() / ".cache" / "huggingface" / "hub"


@pytest.mark.models
def test_models_of_every_kind_are_found(tmp_path: Path) -> None:
    put(tmp_path, "a/chat", "sub/chat.gguf", gguf())
    for path in starter("whisper-tiny.en"):
        put(tmp_path, "a/faster-whisper", path.name, path.read_bytes())
    for path in starter("piper-en_US-joe-medium"):
        put(tmp_path, "a/voices", f"en/{path.name}", path.read_bytes())
    found = {each.kind: each for each in search(tmp_path)}
    assert {kind: each.name for kind, each in found.items()} == {
        Kind.LLM: "chat",
        Kind.STT: "faster-whisper",
        Kind.TTS: "en_US-joe-medium",
    }
    assert found[Kind.LLM].size == len(gguf())


def test_what_cannot_be_used_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a/torch", "pytorch_model.bin", b"PK\x03\x04")
    put(tmp_path, "a/half", "half.gguf", gguf()[:-5])
    put(tmp_path, "a/lost", "lost.gguf", gguf()).resolve().unlink()
    (tmp_path / "models--empty").mkdir()
    put(tmp_path, "a/good", "good.gguf", gguf())
    assert [each.name for each in search(tmp_path)] == ["good"]


def test_nothing_is_found_where_there_is_no_cache(tmp_path: Path) -> None:
    assert search(tmp_path / "nowhere") == []


def test_a_catalogued_model_is_known_by_its_revision_and_sizes(tmp_path: Path) -> None:
    link = put(tmp_path, "someone/toy", "model.bin", CONTENT, REVISION)
    assert cached(toy(), tmp_path) == link.parent
    other = replace(toy(), source=Source("someone/toy", "f" * 40))
    assert cached(other, tmp_path) is None
    assert cached(replace(toy(), source=None), tmp_path) is None
    link.resolve().write_bytes(CONTENT[:-1])
    assert cached(toy(), tmp_path) is None
    shutil.rmtree(link.parent)
    assert cached(toy(), tmp_path) is None


def test_a_search_is_told_and_kept(bench: Bench) -> None:
    put(bench.cache, "a/good", "good.gguf", gguf())
    bench.library.search_cache()
    event = bench.told.wait(lambda e: isinstance(e, CacheSearched))
    assert isinstance(event, CacheSearched)
    assert [each.name for each in event.found] == ["good"]
    assert bench.library.found == event.found

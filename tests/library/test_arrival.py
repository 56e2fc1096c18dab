"""Models of the user's own, through the library's thread and the process that opens them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from broken_models import LOOPS, gguf, starter, with_template
from library.conftest import Bench

from her_desktop.catalogue import Kind, Model, verify
from her_desktop.downloads.progress import State
from her_desktop.library.news import ModelsChanged, Task, TaskMoved

SLOW = 60.0


def taken_in(bench: Bench, path: Path) -> Model:
    key = bench.library.bring_in(path)
    assert bench.library.import_name(key) == path.name
    bench.told.ended(key, State.DONE, SLOW)
    changed = bench.told.wait(lambda e: isinstance(e, ModelsChanged))
    assert isinstance(changed, ModelsChanged)
    return bench.known()[changed.brought]


def refused(bench: Bench, path: Path) -> str:
    key = bench.library.bring_in(path)
    message = bench.told.ended(key, State.FAILED, SLOW).progress.message
    assert bench.known().keys() == {"toy"}
    left = [p for p in bench.models_dir.rglob("*") if p.is_file() and ".locks" not in p.parts]
    assert left == [], "what is refused leaves nothing behind"
    return message


def opened_before(bench: Bench) -> Path:
    """Return a sound model that needs no process to try it in: that is not what is asked here."""
    (path,) = starter("smollm2-135m-instruct")
    bench.opened.remember([path])
    return path


@pytest.mark.models
@pytest.mark.parametrize(
    ("kind", "model_id"),
    [
        (Kind.STT, "whisper-tiny.en"),
        (Kind.LLM, "smollm2-135m-instruct"),
        (Kind.TTS, "piper-en_US-joe-medium"),
    ],
)
def test_a_model_of_each_kind_comes_in(
    bench: Bench, tmp_path: Path, kind: Kind, model_id: str
) -> None:
    source = tmp_path / "elsewhere"
    source.mkdir()
    for path in starter(model_id):
        shutil.copy(path, source)
    model = taken_in(bench, source)
    where = bench.library.place(model)
    assert where is not None
    assert (model.kind, model.own) == (kind, True)
    assert verify(model, where) == []
    assert bench.opened.knows(model.paths(where))
    assert model.memory > model.size
    assert bench.library.can_remove(model)
    # What the user had stays where it was.
    assert all((source / path.name).exists() for path in starter(model_id))


@pytest.mark.models
def test_the_same_file_twice_makes_two_models(bench: Bench) -> None:
    path = opened_before(bench)
    first = taken_in(bench, path)
    bench.told.events.clear()
    second = taken_in(bench, path)
    assert first.id != second.id
    bench.told.events.clear()
    bench.library.remove(first.id)
    bench.told.wait(
        lambda e: (
            isinstance(e, TaskMoved) and e.task is Task.REMOVE and e.progress.state is State.DONE
        )
    )
    assert set(bench.known()) == {"toy", second.id}
    assert not (bench.models_dir / "llm" / first.id).exists()


@pytest.mark.models
def test_a_template_that_loops_for_ever_is_refused_at_the_door(
    bench: Bench, tmp_path: Path
) -> None:
    path = with_template(LOOPS, tmp_path / "loops.gguf")
    assert "does not come to an end" in refused(bench, path)


@pytest.mark.models
def test_what_only_looks_like_a_model_is_refused_at_the_door(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "empty.gguf"
    path.write_bytes(gguf())
    assert "empty.gguf" in refused(bench, path)


@pytest.mark.parametrize("content", [b"\x80\x04.", gguf()[:-1], b"hello"])
def test_what_is_no_model_is_refused_at_the_door(
    bench: Bench, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert refused(bench, path)


@pytest.mark.models
def test_an_import_can_be_called_off_while_it_waits(bench: Bench) -> None:
    path, before = opened_before(bench), threading.Event()

    def hold_the_line() -> None:
        before.wait(SLOW)

    bench.library._disk.put(hold_the_line)
    first = bench.library.bring_in(path)
    second = bench.library.bring_in(path)
    bench.library.cancel(second)
    bench.told.ended(second, State.CANCELLED)
    before.set()
    bench.told.ended(first, State.DONE, SLOW)
    assert bench.library.stop(SLOW)
    assert len(bench.known()) == 2


@pytest.mark.models
def test_a_models_folder_that_cannot_be_written_is_said(bench: Bench) -> None:
    bench.models_dir.mkdir()
    (bench.models_dir / "llm").write_text("in the way")
    path = opened_before(bench)
    key = bench.library.bring_in(path)
    assert "in the way" in bench.told.ended(key, State.FAILED, SLOW).progress.message

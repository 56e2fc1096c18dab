from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from downloads.bad_server import CONTENT, REVISION, Fault, Request, status, toy, well
from fakes import PATIENCE
from library.conftest import Bench

from her_desktop.catalogue import Source
from her_desktop.downloads.partial import partial_path
from her_desktop.downloads.progress import State
from her_desktop.library.library import UNFORESEEN
from her_desktop.library.news import ModelsChanged, Task, TaskMoved

HALF = len(CONTENT) // 2


def target(bench: Bench, model_id: str = "toy") -> Path:
    model = bench.catalogue[model_id]
    return model.paths(bench.models_dir / model.kind / model_id)[0]


class Stalled:
    """A server that sends half and waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    def __call__(self, request: Request) -> None:
        request.head(200, len(CONTENT), ETag='"first"')
        request.wfile.write(CONTENT[:HALF])
        request.wfile.flush()
        self.reached.set()
        request.server.over.wait(60)


def test_a_model_is_downloaded_and_counts_as_sound(bench: Bench) -> None:
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    assert target(bench).read_bytes() == CONTENT
    assert bench.opened.knows([target(bench)])
    assert bench.library.place(bench.catalogue["toy"]) == target(bench).parent
    assert bench.told.wait(lambda event: isinstance(event, ModelsChanged))
    states = bench.told.states("toy")
    assert states[0] is State.WAITING
    assert State.DOWNLOADING in states


def test_a_failure_is_told_in_words_and_can_be_tried_again(bench: Bench) -> None:
    bench.server.faults.append(status(404))
    bench.library.download("toy")
    failed = bench.told.ended("toy", State.FAILED)
    assert "no longer" in failed.progress.message
    assert bench.library.under_way()["toy"] == (Task.DOWNLOAD, failed.progress)
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)


def test_a_paused_download_goes_on_where_it_was(bench: Bench) -> None:
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    bench.told.wait(lambda e: isinstance(e, TaskMoved) and e.progress.state is State.DOWNLOADING)
    bench.library.pause("toy")
    paused = bench.told.ended("toy", State.PAUSED)
    partial = partial_path(toy().files[0], target(bench))
    kept = partial.stat().st_size
    assert paused.progress.total == len(CONTENT)
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    assert target(bench).read_bytes() == CONTENT
    if kept:
        assert bench.server.ranges[-1] == f"bytes={kept}-"


def test_a_cancelled_download_keeps_what_came(bench: Bench) -> None:
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    bench.library.cancel("toy")
    bench.told.ended("toy", State.CANCELLED)
    assert not target(bench).exists()
    assert partial_path(toy().files[0], target(bench)).exists()


def several(bench: Bench, count: int) -> list[str]:
    """Make so many models known, each at an address of its own, and return their ids."""
    ids = [f"toy-{number}" for number in range(count)]
    for model_id in ids:
        source = Source(f"someone/{model_id}", REVISION)
        bench.catalogue[model_id] = replace(toy(), id=model_id, source=source)
    return ids


def test_several_are_fetched_side_by_side(bench: Bench) -> None:
    ids = several(bench, 3)
    together = threading.Barrier(len(ids), timeout=PATIENCE)

    def at_once(request: Request) -> None:
        together.wait()
        well(request)

    bench.server.faults += [at_once] * len(ids)
    for model_id in ids:
        bench.library.download(model_id)
    for model_id in ids:
        bench.told.ended(model_id, State.DONE)
        assert target(bench, model_id).read_bytes() == CONTENT


def test_each_of_several_ends_in_its_own_way(bench: Bench) -> None:
    paused, refused, whole = several(bench, 3)
    stalled = Stalled()
    answers: dict[str, Fault] = {paused: stalled, refused: status(404), whole: well}

    def as_asked(request: Request) -> None:
        answers[request.path.split("/")[2]](request)

    bench.server.faults += [as_asked] * 3
    for model_id in answers:
        bench.library.download(model_id)
    assert "no longer" in bench.told.ended(refused, State.FAILED).progress.message
    bench.told.ended(whole, State.DONE)
    assert stalled.reached.wait(PATIENCE)
    bench.library.pause(paused)
    bench.told.ended(paused, State.PAUSED)
    assert target(bench, whole).read_bytes() == CONTENT
    for model_id in (paused, refused):
        bench.library.download(model_id)
        bench.told.ended(model_id, State.DONE)


def test_more_than_a_few_wait_in_line_and_one_that_waits_can_be_called_off(bench: Bench) -> None:
    *first, fourth, fifth, sixth = several(bench, 6)
    stalled = [Stalled() for _ in first]
    bench.server.faults += stalled
    for model_id in (*first, fourth, fifth, sixth):
        bench.library.download(model_id)
    for each in stalled:
        assert each.reached.wait(PATIENCE)
    bench.library.cancel(fourth)
    bench.told.ended(fourth, State.CANCELLED)
    bench.library.pause(fifth)
    bench.told.ended(fifth, State.PAUSED)
    assert len(bench.server.asked) == len(first)
    bench.library.cancel(first[1])
    bench.told.ended(first[1], State.CANCELLED)
    bench.told.ended(sixth, State.DONE)
    bench.library.download(fifth)
    bench.told.ended(fifth, State.DONE)
    assert not target(bench, fourth).exists()
    assert bench.told.states(first[0])[-1] is State.DOWNLOADING


def test_two_that_fit_alone_but_not_together(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, late = several(bench, 2)
    stalled = Stalled()
    bench.server.faults.append(stalled)
    free = (256 << 20) + len(CONTENT) + HALF // 2
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    bench.library.download(begun)
    assert stalled.reached.wait(PATIENCE)
    bench.library.download(late)
    message = bench.told.ended(late, State.FAILED).progress.message
    assert "downloads under way" in message
    assert len(bench.server.asked) == 1
    bench.library.cancel(begun)
    bench.told.ended(begun, State.CANCELLED)
    bench.library.download(late)
    bench.told.ended(late, State.DONE)


def test_what_nobody_foresaw_is_an_end_in_words_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("her_desktop.library.library.install", lambda *_, **__: 1 / 0)
        bench.library.download("toy")
        assert bench.told.ended("toy", State.FAILED).progress.message == UNFORESEEN
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)


def test_a_paused_download_can_be_given_up(bench: Bench) -> None:
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    bench.library.pause("toy")
    bench.told.ended("toy", State.PAUSED)
    bench.library.cancel("toy")
    bench.told.ended("toy", State.CANCELLED)


def test_asking_twice_downloads_once(bench: Bench) -> None:
    bench.library.download("toy")
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    bench.library.stop(PATIENCE)
    assert len(bench.server.asked) == 1


def test_what_is_under_way_can_be_asked_for_by_a_page_that_opens_late(bench: Bench) -> None:
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    task, progress = bench.library.under_way()["toy"]
    assert task is Task.DOWNLOAD
    assert progress.total == len(CONTENT)


def test_stopping_ends_a_download_at_once_and_keeps_it(bench: Bench) -> None:
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    assert bench.library.stop(PATIENCE)
    assert bench.told.states("toy")[-1] is State.PAUSED


def test_the_disk_lane_does_not_wait_for_a_download(bench: Bench) -> None:
    bench.catalogue["second"] = replace(toy(), id="second")
    bench.library.download("second")
    bench.told.ended("second", State.DONE)
    stalled = Stalled()
    bench.server.faults.append(stalled)
    bench.library.download("toy")
    assert stalled.reached.wait(PATIENCE)
    bench.library.verify("second")
    bench.told.wait(
        lambda e: (
            isinstance(e, TaskMoved) and e.task is Task.VERIFY and e.progress.state is State.DONE
        )
    )
    assert bench.told.states("toy")[-1] in (State.WAITING, State.DOWNLOADING)


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"\x00", CONTENT[:100]])
def test_verifying_finds_what_changed(bench: Bench, content: bytes) -> None:
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    target(bench).write_bytes(content)
    bench.library.verify("toy")
    failed = bench.told.ended("toy", State.FAILED)
    assert "not what it should be" in failed.progress.message
    target(bench).write_bytes(CONTENT)


def test_removing_takes_the_files_away(bench: Bench) -> None:
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    assert bench.library.can_remove(bench.catalogue["toy"])
    bench.library.remove("toy")
    bench.told.wait(
        lambda e: (
            isinstance(e, TaskMoved) and e.task is Task.REMOVE and e.progress.state is State.DONE
        )
    )
    assert not target(bench).parent.exists()


def test_a_model_in_use_is_not_removed(bench: Bench) -> None:
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    bench.in_use.add("toy")
    assert not bench.library.can_remove(bench.catalogue["toy"])
    bench.library.remove("toy")
    assert "in use" in bench.told.ended("toy", State.FAILED).progress.message
    assert target(bench).exists()


def test_what_another_program_fetched_is_taken_instead_of_the_network(bench: Bench) -> None:
    source = toy().source
    assert source is not None
    snapshot = bench.cache / "models--someone--toy" / "snapshots" / source.revision
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").write_bytes(CONTENT)
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    assert bench.server.asked == []
    assert target(bench).read_bytes() == CONTENT


def test_a_spoiled_cache_falls_back_to_the_network(bench: Bench) -> None:
    source = toy().source
    assert source is not None
    snapshot = bench.cache / "models--someone--toy" / "snapshots" / source.revision
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").write_bytes(bytes(len(CONTENT)))
    bench.server.faults.append(well)
    bench.library.download("toy")
    bench.told.ended("toy", State.DONE)
    assert len(bench.server.asked) == 1


def test_an_ended_errand_is_forgotten_once_it_was_read(bench: Bench) -> None:
    bench.server.faults.append(status(403))
    bench.library.download("toy")
    bench.told.ended("toy", State.FAILED)
    bench.library.dismiss("toy")
    assert bench.library.under_way() == {}

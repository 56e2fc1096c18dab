"""Installing, stopping and removing on disks and beside neighbours that are not always kind."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from downloads.bad_server import (
    CONTENT,
    IMPATIENT,
    Download,
    Request,
    breaking_after,
    status,
    toy,
    well,
)
from fakes import PATIENCE

from her_desktop.catalogue import Model, locate, read_catalogue, verify
from her_desktop.downloads.faults import DownloadError
from her_desktop.downloads.install import install, install_from_folder, remove
from her_desktop.downloads.progress import Progress, State
from her_desktop.downloads.stop import Stop

HALF = len(CONTENT) // 2


def taken(
    folder: Path, models_dir: Path, model: Model | None = None
) -> tuple[Progress, list[Progress]]:
    told: list[Progress] = []
    ended = install_from_folder(
        model or toy(), folder, models_dir, stop=Stop(), report=told.append, patience=IMPATIENT
    )
    return ended, told


class TestStopping:
    def test_cancelled_before_connecting(self, download: Download) -> None:
        download.stop.cancel()
        assert download.run().state is State.CANCELLED
        assert download.server.asked == []

    def test_cancelled_while_waiting_for_headers(self, download: Download) -> None:
        def silent(request: Request) -> None:
            download.stop.cancel()
            request.server.over.wait(60)
            server_gave_up.set()

        server_gave_up = threading.Event()
        assert download.run(silent).state is State.CANCELLED
        assert not server_gave_up.is_set(), "the reader was woken"

    def test_cancelled_in_a_stalled_body(self, download: Download) -> None:
        def stalled(request: Request) -> None:
            request.head(200, len(CONTENT))
            request.wfile.write(CONTENT[:HALF])
            request.wfile.flush()
            while download.partial.stat().st_size < HALF:
                request.server.over.wait(0.01)
            download.stop.cancel()
            request.server.over.wait(60)
            server_gave_up.set()

        server_gave_up = threading.Event()
        assert download.run(stalled).state is State.CANCELLED
        assert not server_gave_up.is_set(), "the reader was woken"
        assert download.kept == CONTENT[:HALF]

    def test_paused_and_gone_on(self, download: Download) -> None:
        def watch(progress: Progress) -> None:
            if progress.state is State.DOWNLOADING and progress.done:
                download.stop.pause()

        download.on_report = watch
        ended = download.run(breaking_after(HALF))
        assert ended.state is State.PAUSED
        assert not download.target.exists()
        kept = len(download.kept)
        assert 0 < kept <= HALF
        download.stop, download.on_report = Stop(), lambda _: None
        download.succeeds()
        assert download.server.ranges[-1] == f"bytes={kept}-"

    @pytest.mark.parametrize("left", [CONTENT[:HALF], CONTENT])
    def test_cancelled_while_verifying(self, download: Download, left: bytes) -> None:
        download.leave(left)
        download.on_report = lambda progress: (
            download.stop.cancel() if progress.state is State.VERIFYING else None
        )
        assert download.run().state is State.CANCELLED
        assert download.kept == left
        assert download.server.asked == []

    def test_cancelled_before_the_rename(self, download: Download) -> None:
        download.on_report = lambda progress: (
            download.stop.cancel() if progress.state is State.VERIFYING else None
        )
        assert download.run().state is State.CANCELLED
        assert download.kept == CONTENT
        download.stop, download.on_report = Stop(), lambda _: None
        download.succeeds()
        assert len(download.server.asked) == 1

    def test_cancelled_between_two_tries(self, download: Download) -> None:
        download.on_report = lambda progress: (
            download.stop.cancel() if progress.state is State.WAITING else None
        )
        slow = replace(IMPATIENT, first_wait=60.0, longest_wait=60.0)
        assert download.run(status(503), patience=slow).state is State.CANCELLED

    def test_the_first_wish_counts(self) -> None:
        stop = Stop()
        stop.cancel()
        stop.pause()
        with pytest.raises(Exception, match="cancelled"):
            stop.check()


class TestDisks:
    def test_too_little_space_is_said_before_anything_is_asked(self, download: Download) -> None:
        download.model = toy(size=10**15)
        message = download.fails()
        assert "1000000.3 GB are needed" in message
        assert download.server.asked == []

    def test_a_disk_that_fills_up_keeps_what_came(
        self, download: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write, room = os.write, [50_000]

        def write_while_there_is_room(handle: int, data: memoryview) -> int:
            if room[0] == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written = write(handle, data[: room[0]])
            room[0] -= written
            return written

        with monkeypatch.context() as full:
            full.setattr(os, "write", write_while_there_is_room)
            assert "is full" in download.fails()
        assert download.kept == CONTENT[:50_000]
        download.succeeds()
        assert download.server.ranges == [None, "bytes=50000-"]

    def test_a_disk_that_takes_no_large_files(self, download: Download) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
        try:
            message = download.fails()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "file that large" in message
        assert download.kept == CONTENT[:60_000]

    def test_a_folder_that_may_not_be_written(self, download: Download, open_folder: Path) -> None:
        download.models_dir = open_folder / "models"
        open_folder.chmod(0o555)
        with unprivileged():
            message = download.fails()
        assert "may not be written" in message
        assert download.server.asked == []

    def test_a_rename_across_volumes_copies(
        self, download: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        replace_file = os.replace

        def across(source: Path, target: Path) -> None:
            if source == download.partial:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            replace_file(source, target)

        monkeypatch.setattr(os, "replace", across)
        download.succeeds()

    def test_a_target_that_is_held_for_a_moment(
        self, download: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        replace_file, refusals = os.replace, [3]

        def held(source: Path, target: Path) -> None:
            if refusals[0]:
                refusals[0] -= 1
                raise PermissionError(errno.EACCES, "held")
            replace_file(source, target)

        monkeypatch.setattr(os, "replace", held)
        download.succeeds()

    def test_a_target_that_stays_held(
        self, download: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def held(_source: Path, _target: Path) -> None:
            raise PermissionError(errno.EACCES, "held")

        with monkeypatch.context() as locked:
            locked.setattr(os, "replace", held)
            assert "in use by another program" in download.fails()
        assert download.kept == CONTENT
        download.succeeds()
        assert len(download.server.asked) == 1

    def test_a_folder_where_the_file_must_be(self, download: Download) -> None:
        download.target.mkdir(parents=True)
        assert "in the way" in download.fails()
        assert download.kept == CONTENT

    def test_a_file_where_the_folder_must_be(self, download: Download) -> None:
        download.models_dir.mkdir()
        (download.models_dir / "llm").write_text("mine")
        assert "in the way" in download.fails()
        assert (download.models_dir / "llm").read_text() == "mine"

    def test_a_damaged_file_is_replaced(self, download: Download) -> None:
        download.target.parent.mkdir(parents=True)
        download.target.write_bytes(b"x" * len(CONTENT))
        download.succeeds()


class TestLinks:
    def test_a_link_in_place_of_the_target_is_replaced(
        self, download: Download, tmp_path: Path
    ) -> None:
        precious = tmp_path / "precious"
        precious.write_text("mine")
        download.target.parent.mkdir(parents=True)
        download.target.symlink_to(precious)
        download.succeeds()
        assert not download.target.is_symlink()
        assert precious.read_text() == "mine"

    def test_a_link_in_place_of_the_partial_file_is_not_followed(
        self, download: Download, tmp_path: Path
    ) -> None:
        precious = tmp_path / "precious"
        precious.write_text("mine")
        download.partial.parent.mkdir(parents=True)
        download.partial.symlink_to(precious)
        assert "in the way" in download.fails()
        assert precious.read_text() == "mine"

    @pytest.mark.parametrize("part", ["llm", "llm/toy"])
    def test_a_folder_that_leads_out(self, download: Download, tmp_path: Path, part: str) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        link = download.models_dir / part
        link.parent.mkdir(parents=True)
        link.symlink_to(outside)
        assert "leads out" in download.fails()
        assert list(outside.iterdir()) == []

    def test_a_link_that_goes_round_in_circles(self, download: Download) -> None:
        download.models_dir.mkdir()
        (download.models_dir / "llm").symlink_to("llm")
        assert "leads out" in download.fails()

    def test_models_on_another_disk_by_a_link(self, download: Download, tmp_path: Path) -> None:
        (tmp_path / "big disk").mkdir()
        download.models_dir.symlink_to(tmp_path / "big disk")
        download.succeeds()

    @pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "C:x", "a\\..\\x"])
    def test_a_name_that_climbs_out_never_becomes_a_model(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(ValueError, match="outside"):
            read_catalogue(catalogue_of(tmp_path, path))


class TestNeighbours:
    def test_two_at_once_fetch_once(self, download: Download) -> None:
        second = Download(download.server, download.models_dir)
        waiting, asked = threading.Event(), threading.Event()

        def slow(request: Request) -> None:
            asked.set()
            waiting.wait(60)
            well(request)

        second.on_report = lambda progress: (
            waiting.set() if progress.state is State.WAITING else None
        )
        first = threading.Thread(target=download.run, args=(slow,))
        first.start()
        assert asked.wait(PATIENCE)
        ended = second.run()
        first.join()
        assert ended.state is State.DONE
        assert "Another window" in second.told[0].message
        assert len(download.server.asked) == 1
        assert second.target.read_bytes() == CONTENT

    def test_another_process_is_waited_for_and_cancelled(self, download: Download) -> None:
        download.on_report = lambda progress: (
            download.stop.cancel() if progress.state is State.WAITING else None
        )
        with held_elsewhere(download):
            assert download.run().state is State.CANCELLED
        assert download.server.asked == []

    def test_what_a_dead_process_held_is_free(self, download: Download) -> None:
        with held_elsewhere(download) as process:
            process.kill()
            process.wait()
            download.succeeds()

    def test_what_is_being_installed_is_not_removed(self, download: Download) -> None:
        download.succeeds()
        with held_elsewhere(download), pytest.raises(DownloadError, match="being installed"):
            remove(download.model, download.models_dir)
        assert download.target.exists()


class TestFromAFolder:
    def test_files_are_taken_and_verified(self, tmp_path: Path) -> None:
        folder, models_dir = tmp_path / "stick", tmp_path / "models"
        folder.mkdir()
        (folder / "model.bin").write_bytes(CONTENT)
        ended, _ = taken(folder, models_dir)
        assert (ended.state, ended.done) == (State.DONE, len(CONTENT))
        where = locate(toy(), [models_dir])
        assert where is not None
        assert verify(toy(), where) == []
        shutil.rmtree(folder)
        assert verify(toy(), where) == [], "the source may go"
        assert [path.name for path in where.iterdir()] == ["model.bin"]

    def test_where_no_link_can_be_made_it_is_copied(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_link(_source: Path, _target: Path) -> None:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

        monkeypatch.setattr(os, "link", no_link)
        self.test_files_are_taken_and_verified(tmp_path)

    def test_a_link_to_the_real_file_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "blob").write_bytes(CONTENT)
        folder = tmp_path / "snapshot"
        folder.mkdir()
        (folder / "model.bin").symlink_to(tmp_path / "blob")
        ended, _ = taken(folder, tmp_path / "models")
        assert ended.state is State.DONE
        assert not (tmp_path / "models/llm/toy/model.bin").is_symlink()

    @pytest.mark.parametrize("wrong", [CONTENT[:-1], b"x" * len(CONTENT)])
    def test_a_wrong_file_is_refused(self, tmp_path: Path, wrong: bytes) -> None:
        (tmp_path / "model.bin").write_bytes(wrong)
        ended, _ = taken(tmp_path, tmp_path / "models")
        assert ended.state is State.FAILED
        assert "not the file" in ended.message
        assert not (tmp_path / "models/llm/toy/model.bin").exists()

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        ended, _ = taken(tmp_path / "nowhere", tmp_path / "models")
        assert ended.state is State.FAILED
        assert "model.bin" in ended.message

    def test_its_own_folder_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "model.bin").write_bytes(CONTENT)
        assert taken(tmp_path, tmp_path / "models")[0].state is State.DONE
        own = tmp_path / "models/llm/toy"
        assert taken(own, tmp_path / "models")[0].state is State.DONE
        assert (own / "model.bin").read_bytes() == CONTENT


class TestRemoving:
    def test_removing_leaves_nothing_of_it_and_all_else(self, download: Download) -> None:
        download.succeeds()
        download.leave(CONTENT[:HALF])
        remove(download.model, download.models_dir)
        assert not download.target.parent.exists()
        download.succeeds()
        (download.target.parent / "notes.txt").write_text("mine")
        remove(download.model, download.models_dir)
        assert [path.name for path in download.target.parent.iterdir()] == ["notes.txt"]

    def test_folders_inside_its_folder_go_too(self, download: Download) -> None:
        download.model = toy(path="deep/down/model.bin")
        assert download.run().state is State.DONE
        remove(download.model, download.models_dir)
        assert list((download.models_dir / "llm").iterdir()) == []

    def test_what_is_not_there_cannot_be_removed(self, download: Download) -> None:
        with pytest.raises(DownloadError, match="nothing to remove"):
            remove(download.model, download.models_dir)

    def test_a_link_is_removed_and_not_what_it_leads_to(
        self, download: Download, tmp_path: Path
    ) -> None:
        precious = tmp_path / "precious"
        precious.write_text("mine")
        download.target.parent.mkdir(parents=True)
        download.target.symlink_to(precious)
        remove(download.model, download.models_dir)
        assert precious.read_text() == "mine"


def test_a_model_without_a_source_is_not_offered(download: Download) -> None:
    download.model = replace(toy(), source=None)
    assert not download.model.offered
    assert "from a folder" in download.fails()


def test_progress_adds_up_over_several_files(download: Download) -> None:
    one = toy().files[0]
    download.model = replace(toy(), files=(one, replace(one, path="sub/second.bin")))
    ended = download.run()
    assert (ended.state, ended.done, ended.total) == (State.DONE, 2 * one.size, 2 * one.size)
    counted = [p.done for p in download.told if p.state is State.DOWNLOADING]
    assert counted == sorted(counted)
    assert (download.target.parent / "sub/second.bin").read_bytes() == CONTENT


def test_nothing_is_left_behind_in_this_process(download: Download) -> None:
    before = set(threading.enumerate())
    install(download.model, download.models_dir, stop=Stop(), report=lambda _: None,
            hub=download.server.url, patience=IMPATIENT)  # fmt: skip
    mine = {thread for thread in threading.enumerate() if "process_request" not in thread.name}
    assert mine <= before


def catalogue_of(folder: Path, path: str) -> Path:
    entry = {
        "id": "toy",
        "kind": "llm",
        "name": "Toy",
        "languages": [],
        "licence": "MIT",
        "files": [{"path": path, "size": 1, "sha256": "0" * 64}],
    }
    file = folder / "catalogue.json"
    file.write_text(json.dumps({"version": 1, "models": [entry]}))
    return file


class held_elsewhere:  # noqa: N801 - used as a context
    """Hold the download's lock in another process."""

    def __init__(self, download: Download) -> None:
        self._path = download.models_dir / ".locks" / f"{download.model.id}.lock"

    def __enter__(self) -> subprocess.Popen[str]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        script = (
            "import sys, filelock\n"
            "with filelock.FileLock(sys.argv[1]):\n"
            "    print('held', flush=True); sys.stdin.read()"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, self._path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


class unprivileged:  # noqa: N801 - used as a context
    """Lay down the rights of the superuser, whom no permission stops."""

    def __enter__(self) -> None:
        self._was = os.geteuid()
        if self._was == 0:
            os.seteuid(65534)

    def __exit__(self, *_: object) -> None:
        os.seteuid(self._was)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)

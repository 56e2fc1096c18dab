"""Files, disk, memory and folders, as the doctor finds them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from end_to_end.test_faults import break_model

from her_desktop.metrics.findings import Verdict
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.doctor_machine import disk, files, folders, memory


def models(folder: Path, **chosen: object) -> Models:
    return Models(Settings().changed(**chosen), Paths.under(folder))


@pytest.mark.models
def test_installed_files_are_read_and_compared(tmp_path: Path) -> None:
    finding = files(models(tmp_path))
    assert finding.verdict is Verdict.OK
    assert "byte for byte" in finding.detail
    assert (finding.milliseconds or 0.0) > 0.0


@pytest.mark.models
@pytest.mark.parametrize(("fault", "words"), [("truncated", "wrong size"), ("other", "wrong size")])
def test_a_damaged_file_of_a_model_in_use_is_named(tmp_path: Path, fault: str, words: str) -> None:
    break_model(tmp_path / "models", "whisper-tiny.en", fault)
    finding = files(models(tmp_path))
    assert finding.verdict is Verdict.BROKEN
    assert words in finding.detail
    # It is nowhere to be downloaded from: `models install` would only say that it is here.
    assert finding.detail.endswith("It came with the program: install that again.")


@pytest.mark.models
def test_a_single_changed_byte_is_found(tmp_path: Path) -> None:
    break_model(tmp_path / "models", "whisper-tiny.en", "truncated")
    own = tmp_path / "models" / "stt" / "whisper-tiny.en" / "model.bin"
    known = models(tmp_path).known["whisper-tiny.en"]
    content = bytearray(own.read_bytes()) + bytearray(known.files[0].size)
    own.write_bytes(content[: known.files[0].size])
    assert "damaged" in files(models(tmp_path)).detail


def test_a_model_that_is_not_there_is_named_with_its_remedy(tmp_path: Path) -> None:
    finding = files(models(tmp_path, llm_model="qwen3-4b"))
    known = models(tmp_path).known
    assert finding.verdict is (Verdict.BROKEN if "qwen3-4b" in known else Verdict.NOTE)


def test_the_disk_that_is_there_is_told(tmp_path: Path) -> None:
    assert "GB are free for models." in disk(tmp_path).detail


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(10**10, Verdict.OK), (5 * 10**8, Verdict.NOTE), (10**6, Verdict.BROKEN)],
)
def test_a_full_disk_is_told_before_it_hurts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, verdict: Verdict
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))
    assert disk(tmp_path).verdict is verdict


def test_memory_is_compared_with_what_is_chosen(tmp_path: Path) -> None:
    assert memory(models(tmp_path), 10**11).verdict is Verdict.OK
    short = memory(models(tmp_path), 10**6)
    assert short.verdict is Verdict.NOTE
    assert "choose smaller models" in short.detail


def test_folders_that_are_not_there_yet_are_well(tmp_path: Path) -> None:
    assert folders([tmp_path / "not" / "yet"], tmp_path / "history").verdict is Verdict.OK


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_others_may_do_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert "chmod go-w" in folders([tmp_path], tmp_path / "history").detail
    tmp_path.chmod(0o755)
    assert folders([tmp_path], tmp_path / "history").verdict is Verdict.OK
    (tmp_path / "history").mkdir(mode=0o700)
    day = tmp_path / "history" / "2026-01-01.jsonl"
    day.write_text("{}")
    day.chmod(0o600)
    assert folders([tmp_path], tmp_path / "history").verdict is Verdict.OK
    day.chmod(0o644)
    assert "may read what was said" in folders([tmp_path], tmp_path / "history").detail


def test_a_folder_that_cannot_be_written_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root may write anywhere, so the refusal is scripted.
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    finding = folders([tmp_path], tmp_path / "history")
    assert finding.verdict is Verdict.BROKEN
    assert "Permission denied" in finding.detail

"""Files that nobody vouches for: each is refused in words, and nothing but a child is lost."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from broken_models import LOOPS, gguf, starter, with_template

from her_desktop.inference import opening
from her_desktop.inference.opening import (
    Opened,
    Room,
    look_at,
    require_no_pickle,
    require_openable,
    require_room,
)
from her_desktop.inference.protocols import ModelError

UNHURRIED = 120.0
"""Seconds of patience with a child, where it is not the clock that is to end it."""


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return Opened(tmp_path / "notes" / "opened")


def refusal(
    kind: str, paths: list[Path], opened: Opened, patience: float = UNHURRIED, **options: Any
) -> str:
    with pytest.raises(ModelError) as refused:
        require_openable(kind, paths, opened, patience=patience, **options)
    assert not opened.knows(paths)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    return sentence


@pytest.fixture
def voice(tmp_path: Path) -> list[Path]:
    """A copy of the starter voice that a test may spoil."""
    folder = tmp_path / "voice"
    folder.mkdir()
    return [Path(shutil.copy(path, folder)) for path in starter("piper-en_US-joe-medium")]


@pytest.fixture
def whisper(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "whisper"
    folder.mkdir()
    return [Path(shutil.copy(path, folder)) for path in starter("whisper-tiny.en")]


@pytest.mark.models
@pytest.mark.parametrize(
    ("kind", "model_id"),
    [
        ("stt", "whisper-tiny.en"),
        ("llm", "smollm2-135m-instruct"),
        ("tts", "piper-en_US-joe-medium"),
    ],
)
def test_a_sound_model_opens_and_is_remembered(kind: str, model_id: str, opened: Opened) -> None:
    paths = starter(model_id)
    assert not opened.knows(paths)
    require_openable(kind, paths, opened, patience=UNHURRIED)
    assert opened.knows(paths)


def test_what_was_opened_is_tried_again_once_it_changes(tmp_path: Path) -> None:
    opened, path = Opened(tmp_path / "notes"), tmp_path / "model.gguf"
    path.write_bytes(b"one")
    opened.remember([path])
    assert opened.knows([path])
    assert Opened(tmp_path / "notes").knows([path])
    path.write_bytes(b"other")
    assert not opened.knows([path])
    path.write_bytes(b"one")
    os.utime(path, ns=(1, 1))
    assert not opened.knows([path])
    path.unlink()
    assert not opened.knows([path])


def test_notes_that_cannot_be_written_cost_only_a_second_look(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("in the way")
    path = tmp_path / "model.gguf"
    path.write_bytes(b"x")
    opened = Opened(tmp_path / "notes")
    opened.remember([path])
    assert not opened.knows([path])


# --- language models -----------------------------------------------------------------------------


@pytest.mark.models
def test_a_truncated_gguf_is_refused(tmp_path: Path, opened: Opened) -> None:
    (whole,) = starter("smollm2-135m-instruct")
    path = tmp_path / "model.gguf"
    path.write_bytes(whole.read_bytes()[:50_000_000])
    assert "incomplete" in refusal("llm", [path], opened)


def test_a_wrong_magic_is_refused(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"JUNK" + gguf()[4:])
    assert "no GGUF" in refusal("llm", [path], opened)


def test_an_absurd_tensor_count_is_refused(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf(tensors=2**60))
    assert "makes no sense" in refusal("llm", [path], opened)


@pytest.mark.models
def test_a_head_that_only_the_library_can_tell_is_broken_ends_in_the_child(
    tmp_path: Path, opened: Opened
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf())
    assert "model.gguf" in refusal("llm", [path], opened)


@pytest.mark.models
def test_a_template_that_loops_for_ever_is_refused(tmp_path: Path, opened: Opened) -> None:
    path = with_template(LOOPS, tmp_path / "loops.gguf")
    assert "does not come to an end" in refusal("llm", [path], opened)


@pytest.mark.models
def test_a_template_that_is_broken_is_no_reason_to_refuse(tmp_path: Path, opened: Opened) -> None:
    path = with_template("{{ a['b'( }}", tmp_path / "odd.gguf")
    require_openable("llm", [path], opened, patience=UNHURRIED)


def test_a_projector_without_a_vocabulary_is_refused(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "mmproj.gguf"
    path.write_bytes(gguf(vocabulary=False))
    assert "cannot talk by itself" in refusal("llm", [path], opened)


# --- memory and time -----------------------------------------------------------------------------


def test_a_model_larger_than_memory_is_refused_before_it_is_touched(
    tmp_path: Path, opened: Opened
) -> None:
    path = tmp_path / "huge.gguf"
    content = gguf(shape=(1 << 20, 1 << 16), data=0)
    path.write_bytes(content)
    with path.open("r+b") as file:
        file.truncate(len(content) + (1 << 38))
    said = refusal("llm", [path], opened)
    assert "needs 274.9 GB of memory" in said
    assert "Please choose a smaller one" in said


def test_what_was_opened_before_still_needs_room_today(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf())
    opened.remember([path])
    require_openable("llm", [path], opened, room=lambda: Room(1 << 30))
    with pytest.raises(ModelError, match="are free"):
        require_openable("llm", [path], opened, room=lambda: Room(10))


def test_a_gpu_lends_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(bytes(1000))
    with pytest.raises(ModelError):
        require_room([path], Room(memory=600))
    require_room([path], Room(memory=600, gpu=600))


@pytest.mark.models
def test_what_asks_for_more_memory_than_there_is_ends_in_the_child(
    monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    # Less than the library needs to make what it computes with.
    monkeypatch.setattr(opening, "_LEAST_MEMORY", 1)
    said = refusal("llm", starter("smollm2-135m-instruct"), opened, room=lambda: Room(120_000_000))
    assert "memory" in said or "crash" in said or "SmolLM2" in said


BEGUN = "import json, os, sys, time\nprint(json.dumps({'step': 'load'}), flush=True)\n"


@pytest.mark.parametrize(
    ("program", "patience", "expected"),
    [
        (BEGUN + "time.sleep(600)", 0.25, "did not open within"),
        (BEGUN + "os.abort()", UNHURRIED, "crash"),
        (BEGUN + "os.kill(os.getpid(), 9)", UNHURRIED, "not enough memory"),
        ("raise SystemExit(1)", UNHURRIED, "could not be tried out"),
    ],
    ids=["hangs", "crashes", "is-killed", "never-begins"],
)
def test_whatever_becomes_of_the_child_is_said_in_words(
    tmp_path: Path,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    patience: float,
    expected: str,
) -> None:
    (tmp_path / "stand_in.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(opening, "_CHILD", "stand_in")
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf())
    assert expected in refusal("llm", [path], opened, patience=patience)


# --- recognisers ---------------------------------------------------------------------------------


@pytest.mark.models
@pytest.mark.parametrize("size", [0, 3, 1000, 40_000_000])
def test_a_truncated_whisper_is_refused(whisper: list[Path], opened: Opened, size: int) -> None:
    with whisper[0].open("r+b") as file:
        file.truncate(size)
    assert refusal("stt", whisper, opened)


@pytest.mark.models
@pytest.mark.parametrize(
    "content", [b"\x80\x02}q\x00.", b"PK\x03\x04rest", b"\x06\x00\x00\x00\x09\x00OtherSpec" * 9]
)
def test_a_model_bin_of_another_kind_is_refused(
    whisper: list[Path], opened: Opened, content: bytes
) -> None:
    whisper[0].write_bytes(content)
    said = refusal("stt", whisper, opened)
    assert "pickle" in said or "no Whisper model" in said


@pytest.mark.models
@pytest.mark.parametrize("content", ["{}", "one\n<|endoftext|>\n"])
def test_a_vocabulary_that_is_none_is_refused(
    whisper: list[Path], opened: Opened, content: str
) -> None:
    (whisper[0].parent / "vocabulary.txt").write_text(content)
    assert refusal("stt", whisper, opened)


# --- voices --------------------------------------------------------------------------------------


def change_description(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.models
def test_a_voice_whose_json_names_one_symbol_that_the_model_lacks_is_refused(
    voice: list[Path], opened: Opened
) -> None:
    table = json.loads(voice[1].read_text())["phoneme_id_map"]
    change_description(voice[1], phoneme_id_map={**table, "☃": [9999]})
    assert "do not belong together" in refusal("tts", voice, opened)


@pytest.mark.models
def test_a_voice_whose_json_promises_speakers_is_refused(voice: list[Path], opened: Opened) -> None:
    change_description(voice[1], num_speakers=904)
    assert "do not belong together" in refusal("tts", voice, opened)


@pytest.mark.models
def test_a_json_without_the_table_is_no_description(voice: list[Path], opened: Opened) -> None:
    change_description(voice[1], phoneme_id_map=None)
    assert "describes no Piper voice" in refusal("tts", voice, opened)


@pytest.mark.models
def test_a_truncated_voice_is_refused(voice: list[Path], opened: Opened) -> None:
    with voice[0].open("r+b") as file:
        file.truncate(30_000_000)
    assert refusal("tts", voice, opened)


@pytest.mark.models
def test_a_voice_that_reads_other_files_is_refused(voice: list[Path], opened: Opened) -> None:
    import onnx
    from onnx.external_data_helper import set_external_data

    model = onnx.load(str(voice[0]))
    tensor = next(each for each in model.graph.initializer if each.raw_data)
    set_external_data(tensor, location="../../outside", offset=0, length=len(tensor.raw_data))
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    voice[0].write_bytes(model.SerializeToString())
    assert "in other files" in refusal("tts", voice, opened)


def test_a_voice_without_its_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "voice.onnx"
    path.write_bytes(b"\x08\x07")
    with pytest.raises(ModelError, match="no description"):
        look_at("tts", [path])


# --- pickles -------------------------------------------------------------------------------------


class Harm:
    """A pickle that would leave a file behind if anything ever opened it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["llm", "stt", "tts"])
def test_a_pickle_is_refused_and_never_opened(tmp_path: Path, kind: str, protocol: int) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.bin"
    path.write_bytes(pickle.dumps(Harm(mark), protocol))
    with pytest.raises(ModelError, match="pickle"):
        look_at(kind, [path])
    assert not mark.exists()


def test_an_archive_with_a_pickle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.pkl", pickle.dumps({}))
    with pytest.raises(ModelError, match="pickle"):
        require_no_pickle(path)


@pytest.mark.parametrize("name", ["model.pt", "model.pth", "model.ckpt", "model.pkl"])
def test_a_file_by_the_name_of_a_pickle_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"(lp0\n.")
    with pytest.raises(ModelError, match="pickle"):
        require_no_pickle(tmp_path / name)

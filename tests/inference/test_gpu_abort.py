from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from her_desktop.inference.gpu_abort import AbortNote
from her_desktop.inference.gpu_trouble import Cause

DIES = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from her_desktop.inference.gpu_abort import AbortNote
from her_desktop.inference.gpu_llama import engine
engine()
from llama_cpp import _ggml
note = AbortNote(Path(sys.argv[1]))
assert note.listen(_ggml.libggml)
_ggml.libggml.ggml_abort(b"ggml-cuda.cu", 88, b"CUDA error: out of memory")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process ends in another way there")
def test_the_librarys_last_words_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "gpu_abort.txt"
    ended = subprocess.run(
        [sys.executable, "-c", DIES, str(path)], capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGABRT, ended.stderr
    note = AbortNote(path)
    trouble = note.taken()
    assert trouble is not None
    assert trouble.cause is Cause.MEMORY
    assert note.taken() is None, "it is told once"


def test_words_that_name_no_cause_are_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "note"
    note = AbortNote(path)
    assert note.taken() is None
    note._callback(b"GGML_ASSERT(x) failed")
    trouble = note.taken()
    assert trouble is not None
    assert trouble.cause is Cause.UNKNOWN


def test_a_note_that_cannot_be_written_is_no_second_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    note = AbortNote(blocked / "note")
    note._callback(b"words")
    assert note.taken() is None


def test_an_older_library_cannot_be_listened_to(tmp_path: Path) -> None:
    class Old:
        pass

    assert not AbortNote(tmp_path / "note").listen(Old())

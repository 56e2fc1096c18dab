"""What llama.cpp's abort does to this process: a real one, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from her_desktop.inference.gpu_trouble import Cause, trouble_in
from her_desktop.inference.llama_abort import AbortNote, AbortWatch

LIVES_ON = """
import ctypes, json, queue, sys, threading
from ctypes import c_bool, c_int, c_int64, c_size_t, c_void_p
from pathlib import Path
from her_desktop.inference.gpu_llama import engine
from her_desktop.inference.llama import LlamaContext
from her_desktop.inference.llama_abort import AbortWatch
from llama_cpp import _ggml

llama, told = engine(), queue.SimpleQueue()
watch = AbortWatch(lambda words: told.put(words) is None)
assert watch.listen(llama) and watch.listen(llama)

def model():
    return LlamaContext(Path(sys.argv[1]), context_tokens=256, threads=2, gpu_layers=0)

def break_a_promise():
    context = model()
    context.evaluate([1] * (context.batch_tokens + 1))

def lose_the_card():
    hear, data = llama.llama_log_callback(), ctypes.c_void_p()
    llama.llama_log_get(ctypes.byref(hear), ctypes.byref(data))
    hear(4, b"CUDA error: unspecified launch failure\\n", None)
    hear(4, b"  current device: 0, in function synchronize\\n", None)
    _ggml.libggml.ggml_abort(b"ggml-cuda.cu", 88, b"CUDA error")

def stop_half_way():
    # Asked by the first of a computation's threads, while the other one computes.
    asked = llama.ggml_abort_callback(
        lambda _: _ggml.libggml.ggml_abort(b"ops.cpp", 1, b"half way")
    )
    context = model()
    llama.llama_set_abort_callback(context._context, asked, None)
    context.evaluate([1] * 8)

class Memory(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("buffer", c_void_p), ("no_alloc", c_bool)]

WORK = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_int, c_int, c_void_p)

def function(name, result, *arguments):
    found = getattr(_ggml.libggml, name)
    found.restype, found.argtypes = result, arguments
    return found

def stop_elsewhere():
    # On a thread of the library's own, for which this one then waits for ever.
    def work(made, given, thread, threads, _):
        if thread == 1:
            _ggml.libggml.ggml_abort(b"ops.cpp", 2, b"elsewhere")
    work = WORK(work)
    memory = function("ggml_init", c_void_p, Memory)(Memory(1 << 20, None, False))
    given = function("ggml_new_tensor_1d", c_void_p, c_void_p, c_int, c_int64)(memory, 0, 4)
    operation = function("ggml_map_custom1", c_void_p, c_void_p, c_void_p, WORK, c_int, c_void_p)
    graph = function("ggml_new_graph", c_void_p, c_void_p)(memory)
    last = operation(memory, given, work, 2, None)
    function("ggml_build_forward_expand", None, c_void_p, c_void_p)(graph, last)
    function("ggml_graph_compute_with_ctx", c_int, c_void_p, c_void_p, c_int)(memory, graph, 2)

words = []
for fault in (break_a_promise, lose_the_card, stop_half_way, stop_elsewhere):
    threading.Thread(target=fault, daemon=True).start()
    words.append(told.get(timeout=120))
context = model()
context.evaluate(context.tokenize(b"One, two, three, four,"))
print(json.dumps([*words, context.used]))
"""

DIES = """
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from her_desktop.inference.gpu_llama import engine
from her_desktop.inference.llama_abort import AbortWatch
from llama_cpp import _ggml
assert AbortWatch(lambda words: True).listen(engine())
_ggml.libggml.ggml_abort(b"ggml-cuda.cu", 88, b"CUDA error")
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, timeout=240, check=False
    )


@pytest.mark.models
@pytest.mark.skipif(sys.platform == "win32", reason="ggml's functions lie in other files there")
def test_the_program_outlives_every_abort_and_can_load_the_model_again(llm_file: Path) -> None:
    ended = run(LIVES_ON, str(llm_file))
    assert ended.returncode == 0, ended.stderr
    promise, card, half_way, elsewhere, used = json.loads(ended.stdout)
    assert "GGML_ASSERT(n_tokens_all <= cparams.n_batch) failed" in promise
    assert trouble_in(promise) is None
    # ggml_abort itself names no cause: that was in the log, just before.
    trouble = trouble_in(card)
    assert trouble is not None
    assert trouble.cause is Cause.LOST
    assert half_way.endswith("half way")
    assert elsewhere.endswith("elsewhere")
    assert used > 0


@pytest.mark.skipif(sys.platform == "win32", reason="a process ends in another way there")
def test_nobody_can_take_over_from_the_main_thread() -> None:
    ended = run(DIES)
    assert ended.returncode == -signal.SIGABRT, ended.stderr


def test_where_nobody_takes_over_the_thread_is_given_back() -> None:
    stayed: list[str] = []
    watch = AbortWatch(lambda words: False, lambda: stayed.append("stayed"))
    watch.aborting(b"GGML_ASSERT(x) failed")
    assert stayed == []


def test_words_are_kept_for_the_next_run_and_told_once(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "gpu_abort.txt"
    dying = AbortNote(path)
    assert dying.taken() is None
    dying.write("ggml-cuda.cu:88: CUDA error: out of memory")
    assert dying.taken() is None, "this run knows what happened to it"

    trouble = AbortNote(path).taken()
    assert trouble is not None
    assert trouble.cause is Cause.MEMORY
    assert AbortNote(path).taken() is None


def test_a_run_that_goes_on_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text("GGML_ASSERT(x) failed")
    note = AbortNote(path)
    note.forget()
    trouble = note.taken()
    assert trouble is not None, "what another run left is not this one's to forget"
    assert trouble.cause is Cause.UNKNOWN
    note.write("words")
    note.forget()
    assert not path.exists()


def test_a_note_that_cannot_be_written_is_no_second_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    note = AbortNote(blocked / "note")
    note.write("words")
    assert note.taken() is None

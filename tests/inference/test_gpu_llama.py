from __future__ import annotations

import builtins
import ctypes
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from her_desktop.inference import gpu_llama
from her_desktop.inference.gpu_llama import LlamaDevice, engine, gpu_devices, heard_log, told
from her_desktop.inference.gpu_trouble import GpuError
from her_desktop.inference.llama import LlamaContext
from her_desktop.inference.protocols import ModelError


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("CUDA0", "CUDA"),
        ("Vulkan1", "Vulkan"),
        ("ROCm0", "ROCm"),
        ("Metal", "Metal"),
        ("MTL0", "Metal"),
        ("SYCL0", "SYCL"),
        ("CANN0", "CANN0"),
    ],
)
def test_every_backend_has_a_name_for_people(name: str, family: str) -> None:
    assert LlamaDevice(name, "", 0, 0).family == family


def test_what_it_runs_on_is_told_with_its_layers() -> None:
    assert told("CUDA", 33, 33) == "GPU (CUDA), all layers"
    assert told("Metal", 20, 33) == "GPU (Metal), 20 of 33 layers"


class Registry:
    """ggml's list of devices: a processor, a card, one inside the processor."""

    devices = (
        (0, b"CPU", b"Processor", 1, 2),
        (1, b"Vulkan0", b"A card", 7_000, 8_000),
        (2, b"Vulkan1", b"One inside", 3_000, 4_000),
        (3, b"BLAS", b"A library", 0, 0),
    )

    def ggml_backend_dev_count(self) -> int:
        return len(self.devices)

    def ggml_backend_dev_get(self, index: int) -> int:
        return index + 1

    def ggml_backend_dev_type(self, device: ctypes.c_void_p) -> int:
        return self._of(device)[0]

    def ggml_backend_dev_name(self, device: ctypes.c_void_p) -> bytes:
        return self._of(device)[1]

    def ggml_backend_dev_description(self, device: ctypes.c_void_p) -> bytes:
        return self._of(device)[2]

    def ggml_backend_dev_memory(self, device: ctypes.c_void_p, free: Any, total: Any) -> None:
        free._obj.value, total._obj.value = self._of(device)[3:]

    def _of(self, device: ctypes.c_void_p) -> tuple[int, bytes, bytes, int, int]:
        return self.devices[(device.value or 0) - 1]


def test_only_gpus_are_offered_with_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_llama, "_registry", lambda _: Registry())
    build = SimpleNamespace(llama_supports_gpu_offload=lambda: True)
    assert gpu_devices(build) == [
        LlamaDevice("Vulkan0", "A card", 7_000, 8_000),
        LlamaDevice("Vulkan1", "One inside", 3_000, 4_000),
    ]


def test_the_installed_build_answers_for_its_devices() -> None:
    llama = engine()
    devices = gpu_devices(llama)
    assert bool(devices) <= bool(llama.llama_supports_gpu_offload())
    registry = gpu_llama._registry(llama)
    names = [
        registry.ggml_backend_dev_name(ctypes.c_void_p(registry.ggml_backend_dev_get(index)))
        for index in range(registry.ggml_backend_dev_count())
    ]
    assert b"CPU" in names


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("libcudart.so.12: cannot open shared object file", "the library libcudart.so.12 is"),
        # Somebody's own build with another major than everything else here.
        ("libcudart.so.13: cannot open shared object file", "start.py --cuda"),
        ("libcuda.so.1: cannot open shared object file", "libcuda.so.1 of that driver is missing"),
        ("undefined symbol: ggml_x", "cannot be opened on this computer"),
    ],
)
def test_an_engine_that_cannot_start_says_why(
    monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    imported = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "llama_cpp":
            raise RuntimeError(f"Failed to load shared library '/x/libllama.so': {said}")
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ModelError, match=words.replace(".", r"\.")):
        engine()


def test_cuda_is_opened_before_a_build_that_is_linked_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    (tmp_path / "lib").mkdir()
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("her_desktop.inference.gpu_llama.util.find_spec", lambda _: spec)
    monkeypatch.setattr(gpu_llama, "open_cuda_libraries", asked.append)
    engine()
    assert asked == []
    (tmp_path / "lib" / "libggml-cuda.so").touch()
    engine()
    assert asked == [("cudart", "cublasLt", "cublas")]


def hearer(llama: Any) -> Any:
    """Return the function that llama.cpp's log goes to."""
    callback, data = llama.llama_log_callback(), ctypes.c_void_p()
    llama.llama_log_get(ctypes.byref(callback), ctypes.byref(data))
    return callback


def address(callback: Any) -> int | None:
    return ctypes.cast(callback, ctypes.c_void_p).value


def test_the_log_is_heard_and_given_back() -> None:
    llama = engine()
    first = address(hearer(llama))
    with heard_log(llama) as outer:
        with heard_log(llama) as lines:
            hear = hearer(llama)
            hear(4, b"cudaMalloc failed: out of memory\n", None)
            hear(2, b"loaded meta data\n", None)
            hear(5, b" with 291 tensors\n", None)
            hear(3, b"unable to load\n", None)
            hear(5, None, None)
        assert lines == ["cudaMalloc failed: out of memory", "unable to load"]
        assert outer == lines, "who listened before hears it too"
        hearer(llama)(4, b"later\n", None)
    assert (outer[2:], len(lines)) == (["later"], 2)
    assert address(hearer(llama)) == first


def test_what_the_library_complains_of_is_heard(tmp_path: Path) -> None:
    llama = engine()
    with heard_log(llama) as lines:
        path = str(tmp_path / "none.gguf").encode()
        assert not llama.llama_model_load_from_file(path, llama.llama_model_default_params())
    assert any("failed" in line for line in lines)


def with_gpu(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Any:
    """Return the real engine, made to believe that it has a GPU, with some functions replaced."""
    real = engine()

    class Build:
        def __getattr__(self, name: str) -> Any:
            return changes.get(name, getattr(real, name))

        llama_supports_gpu_offload = staticmethod(lambda: True)

    build = Build()
    monkeypatch.setattr("her_desktop.inference.llama.engine", lambda: build)
    return real


def test_a_model_that_a_gpu_cannot_hold_is_its_trouble_and_not_the_files(
    monkeypatch: pytest.MonkeyPatch, llm_file: Path
) -> None:
    with_gpu(monkeypatch, llama_model_load_from_file=lambda path, params: None)
    with pytest.raises(GpuError):
        LlamaContext(llm_file, context_tokens=512, threads=1, gpu_layers=-1)


def test_on_a_gpu_the_layers_go_to_one_card_as_planned(
    monkeypatch: pytest.MonkeyPatch, llm_file: Path
) -> None:
    asked: list[tuple[int, int, int]] = []
    real = engine()

    def load(path: bytes, params: Any) -> Any:
        asked.append((params.n_gpu_layers, params.split_mode, params.main_gpu))
        return real.llama_model_load_from_file(path, params)

    with_gpu(monkeypatch, llama_model_load_from_file=load)
    context = LlamaContext(llm_file, context_tokens=512, threads=1, gpu_layers=7, main_gpu=1)
    try:
        assert asked == [(7, real.LLAMA_SPLIT_MODE_NONE, 1)]
        assert context.detail.startswith("GPU (")
        assert context.detail.endswith("7 of 31 layers")
    finally:
        context.close()


def test_memory_that_runs_out_while_it_answers_is_the_gpus_trouble(
    monkeypatch: pytest.MonkeyPatch, llm_file: Path
) -> None:
    with_gpu(monkeypatch, llama_decode=lambda context, batch: -2)
    context = LlamaContext(llm_file, context_tokens=512, threads=1, gpu_layers=0)
    with pytest.raises(ModelError) as on_processor:
        context.evaluate([1])
    assert not isinstance(on_processor.value, GpuError)
    context.close()


def test_on_the_processor_a_build_for_gpus_keeps_away_from_them(
    monkeypatch: pytest.MonkeyPatch, llm_file: Path
) -> None:
    given: list[list[Any]] = []
    real = engine()

    def load(path: bytes, params: Any) -> Any:
        devices = ctypes.cast(params.devices, ctypes.POINTER(ctypes.c_void_p))
        given.append([params.n_gpu_layers, bool(params.devices), devices[0]])
        return real.llama_model_load_from_file(path, params)

    with_gpu(monkeypatch, llama_model_load_from_file=load)
    context = LlamaContext(llm_file, context_tokens=512, threads=1, gpu_layers=0)
    context.evaluate([1, 2, 3])
    context.close()
    assert given == [[0, True, None]]
    assert context.detail == "CPU, 1 thread"

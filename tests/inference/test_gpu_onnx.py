from __future__ import annotations

from types import SimpleNamespace

import pytest

from her_desktop.inference.gpu_libraries import CudaLibraries
from her_desktop.inference.gpu_onnx import (
    CPU,
    CUDA,
    ON_PROCESSOR,
    on_gpu,
    require_cuda,
    require_used,
)
from her_desktop.inference.gpu_trouble import Cause, GpuError


class Runtime:
    """An onnxruntime with some providers."""

    def __init__(self, *providers: str) -> None:
        self.providers = list(providers)
        self.severity = 2

    def get_available_providers(self) -> list[str]:
        return self.providers

    def set_default_logger_severity(self, severity: int) -> None:
        self.severity = severity


def test_a_build_for_the_processor_is_told_apart() -> None:
    with pytest.raises(GpuError) as failed:
        require_cuda(CudaLibraries(("x",)), Runtime(CPU))
    assert failed.value.trouble.cause is Cause.NO_SUPPORT


def test_a_missing_library_is_named_before_a_session_is_tried() -> None:
    with pytest.raises(GpuError) as failed:
        require_cuda(CudaLibraries((), ("libcudnn.so.9",)), Runtime(CUDA, CPU))
    assert failed.value.trouble.library == "libcudnn.so.9"


def test_with_all_of_it_there_it_is_silent() -> None:
    runtime = Runtime(CUDA, CPU)
    require_cuda(CudaLibraries(("libcudnn.so.9",)), runtime)
    assert runtime.severity == 4


def test_the_convolutions_are_not_searched_for() -> None:
    wanted, fallback = on_gpu(1)
    assert isinstance(wanted, tuple)
    name, options = wanted
    assert (name, fallback) == (CUDA, CPU)
    assert options["cudnn_conv_algo_search"] == "HEURISTIC"
    assert options["device_id"] == "1"


def test_a_session_that_fell_back_in_silence_is_found_out() -> None:
    fallen = SimpleNamespace(get_providers=lambda: [CPU])
    with pytest.raises(GpuError):
        require_used(fallen, on_gpu())
    require_used(fallen, ON_PROCESSOR)
    require_used(SimpleNamespace(get_providers=lambda: [CUDA, CPU]), on_gpu())


def test_the_runtime_that_is_installed_answers() -> None:
    import onnxruntime

    if CUDA in onnxruntime.get_available_providers():
        pytest.skip("the build for CUDA is installed")
    with pytest.raises(GpuError):
        require_cuda()

"""onnxruntime's CUDA provider, asked for in a way that does not look for the best algorithm.

By default every new length of sound makes cuDNN try its convolutions out, which takes longer than
the sound. The heuristic search does not; and as shapes are few and warmed (see `vits`), nothing is
left to search. Where the provider cannot be had, onnxruntime goes on on the processor and only logs
it: so it is asked afterwards. Rule: any thread.
"""

from __future__ import annotations

from typing import Any

from her_desktop.inference.gpu_libraries import VOICE, CudaLibraries, open_cuda_libraries
from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"

_FATAL = 4

Providers = tuple[str | tuple[str, dict[str, str]], ...]

ON_PROCESSOR: Providers = (CPU,)


def on_gpu(device_index: int = 0) -> Providers:
    """Return what to ask a session for so that it runs on one card."""
    options = {
        "device_id": str(device_index),
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "1",
        # By powers of two, the arena would keep up to twice what is needed.
        "arena_extend_strategy": "kSameAsRequested",
        "do_copy_in_default_stream": "1",
    }
    return ((CUDA, options), CPU)


def require_cuda(libraries: CudaLibraries | None = None, runtime: Any = None) -> None:
    """Make sure that this onnxruntime can use CUDA, its libraries opened. Raises GpuError."""
    runtime = _onnxruntime() if runtime is None else runtime
    if CUDA not in runtime.get_available_providers():
        raise GpuError(Trouble(Cause.NO_SUPPORT))
    # What it has to say comes as an error as well; nobody reads it on a terminal.
    runtime.set_default_logger_severity(_FATAL)
    libraries = libraries or open_cuda_libraries(VOICE)
    if libraries.trouble is not None:
        raise GpuError(libraries.trouble)


def _onnxruntime() -> Any:
    import onnxruntime

    return onnxruntime


def require_used(session: Any, providers: Providers) -> None:
    """Make sure that a session got the provider it asked for. Raises GpuError."""
    wanted = providers[0] if isinstance(providers[0], str) else providers[0][0]
    if wanted != CPU and session.get_providers()[0] != wanted:
        raise GpuError(Trouble(Cause.UNKNOWN))

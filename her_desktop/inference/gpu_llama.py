"""llama.cpp's side of a GPU: which backends its build has, what memory they see, what they log.

A build knows the processor and at most one kind of GPU: CUDA, Metal, Vulkan or ROCm (HIP). Which
one, and its cards, the library's own registry tells. Why a model could not be loaded it tells in
its log alone. Rule: any thread, though `heard_log` on one at a time: the log is the process's.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from her_desktop.inference.gpu_libraries import LANGUAGE, open_cuda_libraries
from her_desktop.inference.gpu_trouble import Cause, trouble_in
from her_desktop.inference.protocols import ModelError

_WARNING, _ERROR, _CONTINUED = 3, 4, 5
"""ggml's own levels. llama_cpp's logger counts from one below: to it, errors are for debugging."""
_KEPT_LINES = 40
_GPU_KINDS = (1, 2)
"""ggml's device types: a card of its own, and one that shares the processor's memory."""
_FAMILIES = (
    ("CUDA", "CUDA"),
    ("ROCM", "ROCm"),
    ("HIP", "ROCm"),
    ("VULKAN", "Vulkan"),
    ("METAL", "Metal"),
    ("MTL", "Metal"),
    ("SYCL", "SYCL"),
)


@dataclass(frozen=True)
class LlamaDevice:
    """A GPU as llama.cpp sees it; memory in bytes, 0 where the backend does not tell."""

    name: str
    description: str
    free: int
    total: int

    @property
    def family(self) -> str:
        """What it is driven through: "CUDA", "Metal", "Vulkan", "ROCm", else its own name."""
        upper = self.name.upper()
        return next((told for mark, told in _FAMILIES if upper.startswith(mark)), self.name)


def engine() -> Any:
    """Return the llama_cpp module, with CUDA's libraries opened first where its build needs them.

    Raises ModelError where it cannot be imported, naming the library that is missing.
    """
    if _is_cuda_build():
        open_cuda_libraries(LANGUAGE)
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        # Its loader turns what the system says into a RuntimeError, and older ones do not.
        raise _cannot_start(error) from error
    return llama_cpp


def _cannot_start(error: BaseException) -> ModelError:
    trouble = trouble_in(str(error))
    if trouble is not None and trouble.cause is Cause.NO_GPU and trouble.library:
        return ModelError(
            f"The language model's engine is a build for NVIDIA's graphics driver, and "
            f"{trouble.library} of that driver is missing. Install the driver, or run "
            "`python3 packaging/start.py --cpu` once."
        )
    if trouble is not None and trouble.library:
        return ModelError(
            f"The language model's engine cannot start, because the library {trouble.library} is "
            "missing. Run `python3 packaging/start.py --cuda` once."
        )
    return ModelError(
        "The language model's engine cannot be opened on this computer. "
        "Run `python3 packaging/start.py` once."
    )


def gpu_devices(llama: Any) -> list[LlamaDevice]:
    """Return the GPUs that the build in hand can use; none for a build for the processor."""
    if not llama.llama_supports_gpu_offload():
        return []
    registry = _registry(llama)
    if registry is None:
        return []
    found: list[LlamaDevice] = []
    for index in range(registry.ggml_backend_dev_count()):
        device = ctypes.c_void_p(registry.ggml_backend_dev_get(index))
        if registry.ggml_backend_dev_type(device) not in _GPU_KINDS:
            continue
        free, total = ctypes.c_size_t(0), ctypes.c_size_t(0)
        registry.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        name = registry.ggml_backend_dev_name(device) or b"GPU"
        described = registry.ggml_backend_dev_description(device) or name
        found.append(
            LlamaDevice(
                name.decode("utf-8", "replace"),
                described.decode("utf-8", "replace"),
                int(free.value),
                int(total.value),
            )
        )
    return found


def log_listener(llama: Any, keep: Callable[[str], object]) -> Any:
    """Return a function for llama.cpp that hands its warnings and errors to `keep`, a line each.

    It must live for as long as the library may call it.
    """
    level_before = _ERROR

    def hear(level: int, text: bytes | None, _: Any) -> None:
        nonlocal level_before
        level_before = level = level_before if level == _CONTINUED else level
        if level in (_WARNING, _ERROR) and text:
            keep(text.decode("utf-8", "replace").strip())

    return llama.llama_log_callback(hear)


@contextmanager
def heard_log(llama: Any) -> Iterator[list[str]]:
    """Collect the warnings and errors that llama.cpp logs meanwhile; nothing of it is shown.

    Who heard them before hears them too, and alone again afterwards.
    """
    before, data = llama.llama_log_callback(), ctypes.c_void_p()
    llama.llama_log_get(ctypes.byref(before), ctypes.byref(data))
    lines: list[str] = []

    def keep(line: str) -> None:
        if len(lines) < _KEPT_LINES:
            lines.append(line)
        before(_ERROR, line.encode(), None)

    callback = log_listener(llama, keep)
    llama.llama_log_set(callback, ctypes.c_void_p(0))
    try:
        yield lines
    finally:
        llama.llama_log_set(before, data)


def told(family: str, on_gpu: int, everything: int) -> str:
    """Return what a model runs on, for a person: "GPU (CUDA), 20 of 33 layers"."""
    if on_gpu >= everything:
        return f"GPU ({family}), all layers"
    return f"GPU ({family}), {on_gpu} of {everything} layers"


def _is_cuda_build() -> bool:
    spec = util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return False
    folder = Path(spec.origin).parent / "lib"
    return any(folder.glob("libggml-cuda.*")) or any(folder.glob("ggml-cuda.*"))


def ggml_function(llama: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    """Return a function of ggml, ready to be called; None where this version keeps it to itself."""
    from llama_cpp import _ggml

    places = [_ggml.libggml]
    # Windows looks a function up in one library only; part of them are in ggml's base.
    base = Path(llama.__file__).parent / "lib" / "ggml-base.dll"
    if base.is_file():
        places.append(ctypes.CDLL(str(base)))
    function = next((getattr(place, name) for place in places if hasattr(place, name)), None)
    if function is not None:
        function.restype, function.argtypes = result, arguments
    return function


def _registry(llama: Any) -> Any:
    """Return ggml's registry of devices, None where this version keeps it out of reach."""
    sizes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(ctypes.c_size_t)]
    signatures: tuple[tuple[str, Any, list[Any]], ...] = (
        ("ggml_backend_dev_count", ctypes.c_size_t, []),
        ("ggml_backend_dev_get", ctypes.c_void_p, [ctypes.c_size_t]),
        ("ggml_backend_dev_type", ctypes.c_int, [ctypes.c_void_p]),
        ("ggml_backend_dev_name", ctypes.c_char_p, [ctypes.c_void_p]),
        ("ggml_backend_dev_description", ctypes.c_char_p, [ctypes.c_void_p]),
        ("ggml_backend_dev_memory", None, sizes),
    )
    found = {name: ggml_function(llama, name, *how) for name, *how in signatures}
    if None in found.values():
        return None
    return SimpleNamespace(**found)

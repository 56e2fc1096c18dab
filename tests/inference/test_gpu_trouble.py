from __future__ import annotations

import pytest

from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble, gpu_error, trouble_in

SAID = [
    ("CUDA failed with error out of memory", Cause.MEMORY),
    ("ggml_backend_cuda_buffer_type_alloc_buffer: allocating 4600.00 MiB on device 0: "
     "cudaMalloc failed: out of memory", Cause.MEMORY),
    ("unable to allocate CUDA0 buffer", Cause.MEMORY),
    ("failed to allocate buffer for kv cache", Cause.MEMORY),
    ("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : BFCArena::AllocateRawInternal Failed to "
     "allocate memory for requested buffer of size 4194304", Cause.MEMORY),
    ("cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED", Cause.MEMORY),
    ("error: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
     Cause.MEMORY),
    ("CUDA error: all CUDA-capable devices are busy or unavailable", Cause.LOST),
    ("CUDA failed with error CUDA driver version is insufficient for CUDA runtime version",
     Cause.OLD_DRIVER),
    ("CUDA failure 35: CUDA driver version is insufficient", Cause.OLD_DRIVER),
    ("no kernel image is available for execution on the device", Cause.OLD_DRIVER),
    ("CUDA failed with error unspecified launch failure", Cause.LOST),
    ("CUDA failure 700: an illegal memory access was encountered", Cause.LOST),
    ("vk::Device::waitForFences: ErrorDeviceLost, VK_ERROR_DEVICE_LOST", Cause.LOST),
    ("Unable to determine the device handle: GPU is lost.", Cause.LOST),
    ("This CTranslate2 package was not compiled with CUDA support", Cause.NO_SUPPORT),
    ("Requested float16 compute type, but the target device or backend do not support efficient "
     "float16 computation.", Cause.NO_SUPPORT),
    ("CUDA failed with error no CUDA-capable device is detected", Cause.NO_GPU),
    ("CUDA failed with error invalid device ordinal", Cause.NO_GPU),
]  # fmt: skip


@pytest.mark.parametrize(("words", "cause"), SAID)
def test_what_the_libraries_say_is_understood(words: str, cause: Cause) -> None:
    trouble = trouble_in(words)
    assert trouble is not None
    assert trouble.cause is cause


@pytest.mark.parametrize(
    ("words", "library"),
    [
        ("Library libcublas.so.12 is not found or cannot be loaded", "libcublas.so.12"),
        ("Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: "
         "cannot open shared object file: No such file or directory", "libcublasLt.so.12"),
        ("Failed to load shared library '/x/lib/libllama.so': libcudart.so.12: cannot open shared "
         "object file: No such file or directory", "libcudart.so.12"),
        ("Could not find module 'C:\\x\\cublas64_12.dll' (or one of its dependencies).",
         "cublas64_12.dll"),
        ('LoadLibrary failed with error 126 "" when trying to load "C:\\o\\onnxruntime_providers_'
         'cuda.dll" which depends on "cudnn64_9.dll" which is missing.', "cudnn64_9.dll"),
    ],
)  # fmt: skip
def test_a_missing_library_is_named(words: str, library: str) -> None:
    trouble = trouble_in(words)
    assert trouble == Trouble(Cause.LIBRARY, library)


@pytest.mark.parametrize("name", ["libcuda.so.1", "nvcuda.dll"])
def test_the_drivers_own_library_is_no_package(name: str) -> None:
    trouble = trouble_in(f"{name}: cannot open shared object file: No such file or directory")
    assert trouble is not None
    assert trouble.cause is Cause.NO_GPU


def test_other_words_tell_of_no_gpu() -> None:
    assert trouble_in("File model.bin is incomplete") is None
    assert gpu_error("Something else.").trouble.cause is Cause.UNKNOWN
    assert gpu_error(RuntimeError("out of memory")).trouble.cause is Cause.MEMORY


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_says_what_happened_and_what_to_do(cause: Cause) -> None:
    sentence = Trouble(cause, "libx.so.1", "libx.so.2").sentence("Whisper tiny")
    happened, _, to_do = sentence.partition(". ")
    assert "Whisper tiny" in happened
    assert "processor" in happened
    assert to_do.endswith((".", "!"))
    assert str(GpuError(Trouble(cause)))

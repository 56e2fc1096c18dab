"""What the installed libraries can do with a GPU, asked without loading a model.

Rule: each question is asked on the thread that is about to load that kind of model, as it imports
its library. What keeps a library from the GPU is raised as a GpuError.
"""

from __future__ import annotations

from her_desktop.inference.gpu_libraries import (
    RECOGNITION,
    open_cuda_libraries,
    package_folders,
)
from her_desktop.inference.gpu_llama import LlamaDevice, engine, gpu_devices
from her_desktop.inference.gpu_onnx import require_cuda
from her_desktop.inference.gpu_plan import FLOAT16, INT8_FLOAT16
from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble, gpu_error
from her_desktop.inference.llama_abort import AbortWatch

_FORMATS = (FLOAT16, INT8_FLOAT16)
_OLD_CARDS_FORMATS = ("float32", "int8_float32")


class Probes:
    """Asks the libraries; tests put a scripted one in its place. Any worker's thread."""

    def recognizer_formats(self, card: int) -> tuple[str, ...]:
        """Return the number formats in which a card can recognise speech, the best first."""
        libraries = open_cuda_libraries(RECOGNITION)
        if libraries.trouble is not None:
            raise GpuError(libraries.trouble)
        import ctranslate2

        try:
            known = ctranslate2.get_supported_compute_types("cuda", card)
        except (RuntimeError, ValueError) as error:
            raise gpu_error(error) from error
        formats = tuple(name for name in (*_FORMATS, *_OLD_CARDS_FORMATS) if name in known)
        if not formats:
            raise GpuError(Trouble(Cause.NO_SUPPORT))
        # A card that is quick in float16 needs the formats of older ones for nothing.
        return tuple(name for name in formats if name in _FORMATS) or formats

    def llama_devices(self) -> list[LlamaDevice]:
        """Return the GPUs that this build of llama.cpp can use. Raises ModelError."""
        return gpu_devices(engine())

    def listen_for_aborts(self, watch: AbortWatch) -> None:
        """Have llama.cpp tell before it ends the process. Raises ModelError."""
        watch.listen(engine())

    def require_voice(self) -> None:
        """Make sure that a voice can run on CUDA. Raises GpuError."""
        require_cuda()

    def is_set_up(self) -> bool:
        """Tell whether any of NVIDIA's own packages is installed."""
        return bool(package_folders())

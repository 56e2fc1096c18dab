"""What keeps a GPU from being used, told apart by what its libraries say, in one sentence each.

Every library has words of its own for a full memory or a missing file, and some of them fall back
to the processor without a word. Rule: pure; no library is asked anything. A sentence names the
model it is about, because several run at once, and says what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from her_desktop.inference.protocols import ModelError

INSTALL_CUDA = "`python3 packaging/start.py --cuda`"


class Cause(StrEnum):
    """Why a model is not on the GPU although it should be."""

    MEMORY = "memory"
    LIBRARY = "library"
    OTHER_VERSION = "other-version"
    OLD_DRIVER = "old-driver"
    LOST = "lost"
    NO_GPU = "no-gpu"
    NO_SUPPORT = "no-support"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Trouble:
    """A cause, and the file it is about where it is about one."""

    cause: Cause
    library: str = ""
    instead: str = ""
    """The file of another version that was found in its place."""

    def sentence(self, model: str) -> str:
        """Return what happened and what to do, for the model of that name."""
        match self.cause:
            case Cause.MEMORY:
                return (
                    f"{model} does not fit into the GPU's memory and runs on the processor. "
                    "Close other programs that use the GPU, or choose a smaller model."
                )
            case Cause.LIBRARY:
                return (
                    f"{model} runs on the processor, because the GPU library {self.library} is "
                    f"missing. Run {INSTALL_CUDA} once."
                )
            case Cause.OTHER_VERSION:
                return (
                    f"{model} runs on the processor, because the GPU library {self.library} is "
                    f"needed and only {self.instead} is there. Run {INSTALL_CUDA} once."
                )
            case Cause.OLD_DRIVER:
                return (
                    f"{model} runs on the processor, because the graphics driver is too old for "
                    "CUDA 12. Install a newer driver, 525 or later."
                )
            case Cause.LOST:
                return (
                    f"The GPU stopped answering, so {model} now runs on the processor. Restart "
                    "the computer if the GPU stays away."
                )
            case Cause.NO_GPU:
                return (
                    f"{model} runs on the processor, because no GPU answers. Check that the "
                    "graphics driver is installed."
                )
            case Cause.NO_SUPPORT:
                return (
                    f"{model} runs on the processor, because the installed engine knows no GPU. "
                    f"Run {INSTALL_CUDA} once."
                )
            case Cause.UNKNOWN:
                return (
                    f"The GPU failed with {model}, which now runs on the processor. The log has "
                    "the details; a newer graphics driver often helps."
                )


class GpuError(ModelError):
    """A model could not be loaded, or go on, on the GPU; on the processor it may."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep the trouble; whoever knows the model's name makes the sentence anew."""
        super().__init__(trouble.sentence("The model"))
        self.trouble = trouble


_LIBRARY = re.compile(r"(?:lib[\w.+-]+?\.so[\w.]*|[\w-]+\.dll|lib[\w.-]+?\.dylib)", re.IGNORECASE)
_ABSENT = re.compile(
    r"cannot open shared object file|is not found or cannot be loaded|could not find module|"
    r"which is missing|no such file|image not found|cannot be loaded",
    re.IGNORECASE,
)
_CAUSES = (
    (
        Cause.OLD_DRIVER,
        r"driver version is insufficient|CUDA failure 35\b|version mismatch|system has unsupported "
        r"display driver|no kernel image is available|PTX .*unsupported toolchain",
    ),
    (
        Cause.LOST,
        r"device is lost|fallen off the bus|GPU is lost|unspecified launch failure|illegal memory "
        r"access|device-side assert|launch timed out|uncorrectable ECC|hardware stack error|"
        r"context is destroyed|DEVICE_LOST|devices are busy or unavailable|"
        r"CUDA failure (?:46|700|719|702)\b",
    ),
    (
        Cause.MEMORY,
        r"out of memory|failed to allocate memory|unable to allocate|failed to allocate|"
        r"CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|OutOfDeviceMemory|bad allocation|"
        r"not enough (?:GPU|device) memory|insufficient memory|CUDA failure 2\b",
    ),
    (
        Cause.NO_SUPPORT,
        r"not compiled with CUDA|without CUDA support|do not support efficient|not in available "
        r"provider|unsupported device cuda",
    ),
    (
        Cause.NO_GPU,
        r"no CUDA-capable device|no CUDA devices?|CUDA failure 100\b|invalid device ordinal|"
        r"no NVIDIA",
    ),
)  # fmt: skip
_PATTERNS = tuple((cause, re.compile(words, re.IGNORECASE)) for cause, words in _CAUSES)


def trouble_in(words: str) -> Trouble | None:
    """Return the trouble with a GPU that a library's words tell of, None where they tell of none.

    A missing file is named by the library that misses it last: "Failed to load A with error: B:
    cannot open" is about B.
    """
    absent = _ABSENT.search(words)
    if absent:
        before = _LIBRARY.findall(words[: absent.start()])
        names = before or _LIBRARY.findall(words)
        if names:
            # The driver brings this one, and no package can.
            of_driver = names[-1].startswith(("libcuda.so", "nvcuda.dll"))
            return Trouble(Cause.NO_GPU if of_driver else Cause.LIBRARY, names[-1])
    for cause, pattern in _PATTERNS:
        if pattern.search(words):
            return Trouble(cause)
    return None


def gpu_error(said: BaseException | str) -> GpuError:
    """Return the error to raise for what a library said on the GPU, UNKNOWN where that is dark."""
    return GpuError(trouble_in(str(said)) or Trouble(Cause.UNKNOWN))

"""CUDA's libraries out of the packages that bring them, opened before anybody asks for them.

The packages of the `cuda` extra lie in site-packages, where no system looks for a library.
CTranslate2 and onnxruntime open theirs by bare name, which succeeds once a library of that name is
in the process. So they are opened here first, each after those it needs itself, and nobody has to
set LD_LIBRARY_PATH.

Rule: any thread may call it, and again: what is open stays open and is not opened twice. It keeps
nothing and raises nothing; what is missing is named.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from her_desktop.inference.gpu_trouble import Cause, Trouble

_log = logging.getLogger(__name__)

RECOGNITION = ("cublasLt", "cublas")
"""What CTranslate2 opens; the CUDA runtime is part of it."""
LANGUAGE = ("cudart", "cublasLt", "cublas")
"""What a CUDA build of llama.cpp is linked to."""
VOICE = ("cudart", "nvrtc", "nvJitLink", "cublasLt", "cublas", "cufft", "curand", "cudnn")
"""What onnxruntime's CUDA provider is linked to, cuDNN last, as it uses most of the others."""

_OPTIONAL = frozenset({"nvrtc", "nvJitLink"})
"""Needed in some versions of those that need them; their absence alone stops nothing."""
_LINUX = {
    "cudart": "libcudart.so.12",
    "nvrtc": "libnvrtc.so.12",
    "nvJitLink": "libnvJitLink.so.12",
    "cublasLt": "libcublasLt.so.12",
    "cublas": "libcublas.so.12",
    "cufft": "libcufft.so.11",
    "curand": "libcurand.so.10",
    "cudnn": "libcudnn.so.9",
}
_WINDOWS = {
    "cudart": "cudart64_12.dll",
    "nvrtc": "nvrtc64_120_0.dll",
    "nvJitLink": "nvJitLink_120_0.dll",
    "cublasLt": "cublasLt64_12.dll",
    "cublas": "cublas64_12.dll",
    "cufft": "cufft64_11.dll",
    "curand": "curand64_10.dll",
    "cudnn": "cudnn64_9.dll",
}

Open = Callable[[str], object]


@dataclass(frozen=True)
class CudaLibraries:
    """Which libraries are open now, and what keeps the first missing one from being so."""

    opened: tuple[str, ...]
    missing: tuple[str, ...] = ()
    instead: str = ""
    """A file of another version of the first missing one."""

    @property
    def trouble(self) -> Trouble | None:
        """What to tell the user; None where everything needed is open."""
        if not self.missing:
            return None
        if self.instead:
            return Trouble(Cause.OTHER_VERSION, self.missing[0], self.instead)
        return Trouble(Cause.LIBRARY, self.missing[0])


def package_folders() -> list[Path]:
    """Return the folders of NVIDIA's packages that hold libraries; none where there are none."""
    spec = util.find_spec("nvidia")
    roots = list(spec.submodule_search_locations or ()) if spec else []
    inner = "bin" if sys.platform == "win32" else "lib"
    return sorted(folder for root in roots for folder in Path(root).glob(f"*/{inner}"))


def open_cuda_libraries(
    needed: Sequence[str],
    folders: Iterable[Path] | None = None,
    *,
    system: str = sys.platform,
    open_library: Open | None = None,
    add_folder: Callable[[str], object] | None = None,
) -> CudaLibraries:
    """Open the libraries `needed` (words of `RECOGNITION`, `LANGUAGE`, `VOICE`) in that order.

    Each is taken from `folders` (default: NVIDIA's packages), else from where the system finds
    one of its name. On macOS there is none, and nothing is missing.
    """
    if system == "darwin":
        return CudaLibraries(())
    names = _WINDOWS if system == "win32" else _LINUX
    places = list(package_folders() if folders is None else folders)
    opener = open_library or _open_globally
    if system == "win32":
        # A DLL finds its neighbours in these folders only; they stay known until the process ends.
        add = add_folder or getattr(os, "add_dll_directory")  # noqa: B009 - Windows alone has it
        for place in places:
            add(str(place))
    opened: list[str] = []
    missing: list[str] = []
    for word in needed:
        name = names[word]
        if any(_opens(opener, candidate) for candidate in _candidates(name, places)):
            opened.append(name)
        elif word not in _OPTIONAL:
            missing.append(name)
    return CudaLibraries(
        tuple(opened), tuple(missing), _other_version(missing[0], places) if missing else ""
    )


def _candidates(name: str, places: Iterable[Path]) -> list[str]:
    return [*(str(place / name) for place in places if (place / name).is_file()), name]


def _opens(opener: Open, name: str) -> bool:
    try:
        opener(name)
    except OSError as error:
        _log.info("%s cannot be opened: %s", name, error)
        return False
    return True


def _open_globally(name: str) -> object:
    # Global, so that a library that was linked to another one by name finds its functions.
    return ctypes.CDLL(name, mode=getattr(ctypes, "RTLD_GLOBAL", 0))


def _other_version(name: str, places: Iterable[Path]) -> str:
    """Return the file name of another version of a library, "" where there is none."""
    stem = name.split(".so", 1)[0] if ".so" in name else name.rsplit("64_", 1)[0]
    pattern = f"{stem}.so.*" if ".so" in name else f"{stem}64_*.dll"
    found = [path.name for place in places for path in sorted(place.glob(pattern))]
    return next((other for other in found if other != name), "")

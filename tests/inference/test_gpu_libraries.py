from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.inference.gpu_libraries import (
    LANGUAGE,
    RECOGNITION,
    VOICE,
    CudaLibraries,
    open_cuda_libraries,
    package_folders,
)
from her_desktop.inference.gpu_trouble import Cause


class Loader:
    """Opens what a list allows, and keeps the order."""

    def __init__(self, *known: str) -> None:
        self.known = known
        self.opened: list[str] = []
        self.folders: list[str] = []

    def __call__(self, name: str) -> None:
        if "/" not in name and name not in self.known:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        self.opened.append(name)


def packages(folder: Path, *files: str) -> list[Path]:
    """Lay files out as NVIDIA's packages do: "cublas/lib/libcublas.so.12"."""
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return sorted({(folder / name).parent for name in files})


def opened(
    loader: Loader, *words: str, folders: list[Path], system: str = "linux"
) -> CudaLibraries:
    return open_cuda_libraries(
        words, folders, system=system, open_library=loader, add_folder=loader.folders.append
    )


def test_each_is_opened_after_those_it_needs_from_its_package(tmp_path: Path) -> None:
    folders = packages(
        tmp_path,
        "cublas/lib/libcublas.so.12",
        "cublas/lib/libcublasLt.so.12",
        "cuda_runtime/lib/libcudart.so.12",
    )
    loader = Loader()
    libraries = opened(loader, *LANGUAGE, folders=folders)
    assert [Path(name).name for name in loader.opened] == [
        "libcudart.so.12",
        "libcublasLt.so.12",
        "libcublas.so.12",
    ]
    assert all(name.startswith(str(tmp_path)) for name in loader.opened)
    assert libraries.trouble is None


def test_what_no_package_brings_the_system_may_have() -> None:
    loader = Loader("libcublasLt.so.12", "libcublas.so.12")
    assert opened(loader, *RECOGNITION, folders=[]).trouble is None
    assert loader.opened == ["libcublasLt.so.12", "libcublas.so.12"]


def test_a_missing_one_is_named(tmp_path: Path) -> None:
    folders = packages(tmp_path, "cublas/lib/libcublasLt.so.12")
    libraries = opened(Loader(), *RECOGNITION, folders=folders)
    assert libraries.missing == ("libcublas.so.12",)
    trouble = libraries.trouble
    assert trouble is not None
    assert trouble.cause is Cause.LIBRARY
    assert "libcublas.so.12" in trouble.sentence("Whisper")


@pytest.mark.parametrize(
    ("system", "there", "wanted"),
    [
        ("linux", "cu13/lib/libcublasLt.so.13", "libcublasLt.so.12"),
        ("win32", "cu13/bin/cublasLt64_13.dll", "cublasLt64_12.dll"),
    ],
)
def test_another_version_in_its_place_is_named_too(
    tmp_path: Path, system: str, there: str, wanted: str
) -> None:
    libraries = opened(Loader(), *RECOGNITION, folders=packages(tmp_path, there), system=system)
    trouble = libraries.trouble
    assert trouble is not None
    assert (trouble.cause, trouble.library) == (Cause.OTHER_VERSION, wanted)
    assert trouble.instead == Path(there).name
    sentence = trouble.sentence("Whisper")
    assert wanted in sentence
    assert Path(there).name in sentence


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    folders = packages(tmp_path, "cublas/lib/libcublas.so.12")

    def refuse(name: str) -> None:
        raise OSError(f"{name}: file too short")

    libraries = open_cuda_libraries(["cublas"], folders, system="linux", open_library=refuse)
    assert libraries.missing == ("libcublas.so.12",)


def test_some_are_needed_only_by_some_versions() -> None:
    needed = [
        "libcudart.so.12",
        "libcublasLt.so.12",
        "libcublas.so.12",
        "libcufft.so.11",
        "libcurand.so.10",
        "libcudnn.so.9",
    ]
    loader = Loader(*needed)
    assert opened(loader, *VOICE, folders=[]).trouble is None
    assert loader.opened == needed


def test_windows_is_told_of_every_folder_first(tmp_path: Path) -> None:
    files = ("cublas/bin/cublas64_12.dll", "cublas/bin/cublasLt64_12.dll", "cudnn/bin/x.dll")
    folders = packages(tmp_path, *files)
    loader = Loader()
    assert opened(loader, *RECOGNITION, folders=folders, system="win32").trouble is None
    assert loader.folders == [str(folder) for folder in folders]
    assert [Path(name).name for name in loader.opened] == ["cublasLt64_12.dll", "cublas64_12.dll"]


def test_there_is_nothing_to_miss_on_a_mac() -> None:
    assert opened(Loader(), *VOICE, folders=[], system="darwin").trouble is None


def test_a_real_library_is_opened_for_all_to_find() -> None:
    # The C library stands in for CUDA's: the real loader must say of a missing one that it is.
    real = open_cuda_libraries(RECOGNITION, [], system="linux")
    assert set(real.opened) | set(real.missing) == {"libcublasLt.so.12", "libcublas.so.12"}
    assert all(folder.is_dir() for folder in package_folders())

from __future__ import annotations

from pathlib import Path

import pytest

from her_desktop.inference.llama import _amx_is_sound


@pytest.mark.parametrize(
    ("built_by", "sound"),
    [
        (b"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0", False),
        (b"GCC: (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0", False),
        (b"GCC: (GNU) 10.5.0", False),
        (b"GCC: (GNU) 12.4.0", True),
        (b"GCC: (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0", True),
        (b"GCC: (Debian 14.2.0-19) 14.2.0", True),
        (b"GCC: (GNU) 12.2.0\0-march=native\0-fno-tree-dse\0", True),
        (b"Debian clang version 19.1.7", True),
    ],
)
def test_amx_is_left_alone_where_the_compiler_spoils_it(
    tmp_path: Path, built_by: bytes, sound: bool
) -> None:
    (tmp_path / "libggml-cpu.so").write_bytes(b"\x7fELF\0code\0" + built_by + b"\0")
    assert _amx_is_sound(tmp_path) is sound


def test_another_platforms_library_is_no_gcc_product(tmp_path: Path) -> None:
    (tmp_path / "ggml-cpu.dll").write_bytes(b"MZ")
    assert _amx_is_sound(tmp_path) is True

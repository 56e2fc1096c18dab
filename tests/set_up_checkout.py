"""A copy of the checkout that sets itself up with a small script in uv's place.

The stand-in makes a real environment and a her-desktop that prints; what it was asked goes into a
journal. Nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

STAND_IN = """#!/bin/sh
case "$*" in
--version) echo uv 0.13.8; exit 0 ;;
esac
echo "$*" >> "$JOURNAL"
case "$*" in
venv*)
    for last; do :; done
    "{python}" -I -m venv --without-pip "$last" || exit 1 ;;
"pip sync"*GGML_CUDA=on*)
    # A compiler that does not suit the system's own, if a file says so.
    [ ! -e "$UNSUITABLE" ] || exit 1 ;;
"pip sync"*)
    if [ -p "$BROKEN" ]; then
        echo > "$BROKEN"
        exec sleep 100
    elif [ -e "$BROKEN" ]; then
        echo "first line of a long story"
        echo "the compiler says no"
        exit 3
    fi ;;
"pip install"*--only-binary*)
    # The index of built engines has one if a file says so.
    [ -e "$WHEEL" ] || exit 1 ;;
"pip install"*)
    for last; do :; done
    cat > "$last/.venv/bin/her-desktop" <<'END'
#!/bin/sh
echo "$#:$*"
exit 7
END
    chmod +x "$last/.venv/bin/her-desktop" ;;
esac
"""


class Checkout:
    """A copy of what set-up reads, and the ways to run it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "un dossier à moi"
        shutil.copytree(
            ROOT / "packaging",
            self.root / "packaging",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name in ("pyproject.toml", "hatch_build.py", "her_desktop/audio/native.c"):
            copy = self.root / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)
        self.journal = folder / "journal"
        self.broken = folder / "broken"
        self.wheel = folder / "wheel"
        self.unsuitable = folder / "unsuitable"
        self.tools = tools = folder / "tools"
        tools.mkdir()
        uv = tools / "uv"
        uv.write_text(STAND_IN.replace("{python}", sys.executable), encoding="utf-8")
        uv.chmod(0o755)
        self.env = {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "JOURNAL": str(self.journal),
            "BROKEN": str(self.broken),
            "WHEEL": str(self.wheel),
            "UNSUITABLE": str(self.unsuitable),
        }

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start start.py from a folder that has nothing to do with it."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "packaging" / "start.py"), *arguments],
            cwd=tempfile.gettempdir(),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def install_driver(self, version: int = 12_090, gpus: int = 1, trouble: int = 0) -> None:
        """Put a small library that tells of so many GPUs in the place of NVIDIA's driver."""
        library = self.tools / "libcuda.so.1"
        source = (
            f"int cuDriverGetVersion(int *told) {{ *told = {version}; return 0; }}\n"
            f"int cuInit(unsigned flags) {{ return {trouble}; }}\n"
            f"int cuDeviceGetCount(int *told) {{ *told = {gpus}; return 0; }}\n"
        )
        compiler = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)]
        subprocess.run(compiler, check=True, input=source, text=True)
        self.env["LD_LIBRARY_PATH"] = str(self.tools)

    def install_nvcc(self, release: str) -> Path:
        """Put a compiler that only tells its release on the path."""
        compiler = self.tools / "nvcc"
        compiler.write_text(f"#!/bin/sh\necho release {release}, V{release}.86\n", encoding="utf-8")
        compiler.chmod(0o755)
        return compiler

    def start(self, *arguments: str) -> tuple[int, str, str]:
        """Run start.py to its end; return its status and what it printed on both ways out."""
        with self.begin(*arguments) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def asked(self) -> list[str]:
        """Return what uv has been asked since this was last called, by its first two words."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        self.journal.unlink()
        words = [line.split() for line in lines]
        return [each[0] if each[0] == "venv" else " ".join(each[:2]) for each in words]


FROM_NOTHING = ["venv", "pip sync", "pip install"]
REFRESH = ["pip sync", "pip install"]

"""Write the locked requirements anew from pyproject.toml; for those who work on her_desktop.

    python3 packaging/lock.py [--upgrade] [OTHER OPTIONS OF uv pip compile]

Rule: what it writes names no index, so that everyone's own is used. Needs uv on PATH, of the
version that `requirements-uv.txt` pins or a newer one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Sequence

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent

_COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--python-version", "3.11"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
)
# Every extra and group that is locked into a file.
_LOCKS = {
    "requirements.txt": "--extra cpu --extra starter --group build",
    "requirements-test.txt": "--extra cpu --extra starter --group build --group test",
    "requirements-cuda.txt": "--extra cuda --extra starter --group build",
    "requirements-cuda-test.txt": "--extra cuda --extra starter --group build --group test",
}
# What building llama-cpp-python asks for; cmake and ninja are named nowhere in its metadata,
# its build backend adds them where the machine has none.
_ENGINE_BUILD = ["scikit-build-core[pyproject]>=0.9.2", "cmake>=3.21", "ninja>=1.5"]
_UV = ["uv>=0.13"]


def main(options: Sequence[str]) -> int:
    """Write the locked files; `options` go to uv. Return 0, or uv's own exit status."""
    try:
        for name, selection in _LOCKS.items():
            _compile(name, [*selection.split(), *options, "pyproject.toml"])
        with tempfile.TemporaryDirectory() as folder:
            for name, requirements in (
                ("requirements-build.txt", _ENGINE_BUILD),
                ("requirements-uv.txt", _UV),
            ):
                source = Path(folder) / name
                source.write_text("\n".join(requirements) + "\n", encoding="utf-8")
                # Annotations would name the temporary file.
                _compile(name, ["--no-annotate", *options, str(source)])
    except FileNotFoundError:
        print("uv is not on PATH: install it, then run this again.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def _compile(name: str, arguments: Sequence[str]) -> None:
    # Relative paths, because uv repeats them in what it writes.
    target = str(Path(PACKAGING.name) / name)
    command = [*_COMPILE, *arguments, "--output-file", target]
    print(f"Locking {target}", flush=True)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Files that are there whole or not at all: written beside their place, and put there in one step.

Whoever reads meanwhile, or after the program has crashed, finds the old file or the new one. To
outlive a failure of the whole machine a file must also wait for the disk, which may take long: what
the user chose or brought is worth that, what can be learned or made again is not.

Rule: standard library only; blocks; any thread.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool) -> None:
    """Let `path` be a file of this content, which the user alone may read; its folder is made.

    With `durable` it is on the disk when this returns. Raises OSError, and changes nothing then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

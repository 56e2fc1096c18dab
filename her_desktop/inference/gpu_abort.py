"""llama.cpp's last words, where a GPU's failure makes it end the process.

Most faults of a GPU come back as an error; one in the middle of llama.cpp's own kernels does not:
it prints a message and aborts, and takes the whole program along. So the message is written to a
file before that, and the next start reads it: it says what happened, and leaves the GPU alone once.

Rule: `listen` is called on the thread that loads a model, before it does. The message names files
and functions of the library, and no speech.
"""

from __future__ import annotations

import ctypes
import logging
from pathlib import Path
from typing import Any

from her_desktop.inference.gpu_trouble import Cause, Trouble, trouble_in

_log = logging.getLogger(__name__)

_LONGEST = 2000
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_char_p)


class AbortNote:
    """Owns the file of last words, and the function that the library calls before it aborts."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is touched yet."""
        self._path = path
        # The library keeps its address: it must live as long as the process.
        self._callback = _CALLBACK(self._write)

    def listen(self, ggml: Any) -> bool:
        """Have the library tell before it aborts; False where this version cannot."""
        setter = getattr(ggml, "ggml_set_abort_callback", None)
        if setter is None:
            return False
        setter.restype, setter.argtypes = ctypes.c_void_p, [_CALLBACK]
        setter(self._callback)
        return True

    def taken(self) -> Trouble | None:
        """Return what ended the last run, once; None where nothing of the kind did."""
        try:
            words = self._path.read_text(encoding="utf-8", errors="replace")
            self._path.unlink()
        except OSError:
            return None
        _log.warning("the last run was ended by the language model's engine: %s", words)
        return trouble_in(words) or Trouble(Cause.UNKNOWN)

    def _write(self, message: bytes | None) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes((message or b"")[:_LONGEST])
        except OSError as error:
            # The process is about to end, whatever becomes of the note.
            _log.warning("its last words could not be kept: %s", error.strerror)

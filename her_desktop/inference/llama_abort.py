"""llama.cpp's abort, survived: its last words are kept, and the thread it happens on never returns.

What llama.cpp does not expect, it does not report: a card that is lost or full in the middle of a
computation, or a broken promise of its own. It calls `ggml_abort`, which calls a function of the
program's choice and then `abort()`, the end of the program. The function given to it here does not
return, so `abort()` is never reached. That thread is lost, and its model with it; whoever is told
goes on with another thread.

What that leaves behind, by the sources of ggml and llama.cpp that llama-cpp-python 0.3.36 brings:
- CUDA's errors are looked at on the thread that called llama.cpp, with no lock held that loading
  or running another model takes. The one to beware of is kept while a CUDA graph is recorded, and
  awaited where a CUDA context is freed: so what was lost is never freed.
- On the processor the others of a computation are OpenMP's threads, which end up asleep at its
  next barrier, and so does the caller where it is one of them that aborts. A build without OpenMP
  lets them spin there.
- The one place that others wait for is the first look at the machine's cards, at the first use of
  the library. An abort there leaves a language model that never comes to be loaded.
- Past `ggml_abort` go a signal and an exception that nobody catches, such as Vulkan's lost device:
  they end the program as they always did.

Rule: `listen` is called on the thread that loads a model, before it does. What the library calls
runs on whichever thread it likes, and calls nothing of the library.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from her_desktop.inference.gpu_llama import ggml_function, log_listener
from her_desktop.inference.gpu_trouble import Cause, Trouble, trouble_in
from her_desktop.inference.immortal import keep_for_good

_log = logging.getLogger(__name__)

_LONGEST = 2000
_KEPT_LINES = 4
"""What CUDA says before an abort: the cause, the place and the call."""
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_char_p)

Lost = Callable[[str], bool]


class AbortWatch:
    """Owns what llama.cpp calls: with every error that it logs, and before it aborts."""

    def __init__(self, lost: Lost, stay: Callable[[], object] | None = None) -> None:
        """`lost` is told the last words, on the thread that is lost, and must only hand them on.

        Where it returns False, nobody can take over, and the program ends as llama.cpp wants it.
        `stay` keeps the thread, for ever unless a test has other plans.
        """
        self._lost = lost
        self._stay = stay or threading.Event().wait
        # `abort` has a name for what it was called for, and none for what the card said before.
        self._errors: deque[str] = deque(maxlen=_KEPT_LINES)
        self._callback: Any = None

    def listen(self, llama: Any) -> bool:
        """Have the library tell before it aborts; False where this version cannot."""
        setter = ggml_function(llama, "ggml_set_abort_callback", ctypes.c_void_p, [_CALLBACK])
        if setter is None:
            return False
        if self._callback is None:
            self._callback = _CALLBACK(self.aborting)
            heard = log_listener(llama, self._errors.append)
            keep_for_good((self._callback, heard))
            llama.llama_log_set(heard, ctypes.c_void_p(0))
        setter(self._callback)
        return True

    def aborting(self, message: bytes | None) -> None:
        """Keep this thread for good; return only where the program is to end."""
        said = (message or b"").decode("utf-8", "replace")
        words = "\n".join([*self._errors, said])[-_LONGEST:]
        # Whatever a program does, its main thread has to do: nobody can take over from that one.
        if threading.current_thread() is not threading.main_thread() and self._lost(words):
            self._stay()


class AbortNote:
    """Owns the file in which a run leaves what its GPU died of, should the run die of it too.

    `write` is called on the thread that is lost, the rest by the worker that loads a model. The
    words name files and functions of the library, and no speech.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is touched yet."""
        self._path = path
        self._is_own = False

    def write(self, words: str) -> None:
        """Leave the words to the next run."""
        self._is_own = True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(words, encoding="utf-8")
        except OSError as error:
            # What it is for is only the case that this run ends here.
            _log.warning("its last words could not be kept: %s", error.strerror)

    def forget(self) -> None:
        """Take back what was written: this run goes on."""
        if self._is_own:
            self._is_own = False
            self._path.unlink(missing_ok=True)

    def taken(self) -> Trouble | None:
        """Return what ended the last run, once; None where nothing of the kind did."""
        if self._is_own:
            return None
        try:
            words = self._path.read_text(encoding="utf-8", errors="replace")
            self._path.unlink()
        except OSError:
            return None
        _log.warning("the last run was ended by the language model's engine: %s", words)
        return trouble_in(words) or Trouble(Cause.UNKNOWN)

"""What is known of the language model's engine breaking down, and who goes on after it did.

llama.cpp takes the thread with it that it fails on (see `llama_abort`). Then the turn under way
ends with a sentence, and another thread loads the model again: on the processor, where it was the
GPU that failed, and there it stays until the program is started again. The words of the failure
are on disk until that has worked: should the whole program end of it, the next start knows.

Rule: `happened` runs on the thread that is lost and only hands the news on; all else is called by
the worker that loads the language model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.gpu_trouble import Cause, Trouble, trouble_in
from her_desktop.inference.llama_abort import AbortNote, AbortWatch

_log = logging.getLogger(__name__)

_ON_GPU = (
    "The GPU stopped in the middle of the answer. The processor is taking over: please ask again "
    "in a moment."
)
_ON_PROCESSOR = (
    "The language model's engine broke down in the middle of the answer and is being started "
    "anew. Please ask again in a moment."
)


@dataclass(frozen=True)
class Breakdown:
    """What the engine said last, and the model that it had, by its name."""

    words: str
    model: str
    on_gpu: bool

    @property
    def trouble(self) -> Trouble:
        """What was the matter with the GPU."""
        return trouble_in(self.words) or Trouble(Cause.UNKNOWN)


class Breakdowns:
    """Owns the watch on llama.cpp, the note for the next start and what the last failure was."""

    def __init__(self, note: Path, lose: Callable[[str], bool]) -> None:
        """`note` is the file; `lose` has the model's worker replaced, and says if that is so."""
        self._note = AbortNote(note)
        self._lose = lose
        self._watch = AbortWatch(self.happened)
        self._model, self._on_gpu = "", False
        self._last: Breakdown | None = None
        self._untold: Breakdown | None = None

    def expect(self, probes: Probes) -> None:
        """Have the engine tell before it ends the program. Raises ModelError where it is none."""
        probes.listen_for_aborts(self._watch)

    def at(self, model: str, *, on_gpu: bool) -> None:
        """Note that a model is about to be loaded on the GPU, or on the processor."""
        self._model, self._on_gpu = model, on_gpu

    def happened(self, words: str) -> bool:
        """Take note of a breakdown; return whether another thread will go on."""
        # All before the other thread can ask for it.
        self._last = self._untold = Breakdown(words, self._model, self._on_gpu)
        if self._on_gpu:
            self._note.write(words)
        return self._lose(_ON_GPU if self._on_gpu else _ON_PROCESSOR)

    def against_gpu(self, model: str) -> Trouble | None:
        """Return why a model is to be kept off the GPU, None where nothing speaks against it.

        A full memory speaks against the model that filled it, and against no other.
        """
        last = self._last
        if last is not None and last.on_gpu:
            small_enough = last.trouble.cause is Cause.MEMORY and last.model != model
            return None if small_enough else last.trouble
        return self._note.taken()

    def survived(self) -> str:
        """Note that a model has been loaded; return what to say of a breakdown before, or "".

        One of the GPU has been told of by then, as the reason why the processor is used.
        """
        last, self._untold = self._untold, None
        if last is None:
            return ""
        self._note.forget()
        _log.warning("the language model's engine broke down: %s", last.words)
        if last.on_gpu:
            return ""
        return (
            f"The engine of {last.model} broke down and was started anew. If that happens again, "
            "choose another model."
        )

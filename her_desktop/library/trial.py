"""Trying a model before it is used: a sentence spoken, a question answered, a recording understood.

The model is loaded aside, on a thread of its own, and let go of at once: the conversation and its
models know nothing of it. What it says is for the window; a sound is handed to whoever plays.
Rule: methods are called on the window's thread and return at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.conversation.events import Event
from her_desktop.inference.protocols import LanguageModel, ModelError, Recognizer, Voice
from her_desktop.library.lane import Lane
from her_desktop.library.news import Phase, TrialMoved

_log = logging.getLogger(__name__)

_LONGEST_ANSWER = 400
"""Letters of an answer after which a trial has shown enough."""

M = TypeVar("M", Recognizer, LanguageModel, Voice)


@dataclass(frozen=True)
class Loaders:
    """How a model of each kind is loaded by its id; called on the trials' thread, may raise."""

    recognizer: Callable[[str], Recognizer]
    language_model: Callable[[str], LanguageModel]
    voice: Callable[[str], Voice]


class Trials:
    """Owns the thread that models are tried on, one at a time."""

    def __init__(
        self, loaders: Loaders, tell: Callable[[Event], None], play: Callable[[Pcm, int], None]
    ) -> None:
        """Begin with nothing to try; `tell` and `play` (sound, Hz) are called on any thread."""
        self._loaders = loaders
        self._tell = tell
        self._play = play
        self._lane = Lane("trial")
        self._cancelled = threading.Event()

    def speak(self, model_id: str, text: str) -> None:
        """Let a voice say `text`."""
        self._try(model_id, self._loaders.voice, lambda voice, off: self._spoken(voice, text, off))

    def answer(self, model_id: str, persona: str, question: str) -> None:
        """Let a language model answer `question`."""
        messages = [("system", persona), ("user", question)]

        def reply(mind: LanguageModel, off: threading.Event) -> tuple[str, float | None]:
            asked_at, wait, text = time.monotonic(), None, ""
            for piece in mind.reply(messages, off.is_set):
                wait = time.monotonic() - asked_at if wait is None else wait
                text += piece
                self._move(model_id, Phase.RUNNING, text=text, wait=wait)
                if len(text) > _LONGEST_ANSWER:
                    break
            return text.strip(), wait

        self._try(model_id, self._loaders.language_model, reply)

    def understand(self, model_id: str, pcm: Pcm) -> None:
        """Let a recogniser write down `pcm` (16 kHz)."""

        def write(ear: Recognizer, off: threading.Event) -> tuple[str, float | None]:
            asked_at = time.monotonic()
            text = ear.transcribe(pcm, off.is_set).text
            return text, time.monotonic() - asked_at

        self._try(model_id, self._loaders.recognizer, write)

    def cancel(self) -> None:
        """End the trial under way and those that wait."""
        self._cancelled.set()
        self._cancelled = threading.Event()

    def stop(self, timeout: float | None = None) -> bool:
        """End everything; False where the thread still runs after `timeout` seconds."""
        self.cancel()
        self._lane.stop()
        return self._lane.join(timeout)

    # --- on the lane ---------------------------------------------------------------------------

    def _spoken(self, voice: Voice, text: str, off: threading.Event) -> tuple[str, float | None]:
        asked_at, wait, pieces = time.monotonic(), None, []
        for pcm in voice.speak(text, off.is_set):
            wait = time.monotonic() - asked_at if wait is None else wait
            pieces.append(pcm)
        if pieces and not off.is_set():
            self._play(np.concatenate(pieces), voice.sample_rate_hz)
        return text, wait

    def _try(
        self,
        model_id: str,
        load: Callable[[str], M],
        use: Callable[[M, threading.Event], tuple[str, float | None]],
    ) -> None:
        off = self._cancelled
        self._move(model_id, Phase.LOADING)

        def carry_out() -> None:
            if off.is_set():
                self._move(model_id, Phase.CANCELLED)
                return
            try:
                model = load(model_id)
                try:
                    self._move(model_id, Phase.RUNNING)
                    text, wait = use(model, off)
                finally:
                    model.close()
            except ModelError as error:
                self._move(model_id, Phase.FAILED, message=str(error))
            except Exception as error:
                # The error's own words may quote the user; its kind is enough for the log.
                _log.error("a trial failed: %s", type(error).__name__)
                self._move(
                    model_id,
                    Phase.FAILED,
                    message="The model could not be tried out; please try another one.",
                )
            else:
                phase = Phase.CANCELLED if off.is_set() else Phase.DONE
                self._move(model_id, phase, text=text, wait=wait)

        self._lane.put(carry_out)

    def _move(
        self,
        model_id: str,
        phase: Phase,
        *,
        text: str = "",
        message: str = "",
        wait: float | None = None,
    ) -> None:
        event = TrialMoved(
            at=time.monotonic(), model=model_id, phase=phase, text=text, message=message, wait=wait
        )
        self._tell(event)

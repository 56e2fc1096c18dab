"""What takes care of the models beside their work: the library, the trials, what was measured.

Rule: puts them together and knows no Qt; used on the window's thread. Nothing runs before somebody
asks for something.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from her_desktop.audio.format import Pcm
from her_desktop.catalogue import hub_address
from her_desktop.conversation.events import Event, PlayRequested
from her_desktop.inference.opening import Opened
from her_desktop.inference.protocols import LanguageModel, Recognizer, Voice
from her_desktop.library.library import Library, Shelves
from her_desktop.library.machine import read_machine
from her_desktop.library.trial import Loaders, Trials
from her_desktop.metrics.model_speed import SpeedKeeper
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.profiles import Machine
from her_desktop.settings import Settings


class ModelCare:
    """Owns the library, the trials and the speeds of one session."""

    def __init__(
        self,
        paths: Paths,
        current: Callable[[], Settings],
        tell: Callable[[Event], None],
        send: Callable[[Event], None],
    ) -> None:
        """Begin at rest.

        `current` gives the settings in force and `send` reaches the conversation; both, and `tell`,
        are called on any thread and return at once.
        """
        self._paths = paths
        self._current = current
        self.speeds = SpeedKeeper(paths.speeds_file)
        self.library = Library(
            Shelves(
                models_dir=paths.models_dir,
                known=lambda: self._models().known,
                locate=lambda model: self._models().locate(model),
                in_use=self._in_use,
                opened=Opened(paths.opened_dir),
            ),
            tell,
            hub=hub_address(),
        )
        self.trials = Trials(
            Loaders(self._recognizer, self._language_model, self._voice),
            tell,
            lambda pcm, rate: _play(send, pcm, rate),
        )

    def machine(self) -> Machine:
        """Return the facts that decide which models fit."""
        return read_machine(self._paths.models_dir)

    def persona(self) -> str:
        """Return who the assistant is told to be."""
        return self._models().system_prompt

    def stop(self, timeout: float) -> bool:
        """Keep what was measured and end all threads; False where one still runs."""
        self.speeds.save()
        deadline = time.monotonic() + timeout
        # Told first and waited for last, so that all of them end side by side.
        self.trials.stop(0.0)
        library_ended = self.library.stop(timeout)
        return self.trials.stop(max(0.0, deadline - time.monotonic())) and library_ended

    def _models(self, **choices: str) -> Models:
        return Models(self._current().changed(**choices), self._paths)

    def _in_use(self) -> set[str]:
        settings = self._current()
        return {settings.stt_model, settings.llm_model, settings.tts_model}

    def _recognizer(self, model_id: str) -> Recognizer:
        return self._models(stt_model=model_id).load_recognizer()

    def _language_model(self, model_id: str) -> LanguageModel:
        return self._models(llm_model=model_id).load_language_model()

    def _voice(self, model_id: str) -> Voice:
        return self._models(tts_model=model_id).load_voice()


def _play(send: Callable[[Event], None], pcm: Pcm, sample_rate_hz: int) -> None:
    send(PlayRequested(at=time.monotonic(), pcm=pcm, sample_rate_hz=sample_rate_hz))

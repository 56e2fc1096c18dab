"""The wake phrases that come with a detector: microWakeWord's, small enough to run all day.

The package ships its models and their runtime (TensorFlow Lite), and reaches for no network. Rule:
one thread, the listener, uses a detector; the library is imported where one is made.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.inference.protocols import ModelError


class MicroWakeDetector:
    """Owns one phrase's model and the features of the sound so far. Used by the listener."""

    def __init__(self, phrase: str) -> None:
        """Load the detector of `phrase`, as the package names it ("hey_jarvis").

        Raises ModelError with a sentence for the user.
        """
        self._model: Any = None
        try:
            from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

            self._model = MicroWakeWord.from_builtin(Model(phrase))
            self._features: Any = MicroWakeWordFeatures()
        except Exception as error:
            # ctypes and the library raise classes without a common ancestor.
            raise ModelError(
                "The wake phrase cannot be listened for here. Choose a phrase of your own in the "
                "settings, or install the program again."
            ) from error
        self._cutoff = float(self._model.probability_cutoff)

    def score(self, pcm: Pcm) -> float:
        """Return how sure it is of the phrase, at the surest moment of `pcm` (16 kHz).

        The model's own threshold, which differs from phrase to phrase, is brought to 0.5.
        """
        sound = (np.clip(pcm, -1.0, 1.0) * 32767.0).astype(np.int16).tobytes()
        best = 0.0
        for features in self._features.process_streaming(sound):
            best = max(best, self._model.process_streaming_prob(features) or 0.0)
        if best < self._cutoff:
            return 0.5 * best / self._cutoff
        return 0.5 + 0.5 * (best - self._cutoff) / (1.0 - self._cutoff)

    def reset(self) -> None:
        """Forget what came before."""
        self._model.reset()
        self._features.reset()

    def close(self) -> None:
        """Free the model; the detector cannot be used afterwards."""
        self._model.close()

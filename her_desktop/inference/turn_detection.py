"""Smart Turn v3.2: how much the sound of an utterance is that of somebody who has finished.

The melody of a sentence tells what silence alone cannot. It errs all the same, on long pauses in
the middle above all, so nobody may take a turn on its word alone (`conversation.turn_end`).
Rule: one thread, the one that made a detector, uses it. A call costs tens of milliseconds, always
the same, so it is asked once a pause and never once a frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.inference.loading import open_onnx, unreadable

WINDOW = 8.0
"""Seconds of sound the graph sees: the last ones. What is shorter gets zeros in front."""

_WINDOW_SAMPLES = int(WINDOW * SAMPLE_RATE_HZ)
_EPSILON = 1e-7
"""Keeps pure silence from being divided by zero; the model was trained with this very number."""


class SmartTurnDetector:
    """Owns the graph and the mel filters. Used by the thread that made it."""

    def __init__(self, model_path: Path) -> None:
        """Open the graph and run it once, so that the first pause costs no more. Raises ModelError.

        `model_path` is the ONNX file of Smart Turn v3.
        """
        self._session: Any = open_onnx(model_path, 1)
        # Whisper's own spectrogram, in numpy, which the recogniser needs anyway.
        from faster_whisper.feature_extractor import FeatureExtractor

        self._log_mel: Any = FeatureExtractor(chunk_length=int(WINDOW))
        try:
            self.probability(np.zeros(SAMPLE_RATE_HZ, dtype=np.float32))
        except Exception as error:
            # Another graph than Smart Turn's: its inputs have other names or shapes.
            raise unreadable(model_path, error) from error

    def probability(self, pcm: Pcm) -> float:
        """Return how likely the utterance in `pcm` is complete, 0 to 1.

        `pcm` is 16 kHz of any length and ends shortly after the last spoken sample. Only its last
        eight seconds count. Louder or softer makes no difference: the sound is brought to one
        loudness first, as the model was trained (pipecat-ai/smart-turn, v3).
        """
        features = self._log_mel(windowed(pcm), padding=0)[np.newaxis]
        # Named logits in the graph, yet already through the sigmoid.
        output = self._session.run(None, {"input_features": features.astype(np.float32)})
        return float(np.clip(output[0][0, 0], 0.0, 1.0))

    def close(self) -> None:
        """Free the graph; the detector cannot be used afterwards."""
        self._session = None


def windowed(pcm: Pcm) -> npt.NDArray[np.float32]:
    """Return the last eight seconds of `pcm` (16 kHz), zeros before it, at mean 0 and variance 1.

    Mean and variance are those of the whole window, its zeros included.
    """
    window = np.zeros(_WINDOW_SAMPLES, dtype=np.float32)
    kept = pcm[-_WINDOW_SAMPLES:]
    window[_WINDOW_SAMPLES - kept.size :] = kept
    normal = (window - window.mean()) / np.sqrt(window.var() + _EPSILON)
    return np.asarray(normal, dtype=np.float32)

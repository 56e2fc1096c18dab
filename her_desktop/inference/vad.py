"""Silero's voice detector on its own ONNX graph, without the package's torch.

Rule: one thread, the listener, uses a detector; a frame costs well under a millisecond, so it is
computed where the sound arrives.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm
from her_desktop.inference.loading import open_onnx, unreadable

CONTEXT_SAMPLES = 64
"""The graph wants the end of the frame before, at 16 kHz; without it probabilities sink."""
_STATE_SHAPE = (2, 1, 128)


class SileroDetector:
    """Owns the graph, its recurrent state and the last samples seen. Used by the listener."""

    def __init__(self, model_path: Path) -> None:
        """Open the 16 kHz graph and run it once. Raises ModelError."""
        self._session: Any = open_onnx(model_path, 1)
        self._rate = np.array(SAMPLE_RATE_HZ, dtype=np.int64)
        self._input = np.zeros((1, CONTEXT_SAMPLES + FRAME_SAMPLES), dtype=np.float32)
        self._state = np.zeros(_STATE_SHAPE, dtype=np.float32)
        try:
            self.probability(np.zeros(FRAME_SAMPLES, dtype=np.float32))
        except Exception as error:
            # Another graph than Silero's: its inputs have other names or shapes.
            raise unreadable(model_path, error) from error
        self.reset()

    def probability(self, frame: Pcm) -> float:
        """Return how likely `frame` (512 samples at 16 kHz) is speech, 0 to 1."""
        if frame.shape != (FRAME_SAMPLES,):
            raise ValueError(f"a frame has {FRAME_SAMPLES} samples, not {frame.shape}")
        self._input[0, :CONTEXT_SAMPLES] = self._input[0, -CONTEXT_SAMPLES:]
        self._input[0, CONTEXT_SAMPLES:] = frame
        output, self._state = self._session.run(
            None, {"input": self._input, "state": self._state, "sr": self._rate}
        )
        return float(output[0, 0])

    def reset(self) -> None:
        """Forget what came before: the next frame starts a new stretch of sound."""
        self._input[:] = 0.0
        self._state = np.zeros(_STATE_SHAPE, dtype=np.float32)

    def close(self) -> None:
        """Free the graph; the detector cannot be used afterwards."""
        self._session = None

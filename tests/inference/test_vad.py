from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.vad import SileroDetector

pytestmark = pytest.mark.models


def probabilities(detector: SileroDetector, pcm: Pcm) -> npt.NDArray[np.float64]:
    detector.reset()
    frames = pcm[: pcm.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.array([detector.probability(frame) for frame in frames])


def test_speech_is_told_from_the_pause_around_it(
    detector: SileroDetector, said: Callable[[str], Pcm]
) -> None:
    pause = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    speech = said("The weather is fine today.")
    found = probabilities(detector, np.concatenate([pause, speech, pause]))
    first, last = SAMPLE_RATE_HZ // FRAME_SAMPLES, (SAMPLE_RATE_HZ + speech.size) // FRAME_SAMPLES
    assert found[: first - 1].max() < 0.2
    assert np.median(found[first:last]) > 0.9
    assert found[last + 10 :].max() < 0.2


def test_silence_and_noise_are_no_speech(detector: SileroDetector) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.05, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    assert probabilities(detector, np.zeros_like(noise)).max() < 0.2
    assert probabilities(detector, noise).max() < 0.5


def test_reset_forgets_everything(detector: SileroDetector, said: Callable[[str], Pcm]) -> None:
    speech = said("Hello there.")
    once = probabilities(detector, speech)
    twice = probabilities(detector, speech)
    np.testing.assert_array_equal(once, twice)


def test_frames_hang_together(detector: SileroDetector, said: Callable[[str], Pcm]) -> None:
    speech = said("Hello there, how are you?")
    together = probabilities(detector, speech)
    frames = speech[: together.size * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    alone = []
    for frame in frames:
        detector.reset()
        alone.append(detector.probability(frame))
    assert together.mean() > np.mean(alone) + 0.1


@pytest.mark.parametrize("size", [0, 256, 1024])
def test_a_frame_of_another_size_is_refused(detector: SileroDetector, size: int) -> None:
    with pytest.raises(ValueError, match="512"):
        detector.probability(np.zeros(size, dtype=np.float32))


def test_another_graph_is_refused(voice_files: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match="of another kind"):
        SileroDetector(voice_files[0])


def test_a_missing_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        SileroDetector(tmp_path / "silero.onnx")

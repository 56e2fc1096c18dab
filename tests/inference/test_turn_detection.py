"""Smart Turn: the right numbers go in, and what comes out tells a whole question from half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.catalogue import locate, read_catalogue
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.turn_detection import SmartTurnDetector, windowed


@pytest.fixture(scope="module")
def turn_file() -> Path:
    model = read_catalogue()["smart-turn-v3.2"]
    where = locate(model, [])
    assert where is not None, "the starter package of smart-turn-v3.2 is not installed"
    return model.paths(where)[0]


@pytest.fixture(scope="module")
def turn_detector(turn_file: Path) -> Iterator[SmartTurnDetector]:
    model = SmartTurnDetector(turn_file)
    yield model
    model.close()


def hertz_of_mel(mel: float) -> float:
    """Slaney's scale: linear below 1 kHz, logarithmic above."""
    return 200 / 3 * mel if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def mel_of_hertz(hertz: float) -> float:
    return hertz * 3 / 200 if hertz < 1000 else 15 + 27 * float(np.log(hertz / 1000) / np.log(6.4))


def spectrogram(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Whisper's log-mel spectrogram by its definition, without a Fourier transform's help."""
    bins, size, hop, bands = 201, 400, 160, 80
    padded = np.pad(sound, size // 2, mode="reflect")
    times = np.arange(size)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * times / size)
    waves = np.exp(-2j * np.pi * np.outer(times, np.arange(bins)) / size) * window[:, None]
    frames = np.stack([padded[i * hop : i * hop + size] for i in range(sound.size // hop)])
    power = np.abs(frames @ waves) ** 2
    edges = [hertz_of_mel(m) for m in np.linspace(0, mel_of_hertz(8000), bands + 2)]
    hertz = np.arange(bins) * SAMPLE_RATE_HZ / size
    filters = np.zeros((bands, bins))
    for band in range(bands):
        low, centre, high = edges[band : band + 3]
        rising, falling = (hertz - low) / (centre - low), (high - hertz) / (high - centre)
        filters[band] = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    logs = np.log10(np.maximum(filters @ power.T, 1e-10))
    scaled: npt.NDArray[np.float64] = (np.maximum(logs, logs.max() - 8) + 4) / 4
    return scaled


def test_short_sound_stands_at_the_end_of_the_window() -> None:
    pcm = np.random.default_rng(1).normal(0.01, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    window = windowed(pcm)
    assert window.shape == (8 * SAMPLE_RATE_HZ,)
    assert np.ptp(window[: 7 * SAMPLE_RATE_HZ]) == 0.0
    assert abs(float(window.mean())) < 1e-4
    assert abs(float(window.var()) - 1.0) < 1e-3
    assert np.corrcoef(window[7 * SAMPLE_RATE_HZ :], pcm)[0, 1] > 0.9999


def test_of_long_sound_the_end_counts() -> None:
    pcm = np.random.default_rng(1).normal(0.0, 0.1, 12 * SAMPLE_RATE_HZ).astype(np.float32)
    np.testing.assert_array_equal(windowed(pcm), windowed(pcm[4 * SAMPLE_RATE_HZ :]))


def test_silence_stays_silence() -> None:
    assert not windowed(np.zeros(0, dtype=np.float32)).any()
    assert not windowed(np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)).any()


@pytest.mark.models
def test_the_graph_is_given_whispers_spectrogram(
    turn_detector: SmartTurnDetector, turn_file: Path, said: Callable[[str], Pcm]
) -> None:
    speech = said("How do I make a good cup of tea?")
    features = spectrogram(windowed(speech).astype(np.float64))
    session = onnxruntime.InferenceSession(str(turn_file), providers=["CPUExecutionProvider"])
    expected = session.run(None, {"input_features": features[None].astype(np.float32)})[0]
    # The graph counts in 8 bits: equal but for rounding at the edge of a step.
    assert turn_detector.probability(speech) == pytest.approx(float(expected.item()), abs=0.03)
    given = turn_detector._log_mel(windowed(speech), padding=0)
    np.testing.assert_allclose(given, features, atol=1e-3)


@pytest.mark.models
def test_a_whole_utterance_is_told_from_half_of_it(
    turn_detector: SmartTurnDetector, said: Callable[[str], Pcm]
) -> None:
    texts = (
        "What is the weather like in the mountains?",
        "Please write an email to my boss.",
        "My sister lives in Berlin.",
        "Turn off the lights in the living room.",
        "Can you tell me a story about a fox?",
    )
    whole, half = [], []
    for text in texts:
        speech = said(text)
        spoken = np.flatnonzero(np.abs(speech) > 0.01)
        pause = np.zeros(SAMPLE_RATE_HZ // 10, dtype=np.float32)
        middle = (int(spoken[0]) + int(spoken[-1])) // 2
        whole.append(turn_detector.probability(np.append(speech[: spoken[-1]], pause)))
        half.append(turn_detector.probability(np.append(speech[:middle], pause)))
    assert all(0.0 <= found <= 1.0 for found in whole + half)
    assert np.median(whole) > 0.8
    assert np.median(half) < np.median(whole) - 0.3


@pytest.mark.models
def test_loudness_makes_no_difference(
    turn_detector: SmartTurnDetector, said: Callable[[str], Pcm]
) -> None:
    speech = said("Tell me a joke.")
    loud, soft = (turn_detector.probability(speech * np.float32(gain)) for gain in (1.0, 0.1))
    assert loud == pytest.approx(soft, abs=0.03)


@pytest.mark.models
def test_nothing_at_all_is_answered_too(turn_detector: SmartTurnDetector) -> None:
    assert 0.0 <= turn_detector.probability(np.zeros(0, dtype=np.float32)) <= 1.0


@pytest.mark.models
def test_another_graph_is_refused(vad_file: Path) -> None:
    with pytest.raises(ModelError, match="of another kind"):
        SmartTurnDetector(vad_file)


def test_a_missing_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        SmartTurnDetector(tmp_path / "turn.onnx")


def test_a_damaged_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "turn.onnx"
    path.write_bytes(b"\x08" + bytes(100))
    with pytest.raises(ModelError, match="damaged"):
        SmartTurnDetector(path)

"""The starter models, each loaded once for all tests of the adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.catalogue import locate, read_catalogue
from her_desktop.inference.llama import Sampling
from her_desktop.inference.llm import LlamaLanguageModel
from her_desktop.inference.stt import WhisperRecognizer
from her_desktop.inference.tts import PiperVoice
from her_desktop.inference.vad import SileroDetector


def never() -> bool:
    """Answer the question whether the work was cancelled."""
    return False


def files(model_id: str) -> list[Path]:
    """Return the files of an installed starter model, the main one first."""
    model = read_catalogue()[model_id]
    where = locate(model, [])
    assert where is not None, f"the starter package of {model_id} is not installed"
    return model.paths(where)


@pytest.fixture(scope="session")
def vad_file() -> Path:
    return files("silero-vad")[0]


@pytest.fixture(scope="session")
def whisper_dir() -> Path:
    return files("whisper-tiny.en")[0].parent


@pytest.fixture(scope="session")
def llm_file() -> Path:
    return files("smollm2-135m-instruct")[0]


@pytest.fixture(scope="session")
def voice_files() -> tuple[Path, Path]:
    model, config = files("piper-en_US-joe-medium")
    return model, config


@pytest.fixture(scope="session")
def detector(vad_file: Path) -> Iterator[SileroDetector]:
    model = SileroDetector(vad_file)
    yield model
    model.close()


@pytest.fixture(scope="session")
def recognizer(whisper_dir: Path) -> Iterator[WhisperRecognizer]:
    model = WhisperRecognizer(whisper_dir, language="auto", threads=2)
    yield model
    model.close()


@pytest.fixture(scope="session")
def language_model(llm_file: Path) -> Iterator[LlamaLanguageModel]:
    model = LlamaLanguageModel(
        llm_file, context_tokens=1024, answer_tokens=40, threads=2, sampling=Sampling(seed=7)
    )
    yield model
    model.close()


@pytest.fixture(scope="session")
def voice(voice_files: tuple[Path, Path]) -> Iterator[PiperVoice]:
    model = PiperVoice(*voice_files, threads=2)
    yield model
    model.close()


@pytest.fixture(scope="session")
def steady_voice(voice_files: tuple[Path, Path]) -> Iterator[PiperVoice]:
    """Say the same sentence the same way each time, so that what is recognised is too."""
    model = PiperVoice(*voice_files, threads=2, variation=0.0)
    yield model
    model.close()


@pytest.fixture(scope="session")
def said(steady_voice: PiperVoice) -> Callable[[str], Pcm]:
    """Return a function that gives a text spoken by our own voice, at 16 kHz.

    A little silence goes before it, as the microphone's pre-roll does.
    """

    def speech(text: str) -> Pcm:
        pause = np.zeros(steady_voice.sample_rate_hz // 5, dtype=np.float32)
        pcm = np.concatenate([pause, *steady_voice.speak(text, never)])
        resampled: Pcm = soxr.resample(pcm, steady_voice.sample_rate_hz, SAMPLE_RATE_HZ)
        return resampled.astype(np.float32)

    return speech

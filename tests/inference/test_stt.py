from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.stt import WhisperRecognizer, contexts, cut_at_pauses
from her_desktop.inference.transcript_checks import normalised


def never() -> bool:
    return False


def noise(seconds: float, level_db: float, slope: float) -> Pcm:
    """White (slope 0), pink (0.5) or brown (1) noise at an RMS level."""
    size = int(seconds * SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal(size))
    spectrum[1:] /= np.arange(1, spectrum.size) ** slope
    sound = np.asarray(np.fft.irfft(spectrum, size), dtype=np.float32)
    return sound * np.float32(10 ** (level_db / 20) / sound.std())


def hum(seconds: float) -> Pcm:
    at = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sound = 0.05 * np.sin(2 * np.pi * 50 * at) + 0.02 * np.sin(2 * np.pi * 150 * at)
    return sound.astype(np.float32)


def test_the_context_grows_with_the_sound() -> None:
    assert contexts(0) == (700, 1500, 3000)
    assert contexts(2 * SAMPLE_RATE_HZ) == (700, 1500, 3000)
    assert contexts(7 * SAMPLE_RATE_HZ) == (800, 1500, 3000)
    assert contexts(15 * SAMPLE_RATE_HZ) == (1600, 3000)
    assert contexts(15 * SAMPLE_RATE_HZ + 1)[0] % 2 == 0
    assert contexts(60 * SAMPLE_RATE_HZ) == (3000,)


@pytest.mark.parametrize("seconds", [0.0, 5.0, 28.0, 28.1, 61.0, 600.0])
def test_pieces_are_all_of_the_sound(seconds: float) -> None:
    pcm = noise(seconds, -30, 0.0) if seconds else np.zeros(0, dtype=np.float32)
    pieces = cut_at_pauses(pcm)
    np.testing.assert_array_equal(np.concatenate(pieces), pcm)
    assert max(piece.size for piece in pieces) <= 28 * SAMPLE_RATE_HZ
    assert all(piece.size >= 20 * SAMPLE_RATE_HZ for piece in pieces[:-1])


def test_the_cut_falls_into_the_pause() -> None:
    pcm = noise(40, -20, 0.0)
    pause = slice(int(23.3 * SAMPLE_RATE_HZ), int(23.6 * SAMPLE_RATE_HZ))
    pcm[pause] *= 0.01
    first = cut_at_pauses(pcm)[0].size
    assert pause.start <= first <= pause.stop


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "What is the weather like today?",
        "Could you tell me a story about a small boat?",
        "Thank you very much.",
        "Please turn on the light in the kitchen, and close the door.",
    ],
)
def test_speech_is_recognised(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm], text: str
) -> None:
    found = recognizer.transcribe(said(text), never)
    assert normalised(found.text) == normalised(text)
    assert found.language == "en"


@pytest.mark.models
def test_speech_is_recognised_in_noise(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm]
) -> None:
    speech = said("What is the weather like today?")
    found = recognizer.transcribe(speech + noise(5, -45, 0.5)[: speech.size], never)
    assert normalised(found.text) == "what is the weather like today"


@pytest.mark.models
@pytest.mark.parametrize(
    "pcm",
    [
        pytest.param(np.zeros(0, dtype=np.float32), id="nothing"),
        pytest.param(np.zeros(800, dtype=np.float32), id="a-click"),
        pytest.param(np.zeros(SAMPLE_RATE_HZ // 2, dtype=np.float32), id="short-silence"),
        pytest.param(np.zeros(5 * SAMPLE_RATE_HZ, dtype=np.float32), id="silence"),
        pytest.param(noise(2, -60, 0.0), id="faint-white"),
        pytest.param(noise(10, -20, 0.0), id="loud-white"),
        pytest.param(noise(10, -40, 0.5), id="pink"),
        pytest.param(noise(2, -20, 0.5), id="loud-pink"),
        pytest.param(noise(4, -30, 1.0), id="brown"),
        pytest.param(hum(3), id="hum"),
    ],
)
def test_where_nobody_speaks_nothing_is_understood(recognizer: WhisperRecognizer, pcm: Pcm) -> None:
    assert recognizer.transcribe(pcm, never).text == ""


@pytest.mark.models
def test_a_long_utterance_is_understood_in_pieces(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm]
) -> None:
    pause = np.zeros(SAMPLE_RATE_HZ // 2, dtype=np.float32)
    sentence = np.concatenate([said("The little boat went across the wide blue sea."), pause])
    count = int(35 * SAMPLE_RATE_HZ / sentence.size)
    found = normalised(recognizer.transcribe(np.tile(sentence, count), never).text)
    assert abs(found.count("boat") - count) <= 1
    assert found.startswith("the little boat")


@pytest.mark.models
def test_of_an_utterance_that_grew_only_the_end_is_read_again(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = np.zeros(SAMPLE_RATE_HZ // 2, dtype=np.float32)
    names = ("boat", "horse", "train", "plane")
    pcm = np.concatenate(
        [np.tile(np.concatenate([said(f"The {name} went away."), pause]), 9) for name in names]
    )
    read: list[int] = []
    mel = recognizer._mel

    def counted(piece: Pcm, frames: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        read.append(piece.size)
        return mel(piece, frames)

    monkeypatch.setattr(recognizer, "_mel", counted)
    for part in (0.75, 0.97, 1.0):
        read.clear()
        found = recognizer.transcribe(pcm[: int(part * pcm.size)], never)
    assert sum(read) < 2 * 28 * SAMPLE_RATE_HZ < pcm.size
    assert normalised(found.text) == normalised(recognizer.transcribe(pcm.copy(), never).text)
    # Another utterance, as long, has nothing in common with it.
    other = normalised(recognizer.transcribe(pcm[::-1].copy()[: pcm.size // 8], never).text)
    assert "boat" not in other


@pytest.mark.models
def test_cancelling_leaves_out_what_was_not_read_yet(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm]
) -> None:
    pause = np.zeros(30 * SAMPLE_RATE_HZ, dtype=np.float32)
    pcm = np.concatenate([said("Hello there."), pause, said("Good night then.")])
    whole = normalised(recognizer.transcribe(pcm, never).text)
    assert ("hello there" in whole, "good night" in whole) == (True, True)
    # Asked before the first piece and before it is decoded, then before the second.
    answers = iter([False, False])
    part = normalised(recognizer.transcribe(pcm, lambda: next(answers, True)).text)
    assert ("hello there" in part, "good night" in part) == (True, False)
    assert recognizer.transcribe(pcm, lambda: True).text == ""


@pytest.mark.models
def test_the_short_spectrogram_is_that_of_sound_and_zeros(
    recognizer: WhisperRecognizer, said: Callable[[str], Pcm]
) -> None:
    speech = said("Hello there.")
    padded = np.zeros(1000 * 160 + 400, dtype=np.float32)
    padded[: speech.size] = speech
    expected = recognizer._log_mel(padded, padding=0)[:, :1000]
    np.testing.assert_allclose(recognizer._mel(speech, 1000), expected, atol=1e-5)


@pytest.mark.models
def test_it_says_what_it_runs_on(recognizer: WhisperRecognizer) -> None:
    assert recognizer.detail == "CPU, int8, 2 threads"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        WhisperRecognizer(tmp_path / "whisper", language="auto", threads=1)


@pytest.mark.models
def test_it_needs_no_description_of_the_tokens_but_the_vocabulary(
    whisper_dir: Path, tmp_path: Path, said: Callable[[str], Pcm]
) -> None:
    """The library that reads tokenizer.json would hold up the window and the sound meanwhile."""
    for name in ("model.bin", "config.json", "vocabulary.txt"):
        (tmp_path / name).symlink_to(whisper_dir / name)
    recognizer = WhisperRecognizer(tmp_path, language="en", threads=2)
    found = recognizer.transcribe(said("What is the weather like today?"), never)
    recognizer.close()
    assert normalised(found.text) == "what is the weather like today"


@pytest.mark.models
def test_one_that_comes_back_unwarmed_understands_as_much_and_takes_less_work(
    whisper_dir: Path, said: Callable[[str], Pcm]
) -> None:
    speech = said("What is the weather like today?")
    work: list[float] = []
    for warm in (True, False):
        before = time.process_time()
        back = WhisperRecognizer(whisper_dir, language="auto", threads=1, warm=warm)
        work.append(time.process_time() - before)
        heard = back.transcribe(speech, never)
        back.close()
    assert normalised(heard.text) == "what is the weather like today"
    assert work[1] < 0.6 * work[0]

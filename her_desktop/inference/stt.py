"""Whisper on CTranslate2, through encode and generate on no more context than the speech needs.

faster-whisper's own `transcribe` always encodes 30 seconds. CTranslate2 takes less (its change log,
3.19.0), which is most of the latency of a short utterance. The price is that a tight context makes
Whisper repeat itself, hence the floor in `contexts`, and in `_recognised` what counts as said once
and the second look. Of faster-whisper the spectrogram is used; its `WhisperModel` would hold up
every other Python thread while it loads (see `whisper_tokens`).
Rule: one thread, the stt worker that loaded a recognizer, uses it. Texts are never logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.inference.gpu_trouble import gpu_error
from her_desktop.inference.loading import require_whisper, unreadable
from her_desktop.inference.protocols import Cancelled, ModelError, Transcript
from her_desktop.inference.transcript_checks import (
    Evidence,
    Verdict,
    ends_in_repetition,
    is_muttered,
    judge,
    said_once,
)
from her_desktop.inference.whisper_tokens import WhisperTokens

FULL_FRAMES = 3000
"""What Whisper was trained on: 30 s in frames of 10 ms."""
_FLOOR_FRAMES = 700
"""Measured with tiny.en on 168 sentences, each in several contexts: of all looks at 500 frames one
in seven repeats its sentence, at 600 one in 28, at 700 one in 65; 100 frames cost 4 ms.
"""
_SECOND_FRAMES = 1500
_MARGIN_FRAMES = 100
_FRAMES_PER_SECOND = 100
_FRAME_SAMPLES = SAMPLE_RATE_HZ // _FRAMES_PER_SECOND
_ANALYSIS_SAMPLES = 400
"""The window of one mel frame: so many zeros after the sound make the next frames pure silence."""

_TOKENS_PER_SECOND = 6
_SPARE_TOKENS = 16
_LONGEST_ANSWER_TOKENS = 440

_LONGEST_PIECE = 28.0
_EARLIEST_CUT = 20.0
_SHORTEST_UTTERANCE = 0.1
_SWITCH_LANGUAGE = 0.6
"""How sure Whisper must be to leave the language it heard last."""

_Mel = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Reading:
    """What one look at a piece gave."""

    text: str
    evidence: Evidence


_NOTHING = _Reading("", Evidence(no_speech=1.0, log_probability=0.0, reached_limit=False))


class WhisperRecognizer:
    """Owns one Whisper model. Used by the stt worker alone."""

    def __init__(
        self,
        model_dir: Path,
        *,
        language: str,
        threads: int,
        device: str = "cpu",
        device_index: int = 0,
        compute_type: str = "int8",
        warm: bool = True,
    ) -> None:
        """Load a CTranslate2 folder and run it on the shapes it will see. Raises ModelError.

        `language` is a two-letter code or "auto"; an English-only model ignores it. `device` is
        "cpu" or "cuda", of whose cards `device_index` is one; what goes wrong there is a GpuError.
        With `warm` False nothing is run: four fifths of the time, and no loss on a processor
        that another one was run on in this process.
        """
        require_whisper(model_dir)
        self._tokens = WhisperTokens.read(model_dir)
        from ctranslate2.models import Whisper
        from faster_whisper.feature_extractor import FeatureExtractor

        self._threads = max(1, threads)
        self._device, self._compute_type = device, compute_type
        try:
            self._whisper: Any = Whisper(
                str(model_dir),
                device=device,
                device_index=device_index,
                compute_type=compute_type,
                intra_threads=self._threads,
                inter_threads=1,
            )
        except Exception as error:
            # CTranslate2 raises RuntimeError, ValueError and its JSON parser's own class here.
            if device != "cpu":
                raise gpu_error(error) from error
            raise unreadable(model_dir, error) from error
        self._log_mel: Any = FeatureExtractor(feature_size=self._whisper.n_mels)
        self._multilingual = bool(self._whisper.is_multilingual)
        self._fixed = self._fixed_language(language)
        self._language = self._fixed or "en"
        self._prompts: dict[str, list[int]] = {}
        self._settled: list[tuple[int, str]] = []
        self._guess = ""
        if warm:
            self._warm_up()

    @property
    def detail(self) -> str:
        """What it runs on, for a person: "CPU, int8, 2 threads"."""
        if self._device != "cpu":
            return f"GPU, {self._compute_type}"
        plural = "" if self._threads == 1 else "s"
        return f"CPU, {self._compute_type}, {self._threads} thread{plural}"

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        """Recognise `pcm` (16 kHz, any length). Silence and noise give an empty text.

        What is longer than 28 s is cut at its quietest moments, and of an utterance that has only
        grown since the last call nothing is read twice but its end. `cancelled` is asked before
        every piece, every decoding and every second look; a cancelled utterance keeps what was
        read so far. Raises ModelError where the model fails.
        """
        if pcm.size < _SHORTEST_UTTERANCE * SAMPLE_RATE_HZ:
            return Transcript("", self._language)
        texts: list[str] = []
        self._guess = ""
        *settled, last = cut_at_pauses(pcm)
        for number, piece in enumerate(settled):
            if cancelled():
                break
            texts.append(self._settle(number, piece, cancelled))
        if not cancelled():
            texts.append(self._recognised(last, cancelled))
        whole = " ".join(text for text in texts if text)
        return Transcript(whole, self._language, "" if whole else self._guess)

    def close(self) -> None:
        """Free the model's memory; the recognizer cannot be used afterwards."""
        self._whisper.unload_model()
        self._whisper = None

    def _fixed_language(self, language: str) -> str | None:
        if not self._multilingual:
            return "en"
        if language == "auto":
            return None
        if self._tokens.mark(language) is None:
            raise ModelError(
                f'The speech model does not know the language "{language}". '
                "Please choose another language or model."
            )
        return language

    def _warm_up(self) -> None:
        """Run the short and the full shape once: the first use of a shape costs extra."""
        second = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
        for frames in (_FLOOR_FRAMES, _FLOOR_FRAMES, _SECOND_FRAMES, FULL_FRAMES):
            self._read(second, frames)
        self._language = self._fixed or "en"

    def _settle(self, number: int, piece: Pcm, cancelled: Cancelled) -> str:
        """Return what is said in a piece that more sound follows: read once, then remembered.

        An utterance is cut from its beginning, so its early pieces stay the same while it grows.
        """
        mark = crc32(piece.tobytes())
        if number < len(self._settled) and self._settled[number][0] == mark:
            return self._settled[number][1]
        text = self._recognised(piece, cancelled)
        del self._settled[number:]
        # A piece after one that was given up is none of the same beginning.
        if not cancelled() and number == len(self._settled):
            self._settled.append((mark, text))
        return text

    def _recognised(self, pcm: Pcm, cancelled: Cancelled) -> str:
        """Return what is said in one piece, looking again at more context where it is doubtful."""
        for frames in contexts(pcm.size):
            reading = self._read(pcm, frames, cancelled)
            text, evidence = reading.text, reading.evidence
            if once := said_once(text, evidence, pcm.size / SAMPLE_RATE_HZ):
                return once
            verdict = judge(text, evidence, full_context=frames == FULL_FRAMES)
            is_doubled = frames < _SECOND_FRAMES and ends_in_repetition(text)
            if cancelled() or not (is_doubled or verdict is Verdict.DOUBTFUL):
                break
        if verdict is Verdict.SPEECH:
            return text
        if is_muttered(text, evidence):
            self._guess = text
        return ""

    def _read(self, pcm: Pcm, frames: int, cancelled: Cancelled = lambda: False) -> _Reading:
        """Look once at a piece in a context of `frames` frames. Raises ModelError."""
        try:
            return self._decoded(self._mel(pcm, frames), pcm.size / SAMPLE_RATE_HZ, cancelled)
        except RuntimeError as error:
            # CTranslate2 speaks of memory or of the graphics driver in this way.
            if self._device != "cpu":
                raise gpu_error(error) from error
            raise ModelError(
                "The speech model could not work on this sound. Please choose a smaller model."
            ) from error

    def _decoded(self, mel: _Mel, seconds: float, cancelled: Cancelled) -> _Reading:
        """Encode a spectrogram of `seconds` of sound and decode greedily, without timestamps."""
        encoded = self._whisper.encode(_storage(mel))
        if cancelled():
            # Somebody waits for the next one, and half of the work is still to be done.
            return _NOTHING
        if self._fixed is None:
            self._language = self._heard_language(encoded)
        limit = min(int(_TOKENS_PER_SECOND * seconds) + _SPARE_TOKENS, _LONGEST_ANSWER_TOKENS)
        result = self._whisper.generate(
            encoded,
            [self._prompt(self._language)],
            beam_size=1,
            # CTranslate2 gives the answer half of this, as Whisper halves its context: measured.
            max_length=2 * limit,
            suppress_blank=True,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = result.sequences_ids[0]
        return _Reading(
            self._tokens.text(tokens).strip(),
            Evidence(
                no_speech=float(result.no_speech_prob),
                # The score leaves the end token out of the count, though not out of the sum.
                log_probability=float(result.scores[0]) * len(tokens) / (len(tokens) + 1),
                reached_limit=len(tokens) >= limit,
            ),
        )

    def _mel(self, pcm: Pcm, frames: int) -> _Mel:
        """Return the log-mel spectrogram (bands x frames) of the sound followed by silence.

        Silence is one and the same column, so it is computed once and repeated: that gives the
        very numbers that zeros after the sound would, for less work.
        """
        used = min(pcm.size, frames * _FRAME_SAMPLES)
        sound = np.zeros(used + 2 * _ANALYSIS_SAMPLES, dtype=np.float32)
        sound[:used] = pcm[:used]
        mel: _Mel = self._log_mel(sound, padding=0)
        missing = frames - mel.shape[1]
        if missing > 0:
            mel = np.concatenate([mel, np.repeat(mel[:, -1:], missing, axis=1)], axis=1)
        return np.ascontiguousarray(mel[:, :frames], dtype=np.float32)

    def _heard_language(self, encoded: Any) -> str:
        """Return the language heard, the one before unless Whisper is sure of another."""
        best, probability = self._whisper.detect_language(encoded)[0][0]
        name = str(best).strip("<|>")
        return name if probability > _SWITCH_LANGUAGE else self._language

    def _prompt(self, language: str) -> list[int]:
        """Return the marks that an answer in `language` begins with. Raises ModelError.

        An English-only model is told neither the language nor what to do.
        """
        if language not in self._prompts:
            told = (language, "transcribe") if self._multilingual else ()
            names = ("startoftranscript", *told, "notimestamps")
            marks = [mark for mark in map(self._tokens.mark, names) if mark is not None]
            if len(marks) < len(names):
                raise ModelError(
                    "The speech model lacks a mark that every Whisper model has. "
                    "Please choose another one."
                )
            self._prompts[language] = marks
        return self._prompts[language]


def _storage(mel: _Mel) -> Any:
    """Return a spectrogram (bands x frames) as CTranslate2 takes it: a batch of one, not copied."""
    from ctranslate2 import StorageView

    return StorageView.from_array(mel[np.newaxis])


def contexts(samples: int) -> tuple[int, ...]:
    """Return in how many mel frames (10 ms each) to look at so many samples at 16 kHz.

    First what they need: even, as the encoder halves them, and never under 700, below which
    tiny.en repeats itself too often. Then, where that is doubtful, half of what Whisper was trained
    on, which costs a quarter of the whole, and last the whole.
    """
    needed = -(-samples // _FRAME_SAMPLES) + _MARGIN_FRAMES
    first = min(FULL_FRAMES, max(_FLOOR_FRAMES, needed + needed % 2))
    return tuple(sorted({first, max(first, _SECOND_FRAMES), FULL_FRAMES}))


def cut_at_pauses(pcm: Pcm) -> list[Pcm]:
    """Return the sound (16 kHz) in pieces of at most 28 s that together are all of it.

    A piece ends at its quietest tenth of a second between 20 and 28 s.
    """
    longest = int(_LONGEST_PIECE * SAMPLE_RATE_HZ)
    earliest = int(_EARLIEST_CUT * SAMPLE_RATE_HZ)
    hop = _FRAME_SAMPLES
    pieces: list[Pcm] = []
    while pcm.size > longest:
        part = pcm[earliest:longest].reshape(-1, hop)
        power = np.convolve(np.einsum("ij,ij->i", part, part), np.ones(10), mode="valid")
        cut = earliest + (int(np.argmin(power)) + 5) * hop
        pieces.append(pcm[:cut])
        pcm = pcm[cut:]
    return [*pieces, pcm]

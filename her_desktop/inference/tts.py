"""Piper voices on our own ONNX session, with espeak-ng inside the process.

Piper's own class makes a whole utterance at once, scales each sentence to its own peak and leaves
the thread count to chance. Rule: one thread, the tts worker that loaded a voice, uses it.
espeak-ng keeps its language in a global of the process, so two voices never phonemize at once.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import Pcm
from her_desktop.inference.gpu_onnx import ON_PROCESSOR, on_gpu, require_cuda
from her_desktop.inference.gpu_trouble import GpuError, gpu_error
from her_desktop.inference.loading import read_json, unreadable
from her_desktop.inference.protocols import Cancelled, ModelError
from her_desktop.inference.vits import VitsGraph

GAIN = 1.5
"""Piper speaks at -22 to -26 dBFS RMS; this brings it to about -20 dBFS whatever the sentence."""
_KNEE = 0.8
"""Above this amplitude the sound is bent smoothly towards 1 rather than clipped."""

_SOUNDING = 10.0 ** (-45.0 / 20.0)
_LEAD = 0.010
_FADE_IN = 0.005
_TRAIL = 0.150
"""Seconds of silence kept after the last sound: the gap people leave between two sentences."""

_LEAST_FIRST = 0.050
"""Seconds of sound that the first piece has at least: they last until the next one is made."""

_LONGEST_TEXT = 300
_ESPEAK = threading.Lock()

_WARM_TEXTS = (
    "Yes.",
    "I can help you with that.",
    "I can help you with many things, such as writing, reading and planning your day.",
)
_WARM_ON_GPU = (
    "Of course, I can tell you more about that now.",
    "It is a long story, and I would be glad to tell it from the beginning, so sit down, take a "
    "cup of tea, and listen to what happened to the old clock in the tower of the town, which had "
    "not been heard for years.",
)
"""Beside the others, these reach every length of text and of sound that the graph is filled to."""


class PiperVoice:
    """Owns one voice's graph and phoneme table. Used by the tts worker alone."""

    def __init__(
        self,
        model_path: Path,
        config_path: Path,
        *,
        threads: int,
        speaking_rate: float = 1.0,
        variation: float = 1.0,
        gpu: int | None = None,
        warm: bool = True,
    ) -> None:
        """Open a voice and speak a few words into the void, so that the first ones are quick.

        `speaking_rate` is 1.0 for the voice's own pace, 2.0 for twice as fast; `variation` scales
        how differently it says the same sentence each time, 0 is never. `gpu` is the number of
        the card to run on, where what goes wrong is a GpuError. With `warm` False it stays silent,
        which is half of the time, and no loss on a processor that another one spoke on in this
        process. Raises ModelError.
        """
        self._config = _read_config(config_path)
        self._files = " ".join(map(_signature, (model_path, config_path)))
        self._threads = max(1, threads)
        self._on_gpu = gpu is not None
        if gpu is not None:
            require_cuda()
        providers = ON_PROCESSOR if gpu is None else on_gpu(gpu)
        self._graph = VitsGraph(model_path, self._threads, providers, few_shapes=self._on_gpu)
        self.tune(speaking_rate=speaking_rate, variation=variation)
        self._phonemizer = _phonemizer()
        if not {"input", "input_lengths", "scales"} <= self._graph.inputs:
            raise ModelError(f"The file {model_path} is no Piper voice. Please choose another one.")
        try:
            if warm:
                self._warm_up()
        except GpuError:
            raise
        except ModelError as error:
            # A phoneme table of another voice asks the graph for symbols it does not have.
            raise _mismatch(config_path) from error

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        if self._on_gpu:
            return "GPU (CUDA)"
        plural = "" if self._threads == 1 else "s"
        return f"CPU, {self._threads} thread{plural}"

    @property
    def sample_rate_hz(self) -> int:
        """The rate of everything `speak` yields."""
        return int(self._config.sample_rate)

    @property
    def identity(self) -> str:
        """What settles how it sounds: its files and what it was told of pace and variation."""
        return f"{self._files} {self._length_scale:.4f} {self._variation:.4f} {GAIN}"

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        """Yield `text` as sound, stretch after stretch, asking `cancelled` before each.

        Leading silence is trimmed to 10 ms, trailing silence to 150 ms. Nothing comes for a text
        that has nothing to say. Raises ModelError where the graph fails.
        """
        for piece in split_text(text):
            if cancelled():
                return
            for ids in self._phoneme_ids(piece):
                edges = SentenceEdges(self.sample_rate_hz)
                for stretch in self._sound(ids):
                    pcm = edges.feed(stretch)
                    if cancelled():
                        return
                    if pcm.size:
                        yield amplified(pcm)
                pcm = edges.finish()
                if pcm.size:
                    yield amplified(pcm)

    def tune(self, *, speaking_rate: float, variation: float) -> None:
        """Change how fast and how differently it speaks, from the next sentence on."""
        self._length_scale = float(self._config.length_scale) / speaking_rate
        self._variation = variation

    def close(self) -> None:
        """Free the graph; the voice cannot be used afterwards."""
        self._graph.close()

    def _warm_up(self) -> None:
        for text in (*_WARM_TEXTS, *_WARM_ON_GPU) if self._on_gpu else _WARM_TEXTS:
            for _ in self.speak(text, lambda: False):
                pass

    def _phoneme_ids(self, text: str) -> list[list[int]]:
        """Return the phoneme ids of each sentence that espeak-ng finds in `text`."""
        from piper.phoneme_ids import phonemes_to_ids

        table = self._config.phoneme_id_map
        with _ESPEAK:
            sentences = self._phonemizer.phonemize(
                self._config.espeak_voice, text, self._config.vowel_clusters
            )
        known = ([phoneme for phoneme in line if phoneme in table] for line in sentences)
        return [
            phonemes_to_ids(line, table)
            for line in known
            if any(phoneme.isalnum() for phoneme in line)
        ]

    def _sound(self, ids: list[int]) -> Iterator[Pcm]:
        """Yield what the graph makes of one sentence's phoneme ids, as it comes."""
        config = self._config
        feed: dict[str, npt.NDArray[Any]] = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array(
                [
                    config.noise_scale * self._variation,
                    self._length_scale,
                    config.noise_w_scale * self._variation,
                ],
                dtype=np.float32,
            ),
        }
        if "sid" in self._graph.inputs:
            feed["sid"] = np.array([config.default_speaker_id], dtype=np.int64)
        try:
            yield from self._graph.sound(feed)
        except Exception as error:
            # onnxruntime raises its own classes, which have no common ancestor but Exception.
            if self._on_gpu:
                raise gpu_error(error) from error
            raise ModelError("The voice could not say a sentence. Please try another voice.") from (
                error
            )


class SentenceEdges:
    """Owns the edges of one sentence: what is silent at its beginning and its end is left out.

    It begins at most 10 ms before the first sample over -45 dBFS, faded in over 5 ms, and ends at
    most 150 ms after the last one. Silence inside is kept, once it is known to be inside.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        """Begin before the sentence."""
        self._lead = int(_LEAD * sample_rate_hz)
        self._fade_in = int(_FADE_IN * sample_rate_hz)
        self._trail = int(_TRAIL * sample_rate_hz)
        self._least = int(_LEAST_FIRST * sample_rate_hz)
        self._held = np.zeros(0, np.float32)
        self._begun = False

    def feed(self, pcm: Pcm) -> Pcm:
        """Take the next stretch; return what certainly belongs to the sentence, perhaps nothing."""
        held = np.concatenate([self._held, pcm])
        loud = np.flatnonzero(np.abs(held) > _SOUNDING)
        if not loud.size:
            self._held = held if self._begun else held[max(0, held.size - self._lead) :]
            return held[:0]
        start = 0 if self._begun else max(0, int(loud[0]) - self._lead)
        end = int(loud[-1]) + 1
        if not self._begun and end - start < self._least:
            self._held = held[start:]
            return held[:0]
        self._held = held[end:]
        return self._faded_in(held[start:end])

    def finish(self) -> Pcm:
        """Return the rest: the last of the sentence and the gap that people leave after it."""
        loud = np.flatnonzero(np.abs(self._held) > _SOUNDING)
        if not self._begun and not loud.size:
            return self._held[:0]
        end = int(loud[-1]) + 1 if loud.size else 0
        return self._faded_in(self._held[: end + self._trail])

    def _faded_in(self, pcm: Pcm) -> Pcm:
        if self._begun:
            return pcm
        self._begun = True
        faded = pcm.copy()
        ramp = np.linspace(0.0, 1.0, self._fade_in, dtype=np.float32)[: faded.size]
        faded[: ramp.size] *= ramp
        return faded


def amplified(pcm: Pcm) -> Pcm:
    """Return the sound with the fixed gain, the peaks bent so that they stay below 1."""
    louder = pcm * np.float32(GAIN)
    size = np.abs(louder)
    if float(size.max(initial=0.0)) <= _KNEE:
        return louder
    room = 1.0 - _KNEE
    bent = np.copysign(_KNEE + room * np.tanh((size - _KNEE) / room), louder)
    return np.where(size > _KNEE, bent, louder).astype(np.float32)


def split_text(text: str, longest: int = _LONGEST_TEXT) -> list[str]:
    """Return `text` in pieces of at most `longest` characters, cut where a reader would breathe.

    The graph's memory and its delay grow with the square of the text. A piece ends after the last
    full stop, else the last comma, else the last space, else anywhere.
    """
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > longest:
        end = _last_break(rest, longest)
        pieces.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [*pieces, rest] if rest else pieces


_BREAKS = (re.compile(r"[.!?…]+\s"), re.compile(r"[,;:)\]—-]+\s"), re.compile(r"\s"))


def _last_break(text: str, longest: int) -> int:
    for pattern in _BREAKS:
        # A break in the first half would leave a stub followed by another long piece.
        ends = [match.end() for match in pattern.finditer(text, longest // 2, longest)]
        if ends:
            return ends[-1]
    return longest


def _phonemizer() -> Any:
    from piper.phonemize_espeak import EspeakPhonemizer

    with _ESPEAK:
        return EspeakPhonemizer()


def _read_config(path: Path) -> Any:
    """Return the voice's piper.config.PiperConfig. Raises ModelError."""
    values = read_json(path)
    from piper.config import PhonemeType, PiperConfig

    try:
        config = PiperConfig.from_dict(values)
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(path, error) from error
    if config.phoneme_type != PhonemeType.ESPEAK:
        raise ModelError(
            f"The voice of {path.name} needs a pronunciation that is not supported. "
            "Please choose another one."
        )
    return config


def _signature(path: Path) -> str:
    """Return what changes where a file does, without reading it."""
    info = path.stat()
    return f"{path.name} {info.st_size} {info.st_mtime_ns}"


def _mismatch(path: Path) -> ModelError:
    return ModelError(
        f"The voice and its description {path.name} do not belong together. "
        "Please install the voice again."
    )

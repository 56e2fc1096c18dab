"""How fast a model of random weights runs: the figures that `bench --synthetic` prints.

Speed depends on a model's shape and on how its weights are stored, not on their values. Each figure
is the median of a few tries after a first that is thrown away; a slow machine tries less often.

Rule: the command's own thread; a model is loaded, timed and closed within one call.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.inference.llama import LlamaContext, Sampling
from her_desktop.inference.stt import FULL_FRAMES, contexts
from her_desktop.tools.synthetic_shapes import LlamaShape, WhisperShape

SPEECH = 5.0
"""Seconds of speech that a recogniser is timed on."""
SPEECH_TOKENS = 20
"""Tokens that so much speech becomes: about four a second."""
PREFIX_TOKENS = 512
"""What a language model has read before the user's question: persona and some exchanges."""
QUESTION_TOKENS = 16
"""What the user says on top of that."""
ANSWER_TOKENS = 64

_TRIES = 5
_PATIENCE = 30.0
"""Seconds after which a figure is taken from the tries it has, one at least."""

Row = dict[str, float | int | str]


@dataclass(frozen=True)
class Device:
    """Where a model runs: the words of the report, CTranslate2's name, and llama.cpp's layers."""

    title: str
    ctranslate2: str
    compute_types: tuple[str, ...]
    gpu_layers: int


PROCESSOR = Device("processor", "cpu", ("int8",), 0)
GPU = Device("GPU", "cuda", ("float16", "int8_float16"), -1)


def whisper_speed(
    folder: Path, shape: WhisperShape, device: Device, compute_type: str, threads: int
) -> Row:
    """Time a recogniser; return its figures. Raises RuntimeError where it cannot run there."""
    import ctranslate2

    begun = time.monotonic()
    model: Any = ctranslate2.models.Whisper(
        str(folder), device=device.ctranslate2, compute_type=compute_type, intra_threads=threads
    )
    loaded = time.monotonic() - begun
    try:
        frames = contexts(round(SPEECH * SAMPLE_RATE_HZ))[0]
        short, full = (noise(shape, count) for count in (frames, FULL_FRAMES))

        def recognise() -> int:
            return decode(model, shape, model.encode(short), SPEECH_TOKENS)

        heard = model.encode(short)
        encode, encode_full = (
            _timed(lambda: _encode(model, short)),
            _timed(lambda: _encode(model, full)),
        )
        one = _timed(lambda: decode(model, shape, heard, 1))
        said = decode(model, shape, heard, SPEECH_TOKENS)
        all_ = _timed(lambda: decode(model, shape, heard, SPEECH_TOKENS))
        whole = _timed(recognise)
    finally:
        model.unload_model()
    return {
        "device": device.title,
        "stored_as": compute_type,
        "threads": 0 if device is GPU else threads,
        "load_ms": milliseconds(loaded),
        "encode_ms": milliseconds(encode),
        "encode_frames": frames,
        "encode_30_s_ms": milliseconds(encode_full),
        "decode_step_ms": milliseconds(max(0.0, all_ - one) / max(1, said - 1)),
        "tokens": said,
        "five_seconds_ms": milliseconds(whole),
    }


def llama_speed(path: Path, shape: LlamaShape, device: Device, threads: int) -> Row:
    """Time a language model; return its figures. Raises ModelError where it cannot run there."""
    size = min(4096, shape.context)
    prefix, question, answer = _lengths(size)
    begun = time.monotonic()
    context = LlamaContext(path, context_tokens=size, threads=threads, gpu_layers=device.gpu_layers)
    loaded = time.monotonic() - begun
    try:
        context.start_sampling(Sampling(seed=1))
        # The first pass reads the weights from the disk and plans the work.
        read_tokens(context, shape, 1)
        context.keep(0)
        begun = time.monotonic()
        read = read_tokens(context, shape, prefix, _PATIENCE)
        prefill = time.monotonic() - begun

        def first_token() -> None:
            context.keep(read)
            read_tokens(context, shape, question)

        first = _timed(first_token)
        made, begun = 0, time.monotonic()
        while made < answer and (made == 0 or time.monotonic() - begun < _PATIENCE):
            context.evaluate([context.sample()])
            made += 1
        # The last sample waits for the device, which may still be at work on the last token.
        context.sample()
        passed = time.monotonic() - begun
        detail = context.detail
    finally:
        context.close()
    return {
        "device": device.title,
        "runs_on": detail,
        "load_ms": milliseconds(loaded),
        "prefix_tokens": read,
        "prefill_tokens_per_second": round(read / prefill, 1),
        "question_tokens": question,
        "first_token_ms": milliseconds(first),
        "answer_tokens": made,
        "tokens_per_second": round(made / passed, 2),
    }


def _lengths(context: int) -> tuple[int, int, int]:
    """Return how many tokens of prefix, question and answer fit into a context."""
    prefix = min(PREFIX_TOKENS, context // 4)
    return prefix, min(QUESTION_TOKENS, prefix), min(ANSWER_TOKENS, context // 4)


def read_tokens(context: LlamaContext, shape: LlamaShape, count: int, patience: float = 1e9) -> int:
    """Have tokens evaluated, batch by batch; return how many were read in time."""
    chance = np.random.default_rng(count)
    tokens = chance.integers(0, shape.vocabulary - 2, count).tolist()
    step, read, begun = context.batch_tokens, 0, time.monotonic()
    while read < count and (read == 0 or time.monotonic() - begun < patience):
        batch = tokens[read : read + step]
        context.evaluate(batch)
        read += len(batch)
    # A GPU works on after the call has returned; asking for a result waits for it.
    context.sample()
    return read


def noise(shape: WhisperShape, frames: int) -> Any:
    """Return a spectrogram of noise as CTranslate2 takes it: 1 x bands x frames."""
    import ctranslate2

    noise = np.random.default_rng(0).standard_normal((1, shape.mel_bands, frames), np.float32)
    return ctranslate2.StorageView.from_array(noise)


def _encode(model: Any, sound: Any) -> None:
    # Brought to the processor, so that a GPU has really done it.
    model.encode(sound, to_cpu=True)


def decode(model: Any, shape: WhisperShape, heard: Any, tokens: int) -> int:
    """Decode greedily until there are `tokens` tokens; return how many there are."""
    end = shape.text_tokens
    prompt = [end + 1, end + 2, end + 3 + shape.languages, end + 7 + shape.languages]
    found = model.generate(
        heard,
        [prompt],
        beam_size=1,
        # CTranslate2 gives the answer half of this, as Whisper halves its context.
        max_length=2 * tokens,
        suppress_blank=False,
        # Nonsense could end at once; it must not.
        suppress_tokens=[end],
        return_no_speech_prob=True,
    )[0]
    return len(found.sequences_ids[0])


def _timed(work: Callable[[], object]) -> float:
    """Return the median duration of `work` in seconds, the first try left out where it can be."""
    spent: list[float] = []
    begun = time.monotonic()
    while len(spent) <= _TRIES and (not spent or time.monotonic() - begun < _PATIENCE):
        start = time.monotonic()
        work()
        spent.append(time.monotonic() - start)
    return median(spent[1:] or spent)


def milliseconds(duration: float) -> float:
    """Return seconds as milliseconds, to the hundredth."""
    return round(duration * 1000, 2)

"""Write a Whisper model of a given shape with random weights, as CTranslate2 reads it.

The library's own description of the format is filled with views of one block of random numbers, so
that a model of three gigabytes is written from some hundred megabytes of memory.

Rule: writes into the folder it is given and measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.tools.synthetic_shapes import WhisperShape

_Half = npt.NDArray[np.float16]

_SPREAD = 0.02
"""Standard deviation of the weights: that of a freshly initialised transformer."""

_EMBEDDING = "decoder/embeddings/weight"


def write_whisper(shape: WhisperShape, folder: Path) -> int:
    """Write model.bin, config.json and vocabulary.json; return model.bin's size in bytes.

    Raises OSError where the disk does not take it.
    """
    from ctranslate2.specs import WhisperSpec

    pool = _Pool(shape.vocabulary * shape.width)
    d = shape.width
    spec: Any = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = pool.take(d, shape.mel_bands, 3), _zeros(d)
    encoder.conv2.weight, encoder.conv2.bias = pool.take(d, d, 3), _zeros(d)
    encoder.position_encodings.encodings = pool.take(shape.audio_positions, d)
    for layer in encoder.layer:
        _fill_attention(layer.self_attention, pool, d, fused=3)
        _fill_feed_forward(layer.ffn, pool, d)
    decoder.embeddings.weight = pool.take(shape.vocabulary, d)
    decoder.position_encodings.encodings = pool.take(shape.text_positions, d)
    for layer in decoder.layer:
        _fill_attention(layer.self_attention, pool, d, fused=3)
        _fill_attention(layer.attention, pool, d, fused=1)
        _fill_feed_forward(layer.ffn, pool, d)
    for norm in (encoder.layer_norm, decoder.layer_norm):
        _fill_norm(norm, d)
    decoder.projection.weight = decoder.embeddings.weight
    _describe(spec, shape)
    spec.validate()
    # Output and embedding are one table, as in the real model; its bytes are written once.
    decoder.projection.weight = _EMBEDDING
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    return (folder / "model.bin").stat().st_size


def vocabulary(shape: WhisperShape) -> list[str]:
    """Return the tokens in Whisper's order: text, markup with the languages, instants."""
    markup = [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(_language(number) for number in range(shape.languages)),
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
    ]
    instants = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]
    return [f"word{number}" for number in range(shape.text_tokens)] + markup + instants


class _Pool:
    """Owns one block of random numbers and gives out views of it, each from another place."""

    def __init__(self, largest: int) -> None:
        """Draw what the largest weight needs, and a little to begin elsewhere each time."""
        chance = np.random.default_rng(0)
        spare = 4099
        self._numbers = (_SPREAD * chance.standard_normal(largest + spare, np.float32)).astype(
            np.float16
        )
        self._spare, self._given = spare, 0

    def take(self, *shape: int) -> _Half:
        """Return weights of a shape; memory is shared, so nobody may write to them."""
        self._given += 1
        begin = (self._given * 997) % self._spare
        count = int(np.prod(shape))
        if count + begin > self._numbers.size:
            raise ValueError(f"a weight of {count} numbers is larger than the vocabulary's table")
        return self._numbers[begin : begin + count].reshape(shape)


def _zeros(count: int) -> _Half:
    return np.zeros(count, np.float16)


def _fill_norm(norm: Any, width: int) -> None:
    norm.gamma, norm.beta = np.ones(width, np.float16), _zeros(width)


def _fill_linear(linear: Any, pool: _Pool, out: int, into: int) -> None:
    linear.weight, linear.bias = pool.take(out, into), _zeros(out)


def _fill_attention(attention: Any, pool: _Pool, width: int, *, fused: int) -> None:
    """Fill an attention part: `fused` 3 looks at itself, 1 (the query alone) at the encoder."""
    _fill_norm(attention.layer_norm, width)
    _fill_linear(attention.linear[0], pool, fused * width, width)
    if fused == 1:
        _fill_linear(attention.linear[1], pool, 2 * width, width)
    _fill_linear(attention.linear[-1], pool, width, width)


def _fill_feed_forward(part: Any, pool: _Pool, width: int) -> None:
    _fill_norm(part.layer_norm, width)
    _fill_linear(part.linear_0, pool, 4 * width, width)
    _fill_linear(part.linear_1, pool, width, 4 * width)


def _describe(spec: Any, shape: WhisperShape) -> None:
    first = shape.text_tokens
    spec.register_vocabulary(vocabulary(shape))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [first]
    spec.config.lang_ids = list(range(first + 2, first + 2 + shape.languages))
    spec.config.alignment_heads = [(shape.decoder_layers - 1, 0)]


def _language(number: int) -> str:
    # The first two are the ones this program speaks; the others only have to be there.
    return ("<|en|>", "<|fr|>")[number] if number < 2 else f"<|l{number}|>"

"""The shapes of the large models whose speed `bench --synthetic` measures.

Rule: plain numbers, taken from the models' published configurations; nothing is read or built here.
A tiny shape of each kind goes through the same code in seconds, for tests.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WhisperShape:
    """A Whisper model: widths and layers of encoder and decoder, mel bands and vocabulary."""

    name: str
    title: str
    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    mel_bands: int
    languages: int
    text_tokens: int
    audio_positions: int = 1500
    text_positions: int = 448

    @property
    def vocabulary(self) -> int:
        """How many tokens there are: text, eight of markup, the languages, 1,501 of time."""
        return self.text_tokens + 8 + self.languages + 1501

    @property
    def parameters(self) -> int:
        """How many weights there are, the shared embedding once."""
        d = self.width
        norm, attention, feed_forward = 2 * d, 4 * d * d + 4 * d, 8 * d * d + 5 * d
        encoder = self.encoder_layers * (attention + feed_forward + 2 * norm)
        decoder = self.decoder_layers * (2 * attention + feed_forward + 3 * norm)
        convolutions = 3 * d * self.mel_bands + 3 * d * d + 2 * d
        positions = (self.audio_positions + self.text_positions) * d
        return encoder + decoder + convolutions + positions + 2 * norm + self.vocabulary * d

    @property
    def size(self) -> int:
        """Bytes on disk, as half-precision numbers."""
        return 2 * self.parameters


@dataclass(frozen=True)
class LlamaShape:
    """A Llama-like language model: grouped attention, gated feed-forward part, Q4_K_M weights.

    `tied` models use the embedding for the output as well; `normed` ones normalise every query
    and key; `stretched` ones carry frequency factors for long contexts.
    """

    name: str
    title: str
    architecture: str
    width: int
    feed_forward: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int
    vocabulary: int
    context: int
    rope_base: float
    epsilon: float
    tied: bool = False
    normed: bool = False
    stretched: bool = False


Shape = WhisperShape | LlamaShape

_LARGE = (
    WhisperShape(
        "large-v3-turbo", "Whisper large-v3-turbo", 1280, 20, 32, 4, 128, 100, text_tokens=50257
    ),
    WhisperShape("large-v3", "Whisper large-v3", 1280, 20, 32, 32, 128, 100, text_tokens=50257),
    LlamaShape(
        "qwen3-4b",
        "Qwen3-4B Q4_K_M",
        "qwen3",
        width=2560,
        feed_forward=9728,
        layers=36,
        heads=32,
        kv_heads=8,
        head_width=128,
        vocabulary=151936,
        context=40960,
        rope_base=1e6,
        epsilon=1e-6,
        tied=True,
        normed=True,
    ),
    LlamaShape(
        "llama-3.1-8b",
        "Llama-3.1-8B Q4_K_M",
        "llama",
        width=4096,
        feed_forward=14336,
        layers=32,
        heads=32,
        kv_heads=8,
        head_width=128,
        vocabulary=128256,
        context=131072,
        rope_base=5e5,
        epsilon=1e-5,
        stretched=True,
    ),
)

_TINY = (
    WhisperShape("tiny-whisper", "tiny Whisper shape", 64, 2, 2, 2, 80, 2, text_tokens=300),
    LlamaShape(
        "tiny-qwen",
        "tiny Qwen shape",
        "qwen3",
        width=256,
        feed_forward=512,
        layers=8,
        heads=4,
        kv_heads=2,
        head_width=64,
        vocabulary=600,
        context=1024,
        rope_base=1e6,
        epsilon=1e-6,
        tied=True,
        normed=True,
    ),
    LlamaShape(
        "tiny-llama",
        "tiny Llama shape",
        "llama",
        width=256,
        feed_forward=512,
        layers=8,
        heads=4,
        kv_heads=2,
        head_width=64,
        vocabulary=600,
        context=1024,
        rope_base=5e5,
        epsilon=1e-5,
        stretched=True,
    ),
)

SHAPES: dict[str, Shape] = {shape.name: shape for shape in (*_LARGE, *_TINY)}
"""Every shape by its name on the command line."""

LARGE: tuple[str, ...] = tuple(shape.name for shape in _LARGE)
"""What is measured where nothing else is asked for."""

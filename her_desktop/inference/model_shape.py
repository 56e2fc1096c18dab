"""How large a language model is inside, by what its file says of itself.

How much memory a model takes follows from its layers and heads (see `gpu_plan`).
Rule: any thread; reads the head of one file, up to the vocabulary. A file that says nothing
sensible gives None, as `gguf_check` and llama.cpp say better than this what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from her_desktop.inference.gguf import LongList, NoGgufError, Value, opened

_VOCABULARY = "tokenizer.ggml.tokens"
_OLD_VOCABULARY = 32_000
_OLD_CONTEXT = 4096
"""What the first models had, of those that do not say."""


@dataclass(frozen=True)
class ModelShape:
    """What decides how much memory a model takes, beside the size of its file."""

    layers: int
    width: int
    """Numbers in one token's state."""
    inner_width: int
    """Numbers in the middle of a layer's feed-forward part."""
    key_width: int
    """Numbers that one token keeps in one layer's cache as keys: heads times length."""
    value_width: int
    vocabulary: int
    trained_tokens: int


def read_shape(path: Path) -> ModelShape | None:
    """Return the shape of the model in a GGUF file, None where the file does not tell it."""
    known: dict[str, Value] = {}
    try:
        with opened(path) as file:
            for name, value in file.entries():
                known[name] = value
                if name == _VOCABULARY:
                    break  # what is wanted stands before it; to pass it takes long
    except (OSError, NoGgufError):
        return None
    kind = known.get("general.architecture")

    def number(name: str, default: int = 0) -> int:
        value = known.get(f"{kind}.{name}", default)
        if isinstance(value, list):  # a number for each layer, as some models have
            value = max((item for item in value if isinstance(item, int)), default=default)
        return value if isinstance(value, int) else default

    layers, width, heads = (
        number(name) for name in ("block_count", "embedding_length", "attention.head_count")
    )
    if min(layers, width, heads) <= 0:
        return None
    shared = number("attention.head_count_kv", heads)
    vocabulary = known.get(_VOCABULARY)
    return ModelShape(
        layers=layers,
        width=width,
        inner_width=number("feed_forward_length", 4 * width),
        key_width=shared * number("attention.key_length", width // heads),
        value_width=shared * number("attention.value_length", width // heads),
        vocabulary=int(vocabulary)
        if isinstance(vocabulary, LongList)
        else number("vocab_size", _OLD_VOCABULARY),
        trained_tokens=number("context_length", _OLD_CONTEXT),
    )

"""Write a language model of a given shape with random Q4_K_M weights, as llama.cpp reads it.

The GGUF format is written here rather than with the package of that name, which would bring an
HTTP client and three more packages for what is a page of code. Layout and the choice of types
follow the format's specification (ggml/docs/gguf.md) and llama.cpp's llama-quant.cpp.

Rule: writes the file it is given and measures nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from her_desktop.tools.synthetic_shapes import LlamaShape

_Bytes = npt.NDArray[np.uint8]

_ALIGNMENT = 32
_SUPER_BLOCK = 256
_POOL_BLOCKS = 16384
_MOSTLY_Q4_K_M = 15
_NORMAL, _CONTROL = 1, 3

_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

Value = int | float | str | Sequence[int] | Sequence[str]


class _Type(IntEnum):
    """How a tensor's numbers are stored, by ggml's numbers for it."""

    F32 = 0
    Q4_K = 12
    Q6_K = 14


_BLOCK_BYTES = {_Type.Q4_K: 144, _Type.Q6_K: 210}


@dataclass(frozen=True)
class _Tensor:
    """A tensor by its name in the file; `shape` as ggml counts it, the row's length first."""

    name: str
    shape: tuple[int, ...]
    type: _Type

    @property
    def bytes(self) -> int:
        count = int(np.prod(self.shape))
        if self.type is _Type.F32:
            return 4 * count
        if self.shape[0] % _SUPER_BLOCK:
            raise ValueError(f"rows of {self.shape[0]} cannot be stored in blocks of 256")
        return count // _SUPER_BLOCK * _BLOCK_BYTES[self.type]


def write_llama(shape: LlamaShape, path: Path) -> int:
    """Write the model; return the file's size in bytes.

    Raises OSError where the disk does not take it, ValueError for a shape that has no such form.
    """
    tensors = list(_tensors(shape))
    pools = {kind: _pool(kind) for kind in _BLOCK_BYTES}
    with path.open("wb") as file:
        metadata = _metadata(shape)
        file.write(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)))
        for key, value in metadata.items():
            _write_string(file, key)
            _write_value(file, value)
        offset = 0
        for tensor in tensors:
            _write_string(file, tensor.name)
            file.write(struct.pack("<I", len(tensor.shape)))
            file.write(struct.pack(f"<{len(tensor.shape)}Q", *tensor.shape))
            file.write(struct.pack("<IQ", tensor.type, offset))
            offset += _aligned(tensor.bytes)
        _pad(file)
        for number, tensor in enumerate(tensors):
            if tensor.type is _Type.F32:
                file.write(np.ones(int(np.prod(tensor.shape)), np.float32).tobytes())
            else:
                pool = pools[tensor.type]
                # Each tensor begins at another block, so that no two are the same.
                begin = number * 7919 % _POOL_BLOCKS * _BLOCK_BYTES[tensor.type]
                _write_turned(file, pool, begin, tensor.bytes)
            _pad(file)
        return file.tell()


def size_of(shape: LlamaShape) -> int:
    """Return about how many bytes the file takes: the weights, without the vocabulary's texts."""
    return sum(_aligned(tensor.bytes) for tensor in _tensors(shape))


def token_texts(count: int) -> list[str]:
    """Return the vocabulary: 256 bytes, made-up words of which every tenth ends a sentence, markup.

    The words can be spoken, so that the nonsense can go through a whole turn. No two are alike.
    """
    bytes_ = list(_byte_letters())
    words = count - len(bytes_) - 2
    space = "\u0120"  # how GPT-2's alphabet writes a space
    texts = [space + _word(number) + ("." if number % 10 == 9 else "") for number in range(words)]
    return [*bytes_, *texts, "<|im_start|>", "<|im_end|>"]


def _tensors(shape: LlamaShape) -> Iterator[_Tensor]:
    """Name every tensor, in Q4_K with the parts in Q6_K that llama.cpp keeps finer."""
    d, kv = shape.width, shape.kv_heads * shape.head_width
    queries = shape.heads * shape.head_width
    table = _Type.Q6_K if shape.tied else _Type.Q4_K
    yield _Tensor("token_embd.weight", (d, shape.vocabulary), table)
    yield _Tensor("output_norm.weight", (d,), _Type.F32)
    if not shape.tied:
        yield _Tensor("output.weight", (d, shape.vocabulary), _Type.Q6_K)
    if shape.stretched:
        yield _Tensor("rope_freqs.weight", (shape.head_width // 2,), _Type.F32)
    for number in range(shape.layers):
        finer = _Type.Q6_K if _is_finer(number, shape.layers) else _Type.Q4_K
        block = f"blk.{number}."
        yield _Tensor(block + "attn_norm.weight", (d,), _Type.F32)
        yield _Tensor(block + "attn_q.weight", (d, queries), _Type.Q4_K)
        yield _Tensor(block + "attn_k.weight", (d, kv), _Type.Q4_K)
        yield _Tensor(block + "attn_v.weight", (d, kv), finer)
        yield _Tensor(block + "attn_output.weight", (queries, d), _Type.Q4_K)
        if shape.normed:
            yield _Tensor(block + "attn_q_norm.weight", (shape.head_width,), _Type.F32)
            yield _Tensor(block + "attn_k_norm.weight", (shape.head_width,), _Type.F32)
        yield _Tensor(block + "ffn_norm.weight", (d,), _Type.F32)
        yield _Tensor(block + "ffn_gate.weight", (d, shape.feed_forward), _Type.Q4_K)
        yield _Tensor(block + "ffn_up.weight", (d, shape.feed_forward), _Type.Q4_K)
        yield _Tensor(block + "ffn_down.weight", (shape.feed_forward, d), finer)


def _is_finer(layer: int, layers: int) -> bool:
    """Tell whether llama.cpp gives a layer's values and way down more bits (use_more_bits)."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def _metadata(shape: LlamaShape) -> dict[str, Value]:
    own = shape.architecture
    texts = token_texts(shape.vocabulary)
    return {
        "general.architecture": own,
        "general.name": f"{shape.title}, random weights",
        "general.file_type": _MOSTLY_Q4_K_M,
        "general.quantization_version": 2,
        f"{own}.vocab_size": shape.vocabulary,
        f"{own}.context_length": shape.context,
        f"{own}.embedding_length": shape.width,
        f"{own}.block_count": shape.layers,
        f"{own}.feed_forward_length": shape.feed_forward,
        f"{own}.attention.head_count": shape.heads,
        f"{own}.attention.head_count_kv": shape.kv_heads,
        f"{own}.attention.key_length": shape.head_width,
        f"{own}.attention.value_length": shape.head_width,
        f"{own}.attention.layer_norm_rms_epsilon": shape.epsilon,
        f"{own}.rope.dimension_count": shape.head_width,
        f"{own}.rope.freq_base": shape.rope_base,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2" if own == "qwen3" else "llama-bpe",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": [_NORMAL] * (len(texts) - 2) + [_CONTROL] * 2,
        # No two letters of the alphabet are joined: text is read byte by byte.
        "tokenizer.ggml.merges": ["\u0120 \u0120"],
        "tokenizer.ggml.bos_token_id": len(texts) - 2,
        "tokenizer.ggml.eos_token_id": len(texts) - 1,
        "tokenizer.chat_template": _TEMPLATE,
    }


def _pool(kind: _Type) -> _Bytes:
    """Return random blocks whose numbers have a mean of nought and a spread of about 0.02.

    The layouts are ggml's block_q4_K (d, dmin, scales, quants) and block_q6_K (quants, scales, d).
    """
    chance = np.random.default_rng(int(kind))
    blocks = chance.integers(0, 256, (_POOL_BLOCKS, _BLOCK_BYTES[kind]), np.uint8)
    if kind is _Type.Q4_K:
        blocks[:, 0:2] = _half(1.3e-4)
        blocks[:, 2:4] = _half(1.3e-4 * 7.5)
    else:
        scales = chance.integers(-32, 33, (_POOL_BLOCKS, 16), np.int8)
        blocks[:, 192:208] = scales.view(np.uint8)
        blocks[:, 208:210] = _half(6e-5)
    return blocks.reshape(-1)


def _write_turned(file: BinaryIO, pool: _Bytes, begin: int, count: int) -> None:
    """Write `count` bytes of the pool, read round and round from `begin` on."""
    view = np.concatenate([pool[begin:], pool[:begin]]).data
    while count > 0:
        count -= file.write(view[: min(count, len(view))])


def _half(number: float) -> _Bytes:
    return np.array([number], "<f2").view(np.uint8)


def _aligned(count: int) -> int:
    return -(-count // _ALIGNMENT) * _ALIGNMENT


def _pad(file: BinaryIO) -> None:
    file.write(bytes(_aligned(file.tell()) - file.tell()))


def _write_string(file: BinaryIO, text: str) -> None:
    raw = text.encode("utf-8")
    file.write(struct.pack("<Q", len(raw)) + raw)


def _write_value(file: BinaryIO, value: Value) -> None:
    """Write a value behind the number of its kind: 4 uint32, 5 int32, 6 float32, 8 text, 9 list."""
    if isinstance(value, str):
        file.write(struct.pack("<I", 8))
        _write_string(file, value)
    elif isinstance(value, int):
        file.write(struct.pack("<II", 4, value))
    elif isinstance(value, float):
        file.write(struct.pack("<If", 6, value))
    elif value and isinstance(value[0], str):
        file.write(struct.pack("<IIQ", 9, 8, len(value)))
        for text in value:
            _write_string(file, str(text))
    else:
        file.write(struct.pack("<IIQ", 9, 5, len(value)))
        file.write(np.asarray(value, "<i4").tobytes())


def _byte_letters() -> Iterator[str]:
    """Yield GPT-2's letter for each of the 256 bytes, in its order."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    free = 256
    for byte in range(256):
        if byte in plain:
            yield chr(byte)
        else:
            yield chr(free)
            free += 1


def _word(number: int) -> str:
    """Return a made-up word, another one for each number: pairs of consonant and vowel."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    base = len(consonants) * len(vowels)
    word = ""
    while True:
        number, pair = divmod(number, base)
        word += consonants[pair // len(vowels)] + vowels[pair % len(vowels)]
        if not number:
            return word
        number -= 1

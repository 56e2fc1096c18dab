"""One GGUF model with its context, on llama.cpp's C functions.

llama_cpp's `Llama` class is not used: it points the process's standard output and error elsewhere
while it loads, refuses a model whose chat template has a mistake, and keeps a row of the whole
vocabulary for every token of a batch. What is left of it here is small.

Rule: one thread, the worker that loaded it, uses a context; none of this is thread-safe.
"""

from __future__ import annotations

import ctypes
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ctypeslib

from her_desktop.inference.gpu_llama import engine, gpu_devices, heard_log, told
from her_desktop.inference.gpu_trouble import gpu_error
from her_desktop.inference.loading import require_gguf, unreadable
from her_desktop.inference.protocols import ModelError

CPU_BATCH_TOKENS = 64
"""So many tokens are evaluated between two questions whether the answer is still wanted."""
GPU_BATCH_TOKENS = 256
_ALL_LAYERS = -1
_PIECE_BYTES = 256
_NO_DEVICES = (ctypes.c_void_p * 1)(None)
"""A list of devices that ends at once."""


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen from the model's probabilities."""

    temperature: float = 0.7
    top_p: float = 0.9
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_window: int = 64
    """So many of the answer's last tokens are penalised."""
    seed: int | None = None
    """The same seed gives the same answer; None takes a new one each time."""


class LlamaContext:
    """Owns a model, its KV cache and one sampler. Used by the llm worker alone."""

    def __init__(
        self,
        path: Path,
        *,
        context_tokens: int,
        threads: int,
        gpu_layers: int,
        main_gpu: int = 0,
    ) -> None:
        """Load a GGUF file. `gpu_layers` -1 means all of them, on the card `main_gpu`.

        Raises ModelError; what only a GPU can do wrong is a GpuError.
        """
        require_gguf(path)
        llama_cpp = engine()
        # llama_cpp prints llama.cpp's log to standard error unless its own logger is told not to.
        logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
        self._c: Any = llama_cpp
        self._model: Any = None
        self._context: Any = None
        self._sampler: Any = None
        self._used = 0
        self._size = 0
        self._is_fresh = False
        llama_cpp.llama_backend_init()
        on_gpu = gpu_layers != 0 and bool(llama_cpp.llama_supports_gpu_offload())
        self._batch_tokens = GPU_BATCH_TOKENS if on_gpu else CPU_BATCH_TOKENS
        self._on_gpu = on_gpu
        self.is_quick_at_several = on_gpu
        """Whether a few tokens take little longer than one: on a GPU, and with AMX."""
        self._model = self._open_model(path, gpu_layers if on_gpu else 0, main_gpu)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        wanted = min(context_tokens, int(llama_cpp.llama_model_n_ctx_train(self._model)))
        self._context = self._open_context(path, wanted, max(1, threads), on_gpu)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._size = min(wanted, int(llama_cpp.llama_n_ctx(self._context)))
        plural = "" if threads == 1 else "s"
        self.detail = (
            self._gpu_detail(gpu_layers, main_gpu)
            if on_gpu
            else f"CPU, {max(1, threads)} thread{plural}"
        )

    @property
    def size(self) -> int:
        """How many tokens the context holds."""
        return self._size

    @property
    def used(self) -> int:
        """How many tokens have been evaluated and kept."""
        return self._used

    @property
    def is_fresh(self) -> bool:
        """Whether the last token kept was the last evaluated: its successor can be sampled."""
        return self._is_fresh

    @property
    def batch_tokens(self) -> int:
        """The most tokens that `evaluate` takes at once."""
        return self._batch_tokens

    @property
    def chat_template(self) -> str | None:
        """The model's own chat template in Jinja, None where it has none."""
        raw = self._c.llama_model_chat_template(self._model, None)
        return raw.decode("utf-8", "replace") if raw else None

    @property
    def bos_text(self) -> str:
        """The text of the beginning-of-sequence token, "" where there is none."""
        return self._special_text(self._c.llama_vocab_bos(self._vocab))

    @property
    def eos_text(self) -> str:
        """The text of the end-of-sequence token, "" where there is none."""
        return self._special_text(self._c.llama_vocab_eos(self._vocab))

    @property
    def wants_bos(self) -> bool:
        """Whether every prompt must begin with the beginning-of-sequence token."""
        return bool(self._c.llama_vocab_get_add_bos(self._vocab))

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return int(self._c.llama_vocab_n_tokens(self._vocab))

    def likely_tokens(self, least: float, after: int = -1) -> dict[int, float]:
        """Return how likely (0 to 1) the next token is each of those that are by `least` or more.

        `after` is the token of the last `evaluate` that it would follow: the `also` asked for
        there, or -1, the last one. That is the bare model's opinion, before anything is sampled.
        """
        raw = self._c.llama_get_logits_ith(self._context, after)
        logits = ctypeslib.as_array(raw, shape=(self.vocabulary,)).astype(np.float64)
        weights = np.exp(logits - logits.max())
        weights /= weights.sum()
        likely = np.flatnonzero(weights >= least)
        return dict(zip(likely.tolist(), weights[likely].tolist(), strict=True))

    def tokenize(self, text: bytes) -> list[int]:
        """Return the tokens of UTF-8 `text`, special tokens recognised by their text."""
        room = len(text) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self._c.llama_tokenize(self._vocab, text, len(text), tokens, room, False, True)
        if count < 0:
            raise ModelError("The language model could not read the text.")
        return list(tokens[:count])

    def piece(self, token: int, *, special: bool) -> bytes:
        """Return the bytes a token stands for; a control token gives b"" unless `special`."""
        size = _PIECE_BYTES
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self._c.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def is_end(self, token: int) -> bool:
        """Tell whether a token ends the answer."""
        return bool(self._c.llama_vocab_is_eog(self._vocab, token))

    def is_control(self, token: int) -> bool:
        """Tell whether a token is markup of the prompt rather than text."""
        return bool(self._c.llama_vocab_is_control(self._vocab, token))

    def keep(self, count: int) -> int:
        """Forget everything after the first `count` tokens; return how many are really left.

        Recurrent models and sliding windows cannot forget a part: then none are left.
        """
        if count >= self._used:
            return self._used
        self._is_fresh = False
        if count > 0 and self._c.llama_memory_seq_rm(self._memory, 0, count, -1):
            self._used = count
        else:
            self._c.llama_memory_clear(self._memory, True)
            self._used = 0
        return self._used

    def evaluate(self, tokens: Sequence[int], also: int | None = None) -> None:
        """Append at most `batch_tokens` tokens; the last one's successor can then be sampled.

        What may follow the one at `also`, counted from 0, `likely_tokens` can then tell too.
        """
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        # llama.cpp gives a lone batch the next positions and asks for the last logits only.
        batch = self._c.llama_batch_get_one(array, len(tokens))
        if also is not None:
            asked = (ctypes.c_int8 * len(tokens))()
            asked[also] = asked[-1] = 1
            batch.logits = asked
        code = self._c.llama_decode(self._context, batch)
        if code != 0 and self._on_gpu:
            # Nothing more is asked of a card that may be gone: the model is not used again.
            raise gpu_error("out of memory" if code > -3 else f"llama.cpp gave {code}")
        if code != 0:
            self.keep(0)
            raise ModelError("The language model ran out of memory. Please use a smaller model.")
        self._used += len(tokens)
        self._is_fresh = True

    def start_sampling(self, sampling: Sampling) -> None:
        """Choose from here on by `sampling`, with nothing to penalise yet."""
        c = self._c
        self._free_sampler()
        chain = c.llama_sampler_chain_init(c.llama_sampler_chain_default_params())
        vocabulary = c.llama_vocab_n_tokens(self._vocab)
        seed = c.LLAMA_DEFAULT_SEED if sampling.seed is None else sampling.seed
        links = (
            c.llama_sampler_init_penalties(
                vocabulary, sampling.repeat_window, sampling.repeat_penalty, 0.0, 0.0
            ),
            c.llama_sampler_init_top_k(sampling.top_k),
            c.llama_sampler_init_top_p(sampling.top_p, 1),
            c.llama_sampler_init_min_p(sampling.min_p, 1),
            c.llama_sampler_init_temp(sampling.temperature),
            c.llama_sampler_init_dist(seed),
        )
        for link in links:
            c.llama_sampler_chain_add(chain, link)
        self._sampler = chain

    def sample(self) -> int:
        """Return the next token; it still has to be evaluated."""
        return int(self._c.llama_sampler_sample(self._sampler, self._context, -1))

    def close(self) -> None:
        """Free everything; the context cannot be used afterwards."""
        self._free_sampler()
        if self._context is not None:
            self._c.llama_free(self._context)
            self._context = None
        if self._model is not None:
            self._c.llama_model_free(self._model)
            self._model = None

    def _free_sampler(self) -> None:
        if self._sampler is not None:
            self._c.llama_sampler_free(self._sampler)
            self._sampler = None

    def _gpu_detail(self, gpu_layers: int, main_gpu: int) -> str:
        """Return what the model runs on: "GPU (CUDA), all layers"."""
        cards = gpu_devices(self._c)
        family = cards[min(main_gpu, len(cards) - 1)].family if cards else "llama.cpp"
        everything = int(self._c.llama_model_n_layer(self._model)) + 1
        return told(family, everything if gpu_layers == _ALL_LAYERS else gpu_layers, everything)

    def _open_model(self, path: Path, gpu_layers: int, main_gpu: int) -> Any:
        params = self._c.llama_model_default_params()
        # AMX is reached through the extra buffers alone; without them nothing else is lost that
        # matters as much as a process that lives.
        if b"AMX_INT8 = 1" in self._c.llama_print_system_info():
            params.use_extra_bufts = _amx_is_sound(Path(self._c.__file__).parent / "lib")
            self.is_quick_at_several |= params.use_extra_bufts
        params.n_gpu_layers = 0x7FFFFFFF if gpu_layers == _ALL_LAYERS else gpu_layers
        if self._on_gpu:
            # The plan is for one card; shared among several, every token would cross between them.
            params.split_mode, params.main_gpu = self._c.LLAMA_SPLIT_MODE_NONE, main_gpu
        elif self._c.llama_supports_gpu_offload():
            # Without this, a build for GPUs uses one for long prompts even with no layer there.
            params.devices = ctypes.cast(_NO_DEVICES, ctypes.c_void_p)
        with heard_log(self._c) as said:
            model = self._c.llama_model_load_from_file(str(path).encode("utf-8"), params)
        if not model and self._on_gpu:
            raise gpu_error("\n".join(said))
        if not model:
            raise unreadable(path, ValueError("llama.cpp refused it"))
        return model

    def _open_context(self, path: Path, size: int, threads: int, on_gpu: bool) -> Any:
        params = self._c.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = params.n_ubatch = self._batch_tokens
        params.n_threads = params.n_threads_batch = threads
        params.n_seq_max = 1
        params.no_perf = True
        params.flash_attn_type = (
            self._c.LLAMA_FLASH_ATTN_TYPE_AUTO if on_gpu else self._c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        with heard_log(self._c) as said:
            context = self._c.llama_init_from_model(self._model, params)
        if not context:
            self.close()
            if on_gpu:
                raise gpu_error("\n".join(said) or "out of memory")
            raise ModelError(
                f"There is not enough memory for the language model {path.name}. "
                "Please choose a smaller one."
            )
        return context

    def _special_text(self, token: int) -> str:
        return "" if token < 0 else self.piece(token, special=True).decode("utf-8", "replace")


_GCC = re.compile(rb"GCC: \([^)]*\) (\d+)\.(\d+)")
_GCC_REPAIRED = {11: 5, 12: 4, 13: 3}
"""The first minor version of each series in which AMX's tile configuration is stored whole."""


def _amx_is_sound(folder: Path) -> bool:
    """Tell whether llama.cpp's processor library in `folder` may use AMX.

    Earlier GCCs (their bug 114098) drop most of the tile configuration as dead stores, and the
    first product of matrices then ends the process. The library itself says who built it, and, if
    told to record its switches, that dead stores were kept.
    """
    for library in folder.glob("libggml-cpu.so"):
        content = library.read_bytes()
        compiler = _GCC.search(content)
        if compiler and b"-fno-tree-dse" not in content:
            major, minor = (int(number) for number in compiler.groups())
            return major > max(_GCC_REPAIRED) or minor >= _GCC_REPAIRED.get(major, minor + 1)
    return True

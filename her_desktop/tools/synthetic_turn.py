"""A whole turn on large shapes: recognised, thought of and spoken, one after the other.

All three models are loaded at once, as they are in the program. What they say is nonsense, so the
turn is not run by the engine: its stages do by hand what they do for the first sound of an answer,
with nothing guessed ahead, which makes the figure the worst that a user would meet.

Rule: the command's own thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.inference.llama import LlamaContext, Sampling
from her_desktop.inference.protocols import Voice
from her_desktop.inference.stt import contexts
from her_desktop.tools.synthetic_shapes import LlamaShape, WhisperShape
from her_desktop.tools.synthetic_speed import (
    GPU,
    PREFIX_TOKENS,
    QUESTION_TOKENS,
    SPEECH,
    SPEECH_TOKENS,
    Device,
    Row,
    decode,
    milliseconds,
    noise,
    read_tokens,
)

CLAUSE = "The weather is lovely today,"
"""What is spoken first: as many words as the clause that is waited for."""
CLAUSE_TOKENS = 8

_TRIES = 7
_PATIENCE = 60.0


@dataclass(frozen=True)
class Turn:
    """A recogniser's and a language model's shape that are tried together."""

    name: str
    title: str
    ears: str
    mind: str


TURNS: dict[str, Turn] = {
    turn.name: turn
    for turn in (
        Turn("turn", "A whole turn, large-v3-turbo and Llama-3.1-8B", "large-v3-turbo",
             "llama-3.1-8b"),
        Turn("tiny-turn", "A whole turn, tiny shapes", "tiny-whisper", "tiny-llama"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class _Instants:
    """When the parts of one turn were done, in seconds from the last spoken sample."""

    recognised: float
    first_token: float
    clause: float
    sound: float


def turn_speed(
    ears: tuple[Path, WhisperShape],
    mind: tuple[Path, LlamaShape],
    load_voice: Callable[[], Voice],
    device: Device,
    threads: int,
) -> Row:
    """Load everything, time some turns; return the median of each part's end, in milliseconds.

    Raises ModelError or RuntimeError where a model cannot run on the device.
    """
    import ctranslate2

    kind = device.compute_types[0]
    with ExitStack() as loaded:
        whisper: Any = ctranslate2.models.Whisper(
            str(ears[0]), device=device.ctranslate2, compute_type=kind, intra_threads=threads
        )
        loaded.callback(whisper.unload_model)
        context = LlamaContext(
            mind[0],
            context_tokens=min(4096, mind[1].context),
            threads=threads,
            gpu_layers=device.gpu_layers,
        )
        loaded.callback(context.close)
        voice = load_voice()
        loaded.callback(voice.close)
        context.start_sampling(Sampling(seed=1))
        prefix = min(PREFIX_TOKENS, mind[1].context // 4)
        kept = read_tokens(context, mind[1], prefix, _PATIENCE)
        sound = noise(ears[1], contexts(round(SPEECH * SAMPLE_RATE_HZ))[0])

        def turn() -> _Instants:
            context.keep(kept)
            begun = time.monotonic()
            decode(whisper, ears[1], whisper.encode(sound), SPEECH_TOKENS)
            recognised = time.monotonic()
            read_tokens(context, mind[1], QUESTION_TOKENS)
            first = time.monotonic()
            for _ in range(CLAUSE_TOKENS):
                context.evaluate([context.sample()])
            context.sample()
            clause = time.monotonic()
            next(iter(voice.speak(CLAUSE, lambda: False)))
            spoken = time.monotonic()
            return _Instants(recognised - begun, first - begun, clause - begun, spoken - begun)

        turns = _some(turn)
        details = (kind if device is GPU else f"{kind}, {threads} threads", context.detail)
        where = f"{', '.join(details)}; voice {voice.detail}"
    return {
        "device": device.title,
        "runs_on": where,
        "turns": len(turns),
        **{
            f"{part}_ms": milliseconds(median(getattr(each, part) for each in turns))
            for part in ("recognised", "first_token", "clause", "sound")
        },
    }


def _some(turn: Callable[[], _Instants]) -> list[_Instants]:
    """Run turns until there are enough or it takes too long; leave the first one out."""
    turns: list[_Instants] = []
    begun = time.monotonic()
    while len(turns) <= _TRIES and (not turns or time.monotonic() - begun < _PATIENCE):
        turns.append(turn())
    return turns[1:] or turns

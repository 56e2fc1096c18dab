"""What of the three models goes onto a GPU whose memory may be short: decided before loading.

A library that runs out of memory half way says so late, or ends the process. So what each model
will take is estimated beforehand, on the generous side: its weights, the cache of a conversation,
and the room to compute in. What does not fit is made smaller in a fixed order, and every step that
was taken is said in a sentence: the voice goes to the processor first, as it is quick there; then
speech recognition takes a smaller number format; then the language model leaves layers out, then
remembers less; and only then does a model run on the processor as a whole.

Rule: pure. Memory is in bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from her_desktop.inference.model_shape import ModelShape

MIB = 1 << 20
GIB = 1 << 30

FLOAT16 = "float16"
INT8_FLOAT16 = "int8_float16"

_DRIVERS_OWN = 450 * MIB
"""What CUDA and its libraries keep for themselves in a process, before any model."""
_LEAST_SPARE = GIB
_SPARE = 0.10
"""The share of a card's memory that is left to the screen and to other programs."""
_WEIGHTS = {FLOAT16: 1.0, INT8_FLOAT16: 0.55, "float32": 2.0, "int8_float32": 0.6}
"""CTranslate2's weights against those on disk, which are float16; int8 ones have scales beside."""
_ENCODER_ROOM = 350 * MIB
_ENCODER_SHARE = 0.15
"""What encoding 30 s takes beside the weights, as a constant and as a share of them."""
_VOICE_ROOM = 300 * MIB
_VOICE_SHARE = 2.0
_CACHE_BYTES = 2
_NUMBER_BYTES = 4
_LEAST_LAYERS = 0.5
"""With fewer of its layers on the GPU, a model gains less than the way there and back costs."""
_LEAST_TOKENS = 2048


@dataclass(frozen=True)
class RecognizerNeeds:
    """A Whisper model: the bytes of its weights as they lie on disk, in float16."""

    name: str
    weights: int
    formats: tuple[str, ...] = (FLOAT16, INT8_FLOAT16)
    """The number formats that the card calculates in, the most exact first."""

    def memory(self, number_format: str) -> int:
        """Return the bytes that it takes in a number format."""
        share = _WEIGHTS[number_format]
        return int(self.weights * (share + _ENCODER_SHARE)) + _ENCODER_ROOM


@dataclass(frozen=True)
class LanguageNeeds:
    """A language model: its file's bytes, its shape, and the conversation it should hold."""

    name: str
    weights: int
    shape: ModelShape
    context_tokens: int
    batch_tokens: int
    most_layers: int = -1
    """The user's own limit; -1 means all that fit."""

    @property
    def layers(self) -> int:
        """How many layers may go onto the GPU, the output counted as one, as llama.cpp does."""
        everything = self.shape.layers + 1
        return everything if self.most_layers < 0 else min(self.most_layers, everything)

    def memory(self, layers: int, tokens: int) -> int:
        """Return the bytes that it takes with so many layers on the GPU and such a context."""
        if layers <= 0:
            return 0
        share = min(1.0, layers / (self.shape.layers + 1))
        cache = _CACHE_BYTES * tokens * (self.shape.key_width + self.shape.value_width)
        inner = self.shape.vocabulary + 4 * self.shape.width + 2 * self.shape.inner_width
        return int(
            share * self.weights
            + cache * min(layers, self.shape.layers)
            + _NUMBER_BYTES * self.batch_tokens * inner
        )


@dataclass(frozen=True)
class VoiceNeeds:
    """A voice: the bytes of its file."""

    name: str
    weights: int

    @property
    def memory(self) -> int:
        """Return the bytes that it takes."""
        return int(_VOICE_SHARE * self.weights) + _VOICE_ROOM


@dataclass(frozen=True)
class Share:
    """What one model gets: nothing of the GPU, or `memory` bytes of it."""

    memory: int = 0
    number_format: str = ""
    """What a recognizer calculates in."""
    layers: int = 0
    """How many layers of a language model are on the GPU."""
    tokens: int = 0
    """How long a conversation it can look back on."""
    sentences: tuple[str, ...] = ()
    """What the user should know of the steps that were taken."""

    @property
    def on_gpu(self) -> bool:
        """Whether any of it is on the GPU."""
        return self.memory > 0


@dataclass(frozen=True)
class Plan:
    """The shares of the models that were planned for; None for one that was not."""

    stt: Share | None = None
    llm: Share | None = None
    tts: Share | None = None

    @property
    def memory(self) -> int:
        """Return the bytes that all of it takes."""
        return sum(share.memory for share in (self.stt, self.llm, self.tts) if share)


def budget(free: int, total: int) -> int:
    """Return the bytes that models may take of a card, from what is free of it and its size."""
    spare = max(_LEAST_SPARE, int(_SPARE * total))
    return max(0, min(free, total - spare) - _DRIVERS_OWN)


def plan(
    room: int,
    *,
    stt: RecognizerNeeds | None = None,
    llm: LanguageNeeds | None = None,
    tts: VoiceNeeds | None = None,
) -> Plan:
    """Share `room` bytes out between the models that are given; the best that fits."""
    for made in _in_order(room, stt, llm, tts):
        if made.memory <= room:
            return made
    raise AssertionError("nothing at all always fits")


def _in_order(
    room: int, stt: RecognizerNeeds | None, llm: LanguageNeeds | None, tts: VoiceNeeds | None
) -> Iterator[Plan]:
    """Yield what could be done, the best first; what comes last takes no memory."""
    exact, *smaller = _recognizers(stt)
    last = smaller[-1] if smaller else exact
    whole = None if llm is None else _language(llm, llm.layers, llm.context_tokens)
    yield Plan(exact, whole, _voice(tts))
    yield Plan(exact, whole, _voice_aside(tts))
    for share in smaller:
        yield Plan(share, whole, _voice_aside(tts))
    if llm is not None:
        left = room - (last.memory if last else 0)
        for tokens in _contexts(llm.context_tokens):
            layers = _most_layers(llm, tokens, left)
            if layers >= max(1, int(_LEAST_LAYERS * llm.layers)):
                yield Plan(last, _language(llm, layers, tokens), _voice_aside(tts))
        # Without it the others may have all they want.
        aside = Share(sentences=(_does_not_fit(llm.name),))
        for made in _in_order(room, stt, None, tts):
            yield replace(made, llm=aside)
    if stt is not None:
        aside = Share(sentences=(_does_not_fit(stt.name),))
        yield from (replace(made, stt=aside) for made in _in_order(room, None, llm, tts))
    yield Plan(None, None, _voice_aside(tts))


def _recognizers(needs: RecognizerNeeds | None) -> list[Share | None]:
    if needs is None or not needs.formats:
        return [None]
    first, *others = needs.formats
    shares: list[Share | None] = [Share(needs.memory(first), number_format=first)]
    for smaller in others:
        words = (
            f"{needs.name} calculates in the smaller number format {smaller}, because the GPU's "
            "memory is short. Choose smaller models for full precision."
        )
        shares.append(Share(needs.memory(smaller), number_format=smaller, sentences=(words,)))
    return shares


def _language(needs: LanguageNeeds, layers: int, tokens: int) -> Share:
    sentences: list[str] = []
    if layers < needs.layers:
        sentences.append(
            f"{layers} of {needs.layers} layers of {needs.name} are on the GPU, as its memory "
            "holds no more, so answers come slower. Choose a smaller model for speed."
        )
    if tokens < needs.context_tokens:
        sentences.append(
            f"{needs.name} looks back on {tokens} tokens of the conversation instead of "
            f"{needs.context_tokens}, because the GPU's memory is short."
        )
    return Share(
        needs.memory(layers, tokens), layers=layers, tokens=tokens, sentences=tuple(sentences)
    )


def _voice(needs: VoiceNeeds | None) -> Share | None:
    return None if needs is None else Share(needs.memory)


def _voice_aside(needs: VoiceNeeds | None) -> Share | None:
    if needs is None:
        return None
    words = (
        f"The voice {needs.name} runs on the processor, because the GPU's memory is full. "
        "It is nearly as quick there."
    )
    return Share(sentences=(words,))


def _contexts(tokens: int) -> Iterator[int]:
    """Yield the lengths of conversation to try: the one that is wanted, then ever half of it."""
    yield tokens
    while tokens // 2 >= _LEAST_TOKENS:
        tokens //= 2
        yield tokens


def _most_layers(needs: LanguageNeeds, tokens: int, room: int) -> int:
    """Return how many layers fit into `room` bytes."""
    fits = (layers for layers in range(needs.layers, 0, -1) if needs.memory(layers, tokens) <= room)
    return next(fits, 0)


def _does_not_fit(name: str) -> str:
    return (
        f"{name} does not fit into the GPU's memory and runs on the processor. "
        "Close other programs that use the GPU, or choose a smaller model."
    )

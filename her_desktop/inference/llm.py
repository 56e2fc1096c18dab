"""A language model on llama.cpp whose prompt keeps its place in the KV cache from turn to turn.

Rule: one thread, the llm worker that loaded a model, uses it. Texts are never logged.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from her_desktop.inference.llama import LlamaContext, Sampling
from her_desktop.inference.prompt import (
    Ledger,
    Message,
    Window,
    aligned,
    chatml,
    common_prefix,
    ends_sentence,
    is_looping,
    merged,
)
from her_desktop.inference.protocols import Cancelled, ModelError
from her_desktop.inference.template import ConfinedTemplate, Template, compiled
from her_desktop.inference.thinking import CLOSE, OPEN, ThoughtFilter

_TOO_LONG = "Your message is longer than this model can read at once; please shorten it."
_ASIDE_TOKENS = 8
"""So few tokens are evaluated at once while nobody waits: some 15 ms on two cores."""
_FREED = 0.25
"""The share of the context that is free after old exchanges had to go."""
_FINAL_MARKS = " .!?…\"'»”"
_WORTH_COUNTING = 1e-4
"""Tokens less likely than this are not asked about. Measured with SmolLM2 135M: what is left out so
is 0.0004 of a probability at the most."""
_MARKS_AT_END = frozenset(".!?")
_TO_END_SENTENCE = 1.5
"""How many times its length an answer may have, for its last sentence to end."""
_TAIL_TOKENS = 4
"""So many tokens show whether they end a sentence."""
_MAY_BE_MARKUP = re.compile(r"[<\[]")


class LlamaLanguageModel:
    """Owns a model, the ledger of what it has evaluated and the window on the conversation.

    Used by the llm worker alone.
    """

    def __init__(
        self,
        path: Path,
        *,
        context_tokens: int,
        answer_tokens: int,
        threads: int,
        gpu_layers: int = 0,
        main_gpu: int = 0,
        sampling: Sampling | None = None,
        confine_template: bool = False,
        warm: bool = True,
    ) -> None:
        """Load a GGUF file and run it once on the shapes it will see. Raises ModelError.

        An answer ends with the sentence in which it reaches `answer_tokens`, or after half as many
        more; `context_tokens` is lowered to what the model can hold.
        `gpu_layers` of it go onto the card `main_gpu`, -1 is all; that may raise GpuError.
        With `confine_template` its chat template is rendered in a process of its own; with `warm`
        False nothing is run, where `read` runs it anyway.
        """
        self._context = LlamaContext(
            path,
            context_tokens=context_tokens,
            threads=threads,
            gpu_layers=gpu_layers,
            main_gpu=main_gpu,
        )
        self._sampling = sampling or Sampling()
        self.tune(answer_tokens=answer_tokens)
        self._template = _template(self._context, confine=confine_template)
        self._ends: dict[int, bool] = {}
        self._ledger = Ledger()
        self._window = Window()
        try:
            if warm:
                self._warm_up()
        except ModelError:
            self.close()
            raise

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        return self._context.detail

    def tune(self, *, answer_tokens: int) -> None:
        """Change the longest answer, from the next one on."""
        # A quarter of a small context is the most an answer may take from the question.
        longest = min(_TO_END_SENTENCE * answer_tokens, self._context.size / 4)
        self._longest_answer = round(longest)
        self._answer_tokens = round(longest / _TO_END_SENTENCE)

    def read(self, messages: Sequence[Message]) -> None:
        """Do what `prepare` does in one go, where nothing else is to be done before: half the time.

        Raises ModelError.
        """
        self._prepare(messages, lambda: False, step=None)

    def prepare(self, messages: Sequence[Message], cancelled: Cancelled = lambda: False) -> None:
        """Evaluate what is known of the next prompt, so that its first token comes sooner.

        `messages` are as for `reply`, the last one only a beginning, which may be empty. It gives
        way to `cancelled` within a few tokens. Where nothing of it is new, nothing happens.
        """
        self._prepare(messages, cancelled, step=_ASIDE_TOKENS)

    def end_probability(self, messages: Sequence[Message], cancelled: Cancelled) -> float:
        """Return how likely (0 to 1) the last message ends where it does.

        That is the probability that a final mark, or the end of the message, follows its text
        without its own final mark. 0.5 where it was cancelled or nothing can be said. Where that
        is quick, all of the prompt is read, as `reply` to the same messages comes next.
        """
        kept = self._kept(messages)
        if kept is None:
            return 0.5
        role, text = kept[-1]
        bare = text.rstrip(_FINAL_MARKS)
        one, other = (self._render([*kept[:-1], (role, bare + end)]) for end in "ab")
        known = one[: common_prefix(one, other)]
        after = self._evaluate_past(known, self._render(kept), cancelled) if bare else None
        if after is None:
            return 0.5
        likely = self._context.likely_tokens(_WORTH_COUNTING, after)
        return sum(each for token, each in likely.items() if self._ends_message(token))

    def reply(self, messages: Sequence[Message], cancelled: Cancelled) -> Iterator[str]:
        """Yield the answer piece by piece; `cancelled` ends it within one token.

        `messages` are (role, text), the last one the user's. Raises ModelError where that message
        alone is longer than the context.
        """
        kept = self._kept(messages)
        if kept is None:
            raise ModelError(_TOO_LONG)
        text = self._render(kept)
        if not self._evaluate(text, cancelled):
            return
        thoughts = ThoughtFilter(inside=text.rstrip().endswith(OPEN.encode()))
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for token in self._tokens(cancelled):
            if ready := thoughts.feed(decoder.decode(self._shown(token))):
                yield ready
        if not cancelled() and (rest := thoughts.finish()):
            yield rest

    def close(self) -> None:
        """Free the model's memory; it cannot be used afterwards."""
        if isinstance(self._template, ConfinedTemplate):
            self._template.close()
        self._context.close()

    def _prepare(
        self, messages: Sequence[Message], cancelled: Cancelled, *, step: int | None
    ) -> None:
        kept = self._kept(messages)
        if kept is None:
            return
        # However the message goes on, the prompt is the same up to where it would.
        role, beginning = kept[-1]
        one, other = (self._render([*kept[:-1], (role, beginning + end)]) for end in "ab")
        known = one[: common_prefix(one, other)]
        if not self._ledger.text.startswith(known):
            hold_back = 1 if beginning else 0
            self._evaluate(known, cancelled, step=step, hold_back=hold_back)

    def _ends_message(self, token: int) -> bool:
        """Tell whether a token ends a message, or begins with a mark that does.

        Each is asked about once, when it comes up: to ask about a whole vocabulary beforehand took
        0.25 s of every loading with 49,000 tokens.
        """
        known = self._ends.get(token)
        if known is None:
            context = self._context
            text = context.piece(token, special=False).strip().decode("utf-8", "replace")
            known = self._ends[token] = context.is_end(token) or text[:1] in _MARKS_AT_END
        return known

    def _tokens(self, cancelled: Cancelled) -> Iterator[int]:
        """Yield the answer's tokens. Each is evaluated only when the next one is wanted."""
        context = self._context
        context.start_sampling(self._sampling)
        answer: list[int] = []
        while not cancelled():
            token = context.sample()
            if context.is_end(token):
                return
            answer.append(token)
            yield token
            full = context.used + 1 >= context.size
            if full or self._is_long(answer) or is_looping(answer) or cancelled():
                return
            self._append([token], [context.piece(token, special=True)])

    def _is_long(self, answer: Sequence[int]) -> bool:
        """Tell whether an answer has reached its length, and the end of a sentence if it may."""
        if len(answer) < self._answer_tokens:
            return False
        if len(answer) >= self._longest_answer:
            return True
        said = b"".join(map(self._shown, answer[-_TAIL_TOKENS:])).decode("utf-8", "replace")
        return ends_sentence(said)

    def _shown(self, token: int) -> bytes:
        """Return the bytes of a token for the answer: no markup but that of thoughts."""
        raw = self._context.piece(token, special=True)
        if raw in (OPEN.encode(), CLOSE.encode()):
            return raw
        return self._context.piece(token, special=False)

    def _evaluate(
        self, text: bytes, cancelled: Cancelled, step: int | None = None, hold_back: int = 0
    ) -> bool:
        """Bring the KV cache to `text`; False where it was cancelled on the way.

        What the cache has in common with `text` stays. At least one token is evaluated, as only
        a fresh evaluation gives the probabilities of the next one; the last `hold_back` ones are
        not, because what follows them may make them others. `step` tokens are evaluated between
        two questions whether they are wanted.
        """
        context, ledger = self._context, self._ledger
        if context.is_fresh and ledger.text == text:
            return not cancelled()
        ledger.cut(context.keep(ledger.shared_with(text[:-1])))
        tokens, pieces = self._after_ledger(text)
        wanted = len(tokens) - hold_back
        step = step or context.batch_tokens
        for start in range(0, wanted, step):
            if cancelled():
                return False
            end = min(start + step, wanted)
            self._append(tokens[start:end], pieces[start:end])
        return True

    def _evaluate_past(self, known: bytes, text: bytes, cancelled: Cancelled) -> int | None:
        """Bring the KV cache to `text`; return the place, in that batch, of the end of `known`.

        With AMX, two evaluations of 1 and of 7 tokens took 37 ms, one of all 8 took 27. Without,
        97 and 88, and the end of `known` would be known 57 ms later for it: then, or where there
        is too much to read or `known` ends within a token, the cache is brought to `known`, and
        the place is that of the last token, -1. None where it was cancelled.
        """
        context, ledger = self._context, self._ledger
        if context.is_quick_at_several and text.startswith(known) and not cancelled():
            ledger.cut(context.keep(ledger.shared_with(known[:-1])))
            tokens, pieces = self._after_ledger(text)
            ends = list(accumulate(map(len, pieces), initial=len(ledger.text)))
            if len(tokens) <= context.batch_tokens and len(known) in ends:
                after = ends.index(len(known)) - 1
                self._append(tokens, pieces, after)
                return after
        return -1 if self._evaluate(known, cancelled) else None

    def _after_ledger(self, text: bytes) -> tuple[list[int], list[bytes]]:
        """Return the tokens of `text` that are not evaluated yet, and the bytes of each."""
        rest = text[len(self._ledger.text) :]
        tokens = self._context.tokenize(rest)
        said = [self._context.piece(token, special=True) for token in tokens]
        return tokens, aligned(said, rest)

    def _append(
        self, tokens: Sequence[int], pieces: Sequence[bytes], also: int | None = None
    ) -> None:
        try:
            self._context.evaluate(tokens, also)
        except ModelError:
            # The cache is empty now, and the ledger must say so.
            self._ledger.cut(0)
            raise
        self._ledger.append(pieces)

    def _kept(self, messages: Sequence[Message]) -> list[Message] | None:
        """Return the messages without the oldest exchanges that the context has no room for.

        None where there is no room even for the last message.
        """
        room = self._context.size - self._longest_answer
        target = max(1, int(room - _FREED * self._context.size))
        return self._window.fit(messages, self._count, limit=room, target=target)

    def _count(self, messages: Sequence[Message]) -> int:
        """Return how many tokens the prompt of `messages` has; only its new part is tokenised."""
        text = self._render(messages)
        shared = self._ledger.shared_with(text)
        start = self._ledger.end_of(shared)
        return shared + len(self._context.tokenize(text[start:]))

    def _render(self, messages: Sequence[Message]) -> bytes:
        """Return the prompt: the model's own template, else a stricter form of it, else ChatML."""
        harmless = [(role, self._defused(text)) for role, text in messages]
        text = self._templated(harmless) or self._templated(merged(harmless)) or chatml(harmless)
        if self._context.wants_bos and not text.startswith(self._context.bos_text):
            text = self._context.bos_text + text
        return text.encode("utf-8", "replace")

    def _templated(self, messages: Sequence[Message]) -> str | None:
        return None if self._template is None else self._template(messages)

    def _defused(self, text: str) -> str:
        """Return the text so that nothing in it is read as the prompt's markup."""
        if not _MAY_BE_MARKUP.search(text):
            return text
        for token in set(self._context.tokenize(text.encode("utf-8", "replace"))):
            if self._context.is_control(token):
                mark = self._context.piece(token, special=True).decode("utf-8", "replace")
                text = text.replace(mark, f"{mark[:1]} {mark[1:]}") if mark else text
        return text

    def _warm_up(self) -> None:
        """Evaluate a full batch, a short one and a single token, then forget them."""
        step = self._context.batch_tokens
        text = b"one two three four five six seven eight nine ten " * step
        tokens = self._context.tokenize(text)
        self._context.start_sampling(self._sampling)
        for count in (min(step, self._context.size // 2), 8, 1):
            self._context.evaluate(tokens[:count], also=0)
            self._context.sample()
        self._context.keep(0)


def _template(context: LlamaContext, *, confine: bool) -> Template | None:
    """Return the model's chat template ready to be called, None where it has no usable one."""
    source = context.chat_template
    if source is None:
        return None
    make = ConfinedTemplate if confine else compiled
    return make(source, context.eos_text, context.bos_text)

"""What was said so far, as the language model is told it: nothing that was not heard.

Pure: no thread, no clock. Only the conversation changes it, on the hub thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Message(NamedTuple):
    """One line of the conversation; `role` is "system", "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True)
class Spoken:
    """A sentence of an answer: as shown, and how many seconds of sound were made of it.

    `seconds` is 0 for what is only shown, and None for what has not been made yet.
    """

    text: str
    seconds: float | None


def heard_text(sentences: Sequence[Spoken], played: float) -> str:
    """Return the part of an answer that `played` seconds of its sound made heard.

    A sentence that was cut is kept up to the last word of which most was audible, by the share
    of its sound: speech is even enough for that to be right to about a word.
    """
    heard: list[str] = []
    left = played
    for sentence in sentences:
        if sentence.seconds is None:
            break
        if sentence.seconds <= left:
            heard.append(sentence.text)
            left -= sentence.seconds
            continue
        words = sentence.text.split()
        letters = sum(len(word) for word in words)
        reached = letters * left / sentence.seconds
        count, length = 0, 0
        for word in words:
            length += len(word)
            if length - len(word) / 2 > reached:
                break
            count += 1
        heard.extend(words[:count])
        break
    return " ".join(part.strip() for part in heard if part.strip())


class History:
    """The messages of one conversation, oldest first, after a system message that stays."""

    def __init__(self, system: str) -> None:
        """Begin with the system message alone."""
        self._system = Message("system", system)
        self._messages: list[Message] = []

    def instruct(self, system: str) -> None:
        """Put another system message before what was said so far."""
        self._system = Message("system", system)

    def with_user(self, text: str) -> tuple[Message, ...]:
        """Return everything said so far and `text` as the user's next message; keep nothing.

        A question whose answer was stopped before it was heard is joined to this one, since
        many models accept only messages that take turns.
        """
        messages = [self._system, *self._messages]
        if messages[-1].role == "user":
            text = f"{messages.pop().text}\n{text}"
        return (*messages, Message("user", text))

    def remember(self, user: str, assistant: str) -> None:
        """Keep an exchange: what the user said and what they heard of the answer."""
        self._messages = [*self.with_user(user)[1:]]
        if assistant:
            self._messages.append(Message("assistant", assistant))

    @property
    def messages(self) -> tuple[Message, ...]:
        """Everything kept so far, without the system message."""
        return tuple(self._messages)

"""A conversation that tests talk to: what a user does and what workers answer, in a few words."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from her_desktop.conversation.commands import Command, Publish, Transcribe
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    SentenceFormed,
    SpeechPaused,
    Stage,
    StageReady,
    TalkPressed,
    TalkReleased,
    TimerFired,
    Transcribed,
    WorkFinished,
)
from her_desktop.conversation.hearing import TAIL
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies

C = TypeVar("C")
E = TypeVar("E", bound=Event)

SOUND = np.full(16_000, 0.1, np.float32)


class Talk:
    """A conversation that keeps every command it ever gave."""

    def __init__(self, instants: InstantReplies | None = None) -> None:
        self.conversation = Conversation(History("Be kind."), instants=instants)
        self.commands: list[Command] = []
        self.tell(StageReady(at=0.0, stage=Stage.STT, model="", detail=""))
        self.tell(
            DeviceChanged(
                at=0.0, device=Device.MICROPHONE, state=DeviceState.READY, name="a microphone"
            )
        )

    def tell(self, *events: Event) -> list[Command]:
        commands = [command for event in events for command in self.conversation.handle(event)]
        self.commands += commands
        return commands

    @property
    def state(self) -> str:
        """The state as a word, which a type checker does not narrow from line to line."""
        return self.conversation.state.value

    def press(self, at: float) -> list[Command]:
        return self.tell(TalkPressed(at=at), TimerFired(at=at + 0.03, name="talk-press"))

    def release(self, at: float) -> list[Command]:
        return self.tell(TalkReleased(at=at))

    def grace_over(self, at: float) -> list[Command]:
        return self.tell(TimerFired(at=at + 0.05, name="talk-release"))

    def sound(self, released_at: float, *, speech: bool = True) -> list[Command]:
        """Let the sound up to the release arrive."""
        return self.tell(self._paused(released_at + 0.06, released_at, released_at, speech))

    def tail(
        self, released_at: float, *, speech: bool = True, spoke_on: float = 0.0
    ) -> list[Command]:
        """Let the sound after the release arrive."""
        ended_at = released_at + spoke_on
        return self.tell(self._paused(released_at + 0.1, released_at + TAIL, ended_at, speech))

    @staticmethod
    def _paused(at: float, until: float, ended_at: float, speech: bool) -> SpeechPaused:
        return SpeechPaused(
            at=at, pcm=SOUND, until=until, speech_ended_at=ended_at - 0.01 if speech else None
        )

    def ask_by_voice(self, text: str = "What is the time?", at: float = 1.0) -> int:
        """Hold the key for a second, say something, and have it understood."""
        self.press(at)
        self.release(at + 1)
        self.sound(at + 1)
        self.grace_over(at + 1)
        self.tail(at + 1)
        turn = self.last(Transcribe).turn
        self.tell(
            Transcribed(at=at + 1.2, turn=turn, text=text, language="en"),
            WorkFinished(at=at + 1.2, turn=turn, stage=Stage.STT),
        )
        return turn

    def answer(self, turn: int, *sentences: str, at: float = 3.0) -> None:
        """Think the sentences and make a second of sound of each; end thinking."""
        for index, sentence in enumerate(sentences):
            self.tell(SentenceFormed(at=at, turn=turn, index=index, text=sentence))
        self.tell(WorkFinished(at=at, turn=turn, stage=Stage.LLM))
        for index, _ in enumerate(sentences):
            made = AudioMade(
                at=at, turn=turn, index=index, pcm=np.ones(100, np.float32), sample_rate_hz=100
            )
            self.tell(made, WorkFinished(at=at, turn=turn, stage=Stage.TTS))

    def all(self, kind: type[C]) -> list[C]:
        return [command for command in self.commands if isinstance(command, kind)]

    def last(self, kind: type[C]) -> C:
        return self.all(kind)[-1]

    def published(self, kind: type[E]) -> list[E]:
        return [p.event for p in self.all(Publish) if isinstance(p.event, kind)]

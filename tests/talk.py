"""A conversation that tests talk to: what a user does and what workers answer, in a few words."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from her_desktop.conversation.commands import Command, Publish, SetTimer, Transcribe
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    ListenMode,
    ListenModeRequested,
    Origin,
    SentenceFormed,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    StageReady,
    TalkPressed,
    TalkReleased,
    TimerFired,
    Transcribed,
    TurnStarted,
    WorkFinished,
)
from her_desktop.conversation.hearing import TAIL, TURN_END
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies

C = TypeVar("C")
E = TypeVar("E", bound=Event)

QUESTION = "Why is the sky blue?"
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


class Ear(Talk):
    """A talk without a key: speech begins, pauses and goes on by itself."""

    def __init__(self, instants: InstantReplies | None = None) -> None:
        super().__init__(instants)
        self.tell(ListenModeRequested(at=0.5, mode=ListenMode.ALWAYS))

    def begin(self, at: float = 1.0) -> None:
        self.tell(SpeechStarted(at=at, started_at=at - 0.5, origin=Origin.HANDS_FREE))

    def pause(self, at: float, ended_at: float | None = None) -> int:
        """Fall silent; return the turn that is begun for it."""
        ended_at = at - 0.07 if ended_at is None else ended_at
        self.tell(SpeechPaused(at=at, pcm=SOUND, until=at, speech_ended_at=ended_at))
        return self.published(TurnStarted)[-1].turn

    def understand(self, turn: int, text: str = QUESTION, at: float = 2.1) -> None:
        self.tell(
            Transcribed(at=at, turn=turn, text=text, language="en"),
            WorkFinished(at=at, turn=turn, stage=Stage.STT),
        )

    def go_on(self, at: float) -> None:
        self.tell(SpeechResumed(at=at, resumed_at=at - 0.06))

    def silence(self) -> None:
        """Let the pause last until it is the end."""
        timer = [order for order in self.all(SetTimer) if order.name == TURN_END][-1]
        self.tell(TimerFired(at=timer.due_at, name=TURN_END))

    @property
    def patience(self) -> float:
        """Until when the present pause must last."""
        return [order for order in self.all(SetTimer) if order.name == TURN_END][-1].due_at

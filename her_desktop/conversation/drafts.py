"""What becomes of a draft: an answer to a partial transcript, begun before all was said.

It is heard only if the whole says the same words. Pure functions on what `Hearing` owns, called by
it on the hub thread; they return what is to be done.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import Command, Publish, Transcribe
from her_desktop.conversation.events import EndReason, SpeechEndFound, SpeechPaused, Transcribed
from her_desktop.conversation.instant import normalised
from her_desktop.conversation.turn import Turn
from her_desktop.conversation.utterance import Utterance


def verify(answering: Answering, turn: Turn, pause: SpeechPaused) -> list[Command]:
    """Have all of it recognised, to see whether the draft answers what was really said."""
    turn.speech_ended_at = pause.speech_ended_at
    turn.checks += 1
    turn.jobs += 1
    commands: list[Command] = [Transcribe(turn.number, pause.pcm)]
    if pause.speech_ended_at is not None:
        at, ended_at = answering.now, pause.speech_ended_at
        commands.append(Publish(SpeechEndFound(at=at, turn=turn.number, ended_at=ended_at)))
    return commands


def think_better(answering: Answering, utterance: Utterance | None) -> list[Command]:
    """Give a draft up that the language model would go on with; it was hardly a guess."""
    if utterance:
        utterance.guesses -= 1
    return answering.end(EndReason.RESUMED)


def check(
    answering: Answering, utterance: Utterance | None, turn: Turn, event: Transcribed
) -> list[Command]:
    """Keep a draft that answers the whole, as it was understood; else answer that anew.

    Where the utterance goes on, a wrong draft is given up and nothing put in its place.
    """
    goes_on = utterance is not None and utterance.pause is None
    if utterance:
        utterance.text = event.text
    if normalised(turn.user_text) == normalised(event.text):
        turn.is_draft = goes_on
        return []
    commands = answering.end(EndReason.RESUMED)
    if goes_on:
        return commands
    if utterance:
        utterance.guesses += 1
    anew, begun = answering.begin(turn.origin, turn.speech_ended_at)
    commands += begun
    if event.text:
        commands += answering.ask(anew, event.text)
    return commands

"""Work that begins before it is known that it is wanted: on what was said so far.

Pure functions on what `Hearing` owns, called by it on the hub thread; they return what is to be
done. A pause is answered as if it were the end; while speech goes on its words are read ahead, and
answered as a draft where they may be all.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import Command, Transcribe, TranscribePartial
from her_desktop.conversation.events import EndReason, SpeechGrew, SpeechPaused
from her_desktop.conversation.instant import normalised
from her_desktop.conversation.utterance import Utterance


def grow(utterance: Utterance, event: SpeechGrew) -> list[Command]:
    """Have what was said so far recognised, one piece at a time."""
    if utterance.awaits_partial or utterance.pause or utterance.released_at:
        return []
    utterance.awaits_partial = True
    return [TranscribePartial(utterance.number, event.pcm)]


def read_ahead(answering: Answering, utterance: Utterance, text: str) -> list[Command]:
    """Let the language model read what was said so far, and draft an answer where it may be all."""
    text = utterance.without_phrase(text)
    grew = utterance.note_partial(text)
    commands: list[Command] = []
    turn = answering.turn
    if utterance.pause or utterance.released_at:
        return []
    if turn and turn.is_draft:
        if normalised(turn.user_text) == normalised(text):
            return []
        commands += answering.end(EndReason.RESUMED)
    if utterance.may_draft(text, answering.language):
        utterance.guesses += 1
        turn, begun = answering.begin(utterance.origin, None)
        turn.is_draft = True
        return [*commands, *begun, *answering.ask(turn, text)]
    return [*commands, answering.prefill(utterance.agreed)] if grew else commands


def begin(answering: Answering, utterance: Utterance, pause: SpeechPaused) -> list[Command]:
    """Work on what was said up to a pause, as if that were all."""
    utterance.is_answered = False
    turn = answering.turn
    reason = EndReason.YIELDED if turn and turn.committed else EndReason.RESUMED
    commands = answering.end(reason)
    turn, begun = answering.begin(utterance.origin, pause.speech_ended_at)
    commands += begun
    if pause.speech_ended_at is not None:
        turn.jobs += 1
        commands.append(Transcribe(turn.number, pause.pcm))
    return commands

"""What is said without a key that may not be meant for the assistant, until that is known.

An answer that somebody speaks over falls silent at once, and loses nothing by it: where it was a
"mm-hm", a cough or a laugh, it goes on from where it was. Words are recognised as they come, for
no turn yet. Pure, like the conversation that owns it and calls it on the hub thread.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import Command, SetTimer, TranscribePartial
from her_desktop.conversation.doubt import (
    DECISION,
    LATEST,
    LONGEST_DOUBT,
    SETTLED,
    Doubt,
    Verdict,
)
from her_desktop.conversation.events import (
    Event,
    PartialTranscribed,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    TurnEndEstimated,
)
from her_desktop.conversation.utterance import Utterance

SUSPICION, DOUBT = "suspicion", "doubt"
"""The timers: no speech has followed a sound; words have not come, or nothing has come after."""

_SUSPICION = 0.25
_LONGEST_SUSPICION = 0.6
"""Seconds an answer is held for a sound that may become speech, and with all that follow it: over a
loudspeaker a voice was seen to be heard in pieces, until it had fallen silent."""

_PRE_ROLL, _NOTICED = 0.5, 0.11
"""Seconds: what `SpeechStarted` keeps from before speech was noticed, and what noticing takes."""

_ALMOST_OVER = 1.0
"""Seconds from the end of a question in which a "yes" is its answer."""


class Overhearing:
    """Owns the answer that is held and since when; the utterance carries its own doubt."""

    def __init__(self, answering: Answering) -> None:
        """Begin in silence."""
        self._answering = answering
        self._suspected_at = 0.0

    def suspect(self) -> list[Command]:
        """Hold the answer for a moment: what begins now may be speech."""
        turn, now = self._answering.turn, self._answering.now
        if turn is None or not turn.audible:
            return []
        held = self._answering.hold()
        if held:
            self._suspected_at = now
        due_at = min(now + _SUSPICION, self._suspected_at + _LONGEST_SUSPICION)
        return [*held, SetTimer(SUSPICION, due_at)] if due_at > now else []

    def doubt(
        self, event: SpeechStarted, phrase: str, *, is_suspected: bool = False
    ) -> Doubt | None:
        """Return what is doubtful of something that begins to be said; None where nothing is.

        `phrase` must stand at its head, "" for none; `is_suspected` where its detector thinks so.
        """
        turn = self._answering.turn
        over = turn.number if turn and turn.committed else None
        if over is None and not phrase:
            return None
        noticed_at = min(event.at, event.started_at + _PRE_ROLL)
        began_at = noticed_at - _NOTICED
        return Doubt(began_at, over, phrase, is_suspected, may_be_echo=event.in_doubt)

    def begin(self, doubt: Doubt) -> list[Command]:
        """Hold the answer for what may be an interruption; nothing is held for a mere noise."""
        if doubt.phrase:
            due_at = self._answering.now + LONGEST_DOUBT
            return [SetTimer(DOUBT, due_at)] if doubt.is_suspected else []
        held = [] if doubt.may_be_echo else self._answering.hold()
        return [*held, SetTimer(DOUBT, self._answering.now + LONGEST_DOUBT)]

    def handle(self, utterance: Utterance, doubt: Doubt, event: Event) -> list[Command]:
        """Take note of what was heard of a doubtful utterance; its verdict may change."""
        match event:
            case SpeechGrew(at=at, pcm=pcm) if not (utterance.awaits_partial or utterance.pause):
                if doubt.verdict is Verdict.OPEN:
                    utterance.awaits_partial, doubt.grown_until = True, at
                    return [TranscribePartial(utterance.number, doubt.new_part(pcm))]
            case PartialTranscribed():
                return self._on_text(utterance, doubt, event)
            case SpeechPaused(pcm=pcm, until=until):
                utterance.begin_pause(event)
                utterance.awaits_partial = False
                ended_at = event.speech_ended_at
                if ended_at is None or (doubt.goes_on and ended_at < doubt.began_at):
                    doubt.verdict = Verdict.NOT_MEANT
                if doubt.verdict is Verdict.NOT_MEANT:
                    return self._let_settle(event)
                due_at = self._answering.now + DECISION
                partial = TranscribePartial(utterance.number, doubt.new_part(pcm), until)
                return [partial, SetTimer(DOUBT, due_at)]
            case TurnEndEstimated(until=until, probability=probability):
                if utterance.pause and utterance.pause.until == until:
                    utterance.probability = probability
            case SpeechResumed():
                utterance.go_on()
                if not doubt.phrase:
                    doubt.verdict, doubt.is_late = Verdict.OPEN, False
                return self.begin(doubt)
        return []

    def on_timer(self, utterance: Utterance, doubt: Doubt) -> list[Command]:
        """Decide what has not been decided; sound in which there are no words is let be."""
        if utterance.pause is None:
            if doubt.is_suspected:
                doubt.verdict = Verdict.NOT_MEANT
            return self._answering.resume()
        was_open = doubt.verdict is Verdict.OPEN and not doubt.is_late
        verdict = doubt.judge_by_length(utterance.pause.speech_ended_at)
        if was_open and verdict is Verdict.NOT_MEANT:
            doubt.verdict, doubt.is_late = Verdict.OPEN, True
            due_at = self._answering.now + LATEST
            return [*self._answering.resume(), SetTimer(DOUBT, due_at)]
        return []

    def is_dismissed(self, utterance: Utterance, doubt: Doubt) -> bool:
        """Tell whether it is over and was not meant, and nothing has followed it for long."""
        if doubt.verdict is not Verdict.NOT_MEANT:
            return False
        if doubt.is_suspected:
            return True  # the detector waits for the phrase again, whoever goes on
        if utterance.pause is None:
            return False
        ended_at = utterance.pause.speech_ended_at
        return ended_at is None or self._answering.now >= ended_at + SETTLED

    def _on_text(
        self, utterance: Utterance, doubt: Doubt, heard: PartialTranscribed
    ) -> list[Command]:
        pause, text = utterance.pause, heard.text
        utterance.awaits_partial = False
        if (pause.until if pause else 0.0) != heard.until:
            return []  # of sound to which more has been added since
        ended_at = pause.speech_ended_at if pause else None
        turn = self._answering.turn
        if doubt.over is not None and not (turn and turn.number == doubt.over):
            # The answer has ended by itself meanwhile: this is simply the next thing said.
            doubt.over, doubt.goes_on = None, False
        if doubt.over is None and not doubt.phrase:
            doubt.text, doubt.verdict = text, Verdict.MEANT if text else Verdict.NOT_MEANT
        else:
            answer = "".join(spoken.text for spoken in turn.sentences) if turn else ""
            was_asked = self._was_asked()
            doubt.goes_on = doubt.goes_on and not was_asked
            doubt.judge(text, answer, ended_at, is_answer=was_asked, guess=heard.guess)
        if pause and doubt.verdict is Verdict.NOT_MEANT:
            return self._let_settle(pause)
        return []

    def _let_settle(self, pause: SpeechPaused) -> list[Command]:
        ended_at = pause.speech_ended_at
        due_at = self._answering.now if ended_at is None else ended_at + SETTLED
        return [SetTimer(DOUBT, due_at)] if due_at > self._answering.now else []

    def _was_asked(self) -> bool:
        """Tell whether the answer under way ends with a question that was all but heard."""
        turn = self._answering.turn
        if turn is None or turn.jobs or not turn.sentences or not turn.is_held:
            return False
        left = sum(spoken.seconds or 0.0 for spoken in turn.sentences) - turn.held_at
        return turn.sentences[-1].text.rstrip().endswith("?") and left < _ALMOST_OVER

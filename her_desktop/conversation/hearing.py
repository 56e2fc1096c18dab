"""What is being said: when it may be over, when it is, and what is worked on meanwhile.

Pure, like the conversation that owns it and calls it on the hub thread. Work on an answer begins
before it is known that one is wanted. A *guess* takes a pause for the end; a *draft* takes a
partial transcript for all that will be said, and is heard only if the whole says the same words.
"""

from __future__ import annotations

from dataclasses import replace

from her_desktop.conversation import drafts, guesses
from her_desktop.conversation.answering import Answering
from her_desktop.conversation.backchannels import only_opens
from her_desktop.conversation.commands import (
    ClearTimer,
    Command,
    CutCapture,
    EndCapture,
    Publish,
    SetTimer,
)
from her_desktop.conversation.doubt import Doubt, Verdict
from her_desktop.conversation.events import (
    EndReason,
    MessageEndEstimated,
    Origin,
    PartialTranscribed,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    Transcribed,
    TurnEndEstimated,
    TurnEvent,
)
from her_desktop.conversation.overhearing import DOUBT, SUSPICION, Overhearing
from her_desktop.conversation.resuming import Resuming
from her_desktop.conversation.turn import Turn
from her_desktop.conversation.turn_end import PauseHabit
from her_desktop.conversation.utterance import MOST_GUESSES, Utterance

TAIL = 0.05
"""Seconds of sound kept from after the key came up: people let go as they say the last syllable."""

YIELD_WINDOW = 1.0
"""Seconds after a turn was taken in which speech is the user going on, not interrupting."""

DRAFT_LIKELY = 0.1
"""How likely a partial transcript must be a whole message to be answered as a draft."""

VERDICT = 0.15
"""Seconds that the language model is given to say whether a message is complete."""

BREAKING_IN = 0.8
"""Seconds that a mere "no, wait" over an answer is waited with for what is wanted instead."""

_KEEPS_UP, _GONE = 0.25, 2.0
"""How far what was heard may be behind the clock, in seconds, for the clock to tell silence; and
how far, until no more of it is expected. A busy machine was seen to be a second behind."""

_SOON = 0.05

TURN_END, YIELD = "turn-end", "yield"
"""The timers: a pause has lasted long enough; nobody has gone on."""

_SPOKEN_OVER = EndReason.STOPPED

Pause = SpeechGrew | PartialTranscribed | SpeechPaused | TurnEndEstimated | SpeechResumed


class Hearing:
    """Owns the utterance being said; called by the conversation, on the hub thread."""

    def __init__(self, answering: Answering, habit: PauseHabit) -> None:
        """Begin in silence; `answering` is given what was said."""
        self.utterance: Utterance | None = None
        self.most_guesses = MOST_GUESSES
        """How many guesses an utterance that begins from now on is worth."""
        self.heard_until = 0.0
        """The instant up to which the microphone's sound has been listened to, 0 if unknown."""
        self._answering = answering
        self.overhearing = Overhearing(answering)
        """Decides about what may not be meant for the assistant."""
        self._resuming = Resuming(answering, habit)
        self._utterances = 0

    @property
    def is_heeded(self) -> bool:
        """Whether somebody is saying something that the assistant falls silent for."""
        utterance, turn = self.utterance, self._answering.turn
        if utterance is None or utterance.is_answered:
            return False
        return utterance.doubt is None or (turn is not None and turn.is_held)

    def begin(
        self,
        origin: Origin,
        doubt: Doubt | None = None,
        phrase: str = "",
        *,
        was_called: bool = False,
    ) -> list[Command]:
        """Begin an utterance: whatever was being answered is over, unless there is a doubt.

        `phrase` is the wake phrase that may stand at its head.
        """
        commands = self._clear_timers()
        commands += self.overhearing.begin(doubt) if doubt else self._answering.end(_SPOKEN_OVER)
        self._utterances += 1
        self.utterance = Utterance(self._utterances, origin, self.most_guesses)
        self.utterance.doubt, self.utterance.phrase = doubt, phrase
        self.utterance.was_called = was_called
        return commands

    def drop(self) -> list[Command]:
        """Forget the utterance: it was not meant, or something else is wanted now."""
        if self.utterance is None:
            return []
        commands = self._clear_timers()
        commands += self._answering.resume() if self.utterance.doubt else []
        self.utterance = None
        return [*commands, EndCapture()]

    def handle(self, event: Pause) -> list[Command]:
        """Take note of what was heard of the utterance under way."""
        utterance = self.utterance
        if utterance is None:
            return []
        if utterance.answered and isinstance(event, SpeechGrew | SpeechPaused):
            event = replace(event, pcm=event.pcm[utterance.answered :])
        if utterance.doubt:
            commands = self.overhearing.handle(utterance, utterance.doubt, event)
            return commands + self._resolve(utterance, utterance.doubt)
        match event:
            case SpeechGrew():
                return guesses.grow(utterance, event)
            case PartialTranscribed(text=text):
                return guesses.read_ahead(self._answering, utterance, text)
            case SpeechPaused():
                return self._on_pause(utterance, event)
            case TurnEndEstimated(until=until, probability=probability):
                if utterance.pause and utterance.pause.until == until:
                    utterance.probability = probability
                    return self._await_turn_end()
            case SpeechResumed() if not utterance.released_at:
                # After a release only the key itself can say that it goes on.
                return self._on_resumed(utterance, event)
        return []

    # --- the talk key and the timers -----------------------------------------------------------

    def release(self, at: float) -> list[Command]:
        """Take note that the key came up, which is perhaps the end."""
        if self.utterance is None:
            return []
        self.utterance.released_at = at
        return [CutCapture(at)]

    def end_by_key(self, at: float) -> list[Command]:
        """Take it that the key is up for good: the tail tells how much was said."""
        if self.utterance is None:
            return []
        self.utterance.tail_ends_at = at + TAIL
        return [*self._answer_if_quiet(self.utterance), CutCapture(at + TAIL)]

    def go_on(self) -> list[Command]:
        """Take back what was made of a pause or a release: the utterance goes on."""
        if self.utterance is None:
            return []
        return [*self._clear_timers(), *self._resuming.go_on(self.utterance)]

    def on_timer(self, name: str) -> list[Command]:
        """Take the turn, as a pause has lasted long enough, or settle that it was right to."""
        utterance = self.utterance
        if name == SUSPICION:
            return self._answering.resume() if utterance is None else []
        if utterance is None:
            return []
        if name == DOUBT:
            doubt = utterance.doubt
            commands = self.overhearing.on_timer(utterance, doubt) if doubt else []
            return commands + (self._resolve(utterance, doubt) if doubt else [])
        if self._is_behind:
            # What is silence by the clock may be speech that nobody has listened to yet.
            return [SetTimer(name, self._answering.now + _SOON)]
        if name == YIELD:
            if self._answering.awaits_words:
                # Whoever goes on before they are known goes on with them.
                return [SetTimer(YIELD, self._answering.now + YIELD_WINDOW)]
            self.utterance = None
            return [EndCapture()]
        if utterance.is_call:
            return [*self._answering.end(EndReason.RESUMED), *self.drop()]
        # The turn is ours; the capture goes on, in case that was a mistake.
        utterance.is_answered = True
        now = self._answering.now
        return [*self._commit(), SetTimer(YIELD, now + YIELD_WINDOW)]

    def end(self) -> list[Command]:
        """Close the utterance as complete: the answer to it may be heard."""
        if self.utterance is None:
            return []
        self.utterance = None
        return [*self._commit(), EndCapture()]

    # --- what becomes of the guesses -----------------------------------------------------------

    def without_phrase(self, event: TurnEvent) -> TurnEvent:
        """Return a transcript without the wake phrase, which is no part of what is asked."""
        if isinstance(event, Transcribed) and self.utterance:
            return replace(event, text=self.utterance.without_phrase(event.text))
        return event

    def on_turn_event(self, turn: Turn, event: TurnEvent) -> list[Command] | None:
        """Decide about a guess by what was understood; None where that is not ours to decide."""
        if isinstance(event, MessageEndEstimated):
            turn.stop_probability, turn.awaits_verdict = event.probability, False
            if turn.is_draft and not turn.checks and event.probability < DRAFT_LIKELY:
                return drafts.think_better(self._answering, self.utterance)
            return self._await_turn_end()
        utterance = self.utterance
        if not isinstance(event, Transcribed) or turn.committed:
            return None
        if turn.is_draft:
            return self._check(turn, event)
        if utterance is None:
            return None
        return self._on_understood(utterance, turn, event)

    def suspect_echo(self) -> None:
        """Take what is heard meanwhile for what the assistant says itself, where it is that."""
        if self.utterance and self.utterance.doubt:
            self.utterance.doubt.may_be_echo = True

    def after_answer(self) -> list[Command]:
        """Close what was answered to the end: whoever speaks now says something new."""
        utterance = self.utterance
        if utterance and utterance.known is not None:
            return self._ask_known(utterance)
        if utterance and utterance.by_ear and utterance.is_answered and not self._answering.turn:
            return self.drop()
        return []

    # --- what was in doubt ---------------------------------------------------------------------

    def _resolve(self, utterance: Utterance, doubt: Doubt) -> list[Command]:
        """Take what was meant for the assistant as said to it, and let go what was not."""
        if self.overhearing.is_dismissed(utterance, doubt):
            return self.drop()
        if doubt.verdict is not Verdict.MEANT:
            return []
        if doubt.goes_on:
            return self._take_back(utterance)
        utterance.doubt = None
        utterance.was_called = doubt.is_suspected
        # What it followed has its answer: only what came after that is asked now.
        utterance.leave_behind(doubt.skipped)
        commands = [ClearTimer(DOUBT), *self._answering.end(_SPOKEN_OVER)]
        utterance.breaks_in = doubt.over is not None
        if utterance.pause is None:
            utterance.note_partial(utterance.without_phrase(doubt.text))
            return commands
        utterance.known = doubt.text
        return commands + self._ask_known(utterance)

    def _ask_known(self, utterance: Utterance) -> list[Command]:
        """Have answered what was understood already, once the old answer is settled."""
        text, pause = utterance.known, utterance.pause
        if self._answering.is_stopping or text is None:
            return []
        utterance.known = None
        if pause is None:
            return []  # it has gone on meanwhile
        turn, begun = self._answering.begin(utterance.origin, pause.speech_ended_at)
        utterance.guessed_until = pause.until
        heard = Transcribed(
            at=self._answering.now,
            turn=turn.number,
            text=utterance.without_phrase(text),
            language=self._answering.language,
        )
        return [*begun, Publish(heard), *self._on_understood(utterance, turn, heard)]

    # --- inside --------------------------------------------------------------------------------

    @property
    def _is_behind(self) -> bool:
        behind = self._answering.now - self.heard_until
        return self.heard_until > 0.0 and _KEEPS_UP < behind < _GONE

    def _on_understood(self, utterance: Utterance, turn: Turn, event: Transcribed) -> list[Command]:
        text = utterance.text = event.text
        if text and not utterance.may_guess(text, event.language):
            turn.unasked = text
            return self._await_turn_end()
        utterance.guesses += bool(text)
        return [*self._answering.handle(event), *self._await_turn_end()]

    def _on_pause(self, utterance: Utterance, pause: SpeechPaused) -> list[Command]:
        if not utterance.asked_for(pause.until):
            return []  # the answer to a cut that was taken back
        if utterance.by_ear and pause.speech_ended_at is None:
            return [*self._answering.end(EndReason.RESUMED), *self.drop()]
        commands: list[Command] = []
        turn = self._answering.turn
        worked_on = turn is not None or utterance.is_answered
        if not (worked_on and utterance.is_covered(pause.speech_ended_at)):
            utterance.awaits_partial = False  # it gives way
            utterance.guessed_until = pause.until
            is_draft = turn is not None and turn.is_draft and pause.speech_ended_at is not None
            draft = turn if turn and is_draft else None
            commands += (
                drafts.verify(self._answering, draft, pause)
                if draft
                else guesses.begin(self._answering, utterance, pause)
            )
        utterance.begin_pause(pause)
        if utterance.by_ear:
            return commands + self._await_turn_end()
        if pause.until == utterance.tail_ends_at:
            return commands + self.end()
        return commands + self._answer_if_quiet(utterance)

    def _check(self, turn: Turn, event: Transcribed) -> list[Command]:
        """Keep a draft that answers what was said; answer anew where it does not."""
        turn.checks -= 1
        if turn.checks:
            return []  # the newest transcript decides
        utterance, due = self.utterance, turn.is_due
        commands = drafts.check(self._answering, utterance, turn, event)
        return [*commands, *self._await_turn_end(), *(self._commit() if due else [])]

    def _on_resumed(self, utterance: Utterance, event: SpeechResumed) -> list[Command]:
        """Hear out who speaks on while an answer sounds; give the turn back where none does."""
        turn = self._answering.turn
        if utterance.is_answered and turn and turn.audible:
            doubt = self._resuming.doubt(utterance, turn, event)
            return [*self._clear_timers(), *self.overhearing.begin(doubt)]
        learned = self._resuming.learn(utterance, event.resumed_at)
        return [*self.go_on(), *learned]

    def _take_back(self, utterance: Utterance) -> list[Command]:
        """Let the utterance go on that was taken for complete: there was more to be said."""
        pause, probability = utterance.pause, utterance.probability
        commands = [*self._clear_timers(), *self._resuming.take_back(utterance)]
        if pause is None:
            return commands
        commands += self._on_pause(utterance, pause)
        utterance.probability = probability
        return [*commands, *self._await_turn_end()]

    def _await_turn_end(self) -> list[Command]:
        """Wait as long as a pause must last, by what is known of it, to be the end."""
        utterance, turn = self.utterance, self._answering.turn
        if utterance is None:
            return []
        stop_probability = turn.stop_probability if turn else None
        language = self._answering.language
        due_at = utterance.turn_end_at(language, self._resuming.habit, stop_probability)
        if due_at is None:
            return []
        if turn and turn.awaits_verdict and utterance.text is not None:
            # It speaks before it answers, so nothing is lost by hearing it.
            due_at = max(due_at, self._answering.now + VERDICT)
        ended_at = utterance.pause.speech_ended_at if utterance.pause else None
        if ended_at and utterance.breaks_in and only_opens(utterance.text or ""):
            # "No" or "wait" comes before what is wanted, and the answer is silent already.
            due_at = max(due_at, ended_at + BREAKING_IN)
        return [SetTimer(TURN_END, due_at)]

    def _answer_if_quiet(self, utterance: Utterance) -> list[Command]:
        """After the key's grace: answer where silence says what the tail will only confirm."""
        ended_at = utterance.pause.speech_ended_at if utterance.pause else None
        if utterance.tail_ends_at is None or utterance.is_answered:
            return []
        if not (utterance.is_quiet and utterance.is_covered(ended_at)):
            return []
        utterance.is_answered = True
        return self._commit()

    def _commit(self) -> list[Command]:
        """Let the answer be heard; a draft only once it is known to be one to what was said."""
        turn = self._answering.turn
        if turn is None:
            return []
        if turn.is_draft:
            turn.is_due = True
            return []
        unasked, turn.unasked = turn.unasked, ""
        asked = self._answering.ask(turn, unasked) if unasked else []
        return [*asked, *self._answering.commit()]

    def _clear_timers(self) -> list[Command]:
        if self.utterance is None or not self.utterance.by_ear:
            return []
        return [ClearTimer(TURN_END), ClearTimer(YIELD), ClearTimer(DOUBT)]

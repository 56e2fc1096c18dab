"""What is being said: when it may be over, when it is, and what is worked on meanwhile.

Pure, like the conversation that owns it and calls it on the hub thread. Work on an answer begins
before it is known that one is wanted. A *guess* takes a pause for the end; a *draft* takes a
partial transcript for all that will be said, and is heard only if the whole says the same words.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import (
    ClearTimer,
    Command,
    CutCapture,
    EndCapture,
    Publish,
    SetTimer,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.events import (
    EndReason,
    MessageEndEstimated,
    Origin,
    PartialTranscribed,
    PausesLearned,
    SpeechEndFound,
    SpeechGrew,
    SpeechPaused,
    SpeechResumed,
    Transcribed,
    TurnEndEstimated,
    TurnEvent,
)
from her_desktop.conversation.instant import normalised
from her_desktop.conversation.turn import Turn
from her_desktop.conversation.turn_end import PauseHabit
from her_desktop.conversation.utterance import Utterance

TAIL = 0.05
"""Seconds of sound kept from after the key came up: people let go as they say the last syllable."""

YIELD_WINDOW = 1.0
"""Seconds after a turn was taken in which speech is the user going on, not interrupting."""

DRAFT_LIKELY = 0.1
"""How likely a partial transcript must be a whole message to be answered as a draft."""

VERDICT = 0.15
"""Seconds that the language model is given to say whether a message is complete."""

TURN_END, YIELD = "turn-end", "yield"
"""The timers: a pause has lasted long enough; nobody has gone on."""

Pause = SpeechGrew | PartialTranscribed | SpeechPaused | TurnEndEstimated | SpeechResumed


class Hearing:
    """Owns the utterance being said and what is known of this user's pauses."""

    def __init__(self, answering: Answering, habit: PauseHabit) -> None:
        """Begin in silence; `answering` is given what was said."""
        self.utterance: Utterance | None = None
        self._answering = answering
        self._habit = habit
        self._utterances = 0

    def begin(self, origin: Origin) -> list[Command]:
        """Begin an utterance: whatever was being answered is over."""
        commands = [*self._clear_timers(), *self._answering.end(EndReason.STOPPED)]
        self._utterances += 1
        self.utterance = Utterance(self._utterances, origin)
        return commands

    def drop(self) -> list[Command]:
        """Forget the utterance: it was not meant, or something else is wanted now."""
        if self.utterance is None:
            return []
        commands = self._clear_timers()
        self.utterance = None
        return [*commands, EndCapture()]

    def handle(self, event: Pause) -> list[Command]:
        """Take note of what was heard of the utterance under way."""
        utterance = self.utterance
        if utterance is None:
            return []
        match event:
            case SpeechGrew():
                return self._on_growth(utterance, event)
            case PartialTranscribed(text=text):
                return self._on_partial(utterance, text)
            case SpeechPaused():
                return self._on_pause(utterance, event)
            case TurnEndEstimated(until=until, probability=probability):
                if utterance.pause and utterance.pause.until == until:
                    utterance.probability = probability
                    return self._await_turn_end()
            case SpeechResumed(resumed_at=resumed_at) if not utterance.released_at:
                # After a release only the key itself can say that it goes on.
                return self._on_resumed(utterance, resumed_at)
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
        utterance, turn = self.utterance, self._answering.turn
        if utterance is None:
            return []
        utterance.go_on()
        commands = self._clear_timers()
        if turn and turn.is_draft:
            turn.is_due = False  # it never took the pause for the end
            return commands
        reason = EndReason.YIELDED if turn and turn.committed else EndReason.RESUMED
        return [*commands, *self._answering.end(reason)]

    def on_timer(self, name: str) -> list[Command]:
        """Take the turn, as a pause has lasted long enough, or settle that it was right to."""
        utterance = self.utterance
        if utterance is None:
            return []
        if name == YIELD:
            self.utterance = None
            return [EndCapture()]
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

    def on_turn_event(self, turn: Turn, event: TurnEvent) -> list[Command] | None:
        """Decide about a guess by what was understood; None where that is not ours to decide."""
        if isinstance(event, MessageEndEstimated):
            turn.stop_probability, turn.awaits_verdict = event.probability, False
            if turn.is_draft and not turn.checks and event.probability < DRAFT_LIKELY:
                return self._think_better(turn)
            return self._await_turn_end()
        utterance = self.utterance
        if not isinstance(event, Transcribed) or turn.committed:
            return None
        if turn.is_draft:
            return self._check(turn, event)
        if utterance is None:
            return None
        utterance.text = event.text
        if event.text and not utterance.may_guess(event.text, event.language):
            turn.unasked = event.text
            return self._await_turn_end()
        utterance.guesses += bool(event.text)
        return [*self._answering.handle(event), *self._await_turn_end()]

    def after_answer(self) -> list[Command]:
        """Close what was answered to the end: whoever speaks now says something new."""
        utterance = self.utterance
        if utterance and utterance.by_ear and utterance.is_answered and not self._answering.turn:
            return self.drop()
        return []

    # --- inside --------------------------------------------------------------------------------

    def _on_growth(self, utterance: Utterance, event: SpeechGrew) -> list[Command]:
        if utterance.awaits_partial or utterance.pause or utterance.released_at:
            return []
        utterance.awaits_partial = True
        return [TranscribePartial(utterance.number, event.pcm)]

    def _on_partial(self, utterance: Utterance, text: str) -> list[Command]:
        grew = utterance.note_partial(text)
        commands: list[Command] = []
        turn = self._answering.turn
        if utterance.pause or utterance.released_at:
            return []
        if turn and turn.is_draft:
            if normalised(turn.user_text) == normalised(text):
                return []
            commands += self._answering.end(EndReason.RESUMED)
        if utterance.may_draft(text, self._answering.language):
            utterance.guesses += 1
            turn, begun = self._answering.begin(utterance.origin, None)
            turn.is_draft = True
            return [*commands, *begun, *self._answering.ask(turn, text)]
        return [*commands, self._answering.prefill(utterance.agreed)] if grew else commands

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
            commands += self._verify(turn, pause) if turn and is_draft else self._guess(pause)
        utterance.begin_pause(pause)
        if utterance.by_ear:
            return commands + self._await_turn_end()
        if pause.until == utterance.tail_ends_at:
            return commands + self.end()
        return commands + self._answer_if_quiet(utterance)

    def _guess(self, pause: SpeechPaused) -> list[Command]:
        """Work on what was said so far, as if that were all."""
        utterance, turn = self.utterance, self._answering.turn
        if utterance is None:
            return []
        utterance.is_answered = False
        reason = EndReason.YIELDED if turn and turn.committed else EndReason.RESUMED
        commands = self._answering.end(reason)
        turn, begun = self._answering.begin(utterance.origin, pause.speech_ended_at)
        commands += begun
        if pause.speech_ended_at is not None:
            turn.jobs += 1
            commands.append(Transcribe(turn.number, pause.pcm))
        return commands

    def _verify(self, turn: Turn, pause: SpeechPaused) -> list[Command]:
        """Have all of it recognised, to see whether the draft answers what was really said."""
        turn.speech_ended_at = pause.speech_ended_at
        turn.checks += 1
        turn.jobs += 1
        commands: list[Command] = [Transcribe(turn.number, pause.pcm)]
        if pause.speech_ended_at is not None:
            at, ended_at = self._answering.now, pause.speech_ended_at
            commands.append(Publish(SpeechEndFound(at=at, turn=turn.number, ended_at=ended_at)))
        return commands

    def _think_better(self, turn: Turn) -> list[Command]:
        """Give a draft up that the language model would go on with; it was hardly a guess."""
        if self.utterance:
            self.utterance.guesses -= 1
        return self._answering.end(EndReason.RESUMED)

    def _check(self, turn: Turn, event: Transcribed) -> list[Command]:
        """Keep a draft that answers what was said; answer anew where it does not."""
        turn.checks -= 1
        if turn.checks:
            return []  # the newest transcript decides
        utterance, due = self.utterance, turn.is_due
        goes_on = utterance is not None and utterance.pause is None
        if utterance:
            utterance.text = event.text
        if normalised(turn.user_text) == normalised(event.text):
            if not goes_on:
                turn.is_draft = False
            return [*self._await_turn_end(), *(self._commit() if due else [])]
        commands = self._answering.end(EndReason.RESUMED)
        if goes_on:
            return commands
        if utterance:
            utterance.guesses += 1
        anew, begun = self._answering.begin(turn.origin, turn.speech_ended_at)
        commands += begun
        if event.text:
            commands += self._answering.ask(anew, event.text)
        return [*commands, *self._await_turn_end(), *(self._commit() if due else [])]

    def _on_resumed(self, utterance: Utterance, resumed_at: float) -> list[Command]:
        habit, self._habit = self._habit, utterance.habit_after(self._habit, resumed_at)
        commands = self.go_on()
        if self._habit != habit:
            now, mean, deviation = self._answering.now, self._habit.mean, self._habit.deviation
            learned = PausesLearned(at=now, mean=mean, deviation=deviation, count=self._habit.count)
            commands.append(Publish(learned))
        return commands

    def _await_turn_end(self) -> list[Command]:
        """Wait as long as a pause must last, by what is known of it, to be the end."""
        utterance, turn = self.utterance, self._answering.turn
        if utterance is None:
            return []
        stop_probability = turn.stop_probability if turn else None
        language = self._answering.language
        due_at = utterance.turn_end_at(language, self._habit, stop_probability)
        if due_at is None:
            return []
        if turn and turn.awaits_verdict and utterance.text is not None:
            # It speaks before it answers, so nothing is lost by hearing it.
            due_at = max(due_at, self._answering.now + VERDICT)
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
        return [ClearTimer(TURN_END), ClearTimer(YIELD)]

"""What becomes of a turn whose user goes on speaking, and what that teaches of his pauses.

A turn that was taken too early is given back, and the whole is answered. Where its answer sounds
already, a "mm-hm" or a cough may be all that comes: the answer falls silent, and only words that
are more than that take it back. Pure, like `Hearing`, which calls it on the hub thread.
"""

from __future__ import annotations

from her_desktop.conversation.answering import Answering
from her_desktop.conversation.commands import Command, Publish
from her_desktop.conversation.doubt import Doubt
from her_desktop.conversation.events import EndReason, PausesLearned, SpeechResumed
from her_desktop.conversation.turn import Turn
from her_desktop.conversation.turn_end import PauseHabit, is_whole
from her_desktop.conversation.utterance import Utterance


class Resuming:
    """Owns what is known of this user's pauses, and what the pause in doubt would teach."""

    def __init__(self, answering: Answering, habit: PauseHabit) -> None:
        """Begin with what was learned before; `answering` has the turn that may be taken back."""
        self.habit = habit
        self._answering = answering
        self._in_doubt = habit

    def learn(self, utterance: Utterance, resumed_at: float) -> list[Command]:
        """Learn from the pause that is over, as the utterance goes on."""
        return self._adopt(utterance.habit_after(self.habit, resumed_at))

    def go_on(self, utterance: Utterance) -> list[Command]:
        """Give up the answer to what was not all; a draft never took the pause for the end."""
        turn = self._answering.turn
        utterance.go_on()
        if turn and turn.is_draft:
            turn.is_due = False
            return []
        committed = turn is not None and turn.committed
        return self._answering.end(EndReason.YIELDED if committed else EndReason.RESUMED)

    def doubt(self, utterance: Utterance, turn: Turn, event: SpeechResumed) -> Doubt:
        """Doubt that what is said while the answer to an utterance sounds belongs to it."""
        self._in_doubt = utterance.habit_after(self.habit, event.resumed_at)
        skipped = utterance.pause.pcm.size if utterance.pause else 0
        language, likely = self._answering.language, turn.stop_probability
        utterance.go_on()
        utterance.doubt = Doubt(
            event.resumed_at,
            turn.number,
            may_be_echo=event.in_doubt,
            goes_on=True,
            follows_whole=is_whole(turn.user_text, language, likely),
            skipped=skipped,
        )
        return utterance.doubt

    def take_back(self, utterance: Utterance) -> list[Command]:
        """Give the turn back: what was in doubt belongs to the utterance."""
        utterance.doubt = None
        return [*self.go_on(utterance), *self._adopt(self._in_doubt)]

    def _adopt(self, habit: PauseHabit) -> list[Command]:
        if habit == self.habit:
            return []
        self.habit = habit
        learned = PausesLearned(
            at=self._answering.now, mean=habit.mean, deviation=habit.deviation, count=habit.count
        )
        return [Publish(learned)]

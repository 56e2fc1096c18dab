"""Who answered whom in a recording of both sides: a judge of its own beside the benchmark's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.tools.gaps import Stretch, stretches


@dataclass(frozen=True)
class Exchange:
    """An utterance and the answer to it, None where none came before the next utterance."""

    user: Stretch
    answer: Stretch | None

    @property
    def gap(self) -> float | None:
        """Seconds from the user's last sound to the answer's first; negative where they overlap."""
        return None if self.answer is None else self.answer.start - self.user.end


def exchanges(user: Pcm, answer: Pcm, sample_rate_hz: int) -> list[Exchange]:
    """Pair each utterance with the answer that began after it began and before the next did."""
    asked = stretches(user, sample_rate_hz)
    answered = stretches(answer, sample_rate_hz)
    paired: list[Exchange] = []
    for index, utterance in enumerate(asked):
        until = asked[index + 1].start if index + 1 < len(asked) else np.inf
        own = [reply for reply in answered if utterance.start < reply.start < until]
        paired.append(Exchange(utterance, own[0] if own else None))
    return paired

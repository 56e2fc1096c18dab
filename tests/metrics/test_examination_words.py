from __future__ import annotations

import numpy as np
import pytest

from her_desktop.conversation.events import MicrophoneTested
from her_desktop.metrics import examination_words
from her_desktop.metrics.examination_words import microphone_heard, not_started
from her_desktop.metrics.findings import Verdict


def delivered(samples: int, peak_db: float, *, speech: bool) -> MicrophoneTested:
    pcm = np.full(samples, 0.1, np.float32)
    return MicrophoneTested(at=1.0, pcm=pcm, level_db=-30.0, peak_db=peak_db, speech=speech)


@pytest.mark.parametrize(
    ("event", "verdicts"),
    [
        (delivered(48000, -12.0, speech=True), [Verdict.OK, Verdict.OK]),
        (delivered(48000, -50.0, speech=False), [Verdict.OK, Verdict.NOTE]),
        (delivered(48000, -120.0, speech=False), [Verdict.BROKEN, Verdict.NOTE]),
        (delivered(0, -120.0, speech=False), [Verdict.BROKEN, Verdict.NOTE]),
    ],
    ids=["speech", "no speech", "zeros", "nothing"],
)
def test_the_microphone_is_judged_by_what_it_delivered(
    event: MicrophoneTested, verdicts: list[Verdict]
) -> None:
    found = list(microphone_heard(event))
    assert [finding.name for finding in found] == ["microphone", "vad"]
    assert [finding.verdict for finding in found] == verdicts


def test_every_sentence_says_what_to_do_or_what_was_done() -> None:
    told = [value for name, value in vars(examination_words).items() if name.isupper()]
    sentences = [value for value in told if isinstance(value, str)]
    assert len(sentences) == 5
    for sentence in (*sentences, not_started("her-desktop")):
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence.startswith("her-desktop")

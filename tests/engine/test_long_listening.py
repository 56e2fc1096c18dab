from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from engine.long_listening import Room

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.inference.protocols import Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

pytestmark = pytest.mark.models

STORY = "Once upon a time there was a fox. It lived in a lighthouse by the sea, with an old man."
QUESTION = "I would like to know what time it is."


def said(voice: Voice, text: str) -> Pcm:
    """Return a sentence at 16 kHz, without the silence around it."""
    spoken = np.concatenate(list(voice.speak(text, lambda: False)))
    pcm = resample(spoken, voice.sample_rate_hz, SAMPLE_RATE_HZ)
    loud = np.flatnonzero(np.abs(pcm) > 0.02)
    return pcm[loud[0] : loud[-1] + 1]


def test_a_quarter_of_an_hour_leaves_nothing_behind(tmp_path: Path) -> None:
    models = Models(Settings(), Paths.under(tmp_path))
    voice = models.load_voice(variation=0.0)
    question, story = 0.5 * said(voice, QUESTION), said(voice, STORY)
    voice.close()
    detector = models.load_detector()
    # As far as the worst clocks drift apart in two hours.
    report = Room(detector, question, story, ppm=150.0).listen(15)
    assert report.dropped == 0
    assert len(report.heard_late) == report.spoken == 15, "the user is heard each time"
    assert report.own_voice == 0, "and nobody else"
    assert max(map(abs, report.heard_late)) < 0.1, "at the time of the user's last sample"
    assert np.ptp(report.heard_late[1:]) < 0.02, "as true at the end as at the beginning"
    assert report.echo is not None
    assert report.echo.works is True
    assert report.echo.delay == pytest.approx(0.06, abs=0.005)
    assert len(set(report.threads)) == 1
    assert report.memory_mb[-1] - report.memory_mb[2] < 3.0

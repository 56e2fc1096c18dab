from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from engine.long_listening import listened

from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

pytestmark = pytest.mark.models


def test_a_quarter_of_an_hour_leaves_nothing_behind(tmp_path: Path) -> None:
    # As far as the worst clocks drift apart in two hours.
    report = listened(Models(Settings(), Paths.under(tmp_path)), 15, ppm=150.0)
    assert report.dropped == 0
    assert len(report.heard_late) == report.spoken == 15, "the user is heard each time"
    assert report.own_voice == 0, "and nobody else"
    assert max(map(abs, report.heard_late)) < 0.1, "at the time of the user's last sample"
    assert np.ptp(report.heard_late[1:]) < 0.02, "as true at the end as at the beginning"
    assert report.echo is not None
    assert report.echo.works is True
    assert report.echo.delay == pytest.approx(0.06, abs=0.005)
    assert len(report.played) == 15, "each answer was played"
    assert np.ptp(report.played) < 1e-6, "to its last sample"
    assert len(set(report.threads)) == 1
    # Fewer where something of another test has been cleared away meanwhile.
    assert max(report.files) == report.files[0]
    assert report.waiting < 400
    assert report.memory_mb[-1] - report.memory_mb[2] < 3.0

"""What is told of the machine."""

from __future__ import annotations

import time

import numpy as np
import pytest

from her_desktop.tools.machine import Load, machine, versions


def test_what_was_stolen_is_a_share_of_all_processor_time() -> None:
    before = Load(total=100.0, busy=50.0, own=5.0, stolen=2.0, average=0.1)
    after = Load(total=200.0, busy=90.0, own=30.0, stolen=12.0, average=0.1)
    assert after.stolen_since(before) == pytest.approx(10.0)
    assert after.others_since(before) == pytest.approx(15.0)
    assert before.stolen_since(before) == before.others_since(before) == 0.0


def test_work_of_our_own_is_not_that_of_others() -> None:
    before = Load.now()
    until = time.process_time() + 0.2
    while time.process_time() < until:
        sum(range(10_000))
    after = Load.now()
    assert after.own - before.own >= 0.17


def test_the_machine_can_be_told_from_others() -> None:
    found = machine()
    assert found["processor"]
    assert found["cores"] >= 1
    assert Load.now().total > 0.0
    assert versions()["numpy"] == np.__version__

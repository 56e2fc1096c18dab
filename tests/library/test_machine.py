from __future__ import annotations

from pathlib import Path

import psutil

from her_desktop.library.machine import read_machine


def test_the_machine_is_read_as_the_system_tells_it(tmp_path: Path) -> None:
    machine = read_machine(tmp_path / "not" / "there" / "yet")
    assert machine.memory_total == psutil.virtual_memory().total
    assert 0 < machine.memory_free <= machine.memory_total
    assert machine.disk_free > 0
    assert machine.cores > 0
    assert bool(machine.gpu) == bool(machine.vram_total)
    assert machine.vram_free <= machine.vram_total

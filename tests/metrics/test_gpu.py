from __future__ import annotations

from pathlib import Path

import pytest
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.conversation.events import Event, GpuAbsent, GpuSampled, SystemSampled
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.metrics.gpu_sysfs import why_none

NO_DRIVER = ScriptedNvml(broken=ScriptedNvml.NVML_ERROR_LIBRARY_NOT_FOUND)
CLOCKS = (100.0, 1e9)


def meter(nvml: ScriptedNvml, sysfs: Path) -> LoadMeter:
    return LoadMeter(nvml, sysfs, lambda: CLOCKS)


def gpus(events: list[Event]) -> list[GpuSampled]:
    return [event for event in events if isinstance(event, GpuSampled)]


def test_one_card_tells_all_it_knows(tmp_path: Path) -> None:
    script = ScriptedCard(samples=[(99_000_000, 0)], own_samples=[(99_000_000, 0)], own_memory=5)
    load = meter(ScriptedNvml([script]), tmp_path)
    load.sample()
    assert script.samples is not None
    assert script.own_samples is not None
    script.samples += [(99_960_000, 0), (100_000_000, 100)]
    script.own_samples.append((100_000_000, 60))

    (sample,) = gpus(load.sample())

    # 40 ms of work in a second are 4 %: the average hides it, the samples do not.
    assert sample.load_percent == pytest.approx(4.0)
    burst = sample.busy[-1]
    assert burst.end_at - burst.start_at == pytest.approx(0.04)
    assert burst.percent == 100.0
    assert sample.own_busy[-1].percent == 60.0
    assert (sample.own_memory, sample.temperature_c) == (5, 51.0)
    assert (sample.power_w, sample.clock_mhz) == (131.5, 2520.0)
    assert (sample.memory_used, sample.memory_total) == (1 << 30, 24 << 30)
    assert sample.withheld == ()
    load.close()


def test_without_short_samples_the_drivers_own_average_stands(tmp_path: Path) -> None:
    script = ScriptedCard(load=37, samples=None, own_samples=None, own_memory=None, power=None)
    (sample,) = gpus(meter(ScriptedNvml([script]), tmp_path).sample())
    assert sample.load_percent == 37.0
    assert set(sample.withheld) == {"busy", "own_busy", "own_memory", "power_w"}


def test_several_cards_keep_their_numbers(tmp_path: Path) -> None:
    load = meter(ScriptedNvml([ScriptedCard("a"), ScriptedCard("b")]), tmp_path)
    assert [(each.index, each.name) for each in gpus(load.sample())] == [(0, "a"), (1, "b")]
    assert load.names == ("a", "b")
    assert load.reason == ""


def test_no_gpu_is_told_once(tmp_path: Path) -> None:
    load = meter(NO_DRIVER, tmp_path)
    first, second = load.sample(), load.sample()
    assert [type(event) for event in first] == [SystemSampled, GpuAbsent]
    assert isinstance(first[1], GpuAbsent)
    assert first[1].message == load.reason != ""
    assert [type(event) for event in second] == [SystemSampled]
    load.close()


def amd(folder: Path) -> None:
    device = folder / "card1" / "device"
    sensors = device / "hwmon" / "hwmon3"
    sensors.mkdir(parents=True)
    (folder / "card1-HDMI-A-1").mkdir()
    for path, text in (
        (device / "vendor", "0x1002\n"),
        (device / "gpu_busy_percent", "63\n"),
        (device / "mem_info_vram_used", "2000000000\n"),
        (device / "mem_info_vram_total", "16000000000\n"),
        (sensors / "temp1_input", "61000\n"),
        (sensors / "power1_average", "120000000\n"),
        (sensors / "freq1_input", "2400000000\n"),
    ):
        path.write_text(text)


def test_amd_tells_what_it_does_at_this_moment(tmp_path: Path) -> None:
    amd(tmp_path)
    load = meter(NO_DRIVER, tmp_path)
    (sample,) = gpus(load.sample())
    assert (sample.name, sample.load_percent) == ("AMD GPU", 63.0)
    assert (sample.memory_used, sample.memory_total) == (2_000_000_000, 16_000_000_000)
    assert (sample.temperature_c, sample.power_w, sample.clock_mhz) == (61.0, 120.0, 2400.0)
    assert set(sample.withheld) == {"busy", "own_busy", "own_memory"}
    assert load.reason == ""


def test_intel_tells_little_and_that_is_said(tmp_path: Path) -> None:
    device = tmp_path / "card0" / "device"
    device.mkdir(parents=True)
    (device / "vendor").write_text("0x8086")
    (tmp_path / "card0" / "gt_act_freq_mhz").write_text("1150")
    (sample,) = gpus(meter(NO_DRIVER, tmp_path).sample())
    assert (sample.name, sample.clock_mhz) == ("Intel GPU", 1150.0)
    assert sample.load_percent is None
    assert {"load_percent", "memory_total", "temperature_c"} <= set(sample.withheld)


def test_a_screen_without_a_gpu_of_a_known_maker_is_none(tmp_path: Path) -> None:
    device = tmp_path / "card0" / "device"
    device.mkdir(parents=True)
    (device / "vendor").write_text("0x1234")
    assert meter(NO_DRIVER, tmp_path).names == ()


def test_an_nvidia_card_without_its_driver_is_named_whatever_else_there_is(tmp_path: Path) -> None:
    assert meter(NO_DRIVER, tmp_path).idle == ""
    (tmp_path / "card1" / "device").mkdir(parents=True)
    (tmp_path / "card1" / "device" / "vendor").write_text("0x10de\n")
    alone = meter(NO_DRIVER, tmp_path)
    assert alone.names == ()
    assert alone.reason == alone.idle
    assert "Install it, version 525" in alone.idle
    (tmp_path / "card0" / "device").mkdir(parents=True)
    (tmp_path / "card0" / "device" / "vendor").write_text("0x8086\n")
    beside = meter(NO_DRIVER, tmp_path)
    assert (beside.names, beside.nvidia_names) == (("Intel GPU",), ())
    assert beside.idle == alone.idle
    driven = meter(ScriptedNvml([ScriptedCard("a")]), tmp_path)
    assert (driven.nvidia_names, driven.idle) == (("a",), "")


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_system_says_why_there_is_nothing(system: str) -> None:
    assert why_none(system, Path("nowhere")).endswith(".")


def test_the_real_machine_can_be_asked() -> None:
    load = LoadMeter()
    events = load.sample()
    assert isinstance(events[0], SystemSampled)
    assert bool(load.names) != bool(load.reason)
    load.close()


def test_a_driver_is_not_woken_before_it_is_asked(tmp_path: Path) -> None:
    nvml = ScriptedNvml([ScriptedCard()])
    load = meter(nvml, tmp_path)
    assert nvml.open == 0
    load.sample()
    assert nvml.open == 1
    load.close()
    assert nvml.open == 0

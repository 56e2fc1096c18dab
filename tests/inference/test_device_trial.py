from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from her_desktop.inference.device_trial import Trials, Verdict, trial_key
from her_desktop.settings import save_json


class Clock:
    """Time that passes only where work says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, *seconds: float) -> Callable[[], None]:
        times = iter(seconds)

        def pass_time() -> None:
            self.now += next(times)

        return pass_time


def measured(
    tmp_path: Path, cpu: tuple[float, ...], gpu: tuple[float, ...]
) -> tuple[Verdict, Trials]:
    clock = Clock()
    trials = Trials(tmp_path / "trials.json", save_json, clock)
    verdict = trials.measure("key", clock.work(*cpu), clock.work(*gpu), rounds=len(cpu))
    return verdict, trials


def test_the_median_decides(tmp_path: Path) -> None:
    verdict, _ = measured(tmp_path, (0.03, 0.031, 0.9), (0.009, 0.5, 0.010))
    assert verdict.cpu == pytest.approx(0.031)
    assert verdict.gpu == pytest.approx(0.010)
    assert verdict.device == "gpu"
    assert verdict.told("GPU (CUDA)") == "GPU (CUDA), measured: GPU 10 ms, CPU 31 ms"
    assert "10 ms on the GPU, 31 ms on the processor" in verdict.sentence("Joe")


@pytest.mark.parametrize(
    ("cpu", "gpu", "device"), [(0.020, 0.030, "cpu"), (0.020, 0.019, "cpu"), (0.02, 0.017, "gpu")]
)
def test_the_gpu_must_be_clearly_quicker(
    tmp_path: Path, cpu: float, gpu: float, device: str
) -> None:
    verdict, _ = measured(tmp_path, (cpu,) * 3, (gpu,) * 3)
    assert verdict.device == device


def test_it_is_measured_once_and_kept(tmp_path: Path) -> None:
    first, _ = measured(tmp_path, (0.03,), (0.01,))
    again = Trials(tmp_path / "trials.json", save_json)
    known = again.known("key")
    assert known is not None
    assert (known.cpu, known.gpu, known.first_use) == (first.cpu, first.gpu, False)
    assert again.known("another") is None


def test_other_trials_are_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "trials.json"
    path.write_text(json.dumps({"old": {"cpu": 1.0, "gpu": 2.0}}))
    measured(tmp_path, (0.03,), (0.01,))
    assert set(json.loads(path.read_text())) == {"old", "key"}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"key": 1}', '{"key": {"cpu": "a", "gpu": 1}}', '{"key": {}}']
)
def test_a_spoilt_file_is_measured_anew(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trials.json"
    path.write_text(content)
    assert Trials(path, save_json).known("key") is None
    verdict, trials = measured(tmp_path, (0.03,), (0.01,))
    assert verdict.first_use
    assert trials.known("key") is not None


def test_a_full_disk_costs_the_memory_of_it_and_no_more(tmp_path: Path) -> None:
    def refuse(values: Mapping[str, object], path: Path) -> None:
        raise OSError(28, "No space left on device")

    clock = Clock()
    trials = Trials(tmp_path / "x.json", refuse, clock)
    assert trials.measure("key", clock.work(2.0), clock.work(1.0), rounds=1).device == "gpu"
    assert trials.known("key") is None


def test_what_fails_is_not_kept(tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    trials = Trials(tmp_path / "x.json", save_json)
    with pytest.raises(RuntimeError):
        trials.measure("key", lambda: None, fail)
    assert not (tmp_path / "x.json").exists()


def test_a_key_depends_on_every_fact() -> None:
    keys = {
        trial_key(machine="a", model="b"),
        trial_key(machine="b", model="b"),
        trial_key(machine="a", model="c"),
        trial_key(machine="a", model="b", runtime="1"),
    }
    assert len(keys) == 4
    assert trial_key(machine="a", model="b") == trial_key(model="b", machine="a")

"""Which of two devices is quicker for a model, found out by trying, once for a machine.

A voice is so small that a good processor often beats a GPU, whose every call has its price. Which
is quicker here nobody can know beforehand, so it is measured at the first use and kept, under a key
that names everything it may depend on. Rule: the clock is read here and in no model; runs on the
thread that loads the model.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

_log = logging.getLogger(__name__)

_ROUNDS = 5
_CLEARLY = 0.9
"""The GPU must take at most this share of the processor's time: it also costs memory and power."""

Save = Callable[[Mapping[str, object], Path], None]


@dataclass(frozen=True)
class Verdict:
    """What a trial found, in seconds; `first_use` is false where it was remembered."""

    cpu: float
    gpu: float
    first_use: bool = True

    @property
    def device(self) -> str:
        """The quicker device: "cpu" or "gpu"."""
        return "gpu" if self.gpu <= _CLEARLY * self.cpu else "cpu"

    def told(self, device: str) -> str:
        """Return what a model runs on with the figures: "CPU, measured: GPU 9 ms, CPU 5 ms"."""
        gpu, cpu = self._figures
        return f"{device}, measured: GPU {gpu} ms, CPU {cpu} ms"

    def sentence(self, model: str) -> str:
        """Return why a model is where it is, in one sentence."""
        gpu, cpu = self._figures
        return (
            f"The first sound of {model} was measured on this computer: {gpu} ms on the GPU, "
            f"{cpu} ms on the processor. The settings can choose otherwise."
        )

    @property
    def _figures(self) -> tuple[int, int]:
        return round(self.gpu * 1000), round(self.cpu * 1000)


def trial_key(**facts: str) -> str:
    """Return a key that changes with every fact: machine, model, versions."""
    told = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


class Trials:
    """Owns the file of verdicts. Used by whichever worker loads a model that may go either way."""

    def __init__(
        self, path: Path, save: Save, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """`save` writes a JSON object whole or not at all; `clock` gives seconds."""
        self._path, self._save, self._clock = path, save, clock

    def known(self, key: str) -> Verdict | None:
        """Return what was found out before; None where nothing was, or it cannot be read."""
        entry = self._all().get(key)
        if not isinstance(entry, dict):
            return None
        cpu, gpu = entry.get("cpu"), entry.get("gpu")
        if not isinstance(cpu, int | float) or not isinstance(gpu, int | float):
            return None
        return Verdict(float(cpu), float(gpu), first_use=False)

    def measure(
        self, key: str, cpu: Callable[[], object], gpu: Callable[[], object], rounds: int = _ROUNDS
    ) -> Verdict:
        """Let both do the same work in turn; return the medians, which are kept for next time.

        Both are expected to be warm. Whatever either raises is passed on and nothing is kept.
        """
        times: dict[str, list[float]] = {"cpu": [], "gpu": []}
        for _ in range(rounds):
            # One after the other, so that what disturbs the machine disturbs both.
            for name, work in (("cpu", cpu), ("gpu", gpu)):
                begun = self._clock()
                work()
                times[name].append(self._clock() - begun)
        verdict = Verdict(median(times["cpu"]), median(times["gpu"]))
        entry = asdict(verdict)
        del entry["first_use"]
        try:
            self._save({**self._all(), key: entry}, self._path)
        except OSError as error:
            # It will be measured again: that costs a second, not the model.
            _log.warning("the trial of the devices could not be kept: %s", error.strerror)
        return verdict

    def _all(self) -> dict[str, object]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

"""Set everything up that the tests need, and run them.

    python3 packaging/test.py               style, types and the whole test suite
    python3 packaging/test.py ARGUMENTS     pytest alone, with these arguments

What plays real sound has the machine to itself, because it is about moments. All else runs on
several processes afterwards, once. What failed of the sound is then tried once more, as soon as
nobody takes the processor away, and both results stand in the output: a machine that others share
may stall for longer than a microphone can wait, and does so for minutes.

Rule: the last line printed is pytest's summary, and the exit status is 0 only if every check
passed. Runs on Python 3.9; older ones are told so.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

_STYLE = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))
# A test file stays on one process, which loads its models once.
_SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile")
_SOUND = ("-m", "sound")
_AGAIN = ("--last-failed", "--last-failed-no-failures=none")
_REST = ("-m", "not sound", *_SIDE_BY_SIDE)
_SOME_FAILED = 1
_PATIENCE = 90.0
_CALM_PERCENT = 3.0


def main(arguments: "list[str]") -> int:
    """Prepare everything and run the checks; return 0 if all passed."""
    if sys.version_info < (3, 9):
        print("Set-up needs Python 3.9 or newer: run it with one.", file=sys.stderr)
        return 1

    # Only now: these are written for newer versions than the line above.
    from progress import SetupError, say
    from setup_environment import ROOT, prepare, program

    try:
        prepare("tests")
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nSet-up was interrupted; the next start goes on from here.")
        return 130

    pytest = (str(program("python")), "-m", "pytest")
    checks = [(str(program(name)), *rest) for name, *rest in _STYLE]
    checks += [(*pytest, "--quiet", *part) for part in (_SOUND, _REST)]
    if arguments:
        checks = [(*pytest, *arguments)]
    failed: "list[str]" = []
    try:
        for check in checks:
            again = check[-len(_AGAIN) :] == _AGAIN
            name = " ".join(check).replace(str(ROOT), ".")
            if failed and check is checks[-1]:
                say(f"Not clean: {', '.join(failed)}")
            if again:
                _wait_for_calm(say)
            print(f"== {name}", flush=True)
            status = subprocess.call(check, cwd=ROOT)
            if status == _SOME_FAILED and check[-2:] == _SOUND:
                checks.append((*check, *_AGAIN))
            elif status != 0:
                failed.append(name)
    except KeyboardInterrupt:
        return 130
    return int(bool(failed))


def _wait_for_calm(say: Callable[[str], None]) -> None:
    """Wait a while for whoever takes the processor away from this machine, and say so."""
    until = time.monotonic() + _PATIENCE
    stolen = _stolen_percent()
    while stolen > _CALM_PERCENT and time.monotonic() < until:
        say(f"{stolen:.0f} % of the processor went to others; waiting for a calmer moment")
        stolen = _stolen_percent()


def _stolen_percent() -> float:
    """Return what share of the next five seconds a host gave to others; 0 where it cannot tell."""
    try:
        before = _processor_times()
        time.sleep(5.0)
        now = _processor_times()
    except OSError:
        return 0.0
    return 100.0 * (now[7] - before[7]) / max(1, sum(now) - sum(before))


def _processor_times() -> "list[int]":
    """Return Linux's own count, in ticks: the eighth is what was stolen."""
    return [int(count) for count in Path("/proc/stat").read_text("ascii").split()[1:9]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

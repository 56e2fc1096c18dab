"""Set everything up that the tests need, and run them.

    python3 packaging/test.py               style, types and the whole test suite
    python3 packaging/test.py ARGUMENTS     pytest alone, with these arguments

What plays real sound has the machine to itself, because it is about moments; what fails of it is
tried once more, and both results stand in the output: a machine that others share may stall for
longer than a microphone can wait. All else runs on several processes afterwards, once.

Rule: the last line printed is pytest's summary, and the exit status is 0 only if every check
passed. Runs on Python 3.9; older ones are told so.
"""

import subprocess
import sys

_STYLE = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))
# A test file stays on one process, which loads its models once.
_SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile")
_SOUND = ("-m", "sound")
_AGAIN = ("--last-failed", "--last-failed-no-failures=none")
_REST = ("-m", "not sound", *_SIDE_BY_SIDE)
_SOME_FAILED = 1


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
            name = " ".join(check).replace(str(ROOT), ".")
            if failed and check is checks[-1]:
                say(f"Not clean: {', '.join(failed)}")
            print(f"== {name}", flush=True)
            status = subprocess.call(check, cwd=ROOT)
            if status == _SOME_FAILED and check[-2:] == _SOUND:
                print(f"== what failed of it, once more: {name}", flush=True)
                status = subprocess.call((*check, *_AGAIN), cwd=ROOT)
            if status != 0:
                failed.append(name)
    except KeyboardInterrupt:
        return 130
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

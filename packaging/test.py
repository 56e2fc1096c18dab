"""Set everything up that the tests need, and run them.

    python3 packaging/test.py               style, types and the whole test suite
    python3 packaging/test.py ARGUMENTS     pytest alone, with these arguments

Rule: the last line printed is pytest's summary, and the exit status is 0 only if every check
passed. Runs on Python 3.9; older ones are told so.
"""

import subprocess
import sys


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

    failed = []
    try:
        if not arguments:
            for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
                print(f"== {' '.join(command)}", flush=True)
                if subprocess.call([str(program(command[0])), *command[1:]], cwd=ROOT) != 0:
                    failed.append(command[0])
            print("== pytest", flush=True)
        pytest = [str(program("python")), "-m", "pytest", *(arguments or ["--quiet"])]
        if failed:
            say(f"Not clean: {', '.join(dict.fromkeys(failed))}")
        return subprocess.call(pytest, cwd=ROOT) or int(bool(failed))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

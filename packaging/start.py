"""Set her_desktop up where that is still to be done, and start it.

    python3 packaging/start.py [--cuda | --cpu] [ARGUMENTS OF her-desktop]

`--cuda`, as the first word, brings what an NVIDIA GPU needs, and stays in force for later starts;
`--cpu` takes it back.
Rule: set-up speaks on standard error only, and the program's exit status is this one's. Runs on
Python 3.9; older ones are told so.
"""

import os
import signal
import subprocess
import sys


def main(arguments: "list[str]") -> int:
    """Prepare everything and hand over to her-desktop; return its exit status."""
    if sys.version_info < (3, 9):
        print("Set-up needs Python 3.9 or newer: run it with one.", file=sys.stderr)
        return 1

    # Only now: these are written for newer versions than the line above.
    from progress import SetupError, say
    from setup_environment import prepare, program

    first = arguments[0] if arguments else ""
    if first in ("--cuda", "--cpu"):
        arguments = arguments[1:]
    try:
        prepare("app", "cuda" if first == "--cuda" else "cpu" if first == "--cpu" else None)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nSet-up was interrupted; the next start goes on from here.")
        return 130

    command = [str(program("her-desktop")), *arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 (without a shell is what is wanted)
    # Windows has no exec. Ctrl+C reaches both processes; the answer to it is the program's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Say in plain lines what the set-up is doing, and keep everything else in a log.

Rule: only standard error is written to, so that a program which is started afterwards has
standard output to itself. Runs on Python 3.9 with the standard library alone.
"""

from __future__ import annotations

import collections
import queue
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Mapping, Optional, Sequence

# A silent command is not a dead one: the compiler of the language model engine says nothing
# for minutes.
_HEARTBEAT_INTERVAL = 20.0
_TAIL_LINES = 30
# What uv says of its large steps; the list of every small package goes to the log only, and so
# does all that the system's package manager says, whose lines end in dots.
_WORTH_SAYING = re.compile(r"^\s*(Downloading|Building|Built|Prepared|Installed)\s.*[^.\s]\s*$")


class SetupError(Exception):
    """The set-up cannot go on; the message says what happened and what to do."""


class CommandFailedError(SetupError):
    """A command ended badly; the message holds the end of what it printed."""


def say(line: str) -> None:
    """Print one line for the person who waits."""
    print(line, file=sys.stderr, flush=True)


def spoken_duration(seconds: float) -> str:
    """Return `seconds` as a person would write it: '45 s', '2 min 5 s'."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def said_by(
    command: Sequence[str], environment: Optional[Mapping[str, str]] = None
) -> Optional[str]:
    """Ask a command that answers at once; return its standard output, None where it fails."""
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return answer.stdout if answer.returncode == 0 else None


class CommandLog:
    """Owns the log file of one set-up; called from the main thread only."""

    def __init__(self, path: Path) -> None:
        """Begin a new log at `path`; its folder must exist."""
        self.path = path
        path.write_text("", encoding="utf-8")

    def run(
        self,
        command: Sequence[str],
        failure: str,
        *,
        env: Optional[Mapping[str, str]] = None,
        cwd: Optional[Path] = None,
    ) -> None:
        """Run `command` to its end, all its output going to the log.

        `failure` is the sentence that heads the message of `CommandFailedError`, which is raised
        when the command cannot be started or exits with another status than 0.
        """
        self._write(f"$ {' '.join(shlex.quote(part) for part in command)}\n")
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise CommandFailedError(f"{failure}\n{command[0]}: {error.strerror}") from error
        try:
            tail = self._follow(process)
            status = process.wait()
        except KeyboardInterrupt:
            _stop(process)
            raise
        if status != 0:
            end = "".join(f"  | {line}" for line in tail)
            raise CommandFailedError(f"{failure}\n{end}The whole log is in {self.path}")

    def _follow(self, process: subprocess.Popen[str]) -> collections.deque[str]:
        """Log what `process` prints until it closes its output, and return the last lines."""
        assert process.stdout is not None
        output = process.stdout
        lines: queue.Queue[Optional[str]] = queue.Queue()

        def read() -> None:
            for line in output:
                lines.put(line)
            lines.put(None)

        reader = threading.Thread(target=read, name="set-up output", daemon=True)
        reader.start()
        began_at = time.monotonic()
        tail: collections.deque[str] = collections.deque(maxlen=_TAIL_LINES)
        while True:
            try:
                line = lines.get(timeout=_HEARTBEAT_INTERVAL)
            except queue.Empty:
                say(f"  still working, {spoken_duration(time.monotonic() - began_at)} so far")
                continue
            if line is None:
                break
            self._write(line)
            tail.append(line)
            if _WORTH_SAYING.match(line):
                say(f"  {line.strip()}")
        reader.join()
        output.close()
        return tail

    def _write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as log:
            log.write(text)


def _stop(process: subprocess.Popen[str]) -> None:
    """Wait for a command that the person interrupted; a second Ctrl+C ends the waiting."""
    try:
        # A terminal has sent the same signal to the command; let it tidy up.
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        say("Waiting for the last step to stop")
        try:
            process.terminate()
        except PermissionError:
            say("It is the system's package manager, which first finishes what it began")
        process.wait()

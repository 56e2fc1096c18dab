"""Chat templates: programs in Jinja that come with a model and write its prompts.

A catalogued model's is rendered where the model is used. One that nobody has vouched for may run
for ever or ask for all the memory, which no sandbox within a process can keep it from: it is
rendered in a process of its own, with a deadline, and given up for good if it misses it.
Rule: one thread, that of the language model, uses a template. Texts are never logged.
"""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from her_desktop.inference.confinement import child_command, child_environment
from her_desktop.inference.prompt import Message

_log = logging.getLogger(__name__)

_TIME_TO_END = 2.0
"""Seconds the process gets to end by itself once its input is closed."""

Template = Callable[[Sequence[Message]], str | None]
"""Renders a prompt from (role, text) messages; None where it will not have them."""


def get_ready() -> None:
    """Import what rendering takes, so that a deadline counts rendering alone."""
    import llama_cpp.llama_chat_format  # noqa: F401 - what counts is that it is loaded


def compiled(source: str, eos: str, bos: str) -> Template | None:
    """Return a template that is rendered right here, None for one that is no Jinja.

    `eos` and `bos` are the texts of the model's tokens for the end and the beginning.
    """
    from jinja2 import TemplateError
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    try:
        formatter: Any = Jinja2ChatFormatter(source, eos_token=eos, bos_token=bos)
    except (TemplateError, ValueError, RecursionError, MemoryError, OverflowError):
        return None

    def render(messages: Sequence[Message]) -> str | None:
        lines = [{"role": role, "content": text} for role, text in messages]
        try:
            return str(formatter(messages=lines, enable_thinking=False).prompt)
        except Exception:
            # A template is a program that came with the model: it may raise anything, and many
            # do for a system message or two messages of one role in a row.
            return None

    return render


class ConfinedTemplate:
    """Owns the process that renders one template; used by the language model's thread."""

    def __init__(self, source: str, eos: str, bos: str) -> None:
        """Start the process; it gets ready while the model goes on loading."""
        self._process: subprocess.Popen[str] | None = subprocess.Popen(
            child_command("her_desktop.inference.template_child", []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=child_environment(),
        )
        self._write({"source": source, "eos": eos, "bos": bos})

    def __call__(self, messages: Sequence[Message]) -> str | None:
        """Return the prompt, None where the template refuses, or did not end in time."""
        process = self._process
        if process is None or process.stdout is None or not self._write(list(messages)):
            return None
        answer = process.stdout.readline()
        if not answer:
            _log.warning("a chat template did not come to an end and is not used any more")
            self.close()
            return None
        prompt = json.loads(answer)["prompt"]
        return None if prompt is None else str(prompt)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=_TIME_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _write(self, value: object) -> bool:
        process = self._process
        if process is None or process.stdin is None:
            return False
        try:
            process.stdin.write(json.dumps(value) + "\n")
            process.stdin.flush()
        except OSError:
            self.close()
            return False
        return True

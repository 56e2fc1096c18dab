"""Renders chat templates that nobody has vouched for, in a process that may be lost.

The parent writes one JSON object a line: first the template with its tokens, then the messages of
one prompt after another. Each is answered by one line: {"prompt": text or null}. A template that
does not come to an end, in the sandbox or in a single endless product, ends this process.
Rule: a program of its own; only `template.ConfinedTemplate` runs it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from her_desktop.inference.confinement import confine, deadline

_MEMORY = 1 << 30
_TIME = 2.0
_LONGEST_PROMPT = 1 << 22


def main(_arguments: Sequence[str] = ()) -> int:
    """Answer until the parent closes its end; return the exit code."""
    confine(_MEMORY)
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from her_desktop.inference.template import compiled, get_ready

    get_ready()
    with Path(os.devnull).open("w") as nowhere:
        first = json.loads(sys.stdin.readline())
        with deadline(_TIME, nowhere):
            template = compiled(first["source"], first["eos"], first["bos"])
        for line in sys.stdin:
            prompt = None
            if template is not None:
                with deadline(_TIME, nowhere):
                    prompt = template(json.loads(line))
            if prompt is not None and len(prompt) > _LONGEST_PROMPT:
                prompt = None
            answers.write(json.dumps({"prompt": prompt}) + "\n")
            answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

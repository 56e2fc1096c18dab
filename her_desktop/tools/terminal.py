"""Lines for a terminal: what the commands print for a person fits into 80 columns.

Pure. Words, paths and numbers stay whole, so that they can be copied.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 80
_DEEPER = 2


def folded(lines: Iterable[str], hanging: int | None = None) -> Iterator[str]:
    """Yield lines, those that are too long in several.

    What goes on is indented by `hanging` columns, by default a little deeper than its beginning.
    """
    for line in lines:
        own = len(line) - len(line.lstrip())
        indent = " " * (own + _DEEPER if hanging is None else hanging)
        yield from textwrap.wrap(
            line,
            WIDTH,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [line]

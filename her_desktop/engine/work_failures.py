"""Why a model's work failed, as a person is told.

Rule: pure but for the log. A library's own words are neither shown nor logged: it may quote the
user in them.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator

from her_desktop.conversation.commands import Try
from her_desktop.conversation.events import Event, StageTried
from her_desktop.inference.protocols import ModelError

_log = logging.getLogger(__name__)


def plain_sentence(error: Exception, what: str) -> str:
    """Return an error as one plain sentence; one that nobody foresaw is logged by its trace.

    `what` says what could not be done, without a full stop.
    """
    if isinstance(error, ModelError):
        return str(error)
    trace = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: %s\n%s", what, type(error).__name__, trace)
    return f"{what} ({type(error).__name__}); the log has the details. Try again or restart."


def broke_too_often(name: str, times: int) -> str:
    """Return why a model is not loaded again after it cost so many threads."""
    return (
        f"The engine of {name} broke down {times} times, so it is left alone. "
        "Choose another model, or start the program again."
    )


def of_a_trial(job: object, message: str) -> Iterator[Event]:
    """Yield what a trial has to report where it is lost with its thread; nothing for other work."""
    if isinstance(job, Try):
        now = time.monotonic()
        yield StageTried(at=now, stage=job.stage, begun_at=now, message=message)

"""What went wrong on a thread that must go on, as a person is told and as the log keeps it.

Rule: pure but for the log; any thread. A library's own words are neither shown nor logged: it may
quote the user in them.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator

from her_desktop.conversation.commands import Try
from her_desktop.conversation.events import Event, StageTried
from her_desktop.inference.protocols import ModelError

_log = logging.getLogger(__name__)

UNFORESEEN = "Something went wrong inside; the log has the details. Please try again."


def log_fault(what: str, error: Exception) -> None:
    """Log where an error came from, without its own words."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: %s\n%s", what, type(error).__name__, trace)


def plain_sentence(error: Exception, what: str) -> str:
    """Return an error as one plain sentence; one that nobody foresaw is logged by its trace.

    `what` says what could not be done, without a full stop.
    """
    if isinstance(error, ModelError):
        return str(error)
    log_fault(what, error)
    return f"{what} ({type(error).__name__}); the log has the details. Try again or restart."


def broke_too_often(name: str, times: int) -> str:
    """Return why a model is not loaded again after it cost so many threads."""
    return (
        f"The engine of {name} broke down {times} times, so it is left alone. "
        "Choose another model, or start the program again."
    )


def close_quietly(close: Callable[[], None]) -> None:
    """Close a model that nobody will use again; where its library cannot, that is only logged."""
    try:
        close()
    except Exception as error:
        # Every library raises classes of its own here, and its thread must go on all the same.
        _log.warning("a model could not be closed: %s", type(error).__name__)


def of_a_trial(job: object, message: str = "") -> Iterator[Event]:
    """Yield what a trial has to report that was never carried out; nothing for other work.

    It failed with `message`, or else gave way to something that somebody waits for.
    """
    if isinstance(job, Try):
        now = time.monotonic()
        yield StageTried(
            at=now, stage=job.stage, begun_at=now, message=message, gave_way=not message
        )

"""What another process may ask of the running window, word by word.

Rule: a word becomes an event or a call on the window, and returns at once. GUI thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from her_desktop.conversation.events import (
    Event,
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    StopRequested,
    TalkPressed,
    TalkReleased,
    TextSubmitted,
)

Answer = Callable[[str], Mapping[str, object]]
"""Carries out one word, with what came after it; returns what is replied."""


def answers(
    send: Callable[[Event], None],
    *,
    show: Callable[[], object],
    hide: Callable[[], object],
    end: Callable[[], object],
    status: Callable[[], Mapping[str, object]],
) -> dict[str, Answer]:
    """Return what is done for each word; events go to `send`.

    `end` must leave time for the reply to be written.
    """

    def sends(make: Callable[[float, str], Event]) -> Answer:
        def carry_out(words: str) -> dict[str, object]:
            send(make(time.monotonic(), words))
            return {}

        return carry_out

    def does(act: Callable[[], object]) -> Answer:
        def carry_out(words: str) -> dict[str, object]:
            act()
            return {}

        return carry_out

    def listens(mode: ListenMode) -> Answer:
        return sends(lambda at, _: ListenModeRequested(at=at, mode=mode))

    return {
        "talk-press": sends(lambda at, _: TalkPressed(at=at)),
        "talk-release": sends(lambda at, _: TalkReleased(at=at)),
        "listen-hold": listens(ListenMode.HOLD),
        "listen-always": listens(ListenMode.ALWAYS),
        "listen-wake": listens(ListenMode.WAKE),
        "mute": sends(lambda at, _: MuteRequested(at=at, muted=True)),
        "unmute": sends(lambda at, _: MuteRequested(at=at, muted=False)),
        "say": sends(lambda at, words: TextSubmitted(at=at, text=words)),
        "stop": sends(lambda at, _: StopRequested(at=at)),
        "show": does(show),
        "hide": does(hide),
        "status": lambda _: status(),
        "quit": does(end),
    }

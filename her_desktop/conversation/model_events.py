"""What becomes of the models: loaded, released, failed, or to be used in another way.

Rule: values only, as in `events`, from which others take them together with all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.vocabulary import Event, Stage


@dataclass(frozen=True, kw_only=True)
class StageLoading(Event):
    """A model is being loaded; `model` is its name for a person."""

    stage: Stage
    model: str


@dataclass(frozen=True, kw_only=True)
class StageReady(Event):
    """A model is loaded and warmed; `detail` names what it runs on."""

    stage: Stage
    model: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class StageReleased(Event):
    """A model has left the memory; it is loaded again as soon as somebody speaks or types."""

    stage: Stage
    model: str


@dataclass(frozen=True, kw_only=True)
class StageFailed(Event):
    """A model could not be loaded. `message` is one plain sentence for the user.

    `kept` names the model that stays in use instead, "" where there is none; its `StageReady`
    follows.
    """

    stage: Stage
    model: str
    message: str
    kept: str = ""


@dataclass(frozen=True, kw_only=True)
class AssistantChosen(Event):
    """The user wants another assistant, which holds from the next turn on.

    `system` is its persona, the user's own where `is_own`; `language` the one that its voice
    speaks; `guesses` how many answers to one utterance may be begun before it is over.
    """

    system: str = field(repr=False)
    is_own: bool
    language: str
    guesses: int

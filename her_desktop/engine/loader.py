"""How a worker comes by its model: what the model is called, and what loads it, or brings it back.

Rule: values; what they hold is called on the worker's thread alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Loaded(Protocol):
    """What every model can say of itself."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


Model_co = TypeVar("Model_co", bound=Loaded, covariant=True)


def _always() -> bool:
    return True


@dataclass(frozen=True)
class ModelLoader(Generic[Model_co]):
    """A model by its name for a person, and how to load and warm it (blocking).

    `key` says what was chosen of it that only loading brings about: where two loaders agree in
    that, `tune` is enough to bring a model that one of them loaded to what the other wants; None
    agrees with nothing. `fits_beside` tells whether it may be loaded while another one is still
    there. `again` loads one that was there before, sooner than `load`, as it need not be warmed.
    """

    name: str
    load: Callable[[], Model_co]
    key: Hashable = None
    tune: Callable[[Any], None] | None = None
    fits_beside: Callable[[], bool] = _always
    again: Callable[[], Model_co] | None = None

    def bring_back(self) -> Model_co:
        """Return the model as soon as can be, where it was in this process before."""
        return (self.again or self.load)()

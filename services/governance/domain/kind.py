"""What a kind of matter is made of: its steps, how they are folded, what does not fit, how it is shown. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from shared.events import Data

State = TypeVar("State")


def _never(_: Any) -> date | None:
    return None


@dataclass(frozen=True)
class Kind(Generic[State]):
    """One kind of matter."""

    name: str
    """In ids and lists: `plan`."""
    key: str
    """The field of every step that names the matter: `plan_id`."""
    first: type[Data]
    """The step that begins one."""
    further: tuple[type[Data], ...]
    take: Callable[[State | None, Any], State]
    """The state after a step."""
    unfit: Callable[[State, Any], str | None]
    """Why a step is not possible as it stands, or None. Not asked of the first."""
    document: Callable[[State], dict[str, Any]]
    """As it is shown; with the matter's id."""
    is_open: Callable[[State], bool]
    due: Callable[[State], date | None] = _never
    """The next London day by which something of it is owed."""
    dated: bool = False
    """Whether the day on which it was true stands beside it as `on`: its steps name none."""
    models: dict[str, type[Data]] = field(init=False)
    """Its steps by the name that stored events keep."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "models", {model.__name__: model for model in (self.first, *self.further)})

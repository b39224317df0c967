"""The steps that a matter may take, each as a form: made of the same models that the HTTP interface takes. Pure."""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.governance.web import words


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, what it says, and the model of its order."""

    name: str
    """As its address says it: `action_added`."""
    title: str
    says: str
    model: type[BaseModel]


def of(orders: Any) -> Mapping[str, Step]:
    """The steps of a union of orders that their `type` tells apart, by that type; in the union's order."""
    return {each.name: each for model in _members(orders) for each in _steps(model)}


def _members(orders: Any) -> Iterator[type[BaseModel]]:
    for each in typing.get_args(orders) or (orders,):
        if isinstance(each, type):
            yield each
        elif typing.get_args(each):
            yield from _members(each)


def _steps(model: type[BaseModel]) -> Iterator[Step]:
    for name in typing.get_args(model.model_fields["type"].annotation):
        yield Step(name, words.plain(name), " ".join((model.__doc__ or "").split()), model)

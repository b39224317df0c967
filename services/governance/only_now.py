"""A question about the past to an address that knows only the present is refused, never answered with the present."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from services.governance.parts import invalid

CLOCKS: Final = frozenset({"as_of", "known_at"})
API: Final = "/v1/"


def demand(request: Request) -> None:
    """For every address of the interface. Raises the 422 problem."""
    asked = CLOCKS & request.query_params.keys()
    route = request.scope.get("route")
    if asked and isinstance(route, APIRoute) and route.path.startswith(API):
        for name in sorted(asked - frozenset(_taken(route.dependant))):
            raise invalid(
                f"query:{name}", "This shows the present alone.",
                "Ask for /v1/providers/{id}, its /history, /matters or /changes, or for one thing by its id.",
            )  # fmt: skip


def _taken(dependant: Dependant) -> Iterator[str]:
    for one in dependant.query_params:
        model: Any = one.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from model.model_fields
        else:
            yield one.alias
    for each in dependant.dependencies:
        yield from _taken(each)

"""Walks every route of an application and says who may call it."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from shared import security


@dataclass(frozen=True)
class Door:
    """One route, and its guards."""

    methods: str
    path: str
    roles: tuple[frozenset[str], ...]
    """One set for each guard on the way in; none means that nobody is asked who they are."""
    marked_public: bool

    @property
    def name(self) -> str:
        """As the list of open doors writes it."""
        return f"{self.methods} {self.path}"


def doors(app: FastAPI) -> list[Door]:
    """Every route: of included routers too, and mounts, which count as open."""
    found = []
    for context in iter_route_contexts(app.routes):
        calls = list(_calls(getattr(context, "dependant", None)))
        methods = getattr(context, "methods", None) or {"MOUNT"}
        found.append(
            Door(
                methods=",".join(sorted(set(methods) - {"HEAD"})),
                path=str(context.path),
                roles=tuple(call.roles for call in calls if isinstance(call, security.Guard)),
                marked_public=security.open_to_all in calls,
            )
        )
    return found


def _calls(dependant: Dependant | None) -> Iterator[object]:
    for each in dependant.dependencies if dependant else ():
        yield each.call
        yield from _calls(each)

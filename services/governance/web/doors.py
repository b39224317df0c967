"""Which roles open which page: read from the doors themselves, written by `python -m services.governance.web.doors`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.governance.web.guard import SignedIn
from services.governance.web.routes import ROUTERS
from shared import security

PAGE = Path(__file__).parents[3] / "docs" / "pages.md"
HEAD = """# Pages and who opens them

Written by `python -m services.governance.web.doors` from the doors themselves; do not edit it by hand.
A test opens every page in every role, in a browser. Which places, classes of contents and steps a reader has within
a page follows from the same rules as over the HTTP interface; `public` needs no sign-in and shows nobody's data.

"""
SHORT = {"cqc-inspector": "CQC", "contracts-officer": "contracts", "icb-quality": "ICB", "panel-chair": "chair"}


@dataclass(frozen=True, slots=True)
class Door:
    """One address."""

    path: str
    methods: frozenset[str]
    roles: frozenset[str]
    """Empty: nobody need be signed in."""


def doors() -> list[Door]:
    """Every page and form, in the order of their addresses. Raises LookupError for one that nobody guards."""
    found = [
        Door(route.path, frozenset(route.methods or ()), _roles(route))
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
    return sorted(found, key=lambda door: (door.path, sorted(door.methods)))


def table(known: Sequence[Door]) -> str:
    """The document."""
    roles = sorted(security.ROLES)
    lines = [
        f"| page | sent by a form | {' | '.join(SHORT.get(role, role) for role in roles)} |",
        f"|---|---|{'---|' * len(roles)}",
    ]
    for path in dict.fromkeys(door.path for door in known):
        read = _of(known, path, "GET")
        sent = _of(known, path, "POST")
        marks = [_mark(role, read, sent) for role in roles]
        lines.append(f"| `{path}` | {'yes' if sent is not None else ''} | {' | '.join(marks)} |")
    return HEAD + "\n".join(lines) + "\n\nr: reads; w: reads and sends; s: sends.\n"


def _of(known: Sequence[Door], path: str, method: str) -> frozenset[str] | None:
    return next((door.roles for door in known if door.path == path and method in door.methods), None)


def _mark(role: str, read: frozenset[str] | None, sent: frozenset[str] | None) -> str:
    reads = read is not None and (not read or role in read)
    sends = sent is not None and (not sent or role in sent)
    if read == frozenset() and sent is None:
        return "public"
    return {(True, True): "w", (True, False): "r", (False, True): "s"}.get((reads, sends), "")


def _roles(route: APIRoute) -> frozenset[str]:
    calls = [each.call for each in _all(route.dependant)]
    guards = [each for each in calls if isinstance(each, SignedIn)]
    if not guards and security.PUBLIC.dependency not in calls:
        raise LookupError(f"{route.path} has no guard and is not public")
    return frozenset.intersection(*(each.roles for each in guards)) if guards else frozenset()


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from _all(each)


if __name__ == "__main__":
    PAGE.write_text(table(doors()))

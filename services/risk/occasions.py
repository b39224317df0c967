"""What may happen to a provider that asks for an alert by itself, where the policy says so (SAL-27, R14, R19). Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.risk import clocks, counted
from services.risk.deadlines import Deadlines, day
from services.risk.remembered import rated
from services.risk.remembered.items import Day, Report, Stamp
from services.risk.remembered.state import ProviderState

KEPT = frozenset({
    "ownership_changed", "police_incident", "sponsor_licence", "industrial_action", "business_failure",
    "whistleblowing_high", "organisational_abuse", "critical_concern",
})  # fmt: skip
"""Those that are let go when their window has passed. The others hold until something else is said."""
ORGANISATIONAL = "abuse.organisational"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that it happened."""

    key: str
    day: Day
    evidence: tuple[Stamp, ...]


def happened(name: str, state: ProviderState, due: Deadlines) -> Iterator[Occasion]:
    """Each time that it happened, as far as it still counts."""
    return OCCASIONS[name](state, due)


def _manager_lost(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:
    """A vacant post at once; an absence when it has lasted too long (rulings 13)."""
    newest = clocks.manager(state)
    if newest is None:
        return
    if newest.kind == "vacant" or any(clock.over for clock in due.of("manager")):
        yield Occasion(f"{newest.kind}:{day(newest.day)}", newest.day, (newest.stamp,))


def _ownership(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    for each in state.of("ownership").values():
        when = each.day if each.until is None else each.until
        yield Occasion(f"{each.kind}:{day(when)}", each.day, (each.stamp,))


def _closed(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    value = state.register.values.get("closed_on")
    if value is not None and isinstance(value.value, int):
        yield Occasion(str(day(value.value)), value.value, (value.stamp,))


def _reregistered(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    for name, each in state.of("registry").items():
        if each.kind == "reregistered":
            yield Occasion(name, each.day, (each.stamp,))


def _inadequate(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    newest = rated.of_record(state.ratings)
    overall = None if newest is None else newest.values.get("overall")
    if newest is not None and overall is not None and overall.value == "inadequate":
        yield Occasion(str(day(newest.day)), newest.day, (overall.stamp,))


def _poor(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    """The newest assessment of each tool."""
    newest: dict[str, tuple[str, Report]] = {}
    for name, each in state.of("assessments").items():
        before = newest.get(each.kind)
        if before is None or (before[1].day, before[1].stamp) < (each.day, each.stamp):
            newest[each.kind] = (name, each)
    for name, each in newest.values():
        if each.grade == "poor":
            yield Occasion(name, each.day, (each.stamp,))


def _organisational(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    for key, concern in counted.standing(state).items():
        if ORGANISATIONAL in concern.themes:
            yield Occasion(key, concern.day, (concern.stamp,))
    for key, received in state.safeguarding.items():
        if ORGANISATIONAL in received.types:
            yield Occasion(key, received.day, (received.stamp,))


def _critical(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
    for key, each in counted.standing(state).items():
        if each.severity == "S4":
            yield Occasion(key, each.day, (each.stamp,))


def _reported(
    collection: str, kinds: Iterable[str] = (), grades: Iterable[str] = ()
) -> Callable[[ProviderState, Deadlines], Iterator[Occasion]]:
    """Every report of a collection of these kinds and grades. None given: of any."""
    of_kind, of_grade = frozenset(kinds), frozenset(grades)

    def found(state: ProviderState, due: Deadlines) -> Iterator[Occasion]:  # noqa: ARG001
        for name, each in state.of(collection).items():
            if (not of_kind or each.kind in of_kind) and (not of_grade or each.grade in of_grade):
                yield Occasion(name, each.day, (each.stamp,))

    return found


OCCASIONS: dict[str, Callable[[ProviderState, Deadlines], Iterator[Occasion]]] = {
    "manager_lost": _manager_lost,
    "ownership_changed": _ownership,
    "reregistered": _reregistered,
    "closed": _closed,
    "police_incident": _reported("incidents", ["police"]),
    "sponsor_licence": _reported("market", ["m.sponsor_licence"]),
    "industrial_action": _reported("market", ["m.industrial_action"]),
    "business_failure": _reported("failures"),
    "rated_inadequate": _inadequate,
    "quality_poor": _poor,
    "whistleblowing_high": _reported("whistleblowing", grades=["S3", "S4"]),
    "organisational_abuse": _organisational,
    "critical_concern": _critical,
}
"""By the name that a policy gives it (`shared/policies/telling.py`)."""

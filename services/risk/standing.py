"""What asks for an alert and stands, by its cause. Pure: nothing is remembered, it follows from state, policy and C.

Some causes hold under every policy (A1, A2, a clock that has run out, a return that is missing); of others the policy
says in `alerts.<code>.raised_by` that they ask for an alert. A cause that leaves the window of our memory is not gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.risk import asked, counted, occasions, unnotified
from services.risk.criteria import Rules
from services.risk.deadlines import Deadlines
from services.risk.remembered.items import KEEP_DAYS, Day, Stamp
from services.risk.remembered.state import ProviderState
from shared.events.alerts import Code
from shared.events.vocabulary import ABUSE_TYPES

URGENT = frozenset({"urgent_s30", "urgent_s31"})
KEPT = frozenset({"concern", "visit", "safeguarding", "notification"}) | occasions.KEPT
"""Causes that are items of the state: they are let go when their window has passed."""
NOT_TOLD = frozenset({"manager"})
"""Clocks that are no A10: their end asks for an alert of its own (A8, A14)."""

Key = tuple[Code, str]
"""The alert and its cause: `("A11", "return:RT-PMR:2026-03")`."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A provider at one moment, as far as alerts look at it."""

    state: ProviderState
    due: Deadlines
    rules: Rules | None

    @property
    def policy_digest(self) -> str | None:
        """Of the policy in force."""
        return None if self.rules is None else self.rules.digest


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an alert stands."""

    summary: str
    evidence: tuple[Stamp, ...] = ()
    since: Day | None = None
    """When it happened, or its clock began."""
    due: Day | None = None
    clause: str | None = None
    task: str | None = None
    named: tuple[str, ...] = ()
    """Ids of the evidence, where only these are known."""


def standing(now: Scene) -> dict[Key, Standing]:
    """Everything that asks for an alert now."""
    return dict(_all(now))


def over(key: Key, since: Day | None, after: Scene) -> bool:
    """Whether a cause that no longer stands is gone, and not only past the window of what is kept."""
    kind, _, name = key[1].partition(":")
    if kind == "return":
        return _answered(name, after)
    if kind == "enforcement" and name in after.state.enforcement:
        return True
    if kind in KEPT or kind == "enforcement":
        return since is not None and since >= after.state.newest - KEEP_DAYS and not after.state.capped
    return True


def _all(now: Scene) -> Iterator[tuple[Key, Standing]]:
    yield from _concerns(now)
    for key, visit in now.state.visits.items():
        if visit.immediate_risk:
            yield ("A1", f"visit:{key}"), Standing("A visit saw an immediate risk.", (visit.stamp,), visit.day)
    for key, action in now.state.enforcement.items():
        if action.active and action.action in URGENT:
            yield ("A1", f"enforcement:{key}"), Standing("CQC has taken urgent action.", (action.stamp,))
    for key, received in now.state.safeguarding.items():
        why = "A safeguarding concern was received."
        yield ("A2", f"safeguarding:{key}"), Standing(why, (received.stamp,), received.day)
    yield from _clocks(now.due)
    if now.rules is not None:
        yield from _occasions(now, now.rules)
        if "A13" in now.rules.pack.alerts:
            for name, stamp, day, last in unnotified.find(now.state, now.due.today):
                why = "What CQC must be told of has no notification that we have a copy of."
                yield ("A13", f"notification:{name}"), Standing(why, (stamp,), day, last)


def _concerns(now: Scene) -> Iterator[tuple[Key, Standing]]:
    verdicts = counted.verdicts(now.state)
    for key, concern in counted.standing(now.state).items():
        # A concern that stands again is a cause of its own: whoever was told that it had gone is told.
        again = verdicts[key].reinstated if key in verdicts else None
        cause = f"concern:{key}" if again is None else f"concern:{key}#{again}"
        if concern.severity == "S4":
            why = "A critical quality concern (S4) was raised."
            yield ("A1", cause), Standing(why, (concern.stamp,), concern.day)
        if ABUSE_TYPES.intersection(concern.themes):
            yield ("A2", cause), Standing("A concern names a type of abuse.", (concern.stamp,), concern.day)


def _clocks(due: Deadlines) -> Iterator[tuple[Key, Standing]]:
    for clock in due.clocks:
        if clock.over and clock.kind not in NOT_TOLD:
            shown = clock.due if clock.kind == "restriction" else clock.due - 1
            yield ("A10", clock.key), Standing(clock.why, clock.behind, clock.since, shown, clock.clause)
    for period in due.returns:
        if period.outstanding:
            why = f"The return {period.type} for {period.name} was due on {asked.day(period.due)} and is missing."
            yield ("A11", f"return:{period.key}"), Standing(why, due=period.due)


def _occasions(now: Scene, rules: Rules) -> Iterator[tuple[Key, Standing]]:
    for code, trigger in rules.occasions:
        for occasion in trigger.on:
            for each in occasions.happened(occasion, now.state, now.due):
                said = Standing(trigger.summary, each.evidence, each.day, clause=trigger.id, task=trigger.task)
                yield (code, f"{occasion}:{each.key}"), said


def _answered(name: str, after: Scene) -> bool:
    """Whether a return was filed or waived, or is no longer asked for."""
    type_, _, period = name.partition(":")
    if any(filed.startswith(period) for filed in after.state.returns.get(type_, {})):
        return True
    if any((each.kind, each.of) == (type_, period) for each in after.state.of("returns_waived").values()):
        return True
    start = after.due.asking.get(type_)
    return start is None or asked.first_day(period) <= start

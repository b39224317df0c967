"""What is due, overdue, missed or over its limit at C: dates compared with a date. Nothing here is remembered.

`c` is the last London day that both writers have closed; judgement is made at the midnight that ends it, so *today* is
the day after. A day that is not closed is never held against anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.risk import asked, clocks
from services.risk.asked import Asking, Period, clock_start, day, first_day
from services.risk.clocks import Running
from services.risk.remembered import decided, rated
from services.risk.remembered.items import Day, Reference
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from shared.policy import Pack

__all__ = ["Contact", "Deadlines", "Period", "Restriction", "clock_start", "day", "due", "first_day", "today"]


@dataclass(frozen=True, slots=True)
class Contact:
    """The clock of the minimum of contact."""

    since: Day
    due: Day | None
    """None: it does not run for this service."""
    overdue: bool
    last: Reference | None
    within: bool | None
    """Whether the last contact lies within the minimum; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction in place, and the first day on which it has been so for longer than the limit."""

    running: decided.Running
    over_from: Day
    over: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Everything about one provider that time alone changes. Without a C only what needs none is known."""

    today: Day | None = None
    returns: tuple[Period, ...] = ()
    """Oldest first, per return."""
    contact: Contact | None = None
    restriction: Restriction | None = None
    asking: Mapping[str, Day] = field(default_factory=dict)
    """By return type, the start of its clock: a period is asked for if it begins after that. None runs if absent."""
    clocks: tuple[Running, ...] = ()
    """Everything else that runs, contact and restriction among it."""

    def of(self, kind: str) -> Iterator[Running]:
        """The clocks of one kind."""
        return (clock for clock in self.clocks if clock.kind == kind)


def today(c: date | None) -> Day | None:
    """The London day that begins where `c` ends."""
    return None if c is None else c.toordinal() + 1


def due(state: ProviderState, partition: PartitionState, pack: Pack, c: date | None) -> Deadlines:
    """What is due, overdue, missed or over its limit for a provider."""
    now = today(c)
    restriction = _restriction(state, pack, now)
    always = (*_restricting(state, restriction, pack, now), *_rating(state, pack, now))
    if now is None:
        return Deadlines(restriction=restriction, clocks=always)
    found = [
        Asking(key, schedule, asked.start_of(state, partition, schedule, now), pack.primary, now)
        for key, schedule in asked.clocked(pack).items()
    ]
    returns = tuple(period for asking in found for period in asked.returns(state, asking))
    starts = {asking.type: asking.start for asking in found if asking.start is not None}
    contact = _contact(state, partition, pack, now)
    others = clocks.running(state, partition, pack, now)
    return Deadlines(now, returns, contact, restriction, starts, (*_contacting(contact, pack), *always, *others))


def _restriction(state: ProviderState, pack: Pack, now: Day | None) -> Restriction | None:
    limit = pack.clocks.restriction
    running = decided.running(state.decided, limit.gap_days)
    if running is None:
        return None
    over_from = clocks.after_months(running.since, limit.over_months)
    return Restriction(running, over_from, now is not None and now >= over_from)


def _restricting(
    state: ProviderState, restriction: Restriction | None, pack: Pack, now: Day | None
) -> Iterator[Running]:
    if restriction is not None:
        over = restriction.over and now is not None and asked.is_open(state, now)
        running = restriction.running
        why = "A restriction on placements has been in place for longer than the policy's limit."
        clause, key = pack.clocks.restriction.id, f"restriction:{running.id}"
        yield Running(
            "restriction", key, running.since, restriction.over_from, over, why, clause,
            running.evidence, running.id,
        )  # fmt: skip


def _rating(state: ProviderState, pack: Pack, now: Day | None) -> Iterator[Running]:
    """The age of the rating: of a service that is closed, or that CQC does not rate, nobody asks it."""
    newest, clock = rated.of_record(state.ratings), pack.clocks.rating
    if newest is not None:
        stale = clocks.after_months(newest.day, clock.stale_months)
        over = now is not None and now >= stale and asked.is_open(state, now)
        why = f"The newest CQC rating is of {day(newest.day)}: older than {clock.stale_months} months."
        stamps = tuple({value.stamp for value in newest.values.values()})
        yield Running("rating", f"rating:{day(newest.day)}", newest.day, stale, over, why, clock.id, stamps)


def _contact(state: ProviderState, partition: PartitionState, pack: Pack, now: Day) -> Contact | None:
    minimum = pack.minimum_contact
    known = [reference for kind in minimum.counts if (reference := state.contacts.get(kind)) is not None]
    last = max(known, key=lambda reference: (reference.day, reference.stamp), default=None)
    start = clock_start(state, partition, minimum.commissioning, now)
    within = last is not None and now < clocks.after_months(last.day, minimum.months)
    if start is None:
        return None if last is None else Contact(last.day, None, False, last, within or None)
    if minimum.mid_term and (term := _term(state, start, now)) is not None:
        begins, middle = term
        seen = last is not None and last.day >= begins
        due_on = None if seen else middle
        overdue = due_on is not None and now > due_on
        return Contact(begins, due_on, overdue, last, True if seen else False if overdue else None)
    since = start if last is None else max(start, last.day)
    due_on = clocks.after_months(since, minimum.months) - 1
    overdue = now > due_on
    return Contact(since, due_on, overdue, last, True if within else False if overdue else None)


def _term(state: ProviderState, start: Day, now: Day) -> tuple[Day, Day] | None:
    """The first day and the middle of the newest contract that runs; None where its term is not recorded.

    None too where its middle was past when the clock started: nobody could have kept to it.
    """
    found = []
    for contract in state.contracts.values():
        begins, ends, middle = (contract.day(name) for name in ("starts_on", "ends_on", "mid_term_on"))
        if begins is not None and ends is not None and middle is None:
            middle = begins + (ends - begins) // 2
        if contract.runs(now) and begins is not None and middle is not None and middle > start:
            found.append((begins, middle))
    return max(found, default=None)


def _contacting(contact: Contact | None, pack: Pack) -> Iterator[Running]:
    if contact is not None and contact.due is not None:
        when = day(contact.due)
        why, key = f"The minimum of contact was due by {when} and is overdue.", f"contact:{when}"
        behind, clause = (() if contact.last is None else (contact.last.stamp,)), pack.minimum_contact.id
        yield Running("contact", key, contact.since, contact.due + 1, contact.overdue, why, clause, behind)

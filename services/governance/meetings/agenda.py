"""What is proposed for a body's agenda, from what diverges, waits, runs out or was asked for; people take it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.governance.domain import divergence
from services.governance.meetings.known import Known, reviewed_by
from shared import calendar
from shared.events.meetings import Kind
from shared.policies.pack import Pack

TOLD = frozenset({"A1", "A2", "A3", "A8", "A9"})
"""Open alerts that come before the body that decides about the provider's level."""
THEME = "A16"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may go on the agenda."""

    cause: str
    """The same until it is settled: it is proposed once, whether it was taken or not."""
    kind: Kind
    why: str
    provider_id: str | None = None
    clause: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        """As it is shown."""
        return {
            "cause": self.cause,
            "kind": self.kind,
            "why": self.why,
            "provider_id": self.provider_id,
            "clause": self.clause,
        }


@dataclass(frozen=True, slots=True)
class Business:
    """What is the body's own, beside single providers."""

    asked: tuple[Mapping[str, Any], ...] = ()
    """Open tasks that ask this body to meet, as they are shown, with their provider."""
    actions: tuple[Mapping[str, Any], ...] = ()
    """Open tasks of its earlier meetings."""
    minutes: tuple[str, ...] = ()
    """Meetings of it whose minutes wait for approval."""
    themes: tuple[tuple[str, str], ...] = ()
    """Open A16: the alert's id, and what it says."""
    reports: tuple[tuple[str, str], ...] = ()
    """Standing reports that it gives: the clause, and their name."""
    received: tuple[tuple[str, str], ...] = ()
    """Summaries that others sent it and that it has not taken: the cause, and from whom."""


def proposals(
    pack: Pack, body: str, providers: Iterable[Known], business: Business, *, day: date, about: Iterable[str] = ()
) -> Iterator[Proposal]:
    """All that may be taken, the most pressing first. `about`: whom alone the meeting is about; empty: everybody."""
    only = frozenset(about)
    yield from (_asked(one) for one in business.asked if not only or one.get("provider_id") in only)
    for known in providers:
        if not only or known.provider_id in only:
            yield from _provider(pack, body, known, day, named=bool(only))
    if not only:
        yield from _own(business)


def _asked(task: Mapping[str, Any]) -> Proposal:
    due = f", by {task['due']}" if task.get("due") else ""
    why = f"{task['clause'] or task['cause']} asks for it{due}"
    return Proposal(f"task:{task['task_id']}", "asked", why, task.get("provider_id"), task["clause"])


def _provider(pack: Pack, body: str, known: Known, day: date, *, named: bool) -> Iterator[Proposal]:
    who = known.provider_id
    scales = list(dict.fromkeys(reviewed_by(pack, body, known)))
    if named:
        yield Proposal(f"provider:{who}", "provider", "The meeting is about it", who)
    for scale in scales:
        yield from _divergence(pack, known, scale)
    if not (scales or named):
        return
    for name in known.waiting:
        yield Proposal(f"consent:{name}", "consent", "A decision waits for somebody's agreement", who)
    for alert in known.alerts:
        if alert.alert in TOLD:
            yield Proposal(f"alert:{alert.alert_id}", "alert", f"{alert.alert} is open", who)
    for clock in known.assessment.clocks if known.assessment else ():
        if clock.due is not None and clock.due <= day:
            cause = f"clock:{who}:{clock.kind}:{clock.due.isoformat()}"
            last = calendar.add_days(clock.due, -1)  # risk's clocks run out at the start of their day
            yield Proposal(cause, "clock", f"{clock.kind.replace('_', ' ')} is due by {last}", who)


def _divergence(pack: Pack, known: Known, scale: str) -> Iterator[Proposal]:
    indicated, level, order = known.indicated(scale), known.levels.get(scale), pack.scales[scale].order
    if indicated.unknown or indicated.min is None:
        return
    says = indicated.min if indicated.min == indicated.max else f"{indicated.min} to {indicated.max}"
    who, cause = known.provider_id, f"divergence:{known.provider_id}:{scale}:{level}:{indicated.min}-{indicated.max}"
    if level is None:
        yield Proposal(cause, "divergence", f"No {scale} was ever confirmed; the facts indicate {says}", who)
    elif divergence.is_outside(level, indicated, order):
        yield Proposal(cause, "divergence", f"{scale} {level} is confirmed; the facts indicate {says}", who)


def _own(business: Business) -> Iterator[Proposal]:
    for name in business.minutes:
        yield Proposal(f"minutes:{name}", "minutes", "The minutes of this earlier meeting wait for approval")
    if business.actions:
        newest = max(str(one["task_id"]) for one in business.actions)
        said = f"{len(business.actions)} actions of earlier meetings are open"
        yield Proposal(f"actions:{len(business.actions)}:{newest}", "actions", said)
    for alert_id, summary in business.themes:
        yield Proposal(f"alert:{alert_id}", "theme", summary)
    for cause, said in business.received:
        yield Proposal(cause, "report", said)
    for clause, name in business.reports:
        yield Proposal(f"report:{clause}", "report", name, clause=clause)

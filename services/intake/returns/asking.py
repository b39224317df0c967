"""Which returns are to be asked of a provider, which reminded of, and which not asked any more (pure)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.intake.identity import Provider
from shared import bank_holidays, calendar, identifiers
from shared.events import returns
from shared.policies import gathering, periods
from shared.policies.gathering import ReturnSchedule
from shared.policies.periods import Period

Asked = tuple[str, str]
"""A return and its period."""
_SCHEDULES = TypeAdapter(dict[str, ReturnSchedule])


@dataclass(frozen=True, slots=True)
class Policy:
    """What a place's policy says of returns."""

    place: str
    schedules: Mapping[str, ReturnSchedule]
    primary: str
    """The scale that a level's schedules speak of."""
    adopted: date
    """Since when packs of this name have been in force without a break."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One return to be asked of a provider."""

    provider_id: str
    place: str
    return_type: str
    period: Period
    asked_of: str

    @property
    def id(self) -> UUID:
        """The request's id: whoever asks again writes the same event."""
        return identifiers.derived_id("returns.requested", self.provider_id, self.return_type, self.period.name)

    def data(self) -> returns.ReturnRequested:
        """As it is published."""
        return returns.ReturnRequested.model_validate(
            {
                "return_type": self.return_type,
                "period": self.period.name,
                "due_on": self.period.due,
                "opens_on": self.period.first,
                "closes_on": calendar.add_days(self.period.after, -1),
                "asked_of": self.asked_of,
                "provisional": bank_holidays.is_provisional(self.period.due),
            }
        )


@dataclass(frozen=True, slots=True)
class Open:
    """What was asked and is neither answered nor waived."""

    provider_id: str
    place: str
    return_type: str
    period: str
    due: date
    reminded: int
    ended: bool
    """Noted as not asked any more."""


def policy(place: str, text: Mapping[str, Any], adopted: date) -> Policy:
    """What a pack's text says of returns. Raises pydantic's ValidationError for one of another software."""
    primary = next(name for name, scale in text["scales"].items() if scale.get("primary"))
    return Policy(place, _SCHEDULES.validate_python(text.get("returns", {})), primary, adopted)


def clock_start(provider: Provider, policy_: Policy, schedule: ReturnSchedule, today: date) -> date | None:
    """The later of registration, adoption, and being commissioned thus; None: this service is not asked (now).

    A service that has closed, or is commissioned otherwise, or is of another kind, has no clock.
    """
    closed = provider.facts.get("closed_on")
    if closed is not None and date.fromisoformat(closed) <= today:
        return None
    if schedule.service_types and provider.facts.get("service_type") not in schedule.service_types:
        return None
    since = commissioned_since(provider, schedule.commissioning)
    return None if since is None else max(provider.registered_on, policy_.adopted, since)


def commissioned_since(provider: Provider, scope: Collection[str]) -> date | None:
    """Since when it has been commissioned by one of these without a break; None: it is not. Empty: by anybody."""
    if not scope:
        return provider.registered_on
    since: date | None = None
    for day, who in provider.commissioned:
        since = (since or day) if who in scope else None
    return since


def wanted(
    provider: Provider, policy_: Policy, today: date, *, known: Collection[Asked], asking_since: date
) -> Iterator[Ask]:
    """What the calendar asks by today and nobody has asked, answered or waived yet.

    `known`: what was. `asking_since`: the day on which this place was first asked here. A period whose grace was over
    by then is not asked afterwards; one that opened while we were away is, however late.
    """
    for key, schedule in policy_.schedules.items():
        start = clock_start(provider, policy_, schedule, today)
        type_ = gathering.return_type(key)
        names = [name for asked, name in known if asked == type_]
        for period in periods.clocked(schedule, today):
            is_new = not any(periods.answers(name, period) for name in names)
            if is_new and periods.is_asked(period, start) and period.last >= asking_since:
                yield Ask(provider.provider_id, provider.place, type_, period, schedule.asked_of)


def on_level(
    provider: Provider, policy_: Policy, *, scale: str, level: str, before: str | None, day: date
) -> Iterator[Ask]:
    """What is asked because a level was confirmed on a day, and the provider was at another (LGA-9)."""
    for key, schedule in policy_.schedules.items():
        if schedule.on is None or scale != policy_.primary or level == before or level not in schedule.on.confirmed:
            continue
        if clock_start(provider, policy_, schedule, day) is not None:
            period = periods.once(schedule, day)
            yield Ask(provider.provider_id, provider.place, gathering.return_type(key), period, schedule.asked_of)


def reminder(asked: Open, policy_: Policy, provider: Provider, today: date) -> int | None:
    """The number of the reminder to be sent now: the newest that is due; None: none. Never after the due day."""
    schedule = schedule_of(policy_, provider, asked.return_type)
    if schedule is None or today > asked.due:
        return None
    passed = sum(today >= calendar.add_days(asked.due, -days) for days in schedule.remind_days)
    return passed if passed > asked.reminded else None


def is_asked_still(asked: Open, policy_: Policy, provider: Provider, today: date) -> bool:
    """Whether a return that was asked of a service still is: it may have closed, or be commissioned by nobody now."""
    found = [s for key, s in policy_.schedules.items() if gathering.return_type(key) == asked.return_type]
    return not found or any(clock_start(provider, policy_, schedule, today) is not None for schedule in found)


def schedule_of(policy_: Policy, provider: Provider, return_type: str) -> ReturnSchedule | None:
    """The schedule by which this service is asked for a return; None where the policy does not ask it."""
    service_type, commissioned = provider.facts.get("service_type"), provider.facts.get("commissioning")
    for key, schedule in policy_.schedules.items():
        if gathering.return_type(key) == return_type and schedule.asks(
            service_type=service_type, commissioned=commissioned
        ):
            return schedule
    return None

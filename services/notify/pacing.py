"""When a message goes, and whether with others: quiet hours, daily digests, storms, lateness (pure)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.notify.duty import Duty
from services.notify.limits import Limits
from services.notify.notice import Notice
from services.notify.routing import Recipient
from shared import calendar

QUIET_KINDS = frozenset({"A10", "A11", "A13", "A14", "A15", "A16", "A17"})
"""Gathered into one message a day for whoever wants that."""
TO_PEOPLE = frozenset({"email", "govuk_notify"})
"""Channels that end with a person: a digest, unless the recipient wants none. Systems get each message by itself."""

NEVER = timedelta(days=3650)
"""What is sent with others is not sent by itself: whoever gathers it lets it go, should that fail."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When a delivery is sent."""

    at: datetime
    group: str | None = None
    """Sent together with those of the same recipient and group."""


def pace(notice: Notice, recipient: Recipient, now: datetime, limits: Limits, *, storm: bool, quiet: bool) -> Pace:
    """When it goes, from `now` on. `storm`: this recipient was sent many such already, within moments.

    `quiet`: the policy lets it wait. What is urgent never waits for quiet hours or a digest; in a storm it is sent
    together with others, seconds later.
    """
    soon = now + limits.gather
    if notice.alert in QUIET_KINDS and wants_digest(recipient):
        return Pace(next_digest(recipient.duty, now), "digest")
    if now - notice.raised_at > limits.late:
        found = Pace(soon, "late-urgent" if notice.urgent else "late")
    elif storm:
        found = Pace(soon, f"storm-{notice.alert}")
    else:
        found = Pace(now)
    if notice.urgent or not quiet:
        return found
    return Pace(after_quiet(recipient.duty, found.at), found.group)


def wants_digest(recipient: Recipient) -> bool:
    """Whether it gets quiet kinds once a day."""
    wish = recipient.duty.digest
    return recipient.channel in TO_PEOPLE if wish is None else wish


def after_quiet(duty: Duty, at: datetime) -> datetime:
    """The first instant from `at` on that is not in the quiet hours, which are London's times of day."""
    if duty.quiet_from is None or duty.quiet_until is None:
        return at
    local = at.astimezone(calendar.LONDON)
    begin, end, now = duty.quiet_from, duty.quiet_until, local.time()
    if not (begin <= now < end if begin < end else now >= begin or now < end):
        return at
    day = local.date() + timedelta(days=1 if now >= end else 0)
    # In the hour that comes twice in autumn the end may be past already.
    return max(at, _at(day, end))


def next_digest(duty: Duty, at: datetime) -> datetime:
    """The next time of the day's digest, from `at` on."""
    day = calendar.london_date(at)
    today = _at(day, duty.digest_at)
    return today if today >= at else _at(day + timedelta(days=1), duty.digest_at)


def _at(day: date, of: time) -> datetime:
    # A time that the clocks skip in spring is the one an hour later; one that comes twice in autumn is the first.
    return datetime.combine(day, of, calendar.LONDON).astimezone(UTC)

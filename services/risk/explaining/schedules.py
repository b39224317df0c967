"""What a policy asks of whom and when, in plain English: returns, contact, ratings, clocks, reports. Pure."""

from collections.abc import Iterator

from services.risk.explaining import duties, phrases
from shared.policies.deciding import NO_LEVEL, Clocks
from shared.policies.gathering import ReturnSchedule
from shared.policies.placing import OutOfArea
from shared.policy import Pack


def ask(pack: Pack) -> Iterator[str]:
    """Returns, contact, partners' ratings, clocks, reports."""
    for key, schedule in pack.returns.items():
        yield _return(key, schedule)
    contact = pack.minimum_contact
    who = f"Every provider{_of(contact.commissioning)}"
    term = " by the middle of its contract's term; where none is recorded," if contact.mid_term else ""
    yield f"{who} is to be seen or spoken to{term} every {contact.months} months ({contact.id})."
    if (rated := pack.partner_ratings) is not None:
        named = phrases.both(phrases.plain(each) for each in rated.partners)
        yield f"{named} rate every provider each month, by the end of day {rated.cut_off_day} ({rated.id})."
    yield from _clocks(pack.clocks)
    if pack.out_of_area is not None:
        yield from _out_of_area(pack.out_of_area)
    for report in pack.reports:
        often = phrases.every(report.every) if report.every else "on demand"
        yield f"A report goes to {phrases.both(duties.named(pack, report.to))}, {often}: {report.name} ({report.id})."


def _out_of_area(away: OutOfArea) -> Iterator[str]:
    for way in away.mechanisms:
        yield f"A placement in another area: “{way.says or way.ours}” ({way.id})."
    if (notice := away.host_notice) is not None:
        pauses = "pauses further placements by itself" if notice.pauses else "is looked at by a person"
        assured = phrases.both(map(phrases.plain, notice.resumes_on))
        yield f"A host authority's notice {pauses}; only a person resumes, once it assures: {assured} ({notice.id})."
    if away.onsite_over is not None:
        yield f"With more than {away.onsite_over} placements an assessment on site is suggested ({away.id})."


def _return(key: str, schedule: ReturnSchedule) -> str:
    of = _of(schedule.commissioning)
    who = f"every provider{of}" if schedule.asked_of == "provider" else "the partners"
    if schedule.service_types:
        who += f" that is {phrases.either(map(phrases.plain, schedule.service_types))}"
    when = {"on_request": "when an officer asks", "event": "when a level asks for it"}.get(
        schedule.period, f"each {phrases.plain(schedule.period)}"
    )
    due = ""
    if schedule.due_day is not None:
        due = f": due on day {schedule.due_day} after its end, missed {schedule.grace_days} days later"
    elif schedule.due is not None:
        due = f": due {phrases.within(schedule.due)}, missed {schedule.grace_days} days later"
    elif schedule.cut_off is not None:
        due = f": due {schedule.cut_off.working_days} working days before the meeting"
    return f"{schedule.name} ({key}) is asked of {who} {when}{due} ({schedule.id})."


def _clocks(clocks: Clocks) -> Iterator[str]:
    limit = clocks.restriction
    yield f"A restriction on placements is over its limit after {limit.over_months} calendar months ({limit.id})."
    if (follow_up := clocks.follow_up) is not None:
        yield f"A significant follow-up action is over its limit after {follow_up.months} months ({follow_up.id})."
    for what, overdue in (("An action of a plan", clocks.plan), ("A planned visit", clocks.visit)):
        if overdue is not None:
            late = f"{overdue.overdue_days} days after its date" if overdue.overdue_days else "the day after its date"
            yield f"{what} is overdue {late} ({overdue.id})."
    if (manager := clocks.manager) is not None:
        yield f"A manager's absence is told after {manager.absent_days} days, a vacant post at once ({manager.id})."
    if (host := clocks.host_notice) is not None:
        yield f"A host authority whose notice stands is asked again every {host.ask_days} days ({host.id})."
    if clocks.placement_check is not None:
        days, id_ = clocks.placement_check.days, clocks.placement_check.id
        yield f"A placement in another area is looked up after {days} days ({id_})."
    for level in clocks.review:
        for clock in clocks.reviews(level):
            where = "".join(f", where “{scale}” is {phrases.either(codes)}" for scale, codes in clock.at.items())
            named = "no level" if level == NO_LEVEL else level
            yield f"A provider at {named} is looked at again {phrases.every(clock.every)}{where} ({clock.id})."


def _of(commissioning: tuple[str, ...]) -> str:
    return f" commissioned by {phrases.either(commissioning)}" if commissioning else ""

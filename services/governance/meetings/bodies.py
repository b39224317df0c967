"""What a policy says of a body that meets: who sits in it, who may convene it, up to when its pack is filled. Pure."""

from datetime import date

from services.governance.domain.authority import Asker, Verdict
from shared import calendar
from shared.events.meetings import Sort
from shared.policies.pack import Pack

COUNCIL = "council"
DAYS_BEFORE = 1
"""Working days before a regular meeting at whose end its pack is filled, where the policy says nothing (ours)."""


class NoSuchBody(Exception):
    """The policy has no body of this name."""


def named(pack: Pack, name: str) -> str:
    """A body by its name or an alias (AMB-12). Raises NoSuchBody."""
    if name in pack.bodies:
        return name
    found = next((key for key, body in pack.bodies.items() if name in body.aliases), None)
    if found is None:
        raise NoSuchBody(f"the policy in force has no body {name}: it has {', '.join(pack.bodies)}")
    return found


def seats(pack: Pack, body: str, on: date | None = None) -> tuple[str, ...]:
    """Who sits in it: `organisation:role`. `on`: a seat whose time is over by then, or has not come, is none."""
    members = (one for one in pack.bodies[body].members if on is None or one.holds(on))
    return tuple(f"{one.organisation}:{role}" for one in members for role in one.roles)


def may_convene(pack: Pack, body: str, sort: Sort, asker: Asker, on: date | None = None) -> Verdict:
    """Whether they may fix a meeting: a member any, the council's officers a regular one, others as a referral says."""
    rule = pack.bodies[body].id
    if sits(pack, body, asker, on) or (sort == "regular" and asker.organisation == COUNCIL):
        return Verdict(True, rule, f"{rule} allows it")
    for referral in pack.referrals:
        if referral.to == body and asker.roles & set(referral.roles):
            return Verdict(True, referral.id, f"{referral.id} allows it")
    who = ", ".join(seats(pack, body, on)) or "nobody"
    return Verdict(False, rule, f"{rule}: a meeting beside the regular ones is convened by its members ({who})")


def may_serve(pack: Pack, body: str, asker: Asker, on: date | None = None) -> Verdict:
    """Whether they may prepare and record its meetings: a member, or an officer of the council as its secretary."""
    rule = pack.bodies[body].id
    if asker.organisation == COUNCIL or sits(pack, body, asker, on):
        return Verdict(True, rule, f"{rule} allows it")
    return Verdict(False, rule, f"{rule}: its members and the council's officers record its meetings")


def may_approve(pack: Pack, body: str, asker: Asker, on: date | None = None) -> Verdict:
    """Whether they may record that minutes are approved: whoever chairs it."""
    rule, chair = pack.bodies[body].id, pack.bodies[body].chair
    if sits(pack, body, asker, on) and (not chair or _roles(pack, body, asker, on) & set(chair)):
        return Verdict(True, rule, f"{rule} allows it")
    return Verdict(False, rule, f"{rule}: its chair ({' or '.join(chair) or 'a member'}) approves minutes")


def sits(pack: Pack, body: str, asker: Asker, on: date | None = None) -> bool:
    """Whether they have a seat in it on this day, or act for one that has."""
    there = seats(pack, body, on)
    return any(f"{asker.organisation}:{role}" in there for role in _roles(pack, body, asker, on))


def _roles(pack: Pack, body: str, asker: Asker, on: date | None) -> frozenset[str]:
    """The asker's roles, and those for which they are the deputy on this day."""
    ours = [one for one in pack.bodies[body].deputies if one.organisation == asker.organisation]
    return asker.roles | {one.acts_for for one in ours if one.role in asker.roles and (on is None or one.holds(on))}


def cut_off(pack: Pack, body: str, sort: Sort, day: date) -> date:
    """The London day at whose end the pack of a meeting on `day` is filled.

    CAL-7: as many working days before the body that partners rate for as its return says, but not before the month's
    ratings are put together, where that is before the meeting: else they would be given in time and not be in it. An
    ad hoc or virtual meeting takes in everything up to the evening before (ours).
    """
    if sort != "regular":
        return calendar.add_days(day, -1)
    rule = next((one.cut_off for one in pack.returns.values() if one.cut_off and one.cut_off.body == body), None)
    if rule is None:
        return calendar.working_days_after(day, -DAYS_BEFORE)
    usual = calendar.working_days_after(day, -rule.working_days)
    collated = day.replace(day=pack.partner_ratings.cut_off_day) if pack.partner_ratings else usual
    return max(usual, collated) if collated < day else usual

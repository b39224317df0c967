"""Decisions that are facts for risk: restrictions on placements, default notices, processes, confirmed levels."""

from datetime import date
from typing import Literal

import msgspec

from services.risk.remembered import items
from services.risk.remembered.items import Day
from shared import calendar
from shared.events import Event, carried_over, decisions

KEPT = 50
"""Restrictions, and notices, that are kept: the newest."""
STEPS_KEPT = 20

Life = tuple[items.Step, ...]
"""The steps of one restriction or notice, in the order of their stamps."""


PROCESSES = {
    "lsi.authorised": ("lsi", "on"),
    "lsi.closed": ("lsi", "off"),
    "termination.considered": ("ending", "on"),
    "termination.decided": ("ending", "on"),
}
"""Decision types that begin or end something of which there is one for each provider."""


class Level(msgspec.Struct, frozen=True, array_like=True):
    """A confirmed level of one scale."""

    stamp: items.Stamp
    day: Day
    level: str
    review_by: Day | None = None
    before: str = ""
    """The level confirmed before it; empty: it was the first."""


class Decided(msgspec.Struct, frozen=True, omit_defaults=True):
    """By the id of each restriction and notice, its life."""

    restrictions: dict[str, Life] = {}
    notices: dict[str, Life] = {}
    processes: dict[str, Life] = {}
    """`lsi`: organisational safeguarding; `ending`: termination was considered."""
    levels: dict[str, Level] = {}
    """By scale, the level that people confirmed last."""


class Period(msgspec.Struct, frozen=True):
    """One time that a restriction or notice was on. `end` is None while it is."""

    id: str
    start: Day
    end: Day | None
    kind: str
    first: items.Step


class Running(msgspec.Struct, frozen=True):
    """A restriction that is in place, with the clock that it runs on."""

    since: Day
    """Start of the clock: of the first of those that short gaps join to it."""
    id: str
    """The oldest that is in place now."""
    evidence: tuple[items.Stamp, ...]


def fold(decided: Decided, event: Event, data: decisions.DecisionEvent) -> Decided:
    """After one more decision that took effect, or one whose ratification was refused: such an act ends."""
    decision, refused = data.decision, isinstance(data, decisions.DecisionRatificationRefused)
    match decision:
        case decisions.SuspensionImposed():
            step = _step(event, "off" if refused else "on", decision.kind)
            return _restricted(decided, decision.suspension_id, step)
        case decisions.DefaultNoticeServed():
            further = decision.type == "default_notice.further"
            step = _step(event, "off" if refused else "on", decision.because, further=further)
            return _noticed(decided, decision.notice_id, step)
        case _:
            return decided if refused else _ended_or_begun(decided, event, decision)


def _ended_or_begun(decided: Decided, event: Event, decision: decisions.Decision) -> Decided:
    match decision:
        case decisions.SuspensionVaried():
            return _restricted(decided, decision.suspension_id, _step(event, "kind", decision.kind))
        case decisions.SuspensionLifted():
            return _restricted(decided, decision.suspension_id, _step(event, "off"))
        case decisions.LevelConfirmed() | decisions.LevelOverridden():
            day = None if decision.review_by is None else decision.review_by.toordinal()
            return _levelled(decided, decision.scale, Level(items.stamp(event), items.day(event), decision.level, day))
        case decisions.DefaultNoticeEnded():
            return _noticed(decided, decision.notice_id, _step(event, "off"))
        case _:
            process = PROCESSES.get(decision.type)
            if process is None:
                return decided
            name, step_ = process
            lives = _lived(decided.processes, name, _step(event, "on" if step_ == "on" else "off"))
            return msgspec.structs.replace(decided, processes=lives)


def carried(decided: Decided, event: Event, data: carried_over.CarriedOverRecorded) -> Decided:
    """What stood on the day of going live: each restriction's and notice's clock starts at its true start."""
    for restriction in data.restrictions:
        step = items.Step(items.stamp(event), restriction.since.toordinal(), "on", restriction.kind)
        decided = _restricted(decided, restriction.suspension_id, step)
    for notice in data.default_notices:
        step = items.Step(items.stamp(event), notice.served_on.toordinal(), "on", "other")
        decided = _noticed(decided, notice.notice_id, step)
    since = (data.level_since or data.as_at).toordinal()
    for scale, level in data.levels.items():
        decided = _levelled(decided, scale, Level(items.stamp(event), since, level))
    return decided


def _levelled(decided: Decided, scale: str, level: Level) -> Decided:
    old = decided.levels.get(scale)
    if old is not None and old.stamp >= level.stamp:
        return decided
    level = level if old is None else msgspec.structs.replace(level, before=old.level)
    return msgspec.structs.replace(decided, levels={**decided.levels, scale: level})


def periods(lives: dict[str, Life]) -> list[Period]:
    """Every time that one was on, oldest first."""
    found: list[Period] = []
    for id_, life in lives.items():
        on: items.Step | None = None
        kind = ""
        for step in life:
            if step.step == "off":
                if on is not None:
                    found.append(Period(id_, on.day, max(step.day, on.day), kind, on))
                on = None
            elif step.step == "on" or on is not None:
                on, kind = on or step, step.kind
        if on is not None:
            found.append(Period(id_, on.day, None, kind, on))
    return sorted(found, key=lambda period: (period.start, period.first.stamp))


def running(decided: Decided, gap_days: int) -> Running | None:
    """The restriction in place, or None. A gap shorter than `gap_days` does not start its clock again (AMB-7)."""
    chain: list[Period] = []
    reach: Day | None = None
    for period in periods(decided.restrictions):
        if chain and reach is not None and period.start - reach >= gap_days:
            chain = []
        if not chain:
            reach = period.end
        elif reach is not None:
            reach = None if period.end is None else max(reach, period.end)
        chain.append(period)
    now = [period for period in chain if period.end is None]
    if not now:
        return None
    return Running(chain[0].start, now[0].id, tuple(period.first.stamp for period in chain))


def over(since: Day, months: int) -> Day:
    """The first London day on which something that began on `since` has lasted longer than that many months."""
    return calendar.add_months(date.fromordinal(since), months).toordinal() + 1


def months(since: Day, today: Day) -> int:
    """Whole calendar months between two days; what lies ahead is of age 0."""
    then, now = date.fromordinal(since), date.fromordinal(max(today, since))
    whole = (now.year - then.year) * 12 + now.month - then.month
    return whole if calendar.add_months(then, whole) <= now else whole - 1


def further_for_plan(decided: Decided, months: int) -> tuple[items.Stamp, ...]:
    """Active notices that are further ones (HER-L3.f) and were served because improvement timescales were missed."""
    served = periods(decided.notices)
    found = []
    for notice in served:
        if notice.end is None and notice.kind == "plan_timescales_missed":
            before = (other for other in served if other.start <= notice.start and other.id != notice.id)
            recent = any(_within(other.start, notice.start, months) for other in before)
            if recent or notice.first.further:
                found.append(notice.first.stamp)
    return tuple(found)


def _within(earlier: Day, later: Day, months: int) -> bool:
    return later < over(earlier, months)


def _step(event: Event, step: Literal["on", "off", "kind"], kind: str = "", *, further: bool = False) -> items.Step:
    return items.Step(items.stamp(event), items.day(event), step, kind, further)


def _restricted(decided: Decided, id_: str, step: items.Step) -> Decided:
    return msgspec.structs.replace(decided, restrictions=_lived(decided.restrictions, id_, step))


def _noticed(decided: Decided, id_: str, step: items.Step) -> Decided:
    return msgspec.structs.replace(decided, notices=_lived(decided.notices, id_, step))


def _lived(lives: dict[str, Life], id_: str, step: items.Step) -> dict[str, Life]:
    life = sorted({*lives.get(id_, ()), step}, key=lambda each: each.stamp)
    if len(life) > STEPS_KEPT:
        # The first step is what started it: without it the rest would not read as "on".
        life = [life[0], *life[-STEPS_KEPT + 1 :]]
    lives = {**lives, id_: tuple(life)}
    if len(lives) > KEPT:
        over_now = [key for key, each in lives.items() if each[-1].step == "off"] or list(lives)
        lives.pop(min(over_now, key=lambda key: lives[key][-1].stamp))
    return lives

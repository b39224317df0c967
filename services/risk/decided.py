"""Decisions that are facts for risk: restrictions on placements and default notices, with their clocks."""

from datetime import date
from typing import Literal

import msgspec

from services.risk import items
from services.risk.items import Day
from shared import calendar
from shared.events import Event, decisions

KEPT = 50
"""Restrictions, and notices, that are kept: the newest."""
STEPS_KEPT = 20

Life = tuple[items.Step, ...]
"""The steps of one restriction or notice, in the order of their stamps."""


class Decided(msgspec.Struct, frozen=True):
    """By the id of each restriction and notice, its life."""

    restrictions: dict[str, Life] = {}
    notices: dict[str, Life] = {}


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
        case decisions.SuspensionVaried() if not refused:
            return _restricted(decided, decision.suspension_id, _step(event, "kind", decision.kind))
        case decisions.SuspensionLifted() if not refused:
            return _restricted(decided, decision.suspension_id, _step(event, "off"))
        case decisions.DefaultNoticeServed():
            further = decision.type == "default_notice.further"
            step = _step(event, "off" if refused else "on", decision.because, further=further)
            return _noticed(decided, decision.notice_id, step)
        case decisions.DefaultNoticeEnded() if not refused:
            return _noticed(decided, decision.notice_id, _step(event, "off"))
        case _:
            return decided


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
    return Decided(_lived(decided.restrictions, id_, step), decided.notices)


def _noticed(decided: Decided, id_: str, step: items.Step) -> Decided:
    return Decided(decided.restrictions, _lived(decided.notices, id_, step))


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

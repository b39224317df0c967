"""What decisions in effect amount to: confirmed levels, restrictions, notices. Folded alike for now and a past day."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from services.governance.domain import lsi
from services.governance.domain.lsi import Lsi
from shared import calendar
from shared.events import carried_over, decisions, processes


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The level that a body confirmed on one scale."""

    level: str
    since: datetime
    decision_id: str
    review_by: date | None = None
    first: str | None = None
    """The decision that brought it to this level, where `decision_id` says it again."""
    set_aside: tuple[str | None, str | None] | None = None
    """Of an override: the range that the facts indicated, and that the body set aside with its reason."""

    carried_over: bool = False
    """Whether it is what the council's own records said on the day of going live."""

    @property
    def brought_by(self) -> str:
        """The decision that brought it to this level."""
        return self.first or self.decision_id


@dataclass(frozen=True, slots=True)
class Restriction:
    """A suspension, a pause or an advisory notice (HER-33, HER-L2.j)."""

    suspension_id: str
    type: str
    kind: str
    scope: str
    since: datetime
    decision_id: str
    review_by: date | None = None
    until: datetime | None = None
    ratify_by: date | None = None
    """Set while the other organisation has still to ratify it (rulings 17)."""
    carried_over: bool = False
    """Whether the council's own records said so on the day of going live."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A contract default notice (HER-L2.i)."""

    notice_id: str
    further: bool
    clause: str | None
    since: datetime
    decision_id: str
    remedy_by: date | None = None
    until: datetime | None = None
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that stands, and what has ended: nothing is forgotten."""

    levels: Mapping[str, Confirmed] = field(default_factory=dict)
    restrictions: tuple[Restriction, ...] = ()
    notices: tuple[Notice, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)
    """Scope → the organisation that leads (HER-10)."""

    lsis: Mapping[str, Lsi] = field(default_factory=dict)
    paused_since: datetime | None = None
    """Since when we place nobody there, out of our area (CAL-35)."""
    paused_by: str | None = None
    """The decision that paused it, by a person or by the standing rule."""
    ending: str | None = None
    """The decision that ends the contract, or its use (CAL-26, HER-M3.h)."""

    @property
    def decisions(self) -> frozenset[str]:
        """The decisions by which all this stands now."""
        levels = {name for one in self.levels.values() for name in (one.decision_id, one.brought_by)}
        sanctions = {one.decision_id for one in self.active_restrictions} | {n.decision_id for n in self.active_notices}
        processes_ = {one.decision_id for one in self.open_lsis} | {self.ending, self.paused_by}
        return frozenset(name for name in levels | sanctions | processes_ if name is not None)

    @property
    def open_lsis(self) -> tuple[Lsi, ...]:
        """Those recommended or under way."""
        return tuple(one for one in self.lsis.values() if one.status in ("recommended", "authorised"))

    @property
    def active_restrictions(self) -> tuple[Restriction, ...]:
        """Those in place."""
        return tuple(one for one in self.restrictions if one.until is None)

    @property
    def active_notices(self) -> tuple[Notice, ...]:
        """Those neither satisfied nor withdrawn."""
        return tuple(one for one in self.notices if one.until is None)


def take(standing: Standing, event: decisions.DecisionTookEffect, time: datetime) -> Standing:
    """The standing after a decision took effect at `time`."""
    match event.decision:
        case decisions.LevelConfirmed() | decisions.LevelOverridden() as level:
            confirmed = _confirmed(event.decision_id, level, time, standing.levels.get(level.scale))
            standing = replace(standing, levels={**standing.levels, level.scale: confirmed})
        case decisions.LeadOrganisationAgreed(lead=lead, scope=scope):
            standing = replace(standing, leads={**standing.leads, scope: lead})
        case decisions.SuspensionImposed() as imposed:
            standing = replace(standing, restrictions=(*standing.restrictions, _restriction(event, imposed, time)))
        case decisions.SuspensionVaried() as varied:
            standing = _restrictions(standing, varied.suspension_id, _varied(varied))
        case decisions.SuspensionLifted(suspension_id=suspension_id):
            standing = _restrictions(standing, suspension_id, {"until": time, "ratify_by": None})
        case decisions.DefaultNoticeServed() as served:
            standing = replace(standing, notices=(*standing.notices, _notice(event, served, time)))
        case decisions.DefaultNoticeEnded(notice_id=notice_id):
            ended = (replace(n, until=time) if n.notice_id == notice_id else n for n in standing.notices)
            standing = replace(standing, notices=tuple(ended))
        case processes.TerminationDecided():
            standing = replace(standing, ending=event.decision_id)
        case processes.PlacementsElsewhere(type=type_):
            paused = type_ == "ooa.paused"
            by = event.decision_id if paused else None
            standing = replace(standing, paused_since=time if paused else None, paused_by=by)
        case _:
            standing = replace(standing, lsis=lsi.take(standing.lsis, event, time))
    return standing  # what was considered, held, referred or ordered changes nothing that stands


def carried(
    standing: Standing, said: carried_over.CarriedOverRecorded, record: str, ended: Container[str] = ()
) -> Standing:
    """What the council's own records said on the day of going live, where nothing of ours says more (rulings 30).

    `record`: the event that says it, in a decision's place; `ended`: what was lifted since, should it come late.
    """
    levels = {
        scale: Confirmed(level, calendar.midnight(said.level_since or said.as_at), record, carried_over=True)
        for scale, level in said.levels.items()
    }
    known = {one.suspension_id for one in standing.restrictions} | {one.notice_id for one in standing.notices}
    restrictions = tuple(
        Restriction(
            one.suspension_id, "suspension.imposed", one.kind, one.scope, calendar.midnight(one.since), record,
            carried_over=True,
        )
        for one in said.restrictions
        if one.suspension_id not in known and one.suspension_id not in ended
    )  # fmt: skip
    notices = tuple(
        Notice(
            one.notice_id, False, None, calendar.midnight(one.served_on), record, one.remedy_by, carried_over=True
        )
        for one in said.default_notices
        if one.notice_id not in known and one.notice_id not in ended
    )  # fmt: skip
    return replace(
        standing,
        levels=levels | dict(standing.levels),
        restrictions=restrictions + standing.restrictions,
        notices=notices + standing.notices,
    )


def ratified(standing: Standing, decision_id: str) -> Standing:
    """The other organisation ratified: the restriction stands like any other."""
    return _by_decision(standing, decision_id, until=None)


def refused(standing: Standing, decision_id: str, time: datetime) -> Standing:
    """The other organisation refused to ratify: the protective act ends."""
    return _by_decision(standing, decision_id, until=time)


def restricted_since(restrictions: tuple[Restriction, ...], gap_days: int) -> date | None:
    """The London day from which one clock has run: a gap under `gap_days` does not reset it (AMB-7, rulings 9)."""
    since: date | None = None
    until: date | None = None
    for one in sorted(restrictions, key=lambda r: r.since):
        began = calendar.london_date(one.since)
        if since is None or (until is not None and began - until >= timedelta(days=gap_days)):
            since, until = began, began
        if one.until is None:
            until = None
        elif until is not None:
            until = max(until, calendar.london_date(one.until))
    return since if any(one.until is None for one in restrictions) else None


def stands_since(standing: Standing, decision: decisions.Decision) -> datetime | None:
    """From when what this decision would change has stood; None where nothing stands yet."""
    match decision:
        case decisions.LevelConfirmed(scale=scale) | decisions.LevelOverridden(scale=scale):
            return standing.levels[scale].since if scale in standing.levels else None
        case decisions.SuspensionVaried(suspension_id=wanted) | decisions.SuspensionLifted(suspension_id=wanted):
            return next((one.since for one in standing.active_restrictions if one.suspension_id == wanted), None)
        case decisions.DefaultNoticeEnded(notice_id=wanted):
            return next((one.since for one in standing.active_notices if one.notice_id == wanted), None)
    return None


def unfit(standing: Standing, decision: decisions.Decision) -> str | None:
    """Why there is nothing for this decision to change, or None."""
    problem = lsi.unfit(standing.lsis, decision)
    match decision:
        case decisions.SuspensionVaried(suspension_id=wanted) | decisions.SuspensionLifted(suspension_id=wanted):
            here = any(one.suspension_id == wanted for one in standing.active_restrictions)
            problem = None if here else f"no suspension {wanted} is in place"
        case decisions.DefaultNoticeEnded(notice_id=wanted):
            here = any(one.notice_id == wanted for one in standing.active_notices)
            problem = None if here else f"no default notice {wanted} is open"
        case decisions.DefaultNoticeServed(type="default_notice.further") if not standing.notices:
            problem = "a further default notice needs one that was served before"
        case processes.PlacementsElsewhere(type="ooa.resumed") if standing.paused_since is None:
            problem = "placements are not paused"
    return problem


def _confirmed(
    decision_id: str, said: decisions.LevelConfirmed | decisions.LevelOverridden, time: datetime, was: Confirmed | None
) -> Confirmed:
    first = was.brought_by if was is not None and was.level == said.level else None
    aside = (said.indicated_min, said.indicated_max) if isinstance(said, decisions.LevelOverridden) else None
    return Confirmed(said.level, time, decision_id, said.review_by, first, aside)


def _restriction(
    event: decisions.DecisionTookEffect, imposed: decisions.SuspensionImposed, time: datetime
) -> Restriction:
    return Restriction(
        suspension_id=imposed.suspension_id,
        type=imposed.type,
        kind=imposed.kind,
        scope=imposed.scope,
        since=time,
        decision_id=event.decision_id,
        review_by=imposed.review_by,
        ratify_by=event.ratify_by if event.pending_ratification else None,
    )


def _varied(varied: decisions.SuspensionVaried) -> dict[str, object]:
    changes: dict[str, object] = {"kind": varied.kind, "scope": varied.scope}
    return changes | ({"review_by": varied.review_by} if varied.review_by else {})


def _notice(event: decisions.DecisionTookEffect, served: decisions.DefaultNoticeServed, time: datetime) -> Notice:
    further = served.type == "default_notice.further"
    return Notice(served.notice_id, further, served.clause, time, event.decision_id, served.remedy_by)


def _restrictions(standing: Standing, suspension_id: str, changes: Mapping[str, object]) -> Standing:
    changed = (
        replace(one, **changes) if one.suspension_id == suspension_id and one.until is None else one  # type: ignore[arg-type]
        for one in standing.restrictions
    )
    return replace(standing, restrictions=tuple(changed))


def _by_decision(standing: Standing, decision_id: str, *, until: datetime | None) -> Standing:
    changed = (
        replace(one, ratify_by=None, until=one.until or until) if one.decision_id == decision_id else one
        for one in standing.restrictions
    )
    return replace(standing, restrictions=tuple(changed))

"""From what a back-test found to its report: every figure is put in its place here, and nowhere else. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.risk import deadlines
from services.risk.criteria import Rules
from services.risk.looking_back import confusion, fairness, limits, staging
from services.risk.looking_back.inspections import Reading
from services.risk.looking_back.looking import Found, Plan
from services.risk.looking_back.report import Report, Source, Tried, Warned
from services.risk.looking_back.spool import Survey
from shared import policy
from shared.policy import Pack


@dataclass
class History:
    """A history in its parts."""

    place: str
    feed: str | None
    parts: tuple[Path, ...]
    survey: Survey
    reading: Reading
    ends: tuple[int, ...] | None = None


def report(  # noqa: PLR0917 - all that was asked and found
    plan: Plan, history: History, packs: Sequence[Pack], compared: Pack | None, found: Found, generated: str | None
) -> Report:
    """The report, whole. `packs`: oldest first; the last one's scale is measured."""
    tally, survey = found.tally, history.survey
    told = Rules(packs[-1])
    leads, crosses = tuple(tally.lead_times()), tuple(tally.confusions())
    spoke = tally.moves.spoke(told)
    unanswered = staging.unanswerable(packs[-1], plan.filed) if plan.imposed is not None else ()
    both = found.comparison
    return Report(
        generated=generated,
        policies=tuple(map(_tried, packs)),
        compared=None if compared is None else _tried(compared),
        source=_source(history, tally.unusable),
        first=deadlines.day(plan.span.first).isoformat(),
        last=deadlines.day(plan.span.last).isoformat(),
        horizon_days=plan.horizon,
        landmarks=tuple(deadlines.day(day).isoformat() for day in confusion.landmarks(plan.span, plan.horizon)),
        providers=tally.moves.providers,
        unwatched=tally.unwatched,
        provider_days=tally.moves.days,
        days_at=dict(sorted(tally.moves.days_at.items())),
        open_at_end=dict(sorted(tally.moves.at_end.items())),
        signals=tuple(Warned(id=signal.id, words=signal.words) for signal in tally.signals),
        outcomes=tally.events(),
        movements=tally.moves.result(),
        criteria=spoke,
        lead_times=leads,
        confusion=crosses,
        fairness=fairness.groups(tally.exposures, tally.signals),
        differences=() if both is None else both.differences(),
        first_reached=() if both is None else both.first_reached(tally.signals),
        days_different=None if both is None else both.days_different,
        providers_different=None if both is None else both.providers_different,
        limits=limits.limits(tally, survey, spoke, leads, crosses, unanswered),
        newest_rises=tuple(tally.moves.newest_rises()) if plan.listed else (),
    )


def _tried(pack: Pack) -> Tried:
    return Tried(
        pack=pack.pack,
        version=pack.version,
        title=pack.title,
        digest=policy.digest(pack),
        levels=pack.scales[pack.primary].order,
    )


def _source(history: History, unusable: int) -> Source:
    left_out = history.reading.left_out + Counter(
        {"it breaks its type": unusable, "it is no event": history.survey.unreadable}
    )
    return Source(
        kind=history.feed or "ledger",
        place=None if history.feed else history.place,
        rows=history.reading.rows,
        facts=dict(sorted(history.survey.kinds.items())),
        left_out=dict(sorted(left_out.items())),
        inherited=history.reading.inherited,
        ends=history.ends,
        known_from=dict(sorted(history.survey.clocks.items())),
    )


def same_scale(packs: Sequence[Pack]) -> str | None:
    """None where all share the codes of their primary scale; else in words how they differ."""
    scales = {pack.pack: pack.scales[pack.primary].order for pack in packs}
    if len(set(scales.values())) == 1:
        return None
    return "; ".join(f"{name} has {', '.join(order)}" for name, order in scales.items())

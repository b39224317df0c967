"""Facts of the market: signals, failure, demand, who runs and owns the service (R19, R20, SAL-27)."""

from collections.abc import Iterable

from services.risk.gathering.source import Source, newest, stamps
from services.risk.known import Known
from services.risk.remembered.items import Report
from services.risk.view import View
from shared.policies.catalogue import MAX_WINDOW_DAYS

SIGNALS = ("market.signal.recorded", "market.failure_event.recorded")
CODES = {
    "market.sponsor_licence": "m.sponsor_licence",
    "market.staffing": "m.staffing_collapse",
    "market.industrial_action": "m.industrial_action",
}
ABSENT_DAYS = 28


def put(seen: View, known: Known) -> None:
    """Market signals, demand, activity, manager and ownership."""
    _signals(seen, known)
    _demand(seen, known)
    _activity(seen, known)
    _manager(seen, known)
    changed = list(seen.state.of("ownership").values())
    recent = [each for each in changed if seen.within(each.day, 90)]
    source = Source(seen, known, ("registry.ownership.changed",), changed)
    source.put("ownership.changed_90", 90, recent, bool(recent))


def _signals(seen: View, known: Known) -> None:
    signals, failures = list(seen.state.of("market").values()), list(seen.state.of("failures").values())
    source = Source(seen, known, SIGNALS, (*signals, *failures))
    recent = source.young(signals, 90)
    source.put("market.signals_90", 90, recent, len({each.kind for each in recent}))
    insolvent = [each for each in recent if each.kind == "m.insolvency"]
    failed = [*insolvent, *source.young(failures, MAX_WINDOW_DAYS)]
    if failed:
        known.put("market.failure", True, stamps(failed))
    else:
        source.put("market.failure", 90, (), False)
    for fact, code in CODES.items():
        found = [each for each in recent if each.kind == code]
        source.put(fact, 90, found, bool(found))


def _demand(seen: View, known: Known) -> None:
    reports = [each for each in seen.state.of("demand").values() if seen.within(each.day, 90)]
    if not reports:
        return
    known.put("demand.barriers_90", sum(bool(each.themes) for each in reports), stamps(reports))
    told = [each for each in reports if "handbacks" in each.figures]
    if told:
        known.put("demand.handbacks_90", int(_sum(told, "handbacks")), stamps(told))
    told = [each for each in reports if "refusals" in each.figures]
    if told and _sum(told, "offers") > 0:
        known.put("demand.refusal_percent_90", int(100 * _sum(told, "refusals") / _sum(told, "offers")), stamps(told))


def _activity(seen: View, known: Known) -> None:
    dols = [each for each in seen.state.of("dols").values() if seen.within(each.day, 365)]
    if dols:
        known.put("dols.applications_365", int(_sum(dols, "applications")), stamps(dols))
    waiting = newest(seen, (each for each in seen.state.of("dols").values() if "backlog" in each.figures))
    if waiting is not None:
        known.put("dols.backlog", int(waiting.figures["backlog"]), (waiting.stamp,))
    left = newest(seen, (each for each in seen.state.of("reablement").values() if each.figures.get("completed")))
    if left is not None:
        percent = int(100 * left.figures.get("independent", 0) / left.figures["completed"])
        known.put("reablement.independent_percent", percent, (left.stamp,))


def _manager(seen: View, known: Known) -> None:
    changes = list(seen.state.of("manager").values())
    now = max(changes, key=lambda each: (each.day, each.stamp), default=None)
    if now is not None and seen.due.today is not None:
        clock = seen.pack.clocks.manager
        limit = ABSENT_DAYS if clock is None else clock.absent_days
        known.put("manager.status", now.kind, (now.stamp,))
        known.put("manager.vacant", now.kind == "vacant", (now.stamp,))
        absent = now.kind == "absent" and seen.due.today - now.day > limit
        known.put("manager.absent_over_28", absent, (now.stamp,))
    source = Source(seen, known, ("registry.manager.changed",), changes)
    source.count("manager.changes_365", 365, changes)
    lost = [each for each in source.young(changes, 90) if each.kind == "vacant"]
    source.put("manager.lost_90", 90, lost, bool(lost))


def _sum(reports: Iterable[Report], figure: str) -> float:
    return sum(each.figures.get(figure, 0) for each in reports)

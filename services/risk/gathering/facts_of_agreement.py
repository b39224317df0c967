"""Facts of what was agreed and decided: plans, contracts, placements, restrictions, notices (R9-R12, R25, R27)."""

from services.risk.gathering.facts_of_harm import did_harm
from services.risk.gathering.source import stamps
from services.risk.known import Known
from services.risk.remembered import decided
from services.risk.remembered.items import Day
from services.risk.remembered.keeping import Dated
from services.risk.remembered.plans import Action, Plan
from services.risk.view import View
from shared.policies.catalogue import MAX_WINDOW_DAYS

SIZES = ("under_25k", "25k_100k", "100k_500k", "500k_1m", "1m_5m", "over_5m")
BY_AGREEMENT = frozenset({"voluntary_pause", "phased"})
LITTLE = frozenset({"none"})
TWICE = 2
OF_THE_LEVEL = "level_response"


def put(seen: View, known: Known) -> None:
    """All of it; what needs a closed day waits for one."""
    _restrictions(seen, known)
    _notices(seen, known)
    _plans(seen, known)
    _contracts(seen, known)
    _placements(seen, known)
    _quiet(seen, known)


def _restrictions(seen: View, known: Known) -> None:
    restriction, today = seen.due.restriction, seen.due.today
    behind = () if restriction is None else restriction.running.evidence
    known.put("restriction.active", restriction is not None, behind)
    now = [period for period in decided.periods(seen.state.decided.restrictions) if period.end is None]
    known.put("restriction.enforced", any(each.kind == "enforced" for each in now), behind)
    known.put("restriction.voluntary", any(each.kind in BY_AGREEMENT for each in now), behind)
    if today is not None:
        known.put("restriction.over_three_months", restriction is not None and restriction.over, behind)
        lasted = 0 if restriction is None else decided.months(restriction.running.since, today)
        known.put("restriction.months", lasted, behind)
    processes = [each for each in decided.periods(seen.state.decided.processes) if each.end is None]
    lsi = tuple(each.first.stamp for each in processes if each.id == "lsi")
    known.put("lsi.active", bool(lsi), lsi)


def _notices(seen: View, known: Known) -> None:
    state, today = seen.state.decided, seen.due.today
    served = decided.periods(state.notices)
    active = [notice for notice in served if notice.end is None]
    known.put("default_notice.active", bool(active), (each.first.stamp for each in active))
    # A notice that only answers a level must not keep it: something of its own has to (golden scenario 21).
    own = [each for each in active if each.kind != OF_THE_LEVEL]
    known.put("default_notice.of_its_own", bool(own), (each.first.stamp for each in own))
    further = decided.further_for_plan(state, seen.pack.clocks.default_notice.further_months)
    known.put("default_notice.further_for_plan", bool(further), further)
    if today is None:
        return
    recent = [each for each in served if seen.within(each.start, 365)]
    breaches = [each for each in seen.state.of("breaches").values() if seen.within(each.day, 365)]
    behind = (*(each.first.stamp for each in recent), *stamps(breaches))
    known.put("contract.breaches_365", len(recent) + sum(each.count for each in breaches), behind)
    ending = [step for step in state.processes.get("ending", ()) if seen.within(step.day, 365)]
    serious = len(recent) >= TWICE or bool(ending)
    known.put("contract.serious_breach_365", serious, (*behind, *(step.stamp for step in ending)))


def _plans(seen: View, known: Known) -> None:
    plans, today = seen.state.plans, seen.due.today
    running = {name: plan for name, plan in plans.items() if plan.open}
    behind = tuple(plan.stamp for plan in running.values())
    actions = [action for plan in running.values() for action in plan.running.values()]
    known.put("plan.open", bool(running), behind)
    known.put("plan.extended", any(_extended(plan) for plan in running.values()), behind)
    known.put("actions.open", len(actions), behind)
    known.put("actions.safeguarding_open", sum(each.safeguarding for each in actions), behind)
    if today is None:
        return
    known.put("actions.overdue", sum(today > each.due for each in actions), behind)
    limit = seen.pack.clocks.follow_up
    if limit is not None:
        late = [each for each in actions if each.significant and today >= decided.over(each.day, limit.months)]
        known.put("actions.over_limit", len(late), behind)
    known.put("plan.behind", any(_behind(plan, today) for plan in running.values()), behind)
    known.put("plan.failed", any(_failed(plan, today) for plan in running.values()), behind)
    known.put("plan.repeatedly_failed", _again(plans, running, today), behind)
    ended = [plan for plan in plans.values() if plan.ended is not None and seen.within(plan.ended, 365)]
    signed = [plan for plan in ended if plan.signed.keys() >= {"provider", "council"}]
    known.put("plan.signed_365", bool(signed), (plan.stamp for plan in signed))
    if running or ended:
        failed = any(plan.breaches or plan.outcome == "abandoned" or _undone(plan) for plan in ended)
        on_time = not failed and not any(_behind(plan, today) for plan in running.values())
        known.put("plan.on_time", on_time, (*behind, *(plan.stamp for plan in ended)))


def _extended(plan: Plan) -> bool:
    return plan.extended or any(action.extended for action in plan.running.values())


def _late(plan: Plan, today: Day) -> bool:
    return plan.due is not None and today > plan.due


def _behind(plan: Plan, today: Day) -> bool:
    """An action or the whole is past its day, one was closed undone or saw nothing move last, or it is breached."""
    slow = any(action.reviews[-1:] and action.reviews[-1] in LITTLE for action in plan.running.values())
    late = _late(plan, today) or any(today > each.due for each in plan.running.values())
    return bool(plan.breaches) or slow or late or _undone(plan)


def _undone(plan: Plan) -> bool:
    """Closing an action without doing it delivers nothing: silence about it would read as kept timescales."""
    return any(action.outcome == "not_done" for action in plan.actions.values())


def _failed(plan: Plan, today: Day) -> bool:
    """Past a day that had been extended, two reviews running saw nothing move, or it is recorded as breached (R9)."""
    return (
        bool(plan.breaches)
        or (plan.extended and _late(plan, today))
        or any(each.extended and today > each.due for each in plan.running.values())
        or any(_stuck(each) for each in plan.running.values())
    )


def _stuck(action: Action) -> bool:
    return len(action.reviews) >= TWICE and set(action.reviews[-TWICE:]) <= LITTLE


def _again(plans: dict[str, Plan], running: dict[str, Plan], today: Day) -> bool:
    """Breached again after an extension or after another plan that failed, or stuck at two reviews running."""
    for plan in running.values():
        before = plans.get(plan.supersedes)
        again = before is not None and bool(before.breaches)
        if plan.breached_after_extension or plan.breaches >= TWICE or (again and _failed(plan, today)):
            return True
        if any(_stuck(action) for action in plan.running.values()):
            return True
    return False


def _contracts(seen: View, known: Known) -> None:
    contracts, today = seen.state.contracts, seen.due.today
    if not contracts or today is None:
        return
    running = [contract for contract in contracts.values() if contract.runs(today)]
    behind = tuple(contract.stamp for contract in contracts.values())
    ended = any(contract.text("kind") for contract in contracts.values())
    if running or ended:
        known.put("contract.recorded", bool(running), behind)
    signed = [contract.truth("signed") for contract in running]
    if signed and (False in signed or None not in signed):
        known.put("contract.signed", all(signed), behind)
    if running:
        known.put("contract.officer_assigned", any(contract.text("officer") for contract in running), behind)
        bands = [contract.text("size_band") for contract in running]
        sizes = [band for band in bands if band in SIZES]
        known.put("contract.size_band", max(sizes, key=SIZES.index, default=None), behind)
        known.put("contract.tier", max(filter(None, (each.text("tier") for each in running)), default=None), behind)


def _placements(seen: View, known: Known) -> None:
    state, today = seen.state, seen.due.today
    every, ended = state.of("placements"), state.of("placements_ended")
    ours = {name: each for name, each in every.items() if each.kind == state.place and each.of != state.place}
    if ours and today is not None:
        here = {name: each for name, each in ours.items() if name not in ended or ended[name].day < each.day}
        known.put("out_of_area.placements", sum(each.count for each in here.values()), stamps(ours.values()))
        late = [clock for clock in seen.due.clocks if clock.kind == "placement" and clock.over]
        known.put("out_of_area.checks_overdue", len(late), stamps(ours.values()))
    assured = state.of("host_assurances")
    standing = [
        notice
        for name, notice in state.of("host_notices").items()
        if not (name in assured and assured[name].grade == "assured" and assured[name].stamp > notice.stamp)
    ]
    known.put("host.concern_active", bool(standing), stamps(standing))


def _quiet(seen: View, known: Known) -> None:
    """How long nothing adverse was heard: for whoever thinks of lowering a level (R25)."""
    state, today = seen.state, seen.due.today
    if today is None or not known.wants("quiet."):
        return
    adverse: list[Dated] = [
        *(each for each in state.concerns.values() if each.severity != "S1"),
        *state.safeguarding.values(),
        *(each for each in state.of("incidents").values() if did_harm(each)),
        *state.of("whistleblowing").values(),
        *(visit for visit in state.visits.values() if visit.immediate_risk),
    ]
    days = [each.day for each in adverse if seen.within(each.day, MAX_WINDOW_DAYS)]
    if days:
        known.put("quiet.days", max(today - max(days), 0), ())

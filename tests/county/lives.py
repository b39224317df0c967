"""Deadlines of visits (CAL-20.v), managers, ratings and restrictions (A10, A14, A15): kept, late and missed."""

from datetime import date, timedelta
from typing import Any

from tests.county.book import Home, months_on
from tests.county.story import DAY, both, loud, over, quiet, ran_out
from tests.county.town import Case, Differs, Town


def plan_visit(town: Town, home: Home, day: date, ordered_by: str | None = None) -> tuple[str, str]:
    order = {"purpose": "annual", "planned_for": f"{day}", "although": "Synthetic: agreed with the others."}
    if ordered_by is not None:
        order |= {"purpose": "unannounced", "ordered_by": ordered_by}
    made = town.post(f"/v1/providers/{home.id}/visits", order)
    return f"/v1/visits/{made['visit_id']}/steps", f"planned_visit:governance|{made['visit_id']}"


def visited(town: Town, home: Home, steps: str) -> None:
    town.post(steps, {"type": "completed", "methods": ["observe_care", "talk_to_people"]})
    home.contacts.append(town.today)


def fed_back(town: Town, steps: str) -> None:
    given = {"type": "feedback_given", "given_on": f"{town.today}", "how": "call", "to_role": "registered_manager"}
    town.post(steps, given)


def visit(town: Town, home: Home, how: str) -> Case:
    """Held on its day, moved, called off, held late, or never."""
    last = town.today + timedelta(days=21)
    steps, cause = plan_visit(town, home, last)
    if how in ("late", "missed"):
        yield from ran_out(town, home, cause + f":{last}", last, kind="visit")
        if how == "late":
            visited(town, home, steps)
            over(town, home, cause + f":{last}", kind="visit")
        return
    yield last
    if how == "moved":
        again = last + timedelta(days=14)
        town.post(steps, {"type": "moved", "planned_for": f"{again}", "because": "outbreak"})
        yield again
    if how == "cancelled":
        town.post(steps, {"type": "cancelled", "because": "weather"})
    else:
        visited(town, home, steps)
        fed_back(town, steps)
    yield town.today + DAY
    quiet(town, home, "A10", cause)
    town.book.kept("visit", "hit")


def manager(town: Town, home: Home, how: str) -> Case:
    """A manager who is away for four weeks, or longer (rulings 13)."""
    away, last = town.today, town.today + timedelta(days=28)
    home.manager_said = True
    said = {"status": "absent", "since": f"{away}"}
    town.tell([town.fact("registry.manager.changed", home, said)], org="council")
    cause = f"manager_lost:absent:{away}"
    back = {"status": "in_post"}
    if how == "hit":
        yield last
        town.tell([town.fact("registry.manager.changed", home, back | {"since": f"{last}"})], org="council")
        yield last + DAY
        quiet(town, home, "A14", cause)
        town.book.kept("manager", "hit")
        return
    yield last
    quiet(town, home, "A14", cause)
    yield last + DAY
    loud(town, home, "A14", cause, None, kind="manager")
    if how == "late":
        yield last + 3 * DAY
        now = {"since": f"{town.today}"}
        town.tell([town.fact("registry.manager.changed", home, back | now)], org="council")
        over(town, home, cause, kind="manager")


def rating(town: Town, home: Home, how: str) -> Case:
    """A rating grows old, or is renewed in time."""
    last = town.today + timedelta(days=21)
    told_on = months_on(last, -36)
    if months_on(told_on, 36) != last:  # the 29th of February
        last = months_on(told_on, 36)
    rate(town, home, "good", told_on)
    cause = f"rating:{told_on}"
    if how == "hit":
        yield last
        rate(town, home, "good", last)
        yield last + DAY
        quiet(town, home, "A10", cause)
        town.book.kept("rating", "hit")
        return
    yield from ran_out(town, home, cause, last, kind="rating")
    if how == "late":
        rate(town, home, "requires_improvement", town.today)
        over(town, home, cause, kind="rating")


def rate(town: Town, home: Home, overall: str, day: date) -> None:
    said: dict[str, Any] = {"overall": overall, "report_date": f"{day}"}
    at = f"{day}T00:00:00Z" if day < town.today else town.now()
    town.tell([town.fact("cqc_rating.published", home, said) | {"time": at}])
    home.rated.append((day, overall))


def restriction(town: Town, home: Home, how: str) -> Case:
    """A pause that ends by its third month, or goes on (AMB-7, HER-L3.g)."""
    begun, last = town.today, months_on(town.today, 3)
    concern = town.fact("quality_concern.raised", home, {
        "concern_id": town.name("QC"), "themes": ["q.staffing_levels"], "severity": "S2"})  # fmt: skip
    [shown] = town.tell([concern])
    home.entries.append((town.today, True, True))
    home.themes.append((town.today, "q.staffing_levels"))
    before = ["support_unsuccessful", "unable_or_unwilling", "provider_agrees"]
    order = {"type": "suspension.agreed_voluntary", "body": "PQM", "rationale": "Synthetic.", "prerequisites": before,
             "evidence": [shown]}  # fmt: skip
    made = town.post(f"/v1/providers/{home.id}/decisions", order, who="panel-chair")
    name = next(one["suspension_id"] for one in town.ask(f"/v1/providers/{home.id}")["sanctions"])
    home.pauses.append((begun, None))
    cause, lift = f"restriction:{name}", {"type": "suspension.lifted", "body": "PQM", "rationale": "Synthetic."}
    ratify = f"/v1/decisions/{made['decision_id']}/ratifications"
    if home.commissioning == "joint":
        yield from ratified(town, home, str(made["decision_id"]), ratify, how)
    if how == "hit":
        yield last
        both(town, home, lift, who="panel-chair")
        home.pauses[-1] = (begun, last)
        yield last + DAY
        quiet(town, home, "A10", cause)
        town.book.kept("restriction", "hit")
        return
    yield last
    quiet(town, home, "A10", cause)
    yield last + DAY
    loud(town, home, "A10", cause, last + DAY, kind="restriction")
    if how == "late":
        yield last + 3 * DAY
        both(town, home, lift, who="panel-chair")
        home.pauses[-1] = (begun, town.today)
        over(town, home, cause, kind="restriction")


def ratified(town: Town, home: Home, decision: str, path: str, how: str) -> Case:
    """A pause of a joint service is ratified by the other commissioner within five working days (rulings 17).

    Both leads are reminded after two (A15).
    """
    last, reminded = town.working_days(town.today, 5), town.working_days(town.today, 2)
    yield reminded
    quiet(town, home, "A15", decision)
    if how != "hit":
        yield reminded + DAY
        loud(town, home, "A15", decision, last, kind="consent")
        yield last
    overdue(town, home, decision, last, expected=False)
    if how == "missed":
        yield last + DAY
        overdue(town, home, decision, last, expected=True)
        town.book.kept("ratification", "missed")
    town.post(path, {"ratify": True, "rationale": "Synthetic."}, who="icb-quality", org="icb")
    home.consents.append((reminded, town.today))
    if how != "missed":
        town.book.kept("ratification", "hit")
    if how != "hit":
        over(town, home, decision, kind="consent")


def overdue(town: Town, home: Home, decision: str, last: date, *, expected: bool) -> None:
    """What the list of everything owed says of it."""
    found = town.owed(home, "consent", decision)
    if found is None or (found["due"], found["overdue"]) != (f"{last}", expected):
        raise Differs(f"{town.today}: {decision} is owed as {found}, not by {last} overdue={expected}")

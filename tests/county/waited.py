"""Who is waited for: a look at a decision whose evidence fell (A9), a copy for us of what CQC was told (A13), whoever
was asked before a visit, the next body."""

from datetime import timedelta

from tests.county.book import Expected, Home
from tests.county.desk import done, due
from tests.county.lives import fed_back, plan_visit, visited
from tests.county.ordered import waiting
from tests.county.story import DAY, both, loud, over, quiet
from tests.county.town import Case, Town, wait


def fallen(town: Town, home: Home, how: str) -> Case:
    """Evidence of a decision is taken back: whoever took it is told at once, and looks again in five working days."""
    [fact] = town.tell([town.fact("contact.recorded", home, {"contact_id": town.name("CT"), "kind": "call"})])
    order = {"type": "lsi.recommended", "body": "PQM", "rationale": "Synthetic.", "grounds": ["pattern"]}
    path = f"/v1/providers/{home.id}/decisions"
    made = town.post(path, order | {"evidence": [fact]}, who="panel-chair")
    back = {"event_id": fact, "because": "sent_in_error"}
    town.tell([town.fact("fact.withdrawn", home, back)])
    last, tasks = town.working_days(town.today, 5), waiting(town, home, {"review_tainted_decision"})
    cause, [name] = f"{made['decision_id']}:tainted:", tasks.values()
    wait(lambda: town.is_raised(home, "A9", cause), f"whoever took {made['decision_id']} is told")
    said = Expected(home.id, "A9", cause, None, town.today)
    town.book.alerts.append(said)
    yield from due(town, home, ("task", name), last, how, of="decision_to_review")
    if how == "missed":
        return
    town.post(f"/v1/tasks/{name}/steps", {"type": "done"}, who="panel-chair")
    said.cleared = True
    yield from done(town, home, ("task", name), how, of="decision_to_review")
    end = {"type": "lsi.declined", "body": "DIRECTOR", "rationale": "Synthetic."}
    town.post(path, end, who="director")


def copied(town: Town, home: Home, how: str) -> Case:
    """A serious injury: a copy of what CQC was told comes within five working days, later or never (rulings 27)."""
    name = str(town.ask("/v1/contracts", provider=home.id)["contracts"][-1]["contract_id"])
    asked = {"type": "changed", "clauses": ["returns", "cqc_copies"], "reason": "Synthetic."}
    town.post(f"/v1/contracts/{name}/steps", asked, who="contracts-officer")
    incident, happened = town.name("IN"), town.today
    told = {"incident_id": incident, "kind": "serious_injury"}
    town.tell([town.fact("incident.reported", home, told)], org="council")
    home.entries.append((happened, True, True))
    last, cause = town.working_days(happened, 5), f"notification:{incident}"

    def copy() -> None:
        said = {"notification_id": town.name("SN"), "regulation": "18", "about": f"{happened}", "incident_id": incident}
        town.tell([town.fact("statutory_notification.copied", home, said)], org="council")

    yield last
    quiet(town, home, "A13", cause)
    if how == "hit":
        copy()
    yield last + DAY
    if how == "hit":
        quiet(town, home, "A13", cause)
        town.book.kept("copy_of_notification", "hit")
        return
    loud(town, home, "A13", cause, last, kind="copy_of_notification")
    if how == "late":
        yield last + 3 * DAY
        copy()
        over(town, home, cause, kind="copy_of_notification")


def consulted(town: Town, home: Home, how: str) -> Case:
    """Who was asked before a visit answers by its day, late or not (OXF-13); the visit takes place all the same."""
    last, day = town.today + timedelta(days=10), town.today + timedelta(days=20)
    steps, _ = plan_visit(town, home, day)
    asked = town.post(steps, {"type": "asked", "sources": ["fire_rescue"], "due_on": f"{last}"})
    yield from due(town, home, ("consultation", "fire_rescue"), last, how)
    if how != "missed":
        name = asked["consultations"][0]["consultation_id"]
        town.post(steps, {"type": "answered", "consultation_id": name, "answer": "nothing_to_report"})
        yield from done(town, home, ("consultation", "fire_rescue"), how)
    yield day
    visited(town, home, steps)
    fed_back(town, steps)


def referred(town: Town, home: Home, how: str) -> Case:
    """The board is asked to meet about a home within a working day (CAL-9): in time, later, never."""
    order = {"type": "escalation.referred", "body": "PQM", "to_body": "GQAB", "reason": "d", "rationale": "Synthetic."}
    both(town, home, order, who="panel-chair")
    last = town.working_days(town.today, 1)

    def asked() -> str | None:
        every = town.pages("/v1/owed", "owed", provider=home.id, kind="task", body="GQAB")
        return next((str(one["id"]) for one in every if one["due"] == f"{last}"), None)

    name: str = wait(asked, f"the board is asked to meet about {home.id}")
    yield from due(town, home, ("task", name), last, how, of="referral")
    if how == "missed":
        return
    town.post(f"/v1/tasks/{name}/steps", {"type": "done"}, who="team-manager")
    yield from done(town, home, ("task", name), how, of="referral")

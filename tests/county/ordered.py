"""What a decision or a host sets going: steps of a large scale process, ordered visits, a host's requests (A10)."""

from datetime import date, timedelta

from tests.county.book import Home
from tests.county.desk import gone, listed
from tests.county.lives import fed_back, plan_visit, visited
from tests.county.story import DAY, both, loud, over, quiet
from tests.county.town import Case, Town, wait
from tests.support.people import JSON

STEPS = {"safety_checks": 1, "police_liaison": 1, "placing_authorities_told": 1, "initial_meeting": 5,
         "commissioning_intentions": 10, "feedback_from_people": 20, "findings_meeting": 40}  # fmt: skip
"""Of a large scale process under Calderdale's policy as adopted: working days from the day on which it is begun."""
ASKS = {"hit": ("welfare_visits", 5), "late": ("review_people", 5), "missed": ("move_people", 1)}
"""What a host asks in which story, and our working days for it (CAL-36, CAL-38)."""
ORDERED = "ordered_visit.unannounced"


def waiting(town: Town, home: Home, names: set[str]) -> dict[str, str]:
    """The tasks of these names, which must all be there: name → id."""

    def found() -> dict[str, str]:
        every = town.pages("/v1/owed", "owed", provider=home.id, kind="task")
        known = {one["reason"]: one["id"] for one in every if one["reason"] in names}
        return known if set(known) == names else {}

    known: dict[str, str] = wait(found, f"{sorted(names)} of {home.id} are somebody's tasks")
    return known


def told(town: Town, home: Home, tasks: dict[str, str], last: date, *, kind: str) -> None:
    """On the day after the last each is overdue, and told of (A10)."""
    for name in tasks.values():
        listed(town, home, "task", name, last, overdue=True)
        loud(town, home, "A10", f"task:{name}", last, kind=kind)


def untold(town: Town, home: Home, tasks: dict[str, str], last: date) -> None:
    """On the last day each is no more than owed."""
    for name in tasks.values():
        listed(town, home, "task", name, last, overdue=False)
        quiet(town, home, "A10", f"task:{name}")


def kept(town: Town, home: Home, tasks: dict[str, str], *, kind: str) -> None:
    """On the day after it was done nobody is waited for, and nobody was told."""
    for name in tasks.values():
        gone(town, home, "task", name)
        quiet(town, home, "A10", f"task:{name}")
        town.book.kept(kind, "hit")


def process(town: Town, home: Home, how: str) -> Case:
    """A large scale process: each of its steps on its last day, three days later, or never."""
    order = {"type": "lsi.authorised", "body": "DIRECTOR", "rationale": "Synthetic.", "lead_role": "safeguarding"}
    made = town.post(f"/v1/providers/{home.id}/decisions", order, who="director")
    approve = {"approve": True, "rationale": "Synthetic."}
    town.post(f"/v1/decisions/{made['decision_id']}/approvals", approve, who="team-manager")
    begun, tasks = town.today, waiting(town, home, set(STEPS))
    for length in sorted(set(STEPS.values())):
        last = town.working_days(begun, length)
        these = {name: tasks[name] for name, days in STEPS.items() if days == length}
        yield last
        untold(town, home, these, last)
        if how == "hit":
            take(town, home, these)
        yield last + DAY
        if how == "hit":
            kept(town, home, these, kind="process_step")
            continue
        told(town, home, these, last, kind="process_step")
        if how == "late":
            yield last + 3 * DAY
            take(town, home, these)
            for name in these.values():
                over(town, home, f"task:{name}", kind="process_step")
    if how != "missed":
        end = {"type": "lsi.closed", "body": "DIRECTOR", "rationale": "Synthetic.", "learning_shared": True}
        town.post(f"/v1/providers/{home.id}/decisions", end | {"sar_considered": True}, who="director")


def take(town: Town, home: Home, steps: dict[str, str]) -> None:
    """Whoever leads the process records its steps."""
    for step in steps:
        said = {"type": "lsi.step_recorded", "body": "DIRECTOR", "rationale": "Synthetic.", "step": step}
        town.post(f"/v1/providers/{home.id}/decisions", said, who="safeguarding")


def visit(town: Town, home: Home, how: str) -> Case:
    """A body has a service visited by a day: planned in time, planned anew, planned late, or never (CAL-21)."""
    last = town.today + timedelta(days=21)
    order = {"type": "visit.ordered", "body": "PQM", "rationale": "Synthetic.", "purpose": "unannounced",
             "by_when": f"{last}"}  # fmt: skip
    made = both(town, home, order, who="team-manager")
    if how == "again":
        steps, _ = plan_visit(town, home, town.today + timedelta(days=14), ordered_by=made["decision_id"])
        wait(lambda: town.owed(home, "task", ORDERED) is None, "what is planned is owed by nobody")
        yield town.today + timedelta(days=10)
        town.post(steps, {"type": "cancelled", "because": "weather"})
    tasks = waiting(town, home, {ORDERED})
    yield last
    untold(town, home, tasks, last)
    if how in ("late", "missed"):
        yield last + DAY
        told(town, home, tasks, last, kind="ordered_visit")
        if how == "missed":
            return
        yield last + 3 * DAY
    steps, _ = plan_visit(town, home, town.today, ordered_by=made["decision_id"])
    visited(town, home, steps)
    fed_back(town, steps)
    if how == "late":
        over(town, home, f"task:{tasks[ORDERED]}", kind="ordered_visit")
        return
    yield last + DAY
    kept(town, home, tasks, kind="ordered_visit")


def asked(town: Town, home: Home, how: str) -> Case:
    """What a host asks beside the pause: visits, reviews, moves (CAL-36, CAL-38). Its assurance comes the same day."""
    what, days = ASKS[how]
    notice = {"notice_id": town.name("HN"), "host_authority": "E06000019"}
    said: JSON = notice | {"concern_level": "serious", "requested_action": what}
    if what == "move_people":
        said = notice | {"concern_level": "closure"}
    town.tell([town.fact("ooa.host_notice.received", home, said)], org="council")
    last, tasks = town.working_days(town.today, days), waiting(town, home, {f"host_asks.{what}"})
    assurance = notice | {"improvements_made": True, "embedded": True}
    town.tell([town.fact("ooa.host_notice.assurance_received", home, assurance)], org="council")
    yield last
    untold(town, home, tasks, last)
    if how != "hit":
        yield last + DAY
        told(town, home, tasks, last, kind="host_task")
        if how == "missed":
            return
        yield last + 3 * DAY
    [name] = tasks.values()
    town.post(f"/v1/tasks/{name}/steps", {"type": "done"}, who="team-manager")
    if how == "late":
        over(town, home, f"task:{name}", kind="host_task")
        return
    yield last + DAY
    kept(town, home, tasks, kind="host_task")

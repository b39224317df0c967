"""The deadlines that stand on the list of what is owed: kept, late and missed, with what the list says on each day."""

from datetime import date, timedelta

from tests.county.book import Home
from tests.county.lives import fed_back, plan_visit, visited
from tests.county.story import DAY, both, loud, over, quiet
from tests.county.town import Case, Differs, Town, wait
from tests.support.people import JSON


def listed(town: Town, home: Home, kind: str, name: str, last: date, *, overdue: bool) -> None:
    """It stands on the list, with its day."""
    found = town.owed(home, kind, name)
    said = found and (found["due"], found["overdue"])
    if said != (f"{last}", overdue):
        raise Differs(f"{town.today}: {kind} {name} of {home.id} is owed as {said}, not {last} overdue={overdue}")


def gone(town: Town, home: Home, kind: str, name: str) -> None:
    """It stands there no more."""
    if (found := town.owed(home, kind, name)) is not None and found["overdue"]:
        raise Differs(f"{town.today}: {kind} {name} of {home.id} is still owed: {found}")


def due(town: Town, home: Home, what: tuple[str, str], last: date, how: str, *, of: str = "") -> Case:
    """By its last day it is no more than owed; on the next it is overdue. Then the story goes on."""
    kind, name = what
    yield last
    listed(town, home, kind, name, last, overdue=False)
    if how != "hit":
        yield last + DAY
        listed(town, home, kind, name, last, overdue=True)
        town.book.kept(of or kind, "missed")
        yield last + 2 * DAY


def done(town: Town, home: Home, what: tuple[str, str], how: str, *, of: str = "") -> Case:
    """It was done: on the next day nobody is waited for."""
    kind, name = what
    yield town.today + DAY
    gone(town, home, kind, name)
    town.book.kept(of or kind, "hit" if how == "hit" else "late")


def contract_review(town: Town, home: Home, how: str) -> Case:
    """A contract is reviewed by the day on the register (OXF-8)."""
    last, held = town.today + timedelta(days=35), home.contracts[-1]
    found = town.ask("/v1/contracts", provider=home.id)["contracts"]
    name = str(found[-1]["contract_id"])
    steps = f"/v1/contracts/{name}/steps"
    town.post(steps, {"type": "changed", "review_due": f"{last}", "reason": "Synthetic."}, who="contracts-officer")
    yield from due(town, home, ("contract", name), last, how)
    if how == "missed":
        return
    said = {"type": "reviewed", "reviewed_on": f"{town.today}", "how": "meeting", "outcome": "satisfactory"}
    town.post(steps, said, who="contracts-officer")
    held.reviewed.append(town.today)
    yield from done(town, home, ("contract", name), how)


def feedback(town: Town, home: Home, how: str) -> Case:
    """The provider hears within ten working days what was seen (HER-22)."""
    steps, _ = plan_visit(town, home, town.today)
    visited(town, home, steps)
    name, last = steps.split("/")[3], town.working_days(town.today, 10)
    yield from due(town, home, ("visit_feedback", name), last, how)
    if how == "missed":
        return
    fed_back(town, steps)
    yield from done(town, home, ("visit_feedback", name), how)


def practice(town: Town, home: Home, how: str) -> Case:
    """A provider says within two weeks whether others may hear of it (CAL-23)."""
    made = town.post(f"/v1/providers/{home.id}/practices", {"themes": ["gp.dignity"], "description": "Synthetic."})
    name, last = str(made["practice_id"]), town.today + timedelta(days=14)
    steps = f"/v1/practices/{name}/steps"
    home.practices.append((town.today, False))
    number = len(home.practices) - 1
    town.post(steps, {"type": "consent_asked", "asked_on": f"{town.today}"})
    yield from due(town, home, ("practice_consent", name), last, how)
    if how == "missed":
        return
    answer = {"answered_on": f"{town.today}", "by_role": "registered_manager"}
    if how == "late":
        town.post(steps, {"type": "consent_refused"} | answer)
    else:
        town.post(steps, {"type": "consent_given", "scope": "forum"} | answer)
        town.post(steps, {"type": "shared", "audience": "forum", "shared_on": f"{town.today}"})
        home.practices[number] = (home.practices[number][0], True)
    yield from done(town, home, ("practice_consent", name), how)


def continuity(town: Town, home: Home, how: str) -> Case:
    """A continuity plan is looked at again by its day (SAL-27.f)."""
    last, path = town.today + timedelta(days=30), f"/v1/providers/{home.id}/records"
    said = {"type": "continuity", "held": True}
    town.post(path, said | {"on": f"{town.today}", "review_due": f"{last}"})
    yield from due(town, home, ("continuity_review", "held"), last, how)
    if how == "missed":
        return
    again = town.today + timedelta(days=400)
    town.post(path, said | {"on": f"{town.today}", "review_due": f"{again}"})
    yield from done(town, home, ("continuity_review", "held"), how)


def accuracy(town: Town, home: Home, how: str) -> Case:
    """The provider has fourteen days for factual accuracy (CAL-4, SAL-14)."""
    path = f"/v1/providers/{home.id}/assessments"
    begun = town.post(path, {"question_set": "pamms-style"}, who="quality-officer")
    steps = f"/v1/assessments/{begun['assessment_id']}/steps"
    asked = town.ask("/v1/question-sets/pamms-style", service_type=home.kind)
    names = [one["id"] for standard in asked["standards"] for one in standard["questions"]]
    answers = [{"question": name, "answer": "fully", "evidence": "Synthetic: seen."} for name in names]
    town.post(steps, {"type": "answered", "answers": answers}, who="quality-officer")
    town.post(steps, {"type": "draft_shared"}, who="quality-officer")
    last = town.today + timedelta(days=14)
    yield from due(town, home, ("task", "factual_accuracy"), last, how, of="factual_accuracy")
    if how == "missed":
        return
    if how == "hit":
        town.post(steps, {"type": "commented", "accepted": True}, who="quality-officer")
    town.post(steps, {"type": "completed"}, who="quality-officer")
    home.assessed.append((town.today, "excellent"))
    yield from done(town, home, ("task", "factual_accuracy"), how, of="factual_accuracy")


def challenge(town: Town, home: Home, how: str) -> Case:
    """A challenge is answered within ten working days (rulings 30)."""
    said = {"concern_id": town.name("QC"), "themes": ["q.communication"], "severity": "S1"}
    [fact] = town.tell([town.fact("quality_concern.raised", home, said)])
    home.entries.append((town.today, True, True))
    home.themes.append((town.today, "q.communication"))
    dispute = {"dispute_id": town.name("DP"), "event_id": fact}
    raised = town.fact("dispute.raised", home, dispute | {"grounds": "factual_accuracy"})
    town.tell([raised], org="council")
    last = town.working_days(town.today, 10)

    def asked() -> list[JSON]:
        every = town.pages("/v1/owed", "owed", provider=home.id, kind="task")
        return [one for one in every if one["reason"] == "answer_challenge"]

    [task] = wait(asked, "the challenge is somebody's task")
    yield last
    listed(town, home, "task", task["id"], last, overdue=False)
    if how != "hit":
        yield last + DAY
        listed(town, home, "task", task["id"], last, overdue=True)
        loud(town, home, "A10", f"task:{task['id']}", last, kind="challenge")
    if how == "missed":
        return
    town.tell([town.fact("dispute.answered", home, dispute | {"outcome": "not_upheld"})], org="council")
    wait(lambda: town.owed(home, "task", task["id"]) is None, "the answer ends the task")
    if how == "late":
        over(town, home, f"task:{task['id']}", kind="challenge")
        return
    yield from done(town, home, ("task", task["id"]), how, of="challenge")


def duty(town: Town, home: Home, how: str) -> Case:
    """The checklist of a temporary duty (Care Act 2014 s48): each item has its day, and is told of after it (A10)."""
    order = {"because": "other_interruption", "since": f"{town.today}"}
    made = town.post(f"/v1/providers/{home.id}/temporary-duties", order, who="director")
    steps = f"/v1/temporary-duties/{made['duty_id']}/steps"
    items = [
        one for one in town.pages("/v1/owed", "owed", provider=home.id, kind="task")
        if one["reason"].startswith("temporary_duty.")
    ]  # fmt: skip
    days = sorted({date.fromisoformat(one["due"]) for one in items})
    first, last = min(items, key=lambda one: (one["due"], one["id"])), days[0]
    yield last
    listed(town, home, "task", first["id"], last, overdue=False)
    if how != "hit":
        yield last + DAY
        listed(town, home, "task", first["id"], last, overdue=True)
        late(town, home, items, last)
    for day in days[1:] if how == "missed" else ():
        yield day + DAY
        late(town, home, items, day)
    if how == "missed":
        return
    item = first["reason"].removeprefix("temporary_duty.")
    town.post(steps, {"type": "counted", "own": 3, "self_funded": 1, "arranged": 4}, who="director")
    town.post(steps, {"type": "settled", "item": item}, who="director")
    closed = {"type": "closed", "outcome": "provider_continued", "closed_on": f"{town.today}", "reason": "Synthetic."}
    town.post(steps, closed, who="director")
    for one in items if how == "late" else ():
        if one["due"] == f"{last}":
            over(town, home, f"task:{one['id']}", kind="temporary_duty")
    yield from done(town, home, ("task", first["id"]), how, of="temporary_duty")


def late(town: Town, home: Home, items: list[JSON], day: date) -> None:
    """Every item of that day is told of."""
    for one in items:
        if one["due"] == f"{day}":
            loud(town, home, "A10", f"task:{one['id']}", day, kind="temporary_duty")


def letters(town: Town, home: Home, how: str) -> Case:
    """What a contract notice sets going: the provider is told within a working day (CAL-C6); with its day to remedy."""
    remedy = town.today + timedelta(days=28)
    order = {"type": "default_notice.served", "body": "CONTRACT_REVIEW", "rationale": "Synthetic.",
             "remedy_by": f"{remedy}", "because": "breach"}  # fmt: skip
    made = town.post(f"/v1/providers/{home.id}/decisions", order, who="contracts-officer")
    approve = {"approve": True, "rationale": "Synthetic."}
    town.post(f"/v1/decisions/{made['decision_id']}/approvals", approve, who="director")
    if home.commissioning == "joint":
        consent = {"consent": True, "rationale": "Synthetic."}
        town.post(f"/v1/decisions/{made['decision_id']}/consents", consent, who="icb-quality", org="icb")
        home.consents.append((town.working_days(town.today, 2), town.today))
    last = town.working_days(town.today, 1)
    yield from due(town, home, ("task", "tell_provider"), last, how, of="tell_provider")
    if how == "missed":
        return
    task = town.owed(home, "task", "tell_provider")
    assert task is not None
    town.post(f"/v1/tasks/{task['id']}/steps", {"type": "done"}, who="contracts-officer")
    yield from done(town, home, ("task", task["id"]), how, of="tell_provider")
    yield remedy
    clock = next(one for one in town.ask(f"/v1/providers/{home.id}")["clocks"] if one["kind"] == "default_notice")
    if clock["due"] != f"{remedy}":
        raise Differs(f"the notice is to be remedied by {remedy}, not {clock['due']}")
    end = {"type": "default_notice.satisfied", "body": "CONTRACT_REVIEW", "rationale": "Synthetic."}
    if how == "hit":
        both(town, home, end, who="contracts-officer")
    town.book.kept("default_notice", "hit" if how == "hit" else "missed")


def consent(town: Town, home: Home, how: str) -> Case:
    """The other commissioner answers within two working days, or both leads are told (A15)."""
    order = {"type": "lead_org.agreed", "lead": "council", "body": "PQM", "rationale": "Synthetic."}
    made = town.post(f"/v1/providers/{home.id}/decisions", order, who="panel-chair")
    name, last = str(made["decision_id"]), town.working_days(town.today, 2)
    yield last
    listed(town, home, "consent", name, last, overdue=False)
    quiet(town, home, "A15", name)
    if how != "hit":
        yield last + DAY
        listed(town, home, "consent", name, last, overdue=True)
        loud(town, home, "A15", name, last, kind="consent")
    if how == "missed":
        home.consents.append((last, None))
        return
    path, said = f"/v1/decisions/{name}/consents", {"consent": True, "rationale": "Synthetic."}
    town.post(path, said, who="icb-quality", org="icb")
    home.consents.append((last, town.today))
    if how == "late":
        over(town, home, name, kind="consent")
        return
    yield last + DAY
    quiet(town, home, "A15", name)
    town.book.kept("consent", "hit")

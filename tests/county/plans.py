"""Deadlines of improvement plans (CAL-26.e, LGA-12) and of follow-ups (OXF-8): kept, extended, late and missed."""

from datetime import date, timedelta

from tests.county.book import Action, Home, Plan, months_on
from tests.county.desk import listed
from tests.county.story import DAY, over, quiet, ran_out
from tests.county.town import Case, Town


def draft(town: Town, home: Home, actions: list[tuple[str, date, bool]], source: str = "visit") -> str:
    said = [
        {"action_id": name, "due": f"{due}", "significant": significant, "themes": ["q.medicines"]}
        for name, due, significant in actions
    ]
    made = town.post(f"/v1/providers/{home.id}/plans", {"source": source, "actions": said})
    return str(made["plan_id"])


def agree(town: Town, plan: str, due: date) -> None:
    said = {"type": "agreed", "agreed_on": f"{town.today}", "due": f"{due}", "agreed_by_role": "registered_manager"}
    town.post(f"/v1/plans/{plan}/steps", said)


def close(town: Town, plan: str, action: str) -> None:
    town.post(f"/v1/plans/{plan}/steps", {"type": "action_closed", "action_id": action, "outcome": "done"})


def sign(town: Town, plan: str) -> None:
    steps = f"/v1/plans/{plan}/steps"
    town.post(steps, {"type": "submitted_for_signoff"})
    said = {"type": "signed_off", "signed_on": f"{town.today}"}
    town.post(steps, said | {"by": "provider", "signed_by_role": "registered_manager"}, who="quality-officer")
    town.post(steps, said | {"by": "council", "signed_by_role": "team-manager"})
    town.post(steps, {"type": "closed", "outcome": "completed"})


def action(town: Town, home: Home, how: str) -> Case:
    """One action: done on its day, given more time and done, done late, or left."""
    begun, last = town.today, town.today + timedelta(days=28)
    plan_due = last + timedelta(days=60)
    plan = draft(town, home, [("a1", last, False)])
    agree(town, plan, plan_due)
    kept, whole = Action(begun, significant=False), Plan(plan_due)
    home.actions.append(kept)
    home.plans.append(whole)
    cause = f"action:{plan}/a1:{last}"
    if how in ("late", "missed"):
        yield from ran_out(town, home, cause, last, kind="action")
        if how == "missed":
            yield from ran_out(town, home, f"plan:{plan}:{plan_due}", plan_due, kind="plan")
            return
        close(town, plan, "a1")
        over(town, home, cause, kind="action")
    else:
        yield last
        if how == "extended":
            last += timedelta(days=14)
            said = {"type": "extended", "action_id": "a1", "due": f"{last}", "reason": "Synthetic: parts are late."}
            town.post(f"/v1/plans/{plan}/steps", said)
            yield last
        close(town, plan, "a1")
        yield last + DAY
        quiet(town, home, "A10", f"action:{plan}")
        town.book.kept("action", "hit")
    kept.closed = town.today if how == "late" else last
    sign(town, plan)
    whole.signed = town.today


def plan(town: Town, home: Home, how: str) -> Case:
    """A whole plan: signed by both on its day, after an extension, late."""
    begun, last = town.today, town.today + timedelta(days=42)
    name = draft(town, home, [("a1", last - timedelta(days=14), True)], source="level")
    agree(town, name, last)
    kept, whole = Action(begun, significant=True), Plan(last)
    home.actions.append(kept)
    home.plans.append(whole)
    yield last - timedelta(days=14)
    close(town, name, "a1")
    kept.closed = town.today
    cause = f"plan:{name}:{last}"
    listed(town, home, "plan_sign_off", name, last, overdue=False)
    if how == "late":
        yield from ran_out(town, home, cause, last, kind="plan")
        listed(town, home, "plan_sign_off", name, last, overdue=True)
        town.book.kept("sign_off", "missed")
        sign(town, name)
        over(town, home, cause, kind="plan")
    else:
        yield last
        if how == "extended":
            whole.due = last + timedelta(days=21)
            said = {"type": "extended", "due": f"{whole.due}", "reason": "Synthetic: agreed with the provider."}
            town.post(f"/v1/plans/{name}/steps", said)
            yield whole.due
        sign(town, name)
        yield town.today + DAY
        quiet(town, home, "A10", f"plan:{name}")
        town.book.kept("sign_off", "hit")
        town.book.kept("plan", "hit")
    whole.signed = town.today if how == "late" else whole.due


def follow_up(town: Town, home: Home, how: str) -> Case:
    """A significant action: closed within its three months, after them, or left (OXF-8)."""
    begun = town.today
    last = months_on(begun, 3)
    name = draft(town, home, [("f1", last + timedelta(days=60), True)])
    kept = Action(begun, significant=True)
    home.actions.append(kept)
    cause, clocked = f"follow_up:{name}/f1", "OXF" in town.clocks
    if how == "hit":
        yield last
        close(town, name, "f1")
        kept.closed = last
        yield last + DAY
        quiet(town, home, "A10", cause)
        town.book.kept("follow_up", "hit")
        return
    if not clocked:
        yield last + 3 * DAY
        town.book.kept("follow_up", "missed")
    else:
        yield from ran_out(town, home, cause, last, kind="follow_up")
    if how == "late":
        close(town, name, "f1")
        kept.closed = town.today
        if clocked:
            over(town, home, cause, kind="follow_up")
    elif "CAL" in town.clocks:
        due = begun_due(begun)
        yield from ran_out(town, home, f"action:{name}/f1:{due}", due, kind="action")


def begun_due(begun: date) -> date:
    """The own day of the action of a follow-up."""
    return months_on(begun, 3) + timedelta(days=60)

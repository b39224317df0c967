"""What other policies ask: red contracts each quarter (OXF-21), contact by the middle of a term (SAL-10), returns."""

from datetime import date, timedelta
from typing import Any

from tests.county.book import Home, months_on
from tests.county.desk import done, due, listed
from tests.county.story import DAY, loud, over, quiet, ran_out
from tests.county.town import Case, Town, wait


def quarterly(town: Town, home: Home, how: str) -> Case:
    """A red contract of an intensive level of monitoring is looked at each quarter (OXF-21, rulings 11)."""
    name = str(town.ask("/v1/contracts", provider=home.id)["contracts"][-1]["contract_id"])
    steps, held = f"/v1/contracts/{name}/steps", home.contracts[-1]
    town.post(steps, {"type": "changed", "tier": "4", "reason": "Synthetic."}, who="contracts-officer")
    town.post(steps, {"type": "rated", "rag": "red", "reason": "Synthetic."}, who="contracts-officer")
    last = months_on(town.today, 3)
    yield from due(town, home, ("contract", name), last, how, of="quarterly_review")
    if how == "missed":
        return
    said = {"type": "reviewed", "reviewed_on": f"{town.today}", "how": "meeting", "outcome": "actions"}
    town.post(steps, said, who="contracts-officer")
    held.reviewed.append(town.today)
    again = months_on(town.today, 3)
    listed(town, home, "contract", name, again, overdue=False)
    yield from done(town, home, ("contract", name), how, of="quarterly_review")


def mid_term(town: Town, home: Home, how: str) -> Case:
    """Somebody is in contact by the middle of a contract's term (SAL-10)."""
    begins = town.today - timedelta(days=60)
    ends = begins + timedelta(days=180)
    middle = begins + timedelta(days=90)
    said: dict[str, Any] = {"commissioner": "council", "allocated_to": "contracts-officer", "kind": "framework"}
    said |= {"starts_on": f"{begins}", "ends_on": f"{ends}"}
    town.post(f"/v1/providers/{home.id}/contracts", said, who="contracts-officer")
    cause = f"contact:{middle}"
    if how == "hit":
        yield middle
    else:
        yield from ran_out(town, home, cause, middle, kind="mid_term_contact")
        if how == "missed":
            return
    contact = {"contact_id": town.name("CT"), "kind": "call"}
    town.tell([town.fact("contact.recorded", home, contact)])
    home.contacts.append(town.today)
    if how == "late":
        over(town, home, cause, kind="mid_term_contact")
        return
    yield middle + DAY
    quiet(town, home, "A10", cause)
    town.book.kept("mid_term_contact", "hit")


def half_year(town: Town, home: Home, how: str) -> Case:
    """A return of each half-year from April, four weeks after it, and two more (SAL-8): in its grace, late, never."""
    first = town.today.replace(day=1)
    while first <= town.today or first.month not in (4, 10):
        first = months_on(first, 1)
    last = months_on(first, 6) - DAY + timedelta(days=28)
    yield from returned(town, home, how, ("RT-RISK", f"{first:%Y-%m}"), last, grace=14, kind="half_yearly_return")


def baseline(town: Town, home: Home, how: str) -> Case:
    """What is asked once a level is confirmed: ten working days for the baseline, and five days more (LGA-9)."""
    order = {"type": "level.confirmed", "scale": "level", "level": "pre-1", "body": "QUALITY_REVIEW_TEAM",
             "rationale": "Synthetic."}  # fmt: skip
    town.post(f"/v1/providers/{home.id}/decisions", order, who="team-manager")
    what = ("RT-BASE", f"{town.today}")
    where = {"who": "quality-officer", "service": "intake", "place": town.place.code, "return_type": what[0]}

    def asked() -> bool:
        every = town.pages("/v1/returns", "returns", limit=500, **where)
        return any((one["provider_id"], one["period"]) == (home.id, what[1]) for one in every)

    wait(asked, f"the baseline of {home.id} is asked for", 60)
    yield from returned(town, home, how, what, town.working_days(town.today, 10), grace=5, kind="return_on_an_event")


def returned(
    town: Town, home: Home, how: str, what: tuple[str, str], due_on: date, *, grace: int, kind: str
) -> Case:  # fmt: skip
    """A return, filed on the last day of its grace, five days after it, or never (A11)."""
    end, cause = due_on + timedelta(days=grace), f"return:{what[0]}:{what[1]}"
    yield end
    quiet(town, home, "A11", cause)
    if how == "hit":
        filed(town, home, what)
    yield end + DAY
    if how == "hit":
        quiet(town, home, "A11", cause)
        town.book.kept(kind, "hit")
        return
    loud(town, home, "A11", cause, due_on, kind=kind)
    if how == "late":
        yield end + 5 * DAY
        filed(town, home, what)
        over(town, home, cause, kind=kind)


def filed(town: Town, home: Home, what: tuple[str, str]) -> None:
    town.tell([town.fact("returns.submitted", home, {"return_type": what[0], "period": what[1]})])

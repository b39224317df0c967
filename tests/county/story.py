"""What every story of a deadline is told with: nobody is told on the last day, somebody is on the next."""

from datetime import date, timedelta
from typing import Any

from tests.county.book import Expected, Home
from tests.county.town import Case, Differs, Town, wait

DAY = timedelta(days=1)


def quiet(town: Town, home: Home, code: str, cause: str) -> None:
    """On the last day nobody is told yet."""
    if town.is_raised(home, code, cause):
        raise Differs(f"{town.today}: {code} {cause} of {home.id} was raised too early")


def loud(town: Town, home: Home, code: str, cause: str, last: date | None, *, kind: str) -> Expected:
    """On the day after it somebody is told."""
    wait(lambda: town.is_raised(home, code, cause), f"{town.today}: {code} {cause} of {home.id} is raised")
    said = Expected(home.id, code, cause, last, town.today)
    town.book.alerts.append(said)
    town.book.kept(kind, "missed")
    return said


def ran_out(town: Town, home: Home, cause: str, last: date, *, kind: str, code: str = "A10") -> Case:
    """Nothing is done by the last day: told on the next and not before. Two days later the story goes on."""
    yield last
    quiet(town, home, code, cause)
    yield last + DAY
    loud(town, home, code, cause, last, kind=kind)
    yield last + 3 * DAY


def over(town: Town, home: Home, cause: str, *, kind: str) -> None:
    """It was done late after all: what was told is cleared."""
    said = next(one for one in town.book.alerts if one.home == home.id and one.cause == cause)
    said.cleared = True
    town.book.kept(kind, "late")


def both(town: Town, home: Home, order: dict[str, Any], *, who: str) -> dict[str, Any]:
    """A decision; of a joint service the other commissioner consents on the same day."""
    made = town.post(f"/v1/providers/{home.id}/decisions", order, who=who)
    if made["status"] == "proposed":
        said = {"consent": True, "rationale": "Synthetic."}
        town.post(f"/v1/decisions/{made['decision_id']}/consents", said, who="icb-quality", org="icb")
        home.consents.append((town.working_days(town.today, 2), town.today))
    return made

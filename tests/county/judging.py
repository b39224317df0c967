"""Levels that are confirmed and looked at again (CAL-8), and bodies that meet as often as they must (CAL-13)."""

from datetime import date, timedelta

from tests.county.book import CUT_OFF, Home, months_on
from tests.county.story import DAY, both, loud, over, quiet
from tests.county.town import Case, Differs, Town, wait

CONFIRMED, MET = 15, 17
DIVERGENCE = "divergence:rag:"
SUSTAINED = timedelta(days=28)
"""So long every partner has thought better of a home before its level is lowered (AMB-15)."""


def confirm(town: Town, home: Home, level: str) -> None:
    """The PQM confirms; the ICB consents at once where both commission."""
    order = {"type": "level.confirmed", "scale": "rag", "level": level, "body": "PQM", "rationale": "Synthetic."}
    both(town, home, order, who="panel-chair")
    home.levels.append((town.today, level))


def levels(town: Town, home: Home, how: str, first: date, last: date) -> Case:
    """A level is looked at as often as its clock asks; or late, or never."""
    if how == "none":  # never rated: within three months
        due = months_on(home.since, 3)
        yield due
        quiet(town, home, "A10", "review:")
        yield due + DAY
        loud(town, home, "A10", f"review:{due}", due, kind="first_level")
        yield due + 3 * DAY
        confirm(town, home, "green")
        over(town, home, f"review:{due}", kind="first_level")
        return
    yield first.replace(day=CONFIRMED)
    level = home.colour
    confirm(town, home, level)
    town.book.kept("first_level", "hit")
    if how.startswith("differs:"):
        yield from differs(town, home, how.partition(":")[2], last)
        return
    if level == "green":
        return
    yield from reviews(town, home, how, level, last)


def differs(town: Town, home: Home, how: str, last: date) -> Case:
    """Partners come to think worse of it: the PQM says so on the same day, three days later, or never (A9)."""
    since = months_on(home.levels[-1][0].replace(day=CUT_OFF + 1), 1)
    yield since
    quiet(town, home, "A9", DIVERGENCE)
    if how == "hit":
        confirm(town, home, home.colour)
    yield since + DAY
    if how == "hit":
        quiet(town, home, "A9", DIVERGENCE)
        town.book.kept("divergence", "hit")
    else:
        loud(town, home, "A9", DIVERGENCE, None, kind="divergence")
        if how == "missed":
            return
        yield since + 3 * DAY
        confirm(town, home, home.colour)
        over(town, home, DIVERGENCE, kind="divergence")
    yield from reviews(town, home, "hit", home.colour, last)


def better(town: Town, home: Home, since: date) -> Case:
    """Partners come to think better of it, and nobody lowers its level within a week: told after it (A9)."""
    yield since + timedelta(days=6)
    last = max(since, home.levels[-1][0]) + timedelta(days=6)  # counted anew from when the PQM looked at it again
    yield last
    quiet(town, home, "A9", DIVERGENCE)
    yield last + DAY
    loud(town, home, "A9", DIVERGENCE, None, kind="divergence")


def reviews(town: Town, home: Home, how: str, level: str, last: date) -> Case:
    """Month by month."""
    is_long = (last - home.levels[-1][0]).days > 70
    slip, number = town.random.randrange(1, 3 if is_long else 2), 0
    while (due := months_on(home.levels[-1][0], 1)) <= last - 3 * DAY:
        number += 1
        if how != "hit" and number == slip:
            yield due
            quiet(town, home, "A10", f"review:{due}")
            yield due + DAY
            loud(town, home, "A10", f"review:{due}", due, kind="review")
            if how == "missed":
                return
            yield due + 3 * DAY
            confirm(town, home, level)
            over(town, home, f"review:{due}", kind="review")
            continue
        yield due
        if level == "amber" and town.today >= home.indicated[-1][0] + SUSTAINED and home.colour == "green":
            confirm(town, home, "green")
            town.book.kept("review", "hit")
            for one in town.book.alerts:  # people and facts agree again
                one.cleared |= (one.home, one.code) == (home.id, "A9")
            return
        confirm(town, home, level)
        town.book.kept("review", "hit")


def meetings(town: Town, turns: tuple[str, int, int], first: date, last: date) -> Case:
    """A body meets as often as its cadence asks, and once it does not."""
    body, every, skipped = turns
    seats = [{"organisation": "council", "role": role} for role in ("panel-chair", "team-manager", "safeguarding",
             "director", "contracts-officer")]  # fmt: skip
    seats.append({"organisation": "icb", "role": "icb-quality"})
    day, number = first.replace(day=MET), 0
    while day <= last:
        number += 1
        if number == skipped:
            yield day + DAY
            wait(lambda: turn(town, body) == "overdue", f"{body} is overdue on {town.today}")
            town.book.kept("meeting", "missed")
            day = day + 7 * DAY
        yield day - 2 * DAY
        if turn(town, body) == "overdue" and number != skipped:
            raise Differs(f"{body} is overdue on {town.today}")
        made = town.post("/v1/meetings", {"place": town.place.code, "body": body, "at": f"{day}T09:30:00Z"})
        yield day
        steps = f"/v1/meetings/{made['meeting_id']}/steps"
        town.post(steps, {"type": "attended", "attendees": seats})
        town.post(steps, {"type": "held"})
        town.book.held.setdefault(body, []).append(day)
        town.book.kept("meeting", "late" if number == skipped else "hit")
        day = months_on(day, every)


def turn(town: Town, body: str) -> str:
    found = town.ask("/v1/meetings/calendar", place=town.place.code)
    return next(str(one["state"]) for one in found["bodies"] if one["body"] == body)

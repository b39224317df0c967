"""Deadlines of placements in other areas (CAL-33) and of hosts' notices (CAL-35): kept, late and missed."""

from datetime import date, timedelta

from tests.county.book import Home
from tests.county.story import DAY, over, quiet, ran_out
from tests.county.town import Case, Town


def placed(town: Town, home: Home) -> tuple[str, str]:
    before = {"checked_on": f"{town.today}", "result": "satisfactory"}
    order = {"placing_authority": town.place.code, "host_authority": "E06000019", "started_on": f"{town.today}",
             "pre_placement": before}  # fmt: skip
    made = town.post(f"/v1/providers/{home.id}/placements", order, who="quality-officer")
    name = str(made["placement_token"])
    return f"/v1/placements/{name}/steps", name


def look(town: Town, steps: str, kind: str, again: date) -> None:
    said = {"type": kind, "checked_on": f"{town.today}", "result": "satisfactory", "next_due": f"{again}"}
    town.post(steps, said, who="quality-officer")


def placement(town: Town, home: Home, how: str) -> Case:
    """The six weeks, and then the day that the look gave (CAL-33)."""
    last = town.today + timedelta(days=42)
    steps, name = placed(town, home)
    cause = f"placement:{town.place.code}|{name}:{last}"
    if how == "hit":
        yield last
    else:
        yield from ran_out(town, home, cause, last, kind="six_weeks")
        if how == "missed":
            return
        over(town, home, cause, kind="six_weeks")
    again = town.today + timedelta(days=56)
    look(town, steps, "six_week", again)
    if how == "hit":
        yield last + DAY
        quiet(town, home, "A10", cause)
        town.book.kept("six_weeks", "hit")
        yield again
        look(town, steps, "review", town.today + timedelta(days=400))
        yield again + DAY
        quiet(town, home, "A10", f"placement:{town.place.code}|{name}")
        town.book.kept("placement_review", "hit")
    else:
        yield from ran_out(town, home, f"placement:{town.place.code}|{name}:{again}", again, kind="placement_review")


def host_notice(town: Town, home: Home, how: str) -> Case:
    """The host's assurance within four weeks: whole, half or none (CAL-35)."""
    name, last = town.name("HN"), town.today + timedelta(days=28)
    notice = {"notice_id": name, "host_authority": "E06000019"}
    town.tell([town.fact("ooa.host_notice.received", home, notice | {"concern_level": "serious"})], org="council")
    cause = f"host_notice:E06000019|{name}"
    said = notice | {"improvements_made": True, "embedded": how != "missed"}
    if how == "hit":
        yield last
        town.tell([town.fact("ooa.host_notice.assurance_received", home, said)], org="council")
        yield last + DAY
        quiet(town, home, "A10", cause)
        town.book.kept("host_notice", "hit")
        return
    if how == "missed":
        yield last - 3 * DAY
        town.tell([town.fact("ooa.host_notice.assurance_received", home, said)], org="council")
    yield from ran_out(town, home, cause, last, kind="host_notice")
    if how == "late":
        town.tell([town.fact("ooa.host_notice.assurance_received", home, said)], org="council")
        over(town, home, cause, kind="host_notice")

"""What is asked month by month: partners' ratings (CAL-6, CAL-7), providers' returns (CAL-24); early, late, never."""

from datetime import date, timedelta
from typing import Any

from tests.county.book import CARE_HOMES, CUT_OFF, PARTNERS, Home, Return, months_on
from tests.county.desk import gone, listed
from tests.county.story import DAY, loud, over, quiet
from tests.county.town import Case, Differs, Town, wait

FATES = {"early": 60, "due": 15, "grace": 10, "late": 7, "never": 5, "waived": 3}
"""Of a return, how often in a hundred."""
FORCED = ("late", "never", "waived", "grace", "due")


def partners(town: Town, month: date) -> Case:
    """Each partner rates each home in the month; some are late, some never do."""
    colours = {home.id: home.colour for home in town.book.homes}
    fates = {home.id: town.random.choices(("whole", "late", "never"), (94, 4, 2))[0] for home in town.book.homes}
    if month == town.book.homes[0].indicated[0][0].replace(day=1):  # the first month has every way
        fates |= dict(zip((home.id for home in town.random.sample(town.book.homes, 2)), ("late", "never"), strict=True))
    fates |= {home.id: "whole" for home in town.book.homes if "differs" in home.busy}
    yield month.replace(day=8)
    missing = [home for home in town.book.homes if fates[home.id] != "whole"]
    submit(town, month, colours, [(home, one) for home in town.book.homes for one in PARTNERS
                                  if home not in missing or one != "council_contracts"])  # fmt: skip
    yield month.replace(day=CUT_OFF)
    cause = f"partner_ratings:{month:%Y-%m}"
    for home in missing[:3]:
        quiet(town, home, "A10", cause)
    yield month.replace(day=CUT_OFF + 1)
    for home in missing:
        loud(town, home, "A10", cause, month.replace(day=CUT_OFF), kind="partner_ratings")
    for _ in range(len(town.book.homes) - len(missing)):
        town.book.kept("partner_ratings", "hit")
    yield month.replace(day=20)
    late = [home for home in missing if fates[home.id] == "late"]
    submit(town, month, colours, [(home, "council_contracts") for home in late])
    for home in late:
        over(town, home, cause, kind="partner_ratings")
    yield months_on(month, 2)
    for home in (one for one in missing if one not in late):
        next(one for one in town.book.alerts if (one.home, one.cause) == (home.id, cause)).cleared = True


def submit(town: Town, month: date, colours: dict[str, str], who: list[tuple[Home, str]]) -> None:
    told: dict[str, list[dict[str, Any]]] = {"council": [], "icb": []}
    for home, partner in who:
        worst = {"amber": "icb_quality", "red": "council_quality"}.get(colours[home.id])
        said = {"partner": partner, "period": f"{month:%Y-%m}", "rating": "green"}
        if partner == worst:
            said["rating"] = colours[home.id]
        told[partner.partition("_")[0]].append(town.fact("partner_rating.submitted", home, said))
        home.partners.setdefault(f"{month:%Y-%m}", {})[partner] = town.today
    for org, facts in told.items():
        town.tell(facts, org=org)


def period_of(home: Home, month: date) -> tuple[str, date, int] | None:
    """The period that begins with a month: its name, when it is due, the days of grace. None: none begins."""
    if home.kind in CARE_HOMES:
        return f"{month:%Y-%m}", months_on(month, 1).replace(day=10), 5
    if month.month in (1, 4, 7, 10):
        return f"{month:%Y-%m}", months_on(month, 3).replace(day=15), 10
    return None


def returns(town: Town, month: date, last: date) -> Case:
    """Everybody is asked as the period opens; what is due in time is answered early, late or never."""
    asked = [(home, found) for home in town.book.homes if (found := period_of(home, month)) is not None]
    groups: dict[tuple[date, int], list[Home]] = {}
    for home, (name, due, grace) in asked:
        home.returns[name] = Return("RT-PMR", due)
        groups.setdefault((due, grace), []).append(home)
    name = f"{month:%Y-%m}"
    where = {"who": "quality-officer", "service": "intake", "place": town.place.code, "return_type": "RT-PMR"}

    def everybody() -> bool:
        listed = [one for one in town.pages("/v1/returns", "returns", limit=500, **where) if one["period"] == name]
        return len(listed) == len(asked)

    wait(everybody, f"everybody is asked for {name}", 60)
    for (due, grace), homes in groups.items():
        if due <= last:
            town.also(group(town, name, due, grace, homes))
    return
    yield month


def group(town: Town, name: str, due: date, grace: int, homes: list[Home]) -> Case:
    """Those who have the same days."""
    fates: dict[str, list[Home]] = {fate: [] for fate in FATES}
    for number, home in enumerate(town.random.sample(homes, len(homes))):
        # The first of them each in another way, so that a small county has every way too.
        how = FORCED[number] if number < len(FORCED) else town.random.choices(tuple(FATES), tuple(FATES.values()))[0]
        fates[how].append(home)
    yield due - timedelta(days=7)
    file(town, name, fates["early"])
    for home in fates["waived"]:
        waive(town, home, name)
    begun = town.book.homes[0].indicated[0][0].replace(day=1)
    if due.replace(day=1) <= months_on(begun, 4 if grace > 5 else 1):  # the first of each
        yield from reminded(town, name, due - timedelta(days=5 if grace > 5 else 3), fates)
    yield due
    file(town, name, fates["due"])
    end = due + timedelta(days=grace)
    yield end
    file(town, name, fates["grace"])
    missing, cause = [*fates["late"], *fates["never"]], f"return:RT-PMR:{name}"
    for home in missing[:3]:
        quiet(town, home, "A11", cause)
    yield end + DAY
    for home in missing:
        loud(town, home, "A11", cause, end - timedelta(days=grace), kind="return")
    for home in homes:
        if home not in missing:
            town.book.kept("return", "waived" if home in fates["waived"] else "hit")
    yield from waivers(town, f"RT-PMR:{name}", end + DAY, fates["never"])
    yield end + 5 * DAY
    file(town, name, fates["late"])
    for home in fates["late"]:
        over(town, home, cause, kind="return")


def waivers(town: Town, name: str, last: date, missing: list[Home]) -> Case:
    """What is missing is chased, or waived on the day after its grace; who does neither is late (ours)."""
    if len(missing) < 2:
        return
    for home in missing[:2]:
        listed(town, home, "waiver", name, last, overdue=False)
    first, other = missing[:2]
    waive(town, first, name.partition(":")[2])
    said = next(one for one in town.book.alerts if (one.home, one.cause) == (first.id, f"return:{name}"))
    said.cleared = True
    yield last + DAY
    gone(town, first, "waiver", name)
    listed(town, other, "waiver", name, last, overdue=True)
    town.book.kept("waiver", "hit")
    town.book.kept("waiver", "missed")


def waive(town: Town, home: Home, name: str) -> None:
    said = {"provider_id": home.id, "return_type": "RT-PMR", "period": name}
    why = {"because": "emergency", "reason": "Synthetic: flooded."}
    town.post("/v1/returns/waivers", said | why, who="quality-officer", service="intake")
    home.returns[name].waived = True


def reminded(town: Town, name: str, day: date, fates: dict[str, list[Home]]) -> Case:
    """Whoever has not answered some days before it is due is reminded, and nobody else (CAL-24, ours)."""
    done = {home.id for fate in ("early", "waived") for home in fates[fate]}
    every = {home.id for homes in fates.values() for home in homes}
    where = {"who": "quality-officer", "service": "intake", "place": town.place.code, "return_type": "RT-PMR"}

    def told() -> set[str]:
        listed = town.pages("/v1/returns", "returns", limit=500, **where)
        return {one["provider_id"] for one in listed if one["period"] == name and one["reminders"]} & every

    yield day - DAY
    if found := told():
        raise Differs(f"{town.today}: {len(found)} are reminded of {name} before {day}")
    yield day
    wait(lambda: told() >= every - done, f"everybody is reminded of {name}", 60)
    if told() & done:
        raise Differs(f"{town.today}: of {name} somebody is reminded who has answered, or need not")
    for home in every:
        town.book.kept("reminder", "hit" if home in done else "missed")


def file(town: Town, name: str, homes: list[Home]) -> None:
    facts = [town.fact("returns.submitted", home, {"return_type": "RT-PMR", "period": name}) for home in homes]
    if facts:
        town.tell(facts)
    for home in homes:
        home.returns[name].came = town.today

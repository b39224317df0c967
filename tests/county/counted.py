"""The measures K1 to K18 counted from the simulation's own ledger alone, in plain Python, by docs/measures.md."""

import statistics
from collections.abc import Iterable
from datetime import date, timedelta

from tests.county.book import PARTNERS, Book, Home, months, months_on, working_days
from tests.county.rising import risen
from tests.county.town import HOLIDAYS

Figure = tuple[float | None, int, int, int]
"""Value, numerator, denominator, of which unknown."""
PMR_FIELDS, PMR_MINUTES = 33, 90
"""The monitoring return as published: its fields, and our minutes."""
GOOD = ("good", "outstanding")
ORDER = ("green", "amber", "red")


def percent(yes: int, no: int, unknown: int = 0) -> Figure:
    every = yes + no + unknown
    return (round(100 * yes / every, 1) if yes + no else None, yes, every, unknown)


def middle(values: list[float], yes: int, no: int = 0, unknown: int = 0) -> Figure:
    return (round(statistics.median(values), 1) if values else None, yes, yes + no + unknown, unknown)


def verdicts(of: Iterable[str]) -> Figure:
    every = list(of)
    return percent(every.count("yes"), every.count("no"), every.count("unknown"))


def counted(book: Book, first: date, last: date) -> dict[str, Figure]:
    """By code of a measure, what it must say for these days."""
    homes = book.homes
    cqc = {home.id: rating(home, last) for home in homes if home.regulated}
    stays = {home.id: stayed(home, first) for home in homes}
    both = [worst(stays[id_] or "no", cqc[id_]) for id_ in cqc]
    yes = both.count("yes")
    plans, follows = [planned(home, first, last) for home in homes], follow_ups(homes, first, last)
    return {
        "K1": verdicts(reviewed(home, last) for home in homes),
        "K2": verdicts(one for home in homes for one in contracts(home, last)),
        "K3a": percent(sum(done for done, _ in follows), sum(not done for done, _ in follows)),
        "K3b": middle([days for _, days in follows if days is not None],
                      sum(done for done, _ in follows), sum(not done for done, _ in follows)),
        "K4": verdicts(one for home in homes for one in on_time(home, first, last)),
        "K5a": verdicts(cqc.values()),
        "K5b": verdicts("yes" if home.assessed else "unknown" for home in homes if not home.regulated),
        "K5c": verdicts(low(home) for home in homes),
        "K5d": verdicts(one for one in stays.values() if one),
        "K5e": (float(yes) if yes + both.count("no") else None, yes, len(both), both.count("unknown")),
        "K6": verdicts(contacted(home, last) for home in homes),
        "K7a": lowered(homes),
        "K7b": verdicts(one for every in plans for one in every),
        "K7c": (None, 0, 0, 0),
        **pauses(homes, last),
        "K9a": (None, 0, 0, 0), "K9b": (0.0, 0, 0, 0), "K9c": (None, 0, 0, 0),
        **consents(homes, first, last),
        "K11": risen(homes, last),
        "K12": early(homes, first, last),
        "K13": verdicts(complete(home, month) for home in homes for month in months(first, last)),
        "K14": verdicts(one for body, every in CADENCE.items() for one in met(book, body, every, first, last)),
        "K15": verdicts(heard(home, last) for home in homes),
        "K16": verdicts("yes" for home in homes for _, may in home.practices if may),
        **burden(homes, first, last),
        "K18a": percent(sum(known for home in homes for _, known, _ in home.entries),
                        sum(not known for home in homes for _, known, _ in home.entries)),
        "K18b": percent(sum(soon for home in homes for _, _, soon in home.entries),
                        sum(not soon for home in homes for _, _, soon in home.entries)),
        "K18c": verdicts("yes" for _ in homes),
    }  # fmt: skip


CADENCE = {"PQM": 1, "PROVIDER_CONCERN": 1, "GQAB": 2}


def worst(one: str, other: str) -> str:
    return "no" if "no" in (one, other) else "unknown" if "unknown" in (one, other) else "yes"


def reviewed(home: Home, last: date) -> str:
    if not home.levels:
        return "unknown"
    day, level = home.levels[-1]
    return "yes" if months_on(day, 12 if level == "green" else 1) >= last else "no"


def contracts(home: Home, last: date) -> list[str]:
    if not home.contracts:
        return [] if home.no_contract else ["unknown"]
    after = months_on(last, -12)
    found = []
    for one in home.contracts:
        if any(day > after for day in one.reviewed):
            found.append("yes")
        elif one.begun <= after:
            found.append("no")
    return found


def follow_ups(homes: list[Home], first: date, last: date) -> list[tuple[bool, float | None]]:
    found = []
    for one in (one for home in homes for one in home.actions if one.significant):
        limit = months_on(one.opened, 3)
        if first <= limit <= last:
            days = None if one.closed is None else float((one.closed - one.opened).days)
            found.append((one.closed is not None and one.done and one.closed <= limit, days))
    return found


def on_time(home: Home, first: date, last: date) -> list[str]:
    due = [one for one in home.returns.values() if first <= one.due <= last and not one.waived]
    return ["yes" if one.came is not None and one.came <= one.due else "no" for one in due]


def rating(home: Home, last: date) -> str:
    known = sorted(one for one in home.rated if one[0] <= last)
    return "unknown" if not known else "yes" if known[-1][1] in GOOD else "no"


def low(home: Home) -> str:
    return "unknown" if not home.levels else "yes" if home.levels[-1][1] == "green" else "no"


def stayed(home: Home, first: date) -> str | None:
    before = [level for day, level in home.levels if day <= first]
    if not before:
        return "unknown"
    if before[-1] != "green":
        return None
    return "no" if any(level != "green" for day, level in home.levels if day > first) else "yes"


def contacted(home: Home, last: date) -> str:
    after = months_on(last, -12)
    if any(after < day <= last for day in home.contacts):
        return "yes"
    return "unknown" if home.since > after else "no"


def heard(home: Home, last: date) -> str:
    after = months_on(last, -12)
    if any(after < day <= last for day in home.voices):
        return "yes"
    return "unknown" if home.since > after else "no"


def lowered(homes: list[Home]) -> Figure:
    days = []
    for home in homes:
        since = home.levels[0][0] if home.levels else date.min
        for (_, was), (day, now) in zip(home.levels, home.levels[1:], strict=False):
            if was != now:
                if ORDER.index(now) < ORDER.index(was):
                    days.append(float((day - since).days))
                since = day
    return middle(days, len(days))


def planned(home: Home, first: date, last: date) -> list[str]:
    due = [one for one in home.plans if first <= one.due <= last]
    return ["yes" if one.signed is not None and one.signed <= one.due else "no" for one in due]


def pauses(homes: list[Home], last: date) -> dict[str, Figure]:
    days, yes, no = [], 0, 0
    for begun, ended in (one for home in homes for one in home.pauses):
        end, limit = ended or last, months_on(begun, 3)
        if end > limit:
            no += 1
        elif ended is None:
            continue
        else:
            yes += 1
        days.append(float((end - begun).days))
    return {"K8a": middle(days, yes, no), "K8b": percent(yes, no)}


def consents(homes: list[Home], first: date, last: date) -> dict[str, Figure]:
    every = [one for home in homes for one in home.consents]
    due = [(by, came) for by, came in every if first <= by <= last]
    yes = sum(came is not None and came <= by for by, came in due)
    waits = sum(came is None for _, came in every)
    return {"K10a": percent(yes, len(due) - yes), "K10b": (float(waits), waits, waits, 0)}


def early(homes: list[Home], first: date, last: date) -> Figure:
    days, blind = [], 0
    for home in homes:
        known = sorted(home.rated)
        for number, (day, overall) in enumerate(known):
            fell = number == 0 or rank(overall) > rank(known[number - 1][1])
            if not fell or overall in GOOD or not first <= day <= last:
                continue
            said = [(since, level) for since, level in home.indicated if since < day]
            if said and said[-1][1] != "green":
                days.append(float((day - said[-1][0]).days))
            else:
                blind += 1
    return middle(days, len(days), blind)


def rank(overall: str) -> int:
    return ("outstanding", "good", "requires_improvement", "inadequate").index(overall)


def complete(home: Home, month: date) -> str:
    by = working_days(month.replace(day=20), -5, HOLIDAYS)
    rated = home.partners.get(f"{month:%Y-%m}", {})
    return "yes" if all(one in rated and rated[one] <= by for one in PARTNERS) else "no"


def met(book: Book, body: str, every: int, first: date, last: date) -> list[str]:
    found = []
    for month in months(first, last):
        end = months_on(month, every) - timedelta(days=1)
        if (month.month - 1) % every == 0 and end <= last:
            found.append("yes" if any(month <= day <= end for day in book.held.get(body, [])) else "no")
    return found


def burden(homes: list[Home], first: date, last: date) -> dict[str, Figure]:
    fields, minutes, length = [], [], len(list(months(first, last)))
    for home in homes:
        asked = [one for one in home.returns.values() if first <= one.due <= last]
        if asked:
            left = PMR_FIELDS - 1 - home.manager_said  # the beds are on the register
            fields.append(round(len(asked) * left / length, 2))
            minutes.append(round(len(asked) * left * PMR_MINUTES / PMR_FIELDS / length, 2))
    return {"K17a": middle(fields, len(fields)), "K17b": middle(minutes, len(minutes))}

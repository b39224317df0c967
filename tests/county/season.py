"""What a county has before its first day, and what its people do each month: homes, contracts, contact, voices."""

from datetime import date, timedelta
from typing import Any

from tests.county.book import CARE_HOMES, Contract, Home, months_on
from tests.county.lives import rate
from tests.county.story import DAY, loud
from tests.county.town import Case, Town, wait

KINDS = (*CARE_HOMES, "care_home_residential", "home_care", "supported_living")


def settle(town: Town, number: int) -> None:
    """The homes are registered, each with its contract or without."""
    for count in range(number):
        kind = KINDS[count % len(KINDS)]
        who = "joint" if count % 4 == 1 else "council"
        regulated = kind != "supported_living"
        home = Home("", kind, who, town.random.choice((6, 20, 40, 80)), regulated, town.today)
        said = town.place.home(f"1-{town.random.randrange(10**9):010d}", service_type=kind, commissioning=who,
                               beds=home.beds)  # fmt: skip
        if not regulated:
            said |= {"aliases": {"contract_ref": f"SYN-{town.random.randrange(10**9)}"}}
        home.id = str(town.post("/v1/providers", said, who="steward", service="intake")["provider_id"])
        town.book.homes.append(home)
    last = town.book.homes[-1]
    wait(lambda: town.place.view(last.id), "the last of the homes is known to governance", 60)


def sign_contracts(town: Town) -> None:
    for home in (one for one in town.book.homes if "mid_term" not in one.busy):  # it gets one of its own
        fate = town.random.choices(("old", "new", "none", "unknown"), (75, 10, 8, 7))[0]
        if fate == "unknown":
            continue
        said: dict[str, Any] = {"commissioner": "council", "allocated_to": "contracts-officer", "kind": "framework"}
        if fate == "none":
            said["kind"], home.no_contract = "no_contract", True
        else:
            begun = date(town.today.year - 2, 4, 1) if fate == "old" else town.today
            said |= {"starts_on": f"{begun}", "ends_on": f"{begun.year + 5}-03-31", "clauses": ["returns"]}
            home.contracts.append(Contract(begun))
        town.post(f"/v1/providers/{home.id}/contracts", said, who="contracts-officer")


def first_ratings(town: Town) -> None:
    """What CQC had said before: of some homes nothing."""
    for home in (one for one in town.book.homes if one.regulated):
        overall = town.random.choices(("good", "outstanding", "requires_improvement", ""), (65, 10, 15, 10))[0]
        if overall and "rating" not in home.busy:
            rate(town, home, overall, town.today - timedelta(days=town.random.randrange(30, 600)))


def contact(town: Town, homes: list[Home], month: date) -> Case:
    """In its month each home is called by an officer; some of those who live there say how it is."""
    yield month.replace(day=20)
    facts = []
    for home in homes:
        said = {"contact_id": town.name("CT"), "kind": "call"}
        facts.append(town.fact("contact.recorded", home, said))
        home.contacts.append(town.today)
        if town.random.random() < 0.6:
            voice = {"voice": "family", "sentiment": "positive", "method": "phone", "consent_to_share": False}
            facts.append(town.fact("feedback.received", home, voice))
            home.voices.append(town.today)
    for home in town.random.sample(town.book.homes, max(1, len(town.book.homes) // 10)):
        known, soon = town.random.random() < 0.85, town.random.random() < 0.8
        days = timedelta(hours=1) if soon else timedelta(days=town.random.randrange(7, 12))
        theme = "q.environment" if known else "q.unclassified"
        said = {"concern_id": town.name("QC"), "themes": [theme], "severity": "S1"}
        facts.append(town.fact("quality_concern.raised", home, said, before=days))
        home.entries.append((town.today - timedelta(days=days.days), known, soon))
        home.themes.append((town.today - timedelta(days=days.days), theme))
    if facts:
        town.tell(facts)


def no_contact(town: Town, home: Home, end: date) -> Case:
    """Nobody was there for a year: told on the day after it."""
    due = months_on(home.since, 12)
    if due >= end:
        return
    yield due + DAY
    if home.contacts:
        town.book.kept("contact", "hit")
        return
    loud(town, home, "A10", f"contact:{due}", due, kind="contact")


def falls(town: Town, home: Home, month: date) -> Case:
    """CQC rates a home lower: some we had seen coming (K12)."""
    yield month.replace(day=25)
    rate(town, home, "inadequate" if town.random.random() < 0.3 else "requires_improvement", town.today)


def rises(town: Town, first: date) -> Case:
    """A theme that comes up again and again in some services, towards the end of the year (K11)."""
    some = [home for home in town.book.homes if home.kind in CARE_HOMES][:5]
    day = first
    for _ in range(2):
        yield day
        facts = []
        for home in some:
            said = {"concern_id": town.name("QC"), "themes": ["q.nutrition_hydration"], "severity": "S1"}
            facts.append(town.fact("quality_concern.raised", home, said))
            home.entries.append((town.today, True, True))
            home.themes.append((town.today, "q.nutrition_hydration"))
        town.tell(facts)
        day += timedelta(days=14)
